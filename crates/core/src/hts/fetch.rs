//! Records of one region of a contig, using the chunks of an index.
//!
//! The chunks are read here and not by htslib's iterator, which ends at the first record it cannot read and trusts
//! any index. Records that begin within the region are read as one stretch of the file, whatever bins the index has
//! there; bins are used only for records that begin before it.

use thiserror::Error;

use super::binning::Chunk;
use super::file::{Format, HtsFile};
use super::index::VirtualOffset;
use super::read::ReadError;
use super::record::RawRecord;
use crate::genome::{ContigId, Interval};

/// Why a region could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The file itself.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The index does not belong to the file; the text is the mismatch.
    #[error("{0}")]
    Misfit(&'static str),
}

/// A pass over the records of one contig.
struct Walk {
    tid: i32,
    last_position: i64,
    /// End of the contig's last chunk.
    end: VirtualOffset,
}

impl HtsFile {
    /// Passes on every record that overlaps `interval` of `contig` ([`RawRecord::overlaps`]), in file order; none
    /// without chunks.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn fetch(
        &mut self,
        contig: ContigId,
        interval: Interval,
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), FetchError> {
        let (Ok(tid), Some(binning)) = (i32::try_from(contig.0), self.chunks()) else {
            return Ok(());
        };
        let chunks = binning.contigs.get(contig.0 as usize).map_or(&[][..], Vec::as_slice);
        let (Some(end), false) = (chunks.iter().map(|chunk| chunk.end).max(), interval.is_empty()) else {
            return Ok(());
        };
        let mut walk = Walk {
            tid,
            last_position: i64::MIN,
            end,
        };
        let mut pass = |record: &RawRecord<'_>| {
            if record.overlaps(contig, interval) {
                visit(record);
            }
        };
        let inside = self.first_inside(chunks, tid, interval.start.0)?;
        let from = chunks.get(inside).map_or(end, |chunk| chunk.start);
        for (start, end) in reaching(&chunks[..inside], interval, from) {
            self.walk(&mut walk, start, Some(end), interval.end.0, &mut pass)?;
        }
        self.walk(&mut walk, from, None, interval.end.0, &mut pass)
    }

    /// The chunk from which all records that begin at or after `start` are read: the first after those whose bins end
    /// before it, unless its own first record begins no earlier.
    fn first_inside(&mut self, chunks: &[Chunk], tid: i32, start: i64) -> Result<usize, FetchError> {
        let last_before = chunks.iter().rposition(|chunk| chunk.behind <= start);
        let mut index = last_before.map_or(0, |last| last + 1).min(chunks.len() - 1);
        while index > 0 {
            match self.place_at(chunks[index].start) {
                Ok(Some((found, position))) if found == tid && position < start => break,
                Ok(Some((found, _))) if found == tid => index -= 1,
                _ => return Err(FetchError::Misfit("a chunk does not begin at a record of its contig")),
            }
        }
        Ok(index)
    }

    /// Passes on the records of a contig from `start` to `end`, or to its last one, that begin before `before`.
    fn walk(
        &mut self,
        walk: &mut Walk,
        start: VirtualOffset,
        end: Option<VirtualOffset>,
        before: i64,
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), FetchError> {
        self.seek(start)?;
        let mut is_first = true;
        loop {
            let at = self.tell();
            if end.is_some_and(|end| at >= end) {
                return Ok(());
            }
            let read = self.read().map_err(|error| {
                if is_first {
                    FetchError::Misfit("a chunk does not begin at a record")
                } else {
                    FetchError::Read(error)
                }
            })?;
            let (tid, position) = (self.record_tid(), self.record().position());
            if !read || tid != walk.tid {
                // A sorted file continues with higher contigs (-1, unplaced, comes last), and not before the last
                // chunk ends.
                let is_early = read && at < walk.end;
                if is_first || is_early || end.is_some() || read && (0..walk.tid).contains(&tid) {
                    return Err(FetchError::Misfit("a chunk contains records of another contig"));
                }
                return Ok(());
            }
            if position < walk.last_position {
                return Err(FetchError::Misfit("records are not sorted by position"));
            }
            walk.last_position = position;
            is_first = false;
            if position >= before {
                return Ok(());
            }
            visit(&self.record());
        }
    }

    /// Contig number and position of the record at `offset`; `None` at the end of the file.
    ///
    /// # Errors
    /// [`ReadError`] if no record can begin there.
    pub fn place_at(&mut self, offset: VirtualOffset) -> Result<Option<(i32, i64)>, ReadError> {
        if self.format() == Format::Bam {
            return self.probe(offset);
        }
        self.seek(offset)?;
        let read = self.read()?;
        let position = self.record().position();
        Ok(read.then(|| (self.record_tid(), position)))
    }

    /// Contig number, position and end (0-based, one past the last base) of the record at `offset`.
    ///
    /// # Errors
    /// [`ReadError`] if no record can begin there.
    pub fn extent_at(&mut self, offset: VirtualOffset) -> Result<Option<(i32, i64, i64)>, ReadError> {
        if self.place_at(offset)?.is_none() {
            return Ok(None);
        }
        self.seek(offset)?;
        let read = self.read()?;
        let (position, end) = (self.record().position(), self.record().reference_end());
        Ok(read.then(|| (self.record_tid(), position, end)))
    }

    /// Whether two positions in a file with BGZF blocks have no content between them: they are the same, or one is
    /// the end of a block and the other the start of the next. (Writers differ in which of the two they use.)
    pub fn adjoin(&mut self, end: VirtualOffset, start: VirtualOffset) -> bool {
        let mut after_next_byte = |at| {
            self.seek(at).ok()?;
            self.take_bytes(&mut [0])?;
            Some(self.tell())
        };
        end == start || after_next_byte(end).is_some_and(|end| after_next_byte(start) == Some(end))
    }

    /// Passes on the unplaced records at the end of an indexed file.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn fetch_unplaced(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), FetchError> {
        let Some(binning) = self.chunks() else { return Ok(()) };
        self.seek(binning.last_offset().unwrap_or(self.first_record()))?;
        while self.read()? {
            if self.record_tid() >= 0 {
                return Err(FetchError::Misfit("the file continues after its last record"));
            }
            visit(&self.record());
        }
        Ok(())
    }

    /// Passes on the records of the CRAM containers that begin at these bytes, given with their record counts. Each
    /// is read to its end, or htslib would continue with the rest of the previous one.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn read_containers(
        &mut self,
        containers: &[(u64, u32)],
        mut visit: impl FnMut(&RawRecord<'_>),
    ) -> Result<(), FetchError> {
        for (at, count) in containers {
            self.seek_container(*at)?;
            for _ in 0..*count {
                if !self.read()? {
                    return Err(FetchError::Read(ReadError::Damaged));
                }
                visit(&self.record());
            }
        }
        Ok(())
    }
}

