//! STAR's `Chimeric.out.junction` or `Chimeric.out.sam`: chimeric alignments that a run wrote beside the
//! BAM.
//!
//! Each line becomes supplementary records of its read, so that a fragment whose other part stands in
//! the BAM is completed and none is counted twice. A file of another sample is refused (`owner`).

mod line;
mod merged;
mod owner;
mod sam;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::{BufRead, Cursor, Read},
    path::Path,
};

use thiserror::Error;

use crate::{
    genome::{
        AlignedRecord, Cigar, CigarOp, ContigId, Contigs, Interval, SequenceSource, Strand,
        sequence::reverse_complement,
    },
    hts,
    input::HeaderFacts,
};
use line::{Chimera, Reads};
pub(super) use owner::Confirmation;
use owner::{Probes, Run};

/// Longest line that is read (bytes); STAR's are below 1 kB but for the read name.
const LINE_MAX: usize = 1 << 16;
/// Lines at KMT2A that are kept (count).
pub const LINES_CAP: usize = 1_000_000;

/// Why the file cannot be used.
#[derive(Debug, Error)]
pub enum ChimericError {
    /// Cannot be opened or read.
    #[error("{file}: cannot be read ({reason}); give STAR's Chimeric.out.junction or Chimeric.out.sam")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// Not such a file.
    #[error(
        "{file}: line {line} is no line of STAR's Chimeric.out.junction (14 columns or more, contigs of the alignment file)"
    )]
    Malformed {
        /// The file.
        file: String,
        /// 1-based line.
        line: u64,
    },
    /// The last line is not whole.
    #[error("{file}: line {line}, the last one, is cut off; write the file again")]
    Cut {
        /// The file.
        file: String,
        /// 1-based line.
        line: u64,
    },
    /// Not one line.
    #[error(
        "{file}: is empty (0 bytes or no line); a run that STAR finished writes a header at least: give the \
         Chimeric.out.junction or Chimeric.out.sam of {alignment}, or none"
    )]
    Empty {
        /// The file.
        file: String,
        /// The alignment file.
        alignment: String,
    },
    /// Another sample's.
    #[error("chimeric file {file} is not that of {alignment}: {reason}")]
    OtherSample {
        /// The file.
        file: String,
        /// The alignment file.
        alignment: String,
        /// What contradicts.
        reason: String,
    },
}

/// What a file of chimeric alignments comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChimericUse {
    /// None was given, or it holds no alignment.
    #[default]
    None,
    /// Its alignments are used, but nothing shows that it belongs to the sample: no negative rests on it.
    /// The count is of read names that were looked for where the alignment file has reads.
    Unconfirmed(u64),
    /// It is the sample's.
    Confirmed,
}

/// Chimeric alignments of one file.
#[derive(Debug)]
pub struct ChimericFile {
    file: String,
    /// What has a piece at KMT2A, by read name.
    chimeras: BTreeMap<Vec<u8>, Vec<Chimera>>,
    run: Run,
    probes: Probes,
    /// Alignments in the whole file (count).
    alignments: u64,
    /// Lines or records that could not be read (count).
    pub unreadable: u64,
    /// Alignments or templates at KMT2A beyond [`LINES_CAP`], which were left out (count).
    pub left_out: u64,
}

