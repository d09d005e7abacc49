//! The containers of a CRAM: checksums of their headers, and the records in them.
//!
//! Every block of a CRAM 3 ends with a CRC-32 (CRAM specification 8), but htslib verifies it when it decompresses a
//! block, and compression and slice headers are stored uncompressed. A changed byte there silently gives different
//! records, so each container is checked before it is read. A `.crai` is accepted if it tiles the file, and if the
//! slices around a region match its entries.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use crate::hts::{ContainerHead, CraiSlice, CramHeads, FetchError, ReadError};

/// The file's definition: magic, version, name (CRAM specification 6).
const DEFINITION_LEN: u64 = 26;
/// Length of the end-of-file container of CRAM 3 and of CRAM 2.1 (CRAM specification 9).
const END_LEN: [u64; 2] = [38, 30];
/// Least and most bytes of a container's header without its landmarks: nine integers of one to nine bytes, and in
/// CRAM 3 a checksum.
const HEADER_LEN: (u64, u64) = (12, 60);
/// Most bytes of an integer.
const INTEGER_MAX: u64 = 5;
/// A slice with records of several contigs.
const SEVERAL: i64 = -2;

/// Why containers cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A header of the CRAM is damaged.
    Damaged,
    /// The index does not match the file's content.
    Misfit,
}

impl From<Fault> for FetchError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged => Self::Read(ReadError::Damaged),
            Fault::Misfit => Self::Misfit("a slice does not match its entry"),
        }
    }
}

/// The containers of one CRAM.
pub(super) struct CramContainers {
    file: CramHeads,
    len: u64,
    /// Major format version: 2 or 3.
    version: i32,
    /// The index's lines by slice, in file order.
    index: Vec<Vec<CraiSlice>>,
    heads: RefCell<BTreeMap<u64, Option<ContainerHead>>>,
}

impl CramContainers {
    /// For the CRAM at `path`; `None` if its version has other containers, or it cannot be read (opening it gives a
    /// better message).
    pub(super) fn open(path: &Path) -> Option<Self> {
        let len = path.metadata().ok()?.len();
        let file = CramHeads::open(path)?;
        let version = file.version();
        matches!(version, 2 | 3).then_some(Self {
            file,
            len,
            version,
            index: Vec::new(),
            heads: RefCell::default(),
        })
    }

    /// Sets the index, if its slices tile the file in the order of a sorted one.
    ///
    /// `Err` contains the reason as a phrase.
    pub(super) fn use_index(&mut self, mut index: Vec<CraiSlice>, contig_count: usize) -> Result<(), String> {
        if let Some(contig) = index.iter().map(|slice| slice.contig).max()
            && usize::try_from(contig).is_ok_and(|contig| contig >= contig_count)
        {
            return Err(format!(
                "it lists contig number {contig}, the header has {contig_count}"
            ));
        }
        index.sort_by_key(|slice| (slice.container, slice.slice, order(slice.contig), slice.start));
        if !index.is_sorted_by_key(|slice| (order(slice.contig), slice.start)) {
            return Err("its slices are not in the order of a sorted file".to_owned());
        }
        let first = self
            .head(DEFINITION_LEN)
            .map(|head| head.next)
            .ok_or("the file's header is damaged")?;
        self.tiles(&index, first)?;
        let slices = index.chunk_by(|a, b| (a.container, a.slice) == (b.container, b.slice));
        self.index = slices.map(<[_]>::to_vec).collect();
        Ok(())
    }

    /// Whether the slices cover the file from byte `first` to the container at its end.
    fn tiles(&self, index: &[CraiSlice], first: u64) -> Result<(), String> {
        let end_len = if self.version == 3 { END_LEN[0] } else { END_LEN[1] };
        let ends = [self.len.saturating_sub(end_len), self.len];
        let mut next = first;
        let mut containers = index.chunk_by(|a, b| a.container == b.container).peekable();
        while let Some(container) = containers.next() {
            let at = container.first().map_or(0, |slice| slice.container);
            if at != next && next == first {
                return Err("its first slice is not the file's first".to_owned());
            }
            let mut end = None;
            let mut count = 0;
            for slice in container.chunk_by(|a, b| a.slice == b.slice) {
                let [line, others @ ..] = slice else { continue };
                let same = others.iter().all(|other| other.len == line.len);
                if !same || end.is_some_and(|end| end != line.slice) {
                    return Err("the file has slices that it does not list".to_owned());
                }
                end = line.slice.checked_add(line.len);
                count += 1;
            }
            let begin = end.and_then(|end| end.checked_add(at)).unwrap_or(u64::MAX);
            let following = containers
                .peek()
                .and_then(|following| following.first())
                .map(|slice| slice.container);
            let header = (HEADER_LEN.0, HEADER_LEN.1 + count * INTEGER_MAX);
            let fits = |next: u64| {
                next.checked_sub(begin)
                    .is_some_and(|len| (header.0..=header.1).contains(&len))
            };
            next = match following {
                Some(following) if fits(following) => following,
                Some(_) => return Err("the file has slices that it does not list".to_owned()),
                None if begin > self.len => {
                    return Err(format!("it points past the end of a file of {} bytes", self.len));
                }
                None => match ends.into_iter().find(|end| fits(*end)) {
                    Some(end) => end,
                    None => return Err("the file continues after its last slice".to_owned()),
                },
            };
        }
        if index.is_empty() && !ends.contains(&first) {
            return Err("it lists no slices, but the file has some".to_owned());
        }
        Ok(())
    }

