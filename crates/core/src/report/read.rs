//! Reads a report from a file or from bytes. The content is untrusted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use thiserror::Error;

use super::consistent;
use super::schema::{SCHEMA_VERSION, SampleReport};
use super::wording;

/// Limits on input size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Largest file, in bytes. The default is 256 MiB: a report of a thousand junctions with 200
    /// supporting rows each is far smaller.
    pub max_bytes: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { max_bytes: 256 << 20 }
    }
}

/// Why a file can't be used.
#[derive(Debug, Error)]
#[error("{name}: {fault}")]
pub struct FileError<F: std::error::Error = FileFault> {
    /// The file, or a name in its place.
    pub name: String,
    /// What is wrong with it.
    pub fault: F,
}

impl<F: std::error::Error> FileError<F> {
    /// The result of `read`; an error gets the name of the file.
    pub fn named<T>(name: &str, read: impl FnOnce() -> Result<T, F>) -> Result<T, Self> {
        read().map_err(|fault| Self {
            name: name.to_owned(),
            fault,
        })
    }

    /// The result of `read` on a file's bytes, of which it gets at most `most` and one more.
    pub fn of_bytes<T>(path: &Path, most: u64, read: impl FnOnce(&[u8]) -> Result<T, F>) -> Result<T, Self>
    where
        F: From<std::io::Error>,
    {
        let bytes = || Ok(start_of(path, most.saturating_add(1))?);
        Self::named(&wording::path(path), || bytes().and_then(|bytes| read(&bytes)))
    }
}

/// A fault that needs no type of its own: a few words, and what to do.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct FileFault(pub String);

impl From<std::io::Error> for FileFault {
    fn from(error: std::io::Error) -> Self {
        Self(unreadable(&error))
    }
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file; check the path".to_owned(),
        _ => format!("can't be read: {error}"),
    }
}

/// Why a report could not be read.
pub type ReadError = FileError<ReadFault>;

/// What is wrong with a report's file.
#[derive(Debug, Error)]
pub enum ReadFault {
    /// The file can't be opened or read.
    #[error("{}", unreadable(.0))]
    Open(#[from] std::io::Error),
    /// More bytes than this limit.
    #[error("larger than {0} bytes, so it is not a report; give the file that `breakapart call` wrote")]
    TooLarge(u64),
    /// Not JSON, or not the JSON of a report: what was found, with line and column.
    #[error("not a breakapart report: {0}; give the SAMPLE.breakapart.json that `breakapart call` wrote")]
    NotAReport(String),
    /// A major version that this program doesn't know.
    #[error(
        "report of schema version {found}; this breakapart reads {SCHEMA_VERSION} and other versions {supported_major}.x: \
         use a newer breakapart, or run `breakapart call` again with this one"
    )]
    NewerMajor {
        /// The version found.
        found: String,
        /// The major version that is read.
        supported_major: u64,
    },
    /// The state contradicts the report's events and findings: what contradicts what.
    #[error("the report contradicts itself: {0}; it was changed after `breakapart call` wrote it: call again")]
    Contradiction(String),
}

#[derive(Deserialize)]
struct VersionOnly {
    schema_version: String,
}

/// Major number of a semver text of the form `1.0.0`.
fn major_of(version: &str) -> Option<u64> {
    let mut parts = version.split(['.', '-', '+']);
    let major = parts.next()?.parse().ok()?;
    parts.next()?.parse::<u64>().ok()?;
    Some(major)
}