impl ChimericFile {
    /// Reads the file; kept is what has a piece in `window`.
    ///
    /// # Errors
    /// A file that cannot be read, is empty or cut off, or whose first lines are something else. Single lines that cannot be
    /// read later on are counted, not fatal.
    pub fn read(
        path: &Path,
        contigs: &Contigs,
        window: (ContigId, Interval),
        alignment: &str,
    ) -> Result<Self, ChimericError> {
        let file = path
            .file_name()
            .map_or("-".into(), |name| name.to_string_lossy())
            .into_owned();
        let unreadable = |e: std::io::Error| ChimericError::Unreadable {
            file: file.clone(),
            reason: e.to_string(),
        };
        let mut reader = hts::unpacked(path).map_err(unreadable)?;
        // A SAM's header, or a BAM.
        let mut start = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut start).map_err(unreadable)?;
        if start.starts_with(b"@") || start == b"BAM\x01" {
            return sam::read(path, file, contigs, window);
        }
        let mut reader = Cursor::new(start).chain(reader);
        let mut this = Self::new(file.clone());
        let (mut number, mut kept, mut is_empty) = (0_u64, 0_usize, true);
        let mut buffer = Vec::new();
        // Columns of the first line; whether the line before the end of the file is cut off.
        let (mut columns, mut is_cut) = (None, false);
        loop {
            buffer.clear();
            let mut rest = reader.by_ref().take(LINE_MAX as u64);
            if rest.read_until(b'\n', &mut buffer).map_err(unreadable)? == 0 {
                break;
            }
            number += 1;
            let text = String::from_utf8_lossy(&buffer);
            let text = text.trim_end_matches(['\n', '\r']);
            is_empty &= text.trim().is_empty();
            if let Some(comment) = text.strip_prefix('#') {
                this.run.add_command(comment);
                continue;
            }
            // Header of newer versions.
            if text.is_empty() || text.starts_with("chr_donorA") || text.starts_with("Nreads") {
                continue;
            }
            let line = line::parse(text, contigs);
            let own = text.split('\t').count();
            let is_whole = line.is_some() && own == *columns.get_or_insert(own);
            is_cut = !buffer.ends_with(b"\n") && !is_whole;
            let Some(line) = line else {
                if this.alignments == 0 && this.unreadable == 0 {
                    return Err(ChimericError::Malformed { file, line: number });
                }
                this.unreadable += 1;
                continue;
            };
            this.alignments += 1;
            this.run.read_groups.extend(line.read_group);
            let is_wanted = line.chimera.touches(window);
            let name = line.name.into_bytes();
            this.probes.add(&name, line.chimera.places(), is_wanted);
            kept += usize::from(is_wanted);
            if is_wanted && kept > LINES_CAP {
                this.left_out += 1;
            } else if is_wanted {
                this.chimeras.entry(name).or_default().push(line.chimera);
            }
        }
        if is_cut {
            return Err(ChimericError::Cut { file, line: number });
        }
        if is_empty {
            return Err(ChimericError::Empty {
                file,
                alignment: alignment.to_owned(),
            });
        }
        Ok(this)
    }

    fn new(file: String) -> Self {
        Self {
            file,
            chimeras: BTreeMap::new(),
            run: Run::default(),
            probes: Probes::default(),
            alignments: 0,
            unreadable: 0,
            left_out: 0,
        }
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.file
    }

    /// Whether it holds no alignment, but a header.
    pub const fn has_none(&self) -> bool {
        self.alignments == 0
    }

    /// Refuses a file whose header tells of another run than the alignment file's.
    ///
    /// # Errors
    /// [`ChimericError::OtherSample`].
    pub fn check_run(&self, header: &HeaderFacts, alignment: &str) -> Result<(), ChimericError> {
        let reason = self.run.contradicts(header);
        reason.map_or(Ok(()), |reason| Err(self.other_sample(alignment, reason)))
    }

    /// Some of its read names, to be looked for in the alignment file, and the reads with a piece in `window`: the
    /// alignment file has their bases.
    pub(super) fn confirmation(&self, window: (ContigId, Interval)) -> Confirmation {
        let elsewhere = |(contig, interval): &(ContigId, Interval)| *contig != window.0 || !interval.overlaps(window.1);
        // A SAM has the bases itself.
        let lines = |c: &&Chimera| c.reads != Reads::Told;
        let named = self.chimeras.iter().filter_map(|(name, chimeras)| {
            let lines: Vec<&Chimera> = chimeras.iter().filter(lines).collect();
            let places = lines.iter().flat_map(|c| c.places()).filter(elsewhere).collect();
            (!lines.is_empty()).then_some((name.as_slice(), places))
        });
        Confirmation::new(&self.probes, named)
    }

    /// What the names that were looked for say.
    ///
    /// # Errors
    /// [`ChimericError::OtherSample`], where none of them stands in the alignment file though it should.
    pub(super) fn check_names(
        &self,
        confirmation: &Confirmation,
        alignment: &str,
    ) -> Result<ChimericUse, ChimericError> {
        let verdict = confirmation.verdict();
        verdict.map_err(|reason| self.other_sample(alignment, reason))
    }

    fn other_sample(&self, alignment: &str, reason: String) -> ChimericError {
        ChimericError::OtherSample {
            file: self.file.clone(),
            alignment: alignment.to_owned(),
            reason,
        }
    }

    /// Its alignments as records. `existing` are the BAM's own records of the evidence set: they tell which read of
    /// a pair a piece belongs to. A read that the BAM holds as unmapped and the file places lends its bases, and is
    /// taken out of `existing`.
    /// Where it holds both as unmapped, their bases tell which is which, as far as `source` knows the places.
    pub fn complete(self, existing: &mut Vec<AlignedRecord>, source: &dyn SequenceSource) -> Vec<AlignedRecord> {
        let mut by_name: HashMap<&[u8], Vec<&AlignedRecord>> = HashMap::new();
        for record in existing.iter().filter(|r| self.chimeras.contains_key(&r.name)) {
            by_name.entry(record.name.as_slice()).or_default().push(record);
        }
        let mut records = Vec::new();
        for (name, chimeras) in self.chimeras {
            let known = by_name.get(name.as_slice()).map(Vec::as_slice).unwrap_or_default();
            let are_told = chimeras.iter().all(|c| c.reads == Reads::Told);
            let mut own: Vec<AlignedRecord> = chimeras.into_iter().flat_map(|c| c.into_records(known)).collect();
            if !are_told && known.iter().all(|r| r.flags.is_unmapped()) {
                tell_reads(&mut own, known, source);
            }
            lead_once(&mut own, known);
            if !are_told {
                lend_bases(&mut own, known);
            }
            records.extend(own.into_iter().map(|r| AlignedRecord {
                name: name.clone(),
                mate_position: -1,
                ..r
            }));
        }
        let read = |r: &AlignedRecord| (r.name.clone(), r.flags.is_second());
        let placed: HashSet<(Vec<u8>, bool)> = records.iter().map(read).collect();
        existing.retain(|r| !r.flags.is_unmapped() || !placed.contains(&read(r)));
        records
    }
}

