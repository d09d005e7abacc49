//! Inputs made from valid seeds, mutated at random positions.

/// A deterministic random generator (splitmix64; Steele, Lea, Flood 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Numbers at the edges of integer types, and texts that are not numbers.
const NUMBERS: [&str; 20] = [
    "0",
    "-1",
    "1",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "1e308",
    "NaN",
    "",
];

/// One of `seeds`, changed one to eight times; sometimes part of another is inserted.
pub(crate) fn mutated(dice: &mut Dice, seeds: &[Vec<u8>], tokens: &[&[u8]]) -> Vec<u8> {
    let mut bytes = dice.pick(seeds).clone();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let scale = dice.below(8);
        let stretch = at..(at + dice.below(2 << scale)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 => drop(bytes.drain(stretch)),
            3 => {
                let copy = bytes[stretch].repeat(1 + dice.below(4));
                bytes.splice(at..at, copy);
            }
            4 | 5 => {
                let token = dice.pick(tokens).to_vec();
                bytes.splice(at..at, token);
            }
            6 => number(dice, &mut bytes, at),
            7 => {
                let other = dice.pick(seeds);
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => bytes.truncate(at),
        }
    }
    // Occasionally one line is repeated very often.
    if dice.one_in(200) {
        let copy = bytes.clone();
        let times = (1 << 20) / copy.len().max(1);
        bytes.extend(copy.repeat(times));
    }
    bytes
}

/// Replaces the number at or after a position by an edge value.
fn number(dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
    let Some(from) = (at..bytes.len()).find(|i| bytes[*i].is_ascii_digit()) else {
        return;
    };
    let to = (from..bytes.len())
        .find(|i| !bytes[*i].is_ascii_digit())
        .unwrap_or(bytes.len());
    bytes.splice(from..to, dice.pick(&NUMBERS).bytes());
}