/// The first bytes of a file, at most `most` of them.
///
/// # Errors
/// The file can't be opened or read.
pub fn start_of(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Entries of a folder, by name.
///
/// # Errors
/// A folder that can't be listed.
pub fn entries_of(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = || std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries: Vec<PathBuf> = FileError::named(&wording::path(folder), entries)?;
    entries.sort();
    Ok(entries)
}

/// The files in a list, one per line, paths relative to the list's folder; `#` begins a comment.
pub fn paths_in(list: &Path, text: &str) -> Vec<PathBuf> {
    let folder = list.parent().unwrap_or(Path::new(""));
    let lines = text.lines().map(str::trim);
    let named = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    named.map(|line| folder.join(line)).collect()
}

impl SampleReport {
    /// Reads a report file.
    ///
    /// # Errors
    /// See [`ReadError`]; hostile content gives an error, never a panic.
    pub fn read(path: &Path, limits: ReadLimits) -> Result<Self, ReadError> {
        ReadError::of_bytes(path, limits.max_bytes, |bytes| Self::parsed(bytes, limits))
    }

    /// Reads a report from a stream; `name` is used in errors.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn read_from(stream: impl Read, name: &str, limits: ReadLimits) -> Result<Self, ReadError> {
        ReadError::named(name, || {
            let mut bytes = Vec::new();
            stream
                .take(limits.max_bytes.saturating_add(1))
                .read_to_end(&mut bytes)?;
            Self::parsed(&bytes, limits)
        })
    }

    /// Reads a report from bytes, plain or gzipped; `name` is used in errors. Any version of the same major is
    /// read; the result is a report of [`SCHEMA_VERSION`], without fields that a later minor added.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn from_bytes(bytes: &[u8], name: &str, limits: ReadLimits) -> Result<Self, ReadError> {
        ReadError::named(name, || Self::parsed(bytes, limits))
    }

    fn parsed(bytes: &[u8], limits: ReadLimits) -> Result<Self, ReadFault> {
        let too_large = || ReadFault::TooLarge(limits.max_bytes);
        let is_within = |length: usize| u64::try_from(length).is_ok_and(|length| length <= limits.max_bytes);
        if !is_within(bytes.len()) {
            return Err(too_large());
        }
        let mut unpacked = Vec::new();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            MultiGzDecoder::new(bytes)
                .take(limits.max_bytes.saturating_add(1))
                .read_to_end(&mut unpacked)?;
            if !is_within(unpacked.len()) {
                return Err(too_large());
            }
        }
        let bytes = if unpacked.is_empty() { bytes } else { &unpacked };
        // The parser quotes the file's text, which may contain anything.
        let not_a_report = |problem: String| ReadFault::NotAReport(wording::shortened(&wording::clean(&problem), 200));
        // The version first: a later major may have changed everything else.
        let version = serde_json::from_slice::<VersionOnly>(bytes)
            .map_err(|error| not_a_report(error.to_string()))?
            .schema_version;
        let supported_major = major_of(SCHEMA_VERSION).unwrap_or(1);
        match major_of(&version) {
            Some(major) if major == supported_major => {}
            Some(major) if major > supported_major => {
                return Err(ReadFault::NewerMajor {
                    found: wording::shortened(&wording::clean(&version), 40),
                    supported_major,
                });
            }
            _ => return Err(not_a_report(format!("schema_version is {version:?}"))),
        }
        let mut report: Self = serde_json::from_slice(bytes).map_err(|error| not_a_report(error.to_string()))?;
        // From here on it is a report of this program's version: fields added by a later one are dropped,
        // fields missing in an earlier one have their defaults.
        SCHEMA_VERSION.clone_into(&mut report.schema_version);
        match consistent::contradiction(&report) {
            None => Ok(report),
            Some(problem) => Err(ReadFault::Contradiction(problem)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, json};

    fn read(text: &str) -> Result<SampleReport, ReadError> {
        SampleReport::from_bytes(text.as_bytes(), "x.json", ReadLimits::default())
    }

    fn fusion_text() -> String {
        String::from_utf8(json::render(&example::fusion()).unwrap()).unwrap()
    }

    #[test]
    fn a_written_report_is_read_back() {
        for (name, report) in example::all().into_iter().chain([("hostile", example::hostile())]) {
            let text = String::from_utf8(json::render(&report).unwrap()).unwrap();
            assert_eq!(read(&text).unwrap(), report, "{name}");
        }
    }

    #[test]
    fn a_later_minor_with_unknown_fields_is_read() {
        let text = fusion_text().replacen("\"1.2.0\"", "\"1.7.3\"", 1).replacen(
            "\"sample\":",
            "\"new_field\": {\"a\": [1]}, \"sample\":",
            1,
        );
        assert_eq!(
            read(&text).unwrap(),
            example::fusion(),
            "when written again, it has this version"
        );
    }

    #[test]
    fn a_newer_major_says_what_to_do() {
        let error = read("{\"schema_version\": \"2.0.0\", \"conclusion\": 7}").unwrap_err();
        assert!(matches!(error.fault, ReadFault::NewerMajor { .. }));
        let line = error.to_string();
        assert!(
            line.starts_with("x.json: report of schema version 2.0.0; this breakapart reads 1.2.0"),
            "{line}"
        );
        assert!(line.contains("use a newer breakapart"), "{line}");
    }

    #[test]
    fn hostile_json_is_an_error_of_one_line() {
        let deep = format!("{{\"schema_version\":\"1.0.0\",\"x\":{}", "[".repeat(100_000));
        let long = format!("{{\"schema_version\":\"{}\"}}", "9".repeat(10_000));
        let bell = "{\"schema_version\":\"1.0.0\",\"tool\":\"\\u001b[31m\\n\"}";
        let missing = "{\"schema_version\":\"1.0.0\",\"sample\":\"a\"}";
        let cases = [
            "",
            "null",
            "[]",
            "{",
            "{}",
            "{\"schema_version\":1}",
            "{\"schema_version\":\"\"}",
            "{\"schema_version\":\"0.9.0\"}",
            "{\"schema_version\":\"-1.0\"}",
            "\u{feff}{}",
            &deep,
            &long,
            bell,
            missing,
        ];
        for case in cases {
            let line = read(case).unwrap_err().to_string();
            assert!(!line.contains('\n') && !line.contains('\u{1b}'), "{line:?}");
            assert!(line.len() < 500, "{}", line.len());
        }
        let binary = [0xff, 0xfe, 0x00, 0x1f, 0x8b];
        assert!(SampleReport::from_bytes(&binary, "x", ReadLimits::default()).is_err());
    }

    #[test]
    fn every_truncation_is_an_error() {
        let text = fusion_text();
        let end = text.trim_end().len();
        for cut in (0..end).step_by(97) {
            let Some(part) = text.get(..cut) else { continue };
            assert!(read(part).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_errors() {
        let text = fusion_text();
        let huge = text.replacen("\"position\": 118482495", "\"position\": 99999999999999999999", 1);
        assert_ne!(huge, text);
        assert!(read(&huge).is_err());
    }

    #[test]
    fn the_size_is_capped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.json");
        std::fs::write(&path, fusion_text()).unwrap();
        let error = SampleReport::read(&path, ReadLimits { max_bytes: 100 }).unwrap_err();
        assert!(matches!(error.fault, ReadFault::TooLarge(100)));
        assert_eq!(
            SampleReport::read(&path, ReadLimits::default()).unwrap(),
            example::fusion()
        );
        let absent = SampleReport::read(&folder.path().join("absent"), ReadLimits::default()).unwrap_err();
        assert!(matches!(absent.fault, ReadFault::Open(_)));
    }
}
