//! The IGV session for `SAMPLE.evidence.bam`.
//!
//! Opens the evidence with its reads grouped by junction, at both breakpoints of the lead junction, and lists
//! every called breakpoint among the regions of interest. Attribute names are those of IGV's own sessions.
//! Paths are relative: the session is in the same folder as the files.

use askama::Template;

use super::fusions_tsv::{self, CalledJunction};
use super::schema::{SampleReport, Side};
use super::{ViewError, wording};

/// Bases shown on each side of a breakpoint.
const MARGIN: i64 = 100;

#[derive(Template)]
#[template(path = "report/igv.xml")]
struct Session<'a> {
    genome: &'static str,
    /// Loci shown first: both breakpoints of the lead junction.
    locus: String,
    /// The evidence file, in the session's folder.
    bam: String,
    called: Vec<CalledJunction<'a>>,
}

/// The interval shown around a side: first and last base, **1-based**.
fn shown(side: &Side) -> (i64, i64) {
    let last = side.position.saturating_add(MARGIN).max(MARGIN);
    (side.position.saturating_sub(MARGIN).clamp(1, last), last)
}

fn locus(side: &Side) -> String {
    let (first, last) = shown(side);
    format!("{}:{first}-{last}", side.contig.replace(char::is_whitespace, "_"))
}

/// The session of the files that begin with `stem`.
///
/// # Errors
/// [`ViewError::Page`], which these values can't cause.
pub fn render(report: &SampleReport, stem: &str) -> Result<String, ViewError> {
    let called = fusions_tsv::called(report);
    let lead = called.first().map(|called| called.junction);
    let loci: Vec<String> = lead
        .into_iter()
        .flat_map(|junction| [&junction.five, &junction.three])
        .flatten()
        .map(locus)
        .collect();
    let session = Session {
        genome: match report.build_name() {
            "GRCh37" => "hg19",
            _ => "hg38",
        },
        locus: match loci.join(" ") {
            none if none.is_empty() => "KMT2A".to_owned(),
            loci => wording::clean(&loci),
        },
        bam: wording::clean(&format!("{stem}.evidence.bam")),
        called,
    };
    // A template drops its final newline.
    session.render().map(|text| text + "\n").map_err(ViewError::Page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn the_session_opens_both_breakpoints_grouped_by_junction() {
        let text = render(&example::fusion(), "patient07").unwrap();
        assert!(text.contains("genome=\"hg38\" locus=\"chr11:118482395-118482595 chr4:87046595-87046795\""));
        assert!(text.contains("path=\"patient07.evidence.bam\"") && text.contains("groupByTag=\"bj\""));
        // Three junctions with two breakpoints each.
        assert_eq!(text.matches("<Region ").count(), 6);
        assert!(text.contains("description=\"E1.3 5' AFF1\""), "{text}");
        assert!(render(&example::negative(), "x").unwrap().contains("locus=\"KMT2A\""));
    }

    #[test]
    fn names_stay_inside_their_attributes() {
        let text = render(&example::hostile(), "x").unwrap();
        for line in text.lines() {
            assert!(
                !line.contains("<script") && line.matches('"').count() % 2 == 0,
                "{line:?}"
            );
        }
    }
}
