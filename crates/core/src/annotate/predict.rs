//! Predicted transcripts of a genomic junction.
//!
//! In: a genomic junction. Out: the donor of the last whole exon before the breakpoint joined to the first acceptor
//! downstream of the other breakpoint; the next genes as well, if that side is intergenic, in a gene on the other
//! strand,
//! or in the gene before a partner; and, for predictions that are not in frame, the form with the fewest skipped exons
//! that is. These are predictions, not observations: they never rename a junction.

use breakapart_rule::{
    Params,
    breaks::{is_next_gene, may_skip},
};

use super::{Class, Frame, Side, frame, side};
use crate::{
    assemble::{Candidate, observe::ahead},
    catalogue::{Exon, Gene, GeneModels, Role, Transcript},
    genome::{Breakend, ContigId, Junction, Position, Retained, SequenceSource, Strand, words::thousands},
    model::PredictedTranscript,
};

/// Most genes listed (count).
const GENES_MAX: usize = 3;
/// Most exon-skipping forms listed (count).
const SKIPPING_LISTED: usize = 2;

/// Next acceptor of the gene with the breakpoint.
const BROKEN_GENE: &str = "broken-gene";
/// First acceptor of a gene further downstream.
const NEXT_GENE: &str = "next-gene";
/// Exon skipping that keeps the reading frame.
const EXON_SKIPPING: &str = "exon-skipping";

/// A splice site with its coordinates and distance from the breakpoint (bases).
struct End<'a> {
    gene: &'a Gene,
    transcript: &'a Transcript,
    exon: &'a Exon,
    side: Breakend,
    distance: i64,
}

/// Predicted transcripts of a junction, likeliest first.
pub(crate) fn transcripts(
    candidate: &Candidate,
    class: Class,
    (five, three): (&Side, &Side),
    (models, source): (&GeneModels, &dyn SequenceSource),
    p: &Params,
) -> Vec<PredictedTranscript> {
    let is_predictable = candidate.is_precise
        && matches!(
            class,
            Class::Canonical | Class::Reciprocal | Class::Ptd | Class::Deletion
        );
    let Some(&Junction { five: a, three: b, .. }) = candidate.sides.junction().filter(|_| is_predictable) else {
        return Vec::new();
    };
    let donors = donors(a, five, models);
    let groups = acceptors(b, three, class, models, p);
    let mut found = Vec::new();
    for group in &groups {
        if let (Some(donor), Some(acceptor)) = (donors.first(), group.first()) {
            let own = three.gene.as_deref() == Some(acceptor.gene.symbol.as_str());
            let (by, why) = if own {
                (BROKEN_GENE, String::new())
            } else {
                let distance = thousands(acceptor.distance);
                (NEXT_GENE, format!(", the next gene, {distance} bases downstream"))
            };
            found.push(predicted((donor, acceptor), (by, &why), (models, source), p));
        }
    }
    let skipping: Vec<PredictedTranscript> = groups
        .iter()
        .zip(found.clone())
        .filter(|(_, first)| first.frame != Frame::InFrame)
        .filter_map(|(group, _)| skipped(&donors, group, (models, source), p))
        .take(SKIPPING_LISTED)
        .collect();
    found.extend(skipping);
    found
}

