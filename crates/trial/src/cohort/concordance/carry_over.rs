//! Weak junctions that are far stronger in another sample of the same run.

use std::collections::BTreeMap;

use super::{Comparison, Verdict};
use crate::cohort::junction::{place, words};
use crate::cohort::roster::{Roster, Sample, SampleAt};
use breakapart_core::judge::Params;
use breakapart_core::report::schema::Junction;

/// A junction that is this many times stronger in another sample of the run is possible carry-over: index hopping and
/// cross-contamination transfer one molecule in several hundred to several thousand (ratio).
const RATIO: f64 = 50.0;

/// Run, build and both positions, mapped to the samples with this junction.
type Shown<'a> = BTreeMap<(&'a str, &'a str, [String; 2]), Vec<(SampleAt, &'a Junction)>>;

pub(super) fn compare(roster: &Roster, found: &mut Vec<Comparison>) {
    let mut shown: Shown<'_> = BTreeMap::new();
    for Sample { at, member, digest } in roster.samples() {
        let named = &member.run;
        let runs = if named.is_empty() {
            digest.runs.as_slice()
        } else {
            std::slice::from_ref(named)
        };
        for junction in digest.junctions() {
            let (Some(five), Some(three)) = (&junction.five, &junction.three) else {
                continue;
            };
            for run in runs {
                let key = (run.as_str(), digest.build.as_str(), [place(five), place(three)]);
                shown.entry(key).or_default().push((at, junction));
            }
        }
    }
    let open = if roster.has_sheet {
        ""
    } else {
        "; without a sheet, both may be from one patient"
    };
    let mut rows = Vec::new();
    for ((run, ..), samples) in &shown {
        for (weak, junction) in samples {
            // A patient's own follow-up is weak for another reason.
            let others = samples.iter().filter(|(at, _)| at.patient != weak.patient);
            let strongest = others.map(|(at, junction)| (junction.evidence.counted(), *at)).max();
            let count = junction.evidence.counted();
            let is_weak = (1..=u64::from(Params::default().carry_over_max)).contains(&count);
            let Some((most, source)) = strongest.filter(|(most, _)| is_weak && *most as f64 >= RATIO * count as f64)
            else {
                continue;
            };
            rows.push(Comparison {
                compared: "run",
                first: *weak,
                second: source,
                verdict: Verdict::PossibleCarryOver,
                detail: format!("{}: {count} of {most} molecules, run {run}{open}", words(junction)),
            });
        }
    }
    rows.sort_by(|a, b| (a.first, a.second, &a.detail).cmp(&(b.first, b.second, &b.detail)));
    found.extend(rows);
}
