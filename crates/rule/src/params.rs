//! Every number of the decision, once: unit, meaning, source, default.
//!
//! The rule reads its numbers from a [`Params`] that is handed to it; the report prints them whole under
//! `parameters.rule`. What the numbers do stands beside the code that uses them. KMT2A's own facts (regions, donors,
//! exon pairs of duplications) are the catalogue's; what an aligner lets through is the table in
//! `conclude::adequacy`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number of the rule, for documents and tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamCard {
    /// Name, as in [`Params`] and under `parameters.rule`.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Meaning.
    pub meaning: &'static str,
    /// Where the value is from.
    pub source: &'static str,
    /// Value unless told otherwise.
    pub default: f64,
}

/// Declares the numbers: meaning (as the doc comment), name, type, default, unit, source.
macro_rules! params {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $default:literal, $unit:literal, $source:literal;)+) => {
        /// The numbers of the rule.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Params {
            $($(#[doc = $meaning])+ #[doc = ""] #[doc = concat!("Unit: ", $unit, ". Source: ", $source)] pub $name: $kind,)+
        }

        impl Default for Params {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Params {
            /// A card for each number, in order.
            pub const CARDS: &'static [ParamCard] = &[$(ParamCard {
                name: stringify!($name),
                unit: $unit,
                meaning: concat!($($meaning),+),
                source: $source,
                default: $default as f64,
            },)+];

            /// The numbers by name.
            pub fn by_name(&self) -> BTreeMap<&'static str, f64> {
                BTreeMap::from([$((stringify!($name), f64::from(self.$name)),)+])
            }

            /// The same numbers with one of them multiplied, for tests of how far a decision hangs on it; `None` for a
            /// name that is none.
            pub fn scaled(&self, name: &str, by: f64) -> Option<Self> {
                let mut scaled = *self;
                match name {
                    $(stringify!($name) => scaled.$name = times(f64::from(self.$name), by, $unit) as $kind,)+
                    _ => return None,
                }
                Some(scaled)
            }
        }
    };
}

/// A number multiplied; a whole number moves by one at least, a probability stays below 1.
fn times(value: f64, by: f64, unit: &str) -> f64 {
    let moved = value * by;
    if unit == "probability" && moved >= 1.0 {
        f64::midpoint(value, 1.0)
    } else if value.fract() == 0.0 && value >= 1.0 && (moved - value).abs() < 1.0 {
        value + (by - 1.0).signum()
    } else {
        moved
    }
}

