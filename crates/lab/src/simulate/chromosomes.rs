//! Names and lengths of the chromosomes, for headers.

use breakapart_core::genome::{Build, Contigs};

/// How contigs are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContigStyle {
    /// `chr11`, `chrM`.
    Chr,
    /// `11`, `MT`.
    Bare,
}

/// 1 to 22, X, Y, mitochondrion, in bases. Source: assembly reports of GRCh37.p13 (with the
/// mitochondrion of hs37d5) and GRCh38.p14.
const NAMES: [&str; 25] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "X", "Y", "M",
];
const GRCH37: [i64; 25] = [
    249_250_621,
    243_199_373,
    198_022_430,
    191_154_276,
    180_915_260,
    171_115_067,
    159_138_663,
    146_364_022,
    141_213_431,
    135_534_747,
    135_006_516,
    133_851_895,
    115_169_878,
    107_349_540,
    102_531_392,
    90_354_753,
    81_195_210,
    78_077_248,
    59_128_983,
    63_025_520,
    48_129_895,
    51_304_566,
    155_270_560,
    59_373_566,
    16_569,
];
const GRCH38: [i64; 25] = [
    248_956_422,
    242_193_529,
    198_295_559,
    190_214_555,
    181_538_259,
    170_805_979,
    159_345_973,
    145_138_636,
    138_394_717,
    133_797_422,
    135_086_622,
    133_275_309,
    114_364_328,
    107_043_718,
    101_991_189,
    90_338_345,
    83_257_441,
    80_373_285,
    58_617_616,
    64_444_167,
    46_709_983,
    50_818_468,
    156_040_895,
    57_227_415,
    16_569,
];

/// The chromosomes of a build in their usual order.
pub fn contigs(build: Build, style: ContigStyle) -> Contigs {
    let lengths = match build {
        Build::GRCh37 => GRCH37,
        Build::GRCh38 => GRCH38,
    };
    Contigs::new(NAMES.iter().zip(lengths).map(|(name, len)| {
        let name = match (style, *name) {
            (ContigStyle::Chr, name) => format!("chr{name}"),
            (ContigStyle::Bare, "M") => "MT".to_owned(),
            (ContigStyle::Bare, name) => name.to_owned(),
        };
        (name, len)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chromosome_11_tells_the_build() {
        for build in Build::ALL {
            for style in [ContigStyle::Chr, ContigStyle::Bare] {
                let contigs = contigs(build, style);
                let chr11 = contigs.resolve("chr11").unwrap();
                assert_eq!(Build::from_chr11_len(contigs.length(chr11)), Some(build));
                assert!(contigs.iter().all(|(id, _, _)| contigs.is_chromosome(id)));
            }
        }
    }
}