/// Changes the first read for the second where the bases of the unmapped reads fit their places better so: a line does
/// not say which is which.
fn tell_reads(records: &mut [AlignedRecord], known: &[&AlignedRecord], source: &dyn SequenceSource) {
    const BOTH: u16 = 0x40 | 0x80;
    let wrong = |turned: bool| -> usize {
        let of = |record: &AlignedRecord| {
            let second = record.flags.is_second() != turned;
            let read = known
                .iter()
                .find(|r| r.flags.is_second() == second && !r.sequence.is_empty())?;
            Some(mismatches(record, &read_as(read, record), source))
        };
        records.iter().filter_map(of).sum()
    };
    if wrong(true) < wrong(false) {
        for record in records {
            record.flags.0 ^= BOTH;
        }
    }
}

/// The bases of an unmapped read along the contig on which a record places it.
fn read_as(unmapped: &AlignedRecord, record: &AlignedRecord) -> Vec<u8> {
    // An unmapped read stands as sequenced, unless its flags say otherwise.
    if unmapped.flags.strand() == record.flags.strand() {
        unmapped.sequence.clone()
    } else {
        reverse_complement(&unmapped.sequence)
    }
}

/// Bases that differ from the reference along a record's alignment.
fn mismatches(record: &AlignedRecord, bases: &[u8], source: &dyn SequenceSource) -> usize {
    let differing = |(read, at, length): (i64, i64, i64)| {
        let interval = Interval::new(at, at + length);
        let expected = record
            .contig
            .and_then(|c| source.bases(c, interval))
            .unwrap_or_default();
        let shown = bases.get(read as usize..).unwrap_or_default();
        let differ = |(a, b): &(&u8, &u8)| a != b && **b != b'N';
        shown.iter().zip(&expected).filter(differ).count()
    };
    matches(&record.cigar, record.position).map(differing).sum()
}

/// The runs of matches of an alignment: the first base of the read (clips counted, in reference orientation) and of the
/// reference, and the length.
fn matches(cigar: &Cigar, start: i64) -> impl Iterator<Item = (i64, i64, i64)> {
    let (mut read, mut reference) = (0_i64, start);
    cigar.0.iter().filter_map(move |op| {
        let (length, here) = (i64::from(op.len()), (read, reference));
        match op {
            CigarOp::Match(_) => {
                read += length;
                reference += length;
                return Some((here.0, here.1, length));
            }
            CigarOp::Insertion(_) | CigarOp::SoftClip(_) | CigarOp::HardClip(_) => read += length,
            CigarOp::Deletion(_) | CigarOp::Skip(_) => reference += length,
            CigarOp::Padding(_) => {}
        }
        None
    })
}

/// Of several alignments of one read, the first that is no further part stays its primary one; none does where the BAM
/// places the read.
fn lead_once(records: &mut [AlignedRecord], known: &[&AlignedRecord]) {
    let read = |r: &AlignedRecord| (r.flags.is_paired(), r.flags.is_second());
    let held = known.iter().filter(|r| r.is_placed());
    let mut led: HashSet<(bool, bool)> = held.map(|r| read(r)).collect();
    for record in records {
        if led.contains(&read(record)) {
            record.flags.0 |= 0x800;
        }
        if record.flags.is_primary() {
            led.insert(read(record));
        }
    }
}

/// Bases of reads that the BAM holds as unmapped, given to their first alignment.
fn lend_bases(records: &mut [AlignedRecord], known: &[&AlignedRecord]) {
    for second in [false, true] {
        let unmapped = known
            .iter()
            .find(|r| r.flags.is_unmapped() && r.flags.is_second() == second && !r.sequence.is_empty());
        let Some(unmapped) = unmapped else { continue };
        let len = unmapped.sequence.len() as u64;
        let record = records
            .iter_mut()
            .find(|r| r.flags.is_second() == second && r.cigar.read_len() == len);
        let Some(record) = record else { continue };
        for op in &mut record.cigar.0 {
            if let CigarOp::HardClip(n) = *op {
                *op = CigarOp::SoftClip(n);
            }
        }
        record.sequence = read_as(unmapped, record);
        record.qualities.clone_from(&unmapped.qualities);
        if unmapped.flags.strand() != record.flags.strand() {
            record.qualities.reverse();
        }
        record.umi.clone_from(&unmapped.umi);
    }
}

/// Flags of a read of a pair.
fn flags_of(is_second: bool, strand: Strand) -> u16 {
    reverse(strand) | if is_second { 0x81 } else { 0x41 }
}

const fn reverse(strand: Strand) -> u16 {
    match strand {
        Strand::Forward => 0,
        Strand::Reverse => 0x10,
    }
}
