#!/usr/bin/env python3
"""Makes crates/core/src/catalogue/data/sequence.bin, the built-in sequence, and sequence.tsv, its table of contents.

Usage: make_sequence.py --reference GRCh38.fa.gz [--data DIR]

The reference is GRCh38 with `chr` names, bgzip-compressed with .fai and .gzi, masked or not. genes.tsv and exons.tsv in
DATA give the exons. Contents:

  * the KMT2A gene with FLANK bases on both sides,
  * for every gene, the real bases (real_bases.py) of its lead transcript's exons,
  * for every other annotated exon, the bases inside those, or inside real introns.

sequence.bin: the 6 bytes `BKSEQ` and 1; the number of intervals; for each its chromosome (1 byte; X 23, Y 24), first base
on GRCh38 and on GRCh37 (0-based; 4294967295: position uncertain) and length; then each interval's bases, A C G T as 0 to
3, four per byte, the first in the highest bits, a new byte for each interval. Numbers are little-endian, 4 bytes. A base
outside every interval is unknown. GRCh37 has the bases of GRCh38, at the position given by exons.tsv.
Needs only Python's standard library; it takes about two minutes.
"""

import argparse
import bisect
import collections
import csv
import hashlib
import itertools
import pathlib
import struct
import sys
import zlib

import real_bases
from real_bases import SHORTEST, SURE, SURE_UNTRANSLATED, UTR, Model

FLANK = 1_500
MARGIN = 6_000  # flanking bases that are examined
FIRST_REAL = "KMT2A"  # its introns are real in any suitable reference
KMT2A_SHIFT37 = -129_285
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
NO_START = 0xFFFF_FFFF


class Reference:
    """Random access to a bgzip-compressed FASTA."""

    def __init__(self, path):
        self.handle = open(path, "rb")
        with open(f"{path}.fai", encoding="utf-8") as handle:
            self.contigs = {name: tuple(map(int, rest)) for name, *rest in (line.rstrip("\n").split("\t") for line in handle)}
        raw = pathlib.Path(f"{path}.gzi").read_bytes()
        count = struct.unpack_from("<Q", raw)[0]
        numbers = struct.unpack_from(f"<{2 * count}Q", raw, 8)
        self.blocks = [(0, 0), *zip(numbers[1::2], numbers[0::2])]  # uncompressed, compressed

    def fetch(self, contig, start, end):
        """Bases from start to end (1-based inclusive), cut at the contig's end; anything but A, C, G, T becomes N."""
        length, offset, bases, width = self.contigs[contig]
        start, end = max(start, 1), min(end, length)
        at = lambda base: offset + base // bases * width + base % bases
        text = self.read(at(start - 1), at(end - 1) + 1).decode().replace("\n", "").upper()
        return "".join(base if base in "ACGT" else "N" for base in text)

    def read(self, start, end):
        block = bisect.bisect_right(self.blocks, (start, 1 << 62)) - 1
        at, compressed = self.blocks[block]
        self.handle.seek(compressed)
        skip, wanted, data = start - at, end - start, b""
        while len(data) < skip + wanted:
            header = self.handle.read(18)
            size = struct.unpack_from("<H", header, 16)[0] + 1
            body = self.handle.read(size - 18)
            data += zlib.decompress(body[:-8], -15)
            if len(data) > 1 << 16 and skip:
                drop = min(skip, len(data))
                data, skip = data[drop:], skip - drop
        return data[skip : skip + wanted]


def table(path):
    with open(path, encoding="utf-8") as handle:
        yield from csv.DictReader((line for line in handle if not line.startswith("#")), delimiter="\t")


class Gene:
    def __init__(self, row):
        self.symbol, self.contig, self.strand = row["symbol"], f"chr{row['chromosome']}", row["strand"]
        self.coding = int(row["cds_start38"]), int(row["cds_end38"])
        self.exons, self.annotated = [], []  # lead transcript in its order; every exon with its shift

    def sense(self, bases):
        return bases if self.strand == "+" else bases.translate(COMPLEMENT)[::-1]

    def load(self, reference):
        ends = [*self.exons, *(exon for exon, _ in self.annotated)]
        self.start = max(1, min(start for start, _ in ends) - MARGIN)
        self.bases = reference.fetch(self.contig, self.start, max(end for _, end in ends) + MARGIN)
        self.sequences = [self.sense(self.at(start, end)) for start, end in self.exons]
        self.positions = real_bases.codon_positions(self.exons, self.coding)
        self.is_whole = real_bases.reads_through(self.sequences, self.positions)

    def at(self, start, end):
        return self.bases[start - self.start : end + 1 - self.start]

    def intron_runs(self, model):
        """In genomic coordinates; the model works in transcript orientation."""
        if self.strand == "+":
            return real_bases.intron_runs(self.start, self.bases, self.exons, model)
        last = self.start + len(self.bases) - 1
        turned = [(last - end, last - start) for start, end in self.exons]
        runs = real_bases.intron_runs(0, self.sense(self.bases), turned, model)
        return sorted((last - end, last - start) for start, end in runs)


