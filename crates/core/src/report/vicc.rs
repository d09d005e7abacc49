//! `SAMPLE.vicc.json`: called junctions in the model of the VICC Gene Fusion Specification.
//!
//! One array. A junction of two genes, or of a gene and an unknown or intergenic position, is an
//! `AssayedFusion`; a partial tandem duplication is an `InternalTandemDuplication`, since the specification does
//! not count a fusion within one gene. Other junctions within KMT2A (deletion, inversion) are neither and
//! are left out. Written for FUSOR's models of 0.10; `viccNomenclature` follows its nomenclature.

use serde_json::{Value, json};

use super::format::{View, ViewError};
use super::fusions_tsv::{self, CalledJunction};
use super::json;
use super::schema::{End, Frame, Junction, Retained, SampleReport, Side, StrandSign};
use super::wording::{self, bases};
use crate::catalogue::identifiers;
use crate::genome::Build;

/// The format.
pub(crate) const VIEW: View = View {
    name: "vicc",
    other_names: &[],
    about: "called junctions as VICC AssayedFusion objects, JSON",
    extensions: &["vicc.json"],
    render,
    files: None,
};

/// Where gene identifiers are resolved.
const HGNC: &str = "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/";

/// A side's exon as the specification counts: the exon of the nearest splice site of the side's kind,
/// and the bases from it (positive towards the gene's 3' end).
fn exon(side: &Side, end: End) -> Option<(u16, i64)> {
    let offset = side.distance_to_splice_site?;
    let number = match (end, side.exon, side.intron) {
        // After a donor: the exon before the intron; before an acceptor: the exon itself or the next one.
        (End::Five, Some(exon), _) if offset > 0 => exon.checked_sub(1)?,
        (End::Five, None, Some(intron)) if offset <= 0 => intron.checked_add(1)?,
        (End::Three, Some(exon), _) if offset < 0 => exon.checked_add(1)?,
        (End::Three, None, Some(intron)) if offset < 0 => intron.checked_add(1)?,
        (_, exon, intron) => exon.or(intron)?,
    };
    (number > 0).then_some((number, offset))
}

/// An object without keys that lack a value.
fn object(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !field.is_null());
    }
    value
}

/// The gene; of an intergenic side the nearest one with its distance (without an identifier, as it is another gene).
fn gene(side: &Side) -> Option<Value> {
    let name = Some(wording::name(Some(side))).filter(|name| name != "?")?;
    let coding = |hgnc: &String| json!({"id": hgnc.to_lowercase(), "code": hgnc, "system": HGNC});
    Some(object(json!({
        "conceptType": "Gene",
        "name": wording::clean(&name),
        "primaryCoding": side.hgnc_id.as_ref().map(coding),
    })))
}

/// The transcript as a compact identifier; `None` if no public database has it.
fn transcript(side: &Side) -> Option<String> {
    let name = side.transcript.as_deref()?;
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    let prefix = match name.get(..3)? {
        "NM_" | "NR_" | "XM_" | "XR_" => "refseq",
        "ENS" => "ensembl",
        _ => return None,
    };
    word.then(|| format!("{prefix}:{name}"))
}

fn location(side: &Side, build: Build) -> Option<Value> {
    let known = identifiers::of_chromosome(build, &side.contig)?;
    // Interbase coordinates: a retained base is the last before `end` or the first after `start`.
    let (key, at) = match side.retained {
        Retained::Left => ("end", side.position),
        Retained::Right => ("start", side.position.checked_sub(1)?),
    };
    Some(object(json!({
        "type": "SequenceLocation",
        "sequenceReference": {
            "id": format!("refseq:{}", known.refseq),
            "type": "SequenceReference",
            "refgetAccession": known.refget,
        },
        (key): (at >= 0).then_some(at),
        "extensions": [{"name": "is_exonic", "value": side.exon.is_some()}],
    })))
}

