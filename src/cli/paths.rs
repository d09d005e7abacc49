//! Files as given on a command line: files, folders of them, lists of them.

use std::path::{Path, PathBuf};

use super::Failure;
use breakapart_core::{
    input,
    report::{FileError, entries_of, paths_in, wording},
};

/// Extensions of lists.
const LISTS: [&str; 3] = ["txt", "list", "fofn"];

/// The files of all arguments in order: a folder gives its files with these extensions, sorted by name; a text file
/// (`.txt`, `.list`, `.fofn`) the files that it lists, one per line, with paths relative to its own folder; `#` starts
/// a comment. Each file occurs once, unless the file itself is given twice.
pub(super) fn expanded(arguments: &[PathBuf], endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    for argument in arguments {
        let is_list = argument
            .extension()
            .is_some_and(|ending| LISTS.iter().any(|list| ending.eq_ignore_ascii_case(list)));
        let more = if argument.is_dir() {
            in_folder(argument, endings)?
        } else if is_list && argument.is_file() {
            in_list(argument)?
        } else {
            found.push(argument.clone());
            continue;
        };
        found.extend(more.into_iter().filter(|path| !arguments.contains(path)));
    }
    Ok(found)
}

fn in_folder(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = entries_of(folder).map_err(Failure::input)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // Output of `call --evidence` is not a sample.
        let is_ours = endings.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".evidence.bam");
        is_ours && !name.starts_with('.') && !path.is_dir()
    });
    if paths.is_empty() {
        return Err(Failure::input(format!(
            "{}: has no file that ends with {}",
            wording::path(folder),
            endings.join(", ")
        )));
    }
    Ok(paths)
}

fn in_list(list: &Path) -> Result<Vec<PathBuf>, Failure> {
    let text: Result<String, FileError> = FileError::named(&wording::path(list), || Ok(input::small_text(list)?));
    let text = text.map_err(Failure::input)?;
    let paths = paths_in(list, &text);
    if paths.is_empty() {
        return Err(Failure::input(format!("{}: lists no file", wording::path(list))));
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_lists() {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b.bam", "a.cram", "b.bam.bai", "b.evidence.bam", "notes.md"] {
            std::fs::write(at(name), "").unwrap();
        }
        let all = expanded(&[folder.path().to_owned()], &[".bam", ".cram"]).unwrap();
        assert_eq!(all, [at("a.cram"), at("b.bam")]);
        std::fs::write(at("set.txt"), "# two\nb.bam\n\n/elsewhere/c.bam\n").unwrap();
        let listed = expanded(&[at("a.cram"), at("set.txt")], &[".bam"]).unwrap();
        assert_eq!(listed, [at("a.cram"), at("b.bam"), "/elsewhere/c.bam".into()]);
        assert_eq!(expanded(&[at("set.txt"), at("b.bam")], &[]).unwrap().len(), 2);
        let empty = expanded(&[folder.path().to_owned()], &[".sam"]).unwrap_err();
        assert!(empty.message.ends_with("has no file that ends with .sam"));
        std::fs::write(at("none.list"), "# nothing\n").unwrap();
        assert!(
            expanded(&[at("none.list")], &[])
                .unwrap_err()
                .message
                .contains("lists no file")
        );
        assert_eq!(expanded(&["-".into()], &[]).unwrap(), [PathBuf::from("-")]);
    }
}
