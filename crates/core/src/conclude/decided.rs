//! The texts of a decision: reasons, qualifiers, notes and findings.

use breakapart_rule::{
    Capability, Cause, FindingStatus, Limits, Visibility,
    state::{self as rule, Noted, Qualifier, Shown},
    waive::Candidate,
};

use super::{AssayResult, ConcludeConfig, examined, naming};
use crate::{
    annotate::{Class, EventKind, Frame},
    genome::words::{counted, thousands},
    judge::{Code, JudgedEvent, JudgedJunction, Reason, Region, Tier},
    model::{Finding, Findings, PtdFinding},
};

/// The material for the texts.
pub(super) struct Words<'a> {
    pub(super) result: &'a AssayResult<'a>,
    /// How well the file can show chimeras.
    pub(super) capability: &'a Capability,
    /// Faults that make the file unfit for a negative.
    pub(super) faults: &'a [Reason],
    pub(super) overruling: &'a [Reason],
    pub(super) open_breaks: &'a [Reason],
    /// The exon after which coverage drops.
    pub(super) step: Option<u16>,
    pub(super) config: &'a ConcludeConfig,
}

impl Words<'_> {
    /// The reasons for the causes. If the file's capability only reduces sensitivity, it comes last: the limits decide,
    /// and it explains them.
    pub(super) fn reasons(&self, mut causes: Vec<Cause>, limits: &Limits) -> Vec<Reason> {
        if self.capability.visibility != Visibility::None {
            causes.sort_by_key(|cause| *cause == Cause::Capability);
        }
        let reasons = causes.into_iter().flat_map(|cause| self.reasons_of(cause, limits));
        reasons.collect()
    }

    fn event(&self, index: usize) -> &JudgedEvent {
        &self.result.judged.events[index]
    }

    fn junction(&self, index: usize) -> &JudgedJunction {
        &self.result.judged.junctions[index]
    }

    fn event_name(&self, index: usize) -> String {
        naming::event(self.event(index), &self.result.judged.junctions)
    }

    pub(super) fn candidate(&self, candidate: Candidate) -> String {
        match candidate {
            Candidate::Event(index) => self.event_name(index),
            Candidate::Junction(index) => naming::junction(self.junction(index)),
        }
    }

    fn at_tier(&self, index: usize) -> String {
        let tier = self.event(index).tier.map_or("none", Tier::name);
        format!("{} at tier {tier}", self.event_name(index))
    }

    /// The reasons for one cause: one, or those of a junction.
    fn reasons_of(&self, cause: Cause, limits: &Limits) -> Vec<Reason> {
        let given = |reasons: &[Reason], index: usize| reasons.get(index).cloned().into_iter().collect();
        let text = match cause {
            Cause::ReasonsOf(index) => return self.junction(index).judgement.reasons.clone(),
            Cause::Fault(index) => return given(self.faults, index),
            Cause::OpenBreak(index) => return given(self.open_breaks, index),
            Cause::Overruling(index) => return given(self.overruling, index),
            Cause::Capability => {
                return vec![Reason::new(self.capability.ground, self.capability.basis.clone())];
            }
            Cause::CanonicalBelieved => "5' KMT2A joined to something else, at tier medium or high".to_owned(),
            Cause::CoverageAgrees => format!(
                "coverage drops after e{} (MANE), as expected from a break",
                self.step.unwrap_or_default()
            ),
            Cause::ReciprocalOnly(index) => {
                format!("{}: KMT2A is broken, its 5' product is not shown", self.at_tier(index))
            }
            Cause::DuplicationBelieved => "a duplication inside KMT2A at tier medium or high, and no fusion".to_owned(),
            Cause::LowTierEvent(index) => self.at_tier(index),
            Cause::NearTierLow(index) => {
                let j = self.junction(index);
                format!(
                    "{} is below the reporting threshold, but too close to it to call the sample negative \
                     (score {:.2}, molecules {})",
                    naming::junction(j),
                    j.judgement.model_score,
                    j.annotated.candidate.evidence.molecules
                )
            }
            Cause::Suspected(index) => {
                let j = self.junction(index);
                format!(
                    "{} is suspected: one spanning pair (score {:.2}), as library chimeras also give by chance",
                    naming::junction(j),
                    j.judgement.model_score
                )
            }
            Cause::NotReached(region, limit) => self.not_reached(region, limit, limits),
            Cause::NotVisible(region) => format!(
                "{}: a junction to a gene outside the catalogue would not be seen ({})",
                weakest(region, limits),
                self.capability.basis
            ),
            Cause::CutOff(index) => format!("{}, and a rearrangement may be among them", self.cut_off(index)),
        };
        cause
            .ground()
            .map(|ground| Reason::new(ground, text))
            .into_iter()
            .collect()
    }

    fn not_reached(&self, region: Region, limit: Option<f64>, limits: &Limits) -> String {
        let at = weakest(region, limits);
        match limit {
            Some(limit) => format!(
                "{at}: a rearrangement in under {:.0} % of {} would be missed; the required limit is {:.0} %",
                limit * 100.0,
                self.result.assay.kmt2a_unit(),
                self.config.required_lod * 100.0
            ),
            None => format!("{at}: a rearrangement would not be detected at any fraction"),
        }
    }

    fn cut_off(&self, index: usize) -> String {
        self.result.collected.caps().nth(index).unwrap_or_default().to_string()
    }

    pub(super) fn qualifiers(&self, qualifier: Qualifier, limits: &Limits) -> Vec<String> {
        vec![match qualifier {
            Qualifier::OfEvent(index) => return of_event(self.event(index), &self.result.judged.junctions),
            Qualifier::DuplicationBeside => self.duplication_beside(),
            Qualifier::ReciprocalOnly => "reciprocal junction only".to_owned(),
            Qualifier::MinorNotCovered => {
                "the panel does not cover the minor region (introns 20 to 23): breaks there are not excluded".to_owned()
            }
            Qualifier::LimitRaised => format!("the limit is raised: {}", self.capability.basis),
            Qualifier::IntronsMissing => format!(
                "introns of KMT2A without coverage, where breaks are not excluded: {}",
                examined::runs(&limits.introns_missing()).replace('e', "")
            ),
            Qualifier::Incomplete(index) => {
                format!("counts and further events may be incomplete ({})", self.cut_off(index))
            }
        }]
    }

    /// The duplication in addition to a fusion, with its exons and tier.
    fn duplication_beside(&self) -> String {
        let is_ptd = |e: &&JudgedEvent| e.group.kind == EventKind::Ptd && e.tier >= Some(Tier::Medium);
        let named = self.result.judged.events.iter().find(is_ptd).map(|e| {
            let tier = e.tier.map_or("none", Tier::name);
            format!(": {}, tier {tier}", naming::junction(self.junction(e.lead)))
        });
        format!("a partial tandem duplication as well{}", named.unwrap_or_default())
    }

    pub(super) fn noted(&self, noted: Noted) -> String {
        match noted {
            Noted::Junction(index) => note(self.junction(index)),
            Noted::Waived(w) => format!(
                "{} ({} against {} wild-type ones: under {:.1} % of {} with 95 % confidence)",
                self.candidate(w.candidate),
                counted(u64::from(w.molecules), "molecule"),
                w.wild_type,
                w.bound * 100.0,
                self.result.assay.kmt2a_unit()
            ),
        }
    }

    pub(super) fn findings(&self, found: &rule::Findings) -> Findings {
        let answer = |finding: rule::Finding, what: &str| Finding {
            status: finding.status,
            text: match (finding.shown, finding.status) {
                (Some(shown), _) => self.shown(shown),
                (None, FindingStatus::NotDetected) => format!("no {what} found"),
                (None, _) => format!("no {what} found; the reads cannot exclude one"),
            },
        };
        Findings {
            fusion: answer(found.fusion, "fusion"),
            ptd: PtdFinding {
                status: found.ptd.status,
                lod: found.ptd_limit,
                text: self.duplication(found),
            },
            reciprocal: answer(found.reciprocal, "reciprocal junction"),
            break_without_partner: match found.break_without_partner.shown {
                Some(Shown::Junction(index)) => Finding {
                    status: found.break_without_partner.status,
                    text: format!(
                        "molecules with KMT2A joined to an unmapped sequence: {}",
                        self.junction(index).annotated.candidate.evidence.molecules
                    ),
                },
                _ => answer(found.break_without_partner, "break without a partner"),
            },
        }
    }

    fn shown(&self, shown: Shown) -> String {
        match shown {
            Shown::Event(index) => format!("{} found", self.event_name(index)),
            Shown::Junction(index) => format!("{} found", naming::junction(self.junction(index))),
            Shown::OpenBreak(index) => self.open_breaks.get(index).map(|r| r.text.clone()).unwrap_or_default(),
        }
    }

    fn duplication(&self, found: &rule::Findings) -> String {
        let unit = self.result.assay.kmt2a_unit();
        match (found.ptd.shown, found.ptd_limit) {
            (Some(shown), _) => self.shown(shown),
            (None, Some(limit)) if found.ptd.status == FindingStatus::NotDetected => {
                format!("no duplication above {:.1} % of {unit}", limit * 100.0)
            }
            (None, Some(limit)) => format!(
                "a duplication in under {:.0} % of {unit} would be missed",
                limit * 100.0
            ),
            (None, None) => "neither detected nor excluded".to_owned(),
        }
    }
}

