//! How the evidence records of a file are reached: through its index or in one pass.

use std::collections::{BTreeSet, HashSet};

use super::{
    chimeric::Confirmation,
    gather::{Gathered, PARK_CAP, Seeds, name_hash},
    led,
    templates::{self, is_discordant},
    windows::Windows,
};
use crate::{
    genome::{AlignedRecord, ContigId, Interval},
    input::{Access, AlignmentFile, InputError},
};

/// Gathers the evidence set of a file.
///
/// # Errors
/// Read errors of the file.
pub(super) fn gather(
    file: &mut AlignmentFile,
    windows: &Windows<'_>,
    chimeric: &mut Confirmation,
) -> Result<Gathered, InputError> {
    let mut gathered = match file.access() {
        Access::Indexed => indexed(file, windows, chimeric),
        Access::Streamed => streamed(file, windows, chimeric),
    }?;
    if let Some(separator) = gathered.tally.endings.separator() {
        templates::strip(&mut gathered.records, &mut gathered.compact, separator);
    }
    Ok(gathered)
}

fn indexed(
    file: &mut AlignmentFile,
    windows: &Windows<'_>,
    chimeric: &mut Confirmation,
) -> Result<Gathered, InputError> {
    let mut seeds = Seeds::new(windows, file.decode_context());
    file.fetch(&windows.all(), &mut |raw| {
        if !seeds.offer(raw) && !seeds.offer_named(raw, chimeric) && !seeds.offer_clipped(raw) {
            seeds.offer_unmapped(raw);
        }
    })?;
    file.fetch(&chimeric.named_windows(), &mut |raw| {
        if !windows.in_kmt2a(raw) {
            seeds.offer_named(raw, chimeric);
        }
    })?;
    file.fetch(&chimeric.windows(), &mut |raw| chimeric.offer(raw))?;
    if windows.seeks_unmapped() || !chimeric.is_settled() {
        file.fetch_unplaced(&mut |raw| {
            chimeric.offer(raw);
            if !seeds.offer_named(raw, chimeric) {
                seeds.offer_unmapped(raw);
            }
        })?;
    }
    let led = seeds.led();
    let places: Vec<(ContigId, Interval)> = led.iter().map(|l| (l.contig, l.within)).collect();
    let mut found: Vec<AlignedRecord> = Vec::new();
    file.fetch(&places, &mut |raw| {
        if !windows.in_kmt2a(raw) && (raw.has_tag(b"SA") || is_discordant(raw) || windows.has_exon_clip(raw)) {
            let record = seeds.decode(raw);
            found.extend(led::leaves(&record, &led, &mut seeds.spelt).then_some(record));
        }
    })?;
    seeds.take_led(found, &led);
    // Unmapped reads are stored at the mate's position, so a kept position does not mean that every record there was
    // seen.
    let mut done: HashSet<(u64, ContigId, i64)> = HashSet::new();
    // Two rounds: the positions that the seeds point to, then the positions that those records point to.
    for _ in 0..2 {
        let new: BTreeSet<(ContigId, i64)> = seeds.targets.difference(&done).map(|(_, c, p)| (*c, *p)).collect();
        done.clone_from(&seeds.targets);
        let places: Vec<_> = new.into_iter().map(|(c, p)| (c, Interval::new(p, p + 1))).collect();
        let mut found: Vec<AlignedRecord> = Vec::new();
        file.fetch(&places, &mut |raw| {
            let is_sought = |contig| seeds.targets.contains(&(name_hash(raw.name()), contig, raw.position()));
            if !windows.in_kmt2a(raw) && raw.contig().is_some_and(is_sought) {
                found.push(seeds.decode(raw));
            }
        })?;
        for record in found {
            if seeds.belongs(&record) {
                seeds.keep_new(record);
            }
        }
    }
    Ok(seeds.finish())
}

fn streamed(
    file: &mut AlignmentFile,
    windows: &Windows<'_>,
    chimeric: &mut Confirmation,
) -> Result<Gathered, InputError> {
    let mut seeds = Seeds::new(windows, file.decode_context());
    let mut parked: Vec<AlignedRecord> = Vec::new();
    let mut overflow = false;
    file.stream(&mut |raw| {
        let flags = raw.flags();
        chimeric.offer(raw);
        if seeds.offer(raw) || seeds.offer_named(raw, chimeric) {
            return;
        }
        if flags.is_unmapped() {
            seeds.offer_unmapped(raw);
            return;
        }
        let Some(contig) = raw.contig() else { return };
        if windows.in_kmt2a(raw) || seeds.offer_clipped(raw) {
            return;
        }
        let unusual = flags.is_supplementary()
            || windows.points_into_kmt2a(raw.mate_contig(), raw.mate_position())
            || is_discordant(raw)
            || ((raw.has_soft_clip(1) || raw.cigar_op_count() > 1) && raw.has_tag(b"SA"))
            || (flags.is_mate_unmapped()
                && windows.in_partner(contig, Interval::new(raw.position(), raw.reference_end())))
            // Not the clips of an unspliced aligner, which contain the next exon of the same gene.
            || windows.has_exon_clip(raw) && {
                let here = led::around(windows.models, contig, raw.position());
                led::leaves(&seeds.decode(raw), &here, &mut seeds.spelt)
            };
        overflow |= unusual && parked.len() >= PARK_CAP;
        if unusual && !overflow {
            parked.push(seeds.decode(raw));
        }
    })?;
    let led = seeds.led();
    let found = parked.extract_if(.., |record| led::leaves(record, &led, &mut seeds.spelt));
    let found = found.collect();
    seeds.take_led(found, &led);
    for _ in 0..2 {
        let found = parked.extract_if(.., |record| seeds.belongs(record)).collect();
        seeds.keep_all(found);
    }
    let mut gathered = seeds.finish();
    if overflow {
        gathered.limits.push((
            "parked-cap",
            format!(
                "more than {PARK_CAP} chimeric records before KMT2A was reached: the rest were not kept; index the file"
            ),
        ));
    }
    Ok(gathered)
}
