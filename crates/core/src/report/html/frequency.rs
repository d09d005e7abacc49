//! Frequency of the lead event's partner (or of a PTD): the recombinome, from the catalogue.

use crate::{
    catalogue::{Partner, catalogue, partner::PATIENT_COUNT},
    report::wording::thousands,
};

/// `1,262 of 3,401 patients (37.1 %)`.
fn of_patients(count: u32) -> String {
    format!(
        "{} of {} patients ({:.1} %)",
        thousands(i64::from(count)),
        thousands(i64::from(PATIENT_COUNT)),
        100.0 * f64::from(count) / f64::from(PATIENT_COUNT)
    )
}

/// A sentence on the frequency of partial tandem duplications.
pub(super) fn of_ptd() -> String {
    let count = of_patients(catalogue().ptd().count);
    format!("A KMT2A partial tandem duplication was counted in {count}.")
}

/// A sentence on the frequency of a partner, with its former names and its band.
pub(super) fn of_partner(partner: &Partner) -> String {
    let symbol = &partner.symbol;
    let seen = partner.count.map_or_else(
        || {
            format!(
                "{symbol} is known as a partner, but its frequency is not in the catalogue: it is among the rare ones."
            )
        },
        |count| format!("KMT2A::{symbol} was counted in {}.", of_patients(count)),
    );
    let former = match partner.former.join(", ") {
        names if names.is_empty() => names,
        names => format!(" Former names: {names}."),
    };
    format!("{seen}{former} Band {}.", partner.band)
}

/// The sentences of a partner's note that come from a source: those not marked `unverified`.
pub(super) fn notes(partner: &Partner) -> Option<String> {
    from_sources(partner.notes.as_deref()?)
}

fn from_sources(notes: &str) -> Option<String> {
    let sentences = notes.trim_end_matches('.').split(". ");
    let read: Vec<&str> = sentences.filter(|sentence| !sentence.contains("unverified")).collect();
    (!read.is_empty()).then(|| format!("{}.", read.join(". ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page to sign contains nothing unverified.
    #[test]
    fn notes_contain_only_verified_sentences() {
        assert_eq!(
            from_sources("t(9;11)(p21.3;q23.3). RNA joins exon 6 (unverified; differs). Rare."),
            Some("t(9;11)(p21.3;q23.3). Rare.".to_owned())
        );
        assert_eq!(from_sources("unverified."), None);
        for partner in crate::catalogue::catalogue().partners() {
            let notes = notes(partner).unwrap_or_default();
            assert!(!notes.contains("verified"), "{}: {notes}", partner.symbol);
        }
    }
}
