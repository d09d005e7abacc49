//! The combined result of a patient's samples: the status, and flags for a reviewer.
//!
//! Status is based on diagnosis material; a later sample never overrides it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::concordance::{Comparison, Verdict};
use super::digest::SampleDigest;
use super::group::PartnerGroups;
use super::roster::{Member, Patient, Roster, Sample};
use super::sheet::Timepoint;
use breakapart_core::judge::Params;
use breakapart_core::report::schema::State;

/// A patient's KMT2A status, in the order used in tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
pub enum Status {
    /// Rearranged.
    #[strum(serialize = "KMT2A-r")]
    Rearranged,
    /// Partial tandem duplication, no rearrangement with another gene.
    #[strum(serialize = "KMT2A-PTD")]
    Ptd,
    /// Nothing was detected, at a sufficient limit.
    #[strum(serialize = "KMT2A-r not detected")]
    NotDetected,
    /// The same in the major region; the minor one was not examined.
    #[strum(serialize = "KMT2A-r not detected in the major region, minor region not examined")]
    NotDetectedMajor,
    /// Germline KMT2A confirmed by the trial itself, with no contradicting report.
    #[strum(serialize = "KMT2A-g")]
    ConfirmedGermline,
    /// Neither shown nor excluded.
    #[strum(serialize = "inconclusive")]
    Inconclusive,
    /// No report of diagnosis material.
    #[strum(serialize = "no diagnosis report")]
    NoDiagnosis,
}

impl Status {
    /// The word used in tables.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether a rearrangement or a duplication is shown.
    pub(crate) const fn is_shown(self) -> bool {
        matches!(self, Self::Rearranged | Self::Ptd)
    }

    /// Whether nothing was detected, or the trial confirmed germline KMT2A.
    pub(crate) const fn is_negative(self) -> bool {
        matches!(
            self,
            Self::NotDetected | Self::NotDetectedMajor | Self::ConfirmedGermline
        )
    }
}

/// A characterised patient.
#[derive(Clone, Debug)]
pub struct Characterised<'a> {
    /// The patient.
    pub patient: &'a Patient,
    /// Status.
    pub status: Status,
    /// The diagnosis sample that determines the status.
    pub lead: Option<&'a SampleDigest>,
    /// The RNA sample at diagnosis that shows the status, if any.
    pub rna: Option<&'a SampleDigest>,
    /// The same for DNA.
    pub dna: Option<&'a SampleDigest>,
    /// Base name of the lead's report.
    pub lead_file: &'a str,
    /// Flags for a reviewer, stable codes in order.
    pub flags: BTreeSet<String>,
    /// Verdicts of diagnosis against relapse.
    pub relapse: Vec<Verdict>,
    /// Samples that this patient's molecules may come from.
    pub carried_from: BTreeSet<&'a str>,
    /// Partner groups in use.
    pub groups: &'a PartnerGroups,
}

impl<'a> Characterised<'a> {
    /// The samples that show the status: RNA, which names the gene in the transcript, before DNA.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &'a SampleDigest> {
        [self.rna, self.dna].into_iter().flatten()
    }

    /// Lineage; `unknown` if not in the sheet.
    pub(crate) fn lineage(&self) -> &'a str {
        self.patient
            .lineage
            .as_ref()
            .map_or("unknown", |lineage| lineage.name())
    }

    /// Partner's symbol: from RNA, else from DNA.
    pub fn partner(&self) -> Option<&'a str> {
        let mut shown = self.shown().filter(|_| self.status == Status::Rearranged);
        shown.find_map(SampleDigest::partner)
    }

    /// Partner's group.
    pub fn group(&self) -> &'a str {
        match (self.status, self.partner()) {
            (Status::Rearranged, Some(symbol)) => self.groups.group(symbol),
            (Status::Rearranged | Status::Inconclusive | Status::NoDiagnosis, _) => PartnerGroups::UNKNOWN,
            _ => PartnerGroups::NONE,
        }
    }
}

/// A sample of a patient, with the state used for the patient.
#[derive(Clone, Copy)]
struct Counted<'a> {
    member: &'a Member,
    digest: &'a SampleDigest,
    state: State,
}

impl Counted<'_> {
    /// Sort key of negatives, best first: both regions, then the lowest limit.
    fn reach(&self) -> (bool, f64) {
        (
            self.digest.is_major_only(),
            self.digest.limit().unwrap_or(f64::INFINITY),
        )
    }
}

/// All patients, in the roster's order.
pub(crate) fn characterise<'a>(
    roster: &'a Roster,
    groups: &'a PartnerGroups,
    comparisons: &[Comparison],
) -> Vec<Characterised<'a>> {
    let mut of_patient: BTreeMap<usize, Vec<&Comparison>> = BTreeMap::new();
    for comparison in comparisons {
        for patient in BTreeSet::from([comparison.first.patient, comparison.second.patient]) {
            of_patient.entry(patient).or_default().push(comparison);
        }
    }
    let one = |index| {
        let comparisons = of_patient.get(&index).map_or(&[][..], Vec::as_slice);
        one(roster, groups, index, comparisons)
    };
    (0..roster.patients.len()).map(one).collect()
}

