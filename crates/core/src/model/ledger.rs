//! Classification of every fragment that overlaps KMT2A.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Account of the fragments that overlap the KMT2A window: the rows sum to the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Fragments that overlap the KMT2A window.
    pub total: u64,
    /// Of these, the abnormal ones: every row but `normal`.
    pub abnormal: u64,
    /// One row per category; each fragment is in one row.
    pub rows: Vec<LedgerRow>,
}

/// One category of fragments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerRow {
    /// Stable code; `normal` for normal fragments.
    pub code: String,
    /// One plain sentence.
    pub text: String,
    /// Fragments.
    pub fragments: u64,
    /// Molecules; null where they can't be distinguished.
    pub molecules: Option<u64>,
}

impl Ledger {
    /// Code of the row of normal fragments.
    pub const NORMAL: &'static str = "normal";

    /// Adds another account to this one, row by row.
    pub(crate) fn add(&mut self, other: Self) {
        self.total += other.total;
        self.abnormal += other.abnormal;
        for row in other.rows {
            match self.rows.iter_mut().find(|own| own.code == row.code) {
                Some(same) => {
                    same.fragments += row.fragments;
                    same.molecules = same.molecules.zip(row.molecules).map(|(x, y)| x + y);
                }
                None => {
                    // The row of normal fragments stays last.
                    let normal = self.rows.iter().position(|own| own.code == Self::NORMAL);
                    self.rows.insert(normal.unwrap_or(self.rows.len()), row);
                }
            }
        }
    }

    /// Whether the rows sum to the total, and all but `normal` to the abnormal ones.
    pub fn balances(&self) -> bool {
        let sum = |wanted: &dyn Fn(&LedgerRow) -> bool| {
            self.rows
                .iter()
                .filter(|row| wanted(row))
                .try_fold(0_u64, |sum, row| sum.checked_add(row.fragments))
        };
        sum(&|_| true) == Some(self.total) && sum(&|row| row.code != Self::NORMAL) == Some(self.abnormal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_must_sum_to_both_totals() {
        let row = |code: &str, fragments| LedgerRow {
            code: code.to_owned(),
            fragments,
            ..LedgerRow::default()
        };
        let mut ledger = Ledger {
            total: 100,
            abnormal: 10,
            rows: vec![row("normal", 90), row("used-split", 7), row("malformed", 3)],
        };
        assert!(ledger.balances());
        ledger.abnormal = 9;
        assert!(!ledger.balances());
        ledger.abnormal = 10;
        ledger.rows[1].fragments = u64::MAX;
        assert!(!ledger.balances(), "an overflow is not a balance");
    }

    #[test]
    fn the_sum_of_two_accounts_balances() {
        let row = |code: &str, fragments, molecules| LedgerRow {
            code: code.to_owned(),
            fragments,
            molecules,
            ..LedgerRow::default()
        };
        let ledger = |rows: [LedgerRow; 2]| Ledger {
            total: rows[0].fragments + rows[1].fragments,
            abnormal: rows[0].fragments,
            rows: rows.to_vec(),
        };
        let mut both = ledger([row("called", 1, Some(1)), row("normal", 9, Some(8))]);
        both.add(ledger([row("low", 2, Some(1)), row("normal", 23, None)]));
        assert_eq!((both.total, both.abnormal), (35, 3));
        let rows: Vec<_> = both.rows.iter().map(|r| (r.code.as_str(), r.molecules)).collect();
        assert_eq!(rows, [("called", Some(1)), ("low", Some(1)), ("normal", None)]);
        assert!(both.balances());
    }
}
