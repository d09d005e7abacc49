//! `SAMPLE.star-fusion.fusion_predictions.abridged.tsv`: STAR-Fusion's abridged table.
//!
//! Columns follow STAR-Fusion's documentation and the readers of chimeraviz, annoFuse, FusionInspector and
//! fusion-report, which find them by name. The table cannot express doubt, so it lists junctions at tier
//! medium or high with both sides placed.

use super::format::{View, ViewError};
use super::fusions_tsv::{self, CalledJunction};
use super::schema::{Junction, Retained, SampleReport, Side, StrandSign, Tier};
use super::tsv;
use super::wording::{self, filled_cell as cell};

/// The format.
pub(crate) const VIEW: View = View {
    name: "star-fusion",
    other_names: &["starfusion"],
    about: "junctions at tier medium or high in STAR-Fusion's abridged columns",
    extensions: &["star-fusion.fusion_predictions.abridged.tsv"],
    render,
    files: None,
};

/// The columns.
pub(crate) const COLUMNS: &str = "#FusionName JunctionReadCount SpanningFragCount est_J est_S SpliceType LeftGene LeftBreakpoint RightGene \
     RightBreakpoint LargeAnchorSupport FFPM LeftBreakDinuc LeftBreakEntropy RightBreakDinuc RightBreakEntropy annots";

/// Placeholder for a number that was not measured: R, pandas and Python read it as a number.
const NO_NUMBER: &str = "NaN";
/// Aligned bases that both sides must have for `YES_LDAS` (STAR-Fusion's default).
const LARGE_ANCHOR: u32 = 25;
/// Bases of the transcript next to the breakpoint over which the entropy is computed (STAR-Fusion's length).
const ENTROPY_BASES: usize = 15;

/// Junctions for a list that cannot express doubt: tier medium or high, both sides placed.
pub(super) fn sure(report: &SampleReport) -> Vec<(CalledJunction<'_>, &Side, &Side)> {
    fusions_tsv::called(report)
        .into_iter()
        .filter(|called| called.tier >= Tier::Medium)
        .filter_map(|called| {
            let (five, three) = (called.junction.five.as_ref()?, called.junction.three.as_ref()?);
            Some((called, five, three))
        })
        .collect()
}

/// The gene of a side; of an intergenic one the nearest gene with its distance, as every output names it.
pub(super) fn gene(side: &Side) -> String {
    let clean = cell(&wording::name(Some(side)));
    clean.replace([' ', ',', '^'], "_").replace("--", "-")
}

/// The strand of the molecule; inferred from the retained side if not stated.
pub(super) fn strand(side: &Side, is_five: bool) -> &'static str {
    match side.strand {
        StrandSign::Unknown if (side.retained == Retained::Left) == is_five => "+",
        StrandSign::Unknown => "-",
        known => known.sign(),
    }
}

fn breakpoint(side: &Side, is_five: bool) -> String {
    format!(
        "{}:{}:{}",
        cell(&side.contig).replace(' ', "_"),
        side.position,
        strand(side, is_five)
    )
}

fn gene_with_id(side: &Side) -> String {
    let id = if side.gene.is_some() {
        side.gene_id.as_deref()
    } else {
        None
    };
    format!(
        "{}^{}",
        gene(side),
        id.map_or_else(|| ".".to_owned(), |id| cell(id).replace(' ', "_"))
    )
}

/// The two bases beyond the breakpoint in the molecule's direction, if the reference was given: `GT`
/// after a donor, `AG` before an acceptor.
fn dinucleotide(side: &Side, is_five: bool) -> String {
    let Some(context) = side.ref_context.as_deref().filter(|c| c.len() == 5 && c.is_ascii()) else {
        return ".".to_owned();
    };
    let beyond = match side.retained {
        Retained::Left => context.get(3..),
        Retained::Right => context.get(..2),
    };
    let beyond = beyond.unwrap_or_default();
    if strand(side, is_five) == "-" {
        let turned = crate::genome::sequence::reverse_complement(beyond.as_bytes());
        String::from_utf8_lossy(&turned).into_owned()
    } else {
        beyond.to_owned()
    }
}

/// Shannon entropy (bits) of the 15 bases of the transcript next to the breakpoint, four decimals.
fn entropy(bases: &str) -> String {
    if bases.is_empty() {
        return NO_NUMBER.to_owned();
    }
    let total = bases.len() as f64;
    let sum: f64 = ['A', 'C', 'G', 'T']
        .into_iter()
        .map(|base| bases.chars().filter(|c| *c == base).count() as f64 / total)
        .filter(|share| *share > 0.0)
        .map(|share| -share * share.log2())
        .sum();
    format!("{sum:.4}")
}

/// Bases before and after the junction, without inserted ones.
fn flanks(junction: &Junction) -> [String; 2] {
    let [before, _, after] = junction.across().unwrap_or_default();
    let skip = before.chars().count().saturating_sub(ENTROPY_BASES);
    [
        before.chars().skip(skip).collect(),
        after.chars().take(ENTROPY_BASES).collect(),
    ]
}

