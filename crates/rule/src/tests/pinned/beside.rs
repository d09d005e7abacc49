//! The smaller rules, each near its limit.

use super::{RNA, chimera, pairs};
use crate::{
    Assay, Context, Frame, LibraryType, MemberRole, Params, Region, Tier, background,
    breaks::{self, InExon},
    event::{self, MemberFacts},
    fitness, molecule, reads,
};

/// One line a rule.
pub(super) fn table(p: &Params) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |name: &str, said: &[bool]| lines.push(format!("{name}\t{said:?}"));
    let pile = |molecules, from_end, depth| breaks::is_pile(molecules, Some(InExon { from_end, depth }), p);
    add("pile", &[2, 3, 4].map(|n| breaks::is_pile(n, None, p)));
    add("pile inside an exon", &[45, 55].map(|n| pile(n, 100, 1_000.0)));
    add(
        "pile near its end",
        &[2, 3, 4].map(|from_end| pile(3, from_end, 1_000.0)),
    );
    add("clip", &[10, 11, 12, 13].map(|bases| breaks::is_pile_clip(bases, p)));
    let differ = |n: usize| [vec![b'A'; n], vec![b'C'; 100 - n]].concat();
    add(
        "clips alike",
        &[9, 11].map(|n| breaks::are_alike(&differ(n), &[b'C'; 100], p)),
    );
    add(
        "3' part",
        &[(0.7, 9), (0.8, 9), (0.9, 9), (0.99, 9), (0.5, 2), (0.5, 3), (0.5, 4)]
            .map(|(ratio, exons)| breaks::is_three_prime_lost(ratio, exons, p)),
    );
    add("deletion", &[900, 1_100].map(|bases| breaks::is_deletion(bases, p)));
    let open = [(1, 99), (2, 99), (3, 99), (9, 18), (9, 22)];
    add(
        "open end",
        &open.map(|(molecules, bases)| breaks::is_open_end(molecules, bases, p)),
    );
    add("pairs of it", &[1, 2, 3].map(|n| breaks::are_of_open_end(n, 1, 9, p)));
    add(
        "pairs with clips",
        &[9, 11].map(|n| breaks::are_of_open_end(n, 0, 20, p)),
    );
    add(
        "next gene",
        &[190_000, 210_000].map(|bases| breaks::is_next_gene(bases, p)),
    );
    add("skipped exons", &[2, 3, 4].map(|n| breaks::may_skip((n, 0), p)));
    add("spliced", &[9, 11].map(|n| reads::are_spliced(n, 1_000, p)));
    add("library", &[28, 32].map(|n| reads::tell_library(n, p)));
    add("facing", &[900, 1_100].map(|bases| breaks::are_facing(bases, 0, p)));
    let ahead = |bases| breaks::intron_to_break(bases, true, p).is_some();
    add("intron to the break", &[-33, -27, 900_000, 1_100_000].map(ahead));
    add("carry-over", &[2, 3, 4].map(|n| breaks::may_be_carried_over(n, p)));
    add(
        "exon covered",
        &[9.0, 11.0].map(|depth| fitness::is_covered(depth, 100.0, p)),
    );
    add(
        "identified",
        &[80, 90, 100].map(|n| molecule::are_identified(n, 100, p)),
    );
    let fixed = |each: usize, places: usize| molecule::have_fixed_ends(vec![each; places], each * places, p);
    add(
        "fixed ends",
        &[(45, 1), (55, 1), (7, 9), (8, 10), (99, 40), (99, 50)].map(|(each, n)| fixed(each, n)),
    );
    let strewn = |n: usize| molecule::have_fixed_ends([vec![n], vec![1; 1_000 - n]].concat(), 1_000, p);
    add("nearly fixed ends", &[800, 890, 950].map(strewn));
    let believed = |reads, apart, places| molecule::are_pairs_believed(reads, apart, places, p);
    add(
        "pairs",
        &[
            (70, 1.0, 99.0),
            (85, 1.0, 99.0),
            (99, 0.045, 99.0),
            (99, 0.055, 99.0),
            (99, 1.0, 11.0),
            (99, 1.0, 13.0),
        ]
        .map(|(reads, apart, places)| believed(reads, apart, places)),
    );
    add(
        "mates without flags",
        &[(85, 0.45, 1.0), (85, 0.55, 1.0)]
            .map(|(reads, apart, places)| molecule::lie_as_mates(reads, apart, places, false, p)),
    );
    add(
        "internal repeat",
        &[390, 410].map(|bases| breaks::is_internal_repeat(bases, p)),
    );
    add(
        "read-through",
        &[140_000, 160_000].map(|bases| breaks::is_reached(bases, p)),
    );
    add(
        "one locus",
        &[450_000, 550_000].map(|bases| bases <= event::locus_reach(p)),
    );
    add(
        "one break",
        &[190_000, 210_000].map(|bases| event::is_one_break(bases, p)),
    );
    add("a third gene", &[2, 3, 4].map(|n| event::is_third_gene(n, p)));
    let member = |molecules, frame, junction| MemberFacts {
        role: MemberRole::Canonical,
        tier: Some(Tier::High),
        model_score: 0.999,
        frame,
        molecules,
        is_precise: true,
        junction,
    };
    let leads = |molecules| {
        let members = [member(100, Frame::Unknown, 0), member(molecules, Frame::InFrame, 1)];
        event::lead(&members, p) == Some(1)
    };
    add("an in-frame form leads", &[9, 11].map(leads));
    for facts in [chimera(1), chimera(2), chimera(3), pairs(2), pairs(3)] {
        let measured = background::measure([&facts], RNA, p);
        let left = background::beside(&measured, &facts, p);
        lines.push(format!(
            "{} molecules: {} chimeras, {} without it",
            facts.molecules, measured.chimeras, left.chimeras
        ));
    }
    for region in [Region::Major, Region::Minor, Region::Other] {
        let costs = [true, false].map(|in_frame| breaks::unseen_cost(region, in_frame, p));
        lines.push(format!("unseen bases, {region:?}: {costs:?}"));
    }
    for (stop, run_on) in [(3, 25), (3, 29), (13, 87), (17, 83), (38, 62), (45, 55)] {
        lines.push(format!(
            "{stop} reads stop, {run_on} run on: {:?}",
            reads::assay_shown(stop, run_on, p)
        ));
    }
    for assay in [Assay::Rna, Assay::Dna] {
        lines.push(format!(
            "bases around the gene, {assay:?}: {}",
            breaks::gene_margin(assay, p)
        ));
    }
    let quiet = Context::quiet(LibraryType::PolyA, false, p);
    lines.push(format!("back-splices of healthy blood: {}", quiet.ptd_background));
    lines
}
