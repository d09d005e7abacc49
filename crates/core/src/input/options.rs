//! The caller's options for an input, and the warnings returned besides the records.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Assay;
use crate::genome::Build;

/// Source of an alignment.
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

    /// Whether it can be opened more than once; a pipe cannot.
    pub fn can_be_opened_again(&self) -> bool {
        match self {
            Self::Path(path) => path.is_file(),
            Self::Stdin => false,
        }
    }

    /// The file's name without its extension; `None` for the standard input.
    pub fn file_stem(&self) -> Option<String> {
        let stem = self.path()?.file_stem()?;
        Some(stem.to_string_lossy().into_owned())
    }

    /// The path, if there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Stdin => None,
        }
    }

    /// The name shown in messages: one line, whatever the file's name.
    pub fn label(&self) -> String {
        match self {
            Self::Path(path) if is_address(path) => printable(&without_secrets(&path.to_string_lossy())),
            Self::Path(path) => printable(&path.to_string_lossy()),
            Self::Stdin => "stdin".to_owned(),
        }
    }
}

/// Whether a path has the form of an address (`https://...`, `s3://...`) and is not a file.
pub(super) fn is_address(path: &Path) -> bool {
    let Some((scheme, _)) = path.to_str().and_then(|text| text.split_once("://")) else {
        return false;
    };
    let is_scheme = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'-';
    !scheme.is_empty() && scheme.bytes().all(is_scheme) && !path.exists()
}

/// The address without possible secrets: user, query (signatures) and fragment.
fn without_secrets(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or(address);
    let Some((scheme, rest)) = bare.split_once("://") else {
        return bare.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}{path}")
}

/// External text on one line: control characters are escaped.
pub fn printable(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(shown).collect()
}

/// Options for opening an input.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// Indexed FASTA; a CRAM needs the one it was written with.
    pub reference: Option<PathBuf>,
    /// The build the caller expects. The header decides; a contradiction is an error.
    pub build: Option<Build>,
    /// Threads that decompress a streamed file (only the caller's below 2).
    pub threads: usize,
    /// Refuse a file without an index.
    pub require_index: bool,
    /// The assay, if the caller knows it.
    pub assay: Option<Assay>,
    /// Tag of the molecular identifier; `RX` if not given.
    pub umi_tag: Option<[u8; 2]>,
    /// Separator before a molecular identifier at the end of the read name.
    pub umi_in_name: Option<char>,
    /// How molecules are distinguished; inferred from the data if not given.
    pub molecules: Option<MoleculesBy>,
    /// When unmapped reads outside the windows are searched.
    pub unmapped: Unmapped,
}

/// How molecules are distinguished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MoleculesBy {
    /// Unique molecular identifiers, from a tag or the read name.
    #[serde(rename = "umi")]
    Umi,
    /// The duplicate flags of an earlier program.
    #[serde(rename = "duplicate flags")]
    DuplicateFlags,
    /// The 5' ends of the fragments, corrected for clipping.
    #[serde(rename = "fragment ends")]
    FragmentEnds,
    /// Not distinguished: both ends of the fragments are fixed (amplicons), or fragments were requested. Counts and
    /// fractions are of fragments.
    #[serde(rename = "fragments")]
    Fragments,
    /// Not distinguished: single-end, anchored-PCR or amplicon data without identifiers. Fragments are reported, and
    /// the judgement uses distinct 5' positions as a lower bound.
    #[default]
    #[serde(rename = "not determinable")]
    FivePrimePositions,
}

/// When unmapped reads outside the windows are searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unmapped {
    /// In every file.
    #[default]
    Always,
    /// In none.
    Never,
}

/// Way to reach the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Through an index.
    Indexed,
    /// In one pass over the whole file.
    Streamed,
}

/// A warning about an input that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputWarning {
    /// Stable code: `no_index`, `index_older`, `reference_ignored`, `several_samples`.
    pub code: &'static str,
    /// One sentence.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_recognised_and_shown_without_secrets() {
        for address in ["https://h/x.bam", "s3://bucket/x.bam", "s3+https://b/x", "gs://b/x"] {
            assert!(is_address(Path::new(address)), "{address}");
        }
        for path in ["x.bam", "/data/x.bam", "C:/x.bam", "a b://x", "://x"] {
            assert!(!is_address(Path::new(path)), "{path}");
        }
        let signed = Path::new("https://me:secret@h.org:8443/run/x.bam?X-Amz-Signature=ab#z");
        assert_eq!(Source::from_argument(signed).label(), "https://h.org:8443/run/x.bam");
    }
}
