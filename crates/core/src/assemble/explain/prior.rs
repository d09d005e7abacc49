//! Natural log-odds of what lies before any base is compared.
//!
//! A junction read is about as frequent as a read that ends in bases of no place (adapters apart); what is stated is
//! each side's share. METHOD: transcripts leave KMT2A at one of some 20 donors; breaks inside exons or introns are
//! spread over thousands of bases. Ends that make no sense begin anywhere in a read of some hundred bases.

/// A change of place at all, with the odds that are asked of a single read (20 to 1).
pub(crate) const CHANGE: f64 = -5.0;
/// Leaving at an annotated exon end: ln(1/20) against ln(1/100).
pub(crate) const AT_SITE: f64 = 1.6;
/// Leaving inside an exon: 1 in 50 of them, over 2,000 bases.
pub(crate) const IN_EXON: f64 = -7.0;
/// Leaving elsewhere.
pub(crate) const ELSEWHERE: f64 = -8.5;
/// Entering a catalogue partner at an exon end: 3,000 of them.
pub(crate) const PARTNER_SITE: f64 = -8.2;
/// Entering a catalogue partner within an exon: a tenth, over 800,000 bases.
pub(crate) const PARTNER_EXON: f64 = -16.0;
/// Entering an intron of a catalogue partner: 1e7 bases.
pub(crate) const PARTNER_ELSE: f64 = -19.0;
/// Entering another gene at an exon end, or within an exon.
pub(crate) const GENE_SITE: f64 = -10.0;
/// See `GENE_SITE`.
pub(crate) const GENE_EXON: f64 = -18.0;
/// Entering a place that the aligner gives: any of the genome's 6e9.
pub(crate) const PLACE: f64 = -22.5;
/// Entering the target gene's own exon ends from itself (back-splice), or from another gene.
pub(crate) const OWN_SITE: f64 = -4.0;
/// Entering the target gene further on, away from known exon ends: 90,000 bases. Exons that no list has are common.
pub(crate) const OWN_AHEAD: f64 = -11.4;
/// Entering it a little further back (a tandem repeat), or from another gene.
pub(crate) const OWN_ELSE: f64 = -12.0;
/// Entering it far back: a duplication that begins within an exon or intron.
pub(crate) const OWN_BACK: f64 = -16.0;
/// Longest tandem repeat (bases).
pub(crate) const REPEAT_MAX: i64 = 400;
/// A gene in which another read of the fragment lies, at an exon end, or elsewhere.
pub(crate) const KNOWN_SITE: f64 = -2.5;
/// See `KNOWN_SITE`.
pub(crate) const KNOWN_ELSE: f64 = -8.0;
/// Bases between two places: opening, and each of them.
pub(crate) const INSERTED: f64 = -2.5;
/// See `INSERTED`.
pub(crate) const INSERTED_BASE: f64 = -0.2;
/// A read that begins in the target gene where the aligner does not see it, with the odds of `CHANGE`: 90,000 bases, on any
/// of a hundred diagonals. Twelve bases of a read of 150 are met by chance.
pub(crate) const BEGINS_OWN: f64 = -21.0;
/// A third place of one read, beside the prior of its own.
pub(crate) const FURTHER: f64 = -3.0;
/// A read that begins in a partner, another gene, or a place, beside one in the target gene, with the odds of `CHANGE`:
/// any of a million bases, on any of a hundred diagonals of the read. Thirteen bases of a read of 150 are met by chance.
pub(crate) const BEGINS_PARTNER: f64 = -30.0;
/// See `BEGINS_PARTNER`.
pub(crate) const BEGINS_GENE: f64 = -31.0;
/// See `BEGINS_PARTNER`; the aligner chose the diagonal.
pub(crate) const BEGINS_PLACE: f64 = -17.0;
/// The end of inserted bases that are a copy of the target gene's, at any of sixty lengths: the template was paid for.
pub(crate) const TEMPLATE_ENDS: f64 = -4.1;
/// A junction that two other molecules of the sample show, or a single one.
pub(crate) const PROPOSED: f64 = -4.0;
/// See `PROPOSED`.
pub(crate) const PROPOSED_ONCE: f64 = -7.0;
/// The same where another read of the fragment lies in that gene.
pub(crate) const BEGINS_KNOWN: f64 = -4.0;