def genes_of(data):
    genes = {row["symbol"]: Gene(row) for row in table(data / "genes.tsv")}
    for row in table(data / "exons.tsv"):
        gene, exon = genes[row["symbol"]], (int(row["start38"]), int(row["end38"]))
        gene.annotated.append((exon, None if row["shift37"] == "." else int(row["shift37"])))
        if row["exon"] != ".":
            gene.exons.append(exon)
    return genes


def models_of(genes):
    """Models of real bases, and every gene's runs of real introns."""
    models = {position: Model(real_bases.ORDER[position]) for position in range(3)}
    for gene in genes.values():
        if gene.is_whole:
            for sequence, positions in zip(gene.sequences, gene.positions):
                for position in range(3):
                    models[position].train(sequence, positions, position)
    for position in range(3):
        models[position].finish()
    introns = Model(real_bases.ORDER[UTR])
    first = genes[FIRST_REAL]
    introns.train(first.sense(first.at(min(s for s, _ in first.exons), max(e for _, e in first.exons))))
    introns.finish()
    for _ in range(2):  # trained on one gene, then on all genes that it classifies as real
        runs = {symbol: gene.intron_runs(introns) for symbol, gene in genes.items()}
        introns, gc_rich = Model(real_bases.ORDER[UTR]), Model(real_bases.GC_ORDER)
        for symbol, gene in genes.items():
            for start, end in runs[symbol]:
                sequence = gene.sense(gene.at(start, end))
                introns.train(sequence)
                for i in range(0, len(sequence), 200):
                    window = sequence[i : i + 200]
                    if window.count("G") + window.count("C") > 120:
                        gc_rich.train(window)
        introns.finish(), gc_rich.finish()
    models[UTR], models["gc"] = introns, gc_rich
    return models, runs


def real_parts(gene, models, runs):
    """Intervals of real bases (1-based inclusive) among the gene's exons, and the lead transcript's bases in them."""
    inside = lambda start, end: [(max(start, a), min(end, b)) for a, b in runs if a <= end and start <= b]
    lead, bad = [], stop_places(gene)
    odds = real_bases.exon_odds(gene.sequences, gene.positions, models, gene.is_whole)
    for (start, end), exon_odds, positions in zip(gene.exons, odds, gene.positions):
        sure = [value > (SURE_UNTRANSLATED if p == UTR else SURE) for value, p in zip(exon_odds, positions)]
        places = {start + i for i, is_sure in enumerate(sure if gene.strand == "+" else sure[::-1]) if is_sure}
        for a, b in inside(start, end):
            places.update(range(a, b + 1))
        found = [(a, b) for a, b in stretches(places) if not any(a <= place <= b for place in bad)]
        lead.append([(a, b) for a, b in found if b - a + 1 >= SHORTEST or (a, b) == (start, end)])
    parts = [part for exon in lead for part in exon]
    for (start, end), _ in gene.annotated:
        parts += inside(start, end)
        parts += [(max(start, a), min(end, b)) for exon in lead for a, b in exon if a <= end and start <= b]
    return parts, lead


def stop_places(gene):
    """Positions of stop codons before the end of the reading frame: real sequence has none."""
    coding = []
    for (start, end), sequence, positions in zip(gene.exons, gene.sequences, gene.positions):
        places = range(start, end + 1) if gene.strand == "+" else range(end, start - 1, -1)
        coding += [(base, place) for base, position, place in zip(sequence, positions, places) if position != UTR]
    codons = [coding[i : i + 3] for i in range(0, len(coding) - 3, 3)]
    return [place for codon in codons if "".join(base for base, _ in codon) in real_bases.STOPS for _, place in codon]


def stretches(places):
    """Runs of consecutive numbers."""
    found = []
    for place in sorted(places):
        if found and found[-1][1] == place - 1:
            found[-1][1] = place
        else:
            found.append([place, place])
    return [(a, b) for a, b in found]


