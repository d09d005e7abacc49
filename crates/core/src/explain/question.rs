//! The queries.

use std::fmt;

use crate::genome::place::Place;
use crate::report::wording;

/// Largest distance of a breakpoint from a queried position, in bases. Wide enough for a position read off a figure
/// or a table of another caller; introns of KMT2A's major region are about as long or longer.
pub const NEAR_BASES: i64 = 1_000;

/// A query of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Every called event.
    Called,
    /// An event (`E1`), a junction of one (`E1.2`), or a discarded junction (`D3`), in upper case.
    Id(String),
    /// All junctions with a side in or near a gene.
    Gene(String),
    /// All junctions with a side within [`NEAR_BASES`] of a position, 1-based.
    Place(Place),
}

/// Why a query cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// An invalid position.
    #[error("{}: not a position; give CHR:POS with a 1-based position, such as chr11:118482495", shown(.0))]
    NotAPlace(String),
    /// An empty query.
    #[error("empty query; give an event (E1), a junction (E1.2, D3), a gene or CHR:POS, or leave it out")]
    Empty,
    /// An event or junction that is not in the report.
    #[error("{id}: not in this report, which has {has}")]
    NoSuchId {
        /// As given.
        id: String,
        /// The events and junctions in the report.
        has: String,
    },
}

fn shown(text: &str) -> String {
    wording::shortened(&wording::clean(text), 60)
}

impl Question {
    /// Reads `E1`, `E1.2`, `D3`, `CHR:POS` (also with commas), or a gene's symbol.
    ///
    /// # Errors
    /// A position without a number; an empty query.
    pub fn parse(text: &str) -> Result<Self, QuestionError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(QuestionError::Empty);
        }
        if text.contains(':') {
            return Place::parse(&text.replace(',', ""))
                .map(Self::Place)
                .ok_or_else(|| QuestionError::NotAPlace(text.to_owned()));
        }
        if is_id(text) {
            return Ok(Self::Id(text.to_ascii_uppercase()));
        }
        Ok(Self::Gene(text.to_owned()))
    }
}

/// `E` or `D` and a number; for a junction of an event also a dot and a number. No gene has such a symbol.
fn is_id(text: &str) -> bool {
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let Some(rest) = text.get(1..) else { return false };
    match text.as_bytes().first() {
        Some(b'E' | b'e') => match rest.split_once('.') {
            Some((event, junction)) => number(event) && number(junction),
            None => number(rest),
        },
        Some(b'D' | b'd') => number(rest),
        _ => false,
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called => f.write_str("every called event"),
            Self::Id(id) => f.write_str(id),
            Self::Gene(gene) => f.write_str(&shown(gene)),
            Self::Place(place) => write!(f, "{}:{}", shown(&place.contig), wording::thousands(place.position)),
        }
    }
}
