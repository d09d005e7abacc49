//! The header.

use std::fmt::Write as _;

use super::filter::filters;
use super::record::{Record, value};
use crate::catalogue::identifiers;
use crate::genome::{Build, contig::bare_name};
use crate::judge::given::OTHER_NUMBERS;
use crate::report::{schema::SampleReport, wording};

/// `INFO` keys: identifier, number, type, description.
const INFO: [(&str, &str, &str, &str); 26] = [
    ("SVTYPE", "1", "String", "Type of structural variant: BND or DUP"),
    ("MATEID", ".", "String", "ID of the mate breakend"),
    (
        "EVENT",
        "1",
        "String",
        "Event that the junction belongs to: junctions of one rearrangement share it",
    ),
    (
        "IMPRECISE",
        "0",
        "Flag",
        "No read shows the base: the position is inferred",
    ),
    (
        "CIPOS",
        "2",
        "Integer",
        "Interval around POS within which the junction can be moved without changing the molecule",
    ),
    ("CIEND", "2", "Integer", "The same around END"),
    (
        "HOMLEN",
        ".",
        "Integer",
        "Length of the bases that both sides share at the junction",
    ),
    (
        "HOMSEQ",
        ".",
        "String",
        "Those bases, forward strand of this record's contig",
    ),
    (
        "SVINSLEN",
        ".",
        "Integer",
        "Length of the bases between the sides that belong to neither",
    ),
    (
        "SVINSSEQ",
        ".",
        "String",
        "Those bases, forward strand of this record's contig",
    ),
    ("END", "1", "Integer", "Last base of the duplicated segment"),
    ("SVLEN", ".", "Integer", "Length of the duplicated segment"),
    ("SIDE", "1", "String", "Side of the transcript: 5p or 3p"),
    (
        "STRAND",
        "1",
        "String",
        "Strand of the contig on which the molecule runs",
    ),
    ("GENE", "1", "String", "Gene at this side"),
    (
        "GENE_ID",
        "1",
        "String",
        "Its identifier in Ensembl or in the gene models that were given",
    ),
    ("TRANSCRIPT", "1", "String", "Transcript that EXON is numbered in"),
    (
        "EXON",
        "1",
        "String",
        "Exon (e8) or the intron behind it (i8) in TRANSCRIPT",
    ),
    (
        "CLASS",
        "1",
        "String",
        "What the junction is: canonical, reciprocal, ptd and so on",
    ),
    (
        "FRAME",
        "1",
        "String",
        "Reading frame: in-frame, out-of-frame or stop-codon",
    ),
    ("ASSAY", "1", "String", "rna or dna"),
    ("TIER", "1", "String", "high, medium or low; absent below every tier"),
    ("SCORE", "1", "Float", "Model score between 0 and 1"),
    (
        "HGVS",
        "1",
        "String",
        "HGVS description: of the adjoined transcripts (RNA), of the genome (DNA)",
    ),
    (
        "ISCN",
        "1",
        "String",
        "ISCN suggestion, its commas and semicolons percent-encoded",
    ),
    (
        "TXEVENT",
        "1",
        "String",
        "What the junction means for the transcript; here POS and the mate are no genomic break",
    ),
];

/// `FORMAT` keys.
pub(super) const FORMAT: [(&str, &str, &str, &str); 9] = [
    ("MOL", "1", "Integer", "Molecules that show the junction"),
    ("WT", "1", "Integer", "Wild-type molecules at the KMT2A base"),
    (
        "FRAC",
        "1",
        "Float",
        "RNA: share of KMT2A transcripts; DNA: allele fraction; PTD: ratio to wild-type molecules, which may pass 1",
    ),
    ("FRACCI", "2", "Float", "95 % interval of FRAC"),
    ("SR", "1", "Integer", "Molecules with a read aligned on both sides"),
    (
        "CR",
        "1",
        "Integer",
        "Molecules with a clipped read that fits the other side",
    ),
    ("PR", "1", "Integer", "Molecules whose mates show both sides"),
    (
        "MR",
        "1",
        "Integer",
        "Molecules with an unaligned mate that holds the junction",
    ),
    (
        "FRAG",
        "1",
        "Integer",
        "Sequenced fragments that show the junction, duplicates counted",
    ),
];

/// The contigs of the records and of their mates in the order of a karyotype, others behind by name.
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
    let build = report
        .inputs
        .first()
        .map(|input| input.build.as_str())
        .unwrap_or_default();
    let mut out = String::from("##fileformat=VCFv4.3\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "##source={} {}",
        value(&report.tool.name),
        value(&report.tool.version)
    );
    if let Some(provenance) = &report.provenance {
        let version = wording::clean(&provenance.version);
        let _ = writeln!(
            out,
            "##breakapart_version={version}, {}",
            wording::clean(&provenance.htslib)
        );
        let _ = writeln!(
            out,
            "##breakapart_command={}",
            wording::clean(&provenance.command_line())
        );
    }
    let _ = writeln!(out, "##breakapart_state={}", report.conclusion.state.name());
    if let Some(scope) = &report.conclusion.scope {
        let _ = writeln!(out, "##breakapart_scope={}", wording::clean(scope));
    }
    if let Some(notice) = report.warnings.iter().find(|notice| notice.code == OTHER_NUMBERS) {
        let _ = writeln!(out, "##breakapart_rule={}", wording::clean(&notice.text));
    }
    if !build.is_empty() {
        let _ = writeln!(out, "##reference={}", value(build));
    }
    for contig in contigs {
        let length = Build::parse(build)
            .and_then(|build| identifiers::of_chromosome(build, contig))
            .map(|known| format!(",length={}", known.length))
            .unwrap_or_default();
        let _ = writeln!(out, "##contig=<ID={contig}{length}>");
    }
    out.push_str("##ALT=<ID=DUP:TANDEM,Description=\"Tandem duplication\">\n");
    for (id, description) in filters() {
        let _ = writeln!(out, "##FILTER=<ID={id},Description=\"{description}\">");
    }
    for (kind, keys) in [("INFO", &INFO[..]), ("FORMAT", &FORMAT[..])] {
        for (id, number, of, description) in keys {
            let _ = writeln!(
                out,
                "##{kind}=<ID={id},Number={number},Type={of},Description=\"{description}\">"
            );
        }
    }
    let sample = wording::clean(&report.sample);
    let sample = wording::shortened(sample.trim(), 200);
    let sample = if sample.is_empty() { "sample" } else { &sample };
    let _ = writeln!(out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{sample}");
    out
}

/// Every key of `INFO`.
#[cfg(test)]
pub(super) fn info_keys() -> Vec<&'static str> {
    INFO.iter().map(|(id, ..)| *id).collect()
}
