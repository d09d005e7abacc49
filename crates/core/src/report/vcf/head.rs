//! The header.

use std::fmt::Write as _;

use super::filter::filters;
use super::record::{Record, value};
use crate::catalogue::identifiers;
use crate::genome::contig::bare_name;
use crate::judge::given::OTHER_NUMBERS;
use crate::report::schema::{SampleReport, Tool};
use crate::report::wording;

/// The keys of `INFO` and `FORMAT` as the header declares them.
const KEYS: &str = include_str!("keys.vcf");

/// The contigs of the records and of their mates in karyotype order, then others by name.
pub(super) fn contigs(records: &[Record]) -> Vec<String> {
    let mut names: Vec<String> = records
        .iter()
        .flat_map(|r| [Some(r.contig.clone()), r.mate_contig.clone()])
        .flatten()
        .collect();
    names.sort_by_key(|name| (rank(name), name.clone()));
    names.dedup();
    names
}

fn rank(name: &str) -> u32 {
    match bare_name(name).as_deref() {
        Some("X") => 23,
        Some("Y") => 24,
        Some("M") => 25,
        Some(number) => number.parse().unwrap_or(26),
        None => 26,
    }
}

/// The header, its last line with the sample's column.
pub(super) fn text(report: &SampleReport, contigs: &[String]) -> String {
    let build = report.build_name();
    let mut out = String::from("##fileformat=VCFv4.3\n");
    // Writing to a String cannot fail.
    let mut line = |key: &str, text: &str| {
        let _ = writeln!(out, "##{key}={}", wording::clean(text));
    };
    let Tool { name, version } = &report.tool;
    line("source", &format!("{} {}", value(name), value(version)));
    if let Some(made) = &report.provenance {
        line("breakapart_version", &format!("{}, {}", made.version, made.htslib));
        line("breakapart_command", &made.command_line());
    }
    line("breakapart_state", report.conclusion.state.name());
    if let Some(scope) = &report.conclusion.scope {
        line("breakapart_scope", scope);
    }
    if let Some(notice) = report.warnings.iter().find(|notice| notice.code == OTHER_NUMBERS) {
        line("breakapart_rule", &notice.text);
    }
    if !build.is_empty() {
        line("reference", &value(build));
    }
    for contig in contigs {
        let length = report
            .build()
            .and_then(|build| identifiers::of_chromosome(build, contig))
            .map(|known| format!(",length={}", known.length))
            .unwrap_or_default();
        let _ = writeln!(out, "##contig=<ID={contig}{length}>");
    }
    out.push_str("##ALT=<ID=DUP:TANDEM,Description=\"Tandem duplication\">\n");
    for (id, description) in filters() {
        let _ = writeln!(out, "##FILTER=<ID={id},Description=\"{description}\">");
    }
    out.push_str(KEYS);
    let sample = wording::clean(&report.sample);
    let sample = wording::shortened(sample.trim(), 200);
    let sample = if sample.is_empty() { "sample" } else { &sample };
    let _ = writeln!(out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{sample}");
    out
}

/// Every key of `INFO` and `FORMAT`.
#[cfg(test)]
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let id = |line: &'static str| Some(line.split_once("ID=")?.1.split_once(',')?.0);
    KEYS.lines().filter_map(id)
}
