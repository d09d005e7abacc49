//! One breakend record's `ALT`, written and read (VCF 4.3 section 5.4).

use crate::report::schema::RetainedSide;

/// Where a breakend is joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mate {
    /// Contig.
    pub contig: String,
    /// Last retained base, **1-based**.
    pub position: i64,
    /// Which side of it is retained.
    pub retained: RetainedSide,
}

/// A breakend as its record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakend {
    /// Base at the position, forward strand.
    pub reference: char,
    /// Which side of the position is retained.
    pub retained: RetainedSide,
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
    pub fn alt(&self) -> String {
        let (base, inserted) = (self.reference, &self.inserted);
        let there = self.mate.as_ref().map(|mate| {
            let bracket = match mate.retained {
                RetainedSide::Left => ']',
                RetainedSide::Right => '[',
            };
            format!("{bracket}{}:{}{bracket}", mate.contig, mate.position)
        });
        let there = there.as_deref().unwrap_or(".");
        match self.retained {
            RetainedSide::Left => format!("{base}{inserted}{there}"),
            RetainedSide::Right => format!("{there}{inserted}{base}"),
        }
    }

    /// Reads an `ALT`; `None` for what is no breakend, or one whose own base does not stand where it
    /// must.
    pub fn parse(alt: &str) -> Option<Self> {
        if let Some((before, rest)) = alt.split_once(['[', ']']) {
            let bracket = alt.chars().nth(before.chars().count())?;
            let (place, after) = rest.split_once(bracket)?;
            let (contig, position) = place.rsplit_once(':')?;
            let mate = Mate {
                contig: contig.to_owned(),
                position: position.parse().ok()?,
                retained: if bracket == '[' {
                    RetainedSide::Right
                } else {
                    RetainedSide::Left
                },
            };
            return match (before.is_empty(), after.is_empty()) {
                (false, true) => Self::of(before, RetainedSide::Left, Some(mate)),
                (true, false) => Self::of(after, RetainedSide::Right, Some(mate)),
                _ => None,
            };
        }
        match (alt.strip_suffix('.'), alt.strip_prefix('.')) {
            (Some(bases), None) => Self::of(bases, RetainedSide::Left, None),
            (None, Some(bases)) => Self::of(bases, RetainedSide::Right, None),
            _ => None,
        }
    }

    fn of(bases: &str, retained: RetainedSide, mate: Option<Mate>) -> Option<Self> {
        if !bases.bytes().all(|b| b"ACGTNacgtn".contains(&b)) {
            return None;
        }
        let (reference, inserted) = match retained {
            RetainedSide::Left => (bases.chars().next()?, bases.get(1..)?),
            RetainedSide::Right => (bases.chars().next_back()?, bases.get(..bases.len() - 1)?),
        };
        Some(Self {
            reference,
            retained,
            mate,
            inserted: inserted.to_owned(),
        })
    }
}
