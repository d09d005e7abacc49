//! The evidence set: which records count, and how they are found through an index or in one pass.
//!
//! The set does not depend on the access. A record is evidence if it
//! - (a) overlaps the KMT2A window (gene and 50 kb on both sides) and the gene (with 1 kb), is the mate of a
//!   record there, or is not ordinary: clipped, chimeric, discordant, unmapped;
//! - (d) overlaps a catalogue window at a partner's acceptor and has a soft clip of 12 bases or more, or points
//!   into the KMT2A window with its mate field or an SA entry; or is unmapped, is stored there next to its mate
//!   and contains 16 bases of a KMT2A exon;
//! - (b, c, e) shares its name with such a record, is exactly where a record of that name points with its mate
//!   field or an SA entry, and itself points into the KMT2A window or is chimeric or discordant, or is in a
//!   catalogue window or a partner gene with an unmapped mate;
//! - (f) joins a gene to another gene, at most 1 Mb downstream of the position that KMT2A's records point to: by
//!   its alignments, or by the bases of its soft clips and of unmapped reads (`led`);
//! - (g) if unmapped reads are requested: is unmapped, without position or in a partner gene, and contains 16
//!   bases of a KMT2A exon; or contains 16 of a partner's exon, or of a non-repetitive KMT2A intron, and also 30 of
//!   a KMT2A intron or ten of a KMT2A exon's end, or its mate is evidence;
//! - (h) if these are requested: is in a partner gene, and one of its soft clips contains as much of KMT2A, or ten
//!   bases of a KMT2A exon's end next to the aligned bases;
//! - (i) belongs to a read that STAR's chimeric file aligns to KMT2A, and is at one of that file's other segments,
//!   or unmapped.
//!
//! A record that only points to KMT2A, without a record there or in a catalogue window, is not evidence in either
//! mode, because an index cannot find it. Library counts are taken on (a) and the control windows only.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use breakapart_rule::{Params, reads};

use crate::{
    genome::{AlignedRecord, ContigId, Interval, record::SupplementaryEntry},
    hts::{DecodeContext, RawRecord},
};

use super::{
    assay::AtExonEnds,
    chimeric::Confirmation,
    compact::CompactRecords,
    led::{self, Led, Spelt},
    templates::{self, Mates, NameEndings, Pairing, is_discordant},
    windows::{UnmappedKind, Windows},
};

/// Shortest soft clip for which a record in a partner's window counts (bases).
const WINDOW_CLIP: u32 = 12;
/// SA entries and mate positions looked up in all (count); more is amplicon noise, with a warning.
const TARGET_CAP: usize = 200_000;
/// Chimeric records parked in one streamed pass (count), about 200 MB.
pub(super) const PARK_CAP: usize = 400_000;

/// Of records that differ only in their names, how many are kept whole (count); of further ones only the name is
/// kept. Only amplicons and copies reach this number, and below it nothing is saved.
const COPIES_WHOLE: u8 = 20;

/// The gathered records, and library statistics of the windows without rearrangement.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The evidence records.
    pub records: Vec<AlignedRecord>,
    /// Ordinary records at KMT2A and copies of others, stored compactly.
    pub compact: CompactRecords,
    /// Counts over the windows.
    pub tally: Tally,
    /// Limits that were hit: stable code and sentence.
    pub limits: Vec<(&'static str, String)>,
}

/// Counts over the KMT2A window and the control genes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Primary reads in each control gene.
    pub controls: BTreeMap<String, u64>,
    /// Primary reads in all windows.
    pub primary: u64,
    /// Of those, flagged as duplicates.
    pub duplicates: u64,
    /// Of those, with an `SA` tag.
    pub with_sa: u64,
    /// Supplementary records in all windows.
    pub supplementary: u64,
    /// Of the primary reads, with a soft clip of 20 bases or more.
    pub clipped: u64,
    /// Primary reads with an `N`.
    pub spliced: u64,
    /// Primary reads of pairs (paired flag).
    pub paired: u64,
    /// Primary reads that stop at an exon's end or run on into the intron.
    pub at_exon_ends: AtExonEnds,
    /// Pairs on two contigs or far apart (reads).
    pub discordant: u64,
    /// Primary reads with an `SA` tag but no clip: their supplementary part was trimmed off.
    pub sa_without_clip: u64,
    /// Whether the reads of pairs belong together.
    pub pairing: Pairing,
    /// How read names end.
    pub endings: NameEndings,
    /// Reads, paired or not, whose names end in bases after a separator, by separator (`:`, `_`, `+`, `|`).
    pub names_with_umi: BTreeMap<u8, u64>,
    /// Names shared by several molecules, and all names.
    pub shared_names: (u64, u64),
    /// Reads that failed quality checks (excluded).
    pub qc_failed: u64,
    /// Records that could not be fully parsed.
    pub malformed: u64,
    /// Name of the first of those.
    pub first_malformed: Option<String>,
    /// SA entries that point into the KMT2A window, and how many of them have no record there.
    pub sa_into_window: u64,
    /// See `sa_into_window`.
    pub sa_without_record: u64,
    /// Lengths of primary reads at KMT2A.
    pub read_lens: Vec<u32>,
}

