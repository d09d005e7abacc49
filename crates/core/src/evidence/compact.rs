//! Evidence records kept small until they are grouped: ordinary ones at KMT2A, of which a panel has millions, and
//! those that are alike but for their names, as the copies of one molecule are.

use std::{collections::HashMap, hash::Hash};

use crate::genome::{AlignedRecord, Cigar, CigarOp, ContigId, Flags};

/// Stands for what a record does not have.
pub(super) const NONE: u32 = u32::MAX;

/// Values of which many records hold the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Shared<T> {
    pub(super) fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(NONE - 1);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    pub(super) fn optional(&mut self, value: Option<T>) -> u32 {
        value.map_or(NONE, |value| self.number(value))
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }
}

/// Records kept small. An ordinary one has no clip, no bases, no further part and one place on KMT2A's contig; of
/// copies the whole record is kept once.
#[derive(Debug, Default)]
pub struct CompactRecords {
    contig: Option<ContigId>,
    names: Vec<u8>,
    cigars: Shared<Cigar>,
    read_groups: Shared<Vec<u8>>,
    umis: Shared<Vec<u8>>,
    /// Records without their names, of which there are copies.
    bodies: Shared<AlignedRecord>,
    records: Vec<CompactRecord>,
}

#[derive(Clone, Copy, Debug)]
struct CompactRecord {
    /// Where the name begins among the names.
    name: usize,
    name_len: u8,
    flags: u16,
    read_group: u32,
    content: Content,
}

#[derive(Clone, Copy, Debug)]
enum Content {
    /// The number of the whole record.
    Copy(u32),
    Ordinary {
        position: i32,
        mate_position: i32,
        cigar: u32,
        umi: u32,
        depth: u32,
        mapq: u8,
        /// `NH` and `HI` are there (and 1).
        counted: (bool, bool),
        has_mate: bool,
    },
}

impl CompactRecords {
    /// Keeps an ordinary record.
    ///
    /// # Errors
    /// The record itself, where it holds what would be lost.
    pub fn keep_ordinary(&mut self, record: AlignedRecord) -> Result<(), Box<AlignedRecord>> {
        let clipped = |op: &CigarOp| matches!(op, CigarOp::SoftClip(_) | CigarOp::HardClip(_));
        let one = |count: Option<u32>| count.is_none_or(|n| n == 1);
        let fits = record.is_placed()
            && record.flags.is_primary()
            && self.contig.is_none_or(|contig| record.contig == Some(contig))
            && record.mate_contig.is_none_or(|mate| record.contig == Some(mate))
            && record.sequence.is_empty()
            && record.qualities.is_empty()
            && record.supplementary.is_empty()
            && one(record.hit_count)
            && one(record.hit_index)
            && !record.laid
            && !record.malformed
            && !record.cigar.0.iter().any(clipped);
        let places = i32::try_from(record.position)
            .ok()
            .zip(i32::try_from(record.mate_position).ok());
        let (Some((position, mate_position)), Ok(name_len), true) = (places, u8::try_from(record.name.len()), fits)
        else {
            return Err(Box::new(record));
        };
        self.contig = record.contig;
        let name = self.names.len();
        self.names.extend_from_slice(&record.name);
        let content = Content::Ordinary {
            position,
            mate_position,
            cigar: self.cigars.number(record.cigar),
            umi: self.umis.optional(record.umi),
            depth: record.consensus_depth.unwrap_or(0),
            mapq: record.mapq,
            counted: (record.hit_count.is_some(), record.hit_index.is_some()),
            has_mate: record.mate_contig.is_some(),
        };
        self.records.push(CompactRecord {
            name,
            name_len,
            flags: record.flags.0,
            read_group: self.read_groups.optional(record.read_group),
            content,
        });
        Ok(())
    }

    /// Keeps a record of which there are copies.
    ///
    /// # Errors
    /// The record itself, where its name is too long.
    pub fn keep_copy(&mut self, mut record: AlignedRecord) -> Result<(), Box<AlignedRecord>> {
        let Ok(name_len) = u8::try_from(record.name.len()) else {
            return Err(Box::new(record));
        };
        let name = self.names.len();
        self.names.append(&mut record.name);
        self.records.push(CompactRecord {
            name,
            name_len,
            flags: record.flags.0,
            read_group: self.read_groups.optional(record.read_group.clone()),
            content: Content::Copy(self.bodies.number(record)),
        });
        Ok(())
    }

    /// Names and records (without their names) of the copies.
    pub(super) fn copies(&self) -> impl Iterator<Item = (&[u8], &AlignedRecord)> {
        self.records.iter().filter_map(|r| match r.content {
            Content::Copy(body) => Some((self.name(r), self.bodies.get(body)?)),
            Content::Ordinary { .. } => None,
        })
    }

    /// All records as they were.
    pub(super) fn into_records(self) -> impl Iterator<Item = AlignedRecord> {
        (0..self.records.len()).filter_map(move |index| self.record(index))
    }

    fn name(&self, record: &CompactRecord) -> &[u8] {
        let end = record.name + usize::from(record.name_len);
        self.names.get(record.name..end).unwrap_or_default()
    }

