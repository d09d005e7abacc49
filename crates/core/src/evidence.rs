//! Evidence: from alignment records to fragments with chains, molecules, and library statistics.
//!
//! In: an open alignment file, or records. Out: every fragment that overlaps KMT2A (or a partner's window with a
//! clip), assigned to a molecule; the wild-type profile; library counts. Not decided here: what a link or a clip
//! means.

mod access;
pub mod assay;
pub mod background;
pub(crate) mod chain;
pub mod chimeric;
pub(crate) mod compact;
pub(crate) mod fragment;
pub(crate) mod gather;
pub mod group;
mod led;
pub mod molecule;
pub mod plain;
pub mod profile;
pub(crate) mod templates;
pub(crate) mod unaligned;
pub mod verdict;
pub(crate) mod windows;

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use breakapart_rule::{Ground, Params};

use crate::{
    catalogue::{BuiltIn, Gene, GeneModels, Window},
    genome::{AlignedRecord, CigarOp, ContigId, Contigs, Layered, Position, SequenceSource, sequence::NoSequence},
    input::{Aligner, AlignmentFile, Assay, InputError},
};

use chimeric::{ChimericFile, ChimericUse};
use compact::CompactRecords;
use fragment::Fragment;
use gather::{Gathered, Tally};
use group::MapqScale;
use molecule::MoleculesBy;
use plain::{PlainFragments, WildTypeRule};
use profile::Profile;
use templates::{Mates, is_discordant};
use windows::{WINDOW_MARGIN, Windows};

