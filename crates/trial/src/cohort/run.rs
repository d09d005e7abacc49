//! Assigns samples to sequencing runs: by the platform units of their reports, or by a table.

use std::collections::BTreeMap;
use std::path::Path;

use breakapart_core::{
    input,
    report::{FileError, FileFault, wording},
};

/// Shortest flow cell name (characters): `C0LP7ACXX`, `000000000-ABCDE`, `FAO12345`. Shorter ones are lanes, or
/// placeholders that a pipeline writes for every sample (`unit1`, `1`).
const FLOW_CELL_MIN: usize = 6;
/// Shortest index at the end of a platform unit (bases).
const INDEX_MIN: usize = 6;

/// The run of a platform unit (`@RG PU`) without lane and index: `HFLT3DSXX` for `HFLT3DSXX.1.ACGTACGT`,
/// `HFLT3DSXX_L001` or `A00123:45:HFLT3DSXX:1`. `None` if it contains no flow cell.
pub(crate) fn of_unit(unit: &str) -> Option<String> {
    let is_lane = |word: &str| {
        let digits = word.strip_prefix(['L', 'l']).unwrap_or(word);
        !digits.is_empty() && digits.len() <= 3 && digits.chars().all(|c| c.is_ascii_digit())
    };
    let is_index = |word: &str| word.len() >= INDEX_MIN && word.chars().all(|c| "ACGTN+".contains(c));
    let unit = wording::clean(unit);
    let mut rest = unit.trim();
    while let Some((before, word)) = rest.rsplit_once(['.', ':', '_', '-', '+', ' ']) {
        if !(word.is_empty() || is_lane(word) || is_index(word)) {
            break;
        }
        rest = before;
    }
    let named = rest.chars().count() >= FLOW_CELL_MIN
        && rest.chars().any(|c| c.is_ascii_digit())
        && rest.chars().any(|c| c.is_ascii_uppercase())
        && !is_index(rest);
    named.then(|| wording::shortened(rest, 100))
}

/// Reads a table of samples and runs: two columns, `sample` and `run`, separated by tab, comma or semicolon; a sample
/// may occur in several runs.
///
/// # Errors
/// A file that cannot be read, or a line without two cells.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Vec<String>>, FileError> {
    FileError::named(&wording::path(path), || runs(&input::small_text(path)?))
}

fn runs(text: &str) -> Result<BTreeMap<String, Vec<String>>, FileFault> {
    let wrong = |number: usize, what: &str| Err(FileFault(format!("line {}: {what}", number + 1)));
    let mut runs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<String> = line
            .split(['\t', ',', ';'])
            .map(|cell| wording::clean(cell).trim().trim_matches('"').to_owned())
            .collect();
        let [sample, run] = cells.as_slice() else {
            return wrong(number, "two columns are needed, sample and run");
        };
        if sample.eq_ignore_ascii_case("sample") && run.eq_ignore_ascii_case("run") {
            continue;
        }
        if sample.is_empty() || run.is_empty() {
            return wrong(number, "sample and run must not be empty");
        }
        let of = runs.entry(sample.clone()).or_default();
        if !of.contains(run) {
            of.push(run.clone());
        }
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_names_its_flow_cell() {
        for (unit, run) in [
            ("HFLT3DSXX.1.ACGTACGT", Some("HFLT3DSXX")),
            ("HFLT3DSXX.2.TTGCATGC+AACCGGTT", Some("HFLT3DSXX")),
            ("HFLT3DSXX_L001", Some("HFLT3DSXX")),
            ("A00123:45:HFLT3DSXX:1", Some("A00123:45:HFLT3DSXX")),
            ("000000000-ABC12.1", Some("000000000-ABC12")),
            ("H0164ALXX140820.2", Some("H0164ALXX140820")),
            ("unit1", None),
            ("1", None),
            ("L001", None),
            ("ACGTACGTAC", None),
            ("", None),
            ("none", None),
        ] {
            assert_eq!(of_unit(unit).as_deref(), run, "{unit}");
        }
    }

    #[test]
    fn a_table_gives_runs_by_sample() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.tsv");
        std::fs::write(&path, "sample\trun\n# a remark\na\tr1\nb\tr1\na\tr2\n").unwrap();
        let runs = read(&path).unwrap();
        assert_eq!(runs["a"], ["r1", "r2"]);
        assert_eq!(runs["b"], ["r1"]);
        std::fs::write(&path, "a\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("line 1"));
        assert!(read(&folder.path().join("absent")).is_err());
    }
}
