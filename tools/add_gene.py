#!/usr/bin/env python3
"""Adds genes to the catalogue (crates/core/src/catalogue/data/): their MANE Select models and, with a reference, bases.

    make catalogue GENE=FOO GTF=gencode.gtf.gz [GTF37=gencode.v19.gtf.gz] [FASTA=GRCh38.fa.gz]
    tools/add_gene.py --gtf GTF [--gtf37 GTF] [--reference FASTA] [--data DIR] GENE[=SYMBOL_IN_GTF37] ...

GTF is GENCODE's comprehensive annotation of GRCh38 (release 38 or later, which names the MANE Select transcript and the
HGNC identifier). The script writes the gene's row in genes.tsv and its exons in exons.tsv. GTF37 is GENCODE v19: each exon
keeps its length and is shifted to match most exon ends there; without it the gene has no GRCh37 model.
The reference is GRCh38 with `chr` names and real sequence in the gene, bgzip-compressed, with .fai and .gzi: the exons'
bases are added to sequence.bin; without it they are unknown. Existing catalogue entries are not changed.
Needs only Python's standard library.
"""

import argparse
import collections
import gzip
import hashlib
import pathlib
import re
import struct
import sys

from make_sequence import NO_START, Reference, pack, table

ATTRIBUTE = re.compile(r'(\w+) "([^"]*)"')
CHROMOSOMES = {**{str(n): n for n in range(1, 23)}, "X": 23, "Y": 24}


