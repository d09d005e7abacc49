//! The sample's own noise: chimeras of the library at KMT2A, back-splices at unrelated exon pairs.

use super::{JudgeConfig, facts::Context, params::Params};
use crate::{
    annotate::{AnnotatedJunction, Class},
    evidence::profile::Profile,
};

/// Donors and acceptors of the known duplications (MANE exons): e7 to e13 joined back to e2 or e3, to an exon in intron 1
/// (1), or to a place shortly before exon 1 (0).
///
/// Source: Archer-confirmed series (15 of e2-e8, 10 of e2-e10), Blood 1998;92:1728, catalogue notes; of 24 patients of
/// Leucegene two begin with the exon 118447625-118447863 of intron 1 and one 120 bases before exon 1.
pub const fn is_duplication_pair(donor: u16, acceptor: u16) -> bool {
    matches!(donor, 7..=13) && matches!(acceptor, 0..=3)
}

/// Whether a junction is counted with the library's chimeras: few molecules, away from splice sites.
fn counts_as_chimera(junction: &AnnotatedJunction, p: &Params) -> bool {
    let on_splice_sites = junction.five.at_splice_site && junction.three.at_splice_site;
    !matches!(junction.class, Class::NeighbourReadThrough)
        && !on_splice_sites
        && junction.candidate.evidence.molecules <= p.chimera_molecules_max
}

/// The context that a junction is judged against: the sample's noise beside it. Pairs alone show no splice site, so
/// that those of a rare fusion are counted with the chimeras, and would be their own background. A read that shows
/// its base away from splice sites says itself that it is one, and stays counted; so do genomic junctions.
pub fn beside(context: &Context, junction: &AnnotatedJunction, p: &Params) -> Context {
    let mut beside = *context;
    if !context.is_dna && !junction.candidate.is_precise && counts_as_chimera(junction, p) {
        let own = junction.candidate.evidence.molecules;
        beside.chimeras = beside.chimeras.saturating_sub(own);
        if junction.partner_side().is_partner {
            beside.partner_chimeras = beside.partner_chimeras.saturating_sub(own);
        }
    }
    beside
}

/// Measures the context from all candidates of the sample.
pub fn measure(junctions: &[AnnotatedJunction], profile: &Profile, config: &JudgeConfig) -> Context {
    let mut context = Context {
        chimeras: 0,
        partner_chimeras: 0,
        other_back_splices: 0,
        other_wild_type: 0,
        library: config.library,
        ptd_background: config.ptd_background,
        is_dna: config.is_dna,
    };
    for donor in &profile.donors {
        if !matches!(donor.exon, 7..=13) {
            context.other_wild_type = context.other_wild_type.saturating_add(donor.molecules());
        }
    }
    for j in junctions {
        let evidence = &j.candidate.evidence;
        let on_splice_sites = j.five.at_splice_site && j.three.at_splice_site;
        match j.class {
            Class::Ptd if on_splice_sites => {
                let pair = j.five.exon.zip(j.three.exon);
                if pair.is_none_or(|(donor, acceptor)| !is_duplication_pair(donor, acceptor)) {
                    context.other_back_splices = context.other_back_splices.saturating_add(evidence.molecules);
                }
            }
            _ if counts_as_chimera(j, &config.params) => {
                context.chimeras = context.chimeras.saturating_add(evidence.molecules);
                if j.partner_side().is_partner {
                    context.partner_chimeras = context.partner_chimeras.saturating_add(evidence.molecules);
                }
            }
            _ => {}
        }
    }
    context
}
