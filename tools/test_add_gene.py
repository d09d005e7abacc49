#!/usr/bin/env python3
"""Tests of add_gene.py on a made-up gene on the reverse strand: three exons, stop codon outside the CDS, one exon of
another transcript."""

import contextlib
import gzip
import io
import pathlib
import shutil
import sys
import tempfile
import unittest
from unittest import mock

import add_gene
from make_homologous_exons import stretches
from make_sequence import table

DATA = pathlib.Path(__file__).resolve().parent.parent / "crates/core/src/catalogue/data"


def line(kind, start, end, transcript, more=""):
    return (f'chr2\tx\t{kind}\t{start}\t{end}\t.\t-\t.\tgene_id "ENSG00000999999.3"; gene_name "MADEUP1"; '
            f'transcript_id "{transcript}"; hgnc_id "HGNC:99999"; {more}\n')


GTF = "".join([
    line("transcript", 1001, 2010, "ENST1.2", 'tag "MANE_Select";'),
    line("exon", 1901, 2010, "ENST1.2"), line("exon", 1501, 1560, "ENST1.2"), line("exon", 1001, 1100, "ENST1.2"),
    line("CDS", 1901, 1930, "ENST1.2"), line("CDS", 1501, 1560, "ENST1.2"), line("CDS", 1056, 1100, "ENST1.2"),
    line("stop_codon", 1053, 1055, "ENST1.2"),
    line("transcript", 1001, 2010, "ENST2.1"), line("exon", 1901, 2010, "ENST2.1"), line("exon", 1301, 1350, "ENST2.1"),
])
# On the other build everything is shifted by 500 bases, and the outermost end differs.
GTF37 = GTF.replace("2010", "1995")


class AddGene(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.data = self.folder / "data"
        shutil.copytree(DATA, self.data)

    def run_on(self, *more, text=GTF):
        gtf = self.folder / "genes.gtf.gz"
        gtf.write_bytes(gzip.compress(text.encode()))
        words = ["add_gene.py", "--gtf", str(gtf), "--data", str(self.data), *more, "MADEUP1"]
        with mock.patch.object(sys, "argv", words), contextlib.redirect_stdout(io.StringIO()) as out:
            add_gene.main()
        return out.getvalue()

    def added(self, name):
        return [row for row in table(self.data / name) if row["symbol"] == "MADEUP1"]

    def test_model_and_sites_follow_the_strand(self):
        self.assertIn("give MADEUP1 its row", self.run_on())
        (gene,) = self.added("genes.tsv")
        self.assertEqual((gene["hgnc"], gene["ensembl"], gene["strand"]), ("HGNC:99999", "ENSG00000999999", "-"))
        self.assertEqual((gene["cds_start38"], gene["cds_end38"], gene["cds_start37"]), ("1053", "1930", "."))
        exons = [(row["exon"], row["start38"], row["sites"]) for row in self.added("exons.tsv")]
        self.assertEqual(exons, [("1", "1901", "d"), ("2", "1501", "ad"), ("3", "1001", "a"), (".", "1301", "a")])
        before = (DATA / "exons.tsv").read_text()
        self.assertTrue((self.data / "exons.tsv").read_text().startswith(before))

    def test_exons_keep_their_length_on_grch37(self):
        old = self.folder / "old.gtf"
        shift = lambda cells: "\t".join([*cells[:3], str(int(cells[3]) + 500), str(int(cells[4]) + 500), *cells[5:]])
        old.write_text("\n".join(shift(row.split("\t")) for row in GTF37.splitlines()) + "\n")
        self.assertIn("5 of 6 exon boundaries", self.run_on("--gtf37", str(old)))
        self.assertEqual({row["shift37"] for row in self.added("exons.tsv")}, {"500"})
        self.assertEqual(self.added("genes.tsv")[0]["cds_end37"], "2430")

    def test_a_lift_that_puts_exons_over_each_other_is_none(self):
        exons = [(1001, 1100), (1501, 1560), (1901, 2000)]
        self.assertIsNone(add_gene.lift(exons, {(1501, 1600), (2001, 2060)}))

    def test_bases_are_added_behind_those_that_are_there(self):
        class Fake:
            def __init__(self, path):
                pass

            def fetch(self, contig, start, end):
                return "".join("ACGT"[place % 4] for place in range(start, end + 1))

        before = stretches(self.data / "sequence.bin")
        with mock.patch.object(add_gene, "Reference", Fake):
            self.run_on("--reference", "x.fa.gz")
        after = stretches(self.data / "sequence.bin")
        new = [part for part in after["2"] if part not in before["2"]]
        self.assertEqual({start: len(bases) for start, bases in new}, {1001: 100, 1301: 50, 1501: 60, 1901: 110})
        self.assertTrue(all(bases == Fake("").fetch("", start, start + len(bases) - 1) for start, bases in new))
        self.assertEqual([p for p in after["2"] if p in before["2"]], before["2"])
        self.assertEqual(self.added("sequence.tsv")[0]["coding_known"], "138")

    def test_what_cannot_be_added_is_refused_and_nothing_written(self):
        for text, reason in [
            (GTF.replace("MANE_Select", "basic"), "0 MANE Select"),
            (GTF.replace("1053\t1055", "1054\t1055"), "not a whole number of codons"),
            (GTF.replace("chr2\t", "chrUn_KI270742v1\t"), "not on a chromosome"),
        ]:
            with self.assertRaisesRegex(SystemExit, reason):
                self.run_on(text=text)
        with open(self.data / "single_reports.tsv", "a") as out:
            out.write("MADEUP1\t.\n")
        with self.assertRaisesRegex(SystemExit, "row of MADEUP1 has a different number of cells"):
            self.run_on()
        self.assertEqual((self.data / "genes.tsv").read_text(), (DATA / "genes.tsv").read_text())


if __name__ == "__main__":
    unittest.main()