fn one<'a>(
    roster: &'a Roster,
    groups: &'a PartnerGroups,
    index: usize,
    comparisons: &[&Comparison],
) -> Characterised<'a> {
    let patient = &roster.patients[index];
    // Carry-over affects the weak sample, not its source.
    let concerns = |c: &&&Comparison| c.verdict != Verdict::PossibleCarryOver || c.first.patient == index;
    let comparisons: Vec<&Comparison> = comparisons.iter().filter(concerns).copied().collect();
    let carried = || {
        let all = comparisons.iter();
        all.filter(|c| c.verdict == Verdict::PossibleCarryOver)
    };
    let samples = roster.samples_of(index).map(|Sample { at, member, digest }| {
        // Without a sheet the strong sample may be the same patient's diagnosis sample.
        let is_carried = roster.has_sheet && carried().any(|c| c.first == at) && is_weak(digest);
        let state = if is_carried {
            State::Inconclusive
        } else {
            digest.says.state
        };
        Counted { member, digest, state }
    });
    let samples: Vec<Counted<'a>> = samples.collect();
    let at = |timepoint| {
        samples
            .iter()
            .filter(move |sample| sample.member.timepoint == Some(timepoint))
    };
    let diagnosis: Vec<Counted<'a>> = at(Timepoint::Diagnosis).copied().collect();
    let status = status(&diagnosis);
    let [rna, dna] = ["rna", "dna"].map(|assay| showing(&diagnosis, state_of(status), assay));
    let lead = match (rna, dna) {
        (Some(rna), Some(dna)) if state_of(status) == State::NotDetected && dna.reach() < rna.reach() => Some(dna),
        _ => rna.or(dna),
    };
    let mut flags = flags(patient, &diagnosis, status, &comparisons);
    if status != Status::Rearranged && at(Timepoint::Relapse).any(|sample| sample.state == State::Rearranged) {
        flags.insert("relapse-rearranged-diagnosis-not".to_owned());
    }
    let doubts = [rna, dna].into_iter().flatten();
    let doubts = doubts
        .filter_map(|sample| sample.digest.lead())
        .flat_map(|event| &event.doubts);
    flags.extend(doubts.map(|doubt| format!("doubt:{}", doubt.code)));
    let relapse = comparisons.iter().filter(|c| c.compared == "diagnosis-relapse");
    Characterised {
        patient,
        status: if patient.kmt2a_g_confirmed && !status.is_shown() {
            Status::ConfirmedGermline
        } else {
            status
        },
        lead: lead.map(|sample| sample.digest),
        rna: rna.map(|sample| sample.digest),
        dna: dna.map(|sample| sample.digest),
        lead_file: lead.map_or("", |sample| &sample.member.file),
        flags,
        relapse: relapse.map(|c| c.verdict).collect(),
        carried_from: carried().map(|c| roster.member(c.second).sample.as_str()).collect(),
        groups,
    }
}

/// Few molecules: not counted as a rearrangement until repeated, if the junction is abundant in another sample of the
/// run.
fn is_weak(digest: &SampleDigest) -> bool {
    let molecules = digest.lead().and_then(|event| event.molecules);
    matches!(digest.says.state, State::Rearranged | State::Ptd)
        && molecules.is_some_and(|molecules| molecules <= u64::from(Params::default().carry_over_max))
}

/// The state of the samples that determine a status.
const fn state_of(status: Status) -> State {
    match status {
        Status::Rearranged => State::Rearranged,
        Status::Ptd => State::Ptd,
        Status::NotDetected | Status::NotDetectedMajor => State::NotDetected,
        _ => State::Inconclusive,
    }
}

/// The sample of an assay that shows a state best: by molecules for a finding, by the limit for a negative.
fn showing<'a>(diagnosis: &[Counted<'a>], state: State, assay: &str) -> Option<Counted<'a>> {
    let molecules = |of: &Counted<'_>| of.digest.lead().and_then(|event| event.molecules).unwrap_or(0);
    let key = |of: &Counted<'_>| (Reverse(molecules(of)), of.digest.is_major_only());
    let all = diagnosis.iter();
    let showing = all.filter(|of| of.state == state && of.digest.says.assay.contains(assay));
    let best = showing.min_by(|a, b| key(a).cmp(&key(b)).then(a.reach().1.total_cmp(&b.reach().1)));
    best.copied()
}

