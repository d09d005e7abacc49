//! `SAMPLE.vcf.gz`: the junctions as breakends in VCF 4.3, with a tabix index.
//!
//! Two records per junction, one at each side, each other's mate; one record if a side could not be
//! placed (a single breakend), and for a duplication in DNA (`<DUP:TANDEM>`). Called junctions at
//! tier medium or high are `PASS`; the others have the reasons against them as filters.
mod breakend;
mod filter;
mod head;
mod record;

use std::io;

use super::format::{View, ViewError};
use super::schema::SampleReport;
use crate::hts::bgzf::{self, Indexed, PlacedLine};
use record::Record;

/// The format.
pub(crate) const VIEW: View = View {
    name: "vcf",
    other_names: &[],
    about: "breakends of all junctions, VCF 4.3, compressed, with its tabix index",
    extensions: &["vcf.gz", "vcf.gz.tbi"],
    render: |report| Ok(render(report).into_bytes()),
    files: Some(|report| {
        let made = compressed(report).map_err(ViewError::Index)?;
        Ok(vec![made.text, made.index])
    }),
};

/// Header and records of a report, the records in the order of the header's contigs.
fn build(report: &SampleReport) -> (String, Vec<Record>) {
    let mut records = record::all(report);
    let contigs = head::contigs(&records);
    records.sort_by(|a, b| {
        let place = |r: &Record| contigs.iter().position(|name| *name == r.contig);
        (place(a), a.position, &a.id).cmp(&(place(b), b.position, &b.id))
    });
    (head::text(report, &contigs), records)
}

/// The VCF as plain text; only the header for a sample without junctions.
pub(crate) fn render(report: &SampleReport) -> String {
    let (mut text, records) = build(report);
    for record in records {
        text.push_str(&record.line);
        text.push('\n');
    }
    text
}

/// The bgzipped VCF and its index.
///
/// # Errors
/// None in practice: lines are sorted and positions are bounded.
pub(crate) fn compressed(report: &SampleReport) -> io::Result<Indexed> {
    let (head, records) = build(report);
    let lines: Vec<PlacedLine> = records
        .into_iter()
        .map(|record| PlacedLine {
            first: record.position,
            last: record.end,
            text: record.line,
            contig: record.contig,
        })
        .collect();
    bgzf::vcf(&head, &lines)
}

/// Every filter and key declared in the header, for the documentation.
#[cfg(test)]
pub(super) fn keys() -> Vec<&'static str> {
    head::keys().chain(filter::filters().map(|(id, _)| id)).collect()
}

#[cfg(test)]
mod tests;
