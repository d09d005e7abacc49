//! What a laboratory adds and signs: entity, method paragraph, fields.

use crate::report::{
    schema::{Frame, Input, Junction, MoleculesBy, SampleReport, State, Tier},
    wording::{counted, shortened},
};

/// Fields to fill in, four a row.
pub(crate) const RECORD: [[&str; 4]; 3] = [
    ["Patient", "Born", "Specimen", "Taken on"],
    ["Blasts (%)", "Physician", "Confirmed by", "Comment"],
    ["Reported by", "Signature, date", "Checked by", "Countersigned"],
];

/// Entities that a result is compatible with.
pub(super) struct Entity {
    /// One classification a line, with its source.
    pub lines: Vec<String>,
    /// What must hold beside it.
    pub condition: &'static str,
}

/// The entities of both classifications that a shown rearrangement is compatible with; `None` for any other result, and
/// where frame or partner leave it open whether a fusion protein is made.
///
/// Sources: Khoury 2022 (Leukemia 36:1703) and Alaggio 2022 (Leukemia 36:1720) for WHO, Arber 2022 (Blood 140:1200) for
/// ICC; the myeloid entities as compared in PMC10345021, table 1. A partial tandem duplication is an entity in neither.
pub(super) fn entity(report: &SampleReport) -> Option<Entity> {
    let (_, event) = report.lead_event()?;
    let junction = event.lead()?;
    let in_frame = match (junction.frame, junction.predicted_transcripts.first()) {
        (Frame::Unknown, Some(predicted)) => predicted.frame == Frame::InFrame,
        (frame, _) => frame == Frame::InFrame,
    };
    let is_shown = report.conclusion.state == State::Rearranged && event.tier >= Tier::Medium;
    let partner = event
        .partner
        .as_ref()
        .filter(|_| is_shown && in_frame && junction.role != "reciprocal")?;
    let myeloid = if partner.symbol == "MLLT3" && event.class != "three-way" {
        "AML with t(9;11)(p21.3;q23.3)/MLLT3::KMT2A"
    } else {
        "AML with other KMT2A rearrangements"
    };
    Some(Entity {
        lines: vec![
            "WHO, 5th edition: acute myeloid leukaemia, B-lymphoblastic leukaemia/lymphoma, or mixed-phenotype acute \
             leukaemia, each with KMT2A rearrangement"
                .to_owned(),
            format!("ICC 2022: {myeloid}; B-ALL or mixed-phenotype acute leukaemia with t(v;11q23.3)/KMT2A rearranged"),
        ],
        condition: "lineage, morphology and blast count decide, which sequencing does not show (ICC asks for 10 % blasts in \
                    AML, WHO for none)",
    })
}

/// Method, limits and assumptions in one paragraph that a laboratory can paste.
pub(super) fn method(report: &SampleReport) -> String {
    let inputs: Vec<String> = report.inputs.iter().map(input).collect();
    let mut sentences = vec![format!(
        "KMT2A was examined with {} {} (research use only) in {}.",
        shortened(&report.tool.name, 40),
        shortened(&report.tool.version, 40),
        if inputs.is_empty() {
            "no input".to_owned()
        } else {
            inputs.join(" and in ")
        }
    )];
    sentences.push(
        "Split reads, soft clips, discordant pairs and reads that did not align are explained by the gene's own sequence, by \
         other genes and by junctions; what a junction explains best supports it. Junctions are grouped into events, and \
         each is judged by stated log-odds into tiers (high, medium, low)."
            .to_owned(),
    );
    if let Some(lod) = &report.conclusion.lod {
        sentences.push(format!(
            "The limit of detection is the least share of {} that would not have been missed with probability 0.95 at this \
             sample's own coverage of the major (donors e7 to e12 of NM_001197104.2) and the minor region (e20 to e23).",
            shortened(&lod.unit, 60)
        ));
        let assumptions: Vec<String> = lod.assumptions.iter().map(|text| shortened(text, 200)).collect();
        if !assumptions.is_empty() {
            sentences.push(format!("It takes for granted: {}.", assumptions.join("; ")));
        }
    }
    sentences.push(
        "Not examined: other genes, breaks that leave no read over their junction, and whether the rearrangement is somatic."
            .to_owned(),
    );
    sentences.join(" ")
}

/// `RNA reads (2x100, GRCh38, STAR), molecules told apart by fragment ends`.
fn input(input: &Input) -> String {
    let mut words = Vec::new();
    if let Some(length) = input.read_length {
        words.push(format!("{}x{length}", if input.paired { 2 } else { 1 }));
    }
    words.push(shortened(&input.build, 20));
    words.push(match input.aligner.name.as_str() {
        "" | "unknown" => "aligner not known".to_owned(),
        name => shortened(name, 40),
    });
    let by = match input.molecules_by {
        MoleculesBy::Umi => "molecules told apart by molecular identifiers",
        MoleculesBy::DuplicateFlags => "molecules told apart by duplicate flags",
        MoleculesBy::FragmentEnds => "molecules told apart by fragment ends",
        MoleculesBy::Fragments | MoleculesBy::FivePrimePositions => "fragments counted, not molecules",
    };
    format!(
        "{} reads ({}), {by}",
        shortened(&input.assay.to_uppercase(), 10),
        words.join(", ")
    )
}

/// The homology of a junction in words.
pub(super) fn homology(junction: &Junction) -> String {
    let ambiguity = &junction.ambiguity;
    let length = u64::from(ambiguity.left) + u64::from(ambiguity.right);
    let bases = shortened(&ambiguity.homology, 60);
    match (length, bases.is_empty()) {
        (0, _) if junction.consensus.is_none() => "not known: no read shows the bases".to_owned(),
        (0, _) => "none in the bases that are known here".to_owned(),
        (length, true) => format!("{} that both sides share (not known which)", counted(length, "base")),
        (length, false) => format!("{} that both sides share: {bases}", counted(length, "base")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn an_entity_needs_a_fusion_in_frame() {
        let mut report = example::fusion();
        let text = |report: &SampleReport| entity(report).map(|e| e.lines.join(" "));
        assert!(text(&report).unwrap().contains("AML with other KMT2A rearrangements"));
        report.events[0].partner.as_mut().unwrap().symbol = "MLLT3".to_owned();
        assert!(text(&report).unwrap().contains("MLLT3::KMT2A"));
        report.events[0].class = "three-way".to_owned();
        assert!(!text(&report).unwrap().contains("t(9;11)"));
        report.events[0].junctions[0].frame = Frame::OutOfFrame;
        assert!(text(&report).is_none());
        report.events[0].junctions[0].frame = Frame::InFrame;
        report.conclusion.state = State::Inconclusive;
        assert!(text(&report).is_none());
        assert!(text(&example::ptd()).is_none() && text(&example::negative()).is_none());
    }

    #[test]
    fn the_method_names_what_was_read() {
        let text = method(&example::fusion());
        assert!(
            text.contains("RNA reads (2x100, GRCh38, STAR)") && text.contains("probability 0.95"),
            "{text}"
        );
        assert!(method(&SampleReport::default()).contains("no input"));
    }
}
