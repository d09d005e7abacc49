//! Predicted transcripts, and other places of the partner side, in the report's form.

use super::Material;
use crate::{
    annotate::{self, predict::Predicted},
    assemble::Candidate,
    genome::words::thousands,
    report::schema as out,
};

/// The transcripts that a break predicts.
pub(super) fn of(predicted: &[Predicted]) -> Vec<out::PredictedTranscript> {
    predicted.iter().map(one).collect()
}

fn one(p: &Predicted) -> out::PredictedTranscript {
    let why = match p.by {
        annotate::predict::PredictedBy::BrokenGene => String::new(),
        annotate::predict::PredictedBy::NextGene => {
            format!(", the gene next along, {} bases on", thousands(p.distance))
        }
        annotate::predict::PredictedBy::ExonSkipping => ", by exon skipping".to_owned(),
    };
    let in_words = match p.frame {
        annotate::Frame::InFrame => "in frame",
        annotate::Frame::OutOfFrame => "out of frame",
        annotate::Frame::StopCodon => "with a stop codon",
        annotate::Frame::Unknown => "frame unknown",
    };
    out::PredictedTranscript {
        five_gene: p.five.0.clone(),
        five_transcript: p.five.1.clone(),
        five_exon: p.five.2,
        three_gene: p.three.0.clone(),
        three_transcript: p.three.1.clone(),
        three_exon: p.three.2,
        frame: p.frame,
        predicted_by: p.by.to_string(),
        catalogue_partner: p.is_partner,
        distance: p.distance,
        text: format!(
            "predicted: {} e{} joined to {} e{}, {in_words}{why}",
            p.five.0, p.five.2, p.three.0, p.three.2
        ),
    }
}

/// Other places that fit the partner side as well: copies of a repeat, genes of one family.
pub(super) fn alternatives(material: &Material<'_>, candidate: &Candidate) -> Vec<out::AlternativePlace> {
    candidate
        .alternatives
        .iter()
        .map(|p| out::AlternativePlace {
            contig: material.result.contigs.name(p.contig).to_owned(),
            position: p.reference.start.one_based(),
            strand: p.strand.into(),
            gene: material
                .result
                .models
                .at(p.contig, p.reference.start)
                .map(|g| g.symbol.clone())
                .min(),
        })
        .collect()
}
