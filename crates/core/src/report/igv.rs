//! The IGV session beside `SAMPLE.evidence.bam`.
//!
//! Opens the evidence with its reads grouped by junction, at both places of the lead junction, and lists
//! every called place among the regions of interest. Attribute names are those that IGV's own sessions
//! have. Paths are relative: the session stands beside the files.

use std::fmt::Write as _;

use super::fusions_tsv::{self, CalledJunction};
use super::schema::{SampleReport, Side};
use super::wording;

/// Bases shown on each side of a place.
const MARGIN: i64 = 100;

/// Text as an attribute's value.
fn attribute(text: &str) -> String {
    let mut out = String::new();
    for c in wording::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// First and last base shown, 1-based.
fn shown(side: &Side) -> (i64, i64) {
    let last = side.position.saturating_add(MARGIN).max(MARGIN);
    (side.position.saturating_sub(MARGIN).clamp(1, last), last)
}

fn locus(side: &Side) -> String {
    let (first, last) = shown(side);
    format!("{}:{first}-{last}", side.contig.replace(char::is_whitespace, "_"))
}

/// The session for files that begin with `stem`. A sample without a call opens at KMT2A.
pub fn render(report: &SampleReport, stem: &str) -> String {
    let called = fusions_tsv::called(report);
    let genome = if report.build_name() == "GRCh37" {
        "hg19"
    } else {
        "hg38"
    };
    let lead = called.first().map(|c| c.junction);
    let places: Vec<String> = lead
        .into_iter()
        .flat_map(|j| [&j.five, &j.three])
        .flatten()
        .map(locus)
        .collect();
    let locus = if places.is_empty() {
        "KMT2A".to_owned()
    } else {
        places.join(" ")
    };
    let bam = attribute(&format!("{stem}.evidence.bam"));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<Session genome=\"{genome}\" locus=\"{}\" version=\"8\">",
        attribute(&locus)
    );
    let _ = writeln!(
        out,
        "    <Resources>\n        <Resource index=\"{bam}.bai\" path=\"{bam}\" type=\"bam\"/>\n    </Resources>"
    );
    let _ = writeln!(
        out,
        "    <Panel name=\"Panel1\">\n        \
         <Track attributeKey=\"{bam}\" clazz=\"org.broad.igv.sam.AlignmentTrack\" id=\"{bam}\" name=\"{bam}\" visible=\"true\">\n            \
         <RenderOptions groupByOption=\"TAG\" groupByTag=\"bj\"/>\n        </Track>\n    </Panel>"
    );
    out.push_str("    <Regions>\n");
    for CalledJunction { junction, .. } in &called {
        for (side, end) in [(&junction.five, "5'"), (&junction.three, "3'")] {
            let Some(side) = side else { continue };
            let (first, last) = shown(side);
            let _ = writeln!(
                out,
                "        <Region chromosome=\"{}\" description=\"{} {end} {}\" end=\"{last}\" start=\"{}\"/>",
                attribute(&side.contig),
                attribute(&junction.id),
                attribute(&wording::gene(Some(side))),
                first - 1,
            );
        }
    }
    out.push_str("    </Regions>\n</Session>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn the_session_opens_both_places_grouped_by_junction() {
        let text = render(&example::fusion(), "patient07");
        assert!(text.contains("genome=\"hg38\" locus=\"chr11:118482395-118482595 chr4:87046595-87046795\""));
        assert!(text.contains("path=\"patient07.evidence.bam\"") && text.contains("groupByTag=\"bj\""));
        // Three junctions of two places each.
        assert_eq!(text.matches("<Region ").count(), 6);
        assert!(text.contains("description=\"E1.3 5' AFF1\""), "{text}");
        assert!(render(&example::negative(), "x").contains("locus=\"KMT2A\""));
    }

    #[test]
    fn names_stay_inside_their_attributes() {
        let text = render(&example::hostile(), "x");
        for line in text.lines() {
            assert!(
                !line.contains("<script") && line.matches('"').count() % 2 == 0,
                "{line:?}"
            );
        }
    }
}