/// `assay` is added if the report covers both, since no column has it.
fn annotations(five: &Side, three: &Side, assay: Option<&str>) -> String {
    let contig = |side: &Side| cell(&side.contig).replace(['[', ']', ' '], "_");
    let text = if five.contig == three.contig {
        let distance = five.position.saturating_sub(three.position).saturating_abs();
        format!("INTRACHROMOSOMAL[{}:{:.2}Mb]", contig(five), distance as f64 / 1e6)
    } else {
        format!("INTERCHROMOSOMAL[{}--{}]", contig(five), contig(three))
    };
    // A list in JSON, as readers evaluate it.
    let words: Vec<String> = assay.map(str::to_uppercase).into_iter().collect();
    serde_json::to_string(&[vec![text], words].concat()).unwrap_or_else(|_| "[]".to_owned())
}

/// The table; only the header if nothing was called at tier medium or high.
pub(crate) fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let of_both = report.inputs.len() > 1;
    let rows = sure(report)
        .into_iter()
        .map(|(CalledJunction { junction, .. }, five, three)| {
            let seen = &junction.evidence;
            let [before, after] = flanks(junction);
            let over = seen.split.saturating_add(seen.clip);
            let pairs = seen.spanning.saturating_add(seen.mate);
            let large = seen.longest_anchor5 >= LARGE_ANCHOR && seen.longest_anchor3 >= LARGE_ANCHOR;
            let spliced = five.at_splice_site && three.at_splice_site;
            [
                format!("{}--{}", gene(five), gene(three)),
                over.to_string(),
                pairs.to_string(),
                over.to_string(),
                pairs.to_string(),
                if spliced {
                    "ONLY_REF_SPLICE"
                } else {
                    "INCL_NON_REF_SPLICE"
                }
                .to_owned(),
                gene_with_id(five),
                breakpoint(five, true),
                gene_with_id(three),
                breakpoint(three, false),
                if large { "YES_LDAS" } else { "NO_LDAS" }.to_owned(),
                NO_NUMBER.to_owned(),
                dinucleotide(five, true),
                entropy(&before),
                dinucleotide(three, false),
                entropy(&after),
                annotations(five, three, of_both.then_some(junction.assay.as_str())),
            ]
        });
    Ok(tsv::table(COLUMNS, rows).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn rows(report: &SampleReport) -> Vec<Vec<String>> {
        let text = String::from_utf8(render(report).unwrap()).unwrap();
        text.lines()
            .map(|l| l.split('\t').map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn a_fusion_is_written_in_star_fusions_columns() {
        let mut report = example::fusion();
        let junction = &mut report.events[0].junctions[0];
        junction.five.as_mut().unwrap().ref_context = Some("AAGGT".to_owned());
        let rows = rows(&report);
        assert_eq!(rows[0].join(" "), COLUMNS);
        let of = |name: &str| rows[1][COLUMNS.split(' ').position(|c| c == name).unwrap()].as_str();
        assert_eq!(of("#FusionName"), "KMT2A--AFF1");
        assert_eq!((of("JunctionReadCount"), of("SpanningFragCount")), ("54", "9"));
        assert_eq!(of("LeftGene"), "KMT2A^ENSG00000118058");
        assert_eq!(of("LeftBreakpoint"), "chr11:118482495:+");
        assert_eq!(of("RightBreakpoint"), "chr4:87046695:+");
        assert_eq!(
            (of("SpliceType"), of("LargeAnchorSupport")),
            ("ONLY_REF_SPLICE", "YES_LDAS")
        );
        assert_eq!((of("LeftBreakDinuc"), of("RightBreakDinuc")), ("GT", "."));
        assert_eq!(of("annots"), "[\"INTERCHROMOSOMAL[chr11--chr4]\"]");
        // AAACCAAAAGAAAAG: 11 A, 2 C, 2 G of 15.
        assert_eq!(of("LeftBreakEntropy"), "1.1033");
    }

    /// No column of the table has the assay: if a report covers both, the annotations show it.
    #[test]
    fn rows_of_a_pair_say_their_assay() {
        let mut report = example::fusion();
        let dna = crate::report::schema::Input {
            assay: "dna".to_owned(),
            ..report.inputs[0].clone()
        };
        report.inputs.push(dna);
        let rows = rows(&report);
        assert!(
            rows[1..].iter().all(|row| row.last().unwrap().ends_with(",\"RNA\"]")),
            "{rows:?}"
        );
    }

    #[test]
    fn low_or_unplaced_junctions_are_not_listed() {
        let mut report = example::fusion();
        let called = rows(&report).len();
        report.events[0].junctions[0].tier = Some(Tier::Low);
        assert_eq!(rows(&report).len(), called - 1);
        report.events[0].junctions[1].three = None;
        assert_eq!(rows(&report).len(), called - 2);
        assert_eq!(rows(&example::negative()).len(), 1);
    }

    #[test]
    fn the_acceptor_of_a_reverse_gene_has_ag_before_it() {
        let side = Side {
            retained: Retained::Left,
            strand: StrandSign::Reverse,
            ref_context: Some("CAGCT".to_owned()),
            ..Side::default()
        };
        assert_eq!(dinucleotide(&side, false), "AG");
    }
}
