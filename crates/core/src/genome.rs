//! Genomic coordinates and sequences: contigs, positions, strands, breakends, junctions, CIGARs, reads as plain
//! values, and the few distributions that later stages share.
//!
//! Everything here is pure: no file, no htslib, no gene. Positions are **0-based** and intervals
//! half-open; 1-based numbers exist only where text is read or written.

pub(crate) mod breakend;
pub(crate) mod build;
pub(crate) mod cigar;
pub mod contig;
pub(crate) mod patches;
pub mod place;
pub(crate) mod position;
pub mod record;
pub mod sequence;
pub(crate) mod words;

pub use breakapart_rule::probability;

pub use breakend::{Breakend, Junction, Retained};
pub use build::Build;
pub use cigar::{Cigar, CigarOp};
pub use contig::{ContigId, Contigs};
pub use patches::PatchedSequence;
pub use position::{Interval, Position, Strand};
pub use record::{AlignedRecord, Flags, SupplementaryEntry};
pub use sequence::{Layered, SequenceSource};
