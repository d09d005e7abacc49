//! Why an input cannot be used: one line each, with what, where and what to do.

use thiserror::Error;

/// An input that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InputError {
    /// No such file.
    #[error("{0}: no such file; check the path")]
    Missing(String),
    /// The operating system does not let it be read.
    #[error("{file}: cannot be opened ({reason}); check what it is and its permissions")]
    Unreadable {
        /// The input.
        file: String,
        /// In the system's words.
        reason: String,
    },
    /// An address on another machine.
    #[error("{file}: only local files are read; try `samtools view -u {file} | breakapart call -`, or download it")]
    Address {
        /// The input, without what may be a secret.
        file: String,
    },
    /// Not SAM, BAM or CRAM.
    #[error("{file}: is not an alignment (found: {found}); give a BAM, CRAM or SAM file")]
    NotAlignment {
        /// The input.
        file: String,
        /// What the content is.
        found: String,
    },
    /// Compressed in a way that has no end mark and no index.
    #[error("{file}: is {found}, whose end cannot be checked; write it again with `samtools view -b`")]
    NotBlocked {
        /// The input.
        file: String,
        /// What the content is.
        found: &'static str,
    },
    /// Ends too early.
    #[error("{file}: file is truncated ({sign}); copy it again or run `samtools quickcheck`")]
    Truncated {
        /// The input.
        file: String,
        /// By what it was seen.
        sign: &'static str,
    },
    /// A block or record that cannot be decoded.
    #[error("{0}: file is damaged (a block or record cannot be decoded); copy it again or run `samtools quickcheck`")]
    Damaged(String),
    /// The header cannot be read.
    #[error("{0}: its header cannot be read; check it with `samtools view -H`")]
    Header(String),
    /// The header says two things at once.
    #[error("{file}: its header contradicts itself ({what}); write it anew with `samtools reheader` or align again")]
    Contradiction {
        /// The input.
        file: String,
        /// What contradicts what.
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
        /// The first names and their number.
        found: String,
    },
    /// A chromosome 11 of another genome.
    #[error("{file}: {contig} is {found} bases long; GRCh38 has 135,086,622, GRCh37 135,006,516{guess}")]
    OtherGenome {
        /// The input.
        file: String,
        /// Its name in the file.
        contig: String,
        /// Its length, with separators.
        found: String,
        /// What it may be: ` (mouse?)`, or nothing.
        guess: String,
    },
    /// `--build` says otherwise.
    #[error(
        "{file}: is aligned to {found} ({contig} of {length} bases), not to {asked}; leave out --build or choose {found}"
    )]
    OtherBuild {
        /// The input.
        file: String,
        /// The build of the header.
        found: String,
        /// The contig that shows it.
        contig: String,
        /// Its length, with separators.
        length: String,
        /// The build asked for.
        asked: String,
    },
    /// No index, though one is required.
    #[error("{0}: has no index; run `samtools index {0}` or leave out --require-index")]
    NoIndex(String),
    /// A stream cannot have the index that is required.
    #[error("{0}: a stream has no index; give a file or leave out --require-index")]
    StreamWithoutIndex(String),
    /// The index is of another file, or broken.
    #[error("{file}: its index {index} does not fit it ({reason}); run `samtools index {file}`")]
    IndexDisagrees {
        /// The input.
        file: String,
        /// The index.
        index: String,
        /// In which way.
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
        /// In which way.
        reason: String,
    },
    /// The reference cannot be used.
    #[error("{reference}: {reason}")]
    Reference {
        /// The reference given.
        reference: String,
        /// What and what to do.
        reason: String,
    },
    /// A CRAM block that may need a codec which was not compiled in.
    #[error(
        "{0}: cannot be decoded, and this program was built without lzma (xz), which some CRAM files need; build it with CFLAGS=-DHAVE_LIBLZMA=1"
    )]
    NoLzma(String),
    /// Asked for a place in a file without index.
    #[error("{0}: has no index to fetch from; run `samtools index {0}`")]
    NotIndexed(String),
    /// A stream can be read once.
    #[error("{0}: a stream can be read only once; give a file")]
    Spent(String),
}
