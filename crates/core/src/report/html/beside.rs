//! RNA and DNA of one patient side by side.

use super::{break_apart::BreakApart, figure::At};
use crate::report::schema::{Event, Junction, SampleReport, State};

impl<'a> At<'a, SampleReport> {
    /// The label of one assay's own conclusion.
    pub(super) fn alone(&self, assay: &str, state: &State) -> &'static str {
        let mut alone = self.of.conclusion.assays.iter();
        let one = alone.find(|one| one.assay == assay);
        one.map_or_else(|| state.label(), |one| one.label())
    }

    /// The other assay's junctions that match one of this event, each with its event.
    pub(super) fn counterparts(&self, event: &At<'a, Event>) -> Vec<(At<'a, Event>, At<'a, Junction>)> {
        let pairs = self.of.agreement.iter().flat_map(|agreement| &agreement.explained);
        let other = pairs.filter_map(|pair| {
            let is_own = |id: &str| event.junctions.iter().any(|junction| junction.id == id);
            self.junction(pair.other(is_own)?)
        });
        other.collect()
    }

    /// The other assay's junctions for an event, the lead's own counterpart before its reciprocal's.
    pub(super) fn same(&self, event: &At<'a, Event>) -> Vec<At<'a, Junction>> {
        let mut same: Vec<_> = self.counterparts(event).into_iter().map(|(_, other)| other).collect();
        same.sort_by_key(|junction| junction.role == "reciprocal");
        same
    }

    /// The break-apart views of the lead event and of the other assay's events that it agrees with.
    pub(super) fn break_apart(&self) -> Vec<BreakApart<'a>> {
        let Some(lead) = self.lead() else { return Vec::new() };
        let mut events = Vec::new();
        for (event, _) in self.counterparts(&lead) {
            if event != lead && !events.contains(&event) {
                events.push(event);
            }
        }
        events.insert(0, lead);
        events.into_iter().filter_map(BreakApart::of).collect()
    }
}
