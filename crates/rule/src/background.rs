//! The sample's own noise: library chimeras at KMT2A, back-splices at unrelated exon pairs.

use crate::{Class, Context, EvidenceFacts, Params};

/// Whether a junction counts as a library chimera: few molecules, away from splice sites.
fn counts_as_chimera(facts: &EvidenceFacts, p: &Params) -> bool {
    facts.class != Class::NeighbourReadThrough
        && !facts.on_splice_sites()
        && !facts.repeats_from_first(p)
        && facts.molecules <= p.chimera_molecules_max
}

/// The context with the noise from all of the sample's candidates added.
pub fn measure<'a>(all: impl IntoIterator<Item = &'a EvidenceFacts>, quiet: Context, p: &Params) -> Context {
    let mut context = quiet;
    for facts in all {
        if facts.class == Class::Ptd && facts.on_splice_sites() {
            if !facts.usual_exons {
                context.other_back_splices = context.other_back_splices.saturating_add(facts.molecules);
            }
        } else if counts_as_chimera(facts, p) {
            context.chimeras = context.chimeras.saturating_add(facts.molecules);
            if facts.is_partner {
                context.partner_chimeras = context.partner_chimeras.saturating_add(facts.molecules);
            }
        }
    }
    context
}

/// The context in which a junction is judged: the sample's noise without the junction itself. Spanning pairs show no
/// splice site, so pairs from a rare fusion count as chimeras and would be their own background. A read that resolves a
/// breakpoint away from splice sites is itself evidence of a chimera and stays counted; so do genomic junctions.
pub fn beside(context: &Context, facts: &EvidenceFacts, p: &Params) -> Context {
    let mut beside = *context;
    if !context.is_dna && !facts.is_precise && counts_as_chimera(facts, p) {
        beside.chimeras = beside.chimeras.saturating_sub(facts.molecules);
        if facts.is_partner {
            beside.partner_chimeras = beside.partner_chimeras.saturating_sub(facts.molecules);
        }
    }
    beside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LibraryType, tests::pinned};

    fn quiet(is_dna: bool) -> Context {
        Context::quiet(LibraryType::PolyA, is_dna, &Params::default())
    }

    fn noise(facts: EvidenceFacts) -> (u32, u32, u32) {
        let context = measure([&facts], quiet(false), &Params::default());
        (context.chimeras, context.partner_chimeras, context.other_back_splices)
    }

    #[test]
    fn few_molecules_away_from_splice_sites_are_noise() {
        assert_eq!(noise(pinned::chimera(2)), (2, 0, 0));
        assert_eq!(noise(pinned::chimera(3)), (0, 0, 0));
        assert_eq!(
            noise(EvidenceFacts {
                is_partner: true,
                ..pinned::chimera(1)
            }),
            (1, 1, 0)
        );
        // Exon ends on both sides are not chance; on one side they may be.
        assert_eq!(noise(pinned::facts(2)), (0, 0, 0));
        for (five, three) in [(true, false), (false, true)] {
            let facts = EvidenceFacts {
                five_at_splice_site: five,
                three_at_splice_site: three,
                ..pinned::chimera(2)
            };
            assert_eq!(noise(facts), (2, 0, 0));
        }
        let read_through = EvidenceFacts {
            class: Class::NeighbourReadThrough,
            ..pinned::chimera(1)
        };
        assert_eq!(noise(read_through), (0, 0, 0));
    }

    #[test]
    fn back_splices_count_at_exons_that_duplications_do_not_use() {
        assert_eq!(noise(pinned::duplication(5, 100)), (0, 0, 0));
        let other = EvidenceFacts {
            usual_exons: false,
            ..pinned::duplication(5, 100)
        };
        assert_eq!(noise(other), (0, 0, 5));
        // From upstream of the first exon, two molecules make a duplication.
        let first = |molecules| EvidenceFacts {
            five_at_splice_site: false,
            three_at_splice_site: false,
            is_partner: false,
            before_first_exon: true,
            ..pinned::duplication(molecules, 100)
        };
        assert_eq!((noise(first(1)), noise(first(2))), ((1, 0, 0), (0, 0, 0)));
        // Away from exon ends it counts as a chimera.
        let inside = EvidenceFacts {
            five_at_splice_site: false,
            ..pinned::duplication(2, 100)
        };
        assert_eq!(noise(inside), (2, 2, 0));
    }

    #[test]
    fn pairs_are_not_their_own_background() {
        let p = Params::default();
        let pairs = pinned::pairs(2);
        let context = measure([&pairs, &pinned::chimera(1)], quiet(false), &p);
        assert_eq!((context.chimeras, context.partner_chimeras), (3, 2));
        let left = beside(&context, &pairs, &p);
        assert_eq!((left.chimeras, left.partner_chimeras), (1, 0));
        let elsewhere = EvidenceFacts {
            is_partner: false,
            ..pairs
        };
        let left = beside(&context, &elsewhere, &p);
        assert_eq!((left.chimeras, left.partner_chimeras), (1, 2));
        // Junctions with a read across, stronger ones, and those in DNA stay counted.
        for facts in [pinned::chimera(2), pinned::pairs(3)] {
            assert_eq!(beside(&context, &facts, &p), context);
        }
        let dna = Context {
            is_dna: true,
            ..context
        };
        assert_eq!(beside(&dna, &pairs, &p), dna);
    }
}