/// A breakpoint region with its weakest donor.
fn weakest(region: Region, limits: &Limits) -> String {
    let at = limits.weakest(region).map_or_else(
        || "no donor".to_owned(),
        |d| format!("e{} with {}", d.exon, counted(u64::from(d.molecules), "molecule")),
    );
    format!("{} region (weakest {at})", region.name())
}

fn note(junction: &JudgedJunction) -> String {
    let molecules = junction.annotated.candidate.evidence.molecules;
    let counted = counted(u64::from(molecules), "molecule");
    let repeat = junction.judgement.reason(Code::InternalTandemDuplication);
    match junction.annotated.class {
        Class::Ptd if repeat.is_some() => format!(
            "{} ({counted} of {})",
            repeat.map_or("", |r| r.text.as_str()),
            junction.facts.wild_type + molecules
        ),
        Class::Ptd => format!(
            "back-splice {} ({molecules} of {} wild-type molecules): the level of healthy blood",
            naming::junction(junction),
            junction.facts.wild_type
        ),
        Class::NeighbourReadThrough => format!(
            "read-through {} ({counted}): no rearrangement",
            naming::junction(junction)
        ),
        Class::Deletion => format!(
            "deletion inside KMT2A ({counted}, {} bases)",
            (junction.annotated.candidate.sides.junction()).map_or(0, |j| j.three.position.distance(j.five.position))
        ),
        _ => format!("{} ({counted})", naming::junction(junction)),
    }
}

