//! Files as given on a command line: files, folders of them, lists of them.

use std::path::{Path, PathBuf};

use super::Failure;
use breakapart_core::report::wording;

/// Endings of a list's name.
const LISTS: [&str; 3] = ["txt", "list", "fofn"];
/// Largest list that is read (bytes).
const LIST_MAX: u64 = 64 << 20;

/// The files of all arguments in their order: a folder gives those in it whose names end so, by name; a text file
/// (`.txt`, `.list`, `.fofn`) those that it names, one a line, paths relative to its own folder, `#` begins a remark.
/// Each file stands once, but for one that is itself given twice.
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

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("{}: can't be read: {error}", wording::path(path)))
}

fn in_folder(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| failed(folder, &e))? {
        let path = entry.map_err(|e| failed(folder, &e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // What `call --evidence` wrote is no sample.
        let is_ours = endings.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".evidence.bam");
        if is_ours && !name.starts_with('.') && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(Failure::input(format!(
            "{}: holds no file that ends with {}",
            wording::path(folder),
            endings.join(", ")
        )));
    }
    Ok(paths)
}

fn in_list(list: &Path) -> Result<Vec<PathBuf>, Failure> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(list)
        .and_then(|file| file.take(LIST_MAX).read_to_string(&mut text))
        .map_err(|e| failed(list, &e))?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let named = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let paths: Vec<PathBuf> = named.map(|line| folder.join(line)).collect();
    if paths.is_empty() {
        return Err(Failure::input(format!("{}: names no file", wording::path(list))));
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
        assert!(empty.message.ends_with("holds no file that ends with .sam"));
        std::fs::write(at("none.list"), "# nothing\n").unwrap();
        assert!(
            expanded(&[at("none.list")], &[])
                .unwrap_err()
                .message
                .contains("names no file")
        );
        assert_eq!(expanded(&["-".into()], &[]).unwrap(), [PathBuf::from("-")]);
    }
}
