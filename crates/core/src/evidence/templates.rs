//! Templates: endings of read names, names shared by several molecules, and whether the reads of a pair belong
//! together.
//!
//! In: the gathered records. Out: names without `/1` and `/2`, reads of untrusted pairs as separate templates, and
//! counts for the warning and the conclusion. Not decided here: the conclusion for a sample with untrusted pairs
//! (`conclude`).

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use breakapart_rule::{
    Params,
    molecule::{are_pairs_believed, lie_as_mates},
};

use super::compact::CompactRecords;
use crate::{
    genome::{AlignedRecord, ContigId, Flags, Strand, sequence::reverse_complement},
    hts::RawRecord,
};

/// Characters before the read number at the end of a read name.
const SEPARATORS: [u8; 2] = *b"/.";
/// Fraction of reads whose names must end in `.1` and `.2`, or without paired flags in `/1` and `/2`, for these to be
/// read numbers: a serial number may end in the same way.
const NUMBERED_SHARE: f64 = 0.9;

/// The template's name, without any read number. Two templates may get the same name (`run.1` and `run.2`), so this
/// only narrows a search.
pub(super) fn stem(name: &[u8]) -> &[u8] {
    match name {
        [stem @ .., b'/' | b'.', b'1' | b'2'] if !stem.is_empty() => stem,
        _ => name,
    }
}

/// The name without the read number, if it ends in `separator` and the read's own number; if the flags do not give
/// one, either number counts as the read's own.
pub(crate) fn without_number(name: &[u8], flags: Flags, separator: u8) -> &[u8] {
    let is_own = |n: u8| match (flags.is_paired(), flags.is_second()) {
        (true, false) => n == b'1',
        (true, true) => n == b'2',
        (false, _) => matches!(n, b'1' | b'2'),
    };
    match name {
        [stem @ .., s, n] if *s == separator && is_own(*n) && !stem.is_empty() => stem,
        _ => name,
    }
}

/// How the read names end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameEndings {
    /// Reads with paired flags.
    paired: Endings,
    /// Other reads.
    single: Endings,
}

/// How the names of some reads end, by the number that the flags or, for single reads, the names give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Endings {
    reads: u64,
    /// For each separator: first reads with 1, second reads with 2, and reads with the other's number.
    counts: [(u64, u64, u64); 2],
}

impl NameEndings {
    /// Counts a record.
    pub(super) fn count(&mut self, name: &[u8], flags: Flags) {
        let endings = if flags.is_paired() {
            &mut self.paired
        } else {
            &mut self.single
        };
        endings.reads += 1;
        let [.., separator, number] = name else { return };
        let Some(at) = SEPARATORS.iter().position(|s| s == separator) else {
            return;
        };
        let (first, second, against) = &mut endings.counts[at];
        match (number, flags.is_second() || !flags.is_paired() && *number == b'2') {
            (b'1', false) => *first += 1,
            (b'2', true) => *second += 1,
            (b'1' | b'2', _) => *against += 1,
            _ => {}
        }
    }

    /// The separator before the read number, if first reads have one number and second reads the other.
    pub fn separator(&self) -> Option<u8> {
        self.paired.separator(b"/")
    }

    /// The same in a file without paired flags, if nearly all names end in 1 or 2: perhaps of mates, perhaps a running
    /// number.
    pub(super) fn single_separator(&self) -> Option<u8> {
        (self.paired.reads == 0).then(|| self.single.separator(b"")).flatten()
    }
}

impl Endings {
    /// Other separators than the `plain` ones need [`NUMBERED_SHARE`].
    fn separator(&self, plain: &[u8]) -> Option<u8> {
        SEPARATORS.into_iter().zip(self.counts).find_map(|(separator, counts)| {
            let (first, second, against) = counts;
            let is_usual = (first + second) as f64 >= NUMBERED_SHARE * self.reads as f64;
            let enough = is_usual || plain.contains(&separator);
            (first > 0 && second > 0 && against == 0 && enough).then_some(separator)
        })
    }
}

/// Removes the read number from every name.
pub(super) fn strip(records: &mut [AlignedRecord], compact: &mut CompactRecords, separator: u8) {
    for record in records {
        let len = without_number(&record.name, record.flags, separator).len();
        record.name.truncate(len);
    }
    compact.strip_numbers(separator);
}

