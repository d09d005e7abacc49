//! A tracked junction with the bases that show it.

use breakapart_core::genome::sequence::reverse_complement;
use breakapart_core::genome::{Contigs, Interval, SequenceSource};
use breakapart_core::report::SampleReport;
use breakapart_core::report::schema::{Junction, Retained, Side, Tier};

/// Bases beyond the junction, and beyond the microhomology, that a read must show on each side. Twelve bases with one
/// mismatch match by chance once in half a million positions; only reads at the breakpoint are tried.
pub(crate) const ANCHOR: usize = 12;
/// Bases of a target on each side: more than half a read length is not needed.
const FLANK_MAX: usize = 150;

/// A junction to track.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Identifier in the report.
    pub id: String,
    /// `KMT2A::AFF1`, 5' gene first.
    pub name: String,
    /// `rna` or `dna`.
    pub assay: String,
    /// 5' side.
    pub five: Side,
    /// 3' side.
    pub three: Side,
    /// Bases in the molecule's direction.
    pub bases: Vec<u8>,
    /// Bases before the 5' side's end.
    pub five_len: usize,
    /// Bases before the 3' side's start: `five_len` plus the insertion.
    pub three_start: usize,
    /// Bases that each side must show.
    pub anchor: usize,
    /// Whether KMT2A is the 5' side: wild-type molecules are counted at its base.
    pub kmt2a_is_five: bool,
    /// Molecules at diagnosis.
    pub molecules: u64,
}

impl Target {
    /// KMT2A's side.
    pub const fn kmt2a(&self) -> &Side {
        if self.kmt2a_is_five { &self.five } else { &self.three }
    }

    fn of(junction: &Junction, contigs: &Contigs, source: &dyn SequenceSource) -> Option<Self> {
        let (five, three) = (junction.five.clone()?, junction.three.clone()?);
        let is_kmt2a = |side: &Side| side.gene.as_deref() == Some(breakapart_core::catalogue::KMT2A);
        if !is_kmt2a(&five) && !is_kmt2a(&three) {
            return None;
        }
        let parts = junction.across().unwrap_or(["", &junction.inserted, ""]);
        let [mut before, between, mut after] = parts.map(|bases| bases.to_ascii_uppercase().into_bytes());
        if junction.assay == "dna" {
            // The genome continues beyond the reads; a transcript may not.
            if let Some(more) = flank(&five, contigs, source, true).filter(|more| more.len() > before.len()) {
                before = more;
            }
            if let Some(more) = flank(&three, contigs, source, false).filter(|more| more.len() > after.len()) {
                after = more;
            }
        }
        let anchor = ANCHOR + usize::try_from(junction.ambiguity.left.max(junction.ambiguity.right)).ok()?;
        if before.len() < anchor || after.len() < anchor {
            return None;
        }
        let from = before.len().saturating_sub(FLANK_MAX);
        before.drain(..from);
        after.truncate(FLANK_MAX);
        let gene = |side: &Side| {
            side.gene
                .clone()
                .unwrap_or_else(|| format!("{}:{}", side.contig, side.position))
        };
        Some(Self {
            id: junction.id.clone(),
            name: format!("{}::{}", gene(&five), gene(&three)),
            assay: junction.assay.clone(),
            kmt2a_is_five: is_kmt2a(&five),
            five_len: before.len(),
            three_start: before.len() + between.len(),
            bases: [before, between, after].concat(),
            anchor,
            molecules: junction.evidence.counted(),
            five,
            three,
        })
    }
}

/// The reference's bases of a side, in the molecule's direction.
fn flank(side: &Side, contigs: &Contigs, source: &dyn SequenceSource, is_five: bool) -> Option<Vec<u8>> {
    let contig = contigs.resolve(&side.contig)?;
    let len = FLANK_MAX as i64;
    let interval = match side.retained {
        Retained::Left => Interval::new((side.position - len).max(0), side.position),
        Retained::Right => Interval::new(side.position - 1, side.position - 1 + len),
    };
    let mut bases = source.bases(contig, interval)?;
    if side.retained == Retained::Left && !is_five || side.retained == Retained::Right && is_five {
        bases = reverse_complement(&bases);
    }
    (!bases.contains(&b'N')).then_some(bases)
}

/// The junctions of a report that can be tracked, those of its strongest event, genomic ones if there are any:
/// canonical and reciprocal, each once, most molecules first.
pub fn targets(report: &SampleReport, contigs: &Contigs, source: &dyn SequenceSource) -> Vec<Target> {
    let lead = report.lead_event().map(|(_, event)| event);
    let Some(event) = lead.or_else(|| report.events.first()) else {
        return Vec::new();
    };
    let mut found: Vec<Target> = event
        .junctions
        .iter()
        .filter(|junction| junction.tier >= Some(Tier::Medium))
        .filter_map(|junction| Target::of(junction, contigs, source))
        .collect();
    if found.iter().any(|target| target.assay == "dna") {
        found.retain(|target| target.assay == "dna");
    }
    found.sort_by(|a, b| b.molecules.cmp(&a.molecules).then_with(|| a.id.cmp(&b.id)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;
    use breakapart_core::genome::sequence::NoSequence;

    #[test]
    fn a_report_gives_its_junctions_with_their_bases() {
        let report = example::fusion();
        let contigs = Contigs::new([("chr4".to_owned(), 190_214_555), ("chr11".to_owned(), 135_086_622)]);
        let found = targets(&report, &contigs, &NoSequence);
        let ids: Vec<&str> = found.iter().map(|target| target.id.as_str()).collect();
        assert_eq!(ids, ["E1.1", "E1.3"], "the isoform has no sequence");
        assert_eq!(&found[0].bases[..found[0].five_len], b"ATCCCTGTAAAACAAAAACCAAAAGAAAAG");
        assert!(found[0].bases[found[0].three_start..].starts_with(b"ACAGCAAAAGG"));
        assert_eq!(found[0].anchor, ANCHOR + 2, "two shared bases do not count");
        assert!(found[0].kmt2a_is_five && !found[1].kmt2a_is_five);
        assert!(targets(&example::negative(), &contigs, &NoSequence).is_empty());
    }
}
