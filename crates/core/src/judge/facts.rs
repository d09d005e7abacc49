//! The plain numbers on which a junction is judged.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::{
    annotate::{AnnotatedJunction, Class, Frame, Side},
    catalogue::scheme::{MAJOR_DONORS, MINOR_DONORS},
};

/// How the library was made, where it matters for back-splices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LibraryType {
    /// Poly-A selected: circular RNA is depleted.
    PolyA,
    /// Total RNA (ribosomal RNA depleted): circular RNA is present.
    Total,
    /// Not stated.
    #[default]
    Unknown,
}

impl LibraryType {
    /// The word in outputs and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PolyA => "poly-a",
            Self::Total => "total",
            Self::Unknown => "unknown",
        }
    }
}

/// KMT2A's breakpoint regions (MANE donors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Donors e7 to e12.
    Major,
    /// Donors e20 to e23.
    Minor,
    /// Elsewhere.
    Other,
}

impl Region {
    /// The region of a donor exon.
    pub fn of_donor(exon: u16) -> Self {
        if MAJOR_DONORS.contains(&exon) {
            Self::Major
        } else if MINOR_DONORS.contains(&exon) {
            Self::Minor
        } else {
            Self::Other
        }
    }
}

/// What is known of one junction, in plain numbers.
#[derive(Clone, Debug, PartialEq)]
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
    /// Donor exon of a duplication, and its acceptor exon.
    pub ptd_exons: Option<(u16, u16)>,
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
    /// That no read shows the base, where none does.
    pub fn base_unknown(&self, is_dna: bool) -> Option<Reason> {
        let text = if is_dna {
            "only mates show it: the breakpoints are the nearest bases seen on either side"
        } else {
            "only mates show it: the breakpoints are inferred exon ends, or the nearest bases seen"
        };
        (!self.is_precise).then(|| Reason::new(super::cards::Code::BaseUnknown, text))
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

/// The facts of an annotated junction.
pub fn of(junction: &AnnotatedJunction, wild_type: u32, event_molecules: u32) -> EvidenceFacts {
    let c = &junction.candidate;
    let e = &c.evidence;
    let partner = junction.partner_side();
    let kmt2a_is_five = junction.five.is_kmt2a;
    let exon = |side: &Side| side.exon.or(side.intron);
    let donor = if kmt2a_is_five {
        exon(&junction.five)
    } else {
        exon(&junction.three).map(|n| n.saturating_sub(1))
    };
    EvidenceFacts {
        class: junction.class,
        molecules: e.molecules,
        event_molecules: if junction.reaches_kmt2a() {
            event_molecules.max(e.molecules)
        } else {
            event_molecules
        },
        split: e.split,
        clip: e.clip,
        spanning: e.spanning,
        distinct_ends: e.distinct_ends,
        anchor: e.anchor_min_max,
        is_precise: c.is_precise,
        five_at_splice_site: junction.five.at_splice_site,
        three_at_splice_site: junction.three.at_splice_site,
        region: donor.map_or(Region::Other, Region::of_donor),
        ptd_exons: (junction.class == Class::Ptd)
            .then(|| exon(&junction.five).zip(exon(&junction.three)))
            .flatten(),
        internal_repeat: internal_repeat(junction),
        is_partner: partner.is_partner && !partner.is_kmt2a,
        in_gene: partner.gene.is_some(),
        is_sense: partner.is_sense(),
        frame: junction.frame,
        unique_kmt2a: if kmt2a_is_five { e.unique_five } else { e.unique_three },
        // The other side of an unplaced junction has no place to be ambiguous.
        unique_partner: if c.unplaced.is_some() {
            e.molecules
        } else if kmt2a_is_five {
            e.unique_three
        } else {
            e.unique_five
        },
        homology: c.ambiguity.width(),
        disagreement_permille: c.consensus.as_ref().map_or(0, |x| x.disagreement_permille),
        wild_type,
        companion: false,
        faced: false,
        beside_precise: false,
        may_be_insertion: c.may_be_insertion,
    }
}

/// Longest tandem repeat within an exon (bases): what reads of 600 bases can show beside itself.
const INTERNAL_REPEAT_MAX: i64 = 400;

/// The bases that a back-junction inside one exon, away from its start, repeats.
fn internal_repeat(junction: &AnnotatedJunction) -> Option<i64> {
    let (five, three) = (&junction.five, &junction.three);
    let (a, b) = (junction.candidate.junction.five, junction.candidate.junction.three);
    let bases = a.position.distance(b.position) + 1;
    (junction.class == Class::Ptd
        && junction.candidate.is_precise
        && five.exon.is_some()
        && five.exon == three.exon
        && !three.at_splice_site
        && bases <= INTERNAL_REPEAT_MAX)
        .then_some(bases)
}
