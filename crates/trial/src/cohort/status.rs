//! What a patient's samples say together: the status, and what a reviewer should look at.
//!
//! Status comes from diagnosis material; a later sample never overrides it.

use std::collections::BTreeSet;

use super::concordance::{Comparison, Verdict};
use super::digest::SampleDigest;
use super::group::PartnerGroups;
use super::roster::{Patient, Roster};
use super::sheet::Timepoint;
use breakapart_core::judge::Params;
use breakapart_core::report::schema::State;

/// A patient's KMT2A status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Rearranged.
    Rearranged,
    /// Partial tandem duplication, no rearrangement with another gene.
    Ptd,
    /// Nothing was detected, and it could have been.
    NotDetected,
    /// The same in the major region; the minor one was not examined.
    NotDetectedMajor,
    /// Confirmed by the trial itself to be germline, with nothing here that contradicts it.
    ConfirmedGermline,
    /// Neither shown nor excluded.
    Inconclusive,
    /// No report of diagnosis material.
    NoDiagnosis,
}

impl Status {
    /// All, in the order of tables.
    pub const ALL: [Self; 7] = [
        Self::Rearranged,
        Self::Ptd,
        Self::NotDetected,
        Self::NotDetectedMajor,
        Self::ConfirmedGermline,
        Self::Inconclusive,
        Self::NoDiagnosis,
    ];

    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rearranged => "KMT2A-r",
            Self::Ptd => "KMT2A-PTD",
            Self::NotDetected => "KMT2A-r not detected",
            Self::NotDetectedMajor => "KMT2A-r not detected in the major region, minor region not examined",
            Self::ConfirmedGermline => "KMT2A-g",
            Self::Inconclusive => "inconclusive",
            Self::NoDiagnosis => "no diagnosis report",
        }
    }
}

/// A patient, characterised.
#[derive(Clone, Debug)]
pub struct Characterised<'a> {
    /// The patient.
    pub patient: &'a Patient,
    /// Status.
    pub status: Status,
    /// The diagnosis sample that the status rests on.
    pub lead: Option<&'a SampleDigest>,
    /// The RNA sample at diagnosis that shows the status, where there is one.
    pub rna: Option<&'a SampleDigest>,
    /// The same of DNA.
    pub dna: Option<&'a SampleDigest>,
    /// Base name of the lead's report.
    pub lead_file: &'a str,
    /// Flags for a reviewer, stable codes in order.
    pub flags: BTreeSet<String>,
    /// Verdicts of diagnosis against relapse.
    pub relapse: Vec<Verdict>,
    /// The samples that molecules of this patient's may come from.
    pub carried_from: Vec<String>,
    /// Partner groups in force.
    pub groups: &'a PartnerGroups,
}

impl Characterised<'_> {
    /// Partner's symbol: by RNA, which names the gene whose product is made, else by DNA.
    pub fn partner(&self) -> Option<&str> {
        if self.status != Status::Rearranged {
            return None;
        }
        [self.rna, self.dna]
            .into_iter()
            .flatten()
            .find_map(|digest| digest.lead.as_ref()?.partner.as_deref())
    }

    /// Partner's group.
    pub fn group(&self) -> &str {
        match self.status {
            Status::Rearranged => self
                .partner()
                .map_or(PartnerGroups::UNKNOWN, |symbol| self.groups.group(symbol)),
            Status::Inconclusive | Status::NoDiagnosis => PartnerGroups::UNKNOWN,
            Status::Ptd | Status::NotDetected | Status::NotDetectedMajor | Status::ConfirmedGermline => {
                PartnerGroups::NONE
            }
        }
    }
}

/// A sample of a patient, with the state that counts for the patient.
#[derive(Clone, Copy)]
struct Sample<'a> {
    digest: &'a SampleDigest,
    file: &'a str,
    state: State,
}

