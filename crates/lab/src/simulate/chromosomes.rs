//! Chromosome names and lengths for headers.

use breakapart_core::catalogue::chromosome_length;
use breakapart_core::genome::{Build, Contigs};

/// Contig naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContigStyle {
    /// `chr11`, `chrM`.
    Chr,
    /// `11`, `MT`.
    Bare,
}

/// The chromosomes in their usual order, mitochondrial DNA last.
const NAMES: [&str; 25] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "X", "Y", "M",
];
/// Length of the mitochondrial genome (NC_012920.1, as in GRCh38 and hs37d5).
const MITOCHONDRION: i64 = 16_569;

/// The chromosomes of a build in their usual order.
pub fn contigs(build: Build, style: ContigStyle) -> Contigs {
    Contigs::new(NAMES.iter().map(|name| {
        let length = chromosome_length(build, name).unwrap_or(MITOCHONDRION);
        let name = match (style, *name) {
            (ContigStyle::Chr, name) => format!("chr{name}"),
            (ContigStyle::Bare, "M") => "MT".to_owned(),
            (ContigStyle::Bare, name) => name.to_owned(),
        };
        (name, length)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_chromosome_11_identifies_the_build() {
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
