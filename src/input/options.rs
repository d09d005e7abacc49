//! What a caller says about an input, and what it is told besides the records.

use std::path::{Path, PathBuf};

use super::{Assay, remote};
use crate::genome::Build;

/// Where an alignment comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a named pipe.
    Path(PathBuf),
    /// The standard input.
    Stdin,
    /// A file on another machine: an address such as `https://...` or `s3://...`.
    Remote(String),
}

impl Source {
    /// A command-line argument: `-` is the standard input, and what has a scheme is an address, unless
    /// there is such a file.
    pub fn from_argument(argument: &Path) -> Self {
        if argument == Path::new("-") {
            return Self::Stdin;
        }
        match argument.to_str() {
            Some(text) if remote::has_scheme(text) && !argument.exists() => Self::Remote(text.to_owned()),
            _ => Self::Path(argument.to_owned()),
        }
    }

    /// Whether it can be opened more than once, which a pipe cannot.
    pub fn can_be_opened_again(&self) -> bool {
        match self {
            Self::Path(path) => path.is_file(),
            Self::Stdin => false,
            Self::Remote(_) => true,
        }
    }

    /// The file's name without its ending; `None` for the standard input.
    pub fn file_stem(&self) -> Option<String> {
        let label = match self {
            Self::Path(path) => return path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Self::Stdin => return None,
            Self::Remote(url) => remote::label(url),
        };
        let name = label.rsplit('/').next().unwrap_or_default();
        Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned())
    }

    /// The path, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Stdin | Self::Remote(_) => None,
        }
    }

    /// The name shown in messages: one line, whatever the file is called.
    pub fn label(&self) -> String {
        match self {
            Self::Path(path) => printable(&path.to_string_lossy()),
            Self::Stdin => "stdin".to_owned(),
            Self::Remote(url) => printable(&remote::label(url)),
        }
    }
}

/// Text from outside on one line: control characters are written as escapes.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// How to open an input.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// Indexed FASTA; a CRAM needs the one it was made with.
    pub reference: Option<PathBuf>,
    /// The build the caller expects. The header decides; a contradiction is an error.
    pub build: Option<Build>,
    /// Threads that decompress a streamed file (1: none besides the caller's).
    pub threads: usize,
    /// Refuse a file without an index.
    pub require_index: bool,
    /// The assay, where the caller knows it.
    pub assay: Option<Assay>,
    /// Tag that holds the molecular identifier; `RX` where not given.
    pub umi_tag: Option<[u8; 2]>,
    /// Separator before a molecular identifier at the end of the read name.
    pub umi_in_name: Option<char>,
    /// How molecules are told apart; found out from the data where not given.
    pub molecules: Option<Molecules>,
    /// When reads that did not align are looked for beyond the windows.
    pub unmapped: Unmapped,
    /// Whether an address may be read from another machine. Needs the feature `remote`.
    pub remote: bool,
}

impl Default for InputOptions {
    fn default() -> Self {
        Self {
            reference: None,
            build: None,
            threads: 1,
            require_index: false,
            assay: None,
            umi_tag: None,
            umi_in_name: None,
            molecules: None,
            unmapped: Unmapped::Auto,
            remote: false,
        }
    }
}

/// How molecules are told apart, as a caller asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Molecules {
    /// By identifier and fragment ends.
    Umi,
    /// By fragment ends.
    Ends,
    /// By the file's duplicate flags.
    Flags,
    /// Not at all: fragments are counted.
    Fragments,
}

/// When reads that did not align are looked for beyond the windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmapped {
    /// Where the aligner left chimeric reads unaligned ([`AlignmentFile::seeks_unmapped`]).
    ///
    /// [`AlignmentFile::seeks_unmapped`]: super::AlignmentFile::seeks_unmapped
    Auto,
    /// In every file.
    Always,
    /// In none.
    Never,
}

/// How records are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Through an index.
    Indexed,
    /// In one pass over everything.
    Streamed,
}

/// Something worth knowing about an input that can be used nevertheless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputWarning {
    /// Stable code: `no_index`, `index_older`, `reference_ignored`, `several_samples`.
    pub code: &'static str,
    /// One sentence.
    pub text: String,
}
