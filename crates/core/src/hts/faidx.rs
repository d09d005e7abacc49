//! Reference bases from an indexed FASTA file.

use std::collections::VecDeque;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Mutex;

use rust_htslib::htslib;
use thiserror::Error;

use super::file::c_path;
use crate::genome::{ContigId, Contigs, Interval, SequenceSource};

/// Bases read at once, because requests are clustered.
const TILE_LEN: i64 = 1 << 16;
/// Tiles cached (4 MB).
const TILE_COUNT: usize = 64;

/// Why a reference could not be used.
#[derive(Debug, Error)]
pub enum ReferenceError {
    /// No such file.
    #[error("no such file")]
    Missing,
    /// No `.fai` next to it.
    #[error("has no index next to it; run `samtools faidx {0}`")]
    NoIndex(String),
    /// BGZF-compressed without a `.gzi`.
    #[error("is compressed but has no .gzi next to it; run `samtools faidx {0}`")]
    NoBlockIndex(String),
    /// htslib cannot open it.
    #[error("cannot be read as an indexed FASTA; make its index again with `samtools faidx {0}`")]
    Unreadable(String),
}

/// A FASTA file with its index, bound to the contigs of one alignment header: a contig is found in any naming
/// convention, and only if the lengths agree.
pub struct Reference {
    path: PathBuf,
    handle: Mutex<Handle>,
    /// By contig of the header: the name in the FASTA and the length in bases.
    bound: Vec<Option<(CString, i64)>>,
    own: Contigs,
}

struct Handle {
    fai: NonNull<htslib::faidx_t>,
    /// Most recent last.
    tiles: VecDeque<(ContigId, i64, Vec<u8>)>,
}

// SAFETY: the handle is owned, and used behind the mutex only.
unsafe impl Send for Handle {}

impl Reference {
    /// Opens `path` and binds it to `contigs`.
    ///
    /// # Errors
    /// [`ReferenceError`].
    pub fn open(path: &Path, contigs: &Contigs) -> Result<Self, ReferenceError> {
        let shown = path.display().to_string();
        let sibling = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        // All three files are checked here: htslib would write a missing index, or print a message.
        if !path.is_file() {
            return Err(ReferenceError::Missing);
        }
        if !sibling(".fai").is_file() {
            return Err(ReferenceError::NoIndex(shown));
        }
        if super::index::is_gzip(path) && !sibling(".gzi").is_file() {
            return Err(ReferenceError::NoBlockIndex(shown));
        }
        let name = c_path(path).map_err(|_| ReferenceError::Unreadable(shown.clone()))?;
        // SAFETY: the name is NUL-terminated; null names mean the usual places; no flag, so that
        // nothing is written; a null answer is checked.
        let raw = unsafe { htslib::fai_load3(name.as_ptr(), std::ptr::null(), std::ptr::null(), 0) };
        let fai = NonNull::new(raw).ok_or(ReferenceError::Unreadable(shown))?;
        let handle = Handle {
            fai,
            tiles: VecDeque::new(),
        };
        let own = handle.contigs();
        let bound = contigs.iter().map(|(_, name, len)| {
            let found = own.resolve(name).filter(|found| own.length(*found) == len)?;
            Some((CString::new(own.name(found)).ok()?, len))
        });
        let bound = bound.collect();
        Ok(Self {
            path: path.to_owned(),
            handle: Mutex::new(handle),
            bound,
            own,
        })
    }

    /// The FASTA file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The FASTA's own names and lengths.
    pub const fn contigs(&self) -> &Contigs {
        &self.own
    }

    /// MD5 of a contig as `@SQ M5` has it (SAM specification 1.3.2), in lower-case hexadecimal. Reads
    /// the whole contig: half a second for a human chromosome.
    pub fn md5(&self, contig: ContigId) -> Option<String> {
        let (name, len) = self.bound.get(contig.0 as usize)?.as_ref()?;
        let handle = self.handle.lock().ok()?;
        let mut sum = md5::Context::new();
        for at in (0..*len).step_by(1 << 22) {
            sum.consume(handle.read_as_written(name, at, (at + (1 << 22)).min(*len))?);
        }
        Some(format!("{:x}", sum.finalize()))
    }

