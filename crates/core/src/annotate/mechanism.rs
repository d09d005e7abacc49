//! Possible mechanism of a junction, and an ISCN suggestion for simple events.

use breakapart_rule::Assay;

use super::{Class, side::Side};
use crate::{
    assemble::Candidate,
    catalogue,
    genome::{Contigs, Junction, Retained, Strand},
};

/// KMT2A's band (ISCN 2020; UniProt Q03164).
const KMT2A_BAND: &str = "q23.3";

/// A partner's band with its arm, from the catalogue (`4q21.3-q22.1` gives `q21.3`).
fn band_of(side: &Side) -> Option<&'static str> {
    let band = &catalogue::catalogue().partner(side.gene.as_deref()?)?.band;
    band.get(band.find(['p', 'q'])?..)?.split('-').next()
}

/// The mechanism as text to follow "compatible with". Artefacts differ between RNA and DNA.
pub(crate) fn describe(
    candidate: &Candidate,
    (five, three): (&Side, &Side),
    class: Class,
    contigs: &Contigs,
    assay: Assay,
) -> String {
    let junction = candidate.sides.junction();
    match (class, junction) {
        (Class::Ptd, _) if assay == Assay::Dna => "a tandem duplication inside KMT2A".to_owned(),
        (Class::Ptd, _) => "a tandem duplication inside KMT2A (a circular RNA has the same junction)".to_owned(),
        (Class::NeighbourReadThrough, _) => "transcription through adjacent genes, without rearrangement".to_owned(),
        (Class::Inverted, _) if assay == Assay::Dna => {
            "an inversion inside KMT2A, or a foldback artefact (self-primed molecule)".to_owned()
        }
        (Class::Inverted, _) => "an inversion inside KMT2A, or an artefact of reverse transcription".to_owned(),
        (Class::Deletion, _) => "a deletion inside KMT2A".to_owned(),
        (_, Some(j)) if j.five.contig == j.three.contig => {
            if j.five.retained == j.three.retained {
                "an inversion".to_owned()
            } else if is_deletion(j) {
                "an interstitial deletion".to_owned()
            } else {
                "a tandem duplication or an insertion".to_owned()
            }
        }
        (_, None) => "a rearrangement whose other side is unmapped".to_owned(),
        (_, Some(junction)) => {
            let partner = if five.is_kmt2a { three } else { five };
            if !partner.candidates.is_empty() {
                return format!("a rearrangement with one of {}", partner.candidates.join(", "));
            }
            match band_of(partner) {
                Some(band) if reads_outward(band, partner.strand) => {
                    format!("a translocation{}", chromosomes(junction, contigs))
                }
                Some(_) => format!(
                    "an insertion, or a translocation with an inversion{} (three or more breakpoints: the partner has the \
                     opposite orientation)",
                    chromosomes(junction, contigs)
                ),
                None => format!("a translocation, or an insertion{}", chromosomes(junction, contigs)),
            }
        }
    }
}

/// Whether the junction deletes the sequence between two loci of one chromosome.
pub(crate) fn is_deletion(junction: &Junction) -> bool {
    let (a, b) = (junction.five, junction.three);
    let faces = (b.position > a.position) == (a.retained == Retained::Left);
    a.contig == b.contig && a.retained != b.retained && faces
}

/// A simple reciprocal translocation joins KMT2A (11q, transcribed towards the telomere) in sense only to a strand
/// transcribed towards the telomere: `+` on a long arm, `-` on a short one.
fn reads_outward(band: &str, strand: Strand) -> bool {
    band.starts_with('q') == (strand == Strand::Forward)
}

fn chromosomes(junction: &Junction, contigs: &Contigs) -> String {
    let (a, b) = (junction.five.contig, junction.three.contig);
    if contigs.is_chromosome(a) && contigs.is_chromosome(b) {
        format!(" between chromosomes {} and {}", contigs.bare(a), contigs.bare(b))
    } else {
        String::new()
    }
}

/// An ISCN suggestion, if strands and arms allow a simple event.
pub(crate) fn iscn(
    candidate: &Candidate,
    five: &Side,
    three: &Side,
    class: Class,
    contigs: &Contigs,
) -> Option<String> {
    if !matches!(class, Class::Canonical | Class::Reciprocal) {
        return None;
    }
    let partner = if five.is_kmt2a { three } else { five };
    if !partner.is_sense() || !partner.candidates.is_empty() {
        return None;
    }
    let band = band_of(partner)?;
    let Junction { five: a, three: b, .. } = candidate.sides.junction()?;
    let chromosome = contigs.bare(if five.is_kmt2a { b.contig } else { a.contig });
    if chromosome == "11" {
        return if a.retained == b.retained {
            // `p` sorts before `q`.
            Some(if band <= KMT2A_BAND {
                format!("inv(11)({band}{KMT2A_BAND})")
            } else {
                format!("inv(11)({KMT2A_BAND}{band})")
            })
        } else if five.is_kmt2a && b.position > a.position {
            Some(format!("del(11)({KMT2A_BAND}{band})"))
        } else {
            None
        };
    }
    if !reads_outward(band, partner.strand) {
        return None;
    }
    // Sex chromosomes first, then by number (ISCN).
    let number = chromosome.parse::<u32>().unwrap_or(0);
    Some(if number < 11 {
        format!("t({chromosome};11)({band};{KMT2A_BAND})")
    } else {
        format!("t(11;{chromosome})({KMT2A_BAND};{band})")
    })
}