/// Why the evidence of a sample could not be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The alignment file.
    #[error(transparent)]
    Input(#[from] InputError),
    /// STAR's file of chimeric alignments.
    #[error(transparent)]
    Chimeric(#[from] chimeric::ChimericError),
}

/// Result of the stage.
#[derive(Debug)]
pub struct Collected {
    /// Fragments that may show more than wild type, ordered by name and read group.
    pub fragments: Vec<Fragment>,
    /// Fragments that show wild-type KMT2A only.
    pub plain: PlainFragments,
    /// How molecules were distinguished.
    pub molecules_by: MoleculesBy,
    /// Wild-type transcript profile.
    pub profile: Profile,
    /// Counts over the windows.
    pub tally: Tally,
    /// Limits that were hit: stable code and sentence. A code ending in `-cap` means that evidence was left out.
    pub limits: Vec<(&'static str, String)>,
    /// How the file of chimeric alignments was used.
    pub chimeric: ChimericUse,
    /// Assay of the reads.
    pub assay: Assay,
    /// Reason for the assay, as a phrase; empty for records in memory.
    pub assay_basis: String,
}

impl Collected {
    /// Measures the wild-type profile again, because fragments may have been realigned.
    pub fn measure(&mut self, models: &GeneModels) {
        let (gene, contig) = models.kmt2a();
        if let Some(transcript) = gene.transcripts.first() {
            self.profile = profile::measure(self.all(), contig, transcript, &self.tally.read_lens, self.assay);
        }
    }

    /// All fragments.
    pub fn all(&self) -> impl Iterator<Item = Cow<'_, Fragment>> {
        all(&self.fragments, &self.plain)
    }

    /// The limits that caused evidence to be left out.
    pub fn caps(&self) -> impl Iterator<Item = &str> {
        let caps = self.limits.iter().filter(|(code, _)| code.ends_with("-cap"));
        caps.map(|(_, text)| text.as_str())
    }
}

/// Fragments that may show more than wild type, then the others.
pub fn all<'a>(fragments: &'a [Fragment], plain: &'a PlainFragments) -> impl Iterator<Item = Cow<'a, Fragment>> {
    let wild_type = plain.iter().map(Cow::Owned);
    fragments.iter().map(Cow::Borrowed).chain(wild_type)
}

/// Collects from an open file.
///
/// # Errors
/// Read errors of the file; a malformed record is not an error.
pub fn collect(
    file: &mut AlignmentFile,
    models: &GeneModels,
    windows: &[Window],
    chimeric: Option<&std::path::Path>,
    p: &Params,
) -> Result<Collected, CollectError> {
    let contigs = Arc::clone(&file.header().contigs);
    let scale = scale_of(file.aligner());
    let asked = file.options().molecules;
    let marked = (asked, file.processing().duplicates_marked());
    let chimeric = chimeric.map(|path| read_chimeric(path, file, models)).transpose()?;
    let (chimeric, header_only) = match chimeric {
        Some(given) if given.has_none() => (None, Some(given)),
        given => (given, None),
    };
    let built_in = BuiltIn::bind(models.build(), &contigs);
    let source = Layered {
        first: &built_in,
        second: file.reference().unwrap_or(&NoSequence),
    };
    let sought = Windows::new(models, &contigs, windows, &source, file.seeks_unmapped());
    let confirmation = chimeric.as_ref().map(|c| c.confirmation(sought.kmt2a));
    let mut confirmation = confirmation.unwrap_or_default();
    let mut gathered = access::gather(file, &sought, &mut confirmation)?;
    if let Some(name) = header_only.as_ref().map(ChimericFile::name) {
        gathered.limits.push((
            "chimeric-header-only",
            format!("chimeric file {name} contains a header but no alignments: it is ignored"),
        ));
    }
    let source = Layered {
        first: &built_in,
        second: file.reference().unwrap_or(&NoSequence),
    };
    let mut used = ChimericUse::None;
    if let Some(chimeric) = chimeric {
        used = chimeric.check_names(&confirmation, file.label())?;
        add_chimeric(chimeric, used, &mut gathered, &source);
    }
    let (assay, basis) = assay::of(file, &gathered.tally, p);
    if assay == Assay::Rna && gathered.records.iter().any(|r| r.flags.is_unmapped()) {
        let exons = sought.into_exons(&source);
        gathered.records = exons.lay_all(gathered.records, scale);
    }
    tracing::info!(
        records_read = file.record_count(),
        evidence_records = gathered.records.len(),
        "gathered"
    );
    let mut collected = from_gathered(gathered, (models, &contigs), assay, (scale, marked), p);
    collected.chimeric = used;
    collected.assay_basis = basis;
    collected.limits.extend(of_molecules(&collected, file, asked));
    Ok(collected)
}

/// Fraction of read names ending in an identifier from which the user is told about identifiers.
const UMI_NAMES: f64 = 0.99;
/// Reads needed to infer a naming convention (count).
const NAMES_MIN: u64 = 20;

/// Notes on how molecules were distinguished.
fn of_molecules(
    collected: &Collected,
    file: &AlignmentFile,
    asked: Option<MoleculesBy>,
) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    let tally = &collected.tally;
    if collected.molecules_by == MoleculesBy::Fragments && asked.is_none() {
        said.push((
            Ground::FixedEnds.name(),
            "both ends of nearly all fragments are fixed (amplicons) and cannot distinguish molecules: counts \
             and shares are of fragments, and no call rises above medium; give identifiers where there are any \
             (--umi-tag, --umi-in-name)"
                .to_owned(),
        ));
    }
    if asked == Some(MoleculesBy::Umi) && !collected.all().any(|f| f.umi.is_some()) && collected.plain.is_empty() {
        said.push((
            "umi-absent",
            "no read has a molecular identifier (--umi-tag, --umi-in-name): only fragment ends distinguish molecules"
                .to_owned(),
        ));
    }
    let is_habit = |n: u64| tally.primary >= NAMES_MIN && n as f64 >= UMI_NAMES * tally.primary as f64;
    let habit = tally.names_with_umi.iter().find(|(_, n)| is_habit(**n));
    if let Some((separator, _)) = habit.filter(|_| {
        collected.molecules_by != MoleculesBy::Umi && file.options().umi_in_name.is_none() && asked.is_none()
    }) {
        said.push((
            "umi-in-name",
            format!(
                "every read name ends in bases after '{0}' that look like molecular identifiers but were not used: \
                 --umi-in-name '{0}' uses them",
                char::from(*separator)
            ),
        ));
    }
    said
}

/// Reads a file of chimeric alignments; refuses it if its header shows another sample.
fn read_chimeric(
    path: &std::path::Path,
    file: &AlignmentFile,
    models: &GeneModels,
) -> Result<ChimericFile, CollectError> {
    let (gene, contig) = models.kmt2a();
    let window = (contig, gene.interval.padded(WINDOW_MARGIN));
    let chimeric = ChimericFile::read(path, &file.header().contigs, window, file.label())?;
    chimeric.check_run(file.header(), file.label())?;
    Ok(chimeric)
}

/// Adds the chimeric alignments to the evidence, with warnings about them.
fn add_chimeric(chimeric: ChimericFile, used: ChimericUse, gathered: &mut Gathered, source: &dyn SequenceSource) {
    if chimeric.unreadable > 0 {
        gathered.limits.push((
            "chimeric-lines",
            format!("{} lines of the chimeric file could not be read", chimeric.unreadable),
        ));
    }
    if chimeric.left_out > 0 {
        gathered.limits.push((
            "chimeric-cap",
            format!(
                "more than {} chimeric junctions of KMT2A: {} were left out",
                chimeric::LINES_CAP,
                chimeric.left_out
            ),
        ));
    }
    if matches!(used, ChimericUse::Unconfirmed(_)) {
        gathered.limits.push((
            Ground::ChimericNotConfirmed.name(),
            format!(
                "no read name of chimeric file {} is among the alignments, which can be correct: check that it \
                 is this sample's; no negative is based on it",
                chimeric.name()
            ),
        ));
    }
    let compact = std::mem::take(&mut gathered.compact);
    gathered.records.extend(compact.into_records());
    let records = chimeric.complete(&mut gathered.records, source);
    tracing::info!(records = records.len(), "read chimeric alignments");
    gathered.records.extend(records);
}

