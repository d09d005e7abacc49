//! The patients of the trial, and the content of each sample.

use breakapart_core::catalogue::{KMT2A, PatientGroup, Transcript, catalogue};
use breakapart_core::genome::Strand;
use breakapart_lab::simulate::dice::Dice;
use breakapart_lab::simulate::sets::usable_partners;
use breakapart_lab::simulate::template::Template;
use breakapart_lab::simulate::{Design, EventSpec, Genome};

use super::{fusion, library};

/// A genomic breakpoint: both derivatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    /// Partner.
    pub partner: String,
    /// KMT2A's last base on the derivative 11, 0-based.
    pub kmt2a: i64,
    /// The partner's first base there, 0-based.
    pub partner_at: i64,
    /// Breakpoint intron of KMT2A (MANE).
    pub intron: u16,
    /// Breakpoint intron of the partner's lead transcript.
    pub partner_intron: u16,
    /// Bases inserted.
    pub inserted: String,
    /// Whether the reciprocal derivative is kept.
    pub reciprocal: bool,
}

/// The source of a sample's report.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SampleKind {
    /// Reads that are simulated and called.
    Rna(Box<Design>),
    /// A simulated report, with or without a breakpoint.
    Dna(Option<Break>),
}

/// A sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedSample {
    /// Name in sheet and report.
    pub name: String,
    /// `diagnosis`, `follow-up`, `relapse`.
    pub timepoint: &'static str,
    /// Sequencing run.
    pub run: String,
    /// Its content.
    pub kind: SampleKind,
    /// Molecules of the junction (DNA).
    pub molecules: u32,
}

/// A patient.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedPatient {
    /// Name.
    pub id: String,
    /// Age at diagnosis, days.
    pub age_days: u32,
    /// `ALL` or `AML`.
    pub lineage: &'static str,
    /// Family, empty for none.
    pub family: String,
    /// The breakpoint; `None` for a patient without rearrangement.
    pub found: Option<Break>,
    /// Donor and acceptor exon of the transcript.
    pub exons: Option<(u16, u16)>,
    /// Whether the diagnosis RNA is deep enough for a conclusion.
    pub adequate: bool,
    /// Whether the trial confirmed that KMT2A is germline.
    pub confirmed: bool,
    /// Samples.
    pub samples: Vec<PlannedSample>,
}

/// The trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// Patients.
    pub patients: Vec<PlannedPatient>,
    /// Pairs of samples (names) whose contents were exchanged, with their patients.
    pub swaps: Vec<[String; 4]>,
    /// Samples whose report is broken.
    pub broken: Vec<(String, String)>,
    /// Weak sample and its source.
    pub carry_over: Option<(String, String)>,
    /// Twins.
    pub twins: Option<(String, String)>,
}

/// Share of the patients that are rearranged (Interfant-99: 297 of 376; P9407: 75 %).
const REARRANGED: f64 = 0.75;
/// Share of infants with AML among infants in a trial of both.
const AML: f64 = 0.15;
/// Share of the RNA samples that are too shallow for a conclusion.
const SHALLOW: f64 = 0.03;
/// Share with DNA at diagnosis, with a relapse pair, with a follow-up sample.
const DNA: f64 = 0.6;
const RELAPSE: f64 = 0.15;
const FOLLOW_UP: f64 = 0.15;
/// Share of the derivative partners that are kept (AFF1::KMT2A: some 80 %).
const RECIPROCAL: f64 = 0.8;
/// Swaps and broken files of a trial.
const SWAPS: usize = 3;
const BROKEN: usize = 5;

/// Simulates the plan. Empty if `genome` has no partner's exons.
pub(super) fn plan(count: usize, seed: u64, genome: &Genome<'_>) -> Plan {
    let partners = usable_partners(genome);
    let mut plan = Plan::default();
    if partners.is_empty() || Template::wild_type(KMT2A, genome).is_err() {
        return plan;
    }
    plan.patients = (0..count)
        .map(|number| patient(number, &mut Dice::new(seed, number as u64), &partners, genome))
        .collect();
    let mut dice = Dice::new(seed, u64::MAX);
    twins(&mut plan);
    carry_over(&mut plan, genome);
    swaps(&mut plan, &mut dice);
    broken(&mut plan);
    plan
}

