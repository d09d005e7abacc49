//! One open alignment file: its format, header text, end-of-file block, and its records one by one.

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;

use rust_htslib::{bam, htslib};
use thiserror::Error;

use super::index::{Index, IndexError, VirtualOffset};
use super::record::RawRecord;

/// Longest name a BAM record can hold (SAM specification 4.2).
const NAME_LEN_MAX: usize = 254;

/// Container format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// BAM.
    Bam,
    /// CRAM.
    Cram,
    /// SAM text, plain or compressed with BGZF.
    Sam,
}

/// How the bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// BGZF blocks.
    Bgzf,
    /// One gzip stream: no blocks, so no index and no end-of-file block.
    Gzip,
    /// The format's own (CRAM), or one that is never met in alignments.
    Other,
}

/// What stands at the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndMarker {
    /// The end-of-file block: nothing was cut off.
    Present,
    /// No such block, though the format has one.
    Missing,
    /// A pipe: only its last block will tell.
    Unseekable,
    /// The format has none (plain SAM, CRAM before 2.1).
    Undefined,
}

/// Why a file could not be opened as an alignment.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The operating system refused.
    #[error("{0}")]
    Io(std::io::Error),
    /// Content of another kind; holds htslib's description of it.
    #[error("{0}")]
    OtherFormat(String),
    /// The header could not be read.
    #[error("its header cannot be read")]
    Header,
}

/// Why the next record could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The data end within a record, a block or a line, or without their end-of-file block.
    #[error("ends too early")]
    Truncated,
    /// A block or record that cannot be decoded.
    #[error("a block cannot be decoded")]
    Damaged,
}

/// An open alignment file at some place.
pub struct HtsFile {
    handle: NonNull<htslib::htsFile>,
    header: NonNull<htslib::sam_hdr_t>,
    format: Format,
    contig_count: usize,
    record: bam::Record,
    repaired: bool,
    index: Option<Index>,
}

// SAFETY: the handle and the header are owned by this value alone; htslib's own worker threads work
// behind its locks.
unsafe impl Send for HtsFile {}

impl HtsFile {
    /// Opens `path`, or the standard input for `None`, and reads the header.
    ///
    /// # Errors
    /// What the operating system says, content that is no alignment, an unreadable header.
    pub fn open(path: Option<&Path>) -> Result<Self, OpenError> {
        let name = match path {
            None => c"-".to_owned(),
            Some(path) => c_path(path)?,
        };
        // SAFETY: both are NUL-terminated; a null answer is checked.
        let raw = unsafe { htslib::hts_open(name.as_ptr(), c"r".as_ptr()) };
        let Some(handle) = NonNull::new(raw) else {
            let error = std::io::Error::last_os_error();
            // ENOEXEC is htslib's answer to content it does not know.
            return Err(if error.raw_os_error() == Some(8) {
                OpenError::OtherFormat("unknown data".to_owned())
            } else {
                OpenError::Io(error)
            });
        };
        let closing = Closing(handle);
        // SAFETY: the handle is open.
        let found = unsafe { (*handle.as_ptr()).format };
        let format = match found.format {
            htslib::htsExactFormat_bam => Format::Bam,
            htslib::htsExactFormat_cram => Format::Cram,
            htslib::htsExactFormat_sam => Format::Sam,
            _ => return Err(OpenError::OtherFormat(describe(&found))),
        };
        // SAFETY: the handle is open and of a format with a header.
        let header = unsafe { htslib::sam_hdr_read(handle.as_ptr()) };
        let header = NonNull::new(header).ok_or(OpenError::Header)?;
        std::mem::forget(closing);
        // SAFETY: the header was just read.
        let contig_count = usize::try_from(unsafe { htslib::sam_hdr_nref(header.as_ptr()) }).unwrap_or(0);
        Ok(Self {
            handle,
            header,
            format,
            contig_count,
            record: bam::Record::new(),
            repaired: false,
            index: None,
        })
    }

    /// Loads the index at `index_path` for this file, which was opened at `path`.
    ///
    /// # Errors
    /// [`IndexError`] where htslib cannot make sense of it.
    pub fn load_index(&mut self, path: &Path, index_path: &Path) -> Result<(), IndexError> {
        self.index = None;
        self.index = Some(Index::load(self, path, index_path)?);
        Ok(())
    }

