//! Finds and reads the result table and report of each sample.

mod find;
mod read;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::truth::Truth;
use crate::callers::{Caller, CallerRow};
use breakapart_core::report::{FileError, FileFault, wording};

/// Two files that could both be the sample's result.
fn ambiguous(sample: &str, first: &Path, second: &Path) -> FileError {
    FileError {
        name: format!("sample {sample}"),
        fault: FileFault(format!(
            "both {} and {} could be its result; give only one of them",
            wording::path(first),
            wording::path(second)
        )),
    }
}

/// A sample's called rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The caller.
    pub caller: Caller,
    /// The rows, without discarded ones.
    pub rows: Vec<CallerRow>,
}

/// The results of one sample; each is present, unreadable (with the reason), or missing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SampleResult {
    /// Its calls. One unreadable row makes the whole table unreadable: the rest of a damaged table must not count as
    /// complete.
    pub calls: Option<Result<Calls, String>>,
    /// The name of its conclusion's state, from its report.
    pub report: Option<Result<String, String>>,
}

/// All results by sample.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Results {
    samples: BTreeMap<String, SampleResult>,
    /// Files that belong to no sample of the truth, in alphabetical order.
    pub unused_files: Vec<String>,
}

impl Results {
    /// Results by sample name.
    #[cfg(test)]
    pub fn new(samples: impl IntoIterator<Item = (String, SampleResult)>) -> Self {
        Self {
            samples: samples.into_iter().collect(),
            unused_files: Vec::new(),
        }
    }

    /// The results of one sample.
    pub fn sample(&self, name: &str) -> Option<&SampleResult> {
        self.samples.get(name)
    }

    /// Finds and reads the results of the truth's samples in folders and files.
    ///
    /// # Errors
    /// Paths that cannot be read, two results for one sample; missing or unreadable results are part of the return
    /// value.
    pub fn find(paths: &[PathBuf], truth: &Truth) -> Result<Self, FileError> {
        let names: Vec<&str> = truth.samples.keys().map(String::as_str).collect();
        let found = find::find(paths, &names)?;
        read::read(found, &names)
    }
}