/// Collects from records already in memory (tests, simulation).
pub fn from_records(
    records: Vec<AlignedRecord>,
    models: &GeneModels,
    contigs: &Contigs,
    scale: MapqScale,
) -> Collected {
    let mut tally = Tally::default();
    let at = |(contig, gene): (ContigId, &Gene)| {
        let on = gene.interval;
        let is_there = move |r: &&AlignedRecord| r.contig == Some(contig) && r.interval().overlaps(on);
        records.iter().filter(is_there)
    };
    let counts = models.full_controls().map(|(contig, gene)| {
        let count = at((contig, gene)).filter(|r| r.flags.is_primary()).count() as u64;
        (gene.symbol.clone(), count)
    });
    tally.controls.extend(counts.filter(|(_, count)| *count > 0));
    let (gene, contig) = models.kmt2a();
    for r in at((contig, gene)) {
        if r.flags.is_primary() {
            tally.primary += 1;
            tally.paired += u64::from(r.flags.is_paired());
            tally.clipped += u64::from(r.cigar.leading_clip().max(r.cigar.trailing_clip()) >= 20);
            tally.pairing.count(r);
            tally.discordant += u64::from(is_discordant(r));
            tally.read_lens.push(u32::try_from(r.cigar.read_len()).unwrap_or(0));
        }
        tally.spliced += u64::from(r.cigar.0.iter().any(|op| matches!(op, CigarOp::Skip(_))));
        tally.supplementary += u64::from(r.flags.is_supplementary());
        tally.with_sa += u64::from(!r.supplementary.is_empty());
    }
    let assay = if tally.is_spliced(&Params::default()) {
        Assay::Rna
    } else {
        Assay::Dna
    };
    from_gathered(
        Gathered {
            records,
            tally,
            ..Gathered::default()
        },
        (models, contigs),
        assay,
        (scale, (None, false)),
        &Params::default(),
    )
}

/// DNA: the largest distance between neighbouring segments of a wild-type fragment (bases): 90 % of the smallest
/// reported deletion, because `assemble::observe` counts slightly differently.
fn longest_step(p: &Params) -> i64 {
    i64::from(p.deletion_min) * 9 / 10
}

/// Whether reads with the same name are mates although no flag says so: their names end in read numbers, or they are
/// positioned like mates. The pairing statistics are then taken from their positions.
fn mates_without_flags(
    records: &mut [AlignedRecord],
    compact: &mut CompactRecords,
    tally: &mut Tally,
    p: &Params,
) -> bool {
    let separator = tally.endings.single_separator();
    let primaries = records.iter().filter(|r| templates::is_own_primary(r));
    let primaries = primaries.map(|r| (group::template_of(r), Mates::from(r)));
    let pairing = templates::unflagged(primaries, compact.primaries(), separator);
    if !pairing.are_mates(separator.is_some(), p) {
        return false;
    }
    tally.pairing = pairing;
    if let Some(separator) = separator {
        templates::strip(records, compact, separator);
        group::sort(records, compact);
    }
    true
}