/// The side as a transcript segment, if transcript, exon and position are known.
fn segment(side: &Side, end: End, junction: &Junction, build: Build) -> Option<Value> {
    let (exon, offset) = exon(side, end)?;
    let (transcript, gene, location) = (transcript(side)?, gene(side)?, location(side, build)?);
    let strand = match side.gene_strand {
        StrandSign::Forward => 1,
        StrandSign::Reverse => -1,
        StrandSign::Unknown => return None,
    };
    // A molecule antisense to the gene shows no segment of its transcript.
    if side.strand != side.gene_strand {
        return None;
    }
    let seen = &junction.evidence;
    let (names, anchored) = match end {
        End::Five => (
            ["exonEnd", "exonEndOffset", "elementGenomicEnd"],
            seen.split_anchor5.saturating_add(seen.clip_anchor5),
        ),
        End::Three => (
            ["exonStart", "exonStartOffset", "elementGenomicStart"],
            seen.split_anchor3.saturating_add(seen.clip_anchor3),
        ),
    };
    let coverage = |count: u64| json!({"type": "BreakpointCoverage", "fragmentCoverage": count});
    Some(object(json!({
        "type": "TranscriptSegmentElement",
        "transcript": transcript,
        "transcriptStatus": if side.mane { "mane_select" } else { "longest_compatible_remaining" },
        "strand": strand,
        (names[0]): exon,
        (names[1]): offset,
        (names[2]): location,
        "gene": gene,
        "coverage": side.coverage.map(coverage),
        "anchoredReads": {"type": "AnchoredReads", "reads": anchored},
    })))
}

/// The side as an element: segment, gene or unknown.
fn element(side: Option<&Side>, end: End, junction: &Junction, build: Option<Build>) -> Value {
    let segment = side.and_then(|side| segment(side, end, junction, build?));
    segment
        .or_else(|| Some(json!({"type": "GeneElement", "gene": gene(side?)?})))
        .unwrap_or_else(|| json!({"type": "UnknownGeneElement"}))
}

/// An element as a string of the specification.
fn word(element: &Value, side: Option<&Side>) -> String {
    let symbol = || wording::clean(&wording::name(side));
    match element["type"].as_str() {
        Some("TranscriptSegmentElement") => {
            let name = element["transcript"].as_str().unwrap_or_default();
            let name = name.split_once(':').map_or(name, |(_, name)| name);
            let number = |a: &str, b: &str| element[a].as_i64().or(element[b].as_i64()).unwrap_or(0);
            let offset = number("exonEndOffset", "exonStartOffset");
            let offset = if offset == 0 {
                String::new()
            } else {
                format!("{offset:+}")
            };
            format!("{name}({}):e.{}{offset}", symbol(), number("exonEnd", "exonStart"))
        }
        Some("GeneElement") => match side.and_then(|s| s.hgnc_id.as_deref()) {
            Some(hgnc) => format!("{}({})", symbol(), hgnc.to_lowercase()),
            None => format!("{}(unknown)", symbol()),
        },
        _ => "?".to_owned(),
    }
}

fn fusion(junction: &Junction, build: Option<Build>) -> Option<Value> {
    let (five, three) = (junction.five.as_ref(), junction.three.as_ref());
    let is_ptd = junction.is_ptd();
    let symbol = |side: Option<&Side>| side.and_then(|s| s.gene.clone());
    let same_gene = symbol(five).is_some() && symbol(five) == symbol(three);
    if same_gene && !is_ptd {
        return None;
    }
    let first = element(five, End::Five, junction, build);
    let last = element(three, End::Three, junction, build);
    let linker = bases(&junction.inserted);
    let mut words = vec![word(&first, five)];
    let mut structure = vec![first];
    if !linker.is_empty() && !linker.contains('N') {
        words.push(linker.clone());
        structure.push(json!({
            "type": "LinkerSequenceElement",
            "linkerSequence": {
                "id": format!("sequence:{linker}"),
                "type": "LiteralSequenceExpression",
                "sequence": linker,
            },
        }));
    }
    words.push(word(&last, three));
    structure.push(last);
    let (assay, assay_id, detection) = match junction.assay.as_str() {
        "rna" => ("RNA-seq assay", "obi:OBI_0001271", "observed"),
        _ => ("DNA sequencing assay", "obi:OBI_0000626", "inferred"),
    };
    let seen = &junction.evidence;
    let in_frame = match junction.frame {
        Frame::InFrame => Some(true),
        Frame::OutOfFrame | Frame::StopCodon => Some(false),
        Frame::Unknown => None,
    };
    let event = match junction.class.as_str() {
        "neighbour-read-through" => "read-through",
        _ => "rearrangement",
    };
    let contig = junction.consensus.as_deref().unwrap_or_default().to_ascii_uppercase();
    let is_known = !contig.is_empty() && contig.chars().all(|c| "ACGT|".contains(c));
    Some(object(json!({
        "type": if is_ptd { "InternalTandemDuplication" } else { "AssayedFusion" },
        "structure": structure,
        "viccNomenclature": (!is_ptd).then(|| words.join("::")),
        "readingFramePreserved": in_frame,
        "causativeEvent": object(json!({
            "type": "CausativeEvent",
            "eventType": event,
            "eventDescription": junction.mechanism.as_deref().map(wording::clean),
        })),
        "assay": {"type": "Assay", "assayName": assay, "assayId": assay_id, "fusionDetection": detection},
        "contig": is_known.then(|| json!({"type": "ContigSequence", "contig": contig})),
        "readData": {
            "type": "ReadData",
            "split": {"type": "SplitReads", "splitReads": seen.split.saturating_add(seen.clip)},
            "spanning": {"type": "SpanningReads", "spanningReads": seen.spanning.saturating_add(seen.mate)},
        },
    })))
}

