//! The part of its gene that each side of a junction keeps, by the catalogue's model.

use crate::{
    catalogue::{Gene, Transcript, catalogue},
    genome::{Build, Interval, Position},
    report::schema::{Junction, Retained, Side},
};

/// One side with its gene.
pub(in crate::report) struct Part<'a> {
    /// The side.
    pub side: &'a Side,
    /// Whether it is the 5' side.
    pub is_five: bool,
    /// The catalogue's gene.
    pub gene: &'static Gene,
    /// Its lead transcript.
    pub transcript: &'static Transcript,
    /// First and last exon that the molecule keeps, by number; `None` if it keeps none, or is
    /// antisense to the gene.
    pub kept: Option<(u16, u16)>,
}

impl<'a> Part<'a> {
    /// The part, or why it can't be drawn.
    pub(in crate::report) fn new(side: Option<&'a Side>, is_five: bool, build: Option<Build>) -> Result<Self, String> {
        let which = if is_five { "5'" } else { "3'" };
        let Some(side) = side else {
            return Err(format!("the {which} side could not be placed"));
        };
        let Some(symbol) = &side.gene else {
            return Err(format!("the {which} side lies between genes"));
        };
        let Some(build) = build else {
            return Err("the report's build is not in the built-in catalogue".to_owned());
        };
        let Some((gene, transcript)) = catalogue()
            .gene(build, symbol)
            .and_then(|gene| Some((gene, gene.transcript()?)))
            .filter(|(_, t)| side.transcript.as_deref().is_none_or(|name| name == t.display_name()))
        else {
            return Err(format!(
                "the gene or transcript of the {which} side is not in the built-in catalogue"
            ));
        };
        let mut part = Self {
            side,
            is_five,
            gene,
            transcript,
            kept: None,
        };
        if !gene.interval.contains(part.position()) {
            return Err(format!(
                "the {which} side lies outside the catalogue's model of its gene"
            ));
        }
        let last = u16::try_from(transcript.exons.len()).unwrap_or(u16::MAX);
        part.kept = match (part.is_sense(), is_five, side.exon, side.intron) {
            (true, true, Some(exon), _) => Some((1, exon)),
            (true, true, None, Some(intron)) => Some((1, intron)),
            (true, false, Some(exon), _) => Some((exon, last)),
            (true, false, None, Some(intron)) => Some((intron.saturating_add(1), last)),
            _ => None,
        }
        .filter(|(first, end)| *first >= 1 && first <= end && *end <= last);
        Ok(part)
    }

    /// Position of the last retained base.
    pub(in crate::report) const fn position(&self) -> Position {
        Position(self.side.position.saturating_sub(1))
    }

    /// Whether the molecule is sense to the gene.
    pub(in crate::report) fn is_sense(&self) -> bool {
        self.side.strand == self.gene.strand.into()
    }

    /// The interval of the gene that the molecule keeps.
    fn kept_stretch(&self) -> Interval {
        let (span, at) = (self.gene.interval, self.position());
        match self.side.retained {
            Retained::Left => Interval {
                start: span.start,
                end: at.offset(1),
            },
            Retained::Right => Interval {
                start: at,
                end: span.end,
            },
        }
    }

    /// The same up to `end`, at which the molecule leaves the gene again.
    pub(in crate::report) fn kept_until(&self, end: Option<&Part<'_>>) -> Interval {
        let kept = self.kept_stretch();
        end.map_or(kept, |end| kept.intersection(end.kept_stretch()))
    }

    /// The kept exons with their kept total and coding lengths, up to the side at which the molecule leaves
    /// the gene again, if it does: exons at the junctions may be cut.
    pub(in crate::report) fn kept_exons(&self, end: Option<&Part<'_>>) -> Vec<KeptExon> {
        let Some((first, last)) = self.kept else {
            return Vec::new();
        };
        let last = end
            .and_then(|end| end.kept)
            .map_or(last, |(_, leaves)| last.min(leaves));
        let stretch = self.kept_until(end);
        let exons = self.transcript.exons.iter();
        exons
            .filter(|exon| (first..=last).contains(&exon.number))
            .map(|exon| {
                let shown = exon.interval.intersection(stretch);
                let coding = exon
                    .coding
                    .map_or(0, |coding| coding.intersection(stretch).len().max(0));
                KeptExon {
                    number: exon.number,
                    len: shown.len().max(0),
                    coding_len: coding,
                }
            })
            .filter(|exon| exon.len > 0)
            .collect()
    }

    /// Residues of the gene's wild-type protein that the kept exons code for: first and last, whole codons;
    /// `None` for none.
    pub(in crate::report) fn residues(&self) -> Option<(u32, u32)> {
        let (first, _) = self.kept?;
        let exons = self.kept_exons(None);
        let total: i64 = self.transcript.coding_len();
        let kept: i64 = exons.iter().map(|exon| exon.coding_len).sum();
        // The stop codon is not a residue.
        let residues = (total / 3 - 1).max(0);
        let (from, to) = if self.is_five {
            (1, (kept / 3).min(residues))
        } else {
            ((total - kept + 2) / 3 + 1, residues)
        };
        let (from, to) = (u32::try_from(from).ok()?, u32::try_from(to).ok()?);
        (from <= to && kept > 0 && first >= 1).then_some((from, to))
    }

    /// Residues of the whole protein.
    pub(in crate::report) fn protein_len(&self) -> u32 {
        u32::try_from((self.transcript.coding_len() / 3 - 1).max(0)).unwrap_or(0)
    }
}

/// An exon, or the kept part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct KeptExon {
    /// Number in the transcript.
    pub number: u16,
    /// Bases.
    pub len: i64,
    /// Of these, coding ones.
    pub coding_len: i64,
}

/// Both parts of a junction.
pub(in crate::report) fn parts<'a>(
    junction: &'a Junction,
    build: Option<Build>,
) -> (Result<Part<'a>, String>, Result<Part<'a>, String>) {
    (
        Part::new(junction.five.as_ref(), true, build),
        Part::new(junction.three.as_ref(), false, build),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn a_fusion_keeps_the_first_exons_of_one_gene_and_the_last_of_the_other() {
        let report = example::fusion();
        let junction = &report.events[0].junctions[0];
        let (five, three) = parts(junction, Some(Build::GRCh38));
        let (five, three) = (five.ok().unwrap(), three.ok().unwrap());
        assert_eq!(five.kept, Some((1, 8)));
        // e8 ends with codon 1,362.
        assert_eq!(five.residues(), Some((1, 1_362)));
        assert_eq!(five.protein_len(), 3_972);
        assert_eq!(three.kept, Some((4, 21)));
        let (first, last) = three.residues().unwrap();
        assert_eq!(last, three.protein_len());
        assert!((40..80).contains(&first), "e3 ends the first codons of AFF1: {first}");
    }

    #[test]
    fn a_part_that_cannot_be_drawn_has_a_reason() {
        let report = example::fusion();
        let junction = &report.events[0].junctions[0];
        let mut side = junction.three.clone().unwrap();
        side.gene = Some("NOGENE".to_owned());
        fn why(side: Option<&Side>) -> String {
            Part::new(side, false, Some(Build::GRCh38)).err().unwrap()
        }
        assert!(why(Some(&side)).contains("not in the built-in catalogue"));
        side.gene = None;
        assert!(why(Some(&side)).contains("between genes"));
        assert!(why(None).contains("could not be placed"));
        let (five, _) = parts(junction, None);
        assert!(five.err().unwrap().contains("build is not in"));
    }
}
