//! Finds and reads each sample's result table and report.

mod find;
mod read;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::truth::Truth;
use crate::callers::{Caller, CallerRow};
use breakapart_core::report::{FileError, FileFault, wording};

/// Two files that could each be the sample's result.
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
    /// Whose they are.
    pub caller: Caller,
    /// The rows, discarded ones left out.
    pub rows: Vec<CallerRow>,
}

/// One sample's results; each is there, can't be read (and why), or is missing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SampleResult {
    /// Its calls. One row that can't be read makes the whole table so: the rest of a damaged table must not pass for the
    /// whole.
    pub calls: Option<Result<Calls, String>>,
    /// The word of its conclusion's state, as its report states it.
    pub report: Option<Result<String, String>>,
}

/// All results by sample.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Results {
    samples: BTreeMap<String, SampleResult>,
    /// Files of no sample of the truth, in alphabetical order.
    pub unused_files: Vec<String>,
}

impl Results {
    /// Results by sample's name.
    #[cfg(test)]
    pub fn new(samples: impl IntoIterator<Item = (String, SampleResult)>) -> Self {
        Self {
            samples: samples.into_iter().collect(),
            unused_files: Vec::new(),
        }
    }

    /// One sample's.
    pub fn sample(&self, name: &str) -> Option<&SampleResult> {
        self.samples.get(name)
    }

    /// Finds and reads the results of the truth's samples in folders and files.
    ///
    /// # Errors
    /// Paths that can't be read, two results of one sample; what is missing or can't be read is stated in the result.
    pub fn find(paths: &[PathBuf], truth: &Truth) -> Result<Self, FileError> {
        let names: Vec<&str> = truth.samples.keys().map(String::as_str).collect();
        let found = find::find(paths, &names)?;
        read::read(found, &names)
    }
}