/// The stretches of the file before `from` with records whose bins overlap `interval`, merged where they overlap.
fn reaching(chunks: &[Chunk], interval: Interval, from: VirtualOffset) -> Vec<(VirtualOffset, VirtualOffset)> {
    let mut pieces: Vec<(VirtualOffset, VirtualOffset)> = Vec::new();
    let reaching = chunks
        .iter()
        .filter(|chunk| chunk.reaches(interval.start.0, interval.end.0));
    for chunk in reaching {
        let end = chunk.end.min(from);
        match pieces.last_mut() {
            Some((_, last)) if chunk.start <= *last => *last = end.max(*last),
            _ if chunk.start < end => pieces.push((chunk.start, end)),
            _ => {}
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn only_the_end_of_a_block_adjoins_the_next() {
        let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
        let header = b"@SQ\tSN:chr11\tLN:1000\n";
        writer.write_all(header).unwrap();
        writer.flush().unwrap();
        let second = writer.get_ref().len() as u64;
        writer.write_all(b"a\t4\t*\t0\t0\t*\t*\t0\t0\t*\t*\n").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sam.gz");
        std::fs::write(&path, writer.finish().unwrap()).unwrap();
        let mut file = HtsFile::open(Some(&path)).unwrap();
        let place = |block: u64, within: usize| VirtualOffset(block << 16 | within as u64);
        let end = header.len();
        assert!(file.adjoin(place(0, 10), place(0, 10)));
        assert!(file.adjoin(place(0, end), place(second, 0)));
        assert!(!file.adjoin(place(0, end - 1), place(second, 0)));
        assert!(!file.adjoin(place(0, end), place(second, 1)));
        assert!(!file.adjoin(place(0, 10), place(0, 11)));
        assert!(!file.adjoin(place(5, 0), place(second, 0)), "no block begins at 5");
    }

    #[test]
    fn stretches_before_the_region_are_merged_and_end_where_it_begins() {
        let chunk = |start, end, first, behind| Chunk {
            start: VirtualOffset(start),
            end: VirtualOffset(end),
            first,
            behind,
        };
        let chunks = [
            chunk(10, 20, 0, 1 << 29),
            chunk(15, 30, 0, 1 << 29),
            chunk(40, 50, 0, 100),
            chunk(60, 90, 0, 1 << 29),
        ];
        let pieces = reaching(&chunks, Interval::new(100, 200), VirtualOffset(80));
        let pairs: Vec<(u64, u64)> = pieces.iter().map(|(a, b)| (a.0, b.0)).collect();
        assert_eq!(pairs, [(10, 30), (60, 80)]);
    }
}
