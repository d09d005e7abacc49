//! CIGAR strings (SAM specification 1.4.6) as values.

use std::fmt;

use super::Interval;

/// One CIGAR operation with its length in bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CigarOp {
    /// `M`, `=` or `X`: read and reference advance.
    Match(u32),
    /// `I`: read only.
    Insertion(u32),
    /// `D`: reference only.
    Deletion(u32),
    /// `N`: reference only, an intron.
    Skip(u32),
    /// `S`: read only, bases present but not aligned.
    SoftClip(u32),
    /// `H`: bases not present in the record.
    HardClip(u32),
    /// `P`: neither read nor reference.
    Padding(u32),
}

impl CigarOp {
    /// Length in bases.
    pub const fn len(self) -> u32 {
        match self {
            Self::Match(n)
            | Self::Insertion(n)
            | Self::Deletion(n)
            | Self::Skip(n)
            | Self::SoftClip(n)
            | Self::HardClip(n)
            | Self::Padding(n) => n,
        }
    }

    /// Whether the operation has length 0.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The operation of a BAM code (SAM specification 4.2: the index in `MIDNSHP=X`); `None` for an undefined code.
    pub const fn from_code(code: u32, len: u32) -> Option<Self> {
        Some(match code {
            0 | 7 | 8 => Self::Match(len),
            1 => Self::Insertion(len),
            2 => Self::Deletion(len),
            3 => Self::Skip(len),
            4 => Self::SoftClip(len),
            5 => Self::HardClip(len),
            6 => Self::Padding(len),
            _ => return None,
        })
    }

    const fn letter(self) -> char {
        match self {
            Self::Match(_) => 'M',
            Self::Insertion(_) => 'I',
            Self::Deletion(_) => 'D',
            Self::Skip(_) => 'N',
            Self::SoftClip(_) => 'S',
            Self::HardClip(_) => 'H',
            Self::Padding(_) => 'P',
        }
    }
}

/// Letters of the operations, by code.
const LETTERS: &[u8; 9] = b"MIDNSHP=X";

/// The operations of one alignment, in reference order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cigar(pub Vec<CigarOp>);

/// An aligned stretch without a gap of `min_gap` reference bases or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Reference interval.
    pub reference: Interval,
    /// Bases of the *whole* read, clips of either kind counted, before the block, in reference order.
    pub read_start: u32,
    /// The same, at the block's end.
    pub read_end: u32,
}