fn from_gathered(
    gathered: Gathered,
    (models, contigs): (&GeneModels, &Contigs),
    assay: Assay,
    (scale, molecules): (MapqScale, (Option<MoleculesBy>, bool)),
    p: &Params,
) -> Collected {
    let Gathered {
        mut records,
        mut compact,
        mut tally,
        mut limits,
    } = gathered;
    group::sort(&mut records, &mut compact);
    let are_mates = tally.paired == 0 && mates_without_flags(&mut records, &mut compact, &mut tally, p);
    let is_believed = tally.pairing.is_believable(p);
    if !is_believed {
        records.extend(std::mem::take(&mut compact).into_records());
        records = templates::take_apart(records);
        group::sort(&mut records, &mut compact);
        limits.push((Ground::PairsNotBelieved.name(), pairs_apart(&tally)));
    } else if are_mates {
        limits.push((
            "pairs-not-flagged",
            "the aligner wrote the reads of each pair as single reads; reads with the same name are treated as a \
             pair, and pairs with a mate in another gene are not found: align again with paired flags \
             (docs/aligners.md)"
                .to_owned(),
        ));
    }
    let placed = records.iter().filter(|r| r.is_placed());
    let placed = placed.map(|r| (r.name.as_slice(), Mates::from(r)));
    let unsought = mates_not_sought(placed.chain(compact.placed()), models);
    let (gene, contig) = models.kmt2a();
    let wild_type = WildTypeRule {
        contig,
        gene: gene.interval,
        step_max: match assay {
            Assay::Rna => i64::MAX,
            Assay::Dna => longest_step(p),
        },
    };
    let mut plain = PlainFragments::default();
    let mut drafts = Vec::new();
    tally.shared_names = group::group(records, compact, (scale, contigs), are_mates, |draft| {
        drafts.extend(plain.take(draft, &wild_type));
    });
    if let (shared @ 1.., names) = tally.shared_names {
        limits.push((
            Ground::SharedNames.name(),
            format!(
                "{shared} of {names} read names are shared by several molecules: the reads under one read name are not \
                 one template there, and their pairs are not trusted"
            ),
        ));
    }
    for draft in drafts
        .iter_mut()
        .filter(|draft| unsought.contains(&draft.fragment.name))
    {
        Arc::make_mut(&mut draft.fragment.shape).mate_missing = false;
    }
    let (fragments, molecules_by) = molecule::assign(drafts, &mut plain, molecules, p);
    let mut collected = Collected {
        fragments,
        plain,
        molecules_by,
        profile: Profile::default(),
        tally,
        limits,
        chimeric: ChimericUse::None,
        assay,
        assay_basis: String::new(),
    };
    collected.measure(models);
    tracing::info!(
        fragments = collected.fragments.len() + collected.plain.len(),
        molecules = collected.profile.molecules,
        "collected"
    );
    collected
}

/// Warning text for pairs whose reads do not belong together.
pub fn pairs_apart(tally: &Tally) -> String {
    format!(
        "the reads of pairs do not belong together ({:.0} % of {} reads at KMT2A and the control genes have a mate \
         elsewhere, at {:.0} unrelated loci): FASTQ files out of step, or names shared by several molecules; pairs are \
         not trusted, each read counts alone",
        100.0 * tally.pairing.apart_share(),
        tally.pairing.reads,
        tally.pairing.places()
    )
}

/// Names whose primary record is outside KMT2A's window and has a concordant mate. Such a mate is not evidence and is
/// not gathered, so it is not missing from the file.
fn mates_not_sought<'a>(placed: impl Iterator<Item = (&'a [u8], Mates)>, models: &GeneModels) -> HashSet<Vec<u8>> {
    let (gene, contig) = models.kmt2a();
    let window = gene.interval.padded(WINDOW_MARGIN);
    let beyond = |mates: &Mates| {
        let (on, position) = mates.own;
        mates.flags.is_primary()
            && !(on == Some(contig) && window.contains(Position(position)))
            && !mates.are_discordant()
    };
    placed
        .filter(|(_, mates)| beyond(mates))
        .map(|(name, _)| name.to_vec())
        .collect()
}

/// The MAPQ scale of an aligner.
pub fn scale_of(aligner: &Aligner) -> MapqScale {
    match aligner {
        Aligner::Star(_) => MapqScale::Star,
        Aligner::Hisat2 => MapqScale::Hisat2,
        _ => MapqScale::Phred,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Build, Cigar, CigarOp, ContigId, Flags};

    #[test]
    fn a_mate_that_is_not_searched_for_is_not_missing() {
        let contigs = Contigs::new([("chr10".to_owned(), 133_797_422), ("chr11".to_owned(), 135_086_622)]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let record = |name: &str, contig: u32, position, mate: (u32, i64)| AlignedRecord {
            name: name.as_bytes().to_vec(),
            flags: Flags(65),
            contig: Some(ContigId(contig)),
            position,
            mate_contig: Some(ContigId(mate.0)),
            mate_position: mate.1,
            cigar: Cigar(vec![CigarOp::Match(100)]),
            ..AlignedRecord::default()
        };
        let records = [
            // A pair in MLLT10, one read of which also aligns to KMT2A: its mate is concordant.
            record("ordinary", 0, 21_600_000, (0, 21_600_200)),
            // The mates of a read at KMT2A and of a distant read are evidence.
            record("at-kmt2a", 1, 118_482_000, (1, 118_482_200)),
            record("far", 0, 21_600_000, (1, 118_482_200)),
        ];
        let names: Vec<Vec<u8>> =
            mates_not_sought(records.iter().map(|r| (r.name.as_slice(), Mates::from(r))), &models)
                .into_iter()
                .collect();
        assert_eq!(names, [b"ordinary".to_vec()]);
    }
}
