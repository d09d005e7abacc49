//! The plain numbers on which a junction is judged.

use crate::{Class, Code, Frame, LibraryType, Params, Reason, Region};

/// What is known of one junction, in plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EvidenceFacts {
    /// What it is for KMT2A.
    pub class: Class,
    /// Molecules in all.
    pub molecules: u32,
    /// Molecules of the whole event that show KMT2A and something beyond it (a mate on each side counts).
    pub event_molecules: u32,
    /// Split molecules.
    pub split: u32,
    /// Clip molecules.
    pub clip: u32,
    /// Spanning molecules.
    pub spanning: u32,
    /// Distinct pairs of fragment ends.
    pub distinct_ends: u32,
    /// Longest shorter side of one split or clip molecule (bases).
    pub anchor: u32,
    /// A read shows the very base.
    pub is_precise: bool,
    /// Annotated donor on the 5' side.
    pub five_at_splice_site: bool,
    /// Annotated acceptor on the 3' side.
    pub three_at_splice_site: bool,
    /// Region of KMT2A.
    pub region: Region,
    /// A duplication that joins exons which the known ones join.
    pub usual_exons: bool,
    /// RNA: a duplication whose 3' side lies just before the first exon, so that it repeats whole exons wherever it leaves.
    pub before_first_exon: bool,
    /// Bases that a tandem repeat within an exon adds; `None` for everything else.
    pub internal_repeat: Option<i64>,
    /// The partner is in the catalogue.
    pub is_partner: bool,
    /// The partner side lies in a gene.
    pub in_gene: bool,
    /// The molecule runs along the partner gene.
    pub is_sense: bool,
    /// Reading frame.
    pub frame: Frame,
    /// Molecules with a unique place in KMT2A.
    pub unique_kmt2a: u32,
    /// Molecules with a unique place on the other side.
    pub unique_partner: u32,
    /// Sequence homology (bases).
    pub homology: u32,
    /// Disagreement of reads with the consensus (thousandths).
    pub disagreement_permille: u32,
    /// Wild-type molecules at the same splice site.
    pub wild_type: u32,
    /// The canonical junction of the same event (for a canonical one: the reciprocal) stands at medium or better.
    pub companion: bool,
    /// DNA: a junction of the other derivative faces it, both with their bases shown.
    pub faced: bool,
    /// A junction of the same event and role whose base a read shows.
    pub beside_precise: bool,
    /// DNA: it may be one end of an inserted mobile element.
    pub may_be_insertion: bool,
}

impl EvidenceFacts {
    /// Annotated exon ends on both sides.
    pub const fn on_splice_sites(&self) -> bool {
        self.five_at_splice_site && self.three_at_splice_site
    }

    /// Whether several molecules repeat the gene from before its first exon, as one of 24 patients' duplications did (an AML
    /// cohort's junctions, Leucegene); a single one is a chimera as likely.
    pub const fn repeats_from_first(&self, p: &Params) -> bool {
        self.before_first_exon && self.molecules >= p.molecules_min
    }

    /// That no read shows the base, where none does.
    pub fn base_unknown(&self, is_dna: bool) -> Option<Reason> {
        let text = if is_dna {
            "only mates show it: the breakpoints are the nearest bases seen on either side"
        } else {
            "only mates show it: the breakpoints are inferred exon ends, or the nearest bases seen"
        };
        (!self.is_precise).then(|| Reason::new(Code::BaseUnknown, text))
    }
}

/// What is known of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    /// Chimeric molecules that join KMT2A to unrelated places: the sample's own noise.
    pub chimeras: u32,
    /// Of those, the ones that end in a partner of the catalogue.
    pub partner_chimeras: u32,
    /// Back-splice molecules at other KMT2A exon pairs than those of duplications.
    pub other_back_splices: u32,
    /// Wild-type molecules at the donors of those.
    pub other_wild_type: u32,
    /// Library type.
    pub library: LibraryType,
    /// Back-splice ratio of healthy blood (fraction).
    pub ptd_background: f64,
    /// DNA: splice sites and frame say nothing.
    pub is_dna: bool,
}

impl Context {
    /// A sample without noise, beside the back-splice ratio of healthy blood.
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