impl Tally {
    /// Whether the reads are spliced, as in RNA.
    pub fn is_spliced(&self, p: &Params) -> bool {
        reads::are_spliced(self.spliced, self.primary, p)
    }
}

/// Hash of a template's name, without the read number.
pub(super) fn name_hash(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    templates::stem(name).hash(&mut hasher);
    hasher.finish()
}

/// Shortest identifier recognised at the end of a read name (bases).
const UMI_MIN: usize = 6;

/// The separator before an identifier made of bases at the end of a read name, ignoring the read number.
fn umi_separator(name: &[u8]) -> Option<u8> {
    let name = match name {
        [stem @ .., b'/', b'1' | b'2'] => stem,
        _ => name,
    };
    let is_base = |b: &u8| matches!(b, b'A' | b'C' | b'G' | b'T' | b'N');
    let is_joined = |b: &u8| is_base(b) || matches!(b, b'+' | b'-');
    let bases = name.iter().rev().take_while(|b| is_joined(b)).count();
    let at = name.len().checked_sub(bases + 1)?;
    let enough = name[at + 1..].iter().filter(|b| is_base(b)).count() >= UMI_MIN;
    name.get(at)
        .copied()
        .filter(|s| enough && matches!(s, b':' | b'_' | b'|' | b'#' | b'.'))
}

/// Key of a record: hash of its name, contig, position, flags, and `HI`, which alone distinguishes STAR's
/// alternatives at one locus.
type Key = (u64, ContigId, i64, u16, Option<u32>);

fn key(record: &AlignedRecord) -> Option<Key> {
    let hash = name_hash(&record.name);
    Some((hash, record.contig?, record.position, record.flags.0, record.hit_index))
}

/// The seed of the evidence set, built record by record.
pub(super) struct Seeds<'a> {
    pub(super) windows: &'a Windows<'a>,
    context: DecodeContext,
    gathered: Gathered,
    names: HashSet<u64>,
    /// Positions that evidence records point to, with the name to be found there.
    pub(super) targets: HashSet<(u64, ContigId, i64)>,
    sa_into_window: Vec<(u64, ContigId, i64)>,
    /// Keys of the records kept outside the KMT2A window, so that a record found twice is kept once.
    kept: HashSet<Key>,
    truncated: bool,
    /// A stretch outside all windows: the one with the last record outside the windows.
    gap: (ContigId, Interval),
    /// Number of identical records, ignoring names, by hash.
    alike: HashMap<u64, u8>,
    /// Unmapped reads with bases of partners.
    companions: Vec<AlignedRecord>,
    companions_overflow: bool,
    pub(super) spelt: Spelt<'a>,
}

impl<'a> Seeds<'a> {
    pub(super) fn new(windows: &'a Windows<'a>, context: DecodeContext) -> Self {
        Self {
            windows,
            context,
            gathered: Gathered::default(),
            names: HashSet::new(),
            targets: HashSet::new(),
            sa_into_window: Vec::new(),
            kept: HashSet::new(),
            truncated: false,
            gap: (ContigId(u32::MAX), Interval::new(0, 0)),
            alike: HashMap::new(),
            companions: Vec::new(),
            companions_overflow: false,
            spelt: Spelt::new(windows.sought_exons()),
        }
    }

    /// Decodes a record.
    pub(super) fn decode(&self, raw: &RawRecord<'_>) -> AlignedRecord {
        raw.decode(&self.context)
    }

