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

/// Compression of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// None.
    None,
    /// BGZF blocks.
    Bgzf,
    /// One gzip stream: no blocks, so no index and no end-of-file block.
    Gzip,
    /// The format's own (CRAM), or one that does not occur in alignments.
    Other,
}

/// The end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndMarker {
    /// The end-of-file block: the file is complete.
    Present,
    /// No such block, although the format has one.
    Missing,
    /// A pipe: only its last block will show.
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
    /// Content of another kind; contains htslib's description of it.
    #[error("{0}")]
    OtherFormat(String),
    /// The header could not be read.
    #[error("its header cannot be read")]
    Header,
}

/// An open alignment file at some position.
pub struct HtsFile {
    handle: Handle,
    pub(super) header: Header,
    format: Format,
    pub(super) contig_count: usize,
    pub(super) record: bam::Record,
    /// Whether parts of the record could not be parsed and were left out.
    pub(super) repaired: bool,
    /// Number of SAM lines so far that lack fields, or of which only a name could be parsed.
    pub(super) unreadable: u64,
    /// Start of the first record; meaningless for formats without BGZF blocks.
    first_record: VirtualOffset,
    chunks: Option<Arc<Binning>>,
}

impl HtsFile {
    /// Opens `path`, or the standard input for `None`, and reads the header.
    ///
    /// # Errors
    /// The system's error, content that is not an alignment, an unreadable header.
    pub fn open(path: Option<&Path>) -> Result<Self, OpenError> {
        let name = match path {
            None => c"-".to_owned(),
            Some(path) => c_path(path)?,
        };
        let Some(handle) = Handle::open(&name, c"r") else {
            let error = std::io::Error::last_os_error();
            // If the file itself opens, the error concerns its first bytes: a CRAM's header is read here, and the
            // system's last error is unrelated. ENOEXEC is htslib's answer to unknown content.
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

    /// Sets the chunks of an index that is known to belong to the file.
    pub fn use_chunks(&mut self, chunks: Arc<Binning>) {
        self.chunks = Some(chunks);
    }

    /// The chunks in use.
    pub fn chunks(&self) -> Option<Arc<Binning>> {
        self.chunks.clone()
    }

    /// Start of the first record of a BAM.
    pub const fn first_record(&self) -> VirtualOffset {
        self.first_record
    }

    /// Number of SAM lines so far that are not records.
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

    /// The header's text, unchanged.
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

    /// Checks for the end-of-file block, without moving.
    pub fn end_marker(&mut self) -> EndMarker {
        // SAFETY: the handle is open.
        match unsafe { htslib::hts_check_EOF(self.handle.as_ptr()) } {
            1 => EndMarker::Present,
            2 => EndMarker::Unseekable,
            3 => EndMarker::Undefined,
            _ => EndMarker::Missing,
        }
    }

    /// Whether a stream that was read to its end lacked its end-of-file block. For pipes, where [`Self::end_marker`]
    /// cannot look ahead. A CRAM must have been read without extra threads, with which htslib loses this information.
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

    /// Decodes BGZF blocks or CRAM slices on `threads` additional threads. SAM text is read on one thread.
    pub fn set_threads(&mut self, threads: usize) {
        if threads > 1 && self.format != Format::Sam {
            let threads = i32::try_from(threads.min(64)).unwrap_or(1);
            // SAFETY: the handle is open. If no thread can be created, htslib continues with one.
            let _ = unsafe { htslib::hts_set_threads(self.handle.as_ptr(), threads) };
        }
    }

    /// Makes a CRAM decode against `fasta` (whose `.fai` must exist, else htslib would write one). Returns whether
    /// htslib could open it.
    pub fn set_reference(&mut self, fasta: &Path) -> bool {
        let Ok(name) = c_path(fasta) else { return false };
        // SAFETY: the handle is open and the name NUL-terminated; htslib copies it.
        unsafe { htslib::hts_set_fai_filename(self.handle.as_ptr(), name.as_ptr()) == 0 }
    }

    /// Removes every `UR` field from the header used to decode a CRAM, so that htslib cannot follow it to a file or
    /// server.
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

    /// The BGZF layer; `None` for CRAM and plain SAM, whose handle contains something else.
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

/// An open htslib file.
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

    /// Closes it; returns whether everything was written to the file.
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

/// An htslib header.
pub(super) struct Header(NonNull<htslib::sam_hdr_t>);

// SAFETY: it is owned by one value alone.
unsafe impl Send for Header {}

impl Header {
    /// Takes ownership of a header from htslib; `None` for a null pointer.
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

    /// Parses a SAM line into `record`; returns whether it could be parsed. The line is consumed.
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

/// A path for htslib. A relative one gets a `./` prefix, so that no name is interpreted as standard input (`-`) or as
/// a scheme (`s3:x.bam`).
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
