//! What a caller says about an input, and what it is told besides the records.

use std::path::{Path, PathBuf};

use super::Assay;
use crate::genome::Build;

/// Where an alignment comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a named pipe.
    Path(PathBuf),
    /// The standard input.
    Stdin,
}

impl Source {
    /// A command-line argument: `-` is the standard input.
    pub fn from_argument(argument: &Path) -> Self {
        if argument == Path::new("-") {
            Self::Stdin
        } else {
            Self::Path(argument.to_owned())
        }
    }

    /// The path, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Stdin => None,
        }
    }

    /// The name shown in messages: one line, whatever the file is called.
    pub fn label(&self) -> String {
        match self {
            Self::Path(path) => printable(&path.to_string_lossy()),
            Self::Stdin => "stdin".to_owned(),
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
    /// Whether pairs of which neither read is placed are wanted.
    pub unmapped: bool,
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
            unmapped: false,
        }
    }
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