/// The array, best first; empty where nothing was called.
///
/// # Errors
/// [`ViewError::Number`], which plain counts can't cause.
pub(crate) fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let build = report.build();
    let all: Vec<Value> = fusions_tsv::called(report)
        .into_iter()
        .filter_map(|CalledJunction { junction, .. }| fusion(junction, build))
        .collect();
    json::pretty(&all).map(String::into_bytes).map_err(ViewError::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn made(report: &SampleReport) -> Vec<Value> {
        serde_json::from_slice(&render(report).unwrap()).unwrap()
    }

    #[test]
    fn a_fusion_has_two_segments_with_exons_and_positions() {
        let mut report = example::fusion();
        let junction = &mut report.events[0].junctions[0];
        junction.five.as_mut().unwrap().hgnc_id = Some("HGNC:7132".to_owned());
        junction.inserted = "acg".to_owned();
        let objects = made(&report);
        let lead = &objects[0];
        assert_eq!(lead["type"], "AssayedFusion");
        assert_eq!(
            lead["viccNomenclature"],
            "NM_001197104.2(KMT2A):e.8::ACG::NM_001166693.3(AFF1):e.4"
        );
        let five = &lead["structure"][0];
        assert_eq!((five["exonEnd"].as_i64(), five["strand"].as_i64()), (Some(8), Some(1)));
        assert_eq!(five["gene"]["primaryCoding"]["id"], "hgnc:7132");
        assert_eq!(five["elementGenomicEnd"]["end"], 118_482_495);
        assert_eq!(lead["structure"][1]["linkerSequence"]["sequence"], "ACG");
        let three = &lead["structure"][2];
        // 0-based, interbase: the first retained base follows it.
        assert_eq!(three["elementGenomicStart"]["start"], 87_046_694);
        assert_eq!(lead["readData"]["split"]["splitReads"], 54);
        assert_eq!(lead["readingFramePreserved"], true);
        assert!(made(&example::negative()).is_empty());
    }

    #[test]
    fn a_duplication_is_not_a_fusion_and_an_unknown_side_is_stated() {
        let ptd = made(&example::ptd());
        assert!(!ptd.is_empty());
        assert!(ptd.iter().all(|o| o["type"] == "InternalTandemDuplication"));
        assert_eq!(ptd[0]["structure"][0]["exonEnd"], 8);
        assert_eq!(ptd[0]["structure"][1]["exonStart"], 2);

        let mut report = example::fusion();
        report.events[0].junctions[0].three = None;
        let objects = made(&report);
        let unplaced = objects
            .iter()
            .find(|o| o["structure"][1]["type"] == "UnknownGeneElement");
        assert_eq!(unplaced.unwrap()["viccNomenclature"], "NM_001197104.2(KMT2A):e.8::?");
    }

    #[test]
    fn intronic_breakpoints_are_counted_from_the_nearest_site_of_their_kind() {
        let side = |exon, intron, distance| Side {
            exon,
            intron,
            distance_to_splice_site: Some(distance),
            ..Side::default()
        };
        let five = |s: Side| exon(&s, End::Five);
        let three = |s: Side| exon(&s, End::Three);
        assert_eq!(five(side(None, Some(8), 120)), Some((8, 120)));
        assert_eq!(five(side(None, Some(8), -300)), Some((9, -300)));
        assert_eq!(five(side(Some(9), None, 20)), Some((8, 20)));
        assert_eq!(five(side(Some(9), None, -4)), Some((9, -4)));
        assert_eq!(three(side(None, Some(3), -55)), Some((4, -55)));
        assert_eq!(three(side(None, Some(3), 700)), Some((3, 700)));
        assert_eq!(three(side(Some(4), None, 0)), Some((4, 0)));
        assert_eq!(three(side(Some(4), None, -9)), Some((5, -9)));
    }
}
