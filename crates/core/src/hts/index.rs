//! An index beside a BAM, CRAM or BGZF SAM: loading it, and asking it for chunks.

use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use rust_htslib::htslib;
use thiserror::Error;

use super::file::{Format, HtsFile, c_path};

/// A place in a BGZF file: the block's offset in the file in the upper 48 bits, the place within
/// the block's content in the lower 16 (SAM specification 4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualOffset(pub u64);

impl VirtualOffset {
    /// Where the block begins, in bytes from the start of the file.
    pub const fn block(self) -> u64 {
        self.0 >> 16
    }
}

/// Why an index could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the index cannot be read")]
pub struct IndexError;

/// A loaded index. It lives inside its [`HtsFile`]: a CRAM's index points into the open file, and is of
/// no use, and no safety, with another handle.
pub struct Index {
    inner: NonNull<htslib::hts_idx_t>,
    /// A CRAM's index is another structure behind the same pointer: it is never asked for offsets.
    has_offsets: bool,
}

// SAFETY: the index is owned and only read after loading.
unsafe impl Send for Index {}

impl Index {
    /// Where an index of `path` may stand, in the order in which it is looked for.
    pub fn candidates(path: &Path, format: Format) -> Vec<PathBuf> {
        let endings: &[&str] = match format {
            Format::Bam => &["bai", "csi"],
            Format::Cram => &["crai"],
            Format::Sam => &["csi", "bai"],
        };
        let beside = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(".");
            name.push(ending);
            PathBuf::from(name)
        };
        endings
            .iter()
            .flat_map(|ending| [beside(ending), path.with_extension(ending)])
            .collect()
    }

    /// Loads `index_path` for the open file at `path`.
    ///
    /// # Errors
    /// [`IndexError`] where htslib cannot make sense of it.
    pub(super) fn load(file: &HtsFile, path: &Path, index_path: &Path) -> Result<Self, IndexError> {
        let (Ok(path), Ok(index_path)) = (c_path(path), c_path(index_path)) else {
            return Err(IndexError);
        };
        let flags = i32::try_from(htslib::HTS_IDX_SILENT_FAIL).unwrap_or(2);
        // SAFETY: the handle is open and both names are NUL-terminated; a null answer is checked.
        let raw = unsafe { htslib::sam_index_load3(file.handle(), path.as_ptr(), index_path.as_ptr(), flags) };
        let has_offsets = file.format() != Format::Cram;
        NonNull::new(raw)
            .map(|inner| Self { inner, has_offsets })
            .ok_or(IndexError)
    }

    /// Number of contigs the index was made for; `None` for CRAM.
    pub fn contig_count(&self) -> Option<usize> {
        if !self.has_offsets {
            return None;
        }
        // SAFETY: the index is loaded.
        usize::try_from(unsafe { htslib::hts_idx_nseq(self.inner.as_ptr()) }).ok()
    }

    /// The chunks that hold what lies on `start..end` of a contig, in file order. None for CRAM.
    pub fn chunks(&self, tid: i32, start: i64, end: i64) -> Vec<(VirtualOffset, VirtualOffset)> {
        if !self.has_offsets {
            return Vec::new();
        }
        // SAFETY: the index is loaded; `off` holds `n_off` pairs where it is not null.
        unsafe {
            let query = Query::new(self, tid, start, end);
            let Some(query) = query else { return Vec::new() };
            let inner = query.0.as_ptr();
            let count = usize::try_from((*inner).n_off).unwrap_or(0);
            if (*inner).off.is_null() {
                return Vec::new();
            }
            std::slice::from_raw_parts((*inner).off, count)
                .iter()
                .map(|pair| (VirtualOffset(pair.u), VirtualOffset(pair.v)))
                .collect()
        }
    }

    /// Where the first placed record begins; `None` where the index knows of none, or does not say,
    /// and for CRAM.
    pub fn first_offset(&self) -> Option<VirtualOffset> {
        self.special(htslib::HTS_IDX_START)
    }

    /// Where the last placed record ends, and the unplaced ones begin; `None` as above.
    pub fn last_offset(&self) -> Option<VirtualOffset> {
        self.special(htslib::HTS_IDX_NOCOOR)
    }

    fn special(&self, which: i32) -> Option<VirtualOffset> {
        if !self.has_offsets {
            return None;
        }
        let query = Query::new(self, which, 0, 0)?;
        // SAFETY: the query is not null.
        let offset = unsafe { (*query.0.as_ptr()).curr_off };
        (offset != 0).then_some(VirtualOffset(offset))
    }

    pub(super) const fn inner(&self) -> *const htslib::hts_idx_t {
        self.inner.as_ptr()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::hts_idx_destroy(self.inner.as_ptr()) };
    }
}

/// htslib's iterator over one region, owned.
pub(super) struct Query(pub(super) NonNull<htslib::hts_itr_t>);

impl Query {
    pub(super) fn new(index: &Index, tid: i32, start: i64, end: i64) -> Option<Self> {
        // SAFETY: the index is loaded; a null answer is checked.
        NonNull::new(unsafe { htslib::sam_itr_queryi(index.inner(), tid, start, end) }).map(Self)
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::hts_itr_destroy(self.0.as_ptr()) };
    }
}
