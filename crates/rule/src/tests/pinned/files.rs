//! Faults, capability and steps of coverage of a table of files.

use crate::{Capability, Ground, Params, capability, fitness, imbalance};

/// One line a file.
pub(super) fn table(p: &Params) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, file, _) in fitness::tests::rows().into_iter().chain(fitness::tests::chimeras()) {
        let faults: Vec<&str> = fitness::faults(&file, p).into_iter().map(Ground::name).collect();
        lines.push(format!("{name}\t{}", faults.join(",")));
    }
    for (name, file) in capability::tests::rows() {
        let c = Capability::of(&file, p);
        let shares = [c.split_catalogue, c.split_any, c.pairs].map(|share| format!("{share:.4}"));
        lines.push(format!(
            "{name}\t{} {} {}\t{}",
            c.visibility.name(),
            c.ground.name(),
            c.anchor_min,
            shares.join("\t")
        ));
    }
    for (factor, depth, molecules) in [
        (1.1, 1_000.0, 5_000),
        (1.3, 1_000.0, 5_000),
        (1.5, 9.0, 5_000),
        (1.25, 40.0, 5_000),
        (1.6, 5.5, 5_000),
        (1.6, 6.5, 5_000),
        (2.0, 100.0, 180),
        (2.0, 100.0, 220),
    ] {
        let exons = imbalance::tests::step(factor, depth);
        lines.push(match imbalance::tests::found(&exons, molecules, p) {
            Some(step) => format!("step {factor} {depth} {molecules}\te{} {}", step.exon, step.believed),
            None => format!("step {factor} {depth} {molecules}\tnone sought"),
        });
    }
    for known in [6, 7, 8, 9] {
        let mut exons = imbalance::tests::step(2.0, 100.0);
        for e in &mut exons {
            e.normal = e.normal.filter(|_| (6..6 + known).contains(&e.exon));
        }
        let found = imbalance::tests::found(&exons, 5_000, p);
        lines.push(format!("step over {known} exons\t{}", found.is_some()));
    }
    // Confidences of 0.90, 0.988, 0.9923 and 0.998; a ratio of 1.1 that is sure.
    for (factor, depth) in [(1.6, 12.0), (1.84, 12.0), (1.90, 12.0), (2.1, 12.0)] {
        let found = imbalance::tests::found(&imbalance::tests::step(factor, depth), 5_000, p);
        lines.push(format!(
            "step of {factor} over {depth}\t{}",
            found.is_some_and(|step| step.believed)
        ));
    }
    let slight = imbalance::tests::step_of(1.1, 1e5, 0.005);
    let found = imbalance::tests::found(&slight, 5_000, p);
    lines.push(format!(
        "a slight step that is sure\t{}",
        found.is_some_and(|step| step.believed)
    ));
    lines.push(format!(
        "normal depth without samples\t{:?}",
        imbalance::unknown_normal(p)
    ));
    lines
}