impl Cigar {
    /// Parses a CIGAR, as in an SA tag or a SAM line. `None` for anything that is not a CIGAR: no operation, an
    /// unknown letter, a length that is missing or above 2^28 - 1 (BAM's limit).
    pub fn parse(text: &str) -> Option<Self> {
        let mut ops = Vec::new();
        let mut length: Option<u32> = None;
        for byte in text.bytes() {
            if byte.is_ascii_digit() {
                let digit = u32::from(byte - b'0');
                length = Some(length.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
            let n = length.take().filter(|n| *n < 1 << 28)?;
            let code = LETTERS.iter().position(|letter| *letter == byte)?;
            ops.push(CigarOp::from_code(u32::try_from(code).ok()?, n)?);
        }
        (length.is_none() && !ops.is_empty()).then_some(Self(ops))
    }

    /// Reference bases that the alignment spans.
    pub fn reference_len(&self) -> i64 {
        self.sum(|op| matches!(op, CigarOp::Match(_) | CigarOp::Deletion(_) | CigarOp::Skip(_)))
    }

    /// Bases of the record's own sequence (without hard clips).
    pub fn sequence_len(&self) -> u64 {
        self.sum(|op| matches!(op, CigarOp::Match(_) | CigarOp::Insertion(_) | CigarOp::SoftClip(_)))
            .unsigned_abs()
    }

    /// Bases of the whole read, including hard clips.
    pub fn read_len(&self) -> u64 {
        self.sequence_len() + self.sum(|op| matches!(op, CigarOp::HardClip(_))).unsigned_abs()
    }

    fn sum(&self, counts: impl Fn(&CigarOp) -> bool) -> i64 {
        let counted = self.0.iter().filter(|op| counts(op));
        counted.map(|op| i64::from(op.len())).sum()
    }

    /// Hard-clipped bases before the record's sequence, in reference order.
    pub fn leading_hard_clip(&self) -> u32 {
        self.0
            .first()
            .map_or(0, |op| if let CigarOp::HardClip(n) = op { *n } else { 0 })
    }

    /// Clipped bases (soft and hard) at the low-coordinate end.
    pub fn leading_clip(&self) -> u32 {
        clip_of(self.0.iter())
    }

    /// Clipped bases (soft and hard) at the high-coordinate end.
    pub fn trailing_clip(&self) -> u32 {
        clip_of(self.0.iter().rev())
    }

    /// Soft-clipped bases at the low- and the high-coordinate end.
    pub fn soft_clips(&self) -> (u32, u32) {
        let is_clip = |op: &CigarOp| matches!(op, CigarOp::SoftClip(_) | CigarOp::HardClip(_));
        if self.0.iter().all(is_clip) {
            return (0, 0);
        }
        let soft = |op: Option<&CigarOp>| if let Some(CigarOp::SoftClip(n)) = op { *n } else { 0 };
        let is_inner = |op: &&CigarOp| !matches!(op, CigarOp::HardClip(_) | CigarOp::Padding(_));
        let mut inner = self.0.iter().filter(is_inner);
        (soft(inner.clone().next()), soft(inner.next_back()))
    }

    /// The aligned blocks from `start` (0-based reference position), split at every `N` and at every `D` of at least
    /// `min_gap` bases. Small insertions and deletions are within a block.
    pub fn blocks(&self, start: i64, min_gap: u32) -> Vec<Block> {
        let mut blocks = Vec::new();
        let (mut reference, mut read) = (start, 0_u32);
        let mut open: Option<(i64, u32)> = None;
        // End of the last matched base: trailing insertions and deletions are not part of a block.
        let mut matched = (start, 0_u32);
        let mut close = |open: &mut Option<(i64, u32)>, matched: (i64, u32)| {
            if let Some((from, read_from)) = open.take()
                && matched.0 > from
            {
                blocks.push(Block {
                    reference: Interval::new(from, matched.0),
                    read_start: read_from,
                    read_end: matched.1,
                });
            }
        };
        for op in &self.0 {
            match *op {
                CigarOp::Match(n) => {
                    if open.is_none() {
                        open = Some((reference, read));
                    }
                    reference = reference.saturating_add(i64::from(n));
                    read = read.saturating_add(n);
                    matched = (reference, read);
                }
                CigarOp::Insertion(n) => read = read.saturating_add(n),
                CigarOp::Deletion(n) => {
                    if n >= min_gap {
                        close(&mut open, matched);
                    }
                    reference = reference.saturating_add(i64::from(n));
                }
                CigarOp::Skip(n) => {
                    close(&mut open, matched);
                    reference = reference.saturating_add(i64::from(n));
                }
                CigarOp::SoftClip(n) | CigarOp::HardClip(n) => read = read.saturating_add(n),
                CigarOp::Padding(_) => {}
            }
        }
        close(&mut open, matched);
        blocks
    }
}

fn clip_of<'a>(ops: impl Iterator<Item = &'a CigarOp>) -> u32 {
    ops.take_while(|op| matches!(op, CigarOp::SoftClip(_) | CigarOp::HardClip(_) | CigarOp::Padding(_)))
        .map(|op| if matches!(op, CigarOp::Padding(_)) { 0 } else { op.len() })
        .fold(0, u32::saturating_add)
}

impl fmt::Display for Cigar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("*");
        }
        self.0
            .iter()
            .try_for_each(|op| write!(f, "{}{}", op.len(), op.letter()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_are_cut_at_introns_and_large_deletions() {
        let cigar = Cigar::parse("3S10M329N20M2D5M1I4M60D8M7H").unwrap_or_default();
        let blocks = cigar.blocks(100, 20);
        assert_eq!(
            blocks
                .iter()
                .map(|b| (b.reference.start.0, b.reference.end.0, b.read_start, b.read_end))
                .collect::<Vec<_>>(),
            [(100, 110, 3, 13), (439, 470, 13, 43), (530, 538, 43, 51)]
        );
        assert_eq!(cigar.read_len(), 58);
        assert_eq!(cigar.leading_clip(), 3);
        assert_eq!(cigar.trailing_clip(), 7);
        assert_eq!(cigar.soft_clips(), (3, 0));
    }

    #[test]
    fn invalid_cigars_are_refused() {
        for text in ["", "*", "M", "10", "10Q", "99999999999M", "-3M", "10M5"] {
            assert_eq!(Cigar::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips_and_lengths_add_up(ops in prop::collection::vec((0_usize..7, 1_u32..500), 1..30)) {
            let cigar = Cigar(ops.into_iter().map(|(kind, n)| [CigarOp::Match, CigarOp::Insertion, CigarOp::Deletion,
                CigarOp::Skip, CigarOp::SoftClip, CigarOp::HardClip, CigarOp::Padding][kind](n)).collect());
            prop_assert_eq!(Cigar::parse(&cigar.to_string()), Some(cigar.clone()));
            let blocks = cigar.blocks(1_000, 20);
            prop_assert!(blocks.iter().map(|b| b.reference.len()).sum::<i64>() <= cigar.reference_len());
            prop_assert!(blocks.windows(2).all(|w| w[0].reference.end <= w[1].reference.start && w[0].read_end <= w[1].read_start));
            prop_assert!(blocks.last().is_none_or(|b| u64::from(b.read_end) <= cigar.read_len()));
        }
    }
}
