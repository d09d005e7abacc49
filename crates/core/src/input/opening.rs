//! Opening: from a path to an [`AlignmentFile`], or to the reason for a refusal.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::cram_containers::CramContainers;
use super::header::HeaderFacts;
use super::options::{InputOptions, InputWarning, Source, is_address, printable};
use super::processing::{AssayGuess, Processing};
use super::{Aligner, AlignmentFile, InputError, index_check, reference};
use crate::hts::{self, Compression, EndMarker, Format, HtsFile, OpenError, Reference};

/// Records of a CRAM without reference that are decoded to see whether it needs one.
const CRAM_TRIAL_COUNT: usize = 20_000;

/// Opens `source`, recognises it by its content, and checks that it can be used.
///
/// # Errors
/// Every [`InputError`] that can be detected before the first record.
pub fn open(source: &Source, options: &InputOptions) -> Result<AlignmentFile, InputError> {
    hts::init();
    let label = source.label();
    let regular = match source {
        Source::Path(path) => regular_file(path, &label)?,
        Source::Stdin => None,
    };
    let mut file = open_handle(source, &label)?;
    check_end(&mut file, regular, &label)?;
    let mut warnings = Vec::new();
    let header = HeaderFacts::read(&label, &file.header_text(), file.contigs(), options.build)?;
    let samples = header.samples();
    if samples.len() > 1 {
        let names: Vec<String> = samples.iter().map(|s| printable(s)).collect();
        warnings.push(InputWarning {
            code: "several_samples",
            text: format!("{label}: its read groups name several samples ({})", names.join(", ")),
        });
    }
    let reference = match &options.reference {
        Some(path) => reference::bind(&label, path, file.format(), &header, &mut warnings)?,
        None => None,
    };
    prepare_cram(&mut file, reference.as_ref())?;
    let aligner = Aligner::read(&header);
    let given = options.assay.map(|assay| AssayGuess {
        assay,
        basis: "as given",
    });
    let is_cram = file.format() == Format::Cram;
    let mut this = AlignmentFile {
        source: source.clone(),
        label,
        file,
        index_label: None,
        regular: regular.map(Path::to_owned),
        is_spent: false,
        processing: Processing::read(&header),
        assay: given.or_else(|| AssayGuess::from_aligner(&aligner)),
        aligner,
        header,
        reference,
        warnings,
        options: options.clone(),
        record_count: 0,
        unreadable_lines: 0,
        containers: regular.filter(|_| is_cram).and_then(CramContainers::open),
        compared: BTreeSet::new(),
    };
    this.find_index()?;
    this.try_cram_without_reference()?;
    Ok(this)
}

/// An index older by no more than this was written with its file (`samtools --write-index` closes it first).
const WRITTEN_TOGETHER: std::time::Duration = std::time::Duration::from_secs(2);

impl AlignmentFile {
    /// Loads and checks the index, if there is one.
    fn find_index(&mut self) -> Result<(), InputError> {
        let label = self.label.clone();
        let Some(path) = self.regular.clone() else {
            if self.options.require_index {
                return Err(InputError::StreamWithoutIndex(label));
            }
            return Ok(());
        };
        // A CRAM of a version with unknown containers is read in full.
        let can_be_indexed = match self.format() {
            Format::Bam => true,
            Format::Sam => self.file.compression() == Compression::Bgzf,
            Format::Cram => self.containers.is_some(),
        };
        let found = hts::index_candidates(&path, self.format())
            .into_iter()
            .find(|candidate| can_be_indexed && candidate.is_file());
        let Some(index_path) = found else {
            if self.options.require_index {
                return Err(InputError::NoIndex(label));
            }
            let advice = if self.format() == Format::Sam && self.file.compression() == Compression::None {
                "`samtools sort --write-index` into a BAM makes it faster".to_owned()
            } else if self.header.sorted {
                format!("`samtools index {label}` makes it faster")
            } else {
                "sort it by coordinate and index it for speed".to_owned()
            };
            self.warn(
                "no_index",
                format!("{label}: has no index and is read in full; {advice}"),
            );
            return Ok(());
        };
        let index_label = printable(&index_path.to_string_lossy());
        if let Err(reason) = self.take_index(&path, &index_path) {
            if self.containers.is_none() || self.header.sorted || self.options.require_index {
                return Err(InputError::IndexDisagrees {
                    file: label,
                    index: index_label,
                    reason,
                });
            }
            // For an unsorted CRAM samtools leaves a partial index. The file is read in full, so nothing is missed.
            let text = format!(
                "{label}: its header does not say that it is sorted, and its index {index_label} does not fit it \
                 ({reason}), so it is read in full; sort it by coordinate and index it for speed"
            );
            self.warn("no_index", text);
            return Ok(());
        }
        let modified = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
        if let (Some(of_index), Some(of_file)) = (modified(&index_path), modified(&path))
            && of_file.duration_since(of_index).is_ok_and(|age| age > WRITTEN_TOGETHER)
        {
            let text = format!(
                "{index_label} is older than {label}; if the file was changed since, run `samtools index {label}`"
            );
            self.warn("index_older", text);
        }
        self.index_label = Some(index_label);
        Ok(())
    }

