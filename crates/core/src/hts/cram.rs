//! The headers of a CRAM's containers and slices, read by htslib, with every checksum verified.

use std::path::Path;
use std::ptr::NonNull;

use rust_htslib::htslib;

use super::file::c_path;

/// A slice, as described by its own header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceHead {
    /// Bytes after the container's header.
    pub at: u64,
    /// Contig; -1 for unplaced records, -2 for records of several contigs.
    pub contig: i64,
    /// First base, 0-based, and one past the last.
    pub bases: (i64, i64),
}

/// A container, as described by its own header.
#[derive(Clone, Debug)]
pub struct ContainerHead {
    /// Records in it.
    pub records: u32,
    /// Start of the next container, in bytes from the start of the file.
    pub next: u64,
    /// Its slices.
    pub slices: Vec<SliceHead>,
}

/// A CRAM whose container headers are read, but not their records.
pub struct CramHeads(NonNull<htslib::cram_fd>);

// SAFETY: it is owned by one value alone.
unsafe impl Send for CramHeads {}

impl CramHeads {
    /// Opens the CRAM at `path`; `None` if htslib cannot read it as a CRAM.
    pub fn open(path: &Path) -> Option<Self> {
        let name = c_path(path).ok()?;
        // SAFETY: both texts are NUL-terminated; a null answer is checked.
        NonNull::new(unsafe { htslib::cram_open(name.as_ptr(), c"r".as_ptr()) }).map(Self)
    }

    /// The format's major version.
    pub fn version(&self) -> i32 {
        // SAFETY: the descriptor is open.
        unsafe { htslib::cram_major_vers(self.0.as_ptr()) }
    }

    /// The container that begins at byte `at`; `None` if its header, its first block or the header of one of its
    /// slices is damaged.
    pub fn container(&self, at: u64) -> Option<ContainerHead> {
        self.seek(at)?;
        // SAFETY: the descriptor is open, and a null answer is checked.
        let container = NonNull::new(unsafe { htslib::cram_read_container(self.0.as_ptr()) })?;
        // SAFETY: the container is ours and freed once; its landmarks are as many as it says.
        let (len, records, blocks, landmarks) = unsafe {
            let mut count = 0;
            let first = htslib::cram_container_get_landmarks(container.as_ptr(), &raw mut count);
            let landmarks = match usize::try_from(count) {
                Ok(count @ 1..) if !first.is_null() => std::slice::from_raw_parts(first, count).to_vec(),
                _ => Vec::new(),
            };
            let len = htslib::cram_container_get_length(container.as_ptr());
            let records = htslib::cram_container_get_num_records(container.as_ptr());
            let blocks = htslib::cram_container_get_num_blocks(container.as_ptr());
            htslib::cram_free_container(container.as_ptr());
            (len, records, blocks, landmarks)
        };
        let begin = self.tell()?;
        if blocks != 0 {
            self.block(begin, 0)?;
        }
        let mut slices = Vec::new();
        for landmark in landmarks.into_iter().filter(|landmark| (1..len).contains(landmark)) {
            slices.extend(self.block(begin, u64::try_from(landmark).ok()?)?);
        }
        Some(ContainerHead {
            records: u32::try_from(records).ok()?,
            next: begin.checked_add(u64::try_from(len).ok()?)?,
            slices,
        })
    }

    /// Reads the block `at` bytes after `begin`; returns the slice if the block is a slice header. `None` for a
    /// damaged block.
    fn block(&self, begin: u64, at: u64) -> Option<Option<SliceHead>> {
        self.seek(begin.checked_add(at)?)?;
        // SAFETY: the descriptor is open, and a null answer is checked.
        let block = NonNull::new(unsafe { htslib::cram_read_block(self.0.as_ptr()) })?;
        // SAFETY: block and header are ours, and each is freed once.
        unsafe {
            // The checksum is verified here, also for an uncompressed block.
            let is_whole = htslib::cram_uncompress_block(block.as_ptr()) >= 0;
            let kind = htslib::cram_block_get_content_type(block.as_ptr());
            let is_slice = kind == htslib::cram_content_type_MAPPED_SLICE;
            let head = (is_whole && is_slice)
                .then(|| NonNull::new(htslib::cram_decode_slice_header(self.0.as_ptr(), block.as_ptr())));
            htslib::cram_free_block(block.as_ptr());
            match head {
                None => is_whole.then_some(None),
                Some(head) => {
                    let head = head?;
                    let (mut contig, mut start, mut span) = (0, 0, 0);
                    htslib::cram_slice_hdr_get_coords(head.as_ptr(), &raw mut contig, &raw mut start, &raw mut span);
                    htslib::cram_free_slice_header(head.as_ptr());
                    Some(Some(SliceHead {
                        at,
                        contig: contig.into(),
                        bases: (start - 1, start - 1 + span.max(1)),
                    }))
                }
            }
        }
    }

    fn seek(&self, at: u64) -> Option<()> {
        let at = i64::try_from(at).ok()?;
        // SAFETY: the descriptor is open; 0 is SEEK_SET.
        (unsafe { htslib::cram_seek(self.0.as_ptr(), at, 0) } >= 0).then_some(())
    }

    /// Position of the next byte to be read.
    fn tell(&self) -> Option<u64> {
        // SAFETY: the descriptor is open; htslib's own `htell` is an inline function.
        let at = unsafe {
            let file = htslib::cram_fd_get_fp(self.0.as_ptr());
            (*file).offset + (*file).begin.offset_from((*file).buffer) as i64
        };
        u64::try_from(at).ok()
    }
}

impl Drop for CramHeads {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::cram_close(self.0.as_ptr()) };
    }
}
