//! How often the lead event's partner (or a PTD) was seen: the recombinome, from the catalogue.

use strum::IntoEnumIterator;

use crate::report::scale::px;
use crate::{
    catalogue::{GroupCounts, PatientGroup, catalogue, partner::PATIENT_COUNT},
    report::{
        schema::Event,
        wording::{shortened, thousands},
    },
};

/// Frequency of one partner.
#[derive(Default)]
pub(super) struct Frequency {
    /// What was looked up, and what was found, in one sentence.
    pub text: String,
    /// By age group and disease: name, count, size, percent, width of the bar.
    pub groups: Vec<GroupRow>,
    /// What else the catalogue knows.
    pub notes: Option<String>,
    /// Source of the row.
    pub source: Option<String>,
}

/// One group.
pub(super) struct GroupRow {
    /// Age and disease.
    pub name: &'static str,
    /// Patients with the partner.
    pub count: u32,
    /// Patients.
    pub size: u32,
    /// Percent.
    pub percent: String,
    /// Width of the bar.
    pub width: String,
}

/// The frequency for an event.
pub(super) fn frequency(event: Option<&Event>) -> Frequency {
    let nothing = |text: &str| Frequency {
        text: text.to_owned(),
        ..Frequency::default()
    };
    let Some(event) = event else {
        return nothing("There is no event, so that there is no partner to look up.");
    };
    let total = thousands(i64::from(PATIENT_COUNT));
    if matches!(event.class.as_str(), "ptd" | "background-ptd") {
        let ptd = catalogue().ptd();
        return Frequency {
            text: format!(
                "A KMT2A partial tandem duplication was counted in {} of {total} patients ({:.1} %).",
                thousands(i64::from(ptd.count)),
                100.0 * f64::from(ptd.count) / f64::from(PATIENT_COUNT)
            ),
            groups: ptd.groups.map(|groups| rows(&groups)).unwrap_or_default(),
            ..Frequency::default()
        };
    }
    let Some(partner) = &event.partner else {
        return nothing("The event names no partner gene, so that there is nothing to look up.");
    };
    let symbol = shortened(&partner.symbol, 60);
    let Some(known) = catalogue().partner(&partner.symbol) else {
        return nothing(&format!(
            "{symbol} is not among the partners of the catalogue: it is new, or known only from lists that could not be \
             read. That alone is no argument against the finding."
        ));
    };
    let count = match (known.count, known.percent()) {
        (Some(count), Some(percent)) => format!(
            "KMT2A::{} was counted in {} of {total} patients ({percent:.1} %).",
            known.symbol,
            thousands(i64::from(count))
        ),
        _ => format!(
            "{} is known as a partner, but its frequency could not be read: it stands among the rare ones.",
            known.symbol
        ),
    };
    let former = if known.former.is_empty() {
        String::new()
    } else {
        format!(" Former names: {}.", known.former.join(", "))
    };
    Frequency {
        text: format!("{count}{former} Band {}.", known.band),
        groups: known.groups.map(|groups| rows(&groups)).unwrap_or_default(),
        notes: known.notes.as_deref().and_then(from_sources),
        source: Some(known.source.clone()),
    }
}

/// The sentences of a note that were read in a source: none of those marked `unverified`.
fn from_sources(notes: &str) -> Option<String> {
    let sentences = notes.trim_end_matches('.').split(". ");
    let read: Vec<&str> = sentences.filter(|sentence| !sentence.contains("unverified")).collect();
    (!read.is_empty()).then(|| format!("{}.", read.join(". ")))
}

fn rows(groups: &GroupCounts) -> Vec<GroupRow> {
    PatientGroup::iter()
        .map(|group| GroupRow {
            name: group.name(),
            count: groups.count(group),
            size: group.size(),
            percent: format!("{:.1} %", groups.percent(group)),
            width: px(groups.percent(group) * 2.2),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn the_partner_is_looked_up_by_age_and_disease() {
        let report = example::fusion();
        let found = frequency(report.events.first());
        assert!(
            found.text.contains("1,262 of 3,401 patients (37.1 %)"),
            "{}",
            found.text
        );
        let infants = found.groups.iter().find(|row| row.name == "infant ALL").unwrap();
        assert_eq!(
            (infants.count, infants.size, infants.percent.as_str()),
            (477, 976, "48.9 %")
        );
        assert!(found.source.unwrap().contains("Meyer 2023"));
        let ptd = example::ptd();
        assert!(frequency(ptd.events.first()).text.contains("127 of 3,401"));
        assert!(frequency(None).text.contains("no event"));
    }

    /// A page to sign says nothing that nobody read.
    #[test]
    fn notes_hold_only_what_was_read() {
        assert_eq!(
            from_sources("t(9;11)(p21.3;q23.3). RNA joins exon 6 (unverified; differs). Rare."),
            Some("t(9;11)(p21.3;q23.3). Rare.".to_owned())
        );
        assert_eq!(from_sources("unverified."), None);
        for partner in crate::catalogue::catalogue().partners() {
            let notes = partner.notes.as_deref().and_then(from_sources).unwrap_or_default();
            assert!(!notes.contains("verified"), "{}: {notes}", partner.symbol);
        }
    }
}
