//! Why an input cannot be used: one line each, with what, where and the remedy.

use thiserror::Error;

/// An input that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InputError {
    /// No such file.
    #[error("{0}: no such file; check the path")]
    Missing(String),
    /// The operating system does not allow reading it.
    #[error("{file}: cannot be opened ({reason}); check what it is and its permissions")]
    Unreadable {
        /// The input.
        file: String,
        /// The system's error message.
        reason: String,
    },
    /// An address on another machine.
    #[error("{file}: only local files are read; try `samtools view -u {file} | breakapart call -`, or download it")]
    Address {
        /// The input, without possible secrets.
        file: String,
    },
    /// Not SAM, BAM or CRAM.
    #[error("{file}: is not an alignment (found: {found}); give a BAM, CRAM or SAM file")]
    NotAlignment {
        /// The input.
        file: String,
        /// The type of the content.
        found: String,
    },
    /// Compressed in a format without end marker and index.
    #[error("{file}: is {found}, whose end cannot be checked; write it again with `samtools view -b`")]
    NotBlocked {
        /// The input.
        file: String,
        /// The type of the content.
        found: &'static str,
    },
    /// Ends too early.
    #[error("{file}: file is truncated ({sign}); copy it again or run `samtools quickcheck`")]
    Truncated {
        /// The input.
        file: String,
        /// How it was detected.
        sign: &'static str,
    },
    /// A block or record that cannot be decoded.
    #[error("{0}: file is damaged (a block or record cannot be decoded); copy it again or run `samtools quickcheck`")]
    Damaged(String),
    /// The header cannot be read.
    #[error("{0}: its header cannot be read; check it with `samtools view -H`")]
    Header(String),
    /// The header contradicts itself.
    #[error("{file}: its header contradicts itself ({what}); replace it with `samtools reheader` or align again")]
    Contradiction {
        /// The input.
        file: String,
        /// The contradiction.
        what: String,
    },
    /// The header names no contigs.
    #[error("{0}: its header names no contigs (@SQ); add them with `samtools reheader` or align again")]
    NoContigs(String),
    /// No chromosome 11.
    #[error(
        "{file}: no chromosome 11 among its contigs ({found}); expected chr11, 11 or NC_000011 of GRCh38 or GRCh37"
    )]
    NoChromosome11 {
        /// The input.
        file: String,
        /// The first names and the number of contigs.
        found: String,
    },
    /// Chromosome 11 of another genome.
    #[error("{file}: {contig} is {found} bases long; GRCh38 has 135,086,622, GRCh37 135,006,516{guess}")]
    OtherGenome {
        /// The input.
        file: String,
        /// Its name in the file.
        contig: String,
        /// Its length, with thousands separators.
        found: String,
        /// A guess: ` (mouse?)`, or nothing.
        guess: String,
    },
    /// `--build` differs from the header.
    #[error(
        "{file}: is aligned to {found} ({contig} of {length} bases), not to {asked}; leave out --build or choose {found}"
    )]
    OtherBuild {
        /// The input.
        file: String,
        /// The build of the header.
        found: String,
        /// The contig that identifies it.
        contig: String,
        /// Its length, with thousands separators.
        length: String,
        /// The build asked for.
        asked: String,
    },
    /// No index, although one is required.
    #[error("{0}: has no index; run `samtools index {0}` or leave out --require-index")]
    NoIndex(String),
    /// A stream cannot have the required index.
    #[error("{0}: a stream has no index; give a file or leave out --require-index")]
    StreamWithoutIndex(String),
    /// The index of another file, or a broken one.
    #[error("{file}: its index {index} does not fit it ({reason}); run `samtools index {file}`")]
    IndexDisagrees {
        /// The input.
        file: String,
        /// The index.
        index: String,
        /// The mismatch.
        reason: String,
    },
    /// A CRAM without its reference.
    #[error("{0}: a CRAM needs the reference it was made with; add --reference GRCh38.fa")]
    NoReference(String),
    /// A CRAM with another reference.
    #[error("{file}: {reference} is not the reference it was made with ({reason}); give that one with --reference")]
    OtherReference {
        /// The input.
        file: String,
        /// The reference given.
        reference: String,
        /// The mismatch.
        reason: String,
    },
    /// The reference cannot be used.
    #[error("{reference}: {reason}")]
    Reference {
        /// The reference given.
        reference: String,
        /// The problem and the remedy.
        reason: String,
    },
    /// A CRAM block that may need a codec that was not compiled in.
    #[error(
        "{0}: cannot be decoded, and this program was built without lzma (xz), which some CRAM files need; build it with CFLAGS=-DHAVE_LIBLZMA=1"
    )]
    NoLzma(String),
    /// A region requested from a file without index.
    #[error("{0}: has no index to fetch from; run `samtools index {0}`")]
    NotIndexed(String),
    /// A stream that is read twice.
    #[error("{0}: a stream can be read only once; give a file")]
    Spent(String),
}
