//! A junction with its reads, base by base over both sides.

use super::events::short_side;
use crate::report::{
    schema::{Frame, Junction, Side, SupportingRow},
    wording::{place, shortened},
};

/// Columns on both sides together, inserted bases included: the width of a page of paper in a legible
/// type (characters).
const COLUMNS: usize = 104;
/// Least columns on one side, however many bases are inserted (characters).
const SIDE_MIN: usize = 20;
/// Width of the label in front of a row (characters).
const LABEL: usize = 9;

/// Characters of one style.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Class of the style: `five`, `same` (microhomology), `ins`, `three`, followed by `-x` for a base
    /// that differs from the consensus; empty for blanks.
    pub class: String,
    /// The characters.
    pub text: String,
}

/// A line of the pile-up.
pub(super) struct Line {
    /// Label in front, padded.
    pub label: String,
    /// Characters.
    pub runs: Vec<Run>,
}

/// The pile-up of one junction.
pub(super) struct Pileup {
    /// Heading lines: positions, consensus, marks, peptide.
    pub head: Vec<Line>,
    /// Reads, leftmost first.
    pub rows: Vec<Line>,
    /// Listed fragments without a read across the junction.
    pub without_bases: usize,
    /// Whether bases are inserted.
    pub has_inserted: bool,
    /// Whether any base of a read differs from the consensus.
    pub differs: bool,
}

/// The columns of a junction.
struct Columns {
    /// Position of the first column from the junction.
    start: i64,
    /// Position after the last column.
    end: i64,
    inserted: i64,
    homology: (i64, i64),
    /// Consensus bases with the position of the first.
    consensus: Vec<char>,
    consensus_start: i64,
}

impl Columns {
    fn class(&self, at: i64) -> &'static str {
        if self.homology.0 <= at && at < self.homology.1 {
            "same"
        } else if at < 0 {
            "five"
        } else if at < self.inserted {
            "ins"
        } else {
            "three"
        }
    }

    fn base(&self, at: i64) -> Option<char> {
        usize::try_from(at - self.consensus_start)
            .ok()
            .and_then(|index| self.consensus.get(index))
            .copied()
    }

    /// One line: `base` gives the character of each column.
    fn line(&self, label: &str, base: impl Fn(i64) -> Option<(char, bool)>) -> Line {
        let mut runs: Vec<Run> = Vec::new();
        for at in self.start..self.end {
            let (character, class) = match base(at) {
                Some((character, true)) => (character, format!("{}-x", self.class(at))),
                Some((character, false)) => (character, self.class(at).to_owned()),
                None => (' ', String::new()),
            };
            // The junction is between two columns, whatever their styles are.
            match runs.last_mut() {
                Some(last) if last.class == class && at != 0 => last.text.push(character),
                _ => runs.push(Run {
                    class,
                    text: character.to_string(),
                }),
            }
            if at == -1 || (self.inserted > 0 && at == self.inserted - 1) {
                runs.push(Run {
                    class: "bar".to_owned(),
                    text: "|".to_owned(),
                });
            }
        }
        while runs.last().is_some_and(|run| run.class.is_empty()) {
            runs.pop();
        }
        Line {
            label: padded(label),
            runs,
        }
    }
}

fn padded(label: &str) -> String {
    format!("{:<LABEL$}", shortened(label, LABEL - 1))
}

