//! Hostile text for every view.

use super::*;

/// The fusion with hostile text wherever text may come from the input.
pub(crate) fn hostile() -> SampleReport {
    let long = "x".repeat(10_000);
    let nasty = format!("a\tb\"c\nd\r<script>alert(1)</script>\u{1b}[31m\0\u{202e}é'|>{long}");
    let reason = || Reason {
        code: nasty.clone(),
        text: nasty.clone(),
        value: None,
    };
    let mut report = fusion();
    report.sample = nasty.clone();
    report.conclusion.headline = nasty.clone();
    report.conclusion.qualifiers = vec![nasty.clone()];
    report.conclusion.next_step = Some(nasty.clone());
    report.warnings = vec![Notice {
        code: nasty.clone(),
        text: nasty.clone(),
    }];
    for input in &mut report.inputs {
        input.file = nasty.clone();
        input.aligner.name = nasty.clone();
    }
    let discarded = report.discarded.iter_mut().map(|discarded| {
        discarded.reason.code = nasty.clone();
        discarded.reason.text = nasty.clone();
        &mut discarded.junction
    });
    for adequacy in &mut report.adequacy {
        adequacy.faults = vec![reason()];
        adequacy.library.strandedness = nasty.clone();
        adequacy.chimera_capability.basis = nasty.clone();
    }
    report.conclusion.contradictions = vec![reason()];
    report.agreement = Some(AssayAgreement {
        status: nasty.clone(),
        text: nasty.clone(),
        ..AssayAgreement::default()
    });
    for event in &mut report.events {
        event.name = nasty.clone();
        event.mechanism = Some(nasty.clone());
        event.iscn_suggestion = None;
    }
    for junction in report
        .events
        .iter_mut()
        .flat_map(|event| &mut event.junctions)
        .chain(discarded)
    {
        junction.filters = [(nasty.clone(), 3)].into();
        junction.reasons = vec![reason()];
        for row in &mut junction.supporting {
            row.name = nasty.clone();
        }
        for side in [&mut junction.five, &mut junction.three].into_iter().flatten() {
            side.contig = nasty.clone();
            side.gene = Some(nasty.clone());
            side.gene_id = Some(nasty.clone());
            side.transcript = Some(nasty.clone());
            side.site = nasty.clone();
            side.position = i64::MIN;
        }
        junction.evidence.split_anchor5 = u64::MAX;
        junction.evidence.spanning = u64::MAX;
        junction.consensus = Some(nasty.clone());
        junction.predicted_transcripts = vec![PredictedTranscript {
            text: nasty.clone(),
            ..PredictedTranscript::default()
        }];
        junction.alternatives = vec![AlternativePlace {
            contig: nasty.clone(),
            position: i64::MIN,
            strand: StrandSign::Forward,
            gene: Some(nasty.clone()),
        }];
        junction.sequence = Some(JunctionSequence {
            bases: nasty.to_uppercase(),
            source: nasty.clone(),
            ..JunctionSequence::default()
        });
    }
    report
}