/// All patients, in the roster's order.
pub(crate) fn characterise<'a>(
    roster: &'a Roster,
    groups: &'a PartnerGroups,
    comparisons: &[Comparison],
) -> Vec<Characterised<'a>> {
    let mut of_patient: Vec<Vec<&Comparison>> = vec![Vec::new(); roster.patients.len()];
    for comparison in comparisons {
        for patient in BTreeSet::from([comparison.first.0, comparison.second.0]) {
            if let Some(list) = of_patient.get_mut(patient) {
                list.push(comparison);
            }
        }
    }
    let patients = roster.patients.iter().zip(&of_patient).enumerate();
    patients
        .map(|(index, (patient, comparisons))| one((roster, groups), index, patient, comparisons))
        .collect()
}

fn limit(sample: &Sample<'_>) -> f64 {
    sample.digest.lod.unwrap_or(f64::INFINITY)
}

fn one<'a>(
    (roster, groups): (&'a Roster, &'a PartnerGroups),
    index: usize,
    patient: &'a Patient,
    comparisons: &[&Comparison],
) -> Characterised<'a> {
    // Few molecules of what another sample of the run has in masses are no rearrangement until repeated.
    let state = |m: usize, digest: &SampleDigest| {
        let carried = comparisons
            .iter()
            .any(|c| c.verdict == Verdict::PossibleCarryOver && c.first == (index, m));
        let few = digest
            .lead
            .as_ref()
            .is_some_and(|lead| lead.molecules.unwrap_or(u64::MAX) <= u64::from(Params::default().carry_over_max));
        // Without a sheet the strong sample may be the patient's own diagnosis.
        if carried && few && roster.has_sheet && matches!(digest.state, State::Rearranged | State::Ptd) {
            State::Inconclusive
        } else {
            digest.state
        }
    };
    let at = |timepoint: Timepoint| -> Vec<Sample<'a>> {
        let members = patient.members.iter().enumerate();
        let members = members.filter(|(_, member)| member.timepoint == Some(timepoint));
        members
            .filter_map(|(m, member)| {
                let digest = member.digest.as_ref()?;
                Some(Sample {
                    digest,
                    file: &member.file,
                    state: state(m, digest),
                })
            })
            .collect()
    };
    let diagnosis = at(Timepoint::Diagnosis);
    let status = status(&diagnosis);
    let wanted = match status {
        Status::Rearranged => State::Rearranged,
        Status::Ptd => State::Ptd,
        Status::NotDetected | Status::NotDetectedMajor => State::NotDetected,
        _ => State::Inconclusive,
    };
    let of_assay = |assay: &str| {
        let showing = diagnosis
            .iter()
            .filter(|sample| sample.state == wanted && sample.digest.assay.contains(assay));
        // The limit that is reached by the best sample counts for a negative; molecules for a finding.
        showing
            .min_by(|a, b| {
                let molecules = |s: &Sample<'_>| s.digest.lead.as_ref().and_then(|lead| lead.molecules).unwrap_or(0);
                let reach = |s: &Sample<'_>| s.digest.is_major_only;
                molecules(b)
                    .cmp(&molecules(a))
                    .then(reach(a).cmp(&reach(b)))
                    .then(limit(a).total_cmp(&limit(b)))
            })
            .copied()
    };
    let (rna, dna) = (of_assay("rna"), of_assay("dna"));
    let lead = match (rna, dna) {
        (Some(a), Some(b)) if wanted == State::NotDetected => {
            let key = |s: &Sample<'_>| (s.digest.is_major_only, limit(s));
            Some(if key(&b) < key(&a) { b } else { a })
        }
        (rna, dna) => rna.or(dna),
    };
    let mut flags = flags(patient, &diagnosis, status, index, comparisons);
    let relapse: Vec<Verdict> = comparisons
        .iter()
        .filter(|c| c.compared == "diagnosis-relapse")
        .map(|c| c.verdict)
        .collect();
    let relapse_shows = at(Timepoint::Relapse)
        .iter()
        .any(|sample| sample.state == State::Rearranged);
    if relapse_shows && status != Status::Rearranged {
        flags.insert("relapse-rearranged-diagnosis-not".to_owned());
    }
    for sample in [rna, dna].into_iter().flatten() {
        flags.extend(sample.digest.doubts.iter().map(|code| format!("doubt:{code}")));
    }
    let status = match status {
        Status::NotDetected | Status::NotDetectedMajor | Status::Inconclusive | Status::NoDiagnosis
            if patient.kmt2a_g_confirmed && !flags.contains("germline-confirmation-contradicted") =>
        {
            Status::ConfirmedGermline
        }
        other => other,
    };
    Characterised {
        patient,
        status,
        lead: lead.map(|sample| sample.digest),
        rna: rna.map(|sample| sample.digest),
        dna: dna.map(|sample| sample.digest),
        lead_file: lead.map_or("", |sample| sample.file),
        flags,
        relapse,
        carried_from: carried_from(roster, index, comparisons),
        groups,
    }
}

