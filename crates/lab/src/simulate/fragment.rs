//! Fragments sampled from molecules, and the reads of their ends.

use std::sync::Arc;

use super::Genome;
use super::design::{Design, Strandedness};
use super::dice::Dice;
use super::template::{Piece, Place, Template};

/// Shortest fragment in a library, bases.
const FRAGMENT_LEN_MIN: usize = 40;
/// Least number of bases on each side of a split read in the truth table.
pub(crate) const SPLIT_ANCHOR: usize = 10;
/// Qualities and their error probabilities (10^(-Q/10)), as binned by current sequencers.
const QUALITIES: [(u8, f64); 3] = [(37, 0.000_199_53), (25, 0.003_162_28), (11, 0.079_432_82)];

/// The origin of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A wild-type transcript.
    WildType,
    /// An event, by its index in the design.
    Event(usize),
    /// A library chimera.
    Chimera,
}

/// One read of a fragment.
#[derive(Clone, Debug)]
pub struct Read {
    /// First base in the molecule.
    pub start: usize,
    /// Bases along the molecule, errors included.
    pub bases: Vec<u8>,
    /// Qualities (Phred) of these.
    pub qualities: Vec<u8>,
    /// Whether it was sequenced against the molecule's direction.
    pub antisense: bool,
}

impl Read {
    /// End in the molecule (exclusive).
    pub fn end(&self) -> usize {
        self.start + self.bases.len()
    }
}

/// A fragment with its reads.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Read name.
    pub name: String,
    /// Its origin.
    pub origin: Origin,
    /// Its molecule.
    pub template: Arc<Template>,
    /// One or two reads, the first read first.
    pub reads: Vec<Read>,
    /// Molecular identifier.
    pub umi: Option<Vec<u8>>,
    /// A PCR copy of another fragment.
    pub is_copy: bool,
}

/// The sequenced fragments of a sample, with their PCR copies.
pub(crate) struct Sequencing<'a> {
    pub(super) design: &'a Design,
    /// First letter of every read name.
    letter: char,
    /// Bases of a molecular identifier.
    umi_len: usize,
    /// The fragments sequenced so far.
    pub(crate) fragments: Vec<Fragment>,
    copies: Dice,
    errors: Dice,
}

impl<'a> Sequencing<'a> {
    pub(crate) fn new(design: &'a Design, letter: char, umi_len: usize) -> Self {
        Self {
            design,
            letter,
            umi_len,
            fragments: Vec::new(),
            copies: Dice::new(design.seed, 1),
            errors: Dice::new(design.seed, 2),
        }
    }

    /// Sequences fragments of a molecule; `seen` records how each supports the junctions.
    pub(crate) fn add_all(
        &mut self,
        (template, origin): (&Arc<Template>, Origin),
        inserts: &[Insert],
        crossings: &[Crossing],
        mut seen: impl FnMut(usize, Support),
    ) {
        for insert in inserts {
            let reads = insert.reads(self.design);
            for (index, crossing) in crossings.iter().enumerate() {
                if let Some(support) = crossing.support(&reads) {
                    seen(index, support);
                }
            }
            self.add(insert, template, origin);
        }
    }

    /// Sequences a library chimera of two runs of segments in either order; `false` if some of its bases are not known.
    pub(crate) fn chimera(&mut self, one: Vec<Place>, other: Vec<Place>, genome: &Genome<'_>, dice: &mut Dice) -> bool {
        let runs = if dice.chance(0.5) { [one, other] } else { [other, one] };
        let template = Template::of_pieces(&runs.map(Piece::Placed), genome);
        if template.is_known() {
            let insert = Insert::whole(&template, direction(self.design, dice));
            self.add(&insert, &Arc::new(template), Origin::Chimera);
            return true;
        }
        false
    }

    /// Sequences a molecule and its PCR copies.
    fn add(&mut self, insert: &Insert, template: &Arc<Template>, origin: Origin) {
        let molecule = self.fragments.len();
        let umi = self.design.umi.then(|| self.copies.bases(self.umi_len));
        let mut copy = 0;
        loop {
            let name = match copy {
                0 => format!("{}{molecule:07}", self.letter),
                n => format!("{}{molecule:07}d{n}", self.letter),
            };
            self.fragments.push(Fragment {
                name,
                origin,
                template: Arc::clone(template),
                reads: sequence(insert, template, self.design, &mut self.errors),
                umi: umi.clone(),
                is_copy: copy > 0,
            });
            // A geometric number of copies: the given fraction of all fragments are copies.
            if self.design.duplicate_rate <= 0.0 || !self.copies.chance(self.design.duplicate_rate.min(0.95)) {
                break;
            }
            copy += 1;
        }
    }
}

/// How a fragment supports a junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// A read has at least [`SPLIT_ANCHOR`] bases of both sides.
    Split,
    /// A read contains both sides, one of them with fewer bases.
    Short,
    /// No read crosses it, and the mates lie on different sides.
    Spanning,
}

