//! The conclusion in the report's form.

use std::collections::BTreeMap;

use super::{out, reason_of};
use crate::{
    conclude::{self, lod},
    judge::Region,
};

fn findings(f: &conclude::Findings) -> out::Findings {
    let finding = |f: &conclude::Finding| out::Finding {
        status: f.status,
        text: f.text.clone(),
    };
    out::Findings {
        fusion: finding(&f.fusion),
        ptd: out::PtdFinding {
            status: f.ptd.status,
            lod: f.ptd_limit,
            text: f.ptd.text.clone(),
        },
        reciprocal: finding(&f.reciprocal),
        break_without_partner: finding(&f.break_without_partner),
    }
}

/// The conclusion in the report's form; what each assay says alone is added by [`of_assay`].
pub(crate) fn conclusion(
    c: &conclude::Conclusion,
    event_ids: &BTreeMap<usize, String>,
    transcript: &str,
) -> out::Conclusion {
    out::Conclusion {
        state: c.state,
        scope: c.scope.map(|scope| scope.to_string()),
        headline: c.headline.clone(),
        text: c.text.clone(),
        qualifiers: c.qualifiers.clone(),
        reasons: c.reasons.iter().map(reason_of).collect(),
        contradictions: c.contradictions.iter().map(reason_of).collect(),
        next_step: c.next_step.clone(),
        findings: findings(&c.findings),
        lod: Some(lod_of(&c.limits, &c.waived, transcript)),
        lead_event: c.lead_event.and_then(|index| event_ids.get(&index).cloned()),
        examined_donors: c.examined.donors.clone(),
        not_excluded: c.examined.not_excluded.clone(),
        carry_over: "not assessed".to_owned(),
        assays: Vec::new(),
    }
}

/// The conclusion of one assay alone, with itself as the only one of [`out::Conclusion::assays`].
pub(crate) fn of_assay(
    c: &conclude::Conclusion,
    event_ids: &BTreeMap<usize, String>,
    transcript: &str,
) -> out::Conclusion {
    let conclusion = conclusion(c, event_ids, transcript);
    let alone = out::AssayConclusion {
        assay: super::assay_word(c.adequacy.assay).to_owned(),
        state: conclusion.state,
        scope: conclusion.scope.clone(),
        headline: conclusion.headline.clone(),
        reason: c.reasons.first().map(|r| r.text.clone()).unwrap_or_default(),
        lead_event: conclusion.lead_event.clone(),
        findings: conclusion.findings.clone(),
        lod: conclusion.lod.clone(),
        examined_donors: conclusion.examined_donors.clone(),
    };
    out::Conclusion {
        assays: vec![alone],
        ..conclusion
    }
}

fn lod_of(limits: &conclude::Limits, waived: &[conclude::NamedWaiver], transcript: &str) -> out::Lod {
    let by_region = |pick: lod::Pick| out::LodByRegion {
        major: limits.worst(Some(Region::Major), pick),
        minor: limits.worst(Some(Region::Minor), pick),
        whole: limits.worst(None, pick),
        ptd: limits.ptd(),
    };
    let worst = limits.stated();
    let weakest = [Region::Major, Region::Minor]
        .into_iter()
        .filter_map(|r| limits.weakest(r))
        .min_by_key(|d| (d.molecules, d.exon));
    out::Lod {
        unit: if limits.regions.is_empty() {
            "KMT2A transcripts"
        } else {
            "KMT2A alleles"
        }
        .to_owned(),
        exclusion: out::LodByPartner {
            catalogue_partner: by_region(|d| d.exclusion_catalogue),
            any_partner: by_region(|d| d.exclusion_any),
        },
        call: out::LodByPartner {
            catalogue_partner: by_region(|d| d.call_catalogue),
            any_partner: by_region(|d| d.call_any),
        },
        blast_percent: worst.and_then(lod::blast_percent),
        weakest_donor: weakest.map(|d| out::WeakestDonor {
            exon: d.exon,
            transcript: transcript.to_owned(),
            molecules: u64::from(d.molecules),
        }),
        assumptions: limits.assumptions.clone(),
        waived: waived
            .iter()
            .map(|w| out::Waived {
                name: w.name.clone(),
                molecules: w.waived.molecules.into(),
                donor_exon: w.waived.donor,
                wild_type_molecules: w.waived.wild_type.into(),
                bound: w.waived.bound,
            })
            .collect(),
    }
}
