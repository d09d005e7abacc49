//! Finds report files: files as given, all of a folder, or those in a list.

use std::path::{Path, PathBuf};

use breakapart_core::report::{FileError, FileFault, entries_of, paths_in, wording};

/// End of a report file's name.
pub(crate) const REPORT_ENDING: &str = ".breakapart.json";
/// Deepest subfolder level that is searched.
const DEPTH_MAX: usize = 8;
/// Largest list of files, bytes.
const LIST_MAX: u64 = 64 << 20;

/// The report files of all arguments, in the order of the arguments, those of a folder sorted by name; each once.
///
/// A folder gives every `*.breakapart.json` at or below it. A file whose name ends in `.json` is a report; any other
/// file is a list of reports, one per line, with paths relative to the list's own folder; `#` starts a comment.
///
/// # Errors
/// [`FileError`] for the first argument that is none of these. A listed report that does not exist is no error here:
/// reading it gives one.
pub(crate) fn find(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    for argument in arguments {
        let is_report = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        if argument.is_dir() {
            let before = found.len();
            in_folder(argument, 0, &mut found)?;
            if found.len() == before {
                return FileError::named(&wording::path(argument), || {
                    Err(FileFault(format!("has no {REPORT_ENDING} file")))
                });
            }
        } else if is_report(argument) {
            found.push(argument.clone());
        } else {
            found.extend(FileError::of_bytes(argument, LIST_MAX, |bytes| {
                in_list(argument, bytes)
            })?);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

fn in_folder(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), FileError> {
    for path in entries_of(folder)? {
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

fn in_list(list: &Path, bytes: &[u8]) -> Result<Vec<PathBuf>, FileFault> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0') && !text.trim_start().starts_with('{'))
        .ok_or_else(|| FileFault("is neither a report, a folder, nor a list of report files, one a line".to_owned()))?;
    Ok(paths_in(list, text))
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        let fault = |name: &str| find(&[at(name)]).unwrap_err().fault.to_string();
        assert!(fault("binary").starts_with("is neither a report, a folder, nor a list"));
        fs::create_dir(at("none")).unwrap();
        assert_eq!(fault("none"), "has no .breakapart.json file");
        assert!(fault("nowhere").starts_with("no such file"));
    }
}