/// A junction of a molecule, as crossed by reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossing {
    /// End of the 5' side (exclusive), and start of the 3' side.
    pub(super) bases: (usize, usize),
    /// The interval of the molecule covered by its two sides: mates beyond another junction do not count.
    pub(super) reach: (usize, usize),
}

impl Crossing {
    /// How reads, given as intervals of the molecule, support it.
    pub(super) fn support(&self, reads: &[(usize, usize)]) -> Option<Support> {
        let (junction, reach) = (self.bases, self.reach);
        let seen: Vec<(usize, usize)> = reads
            .iter()
            .map(|(start, end)| {
                let left = junction.0.min(*end).saturating_sub((*start).max(reach.0));
                let right = (*end).min(reach.1).saturating_sub(junction.1.max(*start));
                (left, right)
            })
            .collect();
        match seen.iter().map(|(left, right)| *left.min(right)).max() {
            Some(SPLIT_ANCHOR..) => return Some(Support::Split),
            Some(1..) => return Some(Support::Short),
            _ => {}
        }
        let left = seen.iter().any(|(left, _)| *left > 0);
        let right = seen.iter().any(|(_, right)| *right > 0);
        (left && right).then_some(Support::Spanning)
    }
}

/// Interval and direction of a fragment, before sequencing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Insert {
    /// First base in the molecule.
    pub start: usize,
    /// End in the molecule (exclusive).
    pub end: usize,
    /// The first read has the molecule's direction.
    pub forward: bool,
}

impl Insert {
    /// A molecule from end to end.
    fn whole(template: &Template, forward: bool) -> Self {
        Self {
            start: 0,
            end: template.bases.len(),
            forward,
        }
    }

    /// A fragment of `len` bases with a random direction.
    fn drawn(start: usize, len: usize, design: &Design, dice: &mut Dice) -> Self {
        Self {
            start,
            end: start + len,
            forward: direction(design, dice),
        }
    }

    /// The intervals covered by the reads, the first read's first.
    pub(crate) fn reads(&self, design: &Design) -> Vec<(usize, usize)> {
        let len = (design.read_len as usize).min(self.end - self.start);
        let (low, high) = ((self.start, self.start + len), (self.end - len, self.end));
        match (design.paired, self.forward) {
            (true, true) => vec![low, high],
            (true, false) => vec![high, low],
            (false, true) => vec![low],
            (false, false) => vec![high],
        }
    }
}

/// A fragment length for a molecule of `limit` bases.
pub(crate) fn fragment_len(design: &Design, limit: usize, dice: &mut Dice) -> usize {
    let drawn = design.fragment_len_mean + design.fragment_len_sd * dice.normal();
    (drawn.round().max(0.0) as usize).max(FRAGMENT_LEN_MIN).min(limit)
}

/// Direction of a fragment's first read against its molecule.
pub(crate) fn direction(design: &Design, dice: &mut Dice) -> bool {
    match design.strandedness {
        Strandedness::Unstranded => dice.chance(0.5),
        Strandedness::Forward => true,
        Strandedness::Reverse => false,
    }
}

/// A fragment anywhere in a molecule, or nearer to its 3' end if the design has 3' bias.
pub(crate) fn anywhere(template: &Template, design: &Design, dice: &mut Dice) -> Insert {
    let limit = template.bases.len();
    let len = fragment_len(design, limit, dice);
    let room = limit - len;
    let start = match design.three_prime_decay {
        Some(decay) if decay > 0.0 => {
            // Inverse of the exponential distribution, truncated at the transcript's length.
            let full = 1.0 - (-(room as f64) / decay).exp();
            let distance = -decay * (1.0 - dice.unit() * full).ln();
            room - (distance as usize).min(room)
        }
        _ => dice.below(room + 1),
    };
    Insert::drawn(start, len, design, dice)
}

/// A fragment that starts at any base of a chromosome segment with equal probability, and is lost if it extends past
/// the end: so every base except those near the two ends has the same depth in short and long segments.
pub(crate) fn from_any_base(template: &Template, design: &Design, dice: &mut Dice) -> Option<Insert> {
    let limit = template.bases.len();
    let len = fragment_len(design, usize::MAX, dice);
    let start = dice.below(limit.max(1));
    let insert = Insert::drawn(start, len, design, dice);
    (insert.end <= limit).then_some(insert)
}

/// A fragment with bases on both sides of a junction.
pub(crate) fn over(template: &Template, junction: (usize, usize), design: &Design, dice: &mut Dice) -> Insert {
    let limit = template.bases.len();
    let (left_end, right_start) = junction;
    let needed = right_start + 2 - left_end;
    let len = fragment_len(design, limit, dice).max(needed.min(limit));
    let low = (right_start + 1).saturating_sub(len);
    let high = left_end.saturating_sub(1).min(limit - len);
    let start = dice.between(low.min(high), high);
    Insert::drawn(start, len, design, dice)
}

