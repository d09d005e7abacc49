#!/bin/sh
# Regenerates test-data/, as test-data/README.md describes. The simulated cases need only this repository:
#
#   tools/make_test_data.sh
#
# Their exon sequences come from a GRCh38 FASTA with .fai, and are regenerated only if one is given; chromosome 11
# (`--reference` of the tests) is made from them:
#
#   tools/make_test_data.sh GRCh38.fa.gz
set -eu
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
    python3 tools/make_exon_fasta.py --reference "$1" --out test-data/reference/exons.fa
    rm -f test-data/reference/chr11.fa.gz test-data/reference/chr11.fa.gz.fai test-data/reference/chr11.fa.gz.gzi
    python3 tools/make_chr11.py test-data/reference/exons.fa test-data/reference/chr11.fa.gz
fi
rm -rf test-data/cases test-data/dna
cargo run --release --quiet --example make_test_data
