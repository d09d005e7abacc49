//! From the flow's own types to the serialised report.

pub(crate) mod adequacy;
mod bases;
pub(crate) mod conclusion;
pub(crate) mod coverage;
mod fragments_over;
mod peptide;
mod predicted;
mod sequence;
mod splice;
mod support;
mod supporting;

use std::collections::{BTreeMap, BTreeSet};

pub use fragments_over::FragmentsOver;
pub use support::{Numbers, Supporter, of as supporters};

use super::schema as out;
use crate::{
    annotate::{self, Class, EventKind, MemberRole, nomenclature},
    assemble::{observe::Observation, unplaced::NOWHERE},
    catalogue::{GeneModels, catalogue, identifiers},
    conclude,
    evidence::{Collected, molecule::MoleculesBy},
    genome::{Contigs, Retained, SequenceSource, Strand, probability::share_interval},
    judge::{self, Judged, JudgedEvent, JudgedJunction},
};

use bases::End;

/// Junctions below every tier that are listed, the best first (count): amplicon noise makes a hundred
/// thousand, of one molecule each.
pub const DISCARDED_MAX: usize = 2_000;

/// What the flow knows of one assay when the report is built.
pub struct Material<'a> {
    /// `rna` or `dna`.
    pub assay: &'a str,
    /// Gene models.
    pub models: &'a GeneModels,
    /// Contigs of the input.
    pub contigs: &'a Contigs,
    /// Reference bases.
    pub source: &'a dyn SequenceSource,
    /// Fragments and profile.
    pub collected: &'a Collected,
    /// Judged junctions.
    pub judged: &'a Judged,
    /// Fragments over the junctions' bases at KMT2A.
    pub fragments_over: &'a FragmentsOver,
    /// What fragments are called; `None` where read names are kept.
    pub numbers: Option<&'a Numbers>,
}

/// The parts of a report that junctions make.
#[derive(Debug, Default)]
pub struct Findings {
    /// Events with a tier, best first.
    pub events: Vec<out::Event>,
    /// Junctions below every tier.
    pub discarded: Vec<out::Discarded>,
    /// Junctions below every tier beyond [`DISCARDED_MAX`], which are not listed.
    pub not_listed: usize,
    /// What they are called.
    pub ids: Identifiers,
}

/// Identifiers in the report of what was judged, by index.
#[derive(Clone, Debug, Default)]
pub struct Identifiers {
    /// Events with a tier.
    pub events: BTreeMap<usize, String>,
    /// Junctions in the report's order, discarded ones included.
    pub junctions: Vec<(String, usize)>,
}

impl Identifiers {
    /// Identifier of a judged junction.
    pub fn junction(&self, index: usize) -> Option<&String> {
        self.junctions.iter().find(|(_, i)| *i == index).map(|(id, _)| id)
    }
}

/// Builds events and discarded junctions.
pub fn findings(material: &Material<'_>) -> Findings {
    let mut findings = Findings::default();
    let judged = material.judged;
    for (index, event) in judged.events.iter().enumerate() {
        if event.tier.is_some() {
            let id = format!("E{}", findings.events.len() + 1);
            findings.ids.events.insert(index, id.clone());
            let (built, junctions) = build_event(material, event, &id);
            findings.ids.junctions.extend(junctions);
            findings.events.push(built);
        }
    }
    let below = judged.junctions.iter().enumerate();
    let mut below: Vec<(usize, &JudgedJunction)> = below.filter(|(_, j)| j.judgement.tier.is_none()).collect();
    below.sort_by(|(_, a), (_, b)| {
        let count = |j: &JudgedJunction| j.annotated.candidate.evidence.molecules;
        b.judgement
            .model_score
            .total_cmp(&a.judgement.model_score)
            .then_with(|| count(b).cmp(&count(a)))
            .then_with(|| a.annotated.candidate.junction.cmp(&b.annotated.candidate.junction))
    });
    findings.not_listed = below.len().saturating_sub(DISCARDED_MAX);
    for (index, (place, junction)) in below.into_iter().take(DISCARDED_MAX).enumerate() {
        findings.ids.junctions.push((format!("D{}", index + 1), place));
        let reason = junction.judgement.reasons.last().map(reason_of).unwrap_or_default();
        let built = build_junction(
            material,
            junction,
            &format!("D{}", index + 1),
            role_word(junction.annotated.class),
            None,
        );
        findings.discarded.push(out::Discarded {
            reason,
            junction: built,
        });
    }
    findings
}

