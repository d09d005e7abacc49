//! Prior log-odds (natural) of junctions, before any base is compared.
//!
//! A junction read is about as frequent as a read whose end maps nowhere (apart from adapters); the constants are each
//! side's share. METHOD: transcripts leave KMT2A at one of about 20 donors; breakpoints within exons or introns are
//! spread over thousands of bases. Unmapped ends begin anywhere in a read of about a hundred bases.

/// Any junction, including the odds required of a single read (20 to 1).
pub(crate) const CHANGE: f64 = -5.0;
/// Leaving at an annotated exon end: ln(1/20) against ln(1/100).
pub(crate) const AT_SITE: f64 = 1.6;
/// Leaving within an exon: 1 in 50 junctions, over 2,000 bases.
pub(crate) const IN_EXON: f64 = -7.0;
/// Leaving elsewhere.
pub(crate) const ELSEWHERE: f64 = -8.5;
/// Entering a catalogue partner at an exon end: 3,000 of them.
pub(crate) const PARTNER_SITE: f64 = -8.2;
/// Entering a catalogue partner within an exon: a tenth of junctions, over 800,000 bases.
pub(crate) const PARTNER_EXON: f64 = -16.0;
/// Entering an intron of a catalogue partner: 1e7 bases.
pub(crate) const PARTNER_ELSE: f64 = -19.0;
/// Entering another gene at an exon end, or within an exon.
pub(crate) const GENE_SITE: f64 = -10.0;
/// See `GENE_SITE`.
pub(crate) const GENE_EXON: f64 = -18.0;
/// Entering a window around the aligner's alignment: any base of the genome's 6e9.
pub(crate) const PLACE: f64 = -22.5;
/// Entering the target gene at an exon end from itself (back-splice), or from another gene.
pub(crate) const OWN_SITE: f64 = -4.0;
/// Entering the target gene downstream, away from known exon ends: 90,000 bases. Unannotated exons are common.
pub(crate) const OWN_AHEAD: f64 = -11.4;
/// Entering it a little upstream (a tandem repeat), or from another gene.
pub(crate) const OWN_ELSE: f64 = -12.0;
/// Entering it far upstream: a duplication that begins within an exon or intron.
pub(crate) const OWN_BACK: f64 = -16.0;
/// Longest tandem repeat (bases).
pub(crate) const REPEAT_MAX: i64 = 400;
/// Entering a gene to which the other read of the fragment aligns, at an exon end, or elsewhere.
pub(crate) const KNOWN_SITE: f64 = -2.5;
/// See `KNOWN_SITE`.
pub(crate) const KNOWN_ELSE: f64 = -8.0;
/// Inserted bases: opening, and each base.
pub(crate) const INSERTED: f64 = -2.5;
/// See `INSERTED`.
pub(crate) const INSERTED_BASE: f64 = -0.2;
/// A read that begins in the target gene without an alignment by the aligner, including the odds of `CHANGE`: 90,000
/// bases, on any of a hundred diagonals. Twelve bases of a read of 150 match by chance.
pub(crate) const BEGINS_OWN: f64 = -21.0;
/// A third locus of one read, in addition to its own prior.
pub(crate) const FURTHER: f64 = -3.0;
/// A read that begins in a partner, another gene, or a window, next to one in the target gene, including the odds of
/// `CHANGE`: any of a million bases, on any of a hundred diagonals. Thirteen bases of a read of 150 match by chance.
pub(crate) const BEGINS_PARTNER: f64 = -30.0;
/// See `BEGINS_PARTNER`.
pub(crate) const BEGINS_GENE: f64 = -31.0;
/// See `BEGINS_PARTNER`; the diagonal is the aligner's.
pub(crate) const BEGINS_PLACE: f64 = -17.0;
/// The end of an insertion copied from the target gene, at any of sixty lengths: the template is already scored.
pub(crate) const TEMPLATE_ENDS: f64 = -4.1;
/// A junction supported by at least two other molecules of the sample, or by a single one.
pub(crate) const PROPOSED: f64 = -4.0;
/// See `PROPOSED`.
pub(crate) const PROPOSED_ONCE: f64 = -7.0;
/// See `BEGINS_PARTNER`, if the other read of the fragment aligns to that gene.
pub(crate) const BEGINS_KNOWN: f64 = -4.0;
