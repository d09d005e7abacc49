//! Junctions of the report: sides, evidence, fractions, frame.

use std::collections::{BTreeMap, BTreeSet};

use super::{Material, bases, bases::End, event::iscn, peptide, predicted, sequence, splice, supporting};
use crate::{
    annotate::{self, Class, nomenclature},
    assemble::observe::Observation,
    catalogue::{catalogue, identifiers},
    genome::{
        Breakend, ContigId, Interval, Junction, Strand, probability::share_interval, sequence::reverse_complement,
    },
    input::Assay,
    judge::{self, JudgedJunction},
    report::schema as out,
};

pub(super) fn build_junction(
    material: &Material<'_>,
    j: &JudgedJunction,
    id: &str,
    role: &str,
    isoform_of: Option<String>,
) -> out::Junction {
    let a = &j.annotated;
    let c = &a.candidate;
    let (junction, inserted) = (c.sides.junction(), c.sides.inserted());
    let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
    let consensus = c.consensus.as_ref().map(|x| {
        let (before, after) = x.bases.split_at(x.before.min(x.bases.len()));
        let (between, after) = after.split_at(inserted.len().min(after.len()));
        if between.is_empty() {
            format!("{}|{}", text(before), text(after))
        } else {
            format!("{}|{}|{}", text(before), text(between).to_lowercase(), text(after))
        }
    });
    let shared = c.consensus.as_ref().and_then(|x| {
        let from = x.before.checked_sub(c.ambiguity.back as usize)?;
        Some(x.bases.get(from..x.before + c.ambiguity.forth as usize)?.to_vec())
    });
    let homology = shared
        .or_else(|| shared_bases(material, c))
        .map(|b| text(&b))
        .unwrap_or_default();
    let wild_type = u64::from(j.wild_type);
    let molecules = u64::from(c.evidence.molecules);
    out::Junction {
        id: id.to_owned(),
        assay: material.result.assay.name().to_owned(),
        class: class_word(j),
        role: role.to_owned(),
        isoform_of,
        five: side_of(material, c, End::Five, &a.five),
        three: side_of(material, c, End::Three, &a.three),
        ambiguity: out::Ambiguity {
            left: c.ambiguity.back,
            right: c.ambiguity.forth,
            homology,
        },
        inserted: text(inserted),
        frame: a.frame,
        evidence: evidence_of(material, c),
        wild_type_molecules: Some(wild_type),
        fraction: fraction_of(
            a.class,
            c.alleles.map_or(molecules, |(with, _)| u64::from(with)),
            wild_type,
            &material.result.judged.params,
        ),
        consensus,
        peptide: (material.result.assay == Assay::Rna)
            .then(|| peptide::across(c, &a.five, &a.three, a.frame, material.result.models))
            .flatten(),
        alternatives: predicted::alternatives(material, c),
        predicted_transcripts: predicted::of(&a.predicted),
        sequence: j.judgement.tier.and_then(|_| sequence::of(material, c)),
        tier: j.judgement.tier,
        model_score: Some(j.judgement.model_score),
        terms: j.judgement.terms.clone(),
        reasons: j.judgement.reasons.clone(),
        // A break in DNA says nothing of the transcript.
        hgvs: junction
            .filter(|_| c.is_precise && material.result.assay == Assay::Rna)
            .and_then(|j| nomenclature::hgvs((&a.five, &a.three), j, material.result.models)),
        hgvs_genomic: junction
            .filter(|_| c.is_precise && material.result.assay == Assay::Dna && j.judgement.tier.is_some())
            .and_then(|j| {
                nomenclature::genomic(j, (c.ambiguity.back, c.ambiguity.forth), |id| accession(material, id))
            }),
        // No karyotype of what is not believed.
        iscn_suggestion: j.judgement.tier.and_then(|_| iscn(material, j)),
        mechanism: Some(a.mechanism.clone()),
        supporting: supporting::rows(material, c),
        filters: filters(material, &c.observations),
    }
}

/// The bases that both sides share, where no read shows them: of the 5' side's own sequence, else of the 3' side's.
fn shared_bases(material: &Material<'_>, c: &crate::assemble::Candidate) -> Option<Vec<u8>> {
    let (back, forth) = (i64::from(c.ambiguity.back), i64::from(c.ambiguity.forth));
    let bases = |at: Breakend, strand: Strand, before: i64, behind: i64| {
        // `before` bases up to and with the position along the molecule, `behind` ones after it.
        let stretch = match strand {
            Strand::Forward => Interval::new(at.position.0 + 1 - before, at.position.0 + 1 + behind),
            Strand::Reverse => Interval::new(at.position.0 - behind, at.position.0 + before),
        };
        let found = material
            .source
            .bases(at.contig, stretch)
            .filter(|b| !b.contains(&b'N'))?;
        Some(match strand {
            Strand::Forward => found,
            Strand::Reverse => reverse_complement(&found),
        })
    };
    let &Junction { five, three, .. } = c.sides.junction()?;
    if back + forth == 0 {
        return None;
    }
    bases(five, five.strand_as_five_prime(), back, forth)
        .or_else(|| bases(three, three.strand_as_three_prime(), back + 1, forth - 1))
}

/// RefSeq accession of a contig.
fn accession(material: &Material<'_>, contig: ContigId) -> Option<String> {
    let known = identifiers::of_chromosome(material.result.models.build(), material.result.contigs.name(contig))?;
    Some(known.refseq.to_owned())
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
        molecules: material
            .result
            .collected
            .molecules_by
            .are_counted()
            .then_some(u64::from(e.molecules)),
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

fn side_of(
    material: &Material<'_>,
    c: &crate::assemble::Candidate,
    end: End,
    side: &annotate::Side,
) -> Option<out::Side> {
    let breakend = end.of(c)?;
    let gene = side.gene.as_deref().and_then(|g| material.result.models.by_symbol(g));
    let transcript = side.transcript_of(material.result.models);
    let phase = transcript
        .and_then(|t| t.coding_before(breakend.position))
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
                derived: true,
            })
            .collect()
    });
    Some(out::Side {
        contig: material.result.contigs.name(breakend.contig).to_owned(),
        position: breakend.position.one_based(),
        retained: breakend.retained,
        strand: side.strand.into(),
        gene: side.gene.clone(),
        gene_candidates: side.candidates.clone(),
        gene_strand: side.gene_strand.into(),
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
    })
}

fn filters(material: &Material<'_>, observations: &[Observation]) -> BTreeMap<String, u64> {
    let fragments: BTreeSet<usize> = observations.iter().map(|o| o.fragment).collect();
    let duplicates = fragments
        .iter()
        .filter(|i| material.result.collected.fragments[**i].flagged_duplicate)
        .count();
    let mut filters = BTreeMap::new();
    if duplicates > 0 {
        filters.insert("duplicates".to_owned(), duplicates as u64);
    }
    filters
}

/// The class as outputs print it.
pub(super) fn class_word(j: &JudgedJunction) -> String {
    let a = &j.annotated;
    match a.class {
        Class::Canonical if a.candidate.sides.open().is_some() => "canonical-unplaced",
        Class::Canonical if a.three.gene.is_none() => "canonical-intergenic",
        Class::Ptd if j.judgement.has(judge::Code::PtdBackground) => "background-ptd",
        Class::Inverted => "intragenic",
        other => other.name(),
    }
    .to_owned()
}
