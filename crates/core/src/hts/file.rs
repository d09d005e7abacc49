//! One open alignment file: its format, its header, and its end-of-file block.

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use rust_htslib::{bam, htslib};
use thiserror::Error;

use super::binning::Binning;
use super::index::VirtualOffset;

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

/// An open alignment file at some place.
pub struct HtsFile {
    handle: Handle,
    pub(super) header: Header,
    format: Format,
    pub(super) contig_count: usize,
    pub(super) record: bam::Record,
    /// Whether parts of the record could not be read and were left out.
    pub(super) repaired: bool,
    /// Lines of a SAM so far that lack fields, or of which no more than a name could be read.
    pub(super) unreadable: u64,
    /// Where the first record begins; nothing that counts for formats without BGZF blocks.
    first_record: VirtualOffset,
    chunks: Option<Arc<Binning>>,
}

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
        let Some(handle) = Handle::open(&name, c"r") else {
            let error = std::io::Error::last_os_error();
            // Where the file itself opens, the error is of its first bytes: a CRAM's header is read here, and what the
            // system said last is about something else. ENOEXEC is htslib's answer to content it does not know.
            let opens = path.is_some_and(|path| path.is_file() && std::fs::File::open(path).is_ok());
            return Err(match error.raw_os_error() {
                Some(8) => OpenError::OtherFormat("unknown data".to_owned()),
                _ if opens => OpenError::Header,
                _ => OpenError::Io(error),
            });
        };
        // SAFETY: the handle is open.
        let found = unsafe { (*handle.as_ptr()).format };
        let format = match found.format {
            htslib::htsExactFormat_bam => Format::Bam,
            htslib::htsExactFormat_cram => Format::Cram,
            htslib::htsExactFormat_sam => Format::Sam,
            _ => return Err(OpenError::OtherFormat(describe(&found))),
        };
        // SAFETY: the handle is open and of a format with a header.
        let header = Header::owned(unsafe { htslib::sam_hdr_read(handle.as_ptr()) }).ok_or(OpenError::Header)?;
        // SAFETY: the header was just read.
        let contig_count = usize::try_from(unsafe { htslib::sam_hdr_nref(header.as_ptr()) }).unwrap_or(0);
        let mut file = Self {
            handle,
            header,
            format,
            contig_count,
            record: bam::Record::new(),
            repaired: false,
            unreadable: 0,
            first_record: VirtualOffset(0),
            chunks: None,
        };
        file.first_record = file.tell();
        Ok(file)
    }

    /// Takes the chunks of an index that was found to belong to the file.
    pub fn use_chunks(&mut self, chunks: Arc<Binning>) {
        self.chunks = Some(chunks);
    }

    /// The chunks in use.
    pub fn chunks(&self) -> Option<Arc<Binning>> {
        self.chunks.clone()
    }

    /// Where the first record of a BAM begins.
    pub const fn first_record(&self) -> VirtualOffset {
        self.first_record
    }

    /// Lines of a SAM so far that are no records.
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
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

    /// The BGZF layer; `None` for CRAM and for plain SAM, whose handle holds something else.
    pub(super) fn bgzf(&self) -> Option<NonNull<htslib::BGZF>> {
        let has_blocks = match self.format {
            Format::Bam => true,
            Format::Cram => false,
            Format::Sam => self.compression() != Compression::None,
        };
        NonNull::new(if has_blocks {
            // SAFETY: the handle is open, and the union's member follows from format and compression.
            unsafe { (*self.handle.as_ptr()).fp.bgzf }
        } else {
            std::ptr::null_mut()
        })
    }

    pub(super) fn errors(&self) -> u32 {
        // SAFETY: the layer is open.
        self.bgzf().map_or(0, |bgzf| unsafe { (*bgzf.as_ptr()).errcode() })
    }

    pub(super) const fn handle(&self) -> *mut htslib::htsFile {
        self.handle.as_ptr()
    }
}

/// An open file of htslib's.
pub(super) struct Handle(NonNull<htslib::htsFile>);

// SAFETY: it is owned by one value alone; htslib's own worker threads work behind its locks.
unsafe impl Send for Handle {}

impl Handle {
    pub(super) fn open(name: &CStr, mode: &CStr) -> Option<Self> {
        // SAFETY: both are NUL-terminated; a null answer is checked.
        NonNull::new(unsafe { htslib::hts_open(name.as_ptr(), mode.as_ptr()) }).map(Self)
    }

    pub(super) const fn as_ptr(&self) -> *mut htslib::htsFile {
        self.0.as_ptr()
    }

    /// Closes it; says whether all that was written has reached the file.
    pub(super) fn close(self) -> bool {
        // SAFETY: owned and not used again.
        unsafe { htslib::hts_close(std::mem::ManuallyDrop::new(self).as_ptr()) >= 0 }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::hts_close(self.as_ptr()) };
    }
}

/// A header of htslib's.
pub(super) struct Header(NonNull<htslib::sam_hdr_t>);

// SAFETY: it is owned by one value alone.
unsafe impl Send for Header {}

impl Header {
    /// Takes a header that htslib made; `None` where it made none.
    fn owned(raw: *mut htslib::sam_hdr_t) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let content = CString::new(text).ok()?;
        // SAFETY: the length is that of the text.
        Self::owned(unsafe { htslib::sam_hdr_parse(text.len(), content.as_ptr()) })
    }

    pub(super) const fn as_ptr(&self) -> *mut htslib::sam_hdr_t {
        self.0.as_ptr()
    }

    /// Reads a SAM line into `record`; says whether it could be read. The line is spent.
    pub(super) fn read_line(&self, line: &mut Vec<u8>, record: &mut bam::Record) -> bool {
        line.push(0);
        let mut text = htslib::kstring_t {
            l: line.len() - 1,
            m: line.len(),
            s: line.as_mut_ptr().cast(),
        };
        // SAFETY: the text is NUL-terminated and outlives the call, which writes within it only.
        unsafe { htslib::sam_parse1(&raw mut text, self.as_ptr(), record.inner_mut()) >= 0 }
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::sam_hdr_destroy(self.as_ptr()) };
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
