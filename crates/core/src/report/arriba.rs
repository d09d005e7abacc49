//! One junction in the 30 columns of Arriba's `fusions.tsv`, in their order and meaning.
//!
//! The columns are those of Arriba 2.x (its manual, "Output files", and its program's header).
//! Differences in meaning are stated in `docs/output/fusions.md`: counts are molecules, and
//! clipped molecules are added to the split reads of the side they are anchored on.

use super::schema::{Frame, Junction, Retained, SampleReport, Side, StrandSign};
use super::wording::filled_cell as cell;
use super::{number, wording};

/// The 30 columns in order, separated by blanks.
pub(super) const COLUMNS: &str = "#gene1 gene2 strand1(gene/fusion) strand2(gene/fusion) breakpoint1 breakpoint2 site1 site2 type split_reads1 \
     split_reads2 discordant_mates coverage1 coverage2 confidence reading_frame tags retained_protein_domains \
     closest_genomic_breakpoint1 closest_genomic_breakpoint2 gene_id1 gene_id2 transcript_id1 transcript_id2 \
     direction1 direction2 filters fusion_transcript peptide_sequence read_identifiers";

/// Our columns after Arriba's, in both tables.
pub(super) const OWN_COLUMNS: &str = "event junction junction_class assay model_score molecules fragments split_molecules clip_molecules \
     spanning_molecules mate_molecules wild_type_molecules fraction fraction_low fraction_high exon1 exon2 \
     ambiguity_left ambiguity_right homology inserted reasons";

/// Longest distance of a deletion-like junction between two genes that Arriba calls a read-through.
const READ_THROUGH_BASES: i64 = 400_000;

/// A missing value.
const MISSING: &str = ".";

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| MISSING.to_owned(), cell)
}

fn count(value: Option<u64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), |value| value.to_string())
}

fn real(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), number::text)
}

/// Items as one cell, separated by commas.
fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    if items.is_empty() {
        MISSING.to_owned()
    } else {
        items.join(",")
    }
}

/// An item of a comma-separated cell.
fn item(text: &str) -> String {
    cell(text).replace([',', ' '], "_")
}

fn strands(side: Option<&Side>) -> String {
    let (gene, molecule) = side.map_or((StrandSign::Unknown, StrandSign::Unknown), |s| {
        (s.gene_strand, s.strand)
    });
    format!("{}/{}", gene.sign(), molecule.sign())
}

fn breakpoint(side: Option<&Side>) -> String {
    side.map_or_else(
        || MISSING.to_owned(),
        |side| format!("{}:{}", item(&side.contig), side.position),
    )
}

fn site(side: Option<&Side>) -> String {
    side.map_or_else(
        || MISSING.to_owned(),
        |side| {
            cell(&format!(
                "{}{}",
                side.site,
                if side.at_splice_site { "/splice-site" } else { "" }
            ))
        },
    )
}

/// The transcript by its Ensembl identifier, since readers look it up there.
fn transcript_id(side: &Side) -> Option<&str> {
    side.transcript_id.as_deref().or(side.transcript.as_deref())
}

fn direction(side: Option<&Side>) -> String {
    let word = side.map(|side| match side.retained {
        Retained::Left => "downstream",
        Retained::Right => "upstream",
    });
    word.unwrap_or(MISSING).to_owned()
}

/// Whether a side keeps its gene's 5' part; `None` without a gene.
fn keeps_gene_start(side: &Side) -> Option<bool> {
    match (side.gene_strand, side.retained) {
        (StrandSign::Forward, Retained::Left) | (StrandSign::Reverse, Retained::Right) => Some(true),
        (StrandSign::Forward, Retained::Right) | (StrandSign::Reverse, Retained::Left) => Some(false),
        (StrandSign::Unknown, _) => None,
    }
}

