//! Compact storage of evidence records until they are grouped: ordinary ones at KMT2A, of which a panel has millions,
//! and records identical except for their names, such as copies of one molecule.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
};

use super::templates::{self, Mates, Template};
use crate::genome::{AlignedRecord, Flags};

/// Marks an absent value of a record.
pub(super) const NONE: u32 = u32::MAX;

/// Values shared by many records.
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

/// Compactly stored records: of those that differ only in name, position, flags and identifier, the rest is stored
/// once.
#[derive(Debug, Default)]
pub struct CompactRecords {
    names: Vec<u8>,
    umis: Shared<Vec<u8>>,
    bodies: Shared<Body>,
    rows: Vec<Row>,
}

/// A record without the fields stored in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Body(AlignedRecord);

impl Hash for Body {
    /// Hashes the fields that distinguish nearly all of them, because millions are hashed.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(record) = self;
        (&record.cigar, record.mapq, record.consensus_depth).hash(state);
        (&record.sequence, &record.qualities).hash(state);
    }
}

#[derive(Clone, Copy, Debug)]
struct Row {
    /// Where the name starts among the names.
    name: usize,
    name_len: u32,
    flags: Flags,
    umi: u32,
    body: u32,
    position: i64,
    mate_position: i64,
}

impl CompactRecords {
    /// Keeps a record.
    pub fn keep(&mut self, mut record: AlignedRecord) {
        let name = self.names.len();
        self.names.append(&mut record.name);
        let row = Row {
            name,
            name_len: u32::try_from(self.names.len() - name).unwrap_or(u32::MAX),
            flags: std::mem::take(&mut record.flags),
            umi: self.umis.optional(record.umi.take()),
            position: std::mem::take(&mut record.position),
            mate_position: std::mem::take(&mut record.mate_position),
            body: self.bodies.number(Body(record)),
        };
        self.rows.push(row);
    }

    /// Names and positions of reads and mates, of the records that are placed and have their bases: all except
    /// ordinary ones at KMT2A.
    pub(super) fn placed(&self) -> impl Iterator<Item = (&[u8], Mates)> {
        self.rows.iter().filter_map(|row| {
            let (body, mates) = self.mates(row)?;
            let is_placed = !body.sequence.is_empty()
                && !row.flags.is_unmapped()
                && row.position >= 0
                && body.cigar.reference_len() > 0;
            is_placed.then_some((self.name(row), mates))
        })
    }

    /// Templates of the primary alignments, and how these lie.
    pub(super) fn primaries(&self) -> impl Iterator<Item = (Template<'_>, Mates)> {
        let primary = self.rows.iter().filter(|row| row.flags.is_primary());
        primary.filter_map(|row| {
            let (body, mates) = self.mates(row)?;
            Some(((self.name(row), body.read_group.as_deref()), mates))
        })
    }

    fn mates(&self, row: &Row) -> Option<(&AlignedRecord, Mates)> {
        let Body(body) = self.bodies.get(row.body)?;
        let mates = Mates {
            flags: row.flags,
            own: (body.contig, row.position),
            mate: (body.mate_contig, row.mate_position),
        };
        Some((body, mates))
    }

    /// All records, restored.
    pub(super) fn into_records(self) -> impl Iterator<Item = AlignedRecord> {
        (0..self.rows.len()).filter_map(move |index| self.record(index))
    }

    fn name(&self, row: &Row) -> &[u8] {
        let end = row.name + row.name_len as usize;
        self.names.get(row.name..end).unwrap_or_default()
    }

    /// The record at `index`, restored.
    pub(super) fn record(&self, index: usize) -> Option<AlignedRecord> {
        let row = self.rows.get(index)?;
        Some(AlignedRecord {
            name: self.name(row).to_vec(),
            flags: row.flags,
            position: row.position,
            mate_position: row.mate_position,
            umi: self.umis.get(row.umi).cloned(),
            ..self.bodies.get(row.body)?.0.clone()
        })
    }

    /// Removes the read number from every name that ends in `separator` and that number.
    pub(super) fn strip_numbers(&mut self, separator: u8) {
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            let stripped = templates::without_number(self.name(row), row.flags, separator).len();
            row.name_len = u32::try_from(stripped).unwrap_or(row.name_len);
        }
        self.rows = rows;
    }

    /// Sorts records so that those of one template are adjacent.
    pub(super) fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by(|a, b| self.order(a).cmp(&self.order(b)));
        self.rows = rows;
    }

    fn order(&self, row: &Row) -> (&[u8], Option<&Vec<u8>>) {
        let body = self.bodies.get(row.body);
        (self.name(row), body.and_then(|body| body.0.read_group.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Cigar, ContigId, Position, Strand, SupplementaryEntry};

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
    fn records_come_back_as_they_were() {
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
        let chimeric = AlignedRecord {
            cigar: Cigar::parse("60M40S").unwrap(),
            sequence: vec![b'A'; 100],
            supplementary: vec![SupplementaryEntry {
                contig: ContigId(3),
                position: Position(87_084_119),
                strand: Strand::Forward,
                cigar: Cigar::parse("60S40M").unwrap(),
                mapq: 255,
                edits: 0,
            }],
            malformed: true,
            ..ordinary(&"n".repeat(300), i64::from(i32::MAX) + 1)
        };
        let records = [ordinary("c", 118_484_000), single, ordinary("a", 118_490_000), chimeric];
        let mut compact = CompactRecords::default();
        for record in &records {
            compact.keep(record.clone());
        }
        let kept: Vec<_> = (0..4).map(|i| compact.record(i).unwrap()).collect();
        assert_eq!(kept, records);
        compact.sort();
        let names: Vec<u8> = (0..4).map(|i| compact.record(i).unwrap().name[0]).collect();
        assert_eq!(names, b"abcn");
        assert!(compact.record(4).is_none());
        // Records that differ only in name, position and identifier share one stored body.
        assert_eq!((compact.bodies.values.len(), compact.placed().count()), (3, 1));
    }
}
