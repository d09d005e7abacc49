//! The numbers on which a junction is judged.

use crate::{Class, Code, Frame, LibraryType, Params, Reason, Region};

/// The evidence for one junction, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EvidenceFacts {
    /// Its class.
    pub class: Class,
    /// All molecules.
    pub molecules: u32,
    /// Molecules of the whole event that show KMT2A and sequence beyond it (a mate on each side counts).
    pub event_molecules: u32,
    /// Split molecules.
    pub split: u32,
    /// Clip molecules.
    pub clip: u32,
    /// Spanning molecules.
    pub spanning: u32,
    /// Distinct pairs of fragment ends.
    pub distinct_ends: u32,
    /// Longest anchor: the shorter side of a split or clip molecule, the best of them (bases).
    pub anchor: u32,
    /// A read resolves the breakpoint to the base.
    pub is_precise: bool,
    /// Annotated donor on the 5' side.
    pub five_at_splice_site: bool,
    /// Annotated acceptor on the 3' side.
    pub three_at_splice_site: bool,
    /// Region of KMT2A.
    pub region: Region,
    /// A duplication between exons that known duplications use.
    pub usual_exons: bool,
    /// RNA: a duplication whose 3' side is just upstream of the first exon, so that it repeats whole exons from any
    /// donor.
    pub before_first_exon: bool,
    /// Bases that a tandem duplication within an exon adds; `None` for everything else.
    pub internal_repeat: Option<i64>,
    /// The partner is in the catalogue.
    pub is_partner: bool,
    /// The partner side is in a gene.
    pub in_gene: bool,
    /// The partner gene is joined in sense orientation.
    pub is_sense: bool,
    /// Reading frame.
    pub frame: Frame,
    /// Molecules that align uniquely in KMT2A.
    pub unique_kmt2a: u32,
    /// Molecules that align uniquely on the other side.
    pub unique_partner: u32,
    /// Sequence homology (bases).
    pub homology: u32,
    /// Share of read bases that disagree with the consensus (thousandths).
    pub disagreement_permille: u32,
    /// Wild-type molecules at the same splice site.
    pub wild_type: u32,
    /// The canonical junction of the same event (for a canonical one: the reciprocal) is at tier medium or high.
    pub companion: bool,
    /// DNA: a junction of the other derivative faces it, both resolved to the base.
    pub faced: bool,
    /// Another junction of the same event and role is resolved to the base.
    pub beside_precise: bool,
    /// The other side is unplaced, and KMT2A's is within an exon, not at an end of it.
    pub unplaced_in_exon: bool,
    /// DNA: possibly one end of an inserted mobile element.
    pub may_be_insertion: bool,
}

impl EvidenceFacts {
    /// Annotated exon ends on both sides.
    pub const fn on_splice_sites(&self) -> bool {
        self.five_at_splice_site && self.three_at_splice_site
    }

    /// Whether several molecules duplicate the gene from upstream of its first exon, as in one of 24 patients with a
    /// duplication (an AML cohort, Leucegene); a single molecule is as likely a chimera.
    pub const fn repeats_from_first(&self, p: &Params) -> bool {
        self.before_first_exon && self.molecules >= p.molecules_min
    }

    /// Reason `base-unknown`, if only spanning pairs support the junction.
    pub fn base_unknown(&self, is_dna: bool) -> Option<Reason> {
        let text = if is_dna {
            "only spanning pairs show it: the breakpoints are the nearest aligned bases on either side"
        } else {
            "only spanning pairs show it: the breakpoints are inferred exon ends, or the nearest aligned bases"
        };
        (!self.is_precise).then(|| Reason::new(Code::BaseUnknown, text))
    }
}

/// Noise and library of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    /// Chimeric molecules that join KMT2A to unrelated loci: the sample's own noise.
    pub chimeras: u32,
    /// Of those, the ones that end in a catalogue partner.
    pub partner_chimeras: u32,
    /// Back-splice molecules at KMT2A exon pairs that duplications do not use.
    pub other_back_splices: u32,
    /// Wild-type molecules at the donors of those.
    pub other_wild_type: u32,
    /// Library type.
    pub library: LibraryType,
    /// Back-splice ratio of healthy blood (fraction).
    pub ptd_background: f64,
    /// DNA: splice sites and frame are not informative.
    pub is_dna: bool,
}

impl Context {
    /// A sample without noise other than the back-splice ratio of healthy blood.
    pub const fn quiet(library: LibraryType, is_dna: bool, p: &Params) -> Self {
        Self {
            chimeras: 0,
            partner_chimeras: 0,
            other_back_splices: 0,
            other_wild_type: 0,
            library,
            ptd_background: p.ptd_background,
            is_dna,
        }
    }
}
