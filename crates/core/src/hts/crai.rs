//! The slices listed in a `.crai` (CRAM specification 12), read in safe Rust.

use std::io::BufRead;

/// One line: the records of one contig in one slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CraiSlice {
    /// Contig; -1 for unplaced records.
    pub contig: i64,
    /// First base, 0-based.
    pub start: i64,
    /// One past the last base.
    pub end: i64,
    /// Start of the container, in bytes from the start of the file.
    pub container: u64,
    /// Start of the slice, in bytes after the container's header.
    pub slice: u64,
    /// Bytes of the slice.
    pub len: u64,
}

/// Reads the uncompressed lines of a `.crai`.
///
/// `Err` contains the reason as a phrase.
pub(super) fn slices(content: impl BufRead) -> Result<Vec<CraiSlice>, String> {
    content
        .lines()
        .map(|line| line.map_err(|_| "it cannot be read to its end".to_owned()))
        .filter(|line| line.as_ref().map_or(true, |line| !line.is_empty()))
        .map(|line| slice(&line?).ok_or_else(|| "it contains a line that is not an index entry".to_owned()))
        .collect()
}

fn slice(line: &str) -> Option<CraiSlice> {
    let mut fields = line.split('\t').map(|field| field.trim().parse::<i64>().ok());
    let mut next = || fields.next().flatten();
    let (contig, start, span) = (next()?, next()?, next()?);
    let mut size = || next().and_then(|n| u64::try_from(n).ok());
    let (container, slice, len) = (size()?, size()?, size()?);
    // 1-based in the file.
    let first = start.checked_sub(1)?;
    (fields.next().is_none() && contig >= -1 && span >= 0).then_some(CraiSlice {
        contig,
        start: first,
        end: first.checked_add(span.max(1))?,
        container,
        slice,
        len,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_six_whole_numbers() {
        let read = slices(&b"10\t118000001\t500\t1234\t200\t5000\n\n-1\t0\t1\t9000\t180\t70\n"[..]).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].start, read[0].end), (118_000_000, 118_000_500));
        assert_eq!((read[1].contig, read[1].len), (-1, 70));
        for bad in [
            "not an index",
            "1\t2\t3\t4\t5",
            "1\t2\t3\t4\t5\t6\t7",
            "-3\t2\t3\t4\t5\t6",
            "1\t2\t-3\t4\t5\t6",
            "1\t2\t3\t-4\t5\t6",
            "1\t9223372036854775807\t9\t4\t5\t6",
            "1\t-9223372036854775808\t9\t4\t5\t6",
        ] {
            assert!(slices(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
