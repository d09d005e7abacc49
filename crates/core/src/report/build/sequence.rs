//! The sequence over a genomic junction in the report's form.

use super::Material;
use crate::{
    assemble::{Candidate, flank},
    genome::{Breakend, ContigId, Interval, Retained},
    input::Assay,
    report::schema as out,
};

/// The sequence over a junction of DNA; `None` for RNA and where a base is not shown.
pub(super) fn of(material: &Material<'_>, candidate: &Candidate) -> Option<out::JunctionSequence> {
    if material.result.assay != Assay::Dna {
        return None;
    }
    let found = flank::sequence(candidate, &material.result.collected.fragments, material.source)?;
    let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
    let place = |place: Option<(ContigId, Interval)>, along: bool| {
        place.map(|(contig, interval)| {
            format!(
                "{}:{}-{}({})",
                material.result.contigs.name(contig),
                interval.start.one_based(),
                interval.last().one_based(),
                if along { '+' } else { '-' }
            )
        })
    };
    let keeps = |side: Option<Breakend>, retained| side.is_some_and(|side| side.retained == retained);
    let length = |bases: &[u8]| u32::try_from(bases.len()).unwrap_or(u32::MAX);
    let bases = [&found.five.bases[..], &found.inserted, &found.three.bases].concat();
    Some(out::JunctionSequence {
        bases: text(&bases),
        junction_offset: length(&found.five.bases),
        inserted: length(&found.inserted),
        five: place(found.five.place, keeps(candidate.sides.five(), Retained::Left)),
        three: place(found.three.place, keeps(candidate.sides.three(), Retained::Right)),
        source: if found.from_reference { "reference" } else { "reads" }.to_owned(),
        variants: found
            .variants
            .iter()
            .map(|v| out::SequenceVariant {
                contig: material.result.contigs.name(v.contig).to_owned(),
                position: v.position.one_based(),
                reference: char::from(v.reference).to_string(),
                base: char::from(v.base).to_string(),
                molecules: v.with,
                over: v.over,
            })
            .collect(),
    })
}
