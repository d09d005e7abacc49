//! The numbers themselves, with defaults, units and sources.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ParamCard;
#[cfg(test)]
use super::times;

params! {
    /// Least score for tier high.
    tier_high: f64 = 0.99, "probability", "stated; checked by simulation (docs/accuracy.md)";
    /// Least score for tier medium.
    tier_medium: f64 = 0.9, "probability", "stated; checked by simulation";
    /// Least score for tier low.
    tier_low: f64 = 0.5, "probability", "as likely as not";

    /// Prior of a fusion with a catalogue partner, in a sample sent for this question.
    prior_catalogue: f64 = 0.02, "probability", "expert estimate";
    /// Prior of a fusion with a gene outside the catalogue.
    prior_other_gene: f64 = 0.002, "probability", "expert estimate: one in ten of the former";
    /// Prior of a fusion with an intergenic locus.
    prior_intergenic: f64 = 0.001, "probability", "expert estimate";
    /// Prior of a reciprocal junction with a catalogue partner, on its own.
    prior_reciprocal: f64 = 0.005, "probability", "expert estimate";
    /// Prior of a junction whose other derivative, or whose chain, is at tier medium or high.
    prior_companion: f64 = 0.3, "probability", "expert estimate";
    /// Prior of a duplication between exons that known duplications use.
    prior_ptd: f64 = 0.04, "probability", "KMT2A-PTD in 3 to 6 % of AML";
    /// Prior of another back-splice, or of a deletion within KMT2A.
    prior_other_back_splice: f64 = 0.002, "probability", "expert estimate";
    /// Prior of a read-through into a neighbour.
    prior_read_through: f64 = 0.2, "probability", "expert estimate";
    /// Prior of an inverted segment of KMT2A.
    prior_inverted: f64 = 0.0005, "probability", "expert estimate";
    /// Prior of a junction further along a molecule whose KMT2A junction is not at tier medium or high.
    prior_chained: f64 = 0.001, "probability", "expert estimate";

    /// Share of a library's chimeras whose other end is a catalogue partner.
    chimera_in_catalogue: f64 = 0.015, "fraction", "146 of about 20,000 genes, doubled because partners are expressed in blood";
    /// Weight of that share against the sample's own count.
    share_weight: f64 = 10.0, "chimeras", "reasoned";
    /// Chance that a chimera has its breakpoint at an annotated exon end, per side.
    chimera_on_splice_site: f64 = 0.01, "probability", "two exon ends per 150 bases of transcript, one of them in the right direction";
    /// Share of chimeras that a second molecule repeats, resolved to the base.
    chimera_repeats: f64 = 0.02, "fraction", "reasoned; of 115 chimeras within KMT2A, away from exon ends and with less than eight bases of homology, in one real library (EOL-1), seven were seen twice; within one gene they coincide more often than between two";
    /// Factor for each further molecule.
    chimera_repeats_more: f64 = 0.35, "factor", "reasoned; of eight seen twice, one was seen three times (exact 95 % interval 0.003 to 0.53)";
    /// Share of genomic chimeras that a second molecule repeats at exactly the same bases.
    genomic_repeats: f64 = 0.002, "fraction", "reasoned; simulated samples with 0 to 200 chimeras (docs/accuracy.md)";
    /// Factor for each further molecule, DNA.
    genomic_repeats_more: f64 = 0.1, "factor", "reasoned; the same samples";
    /// Share of chimeric pairs that a second pair repeats within one fragment length.
    pair_repeats: f64 = 0.004, "fraction", "reasoned";
    /// Share of chimeric pairs in the strand and order of a transcript.
    chimera_ordered: f64 = 0.25, "fraction", "one of four strand pairs";
    /// Pseudocount: chimeras added to those that a sample shows.
    chimera_prior: f64 = 1.0, "chimeras", "a sample that shows none may contain one";

    /// Share of true RNA junctions at annotated exon ends on both sides.
    true_both_sites: f64 = 0.94, "fraction", "expert estimate; patients' junctions (docs/accuracy.md)";
    /// Share at KMT2A's exon end only.
    true_five_site: f64 = 0.03, "fraction", "expert estimate";
    /// Share at the partner's exon end only.
    true_three_site: f64 = 0.01, "fraction", "expert estimate";
    /// Share at neither.
    true_no_site: f64 = 0.02, "fraction", "expert estimate";
    /// Share at KMT2A's exon end if the partner has no gene model.
    true_kmt2a_site: f64 = 0.9, "fraction", "expert estimate";

    /// Factor for a junction in frame.
    frame_kept: f64 = 2.5, "factor on the odds", "one in three by chance, five of six of proven fusions";
    /// Factor for a canonical junction out of frame.
    frame_lost: f64 = 0.3, "factor on the odds", "the same";
    /// Factor for a breakpoint in the major region, RNA.
    region_major: f64 = 8.0, "factor on the odds", "89 % of breakpoints (410 of 461, KMT2A-NGS) in a tenth of the transcript, rounded towards 1";
    /// Factor for a breakpoint in the minor region, RNA.
    region_minor: f64 = 3.0, "factor on the odds", "10 % of breakpoints in 3 % of the transcript";
    /// Factor for a breakpoint elsewhere, RNA.
    region_other: f64 = 0.05, "factor on the odds", "1 % of breakpoints in the rest";
    /// Factor for a breakpoint in the major region, DNA.
    genomic_region_major: f64 = 6.0, "factor on the odds", "the same series, relative to the gene's bases";
    /// Factor for a breakpoint in the minor region, DNA.
    genomic_region_minor: f64 = 3.0, "factor on the odds", "the same";
    /// Factor for a breakpoint elsewhere, DNA.
    genomic_region_other: f64 = 1.0, "factor on the odds", "no weight";
    /// Factor for a partner joined in sense orientation.
    strand_sense: f64 = 1.5, "factor on the odds", "one in two by chance";
    /// Factor for a partner joined in antisense orientation.
    strand_antisense: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Factor for split reads and spanning pairs that agree, DNA.
    both_classes: f64 = 10.0, "factor on the odds", "expert estimate";
    /// Factor for a junction of the other derivative within `facing` on both chromosomes, DNA.
    faced: f64 = 50.0, "factor on the odds", "two of 200 chimeras coincide like this by chance in one sample of ten thousand; copies of a repeat may more often, so the factor is smaller";
    /// Largest distance between two facing junctions.
    facing: u32 = 1_000, "bases", "more distant ones are still paired into one event, but chance is no longer small";

    /// Anchor below which it counts as short.
    anchor_short: u32 = 10, "bases", "4^10: one match by chance in a gene's surroundings";
    /// Anchor from which it counts as long.
    anchor_long: u32 = 18, "bases", "4^18: unique in a genome";
    /// Factor for a short anchor.
    anchor_short_weight: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Factor for a long anchor.
    anchor_long_weight: f64 = 1.5, "factor on the odds", "expert estimate";
    /// Factor if no molecule aligns uniquely on a side.
    place_none: f64 = 0.05, "factor on the odds", "expert estimate";
    /// Factor if fewer than the share below do.
    place_few: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Share of uniquely aligned molecules below which they are few.
    place_share: f64 = 0.5, "fraction", "half";
    /// Homology from which a template switch is likelier, away from exon ends.
    homology_long: u32 = 8, "bases", "expert estimate";
    /// Factor for such homology.
    homology_weight: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Share of read bases that disagree with the consensus, above which the consensus is doubted.
    disagreement: u32 = 60, "thousandths", "six times a sequencer's error rate";
    /// Factor for such disagreement.
    disagreement_weight: f64 = 0.2, "factor on the odds", "expert estimate";

    /// Molecules that must show KMT2A and sequence beyond it, and the junction itself, for a tier above low.
    molecules_min: u32 = 2, "molecules", "stated: one molecule may be a chimera that fits perfectly";
    /// Molecules from which spanning pairs alone can rise above low.
    pairs_only_min: u32 = 3, "molecules", "stated";
    /// Expected chimeric pairs with catalogue partners above which a single pair is not reported.
    lone_pair_expected: f64 = 0.01, "pairs", "one false row in a hundred samples";
    /// Molecules up to which a junction away from exon ends counts as a library chimera.
    chimera_molecules_max: u32 = 2, "molecules", "reasoned";
    /// Share of the strongest junction's molecules from which an in-frame junction may lead its event.
    lead_share: f64 = 0.1, "fraction", "stated";

    /// Back-splice to wild-type ratio of healthy blood in poly-A RNA.
    ptd_background: f64 = 0.001, "ratio", "four logs below acute leukaemia (Blood 1998;92:1728; Leuk Res 2006;30:1091), with a factor of ten as margin";
    /// Molecules below which a duplication stays low.
    ptd_molecules_min: u32 = 4, "molecules", "stated";
    /// Confidence of the lower bound that must exceed the background.
    ptd_confidence: f64 = 0.95, "probability", "stated";
    /// Confidence of the upper bound of the sample's own back-splice rate.
    ptd_own_confidence: f64 = 0.90, "probability", "stated";
    /// Dispersion of back-splices of one library.
    ptd_dispersion: f64 = 0.5, "variance over squared mean", "they are clustered; expert estimate";
    /// Least number of expected back-splices.
    ptd_expected_min: f64 = 0.001, "molecules", "a floor";
    /// Least probability of chance that is used.
    ptd_chance_min: f64 = 0.000001, "probability", "a floor: other errors are likelier";
    /// Factor for a library that may contain circular RNA.
    ptd_library: f64 = 0.5, "factor on the odds", "expert estimate";

    /// Least score at which a junction below every tier blocks a negative.
    near_tier: f64 = 0.1, "probability", "one in ten such junctions is true: twice what a negative may miss";
    /// Distance from exon ends on both sides within which such a junction blocks a negative whatever its score.
    beside_exon_ends: u32 = 3, "bases", "a sequencing error or an inserted base can move a junction this far";
    /// Least anchor on both sides of such a junction.
    beside_anchor: u32 = 10, "bases", "as for a short anchor";
    /// Least score at which a single pair is named as suspected.
    suspected: f64 = 0.5, "probability", "as likely as not";
    /// Bound of the fraction below which a candidate is waived; never above the required limit.
    waive_limit: f64 = 0.05, "fraction", "half the default of --required-lod";
    /// Bases beyond the ambiguity on both sides from which a split read between exon ends is never waived.
    waive_anchor: u32 = 10, "bases", "as for a short anchor";
    /// Unique bases in a catalogue gene from which a genomic candidate is never waived.
    waive_anchor_dna: u32 = 20, "bases", "longer than a long anchor";

    /// Molecules over a region's weakest donor from which a missing limit is due to the file's chimeras, not to its
    /// depth.
    visible_molecules: u32 = 20, "molecules", "one usable molecule in ten would give a limit there";

    /// Molecules up to which an event may be carry-over from another sample of the run.
    carry_over_max: u32 = 3, "molecules", "index hopping or contact moves a few in a thousand of a strong sample's molecules";

    /// Chance of detection at the limit.
    confidence: f64 = 0.95, "probability", "stated";
    /// Variance of the molecule count beyond Poisson.
    dispersion: f64 = 0.02, "variance over squared mean", "a floor for PCR and sampling of one library (docs/limit-of-detection.md)";
    /// Least overhang at an annotated junction for a wild-type read to count.
    wild_type_anchor: u32 = 3, "bases", "STAR's alignSJDBoverhangMin; similar in HISAT2";
    /// Anchor of a typical fusion molecule, RNA.
    typical_anchor: u32 = 24, "bases", "half of that in reads of 100 bases";
    /// The same in DNA.
    typical_anchor_dna: u32 = 30, "bases", "BWA-MEM reports a segment from a score of 30";
    /// Molecules over a position from which it counts as callable, DNA.
    callable: u32 = 20, "molecules", "fewer cannot show a clonal heterozygous breakpoint with certainty";
    /// Depth of the minor region over that of the major one, below which a panel does not cover it.
    not_targeted: f64 = 0.05, "fraction", "stated";
    /// Callable share of an intron below which it is reported as not covered, DNA.
    intron_missing: f64 = 0.05, "fraction", "the panel has no bait there, or captured nothing";
    /// Fragment length if unknown.
    fragment_reads: f64 = 2.0, "reads", "mates that just meet";
    /// Its standard deviation.
    fragment_reads_spread: f64 = 0.5, "reads", "wide: the length is not known";
    /// Share of molecules in one orientation above which a library is stranded.
    stranded: f64 = 0.8, "fraction", "an unstranded library stays within a few percent of one half";
    /// Largest share of occupied 5' positions over a donor that is used to estimate molecules.
    saturation_max: f64 = 0.95, "fraction", "reasoned";
    /// Most molecules per 5' position, on average.
    saturation_times: u32 = 3, "molecules", "their number at this saturation";

    /// Primary reads in the control genes from which the library and the file count as complete.
    controls_min: u32 = 50, "reads", "reasoned";
    /// Molecules at KMT2A below which it counts as not expressed, if the control genes are.
    expressed_min: u32 = 20, "molecules", "reasoned";
    /// Share of multi-mapping fragments at KMT2A above which the sample is not assessable.
    ambiguous_max: f64 = 0.5, "fraction", "half";
    /// Share of fragments without their mate above which mates count as dropped from the file.
    mate_missing_max: f64 = 0.2, "fraction", "reasoned";
    /// Number of absent mates elsewhere from which they count as dropped.
    far_mates_missing_min: u32 = 3, "fragments", "reasoned";
    /// Their number over that of the mates present, above which they count as dropped.
    far_mates_missing_times: f64 = 3.0, "times", "reasoned";
    /// Depth of an exon over that of the deepest one, from which it counts as covered.
    exon_covered: f64 = 0.1, "fraction", "a tenth";
    /// Covered exons below which only part of the gene is covered, RNA.
    exons_min: u32 = 4, "exons", "reasoned: an amplicon shows fewer";
    /// Depth of the 5' part over that of the 3' end, below which only the 3' end is covered, RNA.
    three_prime_only: f64 = 0.05, "fraction", "a 3' library";
    /// Depth of exons over that of introns, from which a panel counts as exons only, DNA.
    exons_only: f64 = 10.0, "times", "reasoned";
    /// Fragments at KMT2A and the control genes from which a file without a chimeric read counts as filtered.
    chimera_expected: u32 = 1_000, "fragments", "one of 100 to 1,000 fragments is a chimera of the library";
    /// Fragments per discordant pair above which discordant pairs count as filtered out.
    chimera_rare: u32 = 1_500, "fragments", "the same, with a margin";
    /// Least number of reads with an SA tag to judge whether clips were removed.
    unclipped_min: u32 = 3, "reads", "reasoned";
    /// Share of them without a clip above which clips count as removed.
    unclipped_share: f64 = 0.5, "fraction", "half";
    /// Share of read names used by several molecules, from which no pair of the file is trusted.
    shared_names: f64 = 0.01, "fraction", "name collisions are far rarer";

    /// Shortest soft clip that is realigned, if an aligner writes no chimeras.
    clip_anchor: u32 = 12, "bases", "the program's own: the shortest clip that it compares with catalogue exon ends; 4^12: one match per chromosome by chance";
    /// Shortest segment that STAR writes, whatever its settings.
    star_anchor_min: u32 = 10, "bases", "reasoned: shorter segments do not align uniquely";
    /// STAR with chimeras: split reads to a catalogue partner.
    star_split_catalogue: f64 = 0.9, "fraction", "measured (docs/aligners.md)";
    /// The same to any locus.
    star_split_any: f64 = 0.85, "fraction", "measured";
    /// The same, pairs.
    star_pairs: f64 = 0.85, "fraction", "measured";
    /// STAR without chimeras: split reads to a catalogue partner, by their clips.
    star_plain_split_catalogue: f64 = 0.6, "fraction", "measured";
    /// HISAT2: split reads to a catalogue partner.
    hisat2_split_catalogue: f64 = 0.55, "fraction", "measured";
    /// The same to any locus.
    hisat2_split_any: f64 = 0.1, "fraction", "measured";
    /// The same, pairs.
    hisat2_pairs: f64 = 0.85, "fraction", "measured";
    /// TopHat: pairs.
    tophat_pairs: f64 = 0.5, "fraction", "estimated";
    /// Longest median read that counts as short.
    short_read_max: u32 = 300, "bases", "Illumina's longest";
    /// A long-read preset on short reads: split reads to a catalogue partner.
    long_read_split_catalogue: f64 = 0.15, "fraction", "measured";
    /// The same to any locus.
    long_read_split_any: f64 = 0.1, "fraction", "measured";
    /// Shortest segment of an aligner that writes supplementary records.
    supplementary_anchor: u32 = 30, "bases", "BWA-MEM reports a segment from a score of 30 (-T)";
    /// Such an aligner: split reads to any locus.
    supplementary_split: f64 = 0.9, "fraction", "estimated, below the values measured for BWA and minimap2 (docs/aligners.md)";
    /// The same, pairs.
    supplementary_pairs: f64 = 0.9, "fraction", "the same";
    /// Shortest segment of an unknown aligner.
    unknown_anchor: u32 = 20, "bases", "estimated";
    /// Unknown aligner whose file has chimeric records: split reads.
    unknown_split: f64 = 0.6, "fraction", "estimated: well below the measured aligners that write chimeras (docs/aligners.md)";
    /// Unknown aligner whose file has discordant pairs: pairs.
    unknown_pairs: f64 = 0.5, "fraction", "estimated";
    /// Remaining share of split reads to any locus in a file cut to KMT2A.
    cut_split_any: f64 = 0.5, "fraction", "the KMT2A segment is the primary or the supplementary record";
    /// The same to a catalogue partner.
    cut_split_catalogue: f64 = 0.8, "fraction", "clips are realigned to catalogue exons";
    /// Remaining share of split reads to any locus if segments were removed.
    stripped_split_any: f64 = 0.5, "fraction", "half of the KMT2A segments are supplementary records";
    /// The same to a catalogue partner.
    stripped_split_catalogue: f64 = 0.6, "fraction", "clips are realigned to catalogue exons";
    /// Least number of SA entries into KMT2A to look for missing records.
    parts_missing_min: u32 = 3, "entries", "reasoned";
    /// Share of them without a record, from which records count as removed.
    parts_missing_share: f64 = 0.3, "fraction", "reasoned";
    /// Reads with an SA tag, in a file without any supplementary record, from which these count as removed.
    all_stripped_min: u32 = 7, "reads", "in an unfiltered file half of the KMT2A segments are supplementary: seven reads without one have a chance of one in a hundred";

    /// Least confidence of an accepted step in coverage.
    step_confidence: f64 = 0.99, "probability", "stated";
    /// Least 5' over 3' depth of an accepted step.
    step_ratio_min: f64 = 1.2, "ratio", "expert estimate: a fusion in a sixth of the transcripts; alternative splicing makes smaller steps";
    /// Molecules at KMT2A below which no step is computed.
    step_molecules_min: u32 = 200, "molecules", "reasoned";
    /// Mean molecules per exon below which none is computed.
    step_per_exon_min: f64 = 5.0, "molecules", "reasoned";
    /// Exons with a depth in normal samples below which none is computed.
    step_exons_min: u32 = 8, "exons", "a line and a step have three unknowns";
    /// Spread of exon depths about a straight line, without normal samples.
    step_spread: f64 = 0.35, "natural logarithm", "a factor of 1.4 either way: wider than in simulated libraries (0.1), to allow for alternative splicing and sequence bias";

    /// Molecules soft-clipped at one base of KMT2A, from which they form a clip cluster.
    pile_min: u32 = 3, "molecules", "stated";
    /// Shortest clip of a cluster.
    pile_clip_min: u32 = 12, "bases", "4^12: one match per chromosome by chance";
    /// Share of the exon's depth from which a cluster inside an exon counts.
    pile_inside_exon: f64 = 0.05, "fraction", "transcripts of a rearranged gene leave it at an exon end; aligner artefacts form clusters elsewhere, more in deeper samples";
    /// Distance from an exon end within which an aligner may extend over matching bases.
    pile_end_slack: u32 = 3, "bases", "one in 64 by chance";
    /// Share of bases in which clips of one cluster may differ.
    pile_different_max: f64 = 0.1, "fraction", "sequencing errors";
    /// Depth 3' of the breakpoint over that 5' of it, below which 3' KMT2A counts as lost, DNA.
    lost_ratio: f64 = 0.85, "ratio", "expert estimate: a heterozygous deletion in 30 % of cells leaves 0.85";
    /// Exons with a depth on each side of the breakpoint below which no loss is stated.
    lost_exons_min: u32 = 3, "exons", "a median of fewer depends on one exon";
    /// Bases on both sides of the gene that count as KMT2A, DNA.
    gene_margin_dna: u32 = 10_000, "bases", "reasoned: breakpoints just outside are reported and labelled so";
    /// Bases upstream of the first exon that count as KMT2A, RNA.
    gene_margin_rna: u32 = 2_000, "bases", "one of 24 patients' duplications began 120 bases upstream of exon 1 (Leucegene); with a margin";
    /// Shortest deletion within KMT2A that is considered, DNA.
    deletion_min: u32 = 1_000, "bases", "reasoned: shorter ones are common in introns";
    /// Least number of molecules that leave KMT2A at one base into one unplaced sequence.
    open_molecules: u32 = 2, "molecules", "as for a tier above low; in RNA none had a tier in 180 simulated negatives and five alignments of a real library";
    /// Least known length of that sequence.
    open_bases: u32 = 20, "bases", "longer than a long anchor; the same negatives";
    /// Least number of molecules with spanning pairs to which such a sequence is assigned.
    open_pairs_min: u32 = 2, "molecules", "as for a tier above low";
    /// Number of these over that of the clipped molecules, at least, if no molecule shows both.
    open_pairs_share: f64 = 0.5, "fraction", "reasoned: a chance chimera of two pairs must not name the partner of a strong break";

    /// Bases by which a transcript's exon end may pass the genomic breakpoint.
    pair_slack: u32 = 30, "bases", "homology at the junction";
    /// Largest distance from the partner's breakpoint to an acceptor downstream that can belong to it.
    pair_partner_reach: u32 = 1_000_000, "bases", "introns of AFF1, MLLT3 and MLLT10 reach 100,000, and a breakpoint upstream of the gene adds to it";

    /// Share of fragments with a molecular identifier, from which identifiers distinguish molecules.
    identifier_share: f64 = 0.9, "fraction", "reasoned: a tag that a few reads lack was lost in processing, one that most lack has another meaning";
    /// Pairs from which fixed ends (amplicons, primers) are recognised.
    fixed_pairs_min: u32 = 50, "fragments", "reasoned";
    /// Share of pairs that must begin, and must end, at few positions.
    fixed_share: f64 = 0.9, "fraction", "reasoned: the rest is mispriming";
    /// Number of positions that counts as few.
    fixed_places_max: u32 = 40, "positions", "reasoned: the primers of a panel at one gene and its partners";
    /// Least mean number of pairs at these positions.
    fixed_pairs_each: u32 = 8, "fragments", "reasoned: in a deep library two or three random ends share a position";
    /// Paired reads at KMT2A and the control genes below which the pairing is not judged.
    mates_reads_min: u32 = 80, "reads", "reasoned";
    /// Share of them with a mate elsewhere, from which mates may not belong together.
    mates_apart: f64 = 0.05, "fraction", "at most 0.005 in the measured libraries; a few percent in DNA of fixed tissue";
    /// Number of unrelated loci (inverse Simpson index) of such mates, from which they do not.
    mates_places: f64 = 12.0, "loci", "reasoned: a rearrangement leads to a handful";
    /// Least number of read names of a separate chimeric file, none of which is among the alignments, to doubt that it is
    /// this sample's.
    foreign_names_min: u32 = 3, "names", "of a sample's own file 57 % or more are among the alignments: none of three in 8 % at most";
    /// Reads at KMT2A and the control genes below which this is not judged.
    foreign_reads_min: u32 = 80, "reads", "reasoned: an excerpt of a few reads need not contain the names";
    /// Share of reads with one shared name that do not face each other, below which they may be mates without flags.
    unflagged_apart: f64 = 0.5, "fraction", "0.75 for two random reads of one gene (one in four faces the other); a few percent for mates";
    /// Share of spliced reads from which a file without other signs is RNA.
    spliced_share: f64 = 0.01, "fraction", "reasoned: a stray N of a DNA aligner stays below";
    /// Reads over exon ends of KMT2A and the control genes, one per end, below which they do not show the assay.
    assay_reads_min: u32 = 30, "reads", "reasoned";
    /// Share of them that stop at an exon end, below which the assay is DNA.
    assay_dna_below: f64 = 0.15, "fraction", "0.05 to 0.1 by chance: seven of 100 positions of a read's end";
    /// Share above which it is RNA.
    assay_rna_above: f64 = 0.4, "fraction", "above 0.5 in RNA, even if half of it is unspliced";
    /// Molecules below which neither strandedness nor 3' bias is stated.
    library_molecules_min: u32 = 30, "molecules", "reasoned";

    /// Longest internal tandem duplication within an exon, RNA and DNA.
    repeat_max: u32 = 400, "bases", "the longest that reads of 600 bases can show";
    /// Largest distance from KMT2A to a neighbour's exon for read-through.
    read_through_reach: u32 = 150_000, "bases", "PHLDB1, the farthest neighbour that transcription can reach, begins 79,603 bases downstream of KMT2A; twice that";
    /// Distance within which junctions to one locus without a common gene belong to one event.
    event_locus: u32 = 500_000, "bases", "reasoned: the longest introns of partners, with a margin";
    /// Largest overlap or gap between the two derivatives of one breakpoint, DNA.
    event_break: u32 = 200_000, "bases", "Genome Res 2011;21:525";
    /// Molecules from which a reciprocal junction to a third gene joins the only fusion, required of both.
    third_gene_min: u32 = 3, "molecules", "reasoned: library chimeras show fewer";
    /// Penalty for an out-of-frame exon pair, when spanning pairs fit several: it must leave this much less unseen.
    unseen_frame: u32 = 80, "bases", "70 for each unit of log-odds: one exon pair in three is in frame by chance";
    /// The same for a breakpoint in the minor region rather than the major one.
    unseen_minor: u32 = 70, "bases", "the same: region_major over region_minor";
    /// The same for a breakpoint outside both.
    unseen_other: u32 = 350, "bases", "the same: region_major over region_other";
    /// Largest distance downstream of a genomic breakpoint to a further gene's acceptor that is named for the
    /// transcript.
    predicted_reach: u32 = 200_000, "bases", "half of MLLT1's fusions have their breakpoint in or upstream of ACER1, up to 60,000 bases before MLLT1's first acceptor; with a margin";
    /// Exons on each side that a predicted transcript may skip to keep the frame.
    predicted_skipped_max: u32 = 3, "exons", "reasoned";
}
