//! Whether a reference is the one an alignment was made with.

use std::path::Path;

use super::InputError;
use super::header::HeaderFacts;
use super::options::{InputWarning, printable};
use super::small::small_text;
use crate::genome::{ContigId, Contigs, words::thousands};
use crate::hts::{Format, Reference, ReferenceError};

/// Opens the reference at `path` for an alignment in `format` with this header.
///
/// A reference that disagrees is an error for a CRAM, whose bases come from it, and a warning for BAM and SAM, which
/// are then read without it.
///
/// # Errors
/// A reference that cannot be read, for any format; one that disagrees, for a CRAM.
pub(super) fn bind(
    file: &str,
    path: &Path,
    format: Format,
    header: &HeaderFacts,
    warnings: &mut Vec<InputWarning>,
) -> Result<Option<Reference>, InputError> {
    let shown = printable(&path.to_string_lossy());
    let reference = Reference::open(path, &header.contigs).map_err(|error: ReferenceError| InputError::Reference {
        reference: shown.clone(),
        reason: error.to_string(),
    })?;
    let Some(reason) = disagreement(&reference, format, header) else {
        return Ok(Some(reference));
    };
    if format == Format::Cram {
        return Err(InputError::OtherReference {
            file: file.to_owned(),
            reference: shown,
            reason,
        });
    }
    warnings.push(InputWarning {
        code: "reference_ignored",
        text: format!("{shown} is not the reference of {file} ({reason}) and is ignored"),
    });
    Ok(None)
}

fn disagreement(reference: &Reference, format: Format, header: &HeaderFacts) -> Option<String> {
    let contigs = &header.contigs;
    // Mitochondria are excluded: GRCh37 exists with two different ones.
    let own = reference.contigs();
    let other = contigs.iter().find_map(|(id, name, here)| {
        let there = own.length(own.resolve(name)?);
        (there != here && contigs.is_chromosome(id) && contigs.bare(id) != "M").then_some((name, there, here))
    });
    if let Some((name, there, here)) = other {
        return Some(format!(
            "{} is {} bases long there and {} here",
            printable(name),
            thousands(there),
            thousands(here)
        ));
    }
    let kmt2a = header.kmt2a_contig;
    let name = contigs.name(kmt2a);
    if !reference.has(kmt2a) {
        return Some(format!("it has no {}", printable(name)));
    }
    // A wrong index, or a truncated file, is detected at the end of a chromosome.
    if let Some(id) = unreadable_end(reference, contigs) {
        return Some(format!(
            "the end of {} cannot be read; make its index again with `samtools faidx`",
            printable(contigs.name(id))
        ));
    }
    if format != Format::Cram {
        return dictionary_md5(reference.path(), contigs, name)
            .zip(header.kmt2a_contig_md5.as_ref())
            .filter(|(there, here)| there != *here)
            .map(|_| format!("the MD5 of {} differs", printable(name)));
    }
    // htslib needs the exact name, and checks MD5 only for slices with one contig: a small CRAM has many contigs per
    // slice and would silently be decoded with wrong bases.
    if reference.contigs().id(name).is_none() {
        return Some(format!("it has no contig named {}", printable(name)));
    }
    header
        .kmt2a_contig_md5
        .as_ref()
        .filter(|md5| reference.md5(kmt2a).as_ref() != Some(*md5))
        .map(|_| format!("the MD5 of {} differs", printable(name)))
}

/// A chromosome whose last base is missing from the FASTA.
fn unreadable_end(reference: &Reference, contigs: &Contigs) -> Option<ContigId> {
    let mut chromosomes = contigs
        .iter()
        .map(|(id, ..)| id)
        .filter(|id| contigs.is_chromosome(*id));
    chromosomes.find(|id| reference.has(*id) && !reference.reaches_end(*id))
}

/// The MD5 of a contig from the sequence dictionary next to the FASTA (`x.dict` or `x.fa.dict`), if there is one.
/// Computing it would cost half a second per sample, for bases that BAM and SAM do not depend on.
fn dictionary_md5(fasta: &Path, contigs: &Contigs, name: &str) -> Option<String> {
    let mut sibling = fasta.as_os_str().to_owned();
    sibling.push(".dict");
    let text = small_text(&fasta.with_extension("dict"))
        .or_else(|_| small_text(Path::new(&sibling)))
        .ok()?;
    let wanted = contigs.resolve(name);
    text.lines().filter(|line| line.starts_with("@SQ\t")).find_map(|line| {
        let field = |key: &str| line.split('\t').find_map(|f| f.strip_prefix(key));
        (contigs.resolve(field("SN:")?) == wanted).then(|| field("M5:").map(str::to_ascii_lowercase))?
    })
}