/// Qualifiers of the lead event: frame, partner locus, orientation, precision.
fn of_event(event: &JudgedEvent, junctions: &[JudgedJunction]) -> Vec<String> {
    let a = &junctions[event.lead].annotated;
    let mut qualifiers = Vec::new();
    match a.frame {
        Frame::OutOfFrame => qualifiers.push("out of frame".to_owned()),
        Frame::StopCodon => qualifiers.push("truncating: stop codon at the junction".to_owned()),
        Frame::InFrame | Frame::Unknown => {}
    }
    if a.candidate.sides.open().is_some() {
        qualifiers.push("partner not placed".to_owned());
    } else if !a.partner_side().candidates.is_empty() {
        qualifiers.push(format!(
            "partner not identified: the reads fit {} equally well",
            a.partner_side().candidates.join(" and ")
        ));
    } else if a.three.gene.is_none() {
        qualifiers.push(match a.three.nearby.first() {
            Some((gene, distance)) => format!(
                "partner side in no known gene (`--gtf` adds genes); the nearest, {gene}, is {} bases away",
                thousands(*distance)
            ),
            None => "partner side in no known gene".to_owned(),
        });
    } else if !a.three.is_sense() {
        qualifiers.push("partner joined in antisense".to_owned());
    }
    if !a.candidate.is_precise {
        qualifiers.push("exact breakpoint not known".to_owned());
    }
    let third = naming::third_genes(event, junctions);
    if !third.is_empty() {
        qualifiers.push(format!(
            "the reciprocal junction comes from a third gene: {}",
            third.join(", ")
        ));
    }
    qualifiers
}
