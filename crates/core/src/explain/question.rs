//! What can be asked.

use std::fmt;

use crate::genome::place::Place;
use crate::report::wording;

/// How near a breakpoint must lie to a place that is asked for, in bases. Wide enough for a base read
/// off a picture or a table of another caller; introns of KMT2A's major region are longer or as long.
pub const NEAR_BASES: i64 = 1_000;

/// What is asked of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Every called event.
    Called,
    /// An event (`E1`), a junction of one (`E1.2`), or a discarded junction (`D3`), in upper case.
    Id(String),
    /// All junctions with a side in or beside a gene.
    Gene(String),
    /// All junctions with a side within [`NEAR_BASES`] of a place, 1-based.
    Place(Place),
}

/// Why a question can't be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// A place that no contig has.
    #[error("{}: no place; give CHR:POS with a 1-based position, such as chr11:118482495", shown(.0))]
    NotAPlace(String),
    /// No words at all.
    #[error("nothing is asked; give an event (E1), a junction (E1.2, D3), a gene or CHR:POS, or leave it out")]
    Empty,
    /// An event or junction that the report does not have.
    #[error("{id}: not in this report, which has {has}")]
    NoSuchId {
        /// As given.
        id: String,
        /// What there is.
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
    /// A place without a position; nothing but spaces.
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

/// `E` or `D` and a number, of an event also a point and a number. No gene has such a symbol.
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