def pack(bases):
    packed = bytearray()
    for i in range(0, len(bases), 4):
        byte = 0
        for base in bases[i : i + 4].ljust(4, "A"):
            byte = byte << 2 | "ACGT".index(base)
        packed.append(byte)
    return bytes(packed)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--data", type=pathlib.Path, default=here / "crates/core/src/catalogue/data")
    args = parser.parse_args()

    reference = Reference(args.reference)
    genes = genes_of(args.data)
    for gene in genes.values():
        gene.load(reference)
    models, runs = models_of(genes)

    known = collections.defaultdict(dict)  # by contig: position -> (base, shift)
    rows = []
    for symbol, gene in genes.items():
        parts, lead = real_parts(gene, models, runs[symbol])
        shifts = [(exon, shift) for exon, shift in gene.annotated if shift is not None]
        if symbol == FIRST_REAL:
            whole = min(s for (s, _), _ in gene.annotated) - FLANK, max(e for (_, e), _ in gene.annotated) + FLANK
            if not any(a <= whole[0] and whole[1] <= b for a, b in runs[symbol]):
                sys.exit(f"{symbol}: the reference has filler in {whole}; real: {runs[symbol]}")
            parts.append(whole)
            shifts.append((whole, KMT2A_SHIFT37))
        own = set()
        for start, end in parts:
            own.update(range(start, end + 1))
        place_shift = {}
        for (start, end), shift in shifts:
            for place in range(start, end + 1):
                if place in own and place_shift.setdefault(place, shift) != shift:
                    sys.exit(f"{symbol}: two positions on GRCh37 for {place}")
        here_known = known[gene.contig]
        for place in own:
            base = gene.bases[place - gene.start]
            if base != "N":
                shift = place_shift.get(place)
                if here_known.get(place, (base, None))[1] is None:
                    here_known[place] = base, shift
        length = sum(end - start + 1 for start, end in gene.exons)
        held = sum(b - a + 1 for exon in lead for a, b in exon)
        spots = [i for i, ((s, e), exon) in enumerate(zip(gene.exons, lead), 1) if exon != [(s, e)]]
        coding = sum(max(0, min(e, gene.coding[1]) - max(s, gene.coding[0]) + 1) for s, e in gene.exons)
        coding_held = sum(max(0, min(b, gene.coding[1]) - max(a, gene.coding[0]) + 1) for exon in lead for a, b in exon)
        rows.append([
            symbol, length, held, coding, coding_held, "yes" if gene.is_whole else "no",
            "yes" if runs[symbol] else "no", ",".join(map(str, spots)) or ".",
        ])

    order = {**{f"chr{n}": n for n in range(1, 23)}, "chrX": 23, "chrY": 24}
    entries, packed, total = [], [], 0
    for contig in sorted(known, key=order.get):
        stretch = None
        for place, (base, shift) in sorted(known[contig].items()):
            if stretch and stretch[1] == place - 1 and stretch[2] == shift:
                stretch[1] = place
                stretch[3].append(base)
            else:
                stretch = [place, place, shift, [base]]
                entries.append((order[contig], stretch))
    for number, (start, end, shift, bases) in entries:
        packed.append(pack("".join(bases)))
        total += end - start + 1
    file = b"BKSEQ\x01" + struct.pack("<I", len(entries))
    for number, (start, end, shift, _) in entries:
        start37 = NO_START if shift is None else start - 1 + shift
        file += struct.pack("<BIII", number, start - 1, start37, end - start + 1)
    file += b"".join(packed)
    (args.data / "sequence.bin").write_bytes(file)
    digest = hashlib.sha256(file).hexdigest()
    with open(args.data / "sequence.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.write("# What sequence.bin holds of the lead transcripts' exons (made by tools/make_sequence.py). Source: GRCh38 primary\n"
                  "# assembly (GRC, public domain) where the masked reference has it. whole: the coding sequence reads from ATG to stop in\n"
                  "# the reference. introns: real ones there. missing: exons (numbers) that are unknown, in part or whole.\n"
                  f"# sha256 {digest}, {len(file)} bytes, {len(entries)} stretches, {total} bases\n")
        out.write("symbol\texon_bases\tknown\tcoding_bases\tcoding_known\twhole\tintrons\tmissing\n")
        for row in rows:
            out.write("\t".join(map(str, row)) + "\n")
    print(f"{len(entries)} stretches, {total} bases, {len(file)} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
