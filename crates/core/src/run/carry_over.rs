//! Samples of one run against each other: a junction with a few molecules that another sample shows far
//! more strongly may have come from there.

use std::collections::BTreeMap;

use crate::{
    genome::{Breakend, Contigs, Position, Retained},
    judge::assess::{CARRY_OVER_MAX, CARRY_OVER_RATIO},
    report::schema::{Junction, RetainedSide, SampleReport, Side},
};

/// A breakend by contig name, 1-based position and retained side.
type Place = (String, i64, RetainedSide);
/// Build, assay, and both breakends.
type Key = (String, String, Place, Place);

/// Molecules of junctions in the strongest other sample of the same run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere(BTreeMap<(Place, Place), u32>);

impl Elsewhere {
    /// What a report was judged with: its junctions that are named as possible carry-over.
    pub fn of(report: &SampleReport) -> Self {
        let named = |junction: &&Junction| junction.reasons.iter().any(|reason| reason.code == "carry-over");
        let strength = |junction: &Junction| (CARRY_OVER_RATIO * junction.evidence.class_sum() as f64).ceil() as u32;
        let junctions = report.junctions().filter(named);
        Self(junctions.filter_map(|j| Some((places(j)?, strength(j)))).collect())
    }

    /// The same on a header's contigs.
    pub fn on(&self, contigs: &Contigs) -> BTreeMap<(Breakend, Breakend), u32> {
        let breakend = |(contig, position, retained): &Place| {
            contigs.id(contig).map(|contig| Breakend {
                contig,
                position: Position::from_one_based(*position),
                retained: match retained {
                    RetainedSide::Left => Retained::Left,
                    RetainedSide::Right => Retained::Right,
                },
            })
        };
        self.0
            .iter()
            .filter_map(|((five, three), n)| breakend(five).zip(breakend(three)).map(|sides| (sides, *n)))
            .collect()
    }
}

/// The samples, by their place in `reports`, whose weak junctions another sample shows at least
/// [`CARRY_OVER_RATIO`] times as strongly.
pub fn between<'a>(reports: impl Iterator<Item = Option<&'a SampleReport>>) -> BTreeMap<usize, Elsewhere> {
    let mut seen: BTreeMap<Key, Vec<(usize, u64)>> = BTreeMap::new();
    for (index, report) in reports.enumerate() {
        let Some(report) = report else { continue };
        let build = report.inputs.first().map(|i| i.build.clone()).unwrap_or_default();
        for junction in report.events.iter().flat_map(|e| &e.junctions) {
            if let Some((five, three)) = places(junction) {
                let molecules = junction.evidence.class_sum();
                seen.entry((build.clone(), junction.assay.clone(), five, three))
                    .or_default()
                    .push((index, molecules));
            }
        }
    }
    let mut found: BTreeMap<usize, Elsewhere> = BTreeMap::new();
    for ((_, _, five, three), samples) in seen {
        for (index, own) in &samples {
            let strongest = samples.iter().filter(|(i, _)| i != index).map(|(_, n)| *n).max();
            let Some(strongest) = strongest.filter(|n| {
                (1..=u64::from(CARRY_OVER_MAX)).contains(own) && *n as f64 >= CARRY_OVER_RATIO * *own as f64
            }) else {
                continue;
            };
            found.entry(*index).or_default().0.insert(
                (five.clone(), three.clone()),
                u32::try_from(strongest).unwrap_or(u32::MAX),
            );
        }
    }
    found
}

fn places(junction: &Junction) -> Option<(Place, Place)> {
    let place = |side: &Side| (side.contig.clone(), side.position, side.retained);
    junction
        .five
        .as_ref()
        .map(place)
        .zip(junction.three.as_ref().map(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn with(molecules: u64) -> SampleReport {
        let mut report = example::fusion();
        for junction in report.events.iter_mut().flat_map(|e| &mut e.junctions) {
            junction.evidence.split = molecules;
            (
                junction.evidence.clip,
                junction.evidence.spanning,
                junction.evidence.mate,
            ) = (0, 0, 0);
        }
        report
    }

    #[test]
    fn few_molecules_beside_fifty_times_as_many_are_named() {
        let (strong, weak, other) = (with(150), with(3), with(4));
        let found = between([Some(&strong), None, Some(&weak), Some(&other)].into_iter());
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [2]);
        assert!(found[&2].0.values().all(|n| *n == 150));
        // 149 are less than fifty times three; a sample is not compared with itself.
        assert!(between([Some(&with(149)), Some(&weak)].into_iter()).is_empty());
        assert!(between([Some(&weak)].into_iter()).is_empty());
    }
}