    /// The index, where one was loaded.
    pub const fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// Container format, by content.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Compression, by content.
    pub fn compression(&self) -> Compression {
        // SAFETY: the handle is open.
        match unsafe { (*self.handle.as_ptr()).format.compression } {
            htslib::htsCompression_no_compression => Compression::None,
            htslib::htsCompression_bgzf => Compression::Bgzf,
            htslib::htsCompression_gzip => Compression::Gzip,
            _ => Compression::Other,
        }
    }

    /// The header's text, as it stands in the file.
    pub fn header_text(&self) -> Vec<u8> {
        // SAFETY: htslib keeps the text alive as long as the header; its length is asked for.
        unsafe {
            let text = htslib::sam_hdr_str(self.header.as_ptr());
            let len = htslib::sam_hdr_length(self.header.as_ptr());
            if text.is_null() || len == usize::MAX {
                return Vec::new();
            }
            std::slice::from_raw_parts(text.cast::<u8>(), len).to_vec()
        }
    }

    /// Names and lengths (bases) of the contigs, in header order.
    pub fn contigs(&self) -> Vec<(String, i64)> {
        (0..self.contig_count)
            .filter_map(|index| i32::try_from(index).ok())
            .map(|tid| {
                // SAFETY: `tid` is below the header's count; a null name is checked.
                unsafe {
                    let name = htslib::sam_hdr_tid2name(self.header.as_ptr(), tid);
                    let name = if name.is_null() {
                        String::new()
                    } else {
                        CStr::from_ptr(name).to_string_lossy().into_owned()
                    };
                    (name, htslib::sam_hdr_tid2len(self.header.as_ptr(), tid))
                }
            })
            .collect()
    }

    /// Looks for the end-of-file block, without moving.
    pub fn end_marker(&mut self) -> EndMarker {
        // SAFETY: the handle is open.
        match unsafe { htslib::hts_check_EOF(self.handle.as_ptr()) } {
            1 => EndMarker::Present,
            2 => EndMarker::Unseekable,
            3 => EndMarker::Undefined,
            _ => EndMarker::Missing,
        }
    }

    /// Whether a stream that was read to its end lacked its end-of-file block. For pipes, where
    /// [`Self::end_marker`] cannot look. A CRAM must have been read without extra threads: with them
    /// htslib forgets the difference.
    pub fn ended_without_marker(&self) -> bool {
        // SAFETY: the handle is open, and the union's member follows from format and compression.
        unsafe {
            let handle = self.handle.as_ptr();
            match (self.format, self.compression()) {
                (Format::Cram, _) => htslib::cram_eof((*handle).fp.cram) == 2,
                (_, Compression::Bgzf) => (*(*handle).fp.bgzf).no_eof_block() != 0,
                _ => false,
            }
        }
    }

    /// Decodes BGZF blocks or CRAM slices on `threads` threads beside this one. SAM text is read on
    /// one thread.
    pub fn set_threads(&mut self, threads: usize) {
        if threads > 1 && self.format != Format::Sam {
            let threads = i32::try_from(threads.min(64)).unwrap_or(1);
            // SAFETY: the handle is open. Where no thread can be had, htslib goes on with one.
            let _ = unsafe { htslib::hts_set_threads(self.handle.as_ptr(), threads) };
        }
    }

    /// Makes a CRAM decode against `fasta` (whose `.fai` must exist, else htslib would write one).
    /// Says whether htslib could open it.
    pub fn set_reference(&mut self, fasta: &Path) -> bool {
        let Ok(name) = c_path(fasta) else { return false };
        // SAFETY: the handle is open and the name NUL-terminated; htslib copies it.
        unsafe { htslib::hts_set_fai_filename(self.handle.as_ptr(), name.as_ptr()) == 0 }
    }

    /// Removes every `UR` field from the header that a CRAM is decoded with, so that htslib cannot
    /// follow it to a file or a server of its own choice.
    pub fn forget_reference_locations(&mut self) {
        if self.format != Format::Cram {
            return;
        }
        for (name, _) in self.contigs() {
            let Ok(name) = CString::new(name) else { continue };
            // SAFETY: the handle is an open CRAM; all texts are NUL-terminated.
            unsafe {
                let header = htslib::cram_fd_get_header((*self.handle.as_ptr()).fp.cram);
                if !header.is_null() {
                    htslib::sam_hdr_remove_tag_id(
                        header,
                        c"SQ".as_ptr(),
                        c"SN".as_ptr(),
                        name.as_ptr(),
                        c"UR".as_ptr(),
                    );
                }
            }
        }
    }

