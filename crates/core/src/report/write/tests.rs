use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn write_all(set: &mut OutputSet) {
    for format in Format::DEFAULT {
        set.write_file(format.extension(), format.name().as_bytes()).unwrap();
    }
}

#[test]
fn all_files_appear_at_the_commit_and_none_before() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("new/deep");
    let mut set = OutputSet::open(&folder, "p07", &Format::DEFAULT, false).unwrap();
    write_all(&mut set);
    assert!(
        names(&folder)
            .iter()
            .all(|name| name.starts_with(".p07.") && name.ends_with(".tmp"))
    );
    let paths = set.commit().unwrap();
    assert_eq!(
        names(&folder),
        [
            "p07.breakapart.json",
            "p07.discarded.tsv",
            "p07.fusions.tsv",
            "p07.junctions.fa",
            "p07.report.html"
        ]
    );
    assert_eq!(
        paths.last().unwrap(),
        &folder.join("p07.breakapart.json"),
        "the JSON last"
    );
    assert_eq!(fs::read(folder.join("p07.fusions.tsv")).unwrap(), b"fusions");
}

#[test]
fn a_dropped_set_leaves_neither_files_nor_folders() {
    let root = tempfile::tempdir().unwrap();
    let mut set = OutputSet::open(&root.path().join("new/deep"), "p07", &Format::DEFAULT, false).unwrap();
    write_all(&mut set);
    drop(set);
    assert!(names(root.path()).is_empty());
}

#[test]
fn a_folder_used_by_others_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("new");
    let set = OutputSet::open(&folder, "p07", &Format::DEFAULT, false).unwrap();
    fs::write(folder.join("other"), "x").unwrap();
    drop(set);
    assert_eq!(names(&folder), ["other"]);
}

#[test]
fn existing_outputs_are_refused_without_force_and_replaced_with_it() {
    let root = tempfile::tempdir().unwrap();
    let old = root.path().join("p07.fusions.tsv");
    fs::write(&old, "old").unwrap();
    let error = OutputSet::open(root.path(), "p07", &Format::DEFAULT, false).unwrap_err();
    assert!(matches!(&error, OutputError::Exists { path } if *path == old));
    assert!(error.to_string().contains("add --force"));
    assert_eq!(names(root.path()), ["p07.fusions.tsv"], "nothing left behind");

    let mut set = OutputSet::open(root.path(), "p07", &Format::DEFAULT, true).unwrap();
    write_all(&mut set);
    assert_eq!(fs::read(&old).unwrap(), b"old", "the old one is kept until the commit");
    set.commit().unwrap();
    assert_eq!(fs::read(&old).unwrap(), b"fusions");
}

#[test]
fn a_file_made_in_the_meantime_is_not_overwritten() {
    let root = tempfile::tempdir().unwrap();
    let mut set = OutputSet::open(root.path(), "p07", &Format::DEFAULT, false).unwrap();
    write_all(&mut set);
    let json = root.path().join("p07.breakapart.json");
    fs::write(&json, "theirs").unwrap();
    assert!(matches!(set.commit(), Err(OutputError::Exists { .. })));
    assert_eq!(
        names(root.path()),
        ["p07.breakapart.json"],
        "the files renamed before it are removed"
    );
    assert_eq!(fs::read(&json).unwrap(), b"theirs");
}

#[test]
fn a_file_where_a_folder_is_needed_is_an_error_before_the_work() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    for folder in [file.clone(), file.join("below")] {
        let error = OutputSet::open(&folder, "p07", &Format::DEFAULT, false).unwrap_err();
        assert!(matches!(error, OutputError::Folder { .. }));
        let line = error.to_string();
        assert!(
            line.starts_with(&folder.display().to_string()) && line.contains("--output-dir"),
            "{line}"
        );
        assert!(!line.contains('\n'));
    }
    assert_eq!(fs::read(&file).unwrap(), b"x");
}

#[test]
fn a_folder_with_an_outputs_name_is_an_error_even_with_force() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("p07.breakapart.json")).unwrap();
    let error = OutputSet::open(root.path(), "p07", &Format::DEFAULT, true).unwrap_err();
    assert!(matches!(error, OutputError::InTheWay { .. }));
}

#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_folder_is_an_error_before_the_work() {
    // Even root can't make a file in /proc.
    let error = OutputSet::open(Path::new("/proc"), "p07", &Format::DEFAULT, false).unwrap_err();
    assert!(matches!(error, OutputError::NotWritable { .. }), "{error}");
}

#[test]
fn a_folder_that_vanishes_is_an_error_at_the_commit() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("out");
    let mut set = OutputSet::open(&folder, "p07", &Format::DEFAULT, false).unwrap();
    write_all(&mut set);
    fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(set.commit(), Err(OutputError::Rename { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_with_the_files_name() {
    let root = tempfile::tempdir().unwrap();
    let mut set = OutputSet::open(root.path(), "p07", &[Format::Json], false).unwrap();
    // The full device replaces the temporary file's disk.
    let full = File::options().write(true).open("/dev/full").unwrap();
    let path = tempfile::NamedTempFile::new_in(root.path()).unwrap().into_temp_path();
    set.pending[0].file = NamedTempFile::from_parts(full, path);
    let error = set.write_file(Format::Json.extension(), b"x").unwrap_err();
    assert!(matches!(error, OutputError::Write { .. }));
    let line = error.to_string();
    assert!(
        line.contains("p07.breakapart.json") && line.contains("nothing was kept"),
        "{line}"
    );
    drop(set);
    assert!(names(root.path()).is_empty());
}

#[test]
fn a_format_that_was_not_opened_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let set = OutputSet::open(root.path(), "p07", &[Format::Json], false).unwrap();
    assert!(matches!(
        set.write_file(Format::Text.extension(), b"x"),
        Err(OutputError::NotOpened { .. })
    ));
}

#[test]
fn hostile_sample_names_stay_inside_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("out");
    for sample in ["../../escape", "a/b", "..", "\n", &"x".repeat(10_000)] {
        let set = OutputSet::open(&folder, sample, &[Format::Json], false).unwrap();
        set.write_file(Format::Json.extension(), b"{}").unwrap();
        let paths = set.commit().unwrap();
        assert_eq!(paths[0].parent().unwrap(), folder);
    }
    assert_eq!(names(root.path()), ["out"]);
    assert_eq!(names(&folder).len(), 5);
}

#[cfg(unix)]
#[test]
fn outputs_are_as_readable_as_the_umask_says() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let plain = root.path().join("plain");
    fs::write(&plain, "x").unwrap();
    let set = OutputSet::open(root.path(), "p07", &[Format::Json], false).unwrap();
    set.write_file(Format::Json.extension(), b"{}").unwrap();
    let paths = set.commit().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&paths[0]), mode(&plain));
}