    /// Takes a record of class (a) or (d) and counts it. Returns whether it was kept.
    pub(super) fn offer(&mut self, raw: &RawRecord<'_>) -> bool {
        let (windows, position) = (self.windows, raw.position());
        let Some(id) = raw.contig() else { return false };
        let interval = Interval::new(position, raw.reference_end());
        // In a sorted file nearly every record is between the same two windows as the previous one.
        let (gap_contig, gap) = self.gap;
        if gap_contig == id && gap.start <= interval.start && interval.end <= gap.end {
            return false;
        }
        if let Some(gap) = windows.gap_around(id, interval) {
            self.gap = (id, gap);
            return false;
        }
        let in_kmt2a = windows.in_kmt2a(raw);
        let mut controls = windows.controls.iter();
        let control = controls.find(|(c, i, _)| *c == id && i.overlaps(interval));
        let in_partner = windows.in_partner_window(id, interval);
        let at_gene = in_kmt2a && interval.overlaps(windows.gene);
        if in_kmt2a || control.is_some() {
            self.count(raw, control.map(|(.., symbol)| symbol.as_str()), at_gene);
        }
        let flags = raw.flags();
        if flags.is_qc_fail() {
            return false;
        }
        let with_sa = raw.has_tag(b"SA");
        let ordinary = !raw.has_soft_clip(1)
            && !with_sa
            && !flags.is_unmapped()
            && !flags.is_mate_unmapped()
            && !flags.is_supplementary()
            && !is_discordant(raw);
        let is_clipped = raw.has_soft_clip(WINDOW_CLIP);
        let mate_points = windows.points_into_kmt2a(raw.mate_contig(), raw.mate_position());
        let keep = if in_kmt2a {
            at_gene || !ordinary || windows.in_gene(raw.mate_contig(), raw.mate_position())
        } else {
            in_partner
                && !ordinary
                && (is_clipped
                    || mate_points
                    || with_sa
                    || (flags.is_unmapped() && windows.exons.touches(raw.base_codes())))
        };
        if !keep {
            return false;
        }
        let mut record = self.decode(raw);
        let leads_here = |e: &SupplementaryEntry| windows.points_into_kmt2a(Some(e.contig), e.position.0);
        let points = mate_points || record.supplementary.iter().any(leads_here);
        if !in_kmt2a && !record.supplementary.is_empty() && !points && !is_clipped {
            return false;
        }
        let leaves = interval.start < windows.gene.start || interval.end > windows.gene.end;
        if ordinary && !leaves {
            // The bases and mismatches of an ordinary read are not needed.
            record.sequence = Vec::new();
            record.qualities = Vec::new();
            record.edits = None;
            record.mate_cigar = None;
            if !raw.has_clip() {
                record.mismatches = Vec::new();
            }
        }
        self.keep(record);
        true
    }

    /// Stores a record, compactly if there are many identical ones or it points nowhere.
    fn file(&mut self, record: AlignedRecord) {
        let at_gene = record.contig == Some(self.windows.kmt2a.0) && record.interval().overlaps(self.windows.gene);
        let is_ordinary =
            at_gene && record.is_placed() && record.sequence.is_empty() && led::far_ends(&record).next().is_none();
        if is_ordinary || self.is_copy(&record) {
            self.gathered.compact.keep(record);
        } else {
            self.gathered.records.push(record);
        }
    }