    /// The record at `index` as it was, tags that no later stage reads left out.
    pub(super) fn record(&self, index: usize) -> Option<AlignedRecord> {
        let r = self.records.get(index)?;
        let name = self.name(r).to_vec();
        Some(match r.content {
            Content::Copy(body) => AlignedRecord {
                name,
                ..self.bodies.get(body)?.clone()
            },
            Content::Ordinary {
                position,
                mate_position,
                cigar,
                umi,
                depth,
                mapq,
                counted,
                has_mate,
            } => AlignedRecord {
                name,
                flags: Flags(r.flags),
                contig: self.contig,
                position: position.into(),
                mapq,
                cigar: self.cigars.get(cigar).cloned().unwrap_or_default(),
                mate_contig: self.contig.filter(|_| has_mate),
                mate_position: mate_position.into(),
                hit_count: counted.0.then_some(1),
                hit_index: counted.1.then_some(1),
                read_group: self.read_groups.get(r.read_group).cloned(),
                umi: self.umis.get(umi).cloned(),
                consensus_depth: (depth > 0).then_some(depth),
                ..AlignedRecord::default()
            },
        })
    }

    /// Takes the number of the read off every name that ends in `separator` and that number.
    pub(super) fn strip_numbers(&mut self, separator: u8) {
        let mut records = std::mem::take(&mut self.records);
        for r in &mut records {
            let stripped = super::templates::without_number(self.name(r), Flags(r.flags), separator).len();
            r.name_len = u8::try_from(stripped).unwrap_or(r.name_len);
        }
        self.records = records;
    }

    /// Puts records of one template beside one another.
    pub(super) fn sort(&mut self) {
        let mut records = std::mem::take(&mut self.records);
        records.sort_unstable_by(|a, b| self.order(a).cmp(&self.order(b)));
        self.records = records;
    }

    fn order(&self, r: &CompactRecord) -> (&[u8], Option<&Vec<u8>>) {
        (self.name(r), self.read_groups.get(r.read_group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Position, Strand, SupplementaryEntry};

    fn ordinary(name: &str, position: i64) -> AlignedRecord {
        AlignedRecord {
            name: name.as_bytes().to_vec(),
            flags: Flags(99),
            contig: Some(ContigId(10)),
            position,
            mapq: 255,
            cigar: Cigar::parse("60M1500N40M").unwrap(),
            mate_contig: Some(ContigId(10)),
            mate_position: position + 150,
            hit_count: Some(1),
            hit_index: Some(1),
            read_group: Some(b"g1".to_vec()),
            umi: Some(b"ACGT".to_vec()),
            consensus_depth: Some(3),
            ..AlignedRecord::default()
        }
    }

    #[test]
    fn an_ordinary_record_comes_back_as_it_was() {
        let mut compact = CompactRecords::default();
        let single = AlignedRecord {
            flags: Flags(16),
            mate_contig: None,
            mate_position: -1,
            hit_count: None,
            hit_index: None,
            read_group: None,
            umi: None,
            consensus_depth: None,
            ..ordinary("b", 500)
        };
        let records = [ordinary("c", 118_484_000), single, ordinary("a", 118_490_000)];
        for record in &records {
            compact.keep_ordinary(record.clone()).unwrap();
        }
        let kept: Vec<_> = (0..3).map(|i| compact.record(i).unwrap()).collect();
        assert_eq!(kept, records);
        compact.sort();
        let names: Vec<_> = (0..3).map(|i| compact.record(i).unwrap().name).collect();
        assert_eq!(names, [b"a", b"b", b"c"]);
        assert!(compact.record(3).is_none());
    }

    #[test]
    fn a_record_that_says_more_is_given_back() {
        let entry = SupplementaryEntry {
            contig: ContigId(3),
            position: Position(87_084_119),
            strand: Strand::Forward,
            cigar: Cigar::parse("60S40M").unwrap(),
            mapq: 255,
            edits: 0,
        };
        for change in [
            (|r| r.cigar = Cigar::parse("60M40S").unwrap()) as fn(&mut AlignedRecord),
            |r| r.cigar = Cigar::parse("10H90M").unwrap(),
            |r| r.flags = Flags(99 | 0x100),
            |r| r.flags = Flags(99 | 0x800),
            |r| r.hit_count = Some(2),
            |r| r.hit_index = Some(2),
            |r| r.mate_contig = Some(ContigId(3)),
            |r| r.position = i64::from(i32::MAX) + 1,
            |r| r.sequence = b"ACGT".to_vec(),
            |r| r.malformed = true,
            |r| r.name = vec![b'n'; 256],
        ] {
            let mut record = ordinary("r", 118_484_000);
            change(&mut record);
            let given_back = CompactRecords::default().keep_ordinary(record.clone()).unwrap_err();
            assert_eq!(*given_back, record);
        }
        let chimeric = AlignedRecord {
            supplementary: vec![entry],
            ..ordinary("r", 118_484_000)
        };
        assert!(CompactRecords::default().keep_ordinary(chimeric.clone()).is_err());
        let mut compact = CompactRecords::default();
        for name in ["x", "y"] {
            let copy = AlignedRecord {
                name: name.as_bytes().to_vec(),
                ..chimeric.clone()
            };
            compact.keep_copy(copy.clone()).unwrap();
            assert_eq!(compact.record(compact.records.len() - 1).unwrap(), copy);
        }
        assert_eq!(compact.bodies.values.len(), 1);
        assert_eq!(compact.copies().count(), 2);
    }
}
