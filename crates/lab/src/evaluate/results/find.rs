//! Which file is which sample's.
//!
//! A file belongs to the sample whose name it starts with, a point following (the longest such name),
//! or to the one whose name the folder it lies in has. Names are compared as given and as made safe for
//! file names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use breakapart_core::report::{FileError, entries_of, safe_file_stem, wording};

/// What a file may be, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `.fusions.tsv`: ours or Arriba's.
    Fusions,
    /// `.tsv`.
    Plain,
    /// STAR-Fusion's predictions with coding effect, which hold the frame.
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
    /// Tables and reports by sample; several of one kind are settled when they are read.
    pub(super) files: BTreeMap<String, BTreeSet<(Kind, PathBuf)>>,
    /// Files given one by one that no sample's name fits: tables of several samples, perhaps.
    pub(super) shared: BTreeSet<PathBuf>,
    /// Tables and reports in folders that no sample's name fits.
    pub(super) unused: BTreeSet<PathBuf>,
}

/// What a file's name says it is, the sample's name taken off; `None` for what is no result.
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

/// The samples by what their files' names may start with.
struct Names(BTreeMap<String, String>);

impl Names {
    fn new(samples: &[&str]) -> Self {
        let safe = samples.iter().map(|name| (safe_file_stem(name), (*name).to_owned()));
        let given = samples.iter().map(|name| ((*name).to_owned(), (*name).to_owned()));
        Self(safe.chain(given).collect())
    }

    /// The sample and what follows its name.
    fn of<'a>(&self, file: &'a str) -> Option<(&str, &'a str)> {
        // The longest name first: `a.b.tsv` is of sample `a.b` where there is one, else of `a`.
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
    /// Takes a file whose name starts with a sample's.
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
