//! One breakend record's `ALT`, written (VCF 4.3 section 5.4).

use crate::report::schema::Retained;

/// Where a breakend is joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mate {
    /// Contig.
    pub contig: String,
    /// Last retained base, **1-based**.
    pub position: i64,
    /// Which side of it is retained.
    pub retained: Retained,
}

/// A breakend as its record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breakend {
    /// Base at the position, forward strand.
    pub reference: char,
    /// Which side of the position is retained.
    pub retained: Retained,
    /// The other side; `None` for a single breakend.
    pub mate: Option<Mate>,
    /// Bases between the two, **on the forward strand of this breakend's own contig**; for a single
    /// breakend what is known of the other side.
    pub inserted: String,
}

impl Breakend {
    /// The `ALT`.
    ///
    /// | retained here | retained there | `ALT` |
    /// |---|---|---|
    /// | left | right | `t[p[` |
    /// | left | left | `t]p]` |
    /// | right | left | `]p]t` |
    /// | right | right | `[p[t` |
    pub(super) fn alt(&self) -> String {
        let (base, inserted) = (self.reference, &self.inserted);
        let there = self.mate.as_ref().map(|mate| {
            let bracket = match mate.retained {
                Retained::Left => ']',
                Retained::Right => '[',
            };
            format!("{bracket}{}:{}{bracket}", mate.contig, mate.position)
        });
        let there = there.as_deref().unwrap_or(".");
        match self.retained {
            Retained::Left => format!("{base}{inserted}{there}"),
            Retained::Right => format!("{there}{inserted}{base}"),
        }
    }
}