fn build_event(material: &Material<'_>, event: &JudgedEvent, id: &str) -> (out::Event, Vec<(String, usize)>) {
    let judged = material.judged;
    let mut members: Vec<_> = event
        .group
        .members
        .iter()
        .filter(|m| judged.junctions[m.junction].judgement.tier.is_some())
        .collect();
    members.sort_by_key(|m| {
        let j = &judged.junctions[m.junction];
        (
            m.junction != event.lead,
            m.role,
            std::cmp::Reverse(j.annotated.candidate.evidence.molecules),
            m.junction,
        )
    });
    let lead_id = format!("{id}.1");
    let karyotype = event_iscn(material, event);
    let junctions: Vec<out::Junction> = members
        .iter()
        .enumerate()
        .map(|(n, m)| {
            let lead_role = members.first().map(|first| first.role);
            let isoform =
                n > 0 && matches!(m.role, MemberRole::Canonical | MemberRole::Ptd) && Some(m.role) == lead_role;
            let role = match m.role {
                _ if isoform => "isoform",
                MemberRole::Canonical => "canonical",
                MemberRole::Reciprocal => "reciprocal",
                MemberRole::Ptd => "ptd",
                MemberRole::Chained => "chained",
                MemberRole::Other => role_word(judged.junctions[m.junction].annotated.class),
            };
            build_junction(
                material,
                &judged.junctions[m.junction],
                &format!("{id}.{}", n + 1),
                role,
                isoform.then(|| lead_id.clone()),
            )
        })
        // No simple karyotype of one junction where the event's others do not fit it.
        .map(|junction| out::Junction {
            iscn_suggestion: junction.iscn_suggestion.filter(|_| karyotype.is_some()),
            ..junction
        })
        .collect();
    let lead = &judged.junctions[event.lead];
    let observations = || {
        members
            .iter()
            .flat_map(|m| &judged.junctions[m.junction].annotated.candidate.observations)
    };
    let fragments: BTreeSet<usize> = observations().map(|o| o.fragment).collect();
    let molecules: BTreeSet<u64> = observations()
        .filter(|o| !material.collected.fragments[o.fragment].flagged_duplicate)
        .map(|o| o.molecule)
        .collect();
    let class = if members.iter().any(|m| m.role == MemberRole::Chained) && event.group.kind == EventKind::Fusion {
        "three-way".to_owned()
    } else {
        class_word(lead)
    };
    let ids = members
        .iter()
        .zip(&junctions)
        .map(|(m, j)| (j.id.clone(), m.junction))
        .collect();
    let built = out::Event {
        id: id.to_owned(),
        class,
        name: if event.group.kind == EventKind::Ptd {
            "KMT2A-PTD".to_owned()
        } else {
            conclude::naming::event(event, &judged.junctions)
        },
        tier: event.tier.map(tier_of).unwrap_or_default(),
        model_score: event.model_score,
        molecules: countable(material).then_some(molecules.len() as u64),
        fragments: fragments.len() as u64,
        reasons: lead.judgement.reasons.iter().map(reason_of).collect(),
        terms: lead.judgement.terms.iter().map(term_of).collect(),
        lead_junction: junctions.first().map(|j| j.id.clone()),
        mechanism: Some(event_mechanism(material, event)),
        iscn_suggestion: karyotype,
        partner: partner_of(material, event),
        doubts: lead.judgement.reasons.iter().map(reason_of).collect(),
        junctions,
    };
    (built, ids)
}

