//! The integers and check sums of a CRAM's headers (CRAM specification 2.3 and 8).

use std::fs::File;
use std::os::unix::fs::FileExt;

use flate2::Crc;

/// Bytes taken at once: a container's header with its compression header is a few kB.
const PIECE: usize = 16 << 10;

/// Bytes of a file from a place on, with the check sum of what was taken.
pub(super) struct Bytes<'a> {
    file: &'a File,
    at: u64,
    piece: Vec<u8>,
    used: usize,
    taken: usize,
    sum: Crc,
}

impl<'a> Bytes<'a> {
    pub(super) fn at(file: &'a File, at: u64) -> Self {
        Self {
            file,
            at,
            piece: Vec::new(),
            used: 0,
            taken: 0,
            sum: Crc::new(),
        }
    }

    fn more(&mut self) -> Option<()> {
        if self.used < self.piece.len() {
            return Some(());
        }
        self.piece.resize(PIECE, 0);
        let read = self.file.read_at(&mut self.piece, self.at).ok()?;
        self.piece.truncate(read);
        self.at = self.at.checked_add(read as u64)?;
        self.used = 0;
        (read > 0).then_some(())
    }

    fn byte(&mut self) -> Option<u8> {
        self.more()?;
        let byte = *self.piece.get(self.used)?;
        self.used += 1;
        self.taken += 1;
        self.sum.update(&[byte]);
        Some(byte)
    }

    /// Bytes taken so far.
    pub(super) const fn taken(&self) -> u64 {
        self.taken as u64
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Some(bytes)
    }

    pub(super) fn skip(&mut self, count: u32) -> Option<()> {
        let mut left = usize::try_from(count).ok()?;
        while left > 0 {
            self.more()?;
            let part = left.min(self.piece.len() - self.used);
            self.sum.update(self.piece.get(self.used..self.used + part)?);
            self.used += part;
            self.taken += part;
            left -= part;
        }
        Some(())
    }

    /// Compares the four bytes that follow with the sum of what came before.
    pub(super) fn check_sum(&mut self) -> Option<()> {
        let sum = self.sum.sum();
        (u32::from_le_bytes(self.array()?) == sum).then_some(())
    }

    /// An integer of one to five bytes (CRAM specification 2.3).
    pub(super) fn itf8(&mut self) -> Option<u32> {
        let first = self.byte()?;
        let more = (first.leading_ones().min(4)) as usize;
        let mut value = u32::from(first) & (0xff >> (more + 1).min(8));
        if more == 4 {
            value = u32::from(first) & 0x0f;
        }
        for n in 0..more {
            let byte = u32::from(self.byte()?);
            value = if n == 3 {
                value << 4 | byte & 0x0f
            } else {
                value << 8 | byte
            };
        }
        Some(value)
    }

    /// One of one to nine bytes; its value is of no use here.
    pub(super) fn ltf8(&mut self) -> Option<()> {
        let more = self.byte()?.leading_ones();
        self.skip(more)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn integers_of_every_length_and_their_check_sum() {
        let mut bytes = vec![
            0x7f, 0x80, 0x81, 0xc0, 0x01, 0x02, 0xe0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0x0f,
        ];
        let mut sum = Crc::new();
        sum.update(&bytes);
        bytes.extend(sum.sum().to_le_bytes());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let mut read = Bytes::at(&file, 0);
        let values: Vec<u32> = (0..5).map(|_| read.itf8().unwrap()).collect();
        assert_eq!(values, [127, 129, 258, 0x01_0203, u32::MAX]);
        assert_eq!(read.taken(), 15);
        assert_eq!(read.check_sum(), Some(()));
        assert_eq!(read.itf8(), None, "the end");
        let mut read = Bytes::at(&file, 1);
        read.skip(14).unwrap();
        assert_eq!(read.check_sum(), None, "another sum");
    }
}
