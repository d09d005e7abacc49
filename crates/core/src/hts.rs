//! Every call into htslib, and the only `unsafe` of the project.
//!
//! In: paths and virtual offsets. Out: records as cheap views ([`RawRecord`]) or plain values
//! (`genome::AlignedRecord`), reference bases ([`Reference`]), and alignment files written from plain
//! records ([`AlignmentWriter`]). What an answer *means* (is this file
//! fit for use, which build is it) is decided in `input`, not here.
//!
//! htslib's own file layer is used directly where the safe wrapper of `rust-htslib` would hide
//! something: a record that htslib refuses but that can be stepped over, the end-of-file block of a
//! pipe, a header block cut in two.

pub mod bgzf;
pub mod copy;
pub mod environment;
pub mod faidx;
pub mod fetch;
pub mod file;
pub mod index;
pub mod read;
pub mod record;
pub mod tags;
pub mod write;

pub use copy::RecordCopy;
pub use environment::{has_lzma, init, versions};
pub use faidx::{Reference, ReferenceError};
pub use fetch::FetchError;
pub use file::{Compression, EndMarker, Format, HtsFile, OpenError};
pub use index::{Index, IndexError, VirtualOffset};
pub use read::ReadError;
pub use record::{DecodeContext, RawRecord};
pub use write::{AlignmentWriter, OutputFormat, WriteError, WrittenFields};