fn countable(material: &Material<'_>) -> bool {
    material.collected.molecules_by != MoleculesBy::FivePrimePositions
}

fn iscn(material: &Material<'_>, j: &JudgedJunction) -> Option<String> {
    let a = &j.annotated;
    annotate::mechanism::iscn(&a.candidate, &a.five, &a.three, a.class, material.contigs)
}

/// A reciprocal junction may lie this far from the canonical one's partner base on its chromosome (bases).
const DERIVATIVES_APART: i64 = 1_000_000;

/// The event's karyotype: only where each of its junctions allows the same simple one.
fn event_iscn(material: &Material<'_>, event: &JudgedEvent) -> Option<String> {
    let judged = material.judged;
    let lead = judged.junctions.get(event.lead)?;
    let simple = iscn(material, lead)?;
    let partner_end = |j: &JudgedJunction| {
        let c = &j.annotated.candidate.junction;
        if j.annotated.class == Class::Reciprocal {
            c.five
        } else {
            c.three
        }
    };
    let end = partner_end(lead);
    let fits = |j: &JudgedJunction| match iscn(material, j) {
        Some(own) => own == simple,
        // A break beside the partner gene has no band of its own.
        None => {
            let other = partner_end(j);
            matches!(j.annotated.class, Class::Canonical | Class::Reciprocal)
                && j.annotated.candidate.unplaced.is_none()
                && simple.starts_with("t(")
                && other.contig == end.contig
                && other.position.distance(end.position) <= DERIVATIVES_APART
                && j.annotated.partner_side().strand == lead.annotated.partner_side().strand
        }
    };
    let mut members = event.group.members.iter().map(|m| &judged.junctions[m.junction]);
    members.all(|j| j.judgement.tier.is_none() || fits(j)).then_some(simple)
}

/// What the event is compatible with: the lead junction's, or that it takes more than two breaks.
fn event_mechanism(material: &Material<'_>, event: &JudgedEvent) -> String {
    let judged = material.judged;
    let lead = &judged.junctions[event.lead];
    let is_chain = conclude::naming::chain(event, &judged.junctions).len() > 1;
    if !is_chain && conclude::naming::third_genes(event, &judged.junctions).is_empty() {
        return lead.annotated.mechanism.clone();
    }
    let members = event.group.members.iter().map(|m| &judged.junctions[m.junction]);
    let ends = members.filter(|j| j.judgement.tier.is_some()).flat_map(|j| {
        let c = &j.annotated.candidate.junction;
        [c.five.contig, c.three.contig]
    });
    let mut chromosomes: Vec<String> = ends
        .filter(|contig| material.contigs.is_chromosome(*contig))
        .map(|contig| material.contigs.bare(contig))
        .collect();
    chromosomes.sort_by_key(|name| (name.parse::<u32>().unwrap_or(u32::MAX), name.clone()));
    chromosomes.dedup();
    match chromosomes.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!(
            "a rearrangement with three breaks or more, of chromosomes {} and {last} (three-way translocation or insertion)",
            rest.join(", ")
        ),
        _ => "a rearrangement with three breaks or more".to_owned(),
    }
}

fn partner_of(material: &Material<'_>, event: &JudgedEvent) -> Option<out::Partner> {
    let j = &material.judged.junctions[event.lead];
    if matches!(j.annotated.class, Class::Ptd | Class::Inverted | Class::Deletion) {
        return None;
    }
    let symbol = conclude::naming::partner(event, &material.judged.junctions)?
        .gene
        .clone()?;
    let known = catalogue().partner(&symbol);
    let fitting: BTreeSet<String> = j
        .annotated
        .candidate
        .alternatives
        .iter()
        .flat_map(|p| material.models.overlapping(p.contig, p.reference))
        .map(|g| g.symbol.clone())
        .filter(|s| *s != symbol)
        .collect();
    Some(out::Partner {
        category: known.map(|p| p.symbol.clone()),
        band: known.map(|p| p.band.clone()),
        catalogue: known.is_some(),
        homologues_that_fit: fitting.into_iter().collect(),
        symbol,
    })
}

