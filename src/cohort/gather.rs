//! Reads report files one after another into digests. Memory holds one report a thread at a time; an
//! interrupted run is taken up from its cache.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::digest::SampleDigest;
use super::problem::Problem;
use crate::report::{ReadError, ReadLimits, SampleReport, wording};

/// Reports that are read before the cache is written: as many are read again at most.
const CHUNK: usize = 64;

/// A report file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Gathered {
    /// The file.
    pub path: PathBuf,
    /// What is kept of it.
    pub digest: SampleDigest,
    /// Hash of its bytes, by which copies are known.
    pub content: String,
}

/// The digests in the order of the files, and what could not be read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Reports.
    pub reports: Vec<Gathered>,
    /// Files that could not be used, one each.
    pub problems: Vec<Problem>,
    /// Reports that came out of the cache.
    pub from_cache: usize,
}

/// A line of the cache.
#[derive(Serialize, Deserialize)]
struct Cached {
    content: String,
    digest: SampleDigest,
}

/// The first line of a cache: digests of another program or window are not taken.
#[derive(Serialize, Deserialize, PartialEq)]
struct CacheHeader {
    breakapart_cohort_cache: String,
    window: Option<usize>,
}

/// Hash of a file's bytes: FNV-1a with 128 bits (Fowler, Noll, Vo), in 32 hexadecimal digits.
fn content_hash(bytes: &[u8]) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in bytes {
        hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

/// Reads `files`. `window`: bases kept beside each junction. `cache`: a file of digests from an earlier
/// run, taken where the report's bytes are the same, and written on as reports are read; one that can't be
/// read or written is left alone.
pub fn gather(files: &[PathBuf], window: Option<usize>, cache: Option<&Path>) -> Reading {
    let header = CacheHeader {
        breakapart_cohort_cache: env!("CARGO_PKG_VERSION").to_owned(),
        window,
    };
    let known = cache.map(|path| read_cache(path, &header)).unwrap_or_default();
    let mut out = cache.and_then(|path| open_cache(path, &header, !known.is_empty()));
    let mut reading = Reading::default();
    for chunk in files.chunks(CHUNK) {
        let results: Vec<Result<(Gathered, bool), Box<Problem>>> =
            chunk.par_iter().map(|path| one(path, window, &known)).collect();
        for result in results {
            match result {
                Ok((gathered, cached)) => {
                    reading.from_cache += usize::from(cached);
                    if let Some(file) = out.as_mut().filter(|_| !cached) {
                        let line = Cached {
                            content: gathered.content.clone(),
                            digest: gathered.digest.clone(),
                        };
                        let written = serde_json::to_string(&line).map_err(std::io::Error::other);
                        // A cache that can't be written is only no help.
                        if written.and_then(|line| writeln!(file, "{line}")).is_err() {
                            out = None;
                        }
                    }
                    reading.reports.push(gathered);
                }
                Err(problem) => reading.problems.push(*problem),
            }
        }
        if let Some(file) = out.as_mut() {
            let _ = file.flush();
        }
    }
    reading
}

fn one(
    path: &Path,
    window: Option<usize>,
    known: &BTreeMap<String, SampleDigest>,
) -> Result<(Gathered, bool), Box<Problem>> {
    let name = path
        .file_name()
        .map(|name| wording::clean(&name.to_string_lossy()))
        .unwrap_or_default();
    let limits = ReadLimits::default();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limits.max_bytes.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| {
            let detail = format!("can't be read: {}", wording::clean(&error.to_string()));
            Box::new(Problem::of_file("unreadable-report", &name, detail))
        })?;
    let content = content_hash(&bytes);
    if let Some(digest) = known.get(&content) {
        let gathered = Gathered {
            path: path.to_owned(),
            digest: digest.clone(),
            content,
        };
        return Ok((gathered, true));
    }
    let report = SampleReport::from_bytes(&bytes, &name, limits).map_err(|error| {
        let code = match error {
            ReadError::NewerMajor { .. } => "newer-schema",
            ReadError::Contradiction { .. } => "contradictory-report",
            _ => "unreadable-report",
        };
        let detail = error.to_string();
        let detail = detail.strip_prefix(&format!("{name}: ")).unwrap_or(&detail).to_owned();
        Box::new(Problem::of_file(code, &name, detail))
    })?;
    Ok((
        Gathered {
            path: path.to_owned(),
            digest: SampleDigest::of(&report, window),
            content,
        },
        false,
    ))
}

fn read_cache(path: &Path, header: &CacheHeader) -> BTreeMap<String, SampleDigest> {
    let Ok(file) = File::open(path) else {
        return BTreeMap::new();
    };
    let mut lines = BufReader::new(file).lines().map_while(Result::ok);
    let fits = lines
        .next()
        .and_then(|line| serde_json::from_str::<CacheHeader>(&line).ok())
        .is_some_and(|found| found == *header);
    if !fits {
        return BTreeMap::new();
    }
    // The last line of an interrupted run may be cut.
    lines
        .filter_map(|line| serde_json::from_str::<Cached>(&line).ok())
        .map(|cached| (cached.content, cached.digest))
        .collect()
}

fn open_cache(path: &Path, header: &CacheHeader, append: bool) -> Option<File> {
    let mut options = OpenOptions::new();
    if append {
        options.append(true);
    } else {
        options.write(true).create(true).truncate(true);
    }
    let mut file = options.open(path).ok()?;
    if append {
        // Behind a line that was cut.
        writeln!(file).ok()?;
    } else {
        writeln!(file, "{}", serde_json::to_string(header).ok()?).ok()?;
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{example, json};

    #[test]
    fn broken_files_are_named_and_the_rest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let text = String::from_utf8(json::render(&example::fusion()).unwrap()).unwrap();
        std::fs::write(at("a.breakapart.json"), &text).unwrap();
        std::fs::write(at("cut.breakapart.json"), &text[..text.len() / 2]).unwrap();
        let newer = text.replacen(crate::report::SCHEMA_VERSION, "9.0.0", 1);
        std::fs::write(at("newer.breakapart.json"), newer).unwrap();
        std::fs::write(at("b.breakapart.json"), json::render(&example::ptd()).unwrap()).unwrap();
        let files: Vec<PathBuf> = ["a", "cut", "newer", "absent", "b"]
            .iter()
            .map(|name| at(&format!("{name}.breakapart.json")))
            .collect();
        let cache = at("cache.jsonl");
        let first = gather(&files, Some(25), Some(&cache));
        assert_eq!(first.reports.len(), 2);
        let codes: Vec<(&str, &str)> = first
            .problems
            .iter()
            .map(|p| (p.code.as_str(), p.file.as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                ("unreadable-report", "cut.breakapart.json"),
                ("newer-schema", "newer.breakapart.json"),
                ("unreadable-report", "absent.breakapart.json"),
            ]
        );
        assert!(
            first
                .problems
                .iter()
                .all(|p| !p.detail.contains(folder.path().to_str().unwrap()))
        );

        // An interrupted run: half a line at the end. What is whole is taken up, the rest read.
        let kept = std::fs::read_to_string(&cache).unwrap();
        std::fs::write(&cache, &kept[..kept.len() - 100]).unwrap();
        let second = gather(&files, Some(25), Some(&cache));
        assert_eq!((second.from_cache, &second.reports), (1, &first.reports));
        let third = gather(&files, Some(25), Some(&cache));
        assert_eq!((third.from_cache, &third.reports), (2, &first.reports));
        // Another window: nothing is taken.
        assert_eq!(gather(&files, None, Some(&cache)).from_cache, 0);
    }
}
