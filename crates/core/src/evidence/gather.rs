//! The evidence set: which records count, and how they are found through an index or in one pass.
//!
//! The set does not depend on the access. A record is evidence when it
//! - (a) overlaps the KMT2A window (gene and 50 kb on both sides) and touches the gene (and 1 kb), is the
//!   mate of one that lies there, or is out of the ordinary: clipped, chimeric, discordant, unmapped;
//! - (d) overlaps a catalogue window at a partner's acceptor, has a soft clip of 12 bases or more, or
//!   points into the KMT2A window with its mate field or an SA entry; or did not align, lies there
//!   beside its mate and holds 16 bases of a KMT2A exon;
//! - (b, c, e) shares its name with such a record, lies exactly where one of that name points with its
//!   mate field or an SA entry, and itself points into the KMT2A window or is chimeric or discordant, or
//!   lies in a catalogue window or a partner gene beside a mate that did not align;
//! - (f) leaves a gene for another, at most 1 Mb downstream of where records of KMT2A lead to it: by its alignments, or by
//!   the bases of its soft clips and of reads that did not align (`led`);
//! - (g) where unmapped reads are asked for: did not align, lies nowhere or in a partner gene, and holds
//!   16 bases of a KMT2A exon; or 16 of a partner's exon, or of a KMT2A intron apart from its repeats, while it holds 30 of
//!   a KMT2A intron or ten of a KMT2A exon's end too, or its mate is evidence;
//! - (h) where these are asked for: lies in a partner gene, and a soft-clipped end of it holds as much of KMT2A, or ten
//!   bases of a KMT2A exon's end beside the aligned ones;
//! - (i) is of a read that STAR's chimeric file places at KMT2A, and lies where that file has its other pieces, or nowhere.
//!
//! What only points at KMT2A, without a record there or in a catalogue window, is not evidence in either
//! mode: an index cannot find it. Counts of the library are taken on (a) and the control windows only.

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

/// Soft clip from which a record in a partner's window counts (bases).
const WINDOW_CLIP: u32 = 12;
/// SA entries and far ends looked up in all (count); more is amplicon noise, and is said so.
const TARGET_CAP: usize = 200_000;
/// Chimeric records parked in one streamed pass (count), about 200 MB.
pub(super) const PARK_CAP: usize = 400_000;

/// Of records that differ in their names alone, those kept whole (count); of further ones the name. Only amplicons and
/// copies come to more, and below it nothing is gained.
const COPIES_WHOLE: u8 = 20;

/// What was found, and what the library looks like where nothing is rearranged.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The evidence records.
    pub records: Vec<AlignedRecord>,
    /// The ordinary ones at KMT2A and copies of others, kept small.
    pub compact: CompactRecords,
    /// Counts on the windows.
    pub tally: Tally,
    /// Limits that were hit: stable code and sentence.
    pub limits: Vec<(&'static str, String)>,
}

/// Counts on the KMT2A window and the control genes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Primary reads in each control gene.
    pub controls: BTreeMap<String, u64>,
    /// Primary reads in all windows.
    pub primary: u64,
    /// Of those, flagged duplicates.
    pub duplicates: u64,
    /// Of those, with an `SA` tag.
    pub with_sa: u64,
    /// Supplementary records in all windows.
    pub supplementary: u64,
    /// Of the primary reads, with a soft clip of 20 bases or more.
    pub clipped: u64,
    /// Primary reads with an `N`.
    pub spliced: u64,
    /// Primary reads of pairs.
    pub paired: u64,
    /// Of the primary reads, those that stop at an exon's end or run on into the intron.
    pub at_exon_ends: AtExonEnds,
    /// Pairs placed on two contigs or far apart (reads).
    pub discordant: u64,
    /// Of the primary reads with an `SA` tag, those without any clip: what the tag names was cut off them.
    pub sa_without_clip: u64,
    /// Whether the reads of pairs belong together.
    pub pairing: Pairing,
    /// How read names end.
    pub endings: NameEndings,
    /// Paired or not, reads whose names end in bases behind a separator, by separator (`:`, `_`, `+`, `|`).
    pub names_with_umi: BTreeMap<u8, u64>,
    /// Names of which several molecules made use, and all names.
    pub shared_names: (u64, u64),
    /// Reads that failed quality checks, left out.
    pub qc_failed: u64,
    /// Records that could not be read in part.
    pub malformed: u64,
    /// Name of the first of those.
    pub first_malformed: Option<String>,
    /// SA entries that point into the KMT2A window, and of those the ones without a record there.
    pub sa_into_window: u64,
    /// See `sa_into_window`.
    pub sa_without_record: u64,
    /// Lengths of primary reads at KMT2A.
    pub read_lens: Vec<u32>,
}