/// The class as outputs print it.
fn class_word(j: &JudgedJunction) -> String {
    let a = &j.annotated;
    match a.class {
        Class::Canonical if a.candidate.unplaced.is_some() => "canonical-unplaced",
        Class::Canonical if a.three.gene.is_none() => "canonical-intergenic",
        Class::Ptd if j.judgement.has(judge::Code::PtdBackground) => "background-ptd",
        Class::Inverted => "intragenic",
        other => other.name(),
    }
    .to_owned()
}

const fn role_word(class: Class) -> &'static str {
    match class {
        Class::Canonical => "canonical",
        Class::Reciprocal => "reciprocal",
        Class::Ptd => "ptd",
        Class::NeighbourReadThrough => "read-through",
        Class::Inverted | Class::Deletion => "intragenic",
        Class::Chained => "chained",
    }
}

fn build_junction(
    material: &Material<'_>,
    j: &JudgedJunction,
    id: &str,
    role: &str,
    isoform_of: Option<String>,
) -> out::Junction {
    let a = &j.annotated;
    let c = &a.candidate;
    let (five, three) = (c.junction.five, c.junction.three);
    let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
    let consensus = c.consensus.as_ref().map(|x| {
        let (before, after) = x.bases.split_at(x.before.min(x.bases.len()));
        let (inserted, after) = after.split_at(c.junction.inserted.len().min(after.len()));
        if inserted.is_empty() {
            format!("{}|{}", text(before), text(after))
        } else {
            format!("{}|{}|{}", text(before), text(inserted).to_lowercase(), text(after))
        }
    });
    let homology = c
        .consensus
        .as_ref()
        .and_then(|x| {
            x.bases
                .get(x.before.checked_sub(c.ambiguity.back as usize)?..x.before + c.ambiguity.forth as usize)
        })
        .map(text)
        .unwrap_or_default();
    let wild_type = u64::from(j.wild_type);
    let molecules = u64::from(c.evidence.molecules);
    out::Junction {
        id: id.to_owned(),
        assay: material.assay.to_owned(),
        class: class_word(j),
        role: role.to_owned(),
        isoform_of,
        five: (five.contig != NOWHERE).then(|| side_of(material, c, End::Five, &a.five)),
        three: (three.contig != NOWHERE).then(|| side_of(material, c, End::Three, &a.three)),
        ambiguity: out::Ambiguity {
            left: c.ambiguity.back,
            right: c.ambiguity.forth,
            homology,
        },
        inserted: text(&c.junction.inserted),
        frame: frame_of(a.frame),
        evidence: evidence_of(material, c),
        wild_type_molecules: Some(wild_type),
        fraction: fraction_of(
            a.class,
            c.alleles.map_or(molecules, |(with, _)| u64::from(with)),
            wild_type,
            &material.judged.params,
        ),
        consensus,
        peptide: (material.assay == "rna")
            .then(|| peptide::across(c, &a.five, &a.three, a.frame, material.models))
            .flatten(),
        alternatives: predicted::alternatives(material, c),
        predicted_transcripts: predicted::of(&a.predicted),
        sequence: j.judgement.tier.and_then(|_| sequence::of(material, c)),
        tier: j.judgement.tier.map(tier_of),
        model_score: Some(j.judgement.model_score),
        terms: j.judgement.terms.iter().map(term_of).collect(),
        reasons: j.judgement.reasons.iter().map(reason_of).collect(),
        // A break in DNA says nothing of the transcript.
        hgvs: if c.is_precise && material.assay == "rna" {
            nomenclature::hgvs(
                &a.five,
                &a.three,
                five.position,
                three.position,
                &c.junction.inserted,
                material.models,
            )
        } else {
            None
        },
        iscn_suggestion: iscn(material, j),
        mechanism: Some(a.mechanism.clone()),
        supporting: supporting::rows(material, c),
        filters: filters(material, &c.observations),
    }
}