    /// Reads the next record; `false` at the end.
    ///
    /// A BAM record whose CIGAR does not fit its sequence and a SAM line with a damaged field are
    /// handed out (see [`RawRecord::decode`]): one bad record must not hide the rest.
    ///
    /// # Errors
    /// [`ReadError`], after which the file is of no more use.
    pub fn read(&mut self) -> Result<bool, ReadError> {
        self.repaired = false;
        match self.format {
            Format::Bam => self.read_bam(),
            Format::Cram => self.read_cram(),
            Format::Sam => self.read_sam(),
        }
    }

    /// The record read last.
    pub const fn record(&self) -> RawRecord<'_> {
        RawRecord::new(&self.record, self.contig_count, self.repaired)
    }

    /// Its contig as a bare number, which may be none of the header's.
    pub(super) fn record_tid(&self) -> i32 {
        self.record.tid()
    }

    fn read_bam(&mut self) -> Result<bool, ReadError> {
        let bgzf = self.bgzf().ok_or(ReadError::Damaged)?;
        // SAFETY: the layer is an open BAM's, the record is ours. Not `sam_read1`: it answers -3 both
        // for a cut record and for a contig out of range, and only the first is fatal.
        let status = unsafe { htslib::bam_read1(bgzf.as_ptr(), self.record.inner_mut()) };
        match status {
            0.. => Ok(true),
            -1 => Ok(false),
            -4 if self.errors() == 0 && self.lengths_disagree() => {
                self.repaired = true;
                Ok(true)
            }
            _ if self.errors() & htslib::BGZF_ERR_CRC != 0 => Err(ReadError::Damaged),
            -4 if self.errors() == 0 => Err(ReadError::Damaged),
            _ => Err(ReadError::Truncated),
        }
    }

    fn read_cram(&mut self) -> Result<bool, ReadError> {
        // SAFETY: the handle is an open CRAM with this header; the record is ours.
        let status = unsafe { htslib::sam_read1(self.handle.as_ptr(), self.header.as_ptr(), self.record.inner_mut()) };
        match status {
            0.. => Ok(true),
            -1 => Ok(false),
            _ => Err(ReadError::Damaged),
        }
    }

    fn read_sam(&mut self) -> Result<bool, ReadError> {
        let handle = self.handle.as_ptr();
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
            let text = std::slice::from_raw_parts((*line).s.cast::<u8>(), (*line).l);
            let empty = text.is_empty();
            if !empty && htslib::sam_parse1(line, self.header.as_ptr(), self.record.inner_mut()) < 0 {
                let text = std::slice::from_raw_parts((*line).s.cast::<u8>(), (*line).l).to_vec();
                (*line).l = 0;
                return self.repair_sam(&text);
            }
            (*line).l = 0;
            if empty {
                return self.read_sam();
            }
        }
        Ok(true)
    }

    /// Reads a SAM line again without what htslib cannot read: first without its tags, then without
    /// CIGAR and sequence, then as a bare unplaced name.
    fn repair_sam(&mut self, line: &[u8]) -> Result<bool, ReadError> {
        self.repaired = true;
        // The failed parse has left NULs in place of the tabs it passed.
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
        let read = attempts.iter().any(|fields| self.parse_sam(&fields.join(&b'\t')));
        if read { Ok(true) } else { Err(ReadError::Damaged) }
    }

    fn parse_sam(&mut self, line: &[u8]) -> bool {
        let mut bytes = line.to_vec();
        bytes.push(0);
        let mut text = htslib::kstring_t {
            l: line.len(),
            m: bytes.len(),
            s: bytes.as_mut_ptr().cast(),
        };
        // SAFETY: the text is NUL-terminated and outlives the call, which writes within it only.
        unsafe { htslib::sam_parse1(&raw mut text, self.header.as_ptr(), self.record.inner_mut()) >= 0 }
    }

    fn lengths_disagree(&self) -> bool {
        let inner = &self.record.inner;
        let needed = usize::from(inner.core.l_qname) + self.record.cigar_len() * 4;
        if usize::try_from(inner.l_data).unwrap_or(0) < needed || inner.core.l_qseq <= 0 {
            return false;
        }
        let consumed: i64 = self
            .record
            .raw_cigar()
            .iter()
            .filter(|op| matches!(**op & 0xf, 0 | 1 | 4 | 7 | 8))
            .map(|op| i64::from(*op >> 4))
            .sum();
        self.record.cigar_len() > 0 && consumed != i64::from(inner.core.l_qseq)
    }

    /// The BGZF layer; `None` for CRAM and for plain SAM, whose handle holds something else.
    fn bgzf(&self) -> Option<NonNull<htslib::BGZF>> {
        let has_blocks = match self.format {
            Format::Bam => true,
            Format::Cram => false,
            Format::Sam => self.compression() != Compression::None,
        };
        // SAFETY: the handle is open, and the union's member follows from format and compression.
        NonNull::new(if has_blocks {
            unsafe { (*self.handle.as_ptr()).fp.bgzf }
        } else {
            std::ptr::null_mut()
        })
    }

    fn errors(&self) -> u32 {
        // SAFETY: the layer is open.
        self.bgzf().map_or(0, |bgzf| unsafe { (*bgzf.as_ptr()).errcode() })
    }

    /// Where the next record begins; 0 for formats without BGZF blocks.
    pub fn tell(&self) -> VirtualOffset {
        let Some(bgzf) = self.bgzf() else {
            return VirtualOffset(0);
        };
        // SAFETY: the layer is open; htslib's own `bgzf_tell` is a macro.
        let (address, offset) = unsafe { ((*bgzf.as_ptr()).block_address, (*bgzf.as_ptr()).block_offset) };
        VirtualOffset((address.cast_unsigned() << 16) | u64::from(offset.cast_unsigned() & 0xffff))
    }

    /// Goes to `offset`.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] where it cannot be reached, or the format has no BGZF blocks.
    pub fn seek(&mut self, offset: VirtualOffset) -> Result<(), ReadError> {
        let position = i64::try_from(offset.0).map_err(|_| ReadError::Truncated)?;
        let bgzf = self.bgzf().ok_or(ReadError::Truncated)?;
        // SAFETY: the layer is open; 0 is SEEK_SET. A first line that the header's reader kept is
        // dropped.
        let status = unsafe {
            (*self.handle.as_ptr()).line.l = 0;
            htslib::bgzf_seek(bgzf.as_ptr(), position, 0)
        };
        if status < 0 { Err(ReadError::Truncated) } else { Ok(()) }
    }

    /// Contig number and position of the BAM record that begins at `offset`; `None` at the end of
    /// the file. Reads no more than the record's fixed part, so that an offset into the middle of
    /// something is found out before its bytes are taken for a length.
    ///
    /// # Errors
    /// [`ReadError`] where no BAM record can begin there.
    pub fn probe(&mut self, offset: VirtualOffset) -> Result<Option<(i32, i64)>, ReadError> {
        let mut head = [0_u8; 36];
        self.seek(offset)?;
        let bgzf = self.bgzf().ok_or(ReadError::Truncated)?;
        // SAFETY: the layer is open; the buffer has the stated length.
        let read = unsafe { htslib::bgzf_read(bgzf.as_ptr(), head.as_mut_ptr().cast(), head.len()) };
        let word = |n: usize| i32::from_le_bytes([head[n], head[n + 1], head[n + 2], head[n + 3]]);
        let contigs = i32::try_from(self.contig_count).unwrap_or(i32::MAX);
        match read {
            0 => Ok(None),
            36 => {
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

    pub(super) const fn handle(&self) -> *mut htslib::htsFile {
        self.handle.as_ptr()
    }

    pub(super) fn record_slot(&mut self) -> *mut htslib::bam1_t {
        self.repaired = false;
        std::ptr::from_mut(self.record.inner_mut())
    }
}

impl Drop for HtsFile {
    fn drop(&mut self) {
        // Before the handle, which a CRAM's index reaches into.
        self.index = None;
        // SAFETY: both are owned and not used again.
        unsafe {
            htslib::hts_close(self.handle.as_ptr());
            htslib::sam_hdr_destroy(self.header.as_ptr());
        }
    }
}

/// Closes a handle on the way out of a failed open.
struct Closing(NonNull<htslib::htsFile>);

impl Drop for Closing {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::hts_close(self.0.as_ptr()) };
    }
}

/// A path for htslib. A relative one is given a `./`, so that no name is taken for standard input
/// (`-`) or for a scheme (`s3:x.bam`).
pub(super) fn c_path(path: &Path) -> Result<CString, OpenError> {
    let path = if path.is_relative() {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    };
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| OpenError::Io(std::io::Error::from(std::io::ErrorKind::InvalidInput)))
}

fn describe(format: &htslib::htsFormat) -> String {
    // SAFETY: the text is allocated by htslib for the caller, who frees it.
    unsafe {
        let text = htslib::hts_format_description(format);
        if text.is_null() {
            return "unknown".to_owned();
        }
        let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
        htslib::free(text.cast());
        copy
    }
}
