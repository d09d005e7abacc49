//! One row of any caller's table.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Caller;
use breakapart_core::genome::place::Place;
use breakapart_core::report::schema::{Frame, Tier};

/// Whether a row is among the caller's calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Listed {
    /// A call.
    #[default]
    Called,
    /// Discarded by the caller: a row of a discarded file.
    Discarded,
}

/// An item of a `filters` cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Filter {
    /// The filter's name.
    pub name: String,
    /// Reads it removed; null if the filter has no number, which means that it discarded the event.
    pub reads: Option<u64>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallerRow {
    /// The caller.
    pub caller: Caller,
    /// Line of the file, 1-based, the header counted.
    pub line: u64,
    /// The sample, if the table names it.
    pub sample: Option<String>,
    /// Gene of the 5' side; several if the caller cannot decide or the side is intergenic; `.` for none. Symbols as in
    /// the table.
    pub gene5: Vec<String>,
    /// Gene of the 3' side, likewise.
    pub gene3: Vec<String>,
    /// Whether the first gene is known to be the 5' one; otherwise the sides may be swapped.
    pub is_order_known: bool,
    /// Last retained base of the 5' side; null if the table has none.
    pub breakpoint5: Option<Place>,
    /// Last retained base of the 3' side; null if the table has none.
    pub breakpoint3: Option<Place>,
    /// The caller's confidence, as written; empty if it states none.
    pub confidence: String,
    /// The tier for that confidence: Arriba's and ours unchanged; JAFFA's class and CICERO's rating by name; medium for
    /// a row of a final list without a confidence. Null for none.
    pub tier: Option<Tier>,
    /// The reading frame.
    pub frame: Frame,
    /// Split reads or molecules; null if not stated.
    pub split: Option<u64>,
    /// Spanning pairs; null if not stated.
    pub spanning: Option<u64>,
    /// Filters and the reads they removed.
    pub filters: Vec<Filter>,
    /// Whether it is a call.
    pub listed: Listed,
    /// Other cells worth keeping, by column.
    pub extra: BTreeMap<String, String>,
}

/// Both breakpoints, as messages show them.
pub(crate) fn places(five: Option<&Place>, three: Option<&Place>) -> String {
    let [five, three] = [five, three].map(|place| place.map_or_else(|| ".".to_owned(), Place::to_string));
    format!("{five} {three}")
}

impl CallerRow {
    /// The filter that discarded it; the first in alphabetical order if several have no number.
    pub fn ended_by(&self) -> Option<&str> {
        self.filters
            .iter()
            .find(|filter| filter.reads.is_none())
            .map(|filter| filter.name.as_str())
    }

    /// Split and spanning reads or molecules together, 0 if not stated.
    pub fn support(&self) -> u64 {
        self.split.unwrap_or(0).saturating_add(self.spanning.unwrap_or(0))
    }

    /// Both breakpoints, for messages.
    pub fn places(&self) -> String {
        places(self.breakpoint5.as_ref(), self.breakpoint3.as_ref())
    }

    /// `KMT2A::AFF1`; lists joined by commas.
    pub fn name(&self) -> String {
        format!("{}::{}", self.gene5.join(","), self.gene3.join(","))
    }
}