/// The `type` column, from geometry alone; `junction_class` gives the kind of rearrangement.
fn event_type(junction: &Junction) -> String {
    let (Some(five), Some(three)) = (&junction.five, &junction.three) else {
        return MISSING.to_owned();
    };
    if junction.is_ptd() {
        return "duplication/non-canonical_splicing".to_owned();
    }
    let same_gene = five.gene.is_some() && five.gene == three.gene;
    let ends = (keeps_gene_start(five), keeps_gene_start(three));
    let mut kind = if five.contig == three.contig {
        let (low, high) = if five.position <= three.position {
            (five, three)
        } else {
            (three, five)
        };
        match (low.retained, high.retained) {
            (Retained::Left, Retained::Right) => "deletion",
            (Retained::Right, Retained::Left) => "duplication",
            _ => "inversion",
        }
        .to_owned()
    } else {
        "translocation".to_owned()
    };
    let distance = five.position.saturating_sub(three.position).saturating_abs();
    match ends {
        (Some(true), Some(true)) if !same_gene => kind.push_str("/5'-5'"),
        (Some(false), Some(false)) if !same_gene => kind.push_str("/3'-3'"),
        _ if same_gene && five.at_splice_site && three.at_splice_site => kind.push_str("/non-canonical_splicing"),
        _ if !same_gene && kind == "deletion" && distance < READ_THROUGH_BASES => kind.push_str("/read-through"),
        _ => {}
    }
    kind
}

/// Fragments left out, as `code(count)`, in the order of the codes; the code that discarded the junction
/// has no number.
fn filters(junction: &Junction, ended_by: Option<&str>) -> String {
    let mut all: Vec<String> = junction
        .filters
        .iter()
        .map(|(code, n)| format!("{}({n})", item(code)))
        .collect();
    all.extend(ended_by.map(item));
    all.sort();
    list(all)
}

/// The values of [`COLUMNS`] for one junction.
pub(super) fn values(
    report: &SampleReport,
    junction: &Junction,
    catalogue_partner: bool,
    ended_by: Option<&str>,
) -> Vec<String> {
    let (five, three) = (junction.five.as_ref(), junction.three.as_ref());
    let seen = &junction.evidence;
    let frame = match junction.frame {
        Frame::Unknown => MISSING,
        known => known.name(),
    };
    vec![
        cell(&wording::gene(five)),
        cell(&wording::gene(three)),
        strands(five),
        strands(three),
        breakpoint(five),
        breakpoint(three),
        site(five),
        site(three),
        event_type(junction),
        seen.split_anchor5.saturating_add(seen.clip_anchor5).to_string(),
        seen.split_anchor3.saturating_add(seen.clip_anchor3).to_string(),
        seen.spanning.saturating_add(seen.mate).to_string(),
        count(five.and_then(|side| side.coverage)),
        count(three.and_then(|side| side.coverage)),
        junction.tier.map_or(MISSING, super::schema::Tier::name).to_owned(),
        frame.to_owned(),
        if catalogue_partner { "catalogue" } else { MISSING }.to_owned(),
        optional(super::domains::retained(report, junction).as_deref()),
        MISSING.to_owned(),
        MISSING.to_owned(),
        optional(five.and_then(|side| side.gene_id.as_deref())),
        optional(three.and_then(|side| side.gene_id.as_deref())),
        optional(five.and_then(transcript_id)),
        optional(three.and_then(transcript_id)),
        direction(five),
        direction(three),
        filters(junction, ended_by),
        optional(junction.consensus.as_deref()),
        optional(junction.peptide.as_deref()),
        list(junction.supporting.iter().map(|row| item(&row.name))),
    ]
}

/// The values of [`OWN_COLUMNS`] for one junction; `event` is `.` for a discarded one.
pub(super) fn own_values(junction: &Junction, event: &str) -> Vec<String> {
    let seen = &junction.evidence;
    let fraction = junction.fraction;
    vec![
        cell(event),
        cell(&junction.id),
        cell(&junction.class),
        cell(&junction.assay),
        real(junction.model_score),
        count(seen.molecules),
        seen.fragments.to_string(),
        seen.split.to_string(),
        seen.clip.to_string(),
        seen.spanning.to_string(),
        seen.mate.to_string(),
        count(junction.wild_type_molecules),
        real(fraction.map(|f| f.estimate)),
        real(fraction.map(|f| f.low)),
        real(fraction.map(|f| f.high)),
        cell(&wording::exon_of_table(junction.five.as_ref())),
        cell(&wording::exon_of_table(junction.three.as_ref())),
        junction.ambiguity.left.to_string(),
        junction.ambiguity.right.to_string(),
        cell(&junction.ambiguity.homology),
        cell(&junction.inserted),
        list(junction.reasons.iter().map(|reason| item(&reason.code))),
    ]
}
