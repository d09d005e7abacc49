//! Weak junctions that are far stronger in another sample of the same run.

use std::collections::BTreeMap;

use super::{Comparison, Verdict, place};
use crate::cohort::digest::{JunctionDigest, SideDigest};
use crate::cohort::roster::Roster;
use breakapart_core::judge::Params;

/// A junction this many times stronger in another sample of the run is possible carry-over: index hopping and
/// cross-contamination move one molecule in some hundreds to thousands (ratio).
const RATIO: f64 = 50.0;

/// Run, build and both places, to the members that show them.
type Shown<'a> = BTreeMap<(&'a str, &'a str, [String; 2]), Vec<((usize, usize), &'a JunctionDigest)>>;

pub(super) fn compare(roster: &Roster, found: &mut Vec<Comparison>) {
    let mut shown: Shown<'_> = BTreeMap::new();
    for (p, m, digest) in roster.samples() {
        let named = &roster.patients[p].members[m].run;
        let runs = if named.is_empty() {
            digest.runs.as_slice()
        } else {
            std::slice::from_ref(named)
        };
        for junction in &digest.junctions {
            let (Some(five), Some(three)) = (&junction.five, &junction.three) else {
                continue;
            };
            let places = [five, three].map(SideDigest::place);
            for run in runs {
                let key = (run.as_str(), digest.build.as_str(), places.clone());
                shown.entry(key).or_default().push(((p, m), junction));
            }
        }
    }
    let mut rows = Vec::new();
    for ((run, ..), samples) in &shown {
        for (weak, junction) in samples {
            // A patient's own follow-up is weak for another reason.
            let others = samples.iter().filter(|(place, _)| place.0 != weak.0);
            let Some((source, strongest)) = others.max_by_key(|(place, junction)| (junction.molecules, *place)) else {
                continue;
            };
            let is_weak = (1..=u64::from(Params::default().carry_over_max)).contains(&junction.molecules);
            if !is_weak || (strongest.molecules as f64) < RATIO * junction.molecules as f64 {
                continue;
            }
            rows.push(Comparison {
                compared: "run",
                first: *weak,
                second: *source,
                verdict: Verdict::PossibleCarryOver,
                detail: format!(
                    "{}: {} of {} molecules, run {run}{}",
                    place(junction),
                    junction.molecules,
                    strongest.molecules,
                    if roster.has_sheet {
                        ""
                    } else {
                        "; no sheet says whether both are one patient's"
                    }
                ),
            });
        }
    }
    rows.sort_by(|a, b| (a.first, a.second, &a.detail).cmp(&(b.first, b.second, &b.detail)));
    found.extend(rows);
}