impl Tally {
    /// Whether the reads are spliced, as RNA's are.
    pub fn is_spliced(&self, p: &Params) -> bool {
        reads::are_spliced(self.spliced, self.primary, p)
    }
}

/// A template's name, whatever number of the read it ends in.
pub(super) fn name_hash(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    templates::stem(name).hash(&mut hasher);
    hasher.finish()
}

/// Shortest identifier that a read name is taken to end in (bases).
const UMI_MIN: usize = 6;

/// The character before an identifier made of bases at the end of a read name, the number of the read left out.
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

/// What tells a record from others: hash of its name, contig, position, flags, and `HI`, in which alone STAR's alternatives
/// of one place differ.
type Key = (u64, ContigId, i64, u16, Option<u32>);

fn key(record: &AlignedRecord) -> Option<Key> {
    let hash = name_hash(&record.name);
    Some((hash, record.contig?, record.position, record.flags.0, record.hit_index))
}

/// The seed of the evidence set, filled record by record.
pub(super) struct Seeds<'a> {
    pub(super) windows: &'a Windows<'a>,
    context: DecodeContext,
    gathered: Gathered,
    names: HashSet<u64>,
    /// Where evidence records point, with the name that must be found there.
    pub(super) targets: HashSet<(u64, ContigId, i64)>,
    sa_into_window: Vec<(u64, ContigId, i64)>,
    /// What was kept outside the KMT2A window, so that a record found twice is taken once.
    kept: HashSet<Key>,
    truncated: bool,
    /// A stretch that no window touches: the one where the last record outside the windows lay.
    gap: (ContigId, Interval),
    /// Records of each kind, names apart, by hash.
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

    /// A record as a plain value.
    pub(super) fn decode(&self, raw: &RawRecord<'_>) -> AlignedRecord {
        raw.decode(&self.context)
    }

    /// Takes a record of class (a) or (d); counts it. Returns whether it was kept.
    pub(super) fn offer(&mut self, raw: &RawRecord<'_>) -> bool {
        let (windows, position) = (self.windows, raw.position());
        let Some(id) = raw.contig() else { return false };
        let interval = Interval::new(position, raw.reference_end());
        // In a sorted file nearly every record lies where the one before it did: between the same two windows.
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
            // Nothing asks for the bases of an ordinary read, nor how they differ from the reference.
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

    /// Files a record: small, where there are many alike and it leads nowhere.
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

    /// Whether records that differ in their names alone were kept already, more than a few. Those that go with a read
    /// that did not align are not asked: they are laid anew.
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
        // The KMT2A window is read as a whole: nothing there need be looked up.
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

    /// Whether a record of an evidence name belongs to the set although it lies in no window.
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

    /// Takes a record of class (g), or parks it until its mate turns out to be evidence.
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

    /// Takes a record of a read that the file of chimeric alignments places at KMT2A (i). Returns whether it is one.
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

    /// What lies behind the places to which KMT2A's records lead.
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
                    "reads of KMT2A lead to more than {} genes: what leaves {left_out} others for a third \
                     gene was not looked up",
                    led::GENES_CAP
                ),
            ));
        }
        led
    }

    /// Takes records of class (f), and the parked reads that leave a gene to which KMT2A leads or whose mates are evidence.
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

    /// How many of the places in the KMT2A window that SA entries name hold no such record.
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
                format!("more than {PARK_CAP} unmapped reads look like partner genes: the rest was not kept"),
            ));
        }
        if self.truncated {
            self.gathered.limits.push((
                "far-ends-cap",
                format!("more than {TARGET_CAP} far ends of KMT2A reads: the rest was not looked up"),
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
