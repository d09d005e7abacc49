//! Every call into htslib, and the only `unsafe` of the project.
//!
//! In: paths and virtual offsets. Out: records as cheap views ([`RawRecord`]) or plain values
//! (`genome::AlignedRecord`), reference bases ([`Reference`]), and alignment files written from plain records
//! ([`AlignmentWriter`]). The *meaning* of an answer (is this file usable, which build is it) is decided in `input`,
//! not here.
//!
//! htslib's own file layer is used directly where the safe wrapper of `rust-htslib` hides something: a record that
//! htslib refuses but that can be skipped, the end-of-file block of a pipe, a truncated header block.

pub(crate) mod bgzf;
pub(crate) mod binning;
pub(crate) mod copy;
pub(crate) mod crai;
pub(crate) mod cram;
pub(crate) mod environment;
pub(crate) mod faidx;
pub(crate) mod fetch;
pub(crate) mod file;
pub(crate) mod index;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod tags;
pub(crate) mod write;

pub use binning::{Binning, Chunk};
pub use copy::RecordCopy;
pub use crai::CraiSlice;
pub use cram::{ContainerHead, CramHeads};
pub use environment::{has_lzma, init, versions};
pub use faidx::{Reference, ReferenceError};
pub use fetch::FetchError;
pub use file::{Compression, EndMarker, Format, HtsFile, OpenError};
pub use index::{VirtualOffset, binning, candidates as index_candidates, crai, unpacked};
pub use read::ReadError;
pub use record::{DecodeContext, RawRecord};
pub use write::{AlignmentWriter, OutputFormat, WriteError, WrittenFields};