/// Mates further apart than this are discordant, and do not belong together unless the molecule is rearranged (bases;
/// STAR's default intron and mate limits are 589,824).
const FAR: i64 = 600_000;

/// Flags of a read, its position, and its mate's position.
pub(super) struct Mates {
    pub(super) flags: Flags,
    pub(super) own: (Option<ContigId>, i64),
    pub(super) mate: (Option<ContigId>, i64),
}

impl From<&AlignedRecord> for Mates {
    fn from(r: &AlignedRecord) -> Self {
        Self {
            flags: r.flags,
            own: (r.contig, r.position),
            mate: (r.mate_contig, r.mate_position),
        }
    }
}

impl From<&RawRecord<'_>> for Mates {
    fn from(r: &RawRecord<'_>) -> Self {
        Self {
            flags: r.flags(),
            own: (r.contig(), r.position()),
            mate: (r.mate_contig(), r.mate_position()),
        }
    }
}

impl Mates {
    /// Whether they are a pair with both reads aligned.
    const fn are_aligned(&self) -> bool {
        self.flags.is_paired() && !self.flags.is_unmapped() && !self.flags.is_mate_unmapped()
    }

    /// Whether they are further apart than splicing explains.
    pub(super) fn are_discordant(&self) -> bool {
        let (own, mate) = (self.own, self.mate);
        self.are_aligned() && (own.0 != mate.0 || (own.1 - mate.1).abs() > FAR)
    }
}

/// Whether a pair's reads are further apart than splicing explains.
pub(super) fn is_discordant(record: impl Into<Mates>) -> bool {
    record.into().are_discordant()
}

/// Reads of a pair may extend past one another by this much (bases): adapter read-through.
const DOVETAIL: i64 = 300;
/// Bin size for counting distinct loci of reads and mates (bases).
const STRETCH: i64 = 20_000;

/// Relative positions of the reads of pairs, at KMT2A and the control genes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Primary reads with a placed mate (count).
    pub reads: u64,
    /// Of those, with a mate that does not face them on the same chromosome within splicing distance (count).
    pub apart: u64,
    /// Positions of these reads and their mates.
    places: BTreeMap<(ContigId, i64, ContigId, i64), u64>,
}

impl Pairing {
    /// Counts a primary read.
    pub(super) fn count(&mut self, record: impl Into<Mates>) {
        let mates: Mates = record.into();
        let ((Some(contig), position), (Some(mate), mate_position)) = (mates.own, mates.mate) else {
            return;
        };
        if !mates.are_aligned() {
            return;
        }
        let flags = mates.flags;
        self.reads += 1;
        let ahead = match flags.strand() {
            Strand::Forward => mate_position - position,
            Strand::Reverse => position - mate_position,
        };
        let faces = flags.strand() != flags.mate_strand() && (-DOVETAIL..=FAR).contains(&ahead);
        if contig == mate && faces {
            return;
        }
        self.apart += 1;
        let (here, there) = (
            (contig, position.div_euclid(STRETCH)),
            (mate, mate_position.div_euclid(STRETCH)),
        );
        let (a, b) = if here <= there { (here, there) } else { (there, here) };
        *self.places.entry((a.0, a.1, b.0, b.1)).or_default() += 1;
    }

    /// Fraction of pairs whose positions do not fit one molecule.
    pub fn apart_share(&self) -> f64 {
        self.apart as f64 / self.reads.max(1) as f64
    }

    /// Number of loci that such pairs join, weighted by pairs (inverse Simpson index).
    pub fn places(&self) -> f64 {
        let squares: f64 = self.places.values().map(|n| (*n as f64).powi(2)).sum();
        if squares > 0.0 {
            (self.apart as f64).powi(2) / squares
        } else {
            0.0
        }
    }

    /// Whether the reads of a pair can be trusted to come from one molecule.
    pub fn is_believable(&self, p: &Params) -> bool {
        are_pairs_believed(self.reads, self.apart_share(), self.places(), p)
    }

    /// Whether reads that share a name are positioned like mates.
    pub(super) fn are_mates(&self, are_numbered: bool, p: &Params) -> bool {
        lie_as_mates(self.reads, self.apart_share(), self.places(), are_numbered, p)
    }
}

