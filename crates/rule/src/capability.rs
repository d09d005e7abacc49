//! How well a file can show chimeras, given its aligner and later filters.

use crate::{
    Ground, Params,
    file::{Aligner, FileFacts},
};

/// How well chimeras are visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Visibility {
    /// All chimeras that the aligner sees are written.
    Full,
    /// Some chimeras, or some kinds, are lost.
    Reduced,
    /// No sign that any would be written.
    None,
}

impl Visibility {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How well the file can show chimeras: the chance that a chimeric molecule is usable, by kind of evidence. Measured
/// for
/// each aligner (docs/aligners.md).
#[derive(Clone, Debug, PartialEq)]
pub struct Capability {
    /// How well, in one word.
    pub visibility: Visibility,
    /// The ground for it.
    pub ground: Ground,
    /// Why, in a sentence.
    pub basis: String,
    /// Shortest aligned part that the aligner writes as part of a chimera (bases).
    pub anchor_min: u32,
    /// Split reads across a junction with a catalogue partner (fraction).
    pub split_catalogue: f64,
    /// Split reads across a junction with any locus (fraction).
    pub split_any: f64,
    /// Spanning pairs (fraction).
    pub pairs: f64,
}

impl Capability {
    /// From the aligner and later filters.
    pub fn of(file: &FileFacts, p: &Params) -> Self {
        let mut capability = by_aligner(file, p);
        let records = &file.records;
        if file.is_cut_to_kmt2a() {
            capability.is_reduced_by(
                Ground::CutToKmt2a,
                "no read of the file aligns outside KMT2A: if the file was cut to the gene, the partner ends of chimeras were lost",
            );
            // The KMT2A part of a split read is the primary or the supplementary record: both are kept, with their
            // `SA`; an alignment found through the other part's clip is not.
            capability.split_any *= p.cut_split_any;
            capability.split_catalogue *= p.cut_split_catalogue;
            capability.pairs = 0.0;
        }
        let no_pairs = records.paired > 0
            && records.discordant == 0
            && file.library_fragments() >= u64::from(p.chimera_expected)
            && !file.chimeric_given;
        if no_pairs {
            capability.is_reduced_unless_already(
                Ground::NoDiscordantPairs,
                "no pair of the library is discordant (two chromosomes, or far apart): spanning pairs may have been removed",
            );
            capability.pairs = 0.0;
        }
        // An aligner that writes none has none to lose; records that are present were not removed.
        let absent = records.supplementary == 0 && !file.parts_are_secondary && !file.leaves_chimeras_out;
        let parts_lack = records.sa_into_window >= u64::from(p.parts_missing_min)
            && records.sa_without_record as f64 >= p.parts_missing_share * records.sa_into_window as f64;
        if parts_lack && !absent {
            capability.loses_parts(p);
            capability.is_reduced_unless_already(
                Ground::PartsMissing,
                format!(
                    "{} of {} SA entries into KMT2A have no record there: parts of chimeric reads were removed",
                    records.sa_without_record, records.sa_into_window
                ),
            );
        }
        if absent && (file.supplementaries_removed || parts_lack || records.with_sa >= u64::from(p.all_stripped_min)) {
            capability.loses_parts(p);
            capability.is_reduced_by(
                Ground::SupplementariesRemoved,
                "supplementary records are absent from the file: half of the chimeric reads are lost",
            );
        }
        capability
    }

    fn is_reduced_by(&mut self, ground: Ground, basis: impl Into<String>) {
        self.visibility = Visibility::Reduced;
        self.ground = ground;
        self.basis = basis.into();
    }

    fn is_reduced_unless_already(&mut self, ground: Ground, basis: impl Into<String>) {
        if self.visibility == Visibility::Full {
            self.is_reduced_by(ground, basis);
        }
    }

    fn loses_parts(&mut self, p: &Params) {
        self.split_any *= p.stripped_split_any;
        self.split_catalogue *= p.stripped_split_catalogue;
    }
}

/// Shares by the aligner alone: docs/aligners.md says which were measured on reads across known junctions and which are
/// estimates.
fn by_aligner(file: &FileFacts, p: &Params) -> Capability {
    let card = |visibility, ground, basis: &str, anchor_min, (split_catalogue, split_any, pairs)| Capability {
        visibility,
        ground,
        basis: basis.to_owned(),
        anchor_min,
        split_catalogue,
        split_any,
        pairs,
    };
    let (full, reduced) = (Visibility::Full, Visibility::Reduced);
    match file.aligner {
        Aligner::StarChimeric(segment_min) => card(
            full,
            Ground::ChimerasWritten,
            "STAR was set to write chimeric alignments",
            segment_min.unwrap_or(p.clip_anchor).max(p.star_anchor_min),
            (p.star_split_catalogue, p.star_split_any, p.star_pairs),
        ),
        Aligner::StarElsewhere | Aligner::StarPlain => card(
            reduced,
            Ground::ChimerasNotWritten,
            if file.aligner == Aligner::StarElsewhere {
                "STAR wrote chimeric alignments to another file: add it with --chimeric"
            } else {
                "STAR was not set to look for chimeric alignments: only soft clips show a junction, and unmapped reads if the file contains them"
            },
            p.clip_anchor,
            (p.star_plain_split_catalogue, 0.0, 0.0),
        ),
        Aligner::Hisat2 => card(
            reduced,
            Ground::ChimerasNotWritten,
            "HISAT2 writes no chimeric alignments: only spanning pairs, soft clips and unmapped reads can show a junction",
            p.clip_anchor,
            (p.hisat2_split_catalogue, p.hisat2_split_any, p.hisat2_pairs),
        ),
        Aligner::TopHat => card(
            reduced,
            Ground::ChimerasNotWritten,
            "TopHat aligns whole reads only and writes no chimeric alignments: only spanning pairs show a junction",
            p.clip_anchor,
            (0.0, 0.0, p.tophat_pairs),
        ),
        Aligner::LongReadPreset if file.read_len <= p.short_read_max => card(
            reduced,
            Ground::LongReadPreset,
            "minimap2 was run with a preset for long reads: most short reads across a junction, and all pairs, are lost",
            p.supplementary_anchor,
            (p.long_read_split_catalogue, p.long_read_split_any, 0.0),
        ),
        Aligner::Supplementary | Aligner::LongReadPreset => card(
            full,
            Ground::ChimerasWritten,
            "the aligner writes supplementary alignments",
            p.supplementary_anchor,
            (p.supplementary_split, p.supplementary_split, p.supplementary_pairs),
        ),
        Aligner::Unknown => {
            let pairs = if file.records.discordant > 0 {
                p.unknown_pairs
            } else {
                0.0
            };
            let (visibility, split, basis) = if file.records.with_sa > 0 || file.records.supplementary > 0 {
                let basis = "aligner unknown; chimeric alignments are present";
                (reduced, p.unknown_split, basis)
            } else {
                let basis = "aligner unknown, and no chimeric alignment was seen at KMT2A or the control genes";
                (Visibility::None, 0.0, basis)
            };
            let shares = (split, split, pairs);
            card(visibility, Ground::AlignerUnknown, basis, p.unknown_anchor, shares)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
