//! The fields that a laboratory fills in and signs, and the entity that the result is compatible with.

use super::figure::At;
use crate::report::schema::{Frame, SampleReport, State, Tier};

/// Fields to fill in, four per row.
pub(crate) const RECORD: [[&str; 4]; 3] = [
    ["Patient", "Born", "Specimen", "Taken on"],
    ["Blasts (%)", "Physician", "Confirmed by", "Comment"],
    ["Reported by", "Signature, date", "Checked by", "Countersigned"],
];

impl At<'_, SampleReport> {
    /// The myeloid ICC entity that a detected rearrangement is compatible with, besides those shared with WHO; `None`
    /// for any other result, and if frame or partner leave open whether a fusion protein is made.
    ///
    /// Sources: Khoury 2022 (Leukemia 36:1703) and Alaggio 2022 (Leukemia 36:1720) for WHO, Arber 2022 (Blood 140:1200)
    /// for ICC; the myeloid entities as compared in PMC10345021, table 1. Neither has an entity for a partial
    /// tandem duplication.
    pub(super) fn myeloid_entity(&self) -> Option<&'static str> {
        let lead = self.lead()?;
        let junctions = lead.junctions();
        let junction = junctions.first()?;
        let in_frame = junction.frame_or_predicted() == Frame::InFrame;
        let is_shown = self.conclusion.state == State::Rearranged && lead.tier >= Tier::Medium;
        if !is_shown || !in_frame || junction.role == "reciprocal" {
            return None;
        }
        Some(match lead.partner.as_ref()?.symbol.as_str() {
            "MLLT3" if lead.class != "three-way" => "AML with t(9;11)(p21.3;q23.3)/MLLT3::KMT2A",
            _ => "AML with other KMT2A rearrangements",
        })
    }
}