const fn frame_of(frame: annotate::Frame) -> out::Frame {
    match frame {
        annotate::Frame::InFrame => out::Frame::InFrame,
        annotate::Frame::OutOfFrame => out::Frame::OutOfFrame,
        annotate::Frame::StopCodon => out::Frame::StopCodon,
        annotate::Frame::Unknown => out::Frame::Unknown,
    }
}

/// Share of the junction: J / (J + W), its interval widened by what counts vary beyond chance; for a duplication J / W,
/// whose transcripts keep the wild-type junction.
fn fraction_of(class: Class, molecules: u64, wild_type: u64, p: &judge::Params) -> Option<out::Fraction> {
    let total = molecules + wild_type;
    if wild_type == 0 || total == 0 {
        return None;
    }
    let (low, high) = share_interval(molecules, wild_type, p.dispersion, p.confidence);
    let estimate = molecules as f64 / total as f64;
    Some(if class == Class::Ptd {
        let ratio = |f: f64| f / (1.0 - f).max(1e-9);
        out::Fraction {
            estimate: ratio(estimate),
            low: ratio(low),
            high: ratio(high),
        }
    } else {
        out::Fraction { estimate, low, high }
    })
}

fn evidence_of(material: &Material<'_>, c: &crate::assemble::Candidate) -> out::Evidence {
    let e = &c.evidence;
    out::Evidence {
        molecules: countable(material).then_some(u64::from(e.molecules)),
        split: e.split.into(),
        clip: e.clip.into(),
        spanning: e.spanning.into(),
        mate: e.mate.into(),
        fragments: e.fragments.into(),
        split_anchor5: e.split_anchor_five.into(),
        split_anchor3: e.split_anchor_three.into(),
        clip_anchor5: e.clip_anchor_five.into(),
        clip_anchor3: e.clip_anchor_three.into(),
        longest_anchor5: e.anchor_five_max,
        longest_anchor3: e.anchor_three_max,
        distinct_positions: e.distinct_ends.into(),
    }
}

fn side_of(material: &Material<'_>, c: &crate::assemble::Candidate, end: End, side: &annotate::Side) -> out::Side {
    let breakend = end.of(c);
    let gene = side.gene.as_deref().and_then(|g| material.models.by_symbol(g));
    let transcript = gene.and_then(|g| g.transcripts.get(side.transcript_index));
    let phase = transcript
        .and_then(|t| annotate::frame::coding_bases_before(t, breakend.position))
        // The 5' side keeps the base at the breakend; the 3' side expects what lies before it.
        .map(|before| before + i64::from(matches!(end, End::Five)));
    let labels = side.exon.filter(|_| side.is_kmt2a).map(|exon| {
        catalogue()
            .exon_schemes()
            .numbers(exon)
            .iter()
            .map(|n| out::ExonLabel {
                scheme: n.scheme.name().to_owned(),
                label: n.number.to_string(),
                derived: n.derived,
            })
            .collect()
    });
    out::Side {
        contig: material.contigs.name(breakend.contig).to_owned(),
        position: breakend.position.one_based(),
        retained: match breakend.retained {
            Retained::Left => out::RetainedSide::Left,
            Retained::Right => out::RetainedSide::Right,
        },
        strand: sign(side.strand),
        gene: side.gene.clone(),
        gene_strand: side.gene_strand.map(sign).unwrap_or_default(),
        genes_nearby: side
            .nearby
            .iter()
            .map(|(symbol, distance)| out::NearbyGene {
                symbol: symbol.clone(),
                distance: distance.unsigned_abs(),
            })
            .collect(),
        gene_id: gene.and_then(|g| g.id.clone()),
        hgnc_id: side
            .gene
            .as_deref()
            .and_then(identifiers::of_gene)
            .map(|g| g.hgnc.to_owned()),
        transcript: side.transcript.clone(),
        transcript_id: transcript.map(|t| t.id.clone()),
        mane: transcript.is_some_and(|t| t.mane),
        exon: side.exon,
        intron: side.intron,
        exon_labels: labels.unwrap_or_default(),
        site: side.site.name().to_owned(),
        at_splice_site: side.at_splice_site,
        distance_to_splice_site: transcript.and_then(|t| splice::distance(t, breakend.position, end)),
        phase: phase.and_then(|n| u8::try_from(n.rem_euclid(3)).ok()),
        ref_base: bases::at(c, end, material.source),
        ref_context: bases::around(breakend, material.source),
        coverage: material.fragments_over.at(breakend.contig, breakend.position),
    }
}

