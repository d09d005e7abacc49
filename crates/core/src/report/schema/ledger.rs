//! Where every fragment that touches KMT2A ended up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Account of the fragments that touch the KMT2A window: the rows sum to the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Fragments that touch the KMT2A window.
    pub total: u64,
    /// Of these, the ones that touch it abnormally: every row but `normal`.
    pub abnormal: u64,
    /// One row a category; each fragment is in one row.
    pub rows: Vec<LedgerRow>,
}

/// One category of fragments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerRow {
    /// Stable code; `normal` for fragments that show nothing unusual.
    pub code: String,
    /// One plain sentence.
    pub text: String,
    /// Fragments.
    pub fragments: u64,
    /// Molecules; null where they can't be told apart.
    pub molecules: Option<u64>,
}

impl Ledger {
    /// Code of the row of fragments that show nothing unusual.
    pub const NORMAL: &'static str = "normal";

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
}
