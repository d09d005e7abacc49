//! Where one BGZF block ends and the next begins (SAM specification 4.1), without unpacking any.

use std::fs::File;
use std::os::unix::fs::FileExt;

use super::index::VirtualOffset;

/// Fixed part of a gzip header with its extra length.
const HEADER_LEN: usize = 12;
/// Check sum and length of the content.
const TRAILER_LEN: u64 = 8;

/// The file whose blocks are asked for.
pub struct Blocks<'a>(pub &'a File);

impl Blocks<'_> {
    /// Whether no byte of content lies between two places: they are the same, or the first is the end of a
    /// block and the second the begin of the next one. (Writers differ in which of the two they name.)
    pub fn adjoin(&self, end: VirtualOffset, start: VirtualOffset) -> bool {
        let (mut block, mut within) = (end.block(), u64::from(end.within()));
        while (block, within) != (start.block(), u64::from(start.within())) {
            let Some((next, content)) = self.block(block).filter(|_| block < start.block()) else {
                return false;
            };
            if within != content {
                return false;
            }
            (block, within) = (next, 0);
        }
        true
    }

    /// The block at `at`: where the next begins, and the bytes of its content.
    fn block(&self, at: u64) -> Option<(u64, u64)> {
        let mut header = [0; HEADER_LEN];
        self.0.read_exact_at(&mut header, at).ok()?;
        if header[..4] != [0x1f, 0x8b, 8, 4] {
            return None;
        }
        let mut extra = vec![0; usize::from(u16::from_le_bytes([header[10], header[11]]))];
        self.0.read_exact_at(&mut extra, at + HEADER_LEN as u64).ok()?;
        let mut fields = &extra[..];
        while let [first, second, low, high, rest @ ..] = fields {
            let len = usize::from(u16::from_le_bytes([*low, *high]));
            if let ([b'B', b'C'], [low, high, ..]) = ([*first, *second], rest) {
                let next = at + u64::from(u16::from_le_bytes([*low, *high])) + 1;
                let mut content = [0; 4];
                self.0
                    .read_exact_at(&mut content, next.checked_sub(TRAILER_LEN / 2)?)
                    .ok()?;
                return (next > at + TRAILER_LEN).then_some((next, u64::from(u32::from_le_bytes(content))));
            }
            fields = rest.get(len..)?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn only_the_end_of_a_block_adjoins_the_next() {
        let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
        writer.write_all(&[7; 100]).unwrap();
        writer.flush().unwrap();
        let second = writer.get_ref().len() as u64;
        writer.write_all(&[8; 50]).unwrap();
        let bytes = writer.finish().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let blocks = Blocks(&file);
        let place = |block: u64, within: u64| VirtualOffset(block << 16 | within);
        assert!(blocks.adjoin(place(0, 40), place(0, 40)));
        assert!(blocks.adjoin(place(0, 100), place(second, 0)));
        assert!(!blocks.adjoin(place(0, 99), place(second, 0)));
        assert!(!blocks.adjoin(place(0, 100), place(second, 1)));
        assert!(!blocks.adjoin(place(0, 40), place(0, 41)));
        assert!(!blocks.adjoin(place(second, 0), place(0, 100)), "backwards");
        assert!(!blocks.adjoin(place(5, 0), place(second, 0)), "no block begins at 5");
        // The empty block at the end counts as nothing.
        let behind = bytes.len() as u64;
        assert!(blocks.adjoin(place(second, 50), place(behind, 0)));
        assert!(!blocks.adjoin(place(second, 49), place(behind, 0)));
    }
}