fn patient(number: usize, dice: &mut Dice, partners: &[(String, Vec<u16>)], genome: &Genome<'_>) -> PlannedPatient {
    let id = format!("P{:04}", number + 1);
    let run = format!("run{:02}", number / 24 + 1);
    let is_aml = dice.chance(AML);
    let adequate = !dice.chance(SHALLOW);
    let group = if is_aml {
        PatientGroup::InfantAml
    } else {
        PatientGroup::InfantAll
    };
    let rearranged = dice.chance(REARRANGED);
    let drawn = rearranged
        .then(|| rearrangement(group, dice, partners, genome))
        .flatten();
    let seed = (dice.below(1 << 30) as u64) << 30 | dice.below(1 << 30) as u64;
    // A negative needs some 60 molecules over its weakest donor; a fusion is shown by its own.
    let molecules = if adequate && drawn.is_none() {
        dice.between(6_500, 9_000) as u32
    } else if adequate {
        dice.between(2_500, 5_000) as u32
    } else {
        dice.between(40, 80) as u32
    };
    let mut design = library(&format!("{id}_RNA"), genome, seed, molecules);
    if let Some((found, exons)) = &drawn {
        let support = if adequate { dice.between(8, 60) } else { 1 } as u32;
        design = design.with(fusion(&found.partner, exons.0, exons.1, support));
        if adequate && found.reciprocal && dice.chance(0.6) {
            let reciprocal = EventSpec::fusion(
                (&found.partner, exons.1 - 1),
                (KMT2A, exons.0 + 1),
                super::Amount::Supporting(dice.between(3, 12) as u32),
            );
            design = design.with(reciprocal);
        }
    }
    let found = drawn.as_ref().map(|(found, _)| found.clone());
    let mut samples = vec![PlannedSample {
        name: design.sample.clone(),
        timepoint: "diagnosis",
        run: run.clone(),
        kind: SampleKind::Rna(Box::new(design)),
        molecules: 0,
    }];
    let dna = |ending: &str, timepoint, found: Option<Break>, molecules| PlannedSample {
        name: format!("{id}_{ending}"),
        timepoint,
        run: format!("{run}d"),
        kind: SampleKind::Dna(found),
        molecules,
    };
    let relapses = found.is_some() && dice.chance(RELAPSE);
    if dice.chance(DNA) || relapses {
        samples.push(dna("DNA", "diagnosis", found.clone(), dice.between(20, 120) as u32));
    }
    if dice.chance(FOLLOW_UP) {
        samples.push(dna("FU1", "follow-up", None, 0));
    }
    if relapses {
        // One in ten is a new clone: another breakpoint in the same gene.
        let again = if dice.chance(0.1) {
            rearrangement(group, dice, partners, genome).map(|(found, _)| found)
        } else {
            found.clone()
        };
        samples.push(dna("REL", "relapse", again, dice.between(15, 90) as u32));
    }
    PlannedPatient {
        id,
        age_days: dice.between(1, 364) as u32,
        lineage: if is_aml { "AML" } else { "ALL" },
        family: String::new(),
        exons: drawn.map(|(_, exons)| exons),
        confirmed: found.is_none() && adequate && dice.chance(0.5),
        found,
        adequate,
        samples,
    }
}

/// A partner by its published frequency in the group, exons that keep the frame, and a genomic breakpoint in the
/// introns
/// between them.
fn rearrangement(
    group: PatientGroup,
    dice: &mut Dice,
    partners: &[(String, Vec<u16>)],
    genome: &Genome<'_>,
) -> Option<(Break, (u16, u16))> {
    let weight = |symbol: &str| {
        catalogue()
            .partner(symbol)
            .and_then(|partner| partner.groups)
            .map_or(0, |groups| groups.count(group))
    };
    let total: u32 = partners.iter().map(|(symbol, _)| weight(symbol)).sum();
    let mut left = dice.below(total.max(1) as usize) as u32;
    let (symbol, exons) = partners.iter().find(|(symbol, _)| {
        let own = weight(symbol);
        let chosen = left < own;
        left = left.saturating_sub(own);
        chosen
    })?;
    let (kmt2a, partner) = (
        genome.models().kmt2a().0.transcript()?,
        genome.models().by_symbol(symbol)?.transcript()?,
    );
    // USP2 is a partner of the minor region; others mostly of the major one, longest introns first.
    let donors: &[u16] = if symbol == "USP2" {
        &[20, 21, 22]
    } else {
        &[8, 8, 8, 9, 9, 10, 10, 10, 10, 11]
    };
    let donor = *dice.pick(donors)?;
    let phase = kmt2a.exon(donor)?.end_phase;
    let fitting: Vec<u16> = exons
        .iter()
        .copied()
        .filter(|number| {
            partner
                .exon(*number)
                .is_some_and(|exon| exon.start_phase.is_some() && exon.start_phase == phase)
        })
        .collect();
    let acceptor = *dice.pick(if fitting.is_empty() { exons } else { &fitting })?;
    let found = Break {
        partner: symbol.clone(),
        kmt2a: within(kmt2a, donor, dice)?,
        partner_at: within(partner, acceptor - 1, dice)?,
        intron: donor,
        partner_intron: acceptor - 1,
        inserted: (0..dice.below(4)).map(|_| char::from(b"ACGT"[dice.below(4)])).collect(),
        reciprocal: dice.chance(RECIPROCAL),
    };
    Some((found, (donor, acceptor)))
}

/// A base of an intron, not within 5 bases of its ends.
fn within(transcript: &Transcript, intron: u16, dice: &mut Dice) -> Option<i64> {
    let (before, after) = (transcript.exon(intron)?.interval, transcript.exon(intron + 1)?.interval);
    let (from, to) = match transcript.strand {
        Strand::Forward => (before.end.0, after.start.0),
        Strand::Reverse => (after.end.0, before.start.0),
    };
    let room = usize::try_from(to - from - 10).ok().filter(|room| *room > 0)?;
    Some(from + 5 + dice.below(room) as i64)
}

