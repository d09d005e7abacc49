//! The numbers themselves, with defaults, units and sources.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ParamCard;
#[cfg(test)]
use super::times;

params! {
    /// Score from which a junction is at tier high.
    tier_high: f64 = 0.99, "probability", "stated; checked by simulation (docs/accuracy.md)";
    /// Score from which it is at tier medium.
    tier_medium: f64 = 0.9, "probability", "stated; checked by simulation";
    /// Score from which it is at tier low.
    tier_low: f64 = 0.5, "probability", "as likely as not";

    /// Prior of a fusion to a partner of the catalogue, in a sample sent for this question.
    prior_catalogue: f64 = 0.02, "probability", "expert estimate";
    /// Prior of a fusion to a gene that the catalogue does not have.
    prior_other_gene: f64 = 0.002, "probability", "expert estimate: one in ten of the former";
    /// Prior of a fusion to a place without a gene.
    prior_intergenic: f64 = 0.001, "probability", "expert estimate";
    /// Prior of a reciprocal junction to a partner of the catalogue on its own.
    prior_reciprocal: f64 = 0.005, "probability", "expert estimate";
    /// Prior of a junction whose other derivative, or whose chain, is believed.
    prior_companion: f64 = 0.3, "probability", "expert estimate";
    /// Prior of a duplication between exons of the known ones.
    prior_ptd: f64 = 0.04, "probability", "KMT2A-PTD in 3 to 6 % of AML";
    /// Prior of another back-splice or deletion inside KMT2A.
    prior_other_back_splice: f64 = 0.002, "probability", "expert estimate";
    /// Prior of a read-through with a neighbour.
    prior_read_through: f64 = 0.2, "probability", "expert estimate";
    /// Prior of an inverted piece of KMT2A.
    prior_inverted: f64 = 0.0005, "probability", "expert estimate";
    /// Prior of a junction further along a molecule whose other junction is not believed.
    prior_chained: f64 = 0.001, "probability", "expert estimate";

    /// Share of a library's chimeras whose other end is a partner of the catalogue.
    chimera_in_catalogue: f64 = 0.015, "fraction", "146 of about 20,000 genes, doubled because partners are expressed in blood";
    /// Weight of that share against the sample's own count.
    share_weight: f64 = 10.0, "chimeras", "reasoned";
    /// Chance that a chimera breaks on an annotated exon end on one given side.
    chimera_on_splice_site: f64 = 0.01, "probability", "two ends every 150 bases of transcript, of which one fits the direction";
    /// Share of chimeras that a second molecule repeats, their base shown.
    chimera_repeats: f64 = 0.02, "fraction", "reasoned; of 115 chimeras inside KMT2A away from exon ends, under eight bases of homology, in one real library (EOL-1) seven were seen twice: one gene has more of them at one place than two genes";
    /// Factor of each further molecule.
    chimera_repeats_more: f64 = 0.35, "factor", "reasoned; of eight such that were seen twice one was seen three times (exact 95 % interval 0.003 to 0.53)";
    /// Share of genomic chimeras that a second molecule repeats at the very same bases.
    genomic_repeats: f64 = 0.002, "fraction", "reasoned; drawn samples with 0 to 200 chimeras (docs/accuracy.md)";
    /// Factor of each further molecule, DNA.
    genomic_repeats_more: f64 = 0.1, "factor", "reasoned; the same samples";
    /// Share of chimeric pairs that a second pair repeats within a fragment's reach.
    pair_repeats: f64 = 0.004, "fraction", "reasoned";
    /// Share of chimeric pairs whose strands and order fit a transcript.
    chimera_ordered: f64 = 0.25, "fraction", "one of four strand pairs";
    /// Chimeras that a sample counts beside those it shows.
    chimera_prior: f64 = 1.0, "chimeras", "a sample that shows none may have had one";

    /// Share of true RNA junctions on annotated exon ends of both sides.
    true_both_sites: f64 = 0.94, "fraction", "expert estimate; patients' junctions (docs/accuracy.md)";
    /// Share on KMT2A's exon end only.
    true_five_site: f64 = 0.03, "fraction", "expert estimate";
    /// Share on the partner's exon end only.
    true_three_site: f64 = 0.01, "fraction", "expert estimate";
    /// Share on neither.
    true_no_site: f64 = 0.02, "fraction", "expert estimate";
    /// Share on KMT2A's exon end where the partner has no gene model.
    true_kmt2a_site: f64 = 0.9, "fraction", "expert estimate";

    /// Factor of a junction in frame.
    frame_kept: f64 = 2.5, "factor on the odds", "one in three by chance, five of six of proven fusions";
    /// Factor of a canonical junction out of frame.
    frame_lost: f64 = 0.3, "factor on the odds", "the same";
    /// Factor of a break in the major region, RNA.
    region_major: f64 = 8.0, "factor on the odds", "89 % of breaks (410 of 461, KMT2A-NGS) against a tenth of the transcript, rounded towards 1";
    /// Factor of a break in the minor region, RNA.
    region_minor: f64 = 3.0, "factor on the odds", "10 % of breaks against 3 % of the transcript";
    /// Factor of a break elsewhere, RNA.
    region_other: f64 = 0.05, "factor on the odds", "1 % of breaks against the rest";
    /// Factor of a break in the major region, DNA.
    genomic_region_major: f64 = 6.0, "factor on the odds", "the same series against the gene's bases";
    /// Factor of a break in the minor region, DNA.
    genomic_region_minor: f64 = 3.0, "factor on the odds", "the same";
    /// Factor of a break elsewhere, DNA.
    genomic_region_other: f64 = 1.0, "factor on the odds", "no weight";
    /// Factor of a molecule that runs along the partner gene.
    strand_sense: f64 = 1.5, "factor on the odds", "one in two by chance";
    /// Factor of one that runs against it.
    strand_antisense: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Factor of reads over the break and pairs that agree, DNA.
    both_classes: f64 = 10.0, "factor on the odds", "expert estimate";
    /// Factor of the other derivative's junction facing it, DNA.
    faced: f64 = 50.0, "factor on the odds", "chance puts two of 200 chimeras so in one sample of ten thousand; copies of a repeat may, so that less is given";
    /// Distance within which two junctions face each other.
    facing: u32 = 1_000, "bases", "wider ones are paired into one event all the same, where chance is no longer small";

    /// Shorter side of one molecule under which it is short.
    anchor_short: u32 = 10, "bases", "4^10: a place by chance in a gene's surroundings";
    /// Shorter side from which it is long.
    anchor_long: u32 = 18, "bases", "4^18: unique in a genome";
    /// Factor of a short side.
    anchor_short_weight: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Factor of a long side.
    anchor_long_weight: f64 = 1.5, "factor on the odds", "expert estimate";
    /// Factor where no molecule has a unique place on a side.
    place_none: f64 = 0.05, "factor on the odds", "expert estimate";
    /// Factor where fewer than the stated share have one.
    place_few: f64 = 0.5, "factor on the odds", "expert estimate";
    /// Share of molecules with a unique place under which they are few.
    place_share: f64 = 0.5, "fraction", "half";
    /// Homology from which template switching is likelier, away from exon ends.
    homology_long: u32 = 8, "bases", "expert estimate";
    /// Factor of such homology.
    homology_weight: f64 = 0.1, "factor on the odds", "expert estimate";
    /// Share of read bases that disagree with the consensus above which it is doubted.
    disagreement: u32 = 60, "thousandths", "six times a sequencer's error rate";
    /// Factor of such disagreement.
    disagreement_weight: f64 = 0.2, "factor on the odds", "expert estimate";

    /// Molecules that must show KMT2A and something beyond it, and the junction itself, for a tier above low.
    molecules_min: u32 = 2, "molecules", "stated: one molecule may be a chimera that fits perfectly";
    /// Molecules from which pairs alone can rise above low.
    pairs_only_min: u32 = 3, "molecules", "stated";
    /// Expected chimeric pairs on partners of the catalogue above which a lone pair is not reported.
    lone_pair_expected: f64 = 0.01, "pairs", "one false row in a hundred samples";
    /// Molecules up to which a junction away from exon ends counts with the library's chimeras.
    chimera_molecules_max: u32 = 2, "molecules", "reasoned";
    /// Share of the strongest junction's molecules from which an in-frame one may lead its event.
    lead_share: f64 = 0.1, "fraction", "stated";

    /// Back-splice to wild-type ratio of healthy blood in poly-A RNA.
    ptd_background: f64 = 0.001, "ratio", "four logs below acute leukaemia (Blood 1998;92:1728; Leuk Res 2006;30:1091), a power of ten as margin";
    /// Molecules without which a duplication stays low.
    ptd_molecules_min: u32 = 4, "molecules", "stated";
    /// Confidence of the lower bound that must pass the background.
    ptd_confidence: f64 = 0.95, "probability", "stated";
    /// Confidence of the upper bound of the sample's own back-splice rate.
    ptd_own_confidence: f64 = 0.90, "probability", "stated";
    /// Dispersion of back-splices of one library.
    ptd_dispersion: f64 = 0.5, "variance over squared mean", "they come in bursts; expert estimate";
    /// Least expected back-splices.
    ptd_expected_min: f64 = 0.001, "molecules", "a floor";
    /// Least probability of chance that is counted.
    ptd_chance_min: f64 = 0.000001, "probability", "a floor: other errors are likelier";
    /// Factor of a library that may hold circular RNA.
    ptd_library: f64 = 0.5, "factor on the odds", "expert estimate";

    /// Score from which a junction below every tier blocks a negative.
    near_tier: f64 = 0.1, "probability", "one in ten such junctions is true: twice what a negative may miss";
    /// Distance from exon ends of both sides within which one blocks a negative too.
    beside_exon_ends: u32 = 3, "bases", "a sequencing error or an inserted base moves a junction so far";
    /// Least bases on both sides of such a junction.
    beside_anchor: u32 = 10, "bases", "as for a short side";
    /// Score from which a lone pair is named as suspected.
    suspected: f64 = 0.5, "probability", "as likely as not";
    /// Bound of the fraction below which a candidate is waived; never above the limit asked for.
    waive_limit: f64 = 0.05, "fraction", "half the default of --required-lod";
    /// Bases beyond the ambiguity interval on both sides from which a read that joins exon ends is never waived.
    waive_anchor: u32 = 10, "bases", "as for a short side";
    /// Unique bases in a gene of the catalogue from which a genomic candidate is never waived.
    waive_anchor_dna: u32 = 20, "bases", "longer than a long side";

    /// Molecules over a region's weakest donor from which a limit is out of reach for want of chimeras in the file, not of
    /// molecules.
    visible_molecules: u32 = 20, "molecules", "one usable molecule in ten would give a limit there";

    /// Molecules up to which an event may have been carried over from another sample of the run.
    carry_over_max: u32 = 3, "molecules", "a few in a thousand of a strong sample's molecules move by index hopping or contact";

    /// Chance of detection at the limit.
    confidence: f64 = 0.95, "probability", "stated";
    /// Variance of the molecule count beyond Poisson.
    dispersion: f64 = 0.02, "variance over squared mean", "a floor for PCR and sampling of one library (docs/limit-of-detection.md)";
    /// Bases over an annotated junction from which a wild-type read counts.
    wild_type_anchor: u32 = 3, "bases", "STAR's alignSJDBoverhangMin; HISAT2's alike";
    /// Shorter side that a typical molecule of a fusion shows, RNA.
    typical_anchor: u32 = 24, "bases", "half of what reads of 100 bases show";
    /// The same in DNA.
    typical_anchor_dna: u32 = 30, "bases", "BWA-MEM reports a part from a score of 30 on";
    /// Molecules over a position from which it counts as callable, DNA.
    callable: u32 = 20, "molecules", "fewer cannot show a clonal heterozygous break with certainty";
    /// Depth of the minor region as a share of the major one's below which a panel does not cover it.
    not_targeted: f64 = 0.05, "fraction", "stated";
    /// Callable share of an intron below which it is named as not covered, DNA.
    intron_missing: f64 = 0.05, "fraction", "the panel has no bait there, or nothing was caught";
    /// Length of a fragment where it is not known.
    fragment_reads: f64 = 2.0, "reads", "mates that just meet";
    /// Its standard deviation.
    fragment_reads_spread: f64 = 0.5, "reads", "wide: the length is not known";
    /// Share of molecules along the gene above which a library is of one strand.
    stranded: f64 = 0.8, "fraction", "an unstranded library stays within a few percent of one half";
    /// Share of 5' positions over a donor that are taken, above which the count says little more.
    saturation_max: f64 = 0.95, "fraction", "reasoned";
    /// Molecules that may stand behind one 5' position on average.
    saturation_times: u32 = 3, "molecules", "those of a library that is saturated so far";

    /// Primary reads in the control genes from which the library and the file count as whole.
    controls_min: u32 = 50, "reads", "reasoned";
    /// Molecules at KMT2A below which it counts as not expressed beside expressed controls.
    expressed_min: u32 = 20, "molecules", "reasoned";
    /// Share of fragments at KMT2A without a believable place above which the sample is not assessable.
    ambiguous_max: f64 = 0.5, "fraction", "half";
    /// Share of fragments without their mate above which mates count as dropped from the file.
    mate_missing_max: f64 = 0.2, "fraction", "reasoned";
    /// Absent mates elsewhere from which they count as dropped.
    far_mates_missing_min: u32 = 3, "fragments", "reasoned";
    /// So many times as many as those that are present.
    far_mates_missing_times: f64 = 3.0, "times", "reasoned";
    /// Depth of an exon against the deepest one from which it counts as covered.
    exon_covered: f64 = 0.1, "fraction", "a tenth";
    /// Covered exons below which only part of the gene is covered, RNA.
    exons_min: u32 = 4, "exons", "reasoned: an amplicon shows fewer";
    /// Depth of the 5' part against the 3' end below which only the 3' end is covered, RNA.
    three_prime_only: f64 = 0.05, "fraction", "a 3' library";
    /// Depth of exons against introns from which a panel counts as one of exons only, DNA.
    exons_only: f64 = 10.0, "times", "reasoned";
    /// Fragments at KMT2A and the control genes from which a file without a chimeric read is a filtered one.
    chimera_expected: u32 = 1_000, "fragments", "one of 100 to 1,000 fragments is a chimera of the library";
    /// Fragments for each pair with a mate elsewhere that a library has at the fewest.
    chimera_rare: u32 = 1_500, "fragments", "the same, with a margin";
    /// Reads with an SA tag from which clips can count as removed.
    unclipped_min: u32 = 3, "reads", "reasoned";
    /// Share of them without a clip above which they do.
    unclipped_share: f64 = 0.5, "fraction", "half";
    /// Share of names that several molecules share from which no pair of the file is believed.
    shared_names: f64 = 0.01, "fraction", "a collision of names is rarer by far";

    /// Shortest clipped end that is placed, where an aligner writes no chimeras.
    clip_anchor: u32 = 12, "bases", "the program's own: the shortest clip that it compares with exon ends of the catalogue; 4^12: one place in a chromosome by chance";
    /// Shortest part that STAR writes, whatever it is set to.
    star_anchor_min: u32 = 10, "bases", "reasoned: shorter parts have no place of their own";
    /// STAR with chimeras: split reads to a partner of the catalogue.
    star_split_catalogue: f64 = 0.9, "fraction", "measured (docs/aligners.md)";
    /// The same to any place.
    star_split_any: f64 = 0.85, "fraction", "measured";
    /// The same, pairs.
    star_pairs: f64 = 0.85, "fraction", "measured";
    /// STAR without chimeras: split reads to a partner of the catalogue, by their clips.
    star_plain_split_catalogue: f64 = 0.6, "fraction", "measured";
    /// HISAT2: split reads to a partner of the catalogue.
    hisat2_split_catalogue: f64 = 0.55, "fraction", "measured";
    /// The same to any place.
    hisat2_split_any: f64 = 0.1, "fraction", "measured";
    /// The same, pairs.
    hisat2_pairs: f64 = 0.85, "fraction", "measured";
    /// TopHat: pairs.
    tophat_pairs: f64 = 0.5, "fraction", "estimated";
    /// Longest median read that counts as short.
    short_read_max: u32 = 300, "bases", "Illumina's longest";
    /// A long-read preset on short reads: split reads to a partner of the catalogue.
    long_read_split_catalogue: f64 = 0.15, "fraction", "measured";
    /// The same to any place.
    long_read_split_any: f64 = 0.1, "fraction", "measured";
    /// Shortest part of an aligner that writes supplementary records.
    supplementary_anchor: u32 = 30, "bases", "BWA-MEM reports a part from a score of 30 on (-T)";
    /// Such an aligner: split reads to any place.
    supplementary_split: f64 = 0.9, "fraction", "estimated, below what was measured for BWA and minimap2 (docs/aligners.md)";
    /// The same, pairs.
    supplementary_pairs: f64 = 0.9, "fraction", "the same";
    /// Shortest part of an unknown aligner.
    unknown_anchor: u32 = 20, "bases", "estimated";
    /// Unknown aligner whose file has chimeric records: split reads.
    unknown_split: f64 = 0.6, "fraction", "estimated, not measured: well below the aligners that write any and were measured (docs/aligners.md)";
    /// Unknown aligner whose file has discordant pairs: pairs.
    unknown_pairs: f64 = 0.5, "fraction", "estimated";
    /// Share left of split reads to any place in a file cut to KMT2A.
    cut_split_any: f64 = 0.5, "fraction", "the part at KMT2A is the primary or the supplementary record";
    /// The same to a partner of the catalogue.
    cut_split_catalogue: f64 = 0.8, "fraction", "clips are placed at catalogue exons";
    /// Share left of split reads to any place where parts were removed.
    stripped_split_any: f64 = 0.5, "fraction", "half of the parts here are supplementary records";
    /// The same to a partner of the catalogue.
    stripped_split_catalogue: f64 = 0.6, "fraction", "clips are placed at catalogue exons";
    /// SA entries into KMT2A from which missing records are looked for.
    parts_missing_min: u32 = 3, "entries", "reasoned";
    /// Share of them without a record from which parts count as removed.
    parts_missing_share: f64 = 0.3, "fraction", "reasoned";
    /// Reads with an SA tag beside no supplementary record at all, from which these count as stripped.
    all_stripped_min: u32 = 7, "reads", "in a whole file the part here is as often the supplementary record: seven without one are one in a hundred";

    /// Confidence from which a step of coverage is believed.
    step_confidence: f64 = 0.99, "probability", "stated";
    /// Least 5' over 3' depth that is called a step.
    step_ratio_min: f64 = 1.2, "ratio", "expert estimate: a fusion in a sixth of the transcripts; alternative splicing makes smaller steps";
    /// Molecules at KMT2A below which no step is sought.
    step_molecules_min: u32 = 200, "molecules", "reasoned";
    /// Mean molecules an exon below which none is sought.
    step_per_exon_min: f64 = 5.0, "molecules", "reasoned";
    /// Exons with a depth in normal samples below which none is sought.
    step_exons_min: u32 = 8, "exons", "a line and a step have three unknowns";
    /// Spread of an exon's depth about a straight line where no normal sample tells.
    step_spread: f64 = 0.35, "natural logarithm", "a factor of 1.4 either way: wider than drawn libraries (0.1), to make room for alternative splicing and sequence bias";

    /// Molecules whose clips leave KMT2A at one base, from which they make a pile.
    pile_min: u32 = 3, "molecules", "stated";
    /// Shortest clip of a pile.
    pile_clip_min: u32 = 12, "bases", "4^12: one place in a chromosome by chance";
    /// Share of the exon's depth from which a pile inside an exon counts.
    pile_inside_exon: f64 = 0.05, "fraction", "transcripts of a rearranged gene leave it at an exon's end; an aligner piles up clips elsewhere, the more the deeper the sample";
    /// Distance from an exon's end within which an aligner runs on where bases happen to agree.
    pile_end_slack: u32 = 3, "bases", "one in 64 by chance";
    /// Share of bases in which clips of one pile may differ.
    pile_different_max: f64 = 0.1, "fraction", "sequencing errors";
    /// Depth behind the break over that before it, below which 3' KMT2A counts as lost, DNA.
    lost_ratio: f64 = 0.85, "ratio", "expert estimate: a heterozygous deletion in 30 % of cells leaves 0.85";
    /// Exons with a depth on either side of the break without which nothing is said of a loss.
    lost_exons_min: u32 = 3, "exons", "a median of fewer is one exon's";
    /// Bases on both sides of the gene that count as KMT2A, DNA.
    gene_margin_dna: u32 = 10_000, "bases", "reasoned: breaks just outside are reported and labelled so";
    /// Bases before the first exon that count as KMT2A, RNA.
    gene_margin_rna: u32 = 2_000, "bases", "one of 24 patients' duplications began 120 bases before exon 1 (Leucegene); with a margin";
    /// Shortest deletion inside KMT2A that is looked at, DNA.
    deletion_min: u32 = 1_000, "bases", "reasoned: shorter ones are common in introns";
    /// Molecules that must leave KMT2A at one base into the same sequence without a place.
    open_molecules: u32 = 2, "molecules", "as for a tier above low; in RNA none had a tier in 180 drawn negatives and five alignments of a real library";
    /// Bases of that sequence that must be known.
    open_bases: u32 = 20, "bases", "longer than a long side; the same negatives";
    /// Molecules of pairs to which such a sequence is given.
    open_pairs_min: u32 = 2, "molecules", "as for a tier above low";
    /// Share of the clipped molecules that the pairs must reach where no molecule shows both.
    open_pairs_share: f64 = 0.5, "fraction", "reasoned: a chance chimera of two pairs must not name the partner of a strong break";

    /// Bases by which a transcript's exon end may pass the genomic break.
    pair_slack: u32 = 30, "bases", "homology at the junction";
    /// Distance behind the partner's break beyond which an acceptor is not its own.
    pair_partner_reach: u32 = 1_000_000, "bases", "introns of AFF1, MLLT3 and MLLT10 reach 100,000, and a break before the gene adds to it";

    /// Share of fragments with a molecular identifier from which identifiers tell molecules apart.
    identifier_share: f64 = 0.9, "fraction", "reasoned: a tag that some reads lack was lost on the way, one that most lack is another program's";
    /// Pairs from which fixed ends (amplicons, primers) are recognised.
    fixed_pairs_min: u32 = 50, "fragments", "reasoned";
    /// Share of the pairs that must begin, and must end, at few places.
    fixed_share: f64 = 0.9, "fraction", "reasoned: mispriming makes the rest";
    /// Places that count as few.
    fixed_places_max: u32 = 40, "places", "reasoned: the primers of a panel at one gene and its partners";
    /// Pairs at each of these places on average, at the fewest.
    fixed_pairs_each: u32 = 8, "fragments", "reasoned: random ends of a deep library share a place by twos and threes";
    /// Reads of pairs at KMT2A and the control genes below which nothing is said of the pairs.
    mates_reads_min: u32 = 80, "reads", "reasoned";
    /// Share of them whose mate lies elsewhere from which pairs may not belong together.
    mates_apart: f64 = 0.05, "fraction", "at most 0.005 in the libraries that were measured; DNA of fixed tissue has some percent";
    /// Unrelated places (inverse Simpson index) to which such mates lead, from which they do not.
    mates_places: f64 = 12.0, "places", "reasoned: a rearrangement leads to a handful";
    /// Share of reads of one name that do not face each other, below which these may be mates without flags.
    unflagged_apart: f64 = 0.5, "fraction", "0.75 of two reads of one gene by chance (one in four faces the other); some percent of mates";
    /// Share of spliced reads from which a file that says nothing else is of RNA.
    spliced_share: f64 = 0.01, "fraction", "reasoned: a stray N of a DNA aligner stays below";
    /// Reads over exon ends of KMT2A and the control genes, one for each end, below which they do not show the assay.
    assay_reads_min: u32 = 30, "reads", "reasoned";
    /// Share of them that stop at an exon end below which they are of DNA.
    assay_dna_below: f64 = 0.15, "fraction", "0.05 to 0.1 by chance: seven of 100 places of a read's end";
    /// Share above which they are of RNA.
    assay_rna_above: f64 = 0.4, "fraction", "above 0.5 in RNA, also where half of it is not yet spliced";
    /// Molecules below which neither strandedness nor 3' bias is stated.
    library_molecules_min: u32 = 30, "molecules", "reasoned";

    /// Longest tandem repeat within an exon that counts as one, RNA and DNA.
    repeat_max: u32 = 400, "bases", "what reads of 600 bases can show beside itself";
    /// Distance from KMT2A within which a neighbour's exon is reached by read-through.
    read_through_reach: u32 = 150_000, "bases", "PHLDB1, the farthest neighbour that transcription can reach, begins 79,603 bases behind KMT2A; twice that";
    /// Distance within which junctions to one place without a common gene are of one event.
    event_locus: u32 = 500_000, "bases", "reasoned: the longest introns of partners, with a margin";
    /// Overlap or gap between the two derivatives of one break, DNA.
    event_break: u32 = 200_000, "bases", "Genome Res 2011;21:525";
    /// Molecules from which a reciprocal junction to a third gene joins the only fusion, and from which that is one.
    third_gene_min: u32 = 3, "molecules", "reasoned: chimeras of the library show fewer";
    /// Bases of unseen molecule that an out-of-frame pair of exons must be shorter by to be taken for pairs' junction.
    unseen_frame: u32 = 80, "bases", "70 for each unit of log-odds: one pair of exons in three is in frame by chance";
    /// The same for a break in the minor region against the major one.
    unseen_minor: u32 = 70, "bases", "the same: region_major over region_minor";
    /// The same for a break outside both.
    unseen_other: u32 = 350, "bases", "the same: region_major over region_other";
    /// Distance behind a genomic break within which a further gene's acceptor is named for the transcript.
    predicted_reach: u32 = 200_000, "bases", "half of MLLT1's fusions break in or before ACER1, up to 60,000 bases ahead of MLLT1's first acceptor; with a margin";
    /// Exons on each side that such a transcript may skip to keep the frame.
    predicted_skipped_max: u32 = 3, "exons", "reasoned";
}
