//! The plain numbers from which a junction is judged, taken from its annotation.

use breakapart_rule::{EvidenceFacts, Params, Region, breaks::is_internal_repeat};

use crate::{
    annotate::{AnnotatedJunction, Class},
    catalogue::scheme,
    evidence::profile::Profile,
};

/// The facts of an annotated junction, except those that its event adds.
pub(super) fn of(junction: &AnnotatedJunction, profile: &Profile, p: &Params) -> EvidenceFacts {
    let c = &junction.candidate;
    let e = &c.evidence;
    let partner = junction.partner_side();
    let kmt2a_is_five = junction.five.is_kmt2a;
    let (five, three) = (junction.five.exon_or_intron(), junction.three.exon_or_intron());
    let donor = junction.donor();
    EvidenceFacts {
        class: junction.class,
        molecules: e.molecules,
        event_molecules: 0,
        split: e.split,
        clip: e.clip,
        spanning: e.spanning,
        distinct_ends: e.distinct_ends,
        anchor: e.anchor_min_max,
        is_precise: c.is_precise,
        five_at_splice_site: junction.five.at_splice_site,
        three_at_splice_site: junction.three.at_splice_site,
        region: donor.map_or(Region::Other, scheme::region_of_donor),
        usual_exons: junction.class == Class::Ptd
            && (five.zip(three)).is_some_and(|(donor, acceptor)| scheme::is_duplication_pair(donor, acceptor)),
        before_first_exon: junction.class == Class::Ptd
            && junction.three.exon.is_none()
            && junction.three.intron == Some(0),
        internal_repeat: junction.repeats.filter(|bases| is_internal_repeat(*bases, p)),
        is_partner: partner.is_partner && !partner.is_kmt2a,
        in_gene: partner.gene.is_some() || !partner.candidates.is_empty(),
        is_sense: partner.is_sense(),
        frame: junction.frame,
        unique_kmt2a: if kmt2a_is_five { e.unique_five } else { e.unique_three },
        // An unplaced partner side cannot be multi-mapping.
        unique_partner: if c.sides.open().is_some() {
            e.molecules
        } else if kmt2a_is_five {
            e.unique_three
        } else {
            e.unique_five
        },
        homology: c.ambiguity.width(),
        disagreement_permille: c.consensus.as_ref().map_or(0, |x| x.disagreement_permille),
        // DNA: molecules spanning the breakpoint.
        wild_type: match c.alleles {
            Some((_, wild_type)) => wild_type,
            None => donor.map_or(0, |exon| profile.molecules_at(exon)),
        },
        companion: false,
        faced: false,
        beside_precise: false,
        unplaced_in_exon: c.sides.open().is_some()
            && [&junction.five, &junction.three]
                .into_iter()
                .any(|side| side.is_kmt2a && side.exon.is_some() && !side.at_splice_site),
        may_be_insertion: c.may_be_insertion,
    }
}
