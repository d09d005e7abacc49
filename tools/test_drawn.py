#!/usr/bin/env python3
"""Tests of the simulated sets: lifting, junctions shown by a fragment, frames, decoys. Run: tools/test_drawn.py"""
import io
import random
import unittest

import lift_windows
from drawn import junction, models, reads


class Fixed:
    """A reference given as text: one window of one chromosome."""

    def __init__(self, text):
        self.text = text

    def get(self, chrom, start, end):
        if start < 1 or end > len(self.text):
            raise KeyError(chrom)
        return self.text[start - 1 : end]

    def spliced(self, gene, blocks):
        return models.Reference.spliced(self, gene, blocks)


def gene(name, strand, exons, coding):
    g = models.Gene(name, "c", strand)
    g.exons, g.coding = list(exons), list(coding)
    g.finish()
    return g


class Lifting(unittest.TestCase):
    def test_record_mate_sa_and_xa_are_moved(self):
        f = "r\t1\tchr1:101-200\t5\t60\t4M\tchr2:11-50\t7\t0\tACGT\tIIII\tSA:Z:chr1:101-200,9,+,4M,1,0;\tXA:Z:chr2:11-50,-3,4M,0;"
        out = lift_windows.lift_record(f.split("\t"))
        self.assertEqual(out[2:4] + out[6:8], ["chr1", "105", "chr2", "17"])
        self.assertEqual(out[11:], ["SA:Z:chr1,109,+,4M,1,0;", "XA:Z:chr2,-13,4M,0;"])

    def test_junction_lines(self):
        line = "\t".join(["chr1:101-200", "5", "+", "chr2:11-50", "3", "-", "1", "0", "0", "r", "2", "4M", "1", "4M", "1"])
        f = lift_windows.lift_junction(line + "\n").split("\t")
        self.assertEqual([f[0], f[1], f[3], f[4], f[10], f[12]], ["chr1", "105", "chr2", "13", "102", "11"])


class Holding(unittest.TestCase):
    def test_one_read_with_ten_bases_on_both_sides_is_split(self):
        self.assertEqual(junction.shape((10, 10, 0, 40)), "split")
        self.assertEqual(junction.shape((9, 50, 9, 50)), "short")
        self.assertEqual(junction.shape((50, 0, 0, 50)), "spanning")

    def test_reads_that_the_file_lacks_do_not_count(self):
        self.assertEqual(junction.shape((40, 40, 0, 90), (False, True)), None)
        self.assertEqual(junction.shape((50, 0, 0, 50), (True, False)), None)

    def test_bases_that_both_sides_share_widen_what_must_be_held(self):
        #              exon 1      intron          exon 2
        text = "ATGAAACCCG" + "TTTACGTAAG" + "TTTGGGCCCTAA" + "A" * 80
        five = gene("A", "+", [(1, 10), (21, 32)], [(1, 10), (21, 32)])

        class World:
            reference = Fixed(text)

        one = junction.Side(five, [(1, 10)], 1, True)
        two = junction.Side(five, [(24, 32)], None, False)
        made = junction.Junction(World, "E1", "plain", one, two, "", "canonical")
        # Exon 1 is followed by TTT in the intron and in exon 2, the other side begins with GGG: nothing is shared on the right;
        # the other side is preceded by TTT, exon 1 ends in G: nothing on the left.
        self.assertEqual((made.left_ambiguity, made.right_ambiguity), (0, 0))
        three = junction.Side(five, [(21, 32)], None, False)
        made = junction.Junction(World, "E1", "plain", one, three, "", "canonical")
        self.assertGreaterEqual(made.right_ambiguity, 3)


class Frames(unittest.TestCase):
    def test_frame_follows_coding_bases_inserted_bases_and_stops(self):
        text = "ATGAAACCCG" + "C" * 30 + "ATGG" + "C" * 6 + "CCGCCGCCGC" + "A" * 60
        a = gene("A", "+", [(1, 10), (21, 32)], [(1, 10), (21, 32)])
        b = gene("B", "+", [(41, 44), (51, 60)], [(41, 44), (51, 60)])

        class World:
            reference = Fixed(text)
            real = {"A": True, "B": True}

        five, three = junction.Side(a, [(1, 10)], 1, True), junction.Side(b, [(51, 60)], 2, True)
        said = [junction.Junction(World, "E1", "plain", five, three, i, "canonical").frame for i in ("", "C", "CC", "CCC", "TACTCC")]
        self.assertEqual(said, ["in-frame", "out-of-frame", "out-of-frame", "in-frame", "in-frame"])
        self.assertEqual(junction.Junction(World, "E1", "plain", five, three, "CCTAGC", "canonical").frame, "stop-codon")


class Sequences(unittest.TestCase):
    def test_exon_ends_follow_the_strand(self):
        g = gene("B", "-", [(1, 10), (21, 30)], [])
        self.assertEqual((g.first(1), g.last(1), g.first(2)), (30, 21, 10))
        self.assertEqual(g.upstream(25), [(25, 30)])
        self.assertEqual(g.downstream(5), [(1, 5)])

    def test_copies_diverge_by_about_the_rate(self):
        dice = random.Random(1)
        text = models.random_bases(4000, dice)
        copy = models.diverge(text, 0.1, dice)
        self.assertTrue(3700 < len(copy) < 4300)
        self.assertNotEqual(copy, text)

    def test_blocks_are_read_as_gzip(self):
        import gzip

        out = io.BytesIO()
        blocks = models.Blocks(out)
        data = b"N" * 200_000 + b"ACGT"
        blocks.write(data)
        blocks.close()
        self.assertEqual(gzip.decompress(out.getvalue()), data)

    def test_a_short_fragment_shows_the_adapter(self):
        class Same:
            def draw(self, end, length, dice):
                return "I" * length, [1e-9] * length

        bases, _, _ = reads.read_of("ACGT" * 10, 1, 75, Same(), random.Random(1), "g")
        self.assertEqual(bases[:40], "ACGT" * 10)
        self.assertEqual(bases[40:], reads.ADAPTER_1[:35])


if __name__ == "__main__":
    unittest.main()