fn dna_of(patient: &PlannedPatient) -> Option<usize> {
    patient
        .samples
        .iter()
        .position(|s| s.timepoint == "diagnosis" && matches!(&s.kind, SampleKind::Dna(Some(_))))
}

/// The first two rearranged patients with DNA become twins: the second has the first one's clone.
fn twins(plan: &mut Plan) {
    let with_dna: Vec<usize> = (0..plan.patients.len())
        .filter(|index| plan.patients.get(*index).and_then(dna_of).is_some())
        .take(2)
        .collect();
    let [first, second] = with_dna[..] else { return };
    let Some(one) = plan.patients.get(first).cloned() else {
        return;
    };
    let Some(other) = plan.patients.get_mut(second) else {
        return;
    };
    other.found.clone_from(&one.found);
    other.exons = one.exons;
    for sample in &mut other.samples {
        match &mut sample.kind {
            SampleKind::Rna(design) => {
                let (Some(found), Some(exons)) = (&one.found, one.exons) else {
                    continue;
                };
                let adequate = other.adequate;
                design.events = vec![fusion(&found.partner, exons.0, exons.1, if adequate { 25 } else { 1 })];
            }
            SampleKind::Dna(found) if found.is_some() => found.clone_from(&one.found),
            SampleKind::Dna(_) => {}
        }
    }
    let family = "F1".to_owned();
    other.family.clone_from(&family);
    plan.twins = Some((one.id.clone(), other.id.clone()));
    if let Some(one) = plan.patients.get_mut(first) {
        one.family = family;
    }
}

/// A patient without rearrangement gets two molecules of a strong fusion of the same run.
fn carry_over(plan: &mut Plan, genome: &Genome<'_>) {
    let run = |patient: &PlannedPatient| patient.samples.first().map(|sample| sample.run.clone());
    let Some(weak) = plan
        .patients
        .iter()
        .position(|p| p.found.is_none() && p.adequate && p.samples.len() == 1 && !p.confirmed)
    else {
        return;
    };
    let of_run = plan.patients.get(weak).and_then(run);
    let source = plan
        .patients
        .iter()
        .position(|p| p.exons.is_some() && p.adequate && p.family.is_empty() && run(p) == of_run);
    let Some(source) = source else { return };
    let Some((partner, exons)) = plan
        .patients
        .get(source)
        .and_then(|p| Some((p.found.as_ref()?.partner.clone(), p.exons?)))
    else {
        return;
    };
    let mut names = Vec::new();
    for (index, molecules) in [(weak, 2), (source, 160)] {
        if let Some(sample) = plan.patients.get_mut(index).and_then(|p| p.samples.first_mut())
            && let SampleKind::Rna(design) = &mut sample.kind
        {
            let mut new = library(&design.sample, genome, design.seed, design.kmt2a_molecules);
            new = new.with(fusion(&partner, exons.0, exons.1, molecules));
            **design = new;
            names.push(sample.name.clone());
        }
    }
    if let [weak, source] = &names[..] {
        plan.carry_over = Some((weak.clone(), source.clone()));
    }
}

/// Exchanges the content of two patients' relapse samples, if both have DNA at diagnosis.
fn swaps(plan: &mut Plan, dice: &mut Dice) {
    let mut free: Vec<(usize, usize)> = plan
        .patients
        .iter()
        .enumerate()
        .filter(|(_, p)| p.family.is_empty() && dna_of(p).is_some())
        .filter_map(|(index, p)| {
            let relapse = p.samples.iter().position(|s| s.timepoint == "relapse")?;
            // The clone of diagnosis must be in it, or the swap could not be detected.
            matches!(&p.samples.get(relapse)?.kind, SampleKind::Dna(found) if *found == p.found)
                .then_some((index, relapse))
        })
        .collect();
    for _ in 0..SWAPS {
        if free.len() < 2 {
            return;
        }
        let first = free.swap_remove(dice.below(free.len()));
        let second = free.swap_remove(dice.below(free.len()));
        let kind = |plan: &Plan, (p, s): (usize, usize)| Some(plan.patients.get(p)?.samples.get(s)?.clone());
        let (Some(a), Some(b)) = (kind(plan, first), kind(plan, second)) else {
            continue;
        };
        for ((p, s), content) in [(first, &b), (second, &a)] {
            if let Some(sample) = plan.patients.get_mut(p).and_then(|p| p.samples.get_mut(s)) {
                sample.kind = content.kind.clone();
                sample.molecules = content.molecules;
            }
        }
        let id = |index: usize| plan.patients.get(index).map(|p| p.id.clone()).unwrap_or_default();
        plan.swaps.push([id(first.0), a.name, id(second.0), b.name]);
    }
}

/// Further follow-up samples whose reports will be broken.
fn broken(plan: &mut Plan) {
    let count = plan.patients.len();
    for number in 0..BROKEN.min(count) {
        if let Some(patient) = plan.patients.get(number * count / BROKEN) {
            let sample = format!("{}_FU9", patient.id);
            plan.broken.push((patient.id.clone(), sample));
        }
    }
}