/// Sequences a fragment: bases with errors, qualities to match.
fn sequence(insert: &Insert, template: &Template, design: &Design, dice: &mut Dice) -> Vec<Read> {
    let intervals = insert.reads(design);
    intervals
        .into_iter()
        .enumerate()
        .map(|(number, (start, end))| {
            let mut bases = template.bases.get(start..end).unwrap_or_default().to_vec();
            let qualities = bases
                .iter_mut()
                .map(|base| add_error(base, design.error_rate, dice))
                .collect();
            Read {
                start,
                bases,
                qualities,
                antisense: (number == 0) != insert.forward,
            }
        })
        .collect()
}

/// Samples a quality, and with its probability another base.
fn add_error(base: &mut u8, error_rate: f64, dice: &mut Dice) -> u8 {
    let [(best, best_rate), (middle, middle_rate), (worst, worst_rate)] = QUALITIES;
    // Three parts intermediate to one part low quality make up the remaining errors.
    let excess = (3.0 * (middle_rate - best_rate) + (worst_rate - best_rate)).max(1e-9);
    let share = ((error_rate - best_rate) / excess).clamp(0.0, 0.25);
    let drawn = dice.unit();
    let (quality, rate) = if drawn < share {
        (worst, worst_rate)
    } else if drawn < 4.0 * share {
        (middle, middle_rate)
    } else {
        (best, best_rate.min(error_rate))
    };
    if rate > 0.0 && dice.chance(rate) {
        let others: &[u8; 3] = match *base {
            b'A' => b"CGT",
            b'C' => b"AGT",
            b'G' => b"ACT",
            _ => b"ACG",
        };
        *base = others[dice.below(3)];
    }
    quality
}

#[cfg(test)]
mod tests {
    use super::*;
    use breakapart_core::genome::Build;

    #[test]
    fn support_follows_from_the_bases_covered_by_reads() {
        let crossing = |end| Crossing {
            bases: (100, 103),
            reach: (0, end),
        };
        let of = |reads: &[(usize, usize)]| crossing(1_000).support(reads);
        assert_eq!(of(&[(50, 113), (200, 300)]), Some(Support::Split));
        assert_eq!(of(&[(50, 112), (200, 300)]), Some(Support::Short));
        assert_eq!(of(&[(99, 200), (300, 400)]), Some(Support::Short));
        assert_eq!(of(&[(0, 102), (300, 400)]), Some(Support::Spanning));
        assert_eq!(of(&[(0, 102)]), None);
        assert_eq!(of(&[(103, 200), (250, 350)]), None);
        // The second mate lies beyond the next junction.
        assert_eq!(crossing(250).support(&[(0, 90), (300, 400)]), None);
    }

    #[test]
    fn errors_have_the_stated_rate() {
        for rate in [0.0, 0.000_1, 0.002, 0.01] {
            let mut dice = Dice::new(3, 0);
            let (mut wrong, mut expected) = (0, 0.0);
            for _ in 0..200_000 {
                let mut base = b'G';
                let quality = add_error(&mut base, rate, &mut dice);
                wrong += u32::from(base != b'G');
                expected += 10_f64.powf(-f64::from(quality) / 10.0);
            }
            let seen = f64::from(wrong) / 2e5;
            assert!((seen - rate).abs() < 0.000_2 + 0.1 * rate, "{rate} {seen}");
            if rate > 0.001 {
                assert!((expected / 2e5 / rate - 1.0).abs() < 0.1);
            }
        }
    }

    #[test]
    fn short_segments_are_as_deep_as_long_ones() {
        let mut design = Design::new("s", Build::GRCh38, 1);
        (design.fragment_len_mean, design.fragment_len_sd) = (400.0, 50.0);
        for (number, length) in [(1, 3_000_usize), (2, 60_000)] {
            let template = Template {
                bases: vec![b'A'; length],
                ..Template::default()
            };
            let mut dice = Dice::new(7, number);
            // Two starts per base: 800 molecules cover each base.
            let over = (0..2 * length)
                .filter_map(|_| from_any_base(&template, &design, &mut dice))
                .filter(|i| i.start <= length / 2 && length / 2 < i.end)
                .count();
            assert!((700..900).contains(&over), "{length}: {over}");
        }
    }

    #[test]
    fn a_fragment_across_a_junction_contains_both_sides() {
        let design = Design::new("s", Build::GRCh38, 1);
        let template = Template {
            bases: vec![b'A'; 500],
            ..Template::default()
        };
        let mut dice = Dice::new(1, 1);
        for (left, right) in [(1, 1), (250, 265), (499, 499)] {
            for _ in 0..200 {
                let insert = over(&template, (left, right), &design, &mut dice);
                assert!(
                    insert.start < left && insert.end > right && insert.end <= 500,
                    "{insert:?}"
                );
            }
        }
    }
}
