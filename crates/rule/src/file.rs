//! Facts about an alignment file: its library and records, independent of any junctions.

use crate::Assay;

/// The aligner, with its settings for chimeric alignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligner {
    /// STAR, set to write chimeric alignments to this file or to one that was given; shortest segment (bases), if set.
    StarChimeric(Option<u32>),
    /// STAR, whose chimeric alignments went to another file.
    StarElsewhere,
    /// STAR, not set to detect them.
    StarPlain,
    /// HISAT2.
    Hisat2,
    /// TopHat.
    TopHat,
    /// minimap2 with a preset for long reads.
    LongReadPreset,
    /// An aligner that writes supplementary records (BWA-MEM, minimap2, DRAGEN).
    Supplementary,
    /// Not known.
    Unknown,
}

/// Records of an assay at KMT2A and the control genes (counts of reads, unless stated otherwise).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Primary reads.
    pub primary: u64,
    /// Of those, paired.
    pub paired: u64,
    /// Of those, discordant: on two contigs or far apart.
    pub discordant: u64,
    /// Primary reads with an `SA` tag.
    pub with_sa: u64,
    /// Of those, without any clip.
    pub sa_without_clip: u64,
    /// Primary reads with a soft clip of 20 bases or more.
    pub clipped: u64,
    /// Supplementary records.
    pub supplementary: u64,
    /// `SA` entries that point into the KMT2A window.
    pub sa_into_window: u64,
    /// Of those, entries without a record there.
    pub sa_without_record: u64,
    /// Primary reads in the control genes.
    pub controls: u64,
    /// Names shared by several molecules.
    pub shared_names: u64,
    /// All names.
    pub names: u64,
}

/// Fragments at KMT2A (counts).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fragments {
    /// All of them.
    pub all: u32,
    /// Their molecules.
    pub molecules: u32,
    /// Fragments whose segments in KMT2A are all multi-mapping.
    pub ambiguous: u32,
    /// Fragments whose mate is absent from the file.
    pub mate_missing: u32,
    /// Fragments with any part elsewhere, even if only an `SA` tag shows it.
    pub parts_elsewhere: u32,
    /// Fragments with a read whose records are all elsewhere.
    pub mates_elsewhere: u32,
    /// Fragments that lead elsewhere and have a mate without a record in the file.
    pub mates_absent: u32,
}

/// Mean molecule depths of the gene.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Depth of the deepest exon.
    pub deepest: f64,
    /// RNA: exons that count as covered relative to it ([`Params::exon_covered`](crate::Params)).
    pub exons: usize,
    /// RNA: depth of the 5' part, which contains the major region.
    pub five_prime: f64,
    /// RNA: depth of the 3' end.
    pub three_prime: f64,
    /// DNA: depth of the exons of the major region.
    pub region_exons: f64,
    /// DNA: depth of its introns.
    pub region_introns: f64,
}

/// An alignment file of one assay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FileFacts {
    /// RNA or DNA.
    pub assay: Assay,
    /// The aligner.
    pub aligner: Aligner,
    /// Its settings leave reads across a junction unmapped or clipped, without a chimeric record in this file.
    pub leaves_chimeras_out: bool,
    /// It flags the further alignments of chimeric reads as secondary.
    pub parts_are_secondary: bool,
    /// Chimeras were read from a separate file.
    pub chimeric_given: bool,
    /// Read names of the separate chimeric file that were looked for among the alignments, if none was found (count).
    pub chimeric_names_missing: u64,
    /// A filter removed supplementary records, according to its command line.
    pub supplementaries_removed: bool,
    /// A filter removed reads that could show a junction, according to its command line.
    pub chimeras_removed: bool,
    /// A filter removed discordant pairs, according to its command line.
    pub pairs_removed: bool,
    /// Fragments, not molecules, are counted.
    pub counts_fragments: bool,
    /// The two reads of a pair appear to come from one molecule.
    pub pairs_believed: bool,
    /// Median read length (bases).
    pub read_len: u32,
    /// Records at KMT2A and the control genes.
    pub records: Records,
    /// Fragments at KMT2A.
    pub fragments: Fragments,
    /// Depths.
    pub coverage: Coverage,
}

impl FileFacts {
    /// Fragments at KMT2A and the control genes, counted by primary reads.
    pub const fn library_fragments(&self) -> u64 {
        self.records.primary.saturating_sub(self.records.paired / 2)
    }

    /// No read of the file aligns outside KMT2A: only `SA` entries and mate fields can point there.
    pub const fn is_cut(&self) -> bool {
        self.records.controls == 0 && self.fragments.all > 0 && self.fragments.mates_elsewhere == 0
    }

    /// Nothing in the file points outside KMT2A: it was probably cut to the gene, and the partner ends of a fusion's
    /// reads
    /// may have been lost.
    pub const fn is_cut_to_kmt2a(&self) -> bool {
        self.records.controls == 0 && self.fragments.all > 0 && self.fragments.parts_elsewhere == 0
    }
}

#[cfg(test)]
mod tests {
    use crate::fitness::tests::WHOLE;

    #[test]
    fn a_file_without_a_read_elsewhere_is_cut_if_it_has_reads_at_all() {
        let mut file = WHOLE;
        assert!(!file.is_cut() && !file.is_cut_to_kmt2a());
        file.records.controls = 0;
        assert!(!file.is_cut() && !file.is_cut_to_kmt2a());
        (file.fragments.parts_elsewhere, file.fragments.mates_elsewhere) = (0, 1);
        assert!(!file.is_cut() && file.is_cut_to_kmt2a());
        (file.fragments.parts_elsewhere, file.fragments.mates_elsewhere) = (1, 0);
        assert!(file.is_cut() && !file.is_cut_to_kmt2a());
        file.fragments.parts_elsewhere = 0;
        assert!(file.is_cut() && file.is_cut_to_kmt2a());
        file.fragments.all = 0;
        assert!(!file.is_cut() && !file.is_cut_to_kmt2a(), "an empty file");
    }
}
