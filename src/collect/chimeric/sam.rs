//! STAR's `Chimeric.out.sam` (`--chimOutType SeparateSAMold`): the pieces of chimeric reads as alignments.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use super::{ChimericError, LINES_CAP};
use crate::{
    genome::{AlignedRecord, ContigId, Contigs, Flags, Interval},
    hts::{DecodeContext, HtsFile},
};

/// Reads the templates with a piece in `window` as records. What the BAM holds already is left out;
/// where it holds a read's primary alignment, every piece here is a further part of it.
///
/// # Errors
/// A file that cannot be read to its end. Records that cannot be read in full are counted: the second
/// value.
pub(super) fn read(
    path: &Path,
    name: &str,
    contigs: &Contigs,
    window: (ContigId, Interval),
    existing: &[AlignedRecord],
) -> Result<(Vec<AlignedRecord>, u64), ChimericError> {
    let unreadable = |reason: String| ChimericError::Unreadable {
        file: name.to_owned(),
        reason,
    };
    let mut file = HtsFile::open(Some(path)).map_err(|e| unreadable(e.to_string()))?;
    let own = file.contigs();
    // The file's contigs by number, as the alignment file numbers them.
    let ids: Vec<Option<ContigId>> = own
        .iter()
        .map(|(name, length)| contigs.id(name).filter(|id| contigs.length(*id) == *length))
        .collect();
    let context = DecodeContext {
        contigs: Arc::new(Contigs::new(own)),
        umi_tag: *b"RX",
        umi_in_name: None,
    };
    let known: HashSet<(&[u8], bool)> = existing
        .iter()
        .filter(|r| r.is_placed() && !r.flags.is_secondary() && !r.flags.is_supplementary())
        .map(|r| (r.name.as_slice(), r.flags.is_second()))
        .collect();
    let places: HashSet<(&[u8], bool, Option<ContigId>, i64)> = existing
        .iter()
        .map(|r| (r.name.as_slice(), r.flags.is_second(), r.contig, r.position))
        .collect();
    let indices: HashMap<&[u8], Option<u32>> = existing.iter().map(|r| (r.name.as_slice(), r.hit_index)).collect();
    let mut out = Vec::new();
    let mut bad = 0_u64;
    let mut template: Vec<AlignedRecord> = Vec::new();
    let mut flush = |template: &mut Vec<AlignedRecord>| {
        let mut pieces = std::mem::take(template);
        let inside = |r: &AlignedRecord| r.contig == Some(window.0) && r.interval().overlaps(window.1);
        if !pieces.iter().any(inside) || out.len() >= LINES_CAP {
            return;
        }
        pieces.retain(|r| {
            r.is_placed() && !places.contains(&(r.name.as_slice(), r.flags.is_second(), r.contig, r.position))
        });
        // The longest piece of each read stands for its primary alignment, unless the BAM has that.
        pieces.sort_by_key(|r| (r.flags.is_second(), -r.cigar.reference_len(), r.contig, r.position));
        let mut led = [false, false];
        for mut piece in pieces {
            let read = usize::from(piece.flags.is_second());
            let further = led[read] || known.contains(&(piece.name.as_slice(), piece.flags.is_second()));
            led[read] = true;
            piece.flags = Flags((piece.flags.0 & !(0x100 | 0x800)) | if further { 0x800 } else { 0 });
            piece.hit_index = indices.get(piece.name.as_slice()).copied().flatten();
            piece.hit_count = Some(1);
            out.push(piece);
        }
    };
    while file.read().map_err(|e| unreadable(e.to_string()))? {
        let mut record = file.record().decode(&context);
        record.contig = record.contig.and_then(|id| ids.get(id.0 as usize).copied().flatten());
        record.mate_contig = record
            .mate_contig
            .and_then(|id| ids.get(id.0 as usize).copied().flatten());
        // SA entries name the same pieces, which stand here as records.
        record.supplementary = Vec::new();
        if record.malformed || record.contig.is_none() {
            bad += u64::from(record.malformed);
            continue;
        }
        if template.first().is_some_and(|r| r.name != record.name) {
            flush(&mut template);
        }
        template.push(record);
    }
    flush(&mut template);
    Ok((out, bad))
}