params! {
    /// Score from which a junction is at tier high.
    tier_high: f64 = 0.99, "probability", "stated; checked by simulation (docs/accuracy.md)";
    /// Score from which it is at tier medium.
    tier_medium: f64 = 0.9, "probability", "stated; checked by simulation";
    /// Score from which it is at tier low.
    tier_low: f64 = 0.5, "probability", "as likely as not";

    /// Prior of a fusion to a partner of the catalogue, in a sample sent for this question.
    prior_catalogue: f64 = 0.02, "probability", "expert estimate";
    /// Prior of a fusion to a gene that the catalogue does not have.
    prior_other_gene: f64 = 0.002, "probability", "expert estimate: one in ten of the former";
    /// Prior of a fusion to a place without a gene.
    prior_intergenic: f64 = 0.001, "probability", "expert estimate";
    /// Prior of a reciprocal junction to a partner of the catalogue on its own.
    prior_reciprocal: f64 = 0.005, "probability", "expert estimate";
    /// Prior of a junction whose other derivative, or whose chain, is believed.
    prior_companion: f64 = 0.3, "probability", "expert estimate";
    /// Prior of a duplication between exons of the known ones.
    prior_ptd: f64 = 0.04, "probability", "KMT2A-PTD in 3 to 6 % of AML";
    /// Prior of another back-splice or deletion inside KMT2A.
    prior_other_back_splice: f64 = 0.002, "probability", "expert estimate";
    /// Prior of a read-through with a neighbour.
    prior_read_through: f64 = 0.2, "probability", "expert estimate";
    /// Prior of an inverted piece of KMT2A.
    prior_inverted: f64 = 0.0005, "probability", "expert estimate";
    /// Prior of a junction further along a molecule whose other junction is not believed.
    prior_chained: f64 = 0.001, "probability", "expert estimate";

    /// Share of a library's chimeras whose other end is a partner of the catalogue.
    chimera_in_catalogue: f64 = 0.015, "fraction", "146 of about 20,000 genes, doubled because partners are expressed in blood";
    /// Weight of that share against the sample's own count.
    share_weight: f64 = 10.0, "chimeras", "reasoned";
    /// Chance that a chimera breaks on an annotated exon end on one given side.
    chimera_on_splice_site: f64 = 0.01, "probability", "two ends every 150 bases of transcript, of which one fits the direction";
    /// Share of chimeras that a second molecule repeats, their base shown.
    chimera_repeats: f64 = 0.02, "fraction", "reasoned: copies that escaped, homology";
    /// Factor of each further molecule.
    chimera_repeats_more: f64 = 0.35, "factor", "reasoned";
    /// Share of genomic chimeras that a second molecule repeats at the very same bases.
    genomic_repeats: f64 = 0.002, "fraction", "reasoned; drawn samples with 0 to 200 chimeras (docs/accuracy.md)";
    /// Factor of each further molecule, DNA.
    genomic_repeats_more: f64 = 0.1, "factor", "reasoned; the same samples";
    /// Share of chimeric pairs that a second pair repeats within a fragment's reach.
    pair_repeats: f64 = 0.004, "fraction", "reasoned";
    /// Share of chimeric pairs whose strands and order fit a transcript.
    chimera_ordered: f64 = 0.25, "fraction", "one of four strand pairs";
    /// Chimeras that a sample counts beside those it shows.
    chimera_prior: f64 = 1.0, "chimeras", "a sample that shows none may have had one";

    /// Share of true RNA junctions on annotated exon ends of both sides.
    true_both_sites: f64 = 0.94, "fraction", "expert estimate; patients' junctions (docs/accuracy.md)";
    /// Share on KMT2A's exon end only.
    true_five_site: f64 = 0.03, "fraction", "expert estimate";
    /// Share on the partner's exon end only.
    true_three_site: f64 = 0.01, "fraction", "expert estimate";
    /// Share on neither.
    true_no_site: f64 = 0.02, "fraction", "expert estimate";
    /// Share on KMT2A's exon end where the partner has no gene model.
    true_kmt2a_site: f64 = 0.9, "fraction", "expert estimate";

    /// Factor of a junction in frame.
    frame_kept: f64 = 2.5, "factor on the odds", "one in three by chance, five of six of proven fusions";
    /// Factor of a canonical junction out of frame.
    frame_lost: f64 = 0.3, "factor on the odds", "the same";
    /// Factor of a break in the major region, RNA.
    region_major: f64 = 8.0, "factor on the odds", "89 % of breaks (410 of 461, KMT2A-NGS) against a tenth of the transcript, rounded towards 1";
    /// Factor of a break in the minor region, RNA.
    region_minor: f64 = 3.0, "factor on the odds", "10 % of breaks against 3 % of the transcript";
    /// Factor of a break elsewhere, RNA.
    region_other: f64 = 0.05, "factor on the odds", "1 % of breaks against the rest";
    /// Factor of a break in the major region, DNA.
    genomic_region_major: f64 = 6.0, "factor on the odds", "the same series against the gene's bases";
    /// Factor of a break in the minor region, DNA.
    genomic_region_minor: f64 = 3.0, "factor on the odds", "the same";
    /// Factor of a break elsewhere, DNA.
    genomic_region_other: f64 = 1.0, "factor on the odds", "no weight";
    /// Factor of a molecule that runs along the partner gene.
    strand_sense: f64 = 1.5, "factor on the odds", "one in two by chance";
    /// Factor of one that runs against it.
    strand_antisense: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Factor of reads over the break and pairs that agree, DNA.
    both_classes: f64 = 10.0, "factor on the odds", "expert estimate";
    /// Factor of the other derivative's junction facing it, DNA.
    faced: f64 = 50.0, "factor on the odds", "chance puts two of 200 chimeras so in one sample of ten thousand; copies of a repeat may, so that less is given";
    /// Distance within which two junctions face each other.
    facing: u32 = 1_000, "bases", "wider ones are paired into one event all the same, where chance is no longer small";

    /// Shorter side of one molecule under which it is short.
    anchor_short: u32 = 10, "bases", "4^10: a place by chance in a gene's surroundings";
    /// Shorter side from which it is long.
    anchor_long: u32 = 18, "bases", "4^18: unique in a genome";
    /// Factor of a short side.
    anchor_short_weight: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Factor of a long side.
    anchor_long_weight: f64 = 1.5, "factor on the odds", "expert estimate";
    /// Factor where no molecule has a unique place on a side.
    place_none: f64 = 0.05, "factor on the odds", "expert estimate";
    /// Factor where fewer than the stated share have one.
    place_few: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Share of molecules with a unique place under which they are few.
    place_share: f64 = 0.5, "fraction", "half";
    /// Homology from which template switching is likelier, away from exon ends.
    homology_long: u32 = 8, "bases", "expert estimate";
    /// Factor of such homology.
    homology_weight: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Share of read bases that disagree with the consensus above which it is doubted.
    disagreement: u32 = 60, "thousandths", "six times a sequencer's error rate";
    /// Factor of such disagreement.
    disagreement_weight: f64 = 0.2, "factor on the odds", "expert estimate";

    /// Molecules that must show KMT2A and something beyond it, and the junction itself, for a tier above low.
    molecules_min: u32 = 2, "molecules", "stated: one molecule may be a chimera that fits perfectly";
    /// Molecules from which pairs alone can rise above low.
    pairs_only_min: u32 = 3, "molecules", "stated";
    /// Expected chimeric pairs on partners of the catalogue above which a lone pair is not reported.
    lone_pair_expected: f64 = 0.01, "pairs", "one false row in a hundred samples";
    /// Molecules up to which a junction away from exon ends counts with the library's chimeras.
    chimera_molecules_max: u32 = 2, "molecules", "reasoned";
    /// Share of the strongest junction's molecules from which an in-frame one may lead its event.
    lead_share: f64 = 0.1, "fraction", "stated";

    /// Back-splice to wild-type ratio of healthy blood in poly-A RNA.
    ptd_background: f64 = 0.001, "ratio", "four logs below acute leukaemia (Blood 1998;92:1728; Leuk Res 2006;30:1091), a power of ten as margin";
    /// Molecules without which a duplication stays low.
    ptd_molecules_min: u32 = 4, "molecules", "stated";
    /// Confidence of the lower bound that must pass the background.
    ptd_confidence: f64 = 0.95, "probability", "stated";
    /// Confidence of the upper bound of the sample's own back-splice rate.
    ptd_own_confidence: f64 = 0.90, "probability", "stated";
    /// Dispersion of back-splices of one library.
    ptd_dispersion: f64 = 0.5, "variance over squared mean", "they come in bursts; expert estimate";
    /// Least expected back-splices.
    ptd_expected_min: f64 = 0.001, "molecules", "a floor";
    /// Least probability of chance that is counted.
    ptd_chance_min: f64 = 0.000001, "probability", "a floor: other errors are likelier";
    /// Factor of a library that may hold circular RNA.
    ptd_library: f64 = 0.5, "factor on the odds", "expert estimate";

    /// Score from which a junction below every tier blocks a negative.
    near_tier: f64 = 0.1, "probability", "one in ten such junctions is true: twice what a negative may miss";
    /// Distance from exon ends of both sides within which one blocks a negative too.
    beside_exon_ends: u32 = 3, "bases", "a sequencing error or an inserted base moves a junction so far";
    /// Least bases on both sides of such a junction.
    beside_anchor: u32 = 10, "bases", "as for a short side";
    /// Score from which a lone pair is named as suspected.
    suspected: f64 = 0.5, "probability", "as likely as not";
    /// Bound of the fraction below which a candidate is waived; never above the limit asked for.
    waive_limit: f64 = 0.05, "fraction", "half the default of --required-lod";
    /// Bases beyond the ambiguity interval on both sides from which a read that joins exon ends is never waived.
    waive_anchor: u32 = 10, "bases", "as for a short side";
    /// Unique bases in a gene of the catalogue from which a genomic candidate is never waived.
    waive_anchor_dna: u32 = 20, "bases", "longer than a long side";

    /// Chance of detection at the limit.
    confidence: f64 = 0.95, "probability", "stated";
    /// Variance of the molecule count beyond Poisson.
    dispersion: f64 = 0.02, "variance over squared mean", "a floor for PCR and sampling of one library (docs/limit-of-detection.md)";
    /// Bases over an annotated junction from which a wild-type read counts.
    wild_type_anchor: u32 = 3, "bases", "STAR's alignSJDBoverhangMin; HISAT2's alike";
    /// Shorter side that a typical molecule of a fusion shows, RNA.
    typical_anchor: u32 = 24, "bases", "half of what reads of 100 bases show";
    /// The same in DNA.
    typical_anchor_dna: u32 = 30, "bases", "BWA-MEM reports a part from a score of 30 on";
    /// Molecules over a position from which it counts as callable, DNA.
    callable: u32 = 20, "molecules", "fewer cannot show a clonal heterozygous break with certainty";
    /// Depth of the minor region as a share of the major one's below which a panel does not cover it.
    not_targeted: f64 = 0.05, "fraction", "stated";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_unit_meaning_and_source() {
        let mut names: Vec<&str> = Params::CARDS.iter().map(|card| card.name).collect();
        for card in Params::CARDS {
            for text in [card.unit, card.meaning, card.source] {
                assert!(!text.trim().is_empty(), "{}", card.name);
            }
            assert!(card.default > 0.0, "{}", card.name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Params::CARDS.len());
        let defaults = Params::default().by_name();
        assert!(Params::CARDS.iter().all(|card| defaults[card.name] == card.default));
    }

    #[test]
    fn numbers_are_read_back_and_unknown_ones_refused() {
        let text = serde_json::to_string(&Params::default()).unwrap();
        assert_eq!(serde_json::from_str::<Params>(&text).unwrap(), Params::default());
        let one: Params = serde_json::from_str("{\"molecules_min\": 3}").unwrap();
        assert_eq!(
            one,
            Params {
                molecules_min: 3,
                ..Params::default()
            }
        );
        assert!(serde_json::from_str::<Params>("{\"molecule_min\": 3}").is_err());
    }

    #[test]
    fn a_scaled_number_moves() {
        for card in Params::CARDS {
            for by in [0.8, 1.2] {
                let scaled = Params::default().scaled(card.name, by).unwrap();
                assert_ne!(scaled, Params::default(), "{} {by}", card.name);
            }
        }
        assert_eq!(Params::default().scaled("nothing", 2.0), None);
    }
}