    /// The containers, with their record counts, that may contain records on `start..end` (0-based) of a contig.
    /// `thorough`: all slices of the contig are compared with the index, not only those around the region.
    pub(super) fn reaching(
        &self,
        contig: i64,
        (start, end): (i64, i64),
        thorough: bool,
    ) -> Result<Vec<(u64, u32)>, Fault> {
        let next = self.index.partition_point(|slice| {
            slice
                .first()
                .is_some_and(|line| (order(line.contig), line.start) < (order(contig), end))
        });
        let mut wanted = Vec::new();
        for (n, lines) in self.index.iter().enumerate() {
            let reaches = |line: &CraiSlice| line.contig == contig && line.start < end && line.end > start;
            let named = lines.iter().any(reaches);
            let is_adjacent = n == next || n + 1 == next;
            let is_of_contig = thorough && lines.iter().any(|line| line.contig == contig);
            if !(named || is_adjacent || is_of_contig) {
                continue;
            }
            // A slice of several contigs may contain more than its lines say.
            let has_several = self.compare(lines)?;
            if named || is_adjacent && has_several {
                wanted.extend(lines.first().map(|line| line.container));
            }
        }
        self.counted(wanted)
    }

    /// The containers with unplaced records.
    pub(super) fn unplaced(&self) -> Result<Vec<(u64, u32)>, Fault> {
        let is_unplaced = |lines: &Vec<CraiSlice>| lines.iter().any(|line| line.contig < 0);
        let first = self.index.iter().position(is_unplaced).unwrap_or(self.index.len());
        let mut wanted = Vec::new();
        for (n, lines) in self.index.iter().enumerate().skip(first.saturating_sub(1)) {
            let has_several = self.compare(lines)?;
            if n >= first || has_several {
                wanted.extend(lines.first().map(|line| line.container));
            }
        }
        self.counted(wanted)
    }

    /// Compares a slice's lines with its own header; returns whether it has several contigs.
    fn compare(&self, lines: &[CraiSlice]) -> Result<bool, Fault> {
        let Some(line) = lines.first() else { return Ok(false) };
        let head = self.head(line.container).ok_or(Fault::Damaged)?;
        let slice = head.slices.iter().find(|slice| slice.at == line.slice);
        let slice = slice.ok_or(Fault::Misfit)?;
        let is_same = match slice.contig {
            SEVERAL => true,
            -1 => lines.len() == 1 && line.contig == -1,
            contig => lines.len() == 1 && line.contig == contig && (line.start, line.end) == slice.bases,
        };
        if is_same {
            Ok(slice.contig == SEVERAL)
        } else {
            Err(Fault::Misfit)
        }
    }

    fn counted(&self, mut containers: Vec<u64>) -> Result<Vec<(u64, u32)>, Fault> {
        containers.sort_unstable();
        containers.dedup();
        containers
            .into_iter()
            .map(|at| Ok((at, self.head(at).ok_or(Fault::Damaged)?.records)))
            .collect()
    }

    /// Whether the headers of all containers are intact.
    pub(super) fn all_fit(&self) -> bool {
        let mut at = DEFINITION_LEN;
        while self.version == 3 && at < self.len {
            match self.file.container(at) {
                Some(head) if head.next > at => at = head.next,
                _ => return false,
            }
        }
        self.version < 3 || at == self.len
    }

    fn head(&self, at: u64) -> Option<ContainerHead> {
        let mut heads = self.heads.borrow_mut();
        heads.entry(at).or_insert_with(|| self.file.container(at)).clone()
    }
}

/// Contigs in the order of a sorted file: unplaced records come last.
const fn order(contig: i64) -> i64 {
    if contig < 0 { i64::MAX } else { contig }
}
