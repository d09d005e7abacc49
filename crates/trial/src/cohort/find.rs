//! Which report files there are: files as given, all of a folder, or those that a list names.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use breakapart_core::report::{start_of, wording};

/// End of a report file's name.
pub(crate) const REPORT_ENDING: &str = ".breakapart.json";
/// Deepest folder below the one given that is looked into.
const DEPTH_MAX: usize = 8;
/// Largest list of files, bytes.
const LIST_MAX: u64 = 64 << 20;

/// Why an argument can't be used.
#[derive(Debug, Error)]
pub enum FindError {
    /// Can't be read.
    #[error("{name}: can't be read: {problem}")]
    Read {
        /// The argument.
        name: String,
        /// What the system said.
        problem: String,
    },
    /// A folder without reports.
    #[error("{name}: has no {REPORT_ENDING} file")]
    NoReports {
        /// The folder.
        name: String,
    },
    /// A list that is no text.
    #[error("{name}: is neither a report, a folder, nor a list of report files, one a line")]
    NotAList {
        /// The file.
        name: String,
    },
}

/// The report files of all arguments, in the order of the arguments, those of a folder by name; each once.
///
/// A folder gives every `*.breakapart.json` at or below it. A file whose name ends in `.json` is a report;
/// any other file is a list of reports, one a line, paths relative to the list's own folder; `#` begins a
/// remark.
///
/// # Errors
/// [`FindError`] for the first argument that is none of the three. A report that a list names and that is
/// not there is no error here: reading it is one.
pub(crate) fn find(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, FindError> {
    let mut found = Vec::new();
    for argument in arguments {
        if argument.is_dir() {
            let before = found.len();
            in_folder(argument, 0, &mut found)?;
            if found.len() == before {
                return Err(FindError::NoReports {
                    name: wording::path(argument),
                });
            }
        } else if argument
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
        {
            found.push(argument.clone());
        } else {
            in_list(argument, &mut found)?;
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

fn in_folder(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), FindError> {
    let failed = |error: std::io::Error| FindError::Read {
        name: wording::path(folder),
        problem: wording::clean(&error.to_string()),
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for path in entries {
        let is_report = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with(REPORT_ENDING));
        if is_report && path.is_file() {
            found.push(path);
        } else if depth < DEPTH_MAX && path.is_dir() && !path.is_symlink() {
            in_folder(&path, depth + 1, found)?;
        }
    }
    Ok(())
}

fn in_list(list: &Path, found: &mut Vec<PathBuf>) -> Result<(), FindError> {
    let text = start_of(list, LIST_MAX).map_err(|error| FindError::Read {
        name: wording::path(list),
        problem: wording::clean(&error.to_string()),
    })?;
    let text = String::from_utf8(text)
        .ok()
        .filter(|text| !text.contains('\0') && !text.trim_start().starts_with('{'))
        .ok_or_else(|| FindError::NotAList {
            name: wording::path(list),
        })?;
    let folder = list.parent().unwrap_or(Path::new(""));
    found.extend(
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| folder.join(line)),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_lists() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        for name in [
            "b.breakapart.json",
            "a.breakapart.json",
            "sub/c.breakapart.json",
            "other.json",
        ] {
            fs::write(at(name), "{}").unwrap();
        }
        let names = |paths: Vec<PathBuf>| -> Vec<String> {
            let name = |p: PathBuf| p.file_name().unwrap().to_string_lossy().into_owned();
            paths.into_iter().map(name).collect()
        };
        let all = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(
            names(all),
            ["a.breakapart.json", "b.breakapart.json", "c.breakapart.json"]
        );
        fs::write(
            at("list.txt"),
            "# trial\nb.breakapart.json\n\n absent.breakapart.json \n",
        )
        .unwrap();
        let listed = find(&[at("list.txt"), at("b.breakapart.json"), at("other.json")]).unwrap();
        assert_eq!(
            names(listed),
            ["b.breakapart.json", "absent.breakapart.json", "other.json"]
        );
        fs::write(at("binary"), [0_u8, 1, 2]).unwrap();
        assert!(matches!(find(&[at("binary")]), Err(FindError::NotAList { .. })));
        fs::create_dir(at("none")).unwrap();
        assert!(matches!(find(&[at("none")]), Err(FindError::NoReports { .. })));
        assert!(matches!(find(&[at("nowhere")]), Err(FindError::Read { .. })));
    }
}
