//! The `ALT` of a breakend record (VCF 4.3 section 5.4).

use crate::report::schema::Retained;

/// The mate of a breakend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mate {
    /// Contig.
    pub contig: String,
    /// Last retained base, **1-based**.
    pub position: i64,
    /// Which side of it is retained.
    pub retained: Retained,
}

/// A breakend as in its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breakend {
    /// Base at the position, forward strand.
    pub reference: char,
    /// Which side of the position is retained.
    pub retained: Retained,
    /// The other side; `None` for a single breakend.
    pub mate: Option<Mate>,
    /// Inserted bases, **on the forward strand of this breakend's own contig**; for a single
    /// breakend the known bases of the other side.
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