const fn sign(strand: Strand) -> out::StrandSign {
    match strand {
        Strand::Forward => out::StrandSign::Forward,
        Strand::Reverse => out::StrandSign::Reverse,
    }
}

fn filters(material: &Material<'_>, observations: &[Observation]) -> BTreeMap<String, u64> {
    let fragments: BTreeSet<usize> = observations.iter().map(|o| o.fragment).collect();
    let duplicates = fragments
        .iter()
        .filter(|i| material.collected.fragments[**i].flagged_duplicate)
        .count();
    let mut filters = BTreeMap::new();
    if duplicates > 0 {
        filters.insert("duplicates".to_owned(), duplicates as u64);
    }
    filters
}

const fn tier_of(tier: judge::Tier) -> out::Tier {
    match tier {
        judge::Tier::Low => out::Tier::Low,
        judge::Tier::Medium => out::Tier::Medium,
        judge::Tier::High => out::Tier::High,
    }
}

/// A reason in the report's form.
pub fn reason_of(reason: &judge::Reason) -> out::Reason {
    out::Reason {
        code: reason.code.to_owned(),
        text: reason.text.clone(),
        value: None,
    }
}

fn term_of(term: &judge::Term) -> out::Term {
    out::Term {
        name: term.name.to_owned(),
        value: term.value,
        text: term.text.clone(),
    }
}

/// The profile of one assay.
pub fn profile(material: &Material<'_>) -> Vec<out::ProfileJunction> {
    let (gene, contig) = material.models.kmt2a();
    let Some(transcript) = gene.transcripts.first() else {
        return Vec::new();
    };
    let round = |depth: f64| depth.round().max(0.0) as u64;
    material
        .collected
        .profile
        .donors
        .iter()
        .zip(transcript.exons.windows(2))
        .map(|(donor, pair)| out::ProfileJunction {
            assay: material.assay.to_owned(),
            transcript: transcript.display_name().to_owned(),
            donor_exon: donor.exon,
            acceptor_exon: donor.exon + 1,
            contig: material.contigs.name(contig).to_owned(),
            donor: transcript.last_base(&pair[0]).one_based(),
            acceptor: transcript.first_base(&pair[1]).one_based(),
            molecules: countable(material).then_some(u64::from(donor.molecules())),
            fragments: u64::from(donor.fragments),
            coverage_left: round(donor.depth_before),
            coverage_right: round(donor.depth_after),
            mean_mapq: None,
        })
        .collect()
}

/// `rna` or `dna`.
pub const fn assay_word(assay: crate::input::Assay) -> &'static str {
    match assay {
        crate::input::Assay::Rna => "rna",
        crate::input::Assay::Dna => "dna",
    }
}

/// The ledger in the report's form.
pub fn ledger(ledger: &conclude::Ledger, countable: bool) -> out::Ledger {
    out::Ledger {
        total: ledger.total,
        abnormal: ledger.abnormal,
        rows: ledger
            .rows
            .iter()
            .map(|row| out::LedgerRow {
                code: row.fate.code().to_owned(),
                text: row.fate.text().to_owned(),
                fragments: row.fragments,
                molecules: countable.then_some(row.molecules),
            })
            .collect(),
    }
}
