//! Records of one stretch of a contig, through the index.
//!
//! For BAM the chunks are walked here and not by htslib's iterator, which ends at the first record
//! it cannot read and takes an index of another file at its word.

use std::ptr;

use rust_htslib::htslib;
use thiserror::Error;

use super::file::{Format, HtsFile};
use super::index::Query;
use super::read::ReadError;
use super::record::RawRecord;
use crate::genome::{ContigId, Interval};

/// Why a stretch could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The file itself.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The index does not belong to the file; says in which way.
    #[error("{0}")]
    Misfit(&'static str),
}

impl HtsFile {
    /// Hands out every record that overlaps `interval` of `contig` ([`RawRecord::overlaps`]), in file
    /// order. Without an index there is nothing to hand out.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn fetch(
        &mut self,
        contig: ContigId,
        interval: Interval,
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), FetchError> {
        let Ok(tid) = i32::try_from(contig.0) else {
            return Ok(());
        };
        if interval.is_empty() {
            return Ok(());
        }
        if self.format() == Format::Cram {
            return Ok(self.fetch_cram(tid, contig, interval, visit)?);
        }
        let chunks = self
            .index()
            .map(|index| index.chunks(tid, interval.start.0, interval.end.0));
        let mut last_position = i64::MIN;
        for (start, end) in chunks.unwrap_or_default() {
            if self.tell() != start || last_position == i64::MIN {
                self.seek(start)?;
            }
            let mut is_first = true;
            while self.tell() < end {
                let read = self.read().map_err(|error| {
                    if is_first {
                        FetchError::Misfit("a chunk does not begin at a record")
                    } else {
                        FetchError::Read(error)
                    }
                })?;
                let (record_tid, position) = (self.record_tid(), self.record().position());
                if !read || record_tid != tid {
                    // A chunk begins with a record of its contig, and a sorted file goes on to
                    // higher ones (-1, unplaced, comes last).
                    if is_first || read && (0..tid).contains(&record_tid) {
                        return Err(FetchError::Misfit("a chunk holds records of another contig"));
                    }
                    return Ok(());
                }
                if position < last_position {
                    return Err(FetchError::Misfit("records are not in the order of their positions"));
                }
                last_position = position;
                is_first = false;
                if position >= interval.end.0 {
                    return Ok(());
                }
                let record = self.record();
                if record.overlaps(contig, interval) {
                    visit(&record);
                }
            }
        }
        Ok(())
    }

    fn fetch_cram(
        &mut self,
        tid: i32,
        contig: ContigId,
        interval: Interval,
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), ReadError> {
        let Some(index) = self.index() else { return Ok(()) };
        let query = Query::new(index, tid, interval.start.0, interval.end.0).ok_or(ReadError::Damaged)?;
        loop {
            // SAFETY: file, query and record are alive; for CRAM the BGZF argument is null.
            let status = unsafe {
                htslib::hts_itr_next(
                    ptr::null_mut(),
                    query.0.as_ptr(),
                    self.record_slot().cast(),
                    self.handle().cast(),
                )
            };
            match status {
                0.. => {
                    let record = self.record();
                    if record.overlaps(contig, interval) {
                        visit(&record);
                    }
                }
                -1 => return Ok(()),
                _ => return Err(ReadError::Damaged),
            }
        }
    }

    /// Hands out the unplaced records at the end of an indexed file.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn fetch_unplaced(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), ReadError> {
        let Some(index) = self.index() else { return Ok(()) };
        if self.format() == Format::Cram {
            let Some(query) = Query::new(index, htslib::HTS_IDX_NOCOOR, 0, 0) else {
                return Ok(());
            };
            loop {
                // SAFETY: as in `fetch_cram`.
                let status = unsafe {
                    htslib::hts_itr_next(
                        ptr::null_mut(),
                        query.0.as_ptr(),
                        self.record_slot().cast(),
                        self.handle().cast(),
                    )
                };
                match status {
                    0.. => visit(&self.record()),
                    -1 => return Ok(()),
                    _ => return Err(ReadError::Damaged),
                }
            }
        }
        if let Some(start) = index.last_offset() {
            self.seek(start)?;
            while self.read()? {
                if self.record_tid() < 0 {
                    visit(&self.record());
                }
            }
        }
        Ok(())
    }
}
