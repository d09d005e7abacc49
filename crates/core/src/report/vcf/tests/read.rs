//! Breakend records read back into junctions.

use std::collections::BTreeMap;

use crate::genome::sequence::reverse_complement;
use crate::report::schema::Retained;
use crate::report::vcf::breakend::{Breakend, Mate};

/// Why breakend records don't form junctions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BndError {
    /// A line has too few columns, or an invalid position or allele.
    #[error("line {line}: not a VCF record ({what})")]
    Line {
        /// Line, from 1.
        line: usize,
        /// The column.
        what: &'static str,
    },
    /// A record names a mate that is missing.
    #[error("{id}: its mate {mate} is not in the file")]
    NoMate {
        /// The record.
        id: String,
        /// The mate.
        mate: String,
    },
    /// Two mates do not describe the same junction.
    #[error("{id}: its mate does not describe the same junction")]
    Disagree {
        /// The record.
        id: String,
    },
}

/// A junction of two breakend records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadJunction {
    /// `ID` of the 5' record.
    pub id: String,
    /// `EVENT`.
    pub event: Option<String>,
    /// The 5' side: the record with `SIDE=5p`, else the first of the two.
    pub five: Mate,
    /// The 3' side; `None` for a single breakend.
    pub three: Option<Mate>,
    /// Inserted bases in the molecule's direction.
    pub inserted: String,
}

struct Line {
    own: Mate,
    breakend: Breakend,
    info: BTreeMap<String, String>,
    is_three: bool,
}

/// Reads the breakend records of a VCF (plain text); records of other kinds are skipped. Junctions
/// are in the order of their first record.
///
/// # Errors
/// [`BndError`].
pub(super) fn junctions(text: &str) -> Result<Vec<ReadJunction>, BndError> {
    let mut order: Vec<String> = Vec::new();
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
        let wrong = |what| BndError::Line { line: number + 1, what };
        let mut cells = line.split('\t');
        let mut next = |what| cells.next().ok_or(wrong(what));
        let (contig, position, id) = (next("CHROM")?, next("POS")?, next("ID")?);
        let (_, alt) = (next("REF")?, next("ALT")?);
        let (_, _, info) = (next("QUAL")?, next("FILTER")?, next("INFO")?);
        if alt.starts_with('<') {
            continue;
        }
        let breakend = Breakend::parse(alt).ok_or(wrong("ALT"))?;
        let info: BTreeMap<String, String> = info
            .split(';')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let own = Mate {
            contig: contig.to_owned(),
            position: position.parse().map_err(|_| wrong("POS"))?,
            retained: breakend.retained,
        };
        let is_three = info.get("SIDE").is_some_and(|side| side == "3p");
        order.push(id.to_owned());
        lines.insert(
            id.to_owned(),
            Line {
                own,
                breakend,
                info,
                is_three,
            },
        );
    }
    let mut made = Vec::new();
    for id in &order {
        let Some(line) = lines.get(id) else { continue };
        let event = line.info.get("EVENT").cloned();
        let Some(mate_id) = line.info.get("MATEID") else {
            // The sequence beyond a single 3' breakend precedes it in the molecule.
            let forward = line.is_three == (line.own.retained == Retained::Right);
            made.push(ReadJunction {
                id: id.clone(),
                event,
                five: line.own.clone(),
                three: None,
                inserted: turned(&line.breakend.inserted, forward),
            });
            continue;
        };
        let mate = lines.get(mate_id).ok_or_else(|| BndError::NoMate {
            id: id.clone(),
            mate: mate_id.clone(),
        })?;
        let is_first = order.iter().position(|o| o == id) < order.iter().position(|o| o == mate_id);
        let is_five = if line.is_three == mate.is_three {
            is_first
        } else {
            !line.is_three
        };
        if !is_five {
            continue;
        }
        let inserted = turned(&line.breakend.inserted, line.own.retained == Retained::Left);
        let of_mate = turned(&mate.breakend.inserted, mate.own.retained == Retained::Right);
        let agree = line.breakend.mate.as_ref() == Some(&mate.own)
            && mate.breakend.mate.as_ref() == Some(&line.own)
            && inserted == of_mate
            && mate.info.get("MATEID") == Some(id);
        if !agree {
            return Err(BndError::Disagree { id: id.clone() });
        }
        made.push(ReadJunction {
            id: id.clone(),
            event,
            five: line.own.clone(),
            three: Some(mate.own.clone()),
            inserted,
        });
    }
    Ok(made)
}

fn turned(bases: &str, forward: bool) -> String {
    if forward {
        bases.to_owned()
    } else {
        String::from_utf8_lossy(&reverse_complement(bases.as_bytes())).into_owned()
    }
}

impl Breakend {
    /// Reads an `ALT`; `None` if it is not a breakend, or if its own base is in the wrong position.
    pub(crate) fn parse(alt: &str) -> Option<Self> {
        if let Some((before, rest)) = alt.split_once(['[', ']']) {
            let bracket = alt.chars().nth(before.chars().count())?;
            let (place, after) = rest.split_once(bracket)?;
            let (contig, position) = place.rsplit_once(':')?;
            let mate = Mate {
                contig: contig.to_owned(),
                position: position.parse().ok()?,
                retained: if bracket == '[' {
                    Retained::Right
                } else {
                    Retained::Left
                },
            };
            return match (before.is_empty(), after.is_empty()) {
                (false, true) => Self::of(before, Retained::Left, Some(mate)),
                (true, false) => Self::of(after, Retained::Right, Some(mate)),
                _ => None,
            };
        }
        match (alt.strip_suffix('.'), alt.strip_prefix('.')) {
            (Some(bases), None) => Self::of(bases, Retained::Left, None),
            (None, Some(bases)) => Self::of(bases, Retained::Right, None),
            _ => None,
        }
    }

    fn of(bases: &str, retained: Retained, mate: Option<Mate>) -> Option<Self> {
        if !bases.bytes().all(|b| b"ACGTNacgtn".contains(&b)) {
            return None;
        }
        let (reference, inserted) = match retained {
            Retained::Left => (bases.chars().next()?, bases.get(1..)?),
            Retained::Right => (bases.chars().next_back()?, bases.get(..bases.len() - 1)?),
        };
        Some(Self {
            reference,
            retained,
            mate,
            inserted: inserted.to_owned(),
        })
    }
}
