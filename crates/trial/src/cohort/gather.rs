//! Reads report files into digests. Each thread has one report in memory at a time.

use std::{
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::digest::SampleDigest;
use super::problem::Problem;
use breakapart_core::report::{ReadFault, ReadLimits, SampleReport, start_of, wording};

/// A report file, or one assay of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gathered {
    /// The file.
    pub path: PathBuf,
    /// Its digest.
    pub digest: SampleDigest,
    /// Hash of its bytes, to recognise copies.
    pub content: u64,
}

impl Gathered {
    /// Base name of the file.
    pub(crate) fn name(&self) -> String {
        base_name(&self.path)
    }

    /// What is wrong with it.
    pub(crate) fn problem(&self, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            file: self.name(),
            sample: self.digest.sample.clone(),
            ..Problem::new(code, detail)
        }
    }
}

fn base_name(path: &Path) -> String {
    wording::clean(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// The digests in the order of the files, and the unusable files.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Reports, one for each assay.
    pub reports: Vec<Gathered>,
    /// Number of files used.
    pub file_count: usize,
    /// Unusable files, one problem each.
    pub problems: Vec<Problem>,
}

/// Reads `files`. `window`: bases kept around each junction.
pub(crate) fn gather(files: &[PathBuf], window: Option<usize>) -> Reading {
    let results: Vec<Result<Vec<Gathered>, ReadFault>> = files.par_iter().map(|path| one(path, window)).collect();
    let mut reading = Reading::default();
    for (path, result) in files.iter().zip(results) {
        match result {
            Ok(gathered) => {
                reading.file_count += 1;
                reading.reports.extend(gathered);
            }
            Err(fault) => {
                let code = match fault {
                    ReadFault::NewerMajor { .. } => "newer-schema",
                    ReadFault::Contradiction(_) => "contradictory-report",
                    _ => "unreadable-report",
                };
                reading.problems.push(Problem {
                    file: base_name(path),
                    ..Problem::new(code, wording::clean(&fault.to_string()))
                });
            }
        }
    }
    reading
}

fn one(path: &Path, window: Option<usize>) -> Result<Vec<Gathered>, ReadFault> {
    let limits = ReadLimits::default();
    let bytes = start_of(path, limits.max_bytes.saturating_add(1))?;
    let report = SampleReport::from_bytes(&bytes, "", limits).map_err(|error| error.fault)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let content = hasher.finish();
    let digests = SampleDigest::parts(&report, window).into_iter();
    let gathered = digests.map(|digest| Gathered {
        path: path.to_owned(),
        digest,
        content,
    });
    Ok(gathered.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;
    use breakapart_core::report::json;

    #[test]
    fn broken_files_are_named_and_the_rest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let text = String::from_utf8(json::render(&example::fusion()).unwrap()).unwrap();
        std::fs::write(at("a.breakapart.json"), &text).unwrap();
        std::fs::write(at("cut.breakapart.json"), &text[..text.len() / 2]).unwrap();
        let newer = text.replacen(breakapart_core::report::SCHEMA_VERSION, "9.0.0", 1);
        std::fs::write(at("newer.breakapart.json"), newer).unwrap();
        std::fs::write(at("b.breakapart.json"), json::render(&example::ptd()).unwrap()).unwrap();
        let files: Vec<PathBuf> = ["a", "cut", "newer", "absent", "b"]
            .iter()
            .map(|name| at(&format!("{name}.breakapart.json")))
            .collect();
        let first = gather(&files, Some(25));
        assert_eq!(first.reports.len(), 2);
        let codes: Vec<(&str, &str)> = first.problems.iter().map(|p| (p.code, p.file.as_str())).collect();
        assert_eq!(
            codes,
            [
                ("unreadable-report", "cut.breakapart.json"),
                ("newer-schema", "newer.breakapart.json"),
                ("unreadable-report", "absent.breakapart.json"),
            ]
        );
        assert!(
            first
                .problems
                .iter()
                .all(|p| !p.detail.contains(folder.path().to_str().unwrap()))
        );
    }
}