/// Status from the diagnosis samples: any finding takes precedence over other samples without it; a KMT2A breakpoint
/// without its product overrides a negative of another sample.
fn status(diagnosis: &[Counted<'_>]) -> Status {
    let any = |state| diagnosis.iter().any(|sample| sample.state == state);
    // A negative assay does not count if the other assay of its report makes the whole inconclusive.
    let mut negatives = diagnosis
        .iter()
        .filter(|sample| sample.state == State::NotDetected && sample.digest.overall != State::Inconclusive)
        .peekable();
    if diagnosis.is_empty() {
        Status::NoDiagnosis
    } else if any(State::Rearranged) {
        Status::Rearranged
    } else if any(State::Ptd) {
        Status::Ptd
    } else if diagnosis.iter().any(|sample| sample.digest.is_broken()) || negatives.peek().is_none() {
        Status::Inconclusive
    } else if negatives.all(|sample| sample.digest.is_major_only()) {
        Status::NotDetectedMajor
    } else {
        Status::NotDetected
    }
}

fn flags(
    patient: &Patient,
    diagnosis: &[Counted<'_>],
    status: Status,
    comparisons: &[&Comparison],
) -> BTreeSet<String> {
    let members = &patient.members;
    let open = diagnosis.iter().any(|sample| sample.state == State::Inconclusive);
    let own = [
        ("not-in-sheet", !patient.in_sheet),
        ("sample-without-report", members.iter().any(|m| m.digest.is_none())),
        (
            "sample-without-timepoint",
            members.iter().any(|m| m.timepoint.is_none()),
        ),
        (
            "germline-confirmation-contradicted",
            patient.kmt2a_g_confirmed && status.is_shown(),
        ),
        ("other-sample-inconclusive", status != Status::Inconclusive && open),
    ];
    let own = own.into_iter().filter(|(_, holds)| *holds).map(|(code, _)| code);
    own.chain(comparisons.iter().filter_map(|comparison| flag(comparison)))
        .map(str::to_owned)
        .collect()
}

/// The reviewer's flag for a comparison.
fn flag(comparison: &Comparison) -> Option<&'static str> {
    Some(match (comparison.verdict, comparison.compared) {
        (Verdict::Discordant, "rna-dna") => "rna-dna-discordance",
        (Verdict::Discordant, _) => "samples-disagree",
        (Verdict::DifferentPartner, "rna-dna") => "rna-dna-different-partner",
        (Verdict::DifferentPartner, _) => "different-partner",
        (Verdict::NewClone, "rna-dna") => "rna-dna-break-does-not-fit",
        (Verdict::NewClone, _) => "new-clone",
        (Verdict::SwapOrContamination, _) => "shared-genomic-breakpoint",
        (Verdict::RelatedExpected, _) => "related-shared-breakpoint",
        (Verdict::PossibleCarryOver, _) => "possible-carry-over",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use breakapart_core::report::schema::{AssayConclusion, Event, Finding, FindingStatus, Findings, Lod, Partner};

    fn digest(assay: &str, state: State, partner: Option<&str>) -> SampleDigest {
        let event = |symbol: &str| Event {
            id: "E1".to_owned(),
            partner: Some(Partner {
                symbol: symbol.to_owned(),
                ..Partner::default()
            }),
            ..Event::default()
        };
        SampleDigest {
            says: AssayConclusion {
                assay: assay.to_owned(),
                state,
                lead_event: partner.map(|_| "E1".to_owned()),
                ..AssayConclusion::default()
            },
            overall: state,
            events: partner.map(event).into_iter().collect(),
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
        // It does not give a status without diagnosis material either.
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
    fn a_panel_without_the_minor_region_says_so_and_rna_covers_it() {
        let mut panel = digest("dna", NotDetected, None);
        panel.says.scope = Some(Lod::MAJOR_ONLY.to_owned());
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
    fn a_negative_assay_of_an_inconclusive_report_does_not_count() {
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
    fn carried_over_molecules_are_not_a_rearrangement() {
        use crate::cohort::fingerprint::tests::{genomic, molecules};
        let with = |count: u64| {
            let mut digest = digest("dna", Rearranged, Some("AFF1"));
            let mut junction = genomic(118_485_000, 87_090_000);
            junction.evidence = molecules(count);
            digest.events[0].junctions = vec![junction];
            digest.events[0].molecules = Some(count);
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
        // Without a sheet the two may be from one patient: flagged, and the report counts.
        let open = Roster {
            has_sheet: false,
            ..roster.clone()
        };
        let all = characterise(&open, &groups, &crate::cohort::concordance::compare(&open));
        assert_eq!(all[0].status, Status::Rearranged);
        assert!(all[0].flags.contains("possible-carry-over"));
    }

    #[test]
    fn germline_status_comes_from_the_trial() {
        let negative = [(Diagnosis, digest("rna", NotDetected, None))];
        assert_eq!(patient_of(false, &negative).0.name(), "KMT2A-r not detected");
        assert_eq!(patient_of(true, &negative).0.name(), "KMT2A-g");
        let (status, flags, _) = patient_of(true, &[(Diagnosis, digest("rna", Rearranged, Some("AFF1")))]);
        assert_eq!(status, Status::Rearranged);
        assert_eq!(flags, ["germline-confirmation-contradicted"]);
    }

    #[test]
    fn a_breakpoint_without_product_overrides_a_negative() {
        let mut broken = digest("rna", Inconclusive, None);
        broken.says.findings = Findings {
            reciprocal: Finding {
                status: FindingStatus::Detected,
                ..Finding::default()
            },
            ..Findings::default()
        };
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
