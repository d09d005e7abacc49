//! Reading records one by one, and seeking.

use rust_htslib::htslib;
use thiserror::Error;

use super::file::{Compression, Format, HtsFile};
use super::index::VirtualOffset;
use super::record::{RawRecord, bases_of};

/// Longest name in a BAM record (SAM specification 4.2).
pub(super) const NAME_LEN_MAX: usize = 254;

/// Why the next record could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The data end within a record, block or line, or without an end-of-file block.
    #[error("ends too early")]
    Truncated,
    /// A block or record that cannot be decoded.
    #[error("a block cannot be decoded")]
    Damaged,
}

impl HtsFile {
    /// Reads the next record; `false` at the end.
    ///
    /// A BAM record whose CIGAR does not fit its sequence and a SAM line with a damaged field are returned (see
    /// [`RawRecord::decode`]): one bad record must not hide the rest.
    ///
    /// # Errors
    /// [`ReadError`], after which the file can no longer be used.
    pub fn read(&mut self) -> Result<bool, ReadError> {
        self.repaired = false;
        match self.format() {
            Format::Bam => self.read_bam(),
            Format::Cram => self.read_cram(),
            Format::Sam => self.read_sam(),
        }
    }

    /// The record read last.
    pub const fn record(&self) -> RawRecord<'_> {
        RawRecord::new(&self.record, self.contig_count, self.repaired)
    }

    /// Its raw contig number, which may not be in the header.
    pub(super) fn record_tid(&self) -> i32 {
        self.record.tid()
    }

    fn read_bam(&mut self) -> Result<bool, ReadError> {
        let bgzf = self.bgzf().ok_or(ReadError::Damaged)?;
        let start = self.tell();
        // SAFETY: the layer is an open BAM's, the record is ours. Not `sam_read1`: it answers -3 both
        // for a cut record and for a contig out of range, and only the first is fatal.
        let status = unsafe { htslib::bam_read1(bgzf.as_ptr(), self.record.inner_mut()) };
        match status {
            0.. => Ok(true),
            -1 => Ok(false),
            _ if self.errors() & htslib::BGZF_ERR_CRC != 0 => Err(ReadError::Damaged),
            -4 if self.errors() == 0 => {
                // The answer is the same for a record that was read but is inconsistent, and for one that ended too
                // early: its memory was then never filled.
                if self.is_at_end() && !self.is_whole_at(start) {
                    return Err(ReadError::Truncated);
                }
                self.repaired = self.lengths_disagree();
                if self.repaired {
                    Ok(true)
                } else {
                    Err(ReadError::Damaged)
                }
            }
            _ => Err(ReadError::Truncated),
        }
    }

    /// Whether the end of the file is reached.
    fn is_at_end(&self) -> bool {
        // SAFETY: the layer is open.
        self.bgzf()
            .is_none_or(|bgzf| unsafe { htslib::bgzf_peek(bgzf.as_ptr()) } < 0)
    }

    /// Whether the record at `start`, which is skipped, is complete. Not for pipes.
    fn is_whole_at(&mut self, start: VirtualOffset) -> bool {
        let mut length = [0; 4];
        if self.seek(start).is_err() || self.take_bytes(&mut length) != Some(length.len()) {
            return false;
        }
        let mut left = u32::from_le_bytes(length) as usize;
        let mut piece = [0; 4_096];
        while left > 0 {
            let wanted = left.min(piece.len());
            if self.take_bytes(&mut piece[..wanted]) != Some(wanted) {
                return false;
            }
            left -= wanted;
        }
        true
    }

    /// Reads the next bytes of the content; returns their number, or `None` for an unreadable block.
    pub(super) fn take_bytes(&mut self, bytes: &mut [u8]) -> Option<usize> {
        // SAFETY: the layer is open; the buffer has the stated length.
        let read = self.bgzf().map_or(-1, |bgzf| unsafe {
            htslib::bgzf_read(bgzf.as_ptr(), bytes.as_mut_ptr().cast(), bytes.len())
        });
        usize::try_from(read).ok()
    }

    fn read_cram(&mut self) -> Result<bool, ReadError> {
        // SAFETY: the handle is an open CRAM with this header; the record is ours.
        let status = unsafe { htslib::sam_read1(self.handle(), self.header.as_ptr(), self.record.inner_mut()) };
        match status {
            0.. => Ok(true),
            -1 => Ok(false),
            _ => Err(ReadError::Damaged),
        }
    }

    fn read_sam(&mut self) -> Result<bool, ReadError> {
        let handle = self.handle();
        while self.next_line()? {
            // SAFETY: the handle is an open SAM, whose `line` holds the bytes of the line just read.
            unsafe {
                let line = &raw mut (*handle).line;
                if (*line).l == 0 || (*line).s.is_null() {
                    (*line).l = 0;
                    continue;
                }
                if htslib::sam_parse1(line, self.header.as_ptr(), self.record.inner_mut()) < 0 {
                    let text = std::slice::from_raw_parts((*line).s.cast::<u8>(), (*line).l).to_vec();
                    (*line).l = 0;
                    return self.repair_sam(&text);
                }
                (*line).l = 0;
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads the next line of a SAM into the handle; `false` at the end.
    fn next_line(&mut self) -> Result<bool, ReadError> {
        let handle = self.handle();
        // SAFETY: the handle is an open SAM. Its `line` already holds the first record's text where
        // the header's end was found by reading it.
        unsafe {
            let line = &raw mut (*handle).line;
            if (*line).l == 0 {
                match htslib::hts_getline(handle, i32::from(b'\n'), line) {
                    0.. => {}
                    -1 => return Ok(false),
                    _ => return Err(ReadError::Truncated),
                }
            }
            if self.compression() == Compression::None {
                let file = (*handle).fp.hfile;
                let ended = (*file).begin > (*file).buffer && *(*file).begin.sub(1) == b'\n'.cast_signed();
                if !ended {
                    return Err(ReadError::Truncated);
                }
            }
        }
        Ok(true)
    }

    /// Parses a SAM line again without the parts that htslib cannot parse: first without its tags, then without CIGAR
    /// and sequence, then as an unplaced name only.
    fn repair_sam(&mut self, line: &[u8]) -> Result<bool, ReadError> {
        self.repaired = true;
        // The failed parse has replaced the tabs it passed by NULs.
        let fields: Vec<&[u8]> = line.split(|b| matches!(b, b'\t' | 0)).take(11).collect();
        let field = |n: usize| fields.get(n).copied().filter(|f| !f.is_empty()).unwrap_or(b"*");
        let name = &field(0)[..field(0).len().min(NAME_LEN_MAX)];
        let flags: u16 = std::str::from_utf8(field(1))
            .ok()
            .and_then(|f| f.parse().ok())
            .unwrap_or(4);
        let flag_text = flags.to_string();
        let unplaced = (flags | 4).to_string();
        let mut without_tags = vec![name, flag_text.as_bytes()];
        without_tags.extend((2..11).map(field));
        let mut without_alignment = without_tags[..5].to_vec();
        without_alignment.extend([&b"*"[..], field(6), field(7), b"0", b"*", b"*"]);
        let mut bare = vec![name, unplaced.as_bytes()];
        bare.extend([&b"*"[..], b"0", b"0", b"*", b"*", b"0", b"0", b"*", b"*"]);
        let attempts = [without_tags, without_alignment, bare];
        match attempts
            .iter()
            .position(|fields| self.header.read_line(&mut fields.join(&b'\t'), &mut self.record))
        {
            Some(attempt) => {
                // htslib interprets the missing fields of a short line as unknown.
                self.unreadable += u64::from(attempt == 2 || fields.len() < 11);
                Ok(true)
            }
            None => Err(ReadError::Damaged),
        }
    }

    fn lengths_disagree(&self) -> bool {
        let inner = &self.record.inner;
        let needed = usize::from(inner.core.l_qname) + self.record.cigar_len() * 4;
        if usize::try_from(inner.l_data).unwrap_or(0) < needed || inner.core.l_qseq <= 0 {
            return false;
        }
        let consumed = bases_of(self.record.raw_cigar(), &[0, 1, 4, 7, 8]);
        self.record.cigar_len() > 0 && consumed != i64::from(inner.core.l_qseq)
    }

    /// Start of the next record; 0 for formats without BGZF blocks.
    pub fn tell(&self) -> VirtualOffset {
        let Some(bgzf) = self.bgzf() else {
            return VirtualOffset(0);
        };
        // SAFETY: the layer is open; htslib's own `bgzf_tell` is a macro.
        let (address, offset) = unsafe { ((*bgzf.as_ptr()).block_address, (*bgzf.as_ptr()).block_offset) };
        VirtualOffset((address.cast_unsigned() << 16) | u64::from(offset.cast_unsigned() & 0xffff))
    }

    /// Moves to `offset`.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] if it cannot be reached, or the format has no BGZF blocks.
    pub fn seek(&mut self, offset: VirtualOffset) -> Result<(), ReadError> {
        let position = i64::try_from(offset.0).map_err(|_| ReadError::Truncated)?;
        let bgzf = self.bgzf().ok_or(ReadError::Truncated)?;
        // SAFETY: the layer is open; 0 is SEEK_SET. A first line that the header's reader kept is
        // dropped.
        let status = unsafe {
            (*self.handle()).line.l = 0;
            htslib::bgzf_seek(bgzf.as_ptr(), position, 0)
        };
        if status < 0 { Err(ReadError::Truncated) } else { Ok(()) }
    }

    /// Contig number and position of the BAM record at `offset`; `None` at the end of the file. Reads only the
    /// record's fixed part, so that a wrong offset is detected before its bytes are used as a length.
    ///
    /// # Errors
    /// [`ReadError`] if no BAM record can begin there.
    pub fn probe(&mut self, offset: VirtualOffset) -> Result<Option<(i32, i64)>, ReadError> {
        let mut head = [0_u8; 36];
        self.seek(offset)?;
        let read = self.take_bytes(&mut head);
        let word = |n: usize| i32::from_le_bytes([head[n], head[n + 1], head[n + 2], head[n + 3]]);
        let contigs = i32::try_from(self.contig_count).unwrap_or(i32::MAX);
        match read {
            Some(0) => Ok(None),
            Some(36) => {
                let (size, tid, position, name_len, sequence_len) = (word(0), word(4), word(8), head[12], word(20));
                let sane = size >= 32
                    && (-1..contigs).contains(&tid)
                    && position >= -1
                    && name_len >= 1
                    && (0..=size).contains(&sequence_len);
                if sane {
                    Ok(Some((tid, i64::from(position))))
                } else {
                    Err(ReadError::Damaged)
                }
            }
            _ => Err(ReadError::Truncated),
        }
    }

    /// Moves to the CRAM container at byte `offset`; previous records must have been read to the end of their
    /// container.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] if it cannot be reached, or the file is not a CRAM.
    pub(super) fn seek_container(&mut self, offset: u64) -> Result<(), ReadError> {
        let position = i64::try_from(offset).map_err(|_| ReadError::Truncated)?;
        if self.format() != Format::Cram {
            return Err(ReadError::Truncated);
        }
        // SAFETY: the handle is an open CRAM; 0 is SEEK_SET.
        let status = unsafe { htslib::cram_seek((*self.handle()).fp.cram, position, 0) };
        if status < 0 { Err(ReadError::Truncated) } else { Ok(()) }
    }
}