def features(path, genes):
    """Lines of the genes: (symbol, type, contig, strand, start, end, attributes), 1-based inclusive."""
    try:
        handle = (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8")
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; check the path")
    with handle:
        for line in handle:
            cells = line.rstrip("\n").split("\t")
            if len(cells) < 9:
                continue
            attributes = dict(ATTRIBUTE.findall(cells[8]))
            if attributes.get("gene_name") in genes:
                attributes["mane"] = '"MANE_Select"' in cells[8]
                yield attributes["gene_name"], cells[2], cells[0].removeprefix("chr"), cells[6], int(cells[3]), int(cells[4]), attributes


class Model:
    """A gene of the GTF."""

    def __init__(self, symbol, lines):
        self.symbol = symbol
        lead = {a["transcript_id"] for _, kind, *_, a in lines if kind == "transcript" and a["mane"]}
        if len(lead) != 1:
            sys.exit(f"{symbol}: {len(lead)} MANE Select transcripts in the GTF, one is needed")
        (self.transcript,) = lead
        own = [line for line in lines if line[6].get("transcript_id") == self.transcript]
        _, _, self.chromosome, self.strand, _, _, attributes = own[0]
        self.ensembl = attributes["gene_id"].split(".")[0]
        self.hgnc = attributes.get("hgnc_id") or sys.exit(f"{symbol}: the GTF has no hgnc_id")
        if self.chromosome not in CHROMOSOMES:
            sys.exit(f"{symbol}: is on {self.chromosome}, not on a chromosome")
        self.models = collections.defaultdict(list)
        for _, kind, _, _, start, end, attributes in lines:
            if kind == "exon":
                self.models[attributes["transcript_id"]].append((start, end))
        self.lead = sorted(self.models[self.transcript], reverse=self.strand == "-")
        # In GTF the CDS excludes the stop codon; in the catalogue it includes it.
        coding = [(start, end) for _, kind, _, _, start, end, _ in own if kind in ("CDS", "stop_codon")]
        if not coding:
            sys.exit(f"{symbol}: {self.transcript} has no CDS")
        self.cds = min(start for start, _ in coding), max(end for _, end in coding)
        length = sum(max(0, min(e, self.cds[1]) - max(s, self.cds[0]) + 1) for s, e in self.lead)
        if length % 3:
            sys.exit(f"{symbol}: {length} coding bases are not a whole number of codons")

    def sites(self):
        """{exon: set of "a" and "d"}: acceptor at its first base, donor at its last, in some transcript."""
        sites = collections.defaultdict(set)
        for model in self.models.values():
            model = sorted(model, reverse=self.strand == "-")
            for index, exon in enumerate(model):
                sites[exon] |= ({"a"} if index > 0 else set()) | ({"d"} if index + 1 < len(model) else set())
        return sites


def lift(exons, old):
    """Shift of each exon to GRCh37, and how many of the exons' ends are exon ends there; None if nothing fits."""
    starts, ends = {start for start, _ in old}, {end for _, end in old}
    shifts = collections.Counter(a - start for start, end in exons for a, b in old if b - a == end - start)
    if not shifts:
        return None
    likely, moved, found, before = list(shifts), [], 0, shifts.most_common(1)[0][0]
    for start, end in exons:
        matched = lambda shift: (start + shift in starts) + (end + shift in ends)
        # Builds differ by few bases within a gene: take the shift that fits and is nearest to the previous one.
        shift = max(likely, key=lambda shift: (matched(shift), -abs(shift - before), shifts[shift]))
        found += matched(shift)
        before = shift if matched(shift) else before
        moved.append(before)
    places = sorted((start + shift, end + shift) for (start, end), shift in zip(exons, moved))
    # Exons of equal length may be confused; then they overlap.
    return None if any(a[1] >= b[0] for a, b in zip(places, places[1:])) else (moved, found)


def shift_of(exon, lead):
    """An exon's shift from the lead transcript's exons that it overlaps, or else from its neighbours if these agree."""
    over = {shift for (start, end), shift in lead if start <= exon[1] and exon[0] <= end}
    if not over:
        below = [shift for (_, end), shift in lead if end < exon[0]]
        above = [shift for (start, _), shift in lead if start > exon[1]]
        over = {below[-1], above[0]} if below and above else set(below[-2:] + above[:2])
    return over.pop() if len(over) == 1 else None


def rows(model, old):
    """The gene's row of genes.tsv and its rows of exons.tsv."""
    lifted = lift(model.lead, old)
    shifts, found = lifted or ([None] * len(model.lead), 0)
    by_start = sorted(zip(model.lead, shifts))
    note, cds37 = "no GRCh37 model", (".", ".")
    if lifted:
        cds37 = tuple(at + next(shift for (s, e), shift in by_start if s <= at <= e) for at in model.cds)
        note = f"GRCh37: {found} of {2 * len(shifts)} exon boundaries found in GENCODE v19; outermost ends approximate there"
        note = "." if found == 2 * len(shifts) else note
    gene = [model.symbol, "partner", model.chromosome, model.strand, model.hgnc, model.ensembl, model.transcript, ".", "yes",
            *model.cds, *cds37, "GENCODE, MANE Select", "GRCh38 model laid on GENCODE v19 exon boundaries" if lifted else ".", note]
    sites, exons = model.sites(), []
    others = sorted(set(sites) - set(model.lead))
    for number, exon, shift in [*zip(range(1, 999), model.lead, shifts), *((".", exon, shift_of(exon, by_start)) for exon in others)]:
        exons.append([model.symbol, number, *exon, "." if shift is None else shift, "".join(sorted(sites[exon])) or "."])
    return gene, exons


def add_bases(data, reference, model, exons):
    """Adds the exons' bases to sequence.bin as new intervals, except those already there."""
    raw = (data / "sequence.bin").read_bytes()
    count = struct.unpack_from("<I", raw, 6)[0]
    entries = [struct.unpack_from("<BIII", raw, 10 + 13 * i) for i in range(count)]
    bases = raw[10 + 13 * count :]
    chromosome = CHROMOSOMES[model.chromosome]
    known = {place for c, start, _, length in entries if c == chromosome for place in range(start + 1, start + length + 1)}
    shift_at = {}
    for _, _, start, end, shift, _ in exons:
        for place in range(start, end + 1):
            if place not in known:
                shift_at.setdefault(place, shift)
    added, places = [], sorted(shift_at)
    for place in places:
        if added and added[-1][1] == place - 1 and shift_at[added[-1][0]] == shift_at[place]:
            added[-1][1] = place
        else:
            added.append([place, place])
    for start, end in added:
        sequence = reference.fetch(f"chr{model.chromosome}", start, end)
        if "N" in sequence:
            sys.exit(f"{model.symbol}: the reference has N between {start} and {end}")
        start37 = NO_START if shift_at[start] == "." else start - 1 + shift_at[start]
        entries.append((chromosome, start - 1, start37, end - start + 1))
        bases += pack(sequence)
    file = raw[:6] + struct.pack("<I", len(entries)) + b"".join(struct.pack("<BIII", *entry) for entry in entries) + bases
    (data / "sequence.bin").write_bytes(file)
    held = sum(end - start + 1 for start, end in model.lead)
    coding = sum(max(0, min(e, model.cds[1]) - max(s, model.cds[0]) + 1) for s, e in model.lead)
    text = (data / "sequence.tsv").read_text(encoding="utf-8")
    total = sum(length for *_, length in entries)
    stated = f"# sha256 {hashlib.sha256(file).hexdigest()}, {len(file)} bytes, {len(entries)} stretches, {total} bases"
    text = re.sub(r"# sha256 .*", stated, text)
    (data / "sequence.tsv").write_text(text + "\t".join(map(str, (model.symbol, held, held, coding, coding, "yes", "no", "."))) + "\n")


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gtf", type=pathlib.Path, required=True)
    parser.add_argument("--gtf37", type=pathlib.Path)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=here / "crates/core/src/catalogue/data")
    parser.add_argument("genes", nargs="+", metavar="GENE")
    args = parser.parse_args()
    former = dict((gene.split("=") * 2)[:2] for gene in args.genes)
    known = {row["symbol"] for row in table(args.data / "genes.tsv")}
    if double := sorted(known & set(former)):
        sys.exit(f"{double[0]}: in the catalogue already")
    partners = set()
    for name in ("partners.tsv", "single_reports.tsv"):
        for row in table(args.data / name):
            partners.add(row["symbol"])
            if None in row or None in row.values():
                sys.exit(f"{name}: the row of {row['symbol']} has a different number of cells than the header")
    lines, old = collections.defaultdict(list), collections.defaultdict(set)
    for line in features(args.gtf, former):
        lines[line[0]].append(line)
    for symbol, kind, chromosome, strand, start, end, _ in features(args.gtf37, former.values()) if args.gtf37 else ():
        if kind == "exon":
            old[symbol, chromosome, strand].add((start, end))
    models = [Model(symbol, lines[symbol]) for symbol in former]
    reference = Reference(args.reference) if args.reference else None
    for model in models:
        gene, exons = rows(model, old[former[model.symbol], model.chromosome, model.strand])
        for name, added in (("genes.tsv", [gene]), ("exons.tsv", exons)):
            with open(args.data / name, "a", encoding="utf-8", newline="\n") as out:
                out.writelines("\t".join(map(str, row)) + "\n" for row in added)
        if reference:
            add_bases(args.data, reference, model, exons)
        print(f"{model.symbol}: {len(model.lead)} exons of {model.transcript}, {len(exons)} annotated; {gene[-1]}")
    for symbol in sorted(set(former) - partners):
        print(f"now give {symbol} its row in {args.data / 'single_reports.tsv'}")


if __name__ == "__main__":
    main()