    /// Whether more than a few records that differ only in their names were kept already. Records with an unmapped
    /// mate are not checked: they are realigned.
    fn is_copy(&mut self, record: &AlignedRecord) -> bool {
        if record.flags.is_unmapped() || record.flags.is_mate_unmapped() {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        (record.flags, record.contig, record.position, record.hit_index).hash(&mut hasher);
        (&record.cigar, &record.sequence, &record.qualities).hash(&mut hasher);
        let known = self.alike.entry(hasher.finish()).or_default();
        *known = known.saturating_add(1);
        *known > COPIES_WHOLE
    }

    /// Takes a record, unless it was kept already.
    pub(super) fn keep_new(&mut self, record: AlignedRecord) {
        if !key(&record).is_some_and(|key| self.kept.contains(&key)) {
            self.keep(record);
        }
    }

    pub(super) fn keep(&mut self, record: AlignedRecord) {
        let hash = name_hash(&record.name);
        self.names.insert(hash);
        if !self.windows.points_into_kmt2a(record.contig, record.position) {
            self.kept.extend(key(&record));
        }
        let has_mate = record.flags.is_paired() && !record.flags.is_mate_unmapped();
        self.point(hash, record.mate_contig.filter(|_| has_mate), record.mate_position);
        for entry in &record.supplementary {
            self.point(hash, Some(entry.contig), entry.position.0);
            if self.windows.points_into_kmt2a(Some(entry.contig), entry.position.0) {
                self.sa_into_window.push((hash, entry.contig, entry.position.0));
            }
        }
        if record.malformed {
            self.gathered.tally.malformed += 1;
            let name = String::from_utf8_lossy(&record.name).into_owned();
            let first = &mut self.gathered.tally.first_malformed;
            if first.as_ref().is_none_or(|f| *f > name) {
                *first = Some(name);
            }
        }
        self.file(record);
    }

    fn point(&mut self, hash: u64, contig: Option<ContigId>, position: i64) {
        // The KMT2A window is read completely, so nothing in it must be looked up.
        if self.windows.points_into_kmt2a(contig, position) {
            return;
        }
        let Some(contig) = contig.filter(|_| position >= 0) else {
            return;
        };
        if self.targets.len() >= TARGET_CAP {
            self.truncated = true;
            return;
        }
        self.targets.insert((hash, contig, position));
    }

    fn count(&mut self, raw: &RawRecord<'_>, control: Option<&str>, at_gene: bool) {
        let flags = raw.flags();
        let tally = &mut self.gathered.tally;
        if flags.is_unmapped() || flags.is_secondary() {
            return;
        }
        if flags.is_supplementary() {
            tally.supplementary += 1;
            return;
        }
        if flags.is_qc_fail() {
            tally.qc_failed += 1;
            return;
        }
        tally.primary += 1;
        tally.duplicates += u64::from(flags.is_duplicate());
        let with_sa = raw.has_tag(b"SA");
        tally.with_sa += u64::from(with_sa);
        tally.sa_without_clip += u64::from(with_sa && !raw.has_clip());
        tally.clipped += u64::from(raw.has_soft_clip(20));
        tally.paired += u64::from(flags.is_paired());
        tally.pairing.count(raw);
        tally.endings.count(raw.name(), flags);
        if let Some(separator) = umi_separator(raw.name()) {
            *tally.names_with_umi.entry(separator).or_default() += 1;
        }
        tally.discordant += u64::from(is_discordant(raw));
        tally.spliced += u64::from(raw.has_skip());
        self.windows.exon_ends.count(raw, &mut tally.at_exon_ends);
        if at_gene {
            tally.read_lens.push(raw.read_len());
        }
        if let Some(symbol) = control {
            *tally.controls.entry(symbol.to_owned()).or_default() += 1;
        }
    }

    /// Whether to keep a record outside the windows because a kept record of the same template points to it
    /// (RNEXT/PNEXT or SA).
    pub(super) fn belongs(&self, record: &AlignedRecord) -> bool {
        let Some(contig) = record.contig else { return false };
        let is_sought = self
            .targets
            .contains(&(name_hash(&record.name), contig, record.position));
        is_sought
            && !record.flags.is_qc_fail()
            && (self.windows.points_into_kmt2a(record.mate_contig, record.mate_position)
                || !record.supplementary.is_empty()
                || record.flags.is_supplementary()
                || is_discordant(record)
                || (record.flags.is_mate_unmapped() && self.windows.in_partner(contig, record.interval())))
    }

    /// Takes a record of class (g), or parks it until its mate is known to be evidence.
    pub(super) fn offer_unmapped(&mut self, raw: &RawRecord<'_>) {
        match self.windows.unmapped_kind(raw) {
            Some(UnmappedKind::Evidence) => self.keep(self.decode(raw)),
            Some(UnmappedKind::Companion) if self.companions.len() < PARK_CAP => {
                self.companions.push(self.decode(raw));
            }
            Some(UnmappedKind::Companion) => self.companions_overflow = true,
            None => {}
        }
    }

    /// Takes a record of a read that the file of chimeric alignments aligns to KMT2A (i). Returns whether it is one.
    pub(super) fn offer_named(&mut self, raw: &RawRecord<'_>, chimeric: &Confirmation) -> bool {
        let is_sought = raw.has_contig() || self.windows.seeks_unmapped();
        let is_named = is_sought && chimeric.names(raw);
        if is_named {
            self.keep_new(self.decode(raw));
        }
        is_named
    }

    /// Takes a record of class (h). Returns whether it was kept.
    pub(super) fn offer_clipped(&mut self, raw: &RawRecord<'_>) -> bool {
        let keep = self.windows.has_kmt2a_clip(raw);
        if keep {
            self.keep(self.decode(raw));
        }
        keep
    }

    /// The regions downstream of the positions that KMT2A's records point to.
    pub(super) fn led(&mut self) -> Vec<Led> {
        self.take_mates();
        let windows = self.windows;
        let mut leads: Vec<(u64, ContigId, i64)> = Vec::new();
        for r in self.gathered.records.iter().filter(|r| !r.flags.is_secondary()) {
            let at_gene = r.contig == Some(windows.kmt2a.0) && r.interval().overlaps(windows.gene);
            let at_kmt2a = |(c, p): &(ContigId, i64)| windows.points_into_kmt2a(Some(*c), *p);
            let mut places = self.spelt.places(r);
            if at_gene && !r.flags.is_unmapped() {
                places.extend(led::far_ends(r));
            } else if !r.flags.is_unmapped() {
                if !places.iter().any(at_kmt2a) {
                    continue;
                }
                let on = r.interval();
                places.extend(r.contig.into_iter().flat_map(|c| [(c, on.start.0), (c, on.end.0 - 1)]));
            }
            places.retain(|place| !at_kmt2a(place));
            let hash = name_hash(&r.name);
            leads.extend(places.into_iter().map(|(c, p)| (hash, c, p)));
        }
        let (led, left_out) = led::led(windows.models, leads.into_iter());
        if left_out > 0 {
            self.gathered.limits.push((
                "led-genes-limit",
                format!(
                    "reads of KMT2A lead to more than {} genes: junctions of {left_out} others with a third \
                     gene were not searched",
                    led::GENES_CAP
                ),
            ));
        }
        led
    }

    /// Takes records of class (f), and the parked reads that join such a gene to another or whose mates are evidence.
    pub(super) fn take_led(&mut self, found: Vec<AlignedRecord>, led: &[Led]) {
        for record in found {
            self.keep_new(record);
        }
        let leaving = |record: &mut AlignedRecord| led::leaves(record, led, &mut self.spelt);
        let found = self.companions.extract_if(.., leaving).collect();
        self.keep_all(found);
        self.take_mates();
    }

    /// Takes the parked reads whose mates are evidence.
    fn take_mates(&mut self) {
        let is_mate = |record: &mut AlignedRecord| self.names.contains(&name_hash(&record.name));
        let found = self.companions.extract_if(.., is_mate).collect();
        self.keep_all(found);
    }

    pub(super) fn keep_all(&mut self, records: Vec<AlignedRecord>) {
        for record in records {
            self.keep(record);
        }
    }

    /// Number of positions in the KMT2A window named by SA entries without such a record.
    fn places_without_record(&self) -> u64 {
        let records = self
            .gathered
            .records
            .iter()
            .map(|r| (r.name.as_slice(), Mates::from(r)));
        let names: HashSet<u64> = self.sa_into_window.iter().map(|(hash, ..)| *hash).collect();
        let held: HashSet<(u64, ContigId, i64)> = records
            .chain(self.gathered.compact.placed())
            .filter_map(|(name, mates)| Some((name_hash(name), mates.own.0?, mates.own.1)))
            .filter(|(hash, ..)| names.contains(hash))
            .collect();
        self.sa_into_window.iter().filter(|place| !held.contains(place)).count() as u64
    }

    pub(super) fn finish(mut self) -> Gathered {
        let tally = &mut self.gathered.tally;
        tally.sa_into_window = self.sa_into_window.len() as u64;
        if !self.sa_into_window.is_empty() {
            self.gathered.tally.sa_without_record = self.places_without_record();
        }
        self.gathered.tally.read_lens.sort_unstable();
        if self.companions_overflow {
            self.gathered.limits.push((
                "unmapped-cap",
                format!("more than {PARK_CAP} unmapped reads match partner genes: the rest were not kept"),
            ));
        }
        if self.truncated {
            self.gathered.limits.push((
                "far-ends-cap",
                format!("more than {TARGET_CAP} mate and SA positions of KMT2A reads: the rest were not looked up"),
            ));
        }
        self.gathered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spliced_read_in_a_hundred_is_rna() {
        let tally = |spliced| Tally {
            primary: 1_000,
            spliced,
            ..Tally::default()
        };
        let p = Params::default();
        assert!(tally(10).is_spliced(&p) && !tally(9).is_spliced(&p));
        assert!(!Tally::default().is_spliced(&p));
    }
}