/// Name and read group: shared by the records of one template.
pub(super) type Template<'a> = (&'a [u8], Option<&'a [u8]>);

/// Relative positions of reads that share a name, in a file without paired flags: like mates if the aligner wrote
/// them as single reads (minimap2 before 2.29 with `-ax splice`, or both FASTQ files given as one). `reads` and
/// `others` are primary alignments, each sorted by template; names are compared without the read number after
/// `separator`.
pub(super) fn unflagged<'a>(
    reads: impl Iterator<Item = (Template<'a>, Mates)>,
    others: impl Iterator<Item = (Template<'a>, Mates)>,
    separator: Option<u8>,
) -> Pairing {
    let mut pairing = Pairing::default();
    let stem = |((name, group), mates): &(Template<'a>, Mates)| {
        let name: &'a [u8] = name;
        (separator.map_or(name, |s| without_number(name, mates.flags, s)), *group)
    };
    let by_name = |a: &(Template<'a>, Mates), b: &(Template<'a>, Mates)| stem(a).cmp(&stem(b));
    by_template(reads, others, by_name, |reads| {
        if let [(_, a), (_, b)] = &reads[..] {
            for (own, mate) in [(a, b), (b, a)] {
                pairing.count(Mates {
                    flags: of_pair(own.flags, mate.flags, false),
                    own: own.own,
                    mate: mate.own,
                });
            }
        }
    });
    pairing
}

/// Flags of a read whose mate has the flags `mate`.
const fn of_pair(own: Flags, mate: Flags, is_second: bool) -> Flags {
    let number = if is_second { 0x80 } else { 0x40 };
    let reverse = if mate.0 & 0x10 == 0 { 0 } else { 0x20 };
    Flags(own.0 | 0x1 | number | reverse)
}

/// Passes the items of each template to `take`, from two lists sorted by `by`.
pub(super) fn by_template<T>(
    a: impl Iterator<Item = T>,
    b: impl Iterator<Item = T>,
    by: impl Fn(&T, &T) -> Ordering,
    mut take: impl FnMut(Vec<T>),
) {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    loop {
        let is_of_b = match (a.peek(), b.peek()) {
            (Some(a), Some(b)) => by(b, a).is_lt(),
            (of_a, _) => of_a.is_none(),
        };
        let Some(first) = (if is_of_b { b.next() } else { a.next() }) else {
            return;
        };
        let is_own = |item: &T| by(&first, item).is_eq();
        let mut rest: Vec<T> = std::iter::from_fn(|| a.next_if(is_own)).collect();
        rest.extend(std::iter::from_fn(|| b.next_if(is_own)));
        rest.push(first);
        take(rest);
    }
}

/// Separates every pair: each read becomes its own template.
pub(super) fn take_apart(records: Vec<AlignedRecord>) -> Vec<AlignedRecord> {
    records
        .into_iter()
        .filter(|record| !record.flags.is_unmapped())
        .map(|record| alone(record, 0))
        .collect()
}

/// Flags of paired reads: paired, proper, mate unmapped, mate reverse, first, second.
const OF_PAIRS: u16 = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80;

/// A read as the only one of its template, distinguished from others of its name by the read number and `copy`.
fn alone(mut record: AlignedRecord, copy: usize) -> AlignedRecord {
    if record.flags.is_paired() || copy > 0 {
        let number = if record.flags.is_second() { 2 } else { 1 };
        record.name.extend_from_slice(format!("/{number}").as_bytes());
        if copy > 0 {
            record.name.extend_from_slice(format!("#{copy}").as_bytes());
        }
    }
    record.flags = Flags(record.flags.0 & !OF_PAIRS);
    record.mate_contig = None;
    record.mate_position = -1;
    record.mate_cigar = None;
    record
}

/// The name in the file of a read that was separated from its pair.
pub(crate) fn name_in_file(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|b| *b == b'/').unwrap_or(name.len());
    let tail = &name[end..];
    let is_ours = matches!(tail, [b'/', b'1' | b'2'] | [b'/', b'1' | b'2', b'#', ..]);
    if is_ours { &name[..end] } else { name }
}

