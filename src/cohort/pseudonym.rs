//! Names replaced by pseudonyms; the key stays with the trial.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use thiserror::Error;

use super::problem::Problem;
use super::roster::Roster;
use crate::report::wording;

/// Why the key can't be used.
#[derive(Debug, Error)]
pub enum PseudonymError {
    /// Can't be read.
    #[error("{name}: can't be read: {problem}")]
    Read {
        /// The file.
        name: String,
        /// What the system said.
        problem: String,
    },
    /// Can't be written.
    #[error("{name}: can't be written: {problem}")]
    Write {
        /// The file.
        name: String,
        /// What the system said.
        problem: String,
    },
    /// A row that is no kind, name and pseudonym, or contradicts another.
    #[error("{name}, line {line}: {problem}; the columns are kind, name, pseudonym")]
    Row {
        /// The file.
        name: String,
        /// The line, 1-based.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

/// What a name stands for.
const KINDS: [(&str, &str); 4] = [("patient", "P"), ("sample", "S"), ("family", "F"), ("run", "R")];

/// The key: pseudonyms by kind and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pseudonyms {
    by_name: BTreeMap<(String, String), String>,
    taken: BTreeSet<(String, String)>,
}

impl Pseudonyms {
    /// Reads a key; a file that is not there is an empty one.
    ///
    /// # Errors
    /// [`PseudonymError`].
    pub fn read(path: &Path) -> Result<Self, PseudonymError> {
        let name = wording::path(path);
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                return Err(PseudonymError::Read {
                    name,
                    problem: wording::clean(&error.to_string()),
                });
            }
        };
        let mut key = Self::default();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        for record in reader.records() {
            let failed = |line: u64, problem: &str| PseudonymError::Row {
                name: name.clone(),
                line,
                problem: problem.to_owned(),
            };
            let record = record.map_err(|error| failed(0, &wording::clean(&error.to_string())))?;
            let line = record.position().map_or(0, csv::Position::line);
            let (Some(kind), Some(original), Some(pseudonym)) = (record.get(0), record.get(1), record.get(2)) else {
                return Err(failed(line, "has fewer than three cells"));
            };
            if !KINDS.iter().any(|(known, _)| *known == kind) || pseudonym.is_empty() {
                return Err(failed(
                    line,
                    "kind is none of patient, sample, family, run, or the pseudonym is empty",
                ));
            }
            let is_new = key.taken.insert((kind.to_owned(), pseudonym.to_owned()));
            let before = key
                .by_name
                .insert((kind.to_owned(), original.to_owned()), pseudonym.to_owned());
            if !is_new || before.is_some() {
                return Err(failed(line, "the name or the pseudonym stands twice"));
            }
        }
        Ok(key)
    }

    /// The pseudonym of a name; a new one where it has none. The numbers follow the order in which names
    /// are asked for. An empty name stays empty.
    fn of(&mut self, kind: usize, name: &str) -> String {
        let (Some((kind, letter)), false) = (KINDS.get(kind), name.is_empty()) else {
            return String::new();
        };
        let at = ((*kind).to_owned(), name.to_owned());
        if let Some(known) = self.by_name.get(&at) {
            return known.clone();
        }
        let mut number = self.by_name.keys().filter(|(k, _)| k == kind).count() + 1;
        let pseudonym = loop {
            let candidate = format!("{letter}{number:04}");
            if self.taken.insert(((*kind).to_owned(), candidate.clone())) {
                break candidate;
            }
            number += 1;
        };
        self.by_name.insert(at, pseudonym.clone());
        pseudonym
    }

    /// Replaces every name of a roster; other columns of the sheet go, but those in `carry`; file names and
    /// free text of problems go.
    pub fn apply(&mut self, roster: &mut Roster, carry: &[String]) {
        for patient in &mut roster.patients {
            patient.id = self.of(0, &patient.id);
            patient.family_id = self.of(2, &patient.family_id);
            for member in &mut patient.members {
                member.sample = self.of(1, &member.sample);
                member.run = self.of(3, &member.run);
                member.file.clear();
            }
        }
        let kept: Vec<bool> = roster.extra_columns.iter().map(|title| carry.contains(title)).collect();
        let keep = |cells: &mut Vec<String>| {
            let mut flags = kept.iter();
            cells.retain(|_| flags.next().copied().unwrap_or(false));
        };
        for patient in &mut roster.patients {
            keep(&mut patient.extra);
        }
        keep(&mut roster.extra_columns);
        for problem in &mut roster.problems {
            let Problem {
                patient, sample, file, ..
            } = problem;
            *patient = self.of(0, patient);
            *sample = self.of(1, sample);
            // Without its name a broken file can't be found: the line says how many there are, and the
            // terminal names them.
            file.clear();
            problem.detail = "left out under pseudonyms".to_owned();
        }
        roster.patients.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// Writes the key, readable by its owner alone.
    ///
    /// # Errors
    /// [`PseudonymError::Write`].
    pub fn write(&self, path: &Path) -> Result<(), PseudonymError> {
        let failed = |problem: String| PseudonymError::Write {
            name: wording::path(path),
            problem: wording::clean(&problem),
        };
        let mut table = csv::Writer::from_writer(Vec::new());
        table
            .write_record(["kind", "name", "pseudonym"])
            .map_err(|error| failed(error.to_string()))?;
        for ((kind, name), pseudonym) in &self.by_name {
            table
                .write_record([kind, name, pseudonym])
                .map_err(|error| failed(error.to_string()))?;
        }
        let bytes = table.into_inner().map_err(|error| failed(error.to_string()))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // Private by default, and whole or not at all: without its key a table can't be read again.
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| failed(error.to_string()))?;
        std::io::Write::write_all(&mut file, &bytes).map_err(|error| failed(error.to_string()))?;
        file.persist(path)
            .map(|_| ())
            .map_err(|error| failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::roster::{Member, Patient};

    fn roster() -> Roster {
        Roster {
            patients: vec![Patient {
                id: "Anna".to_owned(),
                family_id: "Smith".to_owned(),
                extra: vec!["1.2.2020".to_owned(), "CNS1".to_owned()],
                members: vec![Member {
                    sample: "Anna_BM".to_owned(),
                    file: "Anna_BM.breakapart.json".to_owned(),
                    run: "Anna_run".to_owned(),
                    ..Member::default()
                }],
                ..Patient::default()
            }],
            extra_columns: vec!["born".to_owned(), "cns".to_owned()],
            problems: vec![Problem::of_row(
                "impossible-age",
                "Anna",
                "Anna_BM",
                2,
                "age_days: Anna".to_owned(),
            )],
        }
    }

    #[test]
    fn no_name_is_left_and_the_key_holds_them_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.csv");
        let mut first = roster();
        let mut key = Pseudonyms::read(&path).unwrap();
        key.apply(&mut first, &["cns".to_owned()]);
        key.write(&path).unwrap();
        let text = format!("{first:?}");
        for name in ["Anna", "Smith", "2020"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
        assert_eq!(first.extra_columns, ["cns"]);
        assert_eq!(first.patients[0].extra, ["CNS1"]);
        // Another day: the same pseudonyms.
        let mut second = roster();
        Pseudonyms::read(&path).unwrap().apply(&mut second, &["cns".to_owned()]);
        assert_eq!(first.patients, second.patients);
    }

    #[test]
    fn a_key_that_contradicts_itself_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.csv");
        for rows in [
            "patient,a,P1\npatient,b,P1\n",
            "patient,a,P1\npatient,a,P2\n",
            "x,a,P1\n",
            "patient,a\n",
        ] {
            std::fs::write(&path, format!("kind,name,pseudonym\n{rows}")).unwrap();
            assert!(
                matches!(Pseudonyms::read(&path), Err(PseudonymError::Row { .. })),
                "{rows}"
            );
        }
    }
}
