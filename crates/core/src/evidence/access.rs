//! How the evidence records of a file are reached: through its index, or in one pass.

use std::collections::{HashMap, HashSet};

use super::{
    chimeric::Confirmation,
    gather::{Gathered, PARK_CAP, Seeds, is_discordant, name_hash},
    led::{self, Spelt},
    templates,
    windows::Windows,
};
use crate::{
    genome::{AlignedRecord, ContigId, Interval},
    hts::RawRecord,
    input::{Access, AlignmentFile, InputError},
};

/// Gathers the evidence set of a file.
///
/// # Errors
/// What reading raises.
pub(super) fn gather(
    file: &mut AlignmentFile,
    windows: &Windows,
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

fn indexed(file: &mut AlignmentFile, windows: &Windows, chimeric: &mut Confirmation) -> Result<Gathered, InputError> {
    let mut seeds = Seeds::new(windows, file.decode_context());
    file.fetch(&windows.all(), &mut |raw| {
        if !seeds.offer(raw) && !seeds.offer_named(raw, chimeric) && !seeds.offer_clipped(raw) {
            seeds.offer_unmapped(raw);
        }
    })?;
    let named = chimeric.named_windows();
    if !named.is_empty() {
        file.fetch(&named, &mut |raw| {
            if !is_seed(raw, &seeds) {
                seeds.offer_named(raw, chimeric);
            }
        })?;
    }
    let places = chimeric.windows();
    if !places.is_empty() {
        file.fetch(&places, &mut |raw| chimeric.offer(raw))?;
    }
    if windows.seeks_unmapped() || !chimeric.is_settled() {
        file.fetch_unplaced(&mut |raw| {
            chimeric.offer(raw);
            if !seeds.offer_named(raw, chimeric) {
                seeds.offer_unmapped(raw);
            }
        })?;
    }
    seeds.take_companions(&[]);
    let led = seeds.led();
    if !led.is_empty() {
        let places: Vec<(ContigId, Interval)> = led.iter().map(|l| (l.contig, l.within)).collect();
        let context = file.decode_context();
        let mut found: Vec<AlignedRecord> = Vec::new();
        let mut spelt = Spelt::new(windows.sought_exons());
        file.fetch(&places, &mut |raw| {
            if !is_seed(raw, &seeds) && (raw.has_tag(b"SA") || is_apart(raw) || seeds.windows.has_exon_clip(raw)) {
                found.extend(Some(raw.decode(&context)).filter(|record| led::leaves(record, &led, &mut spelt)));
            }
        })?;
        for record in found {
            seeds.offer_led(record);
        }
    }
    seeds.take_companions(&led);
    // A read that did not align lies where its mate does, so that what was kept at a place says nothing of the rest there.
    let mut done: HashSet<(u64, ContigId, i64)> = HashSet::new();
    // Two rounds: where the seeds point, then where what was found there points.
    for _ in 0..2 {
        let wanted: Vec<(ContigId, Interval)> = {
            let mut places: Vec<(ContigId, i64)> = seeds
                .targets
                .iter()
                .filter(|t| !done.contains(t))
                .map(|(_, c, p)| (*c, *p))
                .collect();
            places.sort_unstable();
            places.dedup();
            places.into_iter().map(|(c, p)| (c, Interval::new(p, p + 1))).collect()
        };
        if wanted.is_empty() {
            break;
        }
        let asked: Vec<(u64, ContigId, i64)> = seeds.targets.iter().copied().collect();
        let mut found: Vec<(u64, AlignedRecord)> = Vec::new();
        let context = file.decode_context();
        file.fetch(&wanted, &mut |raw| {
            let Some(contig) = raw.contig() else { return };
            let hash = name_hash(raw.name());
            if seeds.targets.contains(&(hash, contig, raw.position())) && !is_seed(raw, &seeds) {
                found.push((hash, raw.decode(&context)));
            }
        })?;
        done.extend(asked);
        for (hash, record) in found {
            let known = record.contig.is_some_and(|c| {
                seeds
                    .kept
                    .contains(&(hash, c, record.position, record.flags.0, record.hit_index))
            });
            if seeds.belongs(&record, hash) && !known {
                seeds.keep(record);
            }
        }
    }
    Ok(seeds.finish())
}

/// See [`is_discordant`].
fn is_apart(raw: &RawRecord<'_>) -> bool {
    is_discordant(
        raw.flags(),
        raw.contig(),
        raw.position(),
        raw.mate_contig(),
        raw.mate_position(),
    )
}

/// Whether the record was offered as a seed already.
fn is_seed(raw: &RawRecord<'_>, seeds: &Seeds<'_>) -> bool {
    raw.contig().is_some_and(|contig| {
        let interval = Interval::new(raw.position(), raw.reference_end().max(raw.position() + 1));
        contig == seeds.windows.kmt2a.0 && interval.overlaps(seeds.windows.kmt2a.1)
    })
}

fn streamed(file: &mut AlignmentFile, windows: &Windows, chimeric: &mut Confirmation) -> Result<Gathered, InputError> {
    let context = file.decode_context();
    let mut seeds = Seeds::new(windows, file.decode_context());
    let mut parked: HashMap<u64, Vec<AlignedRecord>> = HashMap::new();
    let mut parked_count = 0_usize;
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
        if is_seed(raw, &seeds) || seeds.offer_clipped(raw) {
            return;
        }
        let unusual = flags.is_supplementary()
            || windows.points_into_kmt2a(raw.mate_contig(), raw.mate_position())
            || is_apart(raw)
            || (raw.has_soft_clip(1) && raw.has_tag(b"SA"))
            || (raw.cigar_op_count() > 1 && raw.has_tag(b"SA"))
            || (flags.is_mate_unmapped()
                && windows.in_partner(contig, Interval::new(raw.position(), raw.reference_end())))
            || windows.has_exon_clip(raw);
        if !unusual {
            return;
        }
        if parked_count >= PARK_CAP {
            overflow = true;
            return;
        }
        parked_count += 1;
        parked
            .entry(name_hash(raw.name()))
            .or_default()
            .push(raw.decode(&context));
    })?;
    seeds.take_companions(&[]);
    let led = seeds.led();
    if !led.is_empty() {
        let mut spelt = Spelt::new(windows.sought_exons());
        // In the order of the file, as through an index.
        let mut found: Vec<AlignedRecord> = Vec::new();
        for records in parked.values_mut() {
            found.extend(records.extract_if(.., |record| led::leaves(record, &led, &mut spelt)));
        }
        found.sort_by(|a, b| {
            (a.contig, a.position, &a.name, a.flags.0).cmp(&(b.contig, b.position, &b.name, b.flags.0))
        });
        for record in found {
            seeds.offer_led(record);
        }
    }
    seeds.take_companions(&led);
    for _ in 0..2 {
        let mut names: Vec<u64> = seeds.names.iter().copied().filter(|n| parked.contains_key(n)).collect();
        names.sort_unstable();
        let mut found = Vec::new();
        for name in names {
            let Some(records) = parked.get_mut(&name) else { continue };
            let (take, leave): (Vec<_>, Vec<_>) = std::mem::take(records)
                .into_iter()
                .partition(|r| seeds.belongs(r, name));
            *records = leave;
            found.extend(take);
        }
        if found.is_empty() {
            break;
        }
        for record in found {
            seeds.keep(record);
        }
    }
    let mut gathered = seeds.finish();
    if overflow {
        gathered.limits.push((
            "parked-cap",
            format!(
                "more than {PARK_CAP} chimeric records before KMT2A was reached: the rest was not kept; index the file"
            ),
        ));
    }
    Ok(gathered)
}
