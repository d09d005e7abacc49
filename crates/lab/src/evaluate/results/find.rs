//! Assigns files to samples.
//!
//! A file belongs to the sample whose name, followed by a dot, it starts with (the longest such name), or to the one
//! named as its folder. Names are compared as given and in their file-name-safe form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use breakapart_core::report::{FileError, entries_of, safe_file_stem, wording};

/// Kinds of files, the most certain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `.fusions.tsv`: ours or Arriba's.
    Fusions,
    /// `.tsv`.
    Plain,
    /// STAR-Fusion's predictions with coding effect, which include the frame.
    CodingEffect,
    /// STAR-Fusion's predictions.
    Predictions,
    /// The same, abridged.
    Abridged,
    /// Any other table.
    Other,
    /// A report.
    Report,
}

/// Files found for the samples.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Tables and reports by sample; several of one kind are resolved when they are read.
    pub(super) files: BTreeMap<String, BTreeSet<(Kind, PathBuf)>>,
    /// Individually given files that match no sample name: possibly tables of several samples.
    pub(super) shared: BTreeSet<PathBuf>,
    /// Tables and reports in folders that match no sample name.
    pub(super) unused: BTreeSet<PathBuf>,
}

/// The kind of a file from its name without the sample's name; `None` if it is no result.
fn kind(rest: &str) -> Option<Kind> {
    let rest = rest.to_ascii_lowercase();
    if rest.contains("discarded") {
        return None;
    }
    if rest.ends_with(".json") {
        return Some(Kind::Report);
    }
    let table = rest.strip_suffix(".gz").unwrap_or(&rest);
    if ![".tsv", ".txt", ".csv"].iter().any(|end| table.ends_with(end)) {
        return None;
    }
    Some(match table {
        ".fusions.tsv" | "fusions.tsv" => Kind::Fusions,
        ".tsv" => Kind::Plain,
        _ if table.ends_with("coding_effect.tsv") => Kind::CodingEffect,
        _ if table.ends_with("fusion_predictions.tsv") => Kind::Predictions,
        _ if table.ends_with("abridged.tsv") => Kind::Abridged,
        _ => Kind::Other,
    })
}

/// The samples by possible prefixes of their file names.
struct Names(BTreeMap<String, String>);

impl Names {
    fn new(samples: &[&str]) -> Self {
        let safe = samples.iter().map(|name| (safe_file_stem(name), (*name).to_owned()));
        let given = samples.iter().map(|name| ((*name).to_owned(), (*name).to_owned()));
        Self(safe.chain(given).collect())
    }

    /// The sample and the rest of the file name.
    fn of<'a>(&self, file: &'a str) -> Option<(&str, &'a str)> {
        // The longest name first: `a.b.tsv` belongs to sample `a.b` if there is one, else to `a`.
        file.rmatch_indices('.').find_map(|(point, _)| {
            let (start, rest) = file.split_at_checked(point)?;
            Some((self.0.get(start)?.as_str(), rest))
        })
    }
}

/// Finds files of the samples.
pub(super) fn find(paths: &[PathBuf], samples: &[&str]) -> Result<Found, FileError> {
    let names = Names::new(samples);
    let mut found = Found::default();
    for path in paths {
        if !FileError::named(&wording::path(path), || Ok(fs::metadata(path)?.is_dir()))? {
            if !found.take(path, &names) {
                found.shared.insert(path.clone());
            }
            continue;
        }
        for entry in entries_of(path)? {
            if !entry.is_dir() {
                if !found.take(&entry, &names) {
                    found.leave(entry);
                }
                continue;
            }
            let Some(sample) = file_name(&entry).and_then(|name| names.0.get(name)) else {
                continue;
            };
            for inner in entries_of(&entry)? {
                if !inner.is_dir() && !found.take(&inner, &names) {
                    let rest = file_name(&inner).unwrap_or_default().to_owned();
                    found.put(sample, inner, &rest);
                }
            }
        }
    }
    Ok(found)
}

impl Found {
    /// Accepts a file whose name starts with a sample's name.
    fn take(&mut self, path: &Path, names: &Names) -> bool {
        let Some((sample, rest)) = file_name(path).and_then(|file| names.of(file)) else {
            return false;
        };
        self.put(sample, path.to_owned(), rest);
        true
    }

    fn put(&mut self, sample: &str, path: PathBuf, rest: &str) {
        if let Some(kind) = kind(rest) {
            self.files.entry(sample.to_owned()).or_default().insert((kind, path));
        }
    }

    fn leave(&mut self, path: PathBuf) {
        if file_name(&path).and_then(kind).is_some() {
            self.unused.insert(path);
        }
    }
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}