/// The pile-up, at most `most` reads; or why there is none.
pub(super) fn pileup(junction: &Junction, most: usize) -> Result<Pileup, &'static str> {
    let columns = columns(junction)?;
    let mut rows: Vec<(i64, &SupportingRow)> = junction
        .supporting
        .iter()
        .filter(|row| !row.bases.is_empty())
        .map(|row| (i64::from(row.offset), row))
        .collect();
    let with_bases = rows.len();
    // The listed reads are a sample already: if too many fit, every n-th from left to right is shown.
    rows.sort_by(|a, b| (a.0, b.1.bases.len(), &a.1.name).cmp(&(b.0, a.1.bases.len(), &b.1.name)));
    let step = with_bases.div_ceil(most.max(1)).max(1);
    let mut differs = false;
    let rows = rows
        .iter()
        .step_by(step)
        .map(|(offset, row)| {
            let bases: Vec<char> = row.bases.chars().collect();
            let line = columns.line(&row.kind, |at| {
                let read = *usize::try_from(at - offset).ok().and_then(|index| bases.get(index))?;
                let other = columns.base(at).is_some_and(|base| {
                    !base.eq_ignore_ascii_case(&read) && !read.eq_ignore_ascii_case(&'N') && base != 'N'
                });
                let shown = if (0..columns.inserted).contains(&at) {
                    read.to_ascii_lowercase()
                } else {
                    read
                };
                Some((shown, other))
            });
            differs |= line.runs.iter().any(|run| run.class.ends_with("-x"));
            line
        })
        .collect();
    Ok(Pileup {
        head: head(junction, &columns),
        rows,
        without_bases: junction.supporting.len() - with_bases,
        has_inserted: columns.inserted > 0,
        differs,
    })
}

fn columns(junction: &Junction) -> Result<Columns, &'static str> {
    if junction.consensus.is_none() {
        return Err("No read crosses the junction, so there are no bases to show.");
    }
    let pieces = junction
        .across()
        .map(|pieces| pieces.map(|piece| piece.chars().collect()));
    let [five, inserted, three]: [Vec<char>; 3] =
        pieces.ok_or("The sequence across the junction does not have two sides.")?;
    let count = |bases: &[char]| i64::try_from(bases.len()).unwrap_or(0);
    let side = (COLUMNS.saturating_sub(inserted.len()) / 2).max(SIDE_MIN);
    let side = i64::try_from(side).unwrap_or(0);
    let homology = if inserted.is_empty() {
        (-i64::from(junction.ambiguity.left), i64::from(junction.ambiguity.right))
    } else {
        (0, 0)
    };
    Ok(Columns {
        start: -side,
        end: count(&inserted) + side,
        inserted: count(&inserted),
        homology,
        consensus_start: -count(&five),
        consensus: [five, inserted, three].concat(),
    })
}

/// The lines over the reads.
fn head(junction: &Junction, columns: &Columns) -> Vec<Line> {
    let side = usize::try_from(-columns.start).unwrap_or(0);
    let name = |side: Option<&Side>| {
        let at = side.map(|side| format!(" {}", shortened(&place(side), 28)));
        short_side(side, 16) + &at.unwrap_or_default()
    };
    let text = |class: &str, text: String| Run {
        class: class.to_owned(),
        text,
    };
    let (five, three) = (name(junction.five.as_ref()), name(junction.three.as_ref()));
    let between = usize::try_from(columns.inserted).unwrap_or(0);
    let names = Line {
        label: padded(""),
        runs: vec![
            text(
                "place",
                format!("{:>side$}", format!("5' {}", shortened(&five, side.saturating_sub(3)))),
            ),
            text("bar", "|".to_owned()),
            text("place", " ".repeat(between)),
            text("bar", if between > 0 { "|" } else { "" }.to_owned()),
            text("place", format!("{} 3'", shortened(&three, side.saturating_sub(3)))),
        ],
    };
    let mut lines = vec![
        names,
        columns.line("all", |at| columns.base(at).map(|base| (base, false))),
    ];
    if columns.homology.0 < columns.homology.1 {
        lines.push(columns.line("same", |at| {
            (columns.homology.0..columns.homology.1)
                .contains(&at)
                .then_some(('=', false))
        }));
    }
    if columns.inserted > 0 {
        lines.push(columns.line("inserted", |at| {
            (0..columns.inserted).contains(&at).then_some(('+', false))
        }));
    }
    lines.extend(peptide(junction, columns));
    lines
}