/// Names of the samples that this patient's weak junctions may have been carried over from, each once.
fn carried_from(roster: &Roster, index: usize, comparisons: &[&Comparison]) -> Vec<String> {
    let sources = comparisons
        .iter()
        .filter(|c| c.verdict == Verdict::PossibleCarryOver && c.first.0 == index)
        .filter_map(|c| roster.patients.get(c.second.0)?.members.get(c.second.1))
        .map(|member| member.sample.clone());
    sources.collect::<BTreeSet<String>>().into_iter().collect()
}

/// Status from the samples of diagnosis: anything shown wins, whatever another sample does not show; a
/// broken KMT2A without its product keeps a negative of another sample from counting.
fn status(diagnosis: &[Sample<'_>]) -> Status {
    let any = |state| diagnosis.iter().any(|sample| sample.state == state);
    // A negative assay counts for nothing where the other one of its report keeps the question open.
    let negative = |whole: bool| {
        diagnosis.iter().any(|sample| {
            sample.state == State::NotDetected
                && sample.digest.overall != State::Inconclusive
                && !(whole && sample.digest.is_major_only)
        })
    };
    if diagnosis.is_empty() {
        Status::NoDiagnosis
    } else if any(State::Rearranged) {
        Status::Rearranged
    } else if any(State::Ptd) {
        Status::Ptd
    } else if diagnosis.iter().any(|sample| sample.digest.is_broken) || !negative(false) {
        Status::Inconclusive
    } else if negative(true) {
        Status::NotDetected
    } else {
        Status::NotDetectedMajor
    }
}

fn flags(
    patient: &Patient,
    diagnosis: &[Sample<'_>],
    status: Status,
    index: usize,
    comparisons: &[&Comparison],
) -> BTreeSet<String> {
    let mut flags = BTreeSet::new();
    let mut flag = |code: &str| {
        flags.insert(code.to_owned());
    };
    if !patient.in_sheet {
        flag("not-in-sheet");
    }
    if patient.members.iter().any(|member| member.digest.is_none()) {
        flag("sample-without-report");
    }
    if patient.members.iter().any(|member| member.timepoint.is_none()) {
        flag("sample-without-timepoint");
    }
    if patient.kmt2a_g_confirmed && matches!(status, Status::Rearranged | Status::Ptd) {
        flag("germline-confirmation-contradicted");
    }
    if status != Status::Inconclusive && diagnosis.iter().any(|sample| sample.state == State::Inconclusive) {
        flag("other-sample-inconclusive");
    }
    for comparison in comparisons {
        // Carry-over concerns the weak sample, not its source.
        if comparison.verdict == Verdict::PossibleCarryOver && comparison.first.0 != index {
            continue;
        }
        match (comparison.verdict, comparison.compared) {
            (Verdict::Discordant, "rna-dna") => flag("rna-dna-discordance"),
            (Verdict::Discordant, _) => flag("samples-disagree"),
            (Verdict::DifferentPartner, "rna-dna") => flag("rna-dna-different-partner"),
            (Verdict::DifferentPartner, _) => flag("different-partner"),
            (Verdict::NewClone, "rna-dna") => flag("rna-dna-break-does-not-fit"),
            (Verdict::NewClone, _) => flag("new-clone"),
            (Verdict::SwapOrContamination, _) => flag("shared-genomic-breakpoint"),
            (Verdict::RelatedExpected, _) => flag("related-shared-breakpoint"),
            (Verdict::PossibleCarryOver, _) => flag("possible-carry-over"),
            _ => {}
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::digest::EventDigest;
    use crate::cohort::roster::{Member, Roster};

    fn digest(assay: &str, state: State, partner: Option<&str>) -> SampleDigest {
        SampleDigest {
            assay: assay.to_owned(),
            state,
            overall: state,
            lead: partner.map(|symbol| EventDigest {
                partner: Some(symbol.to_owned()),
                ..EventDigest::default()
            }),
            ..SampleDigest::default()
        }
    }

    fn patient_of(confirmed: bool, samples: &[(Timepoint, SampleDigest)]) -> (Status, Vec<String>, Option<String>) {
        let roster = Roster {
            patients: vec![Patient {
                id: "p".to_owned(),
                in_sheet: true,
                kmt2a_g_confirmed: confirmed,
                members: samples
                    .iter()
                    .map(|(timepoint, digest)| Member {
                        digest: Some(digest.clone()),
                        timepoint: Some(*timepoint),
                        ..Member::default()
                    })
                    .collect(),
                ..Patient::default()
            }],
            ..Roster::default()
        };
        let comparisons = crate::cohort::concordance::compare(&roster);
        let groups = PartnerGroups::default();
        let all = characterise(&roster, &groups, &comparisons);
        let one = &all[0];
        (
            one.status,
            one.flags.iter().cloned().collect(),
            one.partner().map(str::to_owned),
        )
    }

    use State::{Inconclusive, NotDetected, Ptd, Rearranged};
    use Timepoint::{Diagnosis, FollowUp, Relapse};

    #[test]
    fn a_remission_sample_never_overrides_diagnosis() {
        let (status, flags, partner) = patient_of(
            false,
            &[
                (Diagnosis, digest("rna", Rearranged, Some("MLLT3"))),
                (FollowUp, digest("rna", NotDetected, None)),
            ],
        );
        assert_eq!((status, partner.as_deref()), (Status::Rearranged, Some("MLLT3")));
        assert!(flags.is_empty(), "{flags:?}");
        // Nor does it make a status where there is no diagnosis material.
        assert_eq!(
            patient_of(false, &[(FollowUp, digest("rna", NotDetected, None))]).0,
            Status::NoDiagnosis
        );
        let (status, flags, _) = patient_of(
            false,
            &[
                (Diagnosis, digest("rna", NotDetected, None)),
                (Relapse, digest("rna", Rearranged, Some("AFF1"))),
            ],
        );
        assert_eq!(status, Status::NotDetected);
        assert_eq!(flags, ["relapse-rearranged-diagnosis-not", "samples-disagree"]);
    }

    #[test]
    fn dna_positive_and_rna_negative_is_rearranged_and_flagged() {
        let (status, flags, partner) = patient_of(
            false,
            &[
                (Diagnosis, digest("rna", NotDetected, None)),
                (Diagnosis, digest("dna", Rearranged, Some("USP2"))),
            ],
        );
        assert_eq!((status, partner.as_deref()), (Status::Rearranged, Some("USP2")));
        assert_eq!(flags, ["rna-dna-discordance"]);
    }

    #[test]
    fn a_panel_without_the_minor_region_says_so_and_rna_answers_for_it() {
        let panel = SampleDigest {
            is_major_only: true,
            lod: Some(0.01),
            ..digest("dna", NotDetected, None)
        };
        let (status, ..) = patient_of(false, &[(Diagnosis, panel.clone())]);
        assert_eq!(status, Status::NotDetectedMajor);
        assert!(
            status
                .name()
                .ends_with("in the major region, minor region not examined")
        );
        let rna = digest("rna", NotDetected, None);
        assert_eq!(
            patient_of(false, &[(Diagnosis, rna), (Diagnosis, panel)]).0,
            Status::NotDetected
        );
    }

    #[test]
    fn a_negative_assay_of_an_open_report_is_no_negative() {
        let part = SampleDigest {
            overall: Inconclusive,
            ..digest("rna", NotDetected, None)
        };
        let open = digest("dna", Inconclusive, None);
        assert_eq!(
            patient_of(false, &[(Diagnosis, part), (Diagnosis, open)]).0,
            Status::Inconclusive
        );
    }

    #[test]
    fn carried_over_molecules_are_no_rearrangement() {
        use crate::cohort::fingerprint::tests::genomic;
        let with = |molecules: u64| {
            let mut digest = digest("dna", Rearranged, Some("AFF1"));
            digest.junctions = vec![genomic(118_485_000, 87_090_000)];
            digest.junctions[0].molecules = molecules;
            digest.lead.as_mut().unwrap().molecules = Some(molecules);
            digest
        };
        let patient = |number, molecules| Patient {
            id: format!("p{number}"),
            in_sheet: true,
            members: vec![Member {
                digest: Some(with(molecules)),
                timepoint: Some(Diagnosis),
                run: "r1".to_owned(),
                ..Member::default()
            }],
            ..Patient::default()
        };
        let roster = Roster {
            has_sheet: true,
            patients: vec![patient(0, 2), patient(1, 160)],
            ..Roster::default()
        };
        let groups = PartnerGroups::default();
        let all = characterise(&roster, &groups, &crate::cohort::concordance::compare(&roster));
        assert_eq!(
            (all[0].status, all[1].status),
            (Status::Inconclusive, Status::Rearranged)
        );
        assert!(all[0].flags.contains("possible-carry-over") && !all[1].flags.contains("possible-carry-over"));
        // Without a sheet the two may be one patient's: flagged, and the report counts.
        let open = Roster {
            has_sheet: false,
            ..roster.clone()
        };
        let all = characterise(&open, &groups, &crate::cohort::concordance::compare(&open));
        assert_eq!(all[0].status, Status::Rearranged);
        assert!(all[0].flags.contains("possible-carry-over"));
    }

    #[test]
    fn germline_is_the_trials_own_word() {
        let negative = [(Diagnosis, digest("rna", NotDetected, None))];
        assert_eq!(patient_of(false, &negative).0.name(), "KMT2A-r not detected");
        assert_eq!(patient_of(true, &negative).0.name(), "KMT2A-g");
        let (status, flags, _) = patient_of(true, &[(Diagnosis, digest("rna", Rearranged, Some("AFF1")))]);
        assert_eq!(status, Status::Rearranged);
        assert_eq!(flags, ["germline-confirmation-contradicted"]);
    }

    #[test]
    fn a_broken_gene_keeps_a_negative_from_counting() {
        let mut broken = digest("rna", Inconclusive, None);
        broken.is_broken = true;
        let negative = digest("dna", NotDetected, None);
        assert_eq!(
            patient_of(false, &[(Diagnosis, broken), (Diagnosis, negative.clone())]).0,
            Status::Inconclusive
        );
        let thin = digest("rna", Inconclusive, None);
        let (status, flags, _) = patient_of(false, &[(Diagnosis, thin), (Diagnosis, negative)]);
        assert_eq!(
            (status, flags),
            (Status::NotDetected, vec!["other-sample-inconclusive".to_owned()])
        );
        assert_eq!(
            patient_of(false, &[(Diagnosis, digest("rna", Ptd, None))]).0,
            Status::Ptd
        );
    }
}
