//! Gene symbols, current and former.
//!
//! Former symbols can mislead: MLLT2 is AFF1, MLLT4 AFDN, MLLT5 EPS15 and MLLT7 FOXO4, while MLL2, MLL3 and MLL4 were
//! never KMT2A. A symbol that was used for several genes is ambiguous and resolves to none.

use std::collections::BTreeMap;

/// All symbols of the catalogue, case-insensitive.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    current: BTreeMap<String, String>,
    /// Genes by former symbol; a symbol of several genes is ambiguous.
    former: BTreeMap<String, Vec<String>>,
}

impl Symbols {
    /// Adds a current symbol. It takes precedence over the same former symbol.
    pub(super) fn add_current(&mut self, symbol: &str) {
        self.current.insert(key(symbol), symbol.to_owned());
    }

    /// Adds a former symbol of a gene. If another gene had it too, it is ambiguous.
    pub(super) fn add_former(&mut self, former: &str, symbol: &str) {
        let genes = self.former.entry(key(former)).or_default();
        if !genes.iter().any(|gene| gene == symbol) {
            genes.push(symbol.to_owned());
        }
    }

    /// Adds a symbol that is known to name several genes.
    pub(super) fn add_ambiguous(&mut self, former: &str, symbols: Vec<String>) {
        self.former.insert(key(former), symbols);
    }

    /// The current symbol.
    pub(super) fn current(&self, symbol: &str) -> Option<&str> {
        let key = key(symbol);
        if let Some(current) = self.current.get(&key) {
            return Some(current);
        }
        match self.former.get(&key)?.as_slice() {
            [current] => Some(current),
            _ => None,
        }
    }

    /// The genes of an ambiguous symbol.
    pub(super) fn ambiguous(&self, symbol: &str) -> Option<&[String]> {
        let key = key(symbol);
        let genes = self.former.get(&key)?;
        (genes.len() > 1 && !self.current.contains_key(&key)).then_some(genes)
    }
}

fn key(symbol: &str) -> String {
    symbol.trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_former_symbol_names_no_gene() {
        let mut symbols = Symbols::default();
        symbols.add_current("ONE");
        symbols.add_former("OLD", "ONE");
        assert_eq!(symbols.current("old"), Some("ONE"));
        symbols.add_former("OLD", "TWO");
        assert_eq!(symbols.current("OLD"), None);
        assert_eq!(symbols.ambiguous("OLD").unwrap(), ["ONE", "TWO"]);
        symbols.add_current("OLD");
        assert_eq!(symbols.current("OLD"), Some("OLD"));
        assert_eq!(symbols.ambiguous("OLD"), None);
    }
}