/// The form with the fewest skipped exons that is in frame.
fn skipped(
    donors: &[End<'_>],
    group: &[End<'_>],
    (models, source): (&GeneModels, &dyn SequenceSource),
    p: &Params,
) -> Option<PredictedTranscript> {
    let after = || (0..group.len()).take_while(|j| may_skip((0, *j), p));
    let before = (0..donors.len()).take_while(|i| may_skip((*i, 0), p));
    let mut ways: Vec<(usize, usize)> = before
        .flat_map(|i| after().map(move |j| (i, j)))
        .filter(|(i, j)| i + j > 0)
        .collect();
    ways.sort_by_key(|(i, j)| (i + j, *j));
    ways.into_iter().find_map(|(i, j)| {
        let made = predicted(
            (donors.get(i)?, group.get(j)?),
            (EXON_SKIPPING, ", by exon skipping"),
            (models, source),
            p,
        );
        (made.frame == Frame::InFrame).then_some(made)
    })
}

fn predicted(
    (donor, acceptor): (&End<'_>, &End<'_>),
    (by, why): (&str, &str),
    (models, source): (&GeneModels, &dyn SequenceSource),
    p: &Params,
) -> PredictedTranscript {
    let spliced = Candidate::new(
        Junction {
            five: donor.side,
            three: acceptor.side,
            inserted: Vec::new(),
        },
        Vec::new(),
    );
    let five = side::describe(donor.side, true, models, true, p);
    let three = side::describe(acceptor.side, false, models, true, p);
    let frame = frame::across(&spliced, &five, &three, models, source);
    let exon = |end: &End<'_>| format!("{} e{}", end.gene.symbol, end.exon.number);
    let in_words = match frame {
        Frame::InFrame => "in frame",
        Frame::OutOfFrame => "out of frame",
        Frame::StopCodon => "with a stop codon",
        Frame::Unknown => "frame unknown",
    };
    PredictedTranscript {
        five_gene: donor.gene.symbol.clone(),
        five_transcript: donor.transcript.display_name().to_owned(),
        five_exon: donor.exon.number,
        three_gene: acceptor.gene.symbol.clone(),
        three_transcript: acceptor.transcript.display_name().to_owned(),
        three_exon: acceptor.exon.number,
        frame,
        predicted_by: by.to_owned(),
        catalogue_partner: acceptor.gene.roles.has(Role::Partner),
        distance: acceptor.distance,
        text: format!(
            "predicted: {} joined to {}, {in_words}{why}",
            exon(donor),
            exon(acceptor)
        ),
    }
}

/// Donors of the 5' gene, that of the last whole exon before the breakpoint first.
fn donors<'a>(side: Breakend, described: &Side, models: &'a GeneModels) -> Vec<End<'a>> {
    let gene = described.gene.as_deref().and_then(|g| models.by_symbol(g));
    let gene = gene.filter(|g| g.strand == side.strand_as_five_prime());
    let transcript = gene.zip(described.transcript_of(models));
    transcript.map_or_else(Vec::new, |of| ends(of, side, true))
}

/// A transcript's donors upstream of a breakpoint, or its acceptors downstream of it, nearest first.
fn ends<'a>((gene, transcript): (&'a Gene, &'a Transcript), side: Breakend, is_donor: bool) -> Vec<End<'a>> {
    let last = transcript.exons.len();
    let exons = transcript.exons.iter();
    let mut ends: Vec<End<'a>> = exons
        .filter(|exon| is_donor && usize::from(exon.number) < last || !is_donor && exon.number > 1)
        .filter_map(|exon| {
            let (position, distance) = if is_donor {
                let donor = transcript.last_base(exon);
                (donor, ahead(donor, side.position, gene.strand))
            } else {
                let acceptor = transcript.first_base(exon);
                (acceptor, ahead(side.position, acceptor, gene.strand))
            };
            (distance >= 0).then(|| End {
                gene,
                transcript,
                exon,
                side: end_of(side.contig, position, gene.strand, is_donor),
                distance,
            })
        })
        .collect();
    ends.sort_by_key(|e| e.distance);
    ends
}

/// Acceptors downstream of the breakpoint, by gene: the gene with the breakpoint first, then the next genes along the
/// molecule; within a gene, nearest acceptor first.
fn acceptors<'a>(
    side: Breakend,
    described: &Side,
    class: Class,
    models: &'a GeneModels,
    p: &Params,
) -> Vec<Vec<End<'a>>> {
    let strand = side.strand_as_three_prime();
    let (kmt2a, _) = models.kmt2a();
    let into_kmt2a = matches!(class, Class::Reciprocal | Class::Ptd | Class::Deletion);
    let mut groups: Vec<(bool, i64, Vec<End<'a>>)> = models
        .iter()
        .filter(|(contig, gene)| {
            // A 3' side in KMT2A is spliced to KMT2A's own exons; genes downstream of KMT2A are not partners.
            *contig == side.contig && gene.strand == strand && (gene.symbol == kmt2a.symbol) == into_kmt2a
        })
        .filter_map(|(_, gene)| {
            let own = described.gene.as_deref() == Some(gene.symbol.as_str());
            let transcript = if own {
                gene.transcripts.get(described.transcript_index)
            } else {
                gene.transcript()
            }?;
            let ends = ends((gene, transcript), side, false);
            let first = ends.first()?.distance;
            (own || is_next_gene(first, p)).then_some((!own, first, ends))
        })
        .collect();
    groups.sort_by_key(|(other, first, _)| (*other, *first));
    groups.into_iter().map(|(_, _, ends)| ends).take(GENES_MAX).collect()
}

fn end_of(contig: ContigId, position: Position, strand: Strand, is_donor: bool) -> Breakend {
    Breakend {
        contig,
        position,
        retained: if (strand == Strand::Forward) == is_donor {
            Retained::Left
        } else {
            Retained::Right
        },
    }
}