/// Whether several molecules share one name: one of its reads has two different primary alignments (not several equally
/// good ones, all flagged as primary), or its reads have different bases, one of them unmapped by the aligner.
pub(super) fn is_shared(template: &[AlignedRecord]) -> bool {
    let mut first: HashMap<bool, &AlignedRecord> = HashMap::new();
    template.iter().filter(|r| is_own_primary(r)).any(|record| {
        let held = *first.entry(record.flags.is_second()).or_insert(record);
        if held.laid || record.laid {
            let known = !held.sequence.is_empty() && !record.sequence.is_empty();
            return known && as_sequenced(held) != as_sequenced(record);
        }
        (held.contig, held.position, &held.cigar) != (record.contig, record.position, &record.cigar)
            || held.flags.strand() != record.flags.strand()
    })
}

pub(super) fn is_own_primary(record: &AlignedRecord) -> bool {
    record.is_placed() && record.flags.is_primary() && (record.laid || record.hit_count.is_none_or(|n| n <= 1))
}

/// The read's bases as sequenced.
pub(super) fn as_sequenced(record: &AlignedRecord) -> Vec<u8> {
    match record.flags.strand() {
        Strand::Forward => record.sequence.clone(),
        Strand::Reverse => reverse_complement(&record.sequence),
    }
}

/// Whether a name has two reads, neither of them flagged as paired.
pub(super) fn are_two(template: &[AlignedRecord]) -> bool {
    let primaries = || template.iter().filter(|r| is_own_primary(r));
    primaries().count() == 2 && primaries().all(|r| !r.flags.is_paired())
}

/// The two reads of a name as mates, the forward one first.
pub(super) fn joined(template: Vec<AlignedRecord>) -> Vec<AlignedRecord> {
    let reads = owned(template);
    let ends: Vec<_> = reads.iter().map(|r| (r[0].flags, r[0].contig, r[0].position)).collect();
    let mut joined = Vec::new();
    for (index, (read, mate)) in reads.into_iter().zip(ends.into_iter().rev()).enumerate() {
        joined.extend(read.into_iter().map(|record| AlignedRecord {
            flags: of_pair(record.flags, mate.0, index == 1),
            mate_contig: mate.1,
            mate_position: mate.2,
            ..record
        }));
    }
    joined
}

/// The reads of a name shared by several molecules, each as its own template.
pub(super) fn separate(template: Vec<AlignedRecord>) -> Vec<Vec<AlignedRecord>> {
    let mut copies = [0, 0];
    let alone_each = |read: Vec<AlignedRecord>| {
        let copy = &mut copies[usize::from(read[0].flags.is_second())];
        *copy += 1;
        read.into_iter().map(|record| alone(record, *copy)).collect()
    };
    owned(template).into_iter().map(alone_each).collect()
}

/// The primary alignments of one name, each followed by its further segments, named by its `SA` entries or found by
/// realigning its bases.
fn owned(template: Vec<AlignedRecord>) -> Vec<Vec<AlignedRecord>> {
    let (primaries, others): (Vec<_>, Vec<_>) = template
        .into_iter()
        .partition(|r| r.is_placed() && r.flags.is_primary());
    let mut reads: Vec<Vec<AlignedRecord>> = primaries.into_iter().map(|primary| vec![primary]).collect();
    for other in others.into_iter().filter(|r| r.flags.is_supplementary()) {
        let owner = reads.iter_mut().find(|read| {
            let primary = &read[0];
            let is_named = || {
                let mut entries = primary.supplementary.iter();
                entries.any(|e| Some(e.contig) == other.contig && e.position.0 == other.position)
            };
            let is_laid = || primary.laid && other.laid && as_sequenced(primary) == as_sequenced(&other);
            primary.flags.is_second() == other.flags.is_second() && (is_named() || is_laid())
        });
        if let Some(read) = owner {
            read.push(other);
        }
    }
    reads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mates_beyond_the_longest_intron_are_discordant() {
        let (here, elsewhere) = (Some(ContigId(0)), Some(ContigId(1)));
        let apart = |mate_contig, mate_position| {
            is_discordant(&AlignedRecord {
                flags: Flags(0x1),
                contig: here,
                position: 1_000_000,
                mate_contig,
                mate_position,
                ..AlignedRecord::default()
            })
        };
        assert!(!apart(here, 1_600_000) && apart(here, 1_600_001));
        assert!(!apart(here, 400_000) && apart(here, 399_999));
        assert!(apart(elsewhere, 1_000_000));
    }
}
