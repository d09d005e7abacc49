//! The contigs of one alignment file.

use std::collections::HashMap;

/// Index of a contig in the header's `@SQ` order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContigId(pub u32);

/// Names and lengths of a header's contigs, with the three naming conventions (`chr11`, `11`, `NC_000011.10`) reduced
/// to one bare name.
#[derive(Clone, Debug, Default)]
pub struct Contigs {
    names: Vec<String>,
    lengths: Vec<i64>,
    by_name: HashMap<String, ContigId>,
    by_bare: HashMap<String, ContigId>,
}

impl Contigs {
    /// From names and lengths (bases) in header order. A repeated name keeps its first index.
    pub fn new(contigs: impl IntoIterator<Item = (String, i64)>) -> Self {
        let mut this = Self::default();
        for (index, (name, length)) in contigs.into_iter().enumerate() {
            let id = ContigId(u32::try_from(index).unwrap_or(u32::MAX));
            this.by_name.entry(name.clone()).or_insert(id);
            if let Some(bare) = bare_name(&name) {
                this.by_bare.entry(bare).or_insert(id);
            }
            this.names.push(name);
            this.lengths.push(length);
        }
        this
    }

    /// Number of contigs.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the header has no contigs.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Every contig in header order: id, name, length in bases.
    pub fn iter(&self) -> impl Iterator<Item = (ContigId, &str, i64)> {
        self.names
            .iter()
            .zip(&self.lengths)
            .enumerate()
            .map(|(index, (name, len))| (ContigId(u32::try_from(index).unwrap_or(u32::MAX)), name.as_str(), *len))
    }

    /// The name in the file; `*` for an id that is not in the header.
    pub fn name(&self, id: ContigId) -> &str {
        self.names.get(id.0 as usize).map_or("*", String::as_str)
    }

    /// Length in bases; 0 for an id that is not in the header.
    pub fn length(&self, id: ContigId) -> i64 {
        self.lengths.get(id.0 as usize).copied().unwrap_or(0)
    }

    /// The contig with exactly this name.
    pub fn id(&self, name: &str) -> Option<ContigId> {
        self.by_name.get(name).copied()
    }

    /// The contig with this name in any naming convention: `chr11`, `11` and `NC_000011.9` are the same.
    pub fn resolve(&self, name: &str) -> Option<ContigId> {
        self.id(name).or_else(|| self.by_bare.get(&bare_name(name)?).copied())
    }

    /// Whether the contig is one of 1-22, X, Y, M. Any other is an alternative locus, patch, decoy, HLA allele, virus
    /// or unplaced scaffold: an alignment to it does not contradict one to a chromosome.
    pub fn is_chromosome(&self, id: ContigId) -> bool {
        bare_name(self.name(id)).is_some()
    }

    /// The bare name (`11`) of a chromosome, else the unchanged name.
    pub fn bare(&self, id: ContigId) -> String {
        bare_name(self.name(id)).unwrap_or_else(|| self.name(id).to_owned())
    }
}

/// The bare name (`1`-`22`, `X`, `Y`, `M`) of a chromosome in any naming convention.
pub fn bare_name(name: &str) -> Option<String> {
    let refseq = name.strip_prefix("NC_").and_then(|rest| {
        let number: u32 = rest.split('.').next()?.parse().ok()?;
        match number {
            1..=22 => Some(number.to_string()),
            23 => Some("X".to_owned()),
            24 => Some("Y".to_owned()),
            12920 => Some("M".to_owned()),
            _ => None,
        }
    });
    if refseq.is_some() {
        return refseq;
    }
    let stripped = ["chr", "Chr", "CHR"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    match stripped {
        "X" | "Y" => Some(stripped.to_owned()),
        "M" | "MT" => Some("M".to_owned()),
        _ => {
            let number: u32 = stripped.parse().ok()?;
            ((1..=22).contains(&number) && !stripped.starts_with('0')).then(|| number.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_naming_conventions_are_equivalent() {
        for names in [["chr11", "chrX"], ["11", "X"], ["NC_000011.10", "NC_000023.11"]] {
            let contigs = Contigs::new(names.iter().map(|n| ((*n).to_owned(), 1)));
            assert_eq!(contigs.resolve("chr11"), Some(ContigId(0)));
            assert_eq!(contigs.resolve("11"), Some(ContigId(0)));
            assert_eq!(contigs.resolve("NC_000011.9"), Some(ContigId(0)));
            assert_eq!(contigs.resolve("X"), Some(ContigId(1)));
        }
    }

    #[test]
    fn alternative_loci_are_not_chromosomes() {
        let contigs = Contigs::new(
            [
                "chr11",
                "chr11_KI270831v1_alt",
                "HLA-A*01:01",
                "chrUn_KI270302v1",
                "chrEBV",
            ]
            .map(|n| (n.to_owned(), 1)),
        );
        assert_eq!(
            contigs
                .iter()
                .map(|(id, _, _)| contigs.is_chromosome(id))
                .collect::<Vec<_>>(),
            [true, false, false, false, false]
        );
    }
}