/// The peptide under the middle bases of its codons, if it and its frame are known.
fn peptide(junction: &Junction, columns: &Columns) -> Option<Line> {
    if junction.frame == Frame::Unknown {
        return None;
    }
    let partial = i64::from(junction.five.as_ref()?.phase?);
    let (before, after) = junction.peptide.as_deref()?.split_once('|')?;
    let before: Vec<char> = before.chars().rev().collect();
    let after: Vec<char> = after.chars().collect();
    Some(columns.line("peptide", |at| {
        // Positions of middle bases: 1 - partial, and every third from there.
        let codon = (at + partial).div_euclid(3);
        if (at + partial).rem_euclid(3) != 1 {
            return None;
        }
        let residue = if codon >= 0 {
            usize::try_from(codon).ok().and_then(|index| after.get(index))
        } else {
            usize::try_from(-codon - 1).ok().and_then(|index| before.get(index))
        };
        residue.map(|residue| (*residue, false))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn piled(junction: &Junction) -> Result<Pileup, &'static str> {
        super::pileup(junction, 40)
    }

    fn text(line: &Line) -> String {
        line.runs.iter().map(|run| run.text.as_str()).collect()
    }

    #[test]
    fn reads_are_aligned_to_columns_and_differences_are_marked() {
        let report = example::fusion();
        let pileup = piled(&report.events[0].junctions[0]).ok().unwrap();
        assert_eq!(pileup.rows.len(), 1);
        assert_eq!(pileup.without_bases, 1);
        let row = &pileup.rows[0];
        let (left, right) = text(row)
            .split_once('|')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert!(left.ends_with("CCAAAAGAAAAG"), "{left}");
        assert!(right.starts_with("ACAGCAAAAGG"), "{right}");
        assert_eq!(left.len(), 52, "the junction is in the same column everywhere");
        let odd: String = row
            .runs
            .iter()
            .filter(|run| run.class == "three-x")
            .map(|run| run.text.as_str())
            .collect();
        // The read has GATGTC where the consensus has GCTGTC: one base.
        assert_eq!(odd, "A");
        assert!(pileup.differs);
        // Two bases of microhomology precede the junction.
        let same: String = row
            .runs
            .iter()
            .filter(|r| r.class == "same")
            .map(|r| r.text.as_str())
            .collect();
        assert_eq!(same, "AG");
    }

    #[test]
    fn residues_are_under_the_middle_of_their_codons() {
        let report = example::fusion();
        let junction = &report.events[0].junctions[0];
        let pileup = piled(junction).ok().unwrap();
        let all = text(pileup.head.iter().find(|line| line.label.starts_with("all")).unwrap());
        let peptide = text(
            pileup
                .head
                .iter()
                .find(|line| line.label.starts_with("peptide"))
                .unwrap(),
        );
        let at = peptide.rfind('K').unwrap();
        let bar = all.find('|').unwrap();
        let last_lysine = peptide[..bar].rfind('K').unwrap();
        // The last codon before the junction is AAG, a lysine.
        assert_eq!(&all[last_lysine - 1..=last_lysine + 1], "AAG");
        assert_eq!(last_lysine, bar - 2);
        assert!(at >= last_lysine);
    }

    #[test]
    fn inserted_bases_are_between_two_bars() {
        let mut junction = example::fusion().events[0].junctions[0].clone();
        junction.inserted = "ACGT".to_owned();
        junction.ambiguity = Default::default();
        junction.consensus = Some("AAAAAG|acgt|TTTTTT".to_owned());
        junction.supporting[0].bases = "AAGACGTTTT".to_owned();
        junction.supporting[0].offset = -3;
        let pileup = piled(&junction).ok().unwrap();
        assert!(
            text(&pileup.rows[0]).ends_with("AAG|acgt|TTT"),
            "{}",
            text(&pileup.rows[0])
        );
        assert!(!pileup.differs);
        assert!(pileup.has_inserted);
        junction.consensus = None;
        assert!(piled(&junction).is_err());
    }
}
