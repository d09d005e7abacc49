//! The break-apart view: KMT2A's 5' against its 3' part at a breakpoint.

use super::figure::At;
use crate::report::{
    scale::px,
    schema::{Event, Junction, Side},
};

/// Molecules with KMT2A's 5' and 3' parts together, or with one of them joined to something else: what
/// break-apart FISH would see as fused and split signals.
pub(super) struct BreakApart<'a> {
    /// The event.
    pub event: At<'a, Event>,
    /// The strongest junction that keeps only KMT2A's 5' part.
    pub five: Option<At<'a, Junction>>,
    /// The strongest one that keeps only its 3' part.
    pub three: Option<At<'a, Junction>>,
}

impl<'a> BreakApart<'a> {
    pub(super) fn of(event: At<'a, Event>) -> Option<Self> {
        let in_kmt2a = |side: &Option<Side>| side.as_ref().is_some_and(Side::is_kmt2a);
        let strongest = |five: bool, three: bool| {
            let those = event.each("junctions", &event.of.junctions).into_iter().rev();
            let those = those.filter(|j| (in_kmt2a(&j.of.five), in_kmt2a(&j.of.three)) == (five, three));
            those.max_by_key(|j| j.evidence.class_sum())
        };
        let (five, three) = (strongest(true, false), strongest(false, true));
        (five.is_some() || three.is_some()).then_some(Self { event, five, three })
    }

    /// The junction at whose breakpoint the wild type is counted; at least one of both exists.
    pub(super) fn lead(&self) -> Option<&At<'a, Junction>> {
        self.five.as_ref().or(self.three.as_ref())
    }

    /// Width of the bar for a number of molecules; the longest one is 220.
    pub(super) fn bar(&self, count: u64) -> String {
        let shown = [&self.five, &self.three].map(|side| side.as_ref().map_or(0, |j| j.evidence.class_sum()));
        let wild = self.lead().and_then(|lead| lead.wild_type_molecules).unwrap_or(0);
        let most = shown.into_iter().fold(wild.max(1), u64::max);
        px(count as f64 / most as f64 * 220.0)
    }
}