    fn warn(&mut self, code: &'static str, text: String) {
        self.warnings.push(InputWarning { code, text });
    }

    /// Reads the index at `index_path` and checks that it belongs to the file at `path`.
    ///
    /// `Err` contains the reason as a phrase.
    fn take_index(&mut self, path: &Path, index_path: &Path) -> Result<(), String> {
        let contig_count = self.header.contigs.len();
        if let Some(containers) = &mut self.containers {
            return containers.use_index(hts::crai(index_path)?, contig_count);
        }
        let file_len = path.metadata().map_or(u64::MAX, |m| m.len());
        let binning = hts::binning(index_path, contig_count, file_len)?;
        index_check::check(&mut self.file, &binning, self.header.kmt2a_contig)?;
        self.file.use_chunks(Arc::new(binning));
        Ok(())
    }

    /// Without a given reference, a CRAM must embed its own or need none: its first placed record is decoded to
    /// check. htslib cannot find one by itself.
    fn try_cram_without_reference(&mut self) -> Result<(), InputError> {
        if self.format() != Format::Cram || self.reference.is_some() || self.regular.is_none() {
            return Ok(());
        }
        let mut trial = open_handle(&self.source, &self.label)?;
        trial.forget_reference_locations();
        for _ in 0..CRAM_TRIAL_COUNT {
            match trial.read() {
                Ok(true) if trial.record().contig().is_none() => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(self.read_error(error, false)),
            }
        }
        Ok(())
    }
}

/// Prepares a CRAM's decoder: the given reference, and no other.
pub(super) fn prepare_cram(file: &mut HtsFile, reference: Option<&Reference>) -> Result<(), InputError> {
    if file.format() != Format::Cram {
        return Ok(());
    }
    file.forget_reference_locations();
    let Some(reference) = reference else { return Ok(()) };
    if file.set_reference(reference.path()) {
        return Ok(());
    }
    Err(InputError::Reference {
        reference: printable(&reference.path().to_string_lossy()),
        reason: "cannot be read; make its index again with `samtools faidx`".to_owned(),
    })
}

/// The error for an input that ends too early, with the way it was detected.
pub(super) fn truncated(label: &str, sign: &'static str) -> InputError {
    InputError::Truncated {
        file: label.to_owned(),
        sign,
    }
}

/// Refuses a missing path; returns the path if it is a regular file.
fn regular_file<'a>(path: &'a Path, label: &str) -> Result<Option<&'a Path>, InputError> {
    let file = label.to_owned();
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(if is_address(path) {
                InputError::Address { file }
            } else {
                InputError::Missing(file)
            });
        }
        Err(error) => {
            return Err(InputError::Unreadable {
                file,
                reason: error.to_string(),
            });
        }
    };
    if metadata.is_dir() || metadata.is_file() && metadata.len() == 0 {
        let found = if metadata.is_dir() {
            "a directory"
        } else {
            "an empty file"
        };
        return Err(InputError::NotAlignment {
            file,
            found: found.to_owned(),
        });
    }
    Ok(Some(path).filter(|_| metadata.is_file()))
}

pub(super) fn open_handle(source: &Source, label: &str) -> Result<HtsFile, InputError> {
    let file = label.to_owned();
    let handle = match HtsFile::open(source.path()) {
        Ok(handle) => handle,
        Err(OpenError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(InputError::Missing(file));
        }
        Err(OpenError::Io(error)) => {
            return Err(InputError::Unreadable {
                file,
                reason: error.to_string(),
            });
        }
        Err(OpenError::OtherFormat(found)) => {
            return Err(InputError::NotAlignment {
                file,
                found: printable(&found),
            });
        }
        Err(OpenError::Header) => return Err(InputError::Header(file)),
    };
    let found = match (handle.format(), handle.compression()) {
        (Format::Sam, Compression::Gzip) => "SAM compressed with gzip instead of bgzip",
        (Format::Bam, Compression::Gzip) => "a BAM compressed with gzip instead of bgzip",
        (Format::Bam, Compression::None) => "a BAM without BGZF blocks",
        _ => return Ok(handle),
    };
    Err(InputError::NotBlocked { file, found })
}

/// Checks the end of the file before anything is read: htslib accepts a BAM that was cut between two blocks as
/// complete.
fn check_end(file: &mut HtsFile, regular: Option<&Path>, label: &str) -> Result<(), InputError> {
    match file.end_marker() {
        EndMarker::Missing => Err(truncated(label, "no end-of-file block")),
        EndMarker::Undefined
            if file.format() == Format::Sam && regular.is_some_and(|path| last_byte(path) != Some(b'\n')) =>
        {
            Err(truncated(label, "its last line has no end"))
        }
        _ => Ok(()),
    }
}

fn last_byte(path: &Path) -> Option<u8> {
    let mut file = File::open(path).ok()?;
    let mut byte = [0_u8; 1];
    file.seek(SeekFrom::End(-1)).ok()?;
    file.read_exact(&mut byte).ok()?;
    Some(byte[0])
}
