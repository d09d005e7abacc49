//! `SAMPLE.bedpe`: both breakpoints of each called junction.
//!
//! Ten columns as bedtools defines them, then ours under a header line that begins with `#`. Positions are
//! 0-based and half-open; each interval is as wide as the junction's ambiguity. `strand1` and `strand2` are those of
//! the breakends: `+` where the bases below are retained, `-` where those above are (as structural-variant callers do).

use super::format::{View, ViewError};
use super::fusions_tsv::{self, CalledJunction};
use super::schema::{Junction, Retained, SampleReport, Side, StrandSign};
use super::tsv;
use super::wording::{self, filled_cell as cell};

/// The format.
pub(crate) const VIEW: View = View {
    name: "bedpe",
    other_names: &[],
    about: "both breakpoints of each called junction, for IGV and bedtools",
    extensions: &["bedpe"],
    render,
    files: None,
};

/// The columns.
pub(crate) const COLUMNS: &str = "#chrom1 start1 end1 chrom2 start2 end2 name score strand1 strand2 junction event class tier molecules frame \
     exon1 exon2";

/// Contig, start, end and strand of a side; `.` and -1 (bedtools' values for an unknown end) where it could
/// not be placed.
fn place(side: Option<&Side>, junction: &Junction) -> [String; 4] {
    let Some(side) = side else {
        return [".", "-1", "-1", "."].map(str::to_owned);
    };
    let (back, forth) = (i64::from(junction.ambiguity.left), i64::from(junction.ambiguity.right));
    // On the reverse strand, the molecule runs towards lower coordinates.
    let (below, above) = if side.strand == StrandSign::Reverse {
        (forth, back)
    } else {
        (back, forth)
    };
    let last = side.position.saturating_add(above).max(1);
    let first = side.position.saturating_sub(below).clamp(1, last);
    let strand = match side.retained {
        Retained::Left => "+",
        Retained::Right => "-",
    };
    [
        cell(&side.contig),
        (first - 1).to_string(),
        last.to_string(),
        strand.to_owned(),
    ]
}

/// The table; only the header if nothing was called.
pub(crate) fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let called = fusions_tsv::called(report).into_iter();
    let rows = called.map(|CalledJunction { event, junction, tier }| {
        let (five, three) = (junction.five.as_ref(), junction.three.as_ref());
        let [chrom1, start1, end1, strand1] = place(five, junction);
        let [chrom2, start2, end2, strand2] = place(three, junction);
        let score = (junction.model_score.unwrap_or(0.0).clamp(0.0, 1.0) * 1_000.0).round();
        let name = format!("{}::{}", wording::name(five), wording::name(three));
        [
            chrom1,
            start1,
            end1,
            chrom2,
            start2,
            end2,
            cell(&name).replace(' ', "_"),
            score.to_string(),
            strand1,
            strand2,
            cell(&junction.id),
            cell(&event.id),
            cell(&junction.class),
            tier.name().to_owned(),
            junction
                .evidence
                .molecules
                .map_or_else(|| ".".to_owned(), |n| n.to_string()),
            cell(junction.frame.name()),
            cell(&wording::exon_of_table(five)),
            cell(&wording::exon_of_table(three)),
        ]
    });
    Ok(tsv::table(COLUMNS, rows).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn intervals_are_half_open_and_as_wide_as_the_ambiguity() {
        let text = String::from_utf8(render(&example::fusion()).unwrap()).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows[0].join(" "), COLUMNS);
        // e8 of KMT2A ends at 118,482,495 (1-based); it can be shifted by two bases upstream, none downstream.
        assert_eq!(
            rows[1][..6],
            ["chr11", "118482492", "118482495", "chr4", "87046692", "87046695"]
        );
        assert_eq!(rows[1][6..11], ["KMT2A::AFF1", "1000", "+", "-", "E1.1"]);
    }

    #[test]
    fn a_reverse_side_is_shifted_towards_lower_coordinates() {
        let mut report = example::fusion();
        let junction = &mut report.events[0].junctions[0];
        let three = junction.three.as_mut().unwrap();
        three.retained = Retained::Left;
        three.strand = StrandSign::Reverse;
        let [_, start, end, strand] = place(junction.three.as_ref(), junction);
        assert_eq!(
            (start.as_str(), end.as_str(), strand.as_str()),
            ("87046694", "87046697", "+")
        );
        assert_eq!(place(None, junction), [".", "-1", "-1", "."]);
    }
}
