//! Files that look adequate and are not: the texts for the faults that [`breakapart_rule::fitness`] finds.

use breakapart_rule::{Assay, FileFacts, Ground, fitness};

use super::{AssayResult, file};
use crate::{evidence::pairs_apart, judge::Reason};

/// All faults of the file.
pub(super) fn faults(result: &AssayResult<'_>, facts: &FileFacts) -> Vec<Reason> {
    reasons(fitness::faults(facts, &result.judged.params), result, facts)
}

/// Faults that override everything else in the sample.
pub(super) fn overruling(result: &AssayResult<'_>, facts: &FileFacts) -> Vec<Reason> {
    reasons(fitness::overruling(facts, &result.judged.params), result, facts)
}

fn reasons(grounds: Vec<Ground>, result: &AssayResult<'_>, facts: &FileFacts) -> Vec<Reason> {
    let reason = |ground| Reason::new(ground, words(ground, result, facts));
    grounds.into_iter().map(reason).collect()
}

/// The text of a fault, with its numbers.
fn words(ground: Ground, result: &AssayResult<'_>, facts: &FileFacts) -> String {
    let (records, coverage) = (&facts.records, &facts.coverage);
    let filter = |command: &Option<String>| command.as_deref().map(short).unwrap_or_default();
    match ground {
        Ground::Kmt2aNotSeen => not_seen(result, facts),
        Ground::Kmt2aNotExpressed => format!(
            "{} KMT2A molecules against {} reads at the control genes: KMT2A is hardly expressed",
            facts.fragments.molecules, records.controls
        ),
        Ground::Placement => "most reads at KMT2A are multi-mapping (mapping quality 0)".to_owned(),
        Ground::AllDuplicates => "all reads at KMT2A are flagged as duplicates".to_owned(),
        Ground::ExonsOnly => format!(
            "depth is {:.0} in exons and {:.1} in the introns of the breakpoint region: the panel targets exons only",
            coverage.region_exons, coverage.region_introns
        ),
        Ground::FewExons => {
            let covered = file::covered(result.profile(), &result.judged.params);
            let names: Vec<String> = covered.iter().map(|exon| format!("e{exon}")).collect();
            format!("only {} of KMT2A is covered (MANE NM_001197104.2)", names.join(", "))
        }
        Ground::ThreePrimeOnly => format!(
            "depth is {:.1} at KMT2A's 3' end and {:.1} at e2-e13: degraded RNA or a 3' library cannot show a break \
             there",
            coverage.three_prime, coverage.five_prime
        ),
        Ground::MatesMissing => format!(
            "mates of the reads at KMT2A are absent from the file ({}; {} are elsewhere): it was filtered or cut",
            facts.fragments.mates_absent, facts.fragments.mates_elsewhere
        ),
        Ground::PairsNotBelieved => pairs_apart(&result.collected.tally),
        Ground::SharedNames => format!(
            "{} of {} read names are shared by several molecules (lanes or consensus reads merged under one name?): \
             reads with the same name do not belong together",
            records.shared_names, records.names
        ),
        Ground::ChimericNotConfirmed => {
            "no read name of the chimeric file occurs in the alignments: it may be from another sample".to_owned()
        }
        Ground::ChimerasRemoved => format!(
            "reads that could show a junction were removed by a filter ({})",
            filter(&result.processing.chimeras_removed)
        ),
        Ground::NoChimeras => format!(
            "among {} fragments at KMT2A and the control genes there is no split read and {} have a mate elsewhere, \
             fewer than in any library: such reads were removed from the file",
            facts.library_fragments(),
            records.discordant / 2
        ),
        Ground::CutToKmt2a => {
            let lacks = fitness::lacks(facts);
            let kinds = [
                (lacks.sa, "SA entries"),
                (lacks.mates, "mates elsewhere"),
                (lacks.clips, "clipped reads"),
            ];
            let lacking: Vec<&str> = kinds
                .into_iter()
                .filter_map(|(lacks, what)| lacks.then_some(what))
                .collect();
            format!(
                "the file contains only KMT2A and no {}: nothing shows that reads across a junction were kept when it \
                 was cut",
                lacking.join(", no ")
            )
        }
        Ground::ClipsRemoved => format!(
            "{} of {} reads with an SA entry have no clip: the bases from the other locus were trimmed",
            records.sa_without_clip, records.with_sa
        ),
        Ground::FixedEnds => {
            "fragments, not molecules, are counted: the number of molecules, and so what could be missed, is not known"
                .to_owned()
        }
        Ground::PairsRemoved => format!(
            "discordant pairs were removed by a filter ({})",
            filter(&result.processing.improper_pairs_removed)
        ),
        other => other.meaning().to_owned(),
    }
}

fn not_seen(result: &AssayResult<'_>, facts: &FileFacts) -> String {
    let controls = facts.records.controls;
    let whole = controls >= u64::from(result.judged.params.controls_min);
    match (whole, facts.assay) {
        (true, Assay::Rna) => {
            format!("no reads at KMT2A against {controls} at the control genes: KMT2A is not expressed or not targeted")
        }
        (true, Assay::Dna) => format!("no reads at KMT2A against {controls} elsewhere: the panel does not target it"),
        (false, _) => {
            "no reads at KMT2A and hardly any at the control genes: another locus was cut out of the file, or the \
             panel has none of these genes"
                .to_owned()
        }
    }
}

/// The program and its options, without paths.
fn short(command: &str) -> String {
    command
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .take(8)
        .collect::<Vec<_>>()
        .join(" ")
}