    /// Whether the FASTA has this contig of the header, with its length.
    pub fn has(&self, contig: ContigId) -> bool {
        self.bound.get(contig.0 as usize).is_some_and(Option::is_some)
    }

    /// Whether the FASTA contains the last base of this contig of the header.
    pub fn reaches_end(&self, contig: ContigId) -> bool {
        let last = self.bound.get(contig.0 as usize).and_then(Option::as_ref);
        last.zip(self.handle.lock().ok())
            .is_some_and(|((name, len), handle)| handle.read(name, len - 1, *len).is_some())
    }
}

impl SequenceSource for Reference {
    fn bases(&self, contig: ContigId, interval: Interval) -> Option<Vec<u8>> {
        // Name and length are checked before the call: htslib dereferences a null pointer for an unknown name, and
        // silently returns fewer bases past the end.
        let (name, len) = self.bound.get(contig.0 as usize)?.as_ref()?;
        let (start, end) = (interval.start.0, interval.end.0);
        if start < 0 || end > *len || start > end {
            return None;
        }
        let mut bases = Vec::with_capacity(usize::try_from(end - start).ok()?);
        let mut handle = self.handle.lock().ok()?;
        let mut at = start;
        while at < end {
            let tile = at / TILE_LEN;
            let tile_start = tile * TILE_LEN;
            let content = handle.tile(contig, name, tile, (tile_start + TILE_LEN).min(*len))?;
            let from = usize::try_from(at - tile_start).ok()?;
            let to = usize::try_from(end - tile_start).ok()?.min(content.len());
            bases.extend_from_slice(content.get(from..to)?);
            at = tile_start + TILE_LEN;
        }
        Some(bases)
    }
}

impl Handle {
    fn contigs(&self) -> Contigs {
        // SAFETY: the index is loaded; each number is below its count and null is checked.
        let names = unsafe {
            (0..htslib::faidx_nseq(self.fai.as_ptr()))
                .filter_map(|number| {
                    let name = htslib::faidx_iseq(self.fai.as_ptr(), number);
                    (!name.is_null()).then(|| {
                        let len = htslib::faidx_seq_len64(self.fai.as_ptr(), name);
                        (CStr::from_ptr(name).to_string_lossy().into_owned(), len)
                    })
                })
                .collect::<Vec<_>>()
        };
        Contigs::new(names)
    }

    /// Tile number `tile` of a contig, up to (excluding) `end`.
    fn tile(&mut self, contig: ContigId, name: &CStr, tile: i64, end: i64) -> Option<&[u8]> {
        let held = self.tiles.iter().position(|(c, t, _)| (*c, *t) == (contig, tile));
        let entry = match held.and_then(|index| self.tiles.remove(index)) {
            Some(entry) => entry,
            None => (contig, tile, self.read(name, tile * TILE_LEN, end)?),
        };
        if self.tiles.len() >= TILE_COUNT {
            self.tiles.pop_front();
        }
        self.tiles.push_back(entry);
        self.tiles.back().map(|(_, _, bases)| bases.as_slice())
    }

    fn read(&self, name: &CStr, start: i64, end: i64) -> Option<Vec<u8>> {
        let mut bases = self.read_as_written(name, start, end)?;
        for base in &mut bases {
            if !matches!(base, b'A' | b'C' | b'G' | b'T') {
                *base = b'N';
            }
        }
        Some(bases)
    }

    /// `start..end` in upper case, with ambiguity codes.
    fn read_as_written(&self, name: &CStr, start: i64, end: i64) -> Option<Vec<u8>> {
        let mut len: htslib::hts_pos_t = 0;
        // SAFETY: the name is one of the index's own and the range lies within its length. The
        // buffer is htslib's: it is copied and given back to the allocator it came from.
        let mut bases = unsafe {
            let raw = htslib::faidx_fetch_seq64(self.fai.as_ptr(), name.as_ptr(), start, end - 1, &raw mut len);
            if raw.is_null() {
                return None;
            }
            let copy = usize::try_from(len)
                .ok()
                .map(|len| std::slice::from_raw_parts(raw.cast::<u8>(), len).to_vec());
            htslib::free(raw.cast());
            copy?
        };
        if len != end - start {
            return None;
        }
        bases.make_ascii_uppercase();
        Some(bases)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::fai_destroy(self.fai.as_ptr()) };
    }
}
