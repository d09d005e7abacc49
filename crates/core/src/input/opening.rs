//! Opening: from a path to an [`AlignmentFile`], or to the reason why not.

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

/// Records of a CRAM without reference that are decoded to see whether it can do without.
const CRAM_TRIAL_COUNT: usize = 20_000;

/// Opens `source`, recognises it by its content, and checks that it can be used.
///
/// # Errors
/// Everything in [`InputError`] that can be known before the first record.
pub fn open(source: &Source, options: &InputOptions) -> Result<AlignmentFile, InputError> {
    hts::init();
    let label = source.label();
    let can_be_read_again = match source {
        Source::Path(path) => check_path(path, &label)?,
        Source::Stdin => false,
    };
    let mut file = open_handle(source, &label)?;
    check_end(&mut file, source, can_be_read_again, &label)?;
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
    let assay = options.assay.map_or_else(
        || AssayGuess::from_aligner(&aligner),
        |assay| {
            Some(AssayGuess {
                assay,
                basis: "as given",
            })
        },
    );
    let mut this = AlignmentFile {
        source: source.clone(),
        label,
        file,
        index_label: None,
        can_be_read_again,
        is_spent: false,
        processing: Processing::read(&header),
        aligner,
        assay,
        header,
        reference,
        warnings,
        options: options.clone(),
        record_count: 0,
        unreadable_lines: 0,
        containers: None,
        compared: BTreeSet::new(),
    };
    if let Some(path) = this.source.path().filter(|_| this.can_be_read_again)
        && this.file.format() == Format::Cram
    {
        this.containers = CramContainers::open(path);
    }
    this.find_index()?;
    this.try_cram_without_reference()?;
    Ok(this)
}

/// An index that is older by no more than this was written with its file (`samtools --write-index` closes it first).
const WRITTEN_TOGETHER: std::time::Duration = std::time::Duration::from_secs(2);

impl AlignmentFile {
    /// Loads and checks the index, where there is one.
    fn find_index(&mut self) -> Result<(), InputError> {
        let label = self.label.clone();
        let Some(path) = self
            .source
            .path()
            .filter(|_| self.can_be_read_again)
            .map(Path::to_owned)
        else {
            if self.options.require_index {
                return Err(InputError::StreamWithoutIndex(label));
            }
            return Ok(());
        };
        // A CRAM of a version whose containers aren't known here is read as a whole.
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
                "`samtools sort --write-index` into a BAM makes it fast".to_owned()
            } else if self.header.sorted {
                format!("`samtools index {label}` makes it fast")
            } else {
                "sort it by coordinate and index it to make it fast".to_owned()
            };
            self.warnings.push(InputWarning {
                code: "no_index",
                text: format!("{label}: has no index and is read as a whole; {advice}"),
            });
            return Ok(());
        };
        let index_label = printable(&index_path.to_string_lossy());
        let file_len = path.metadata().map_or(u64::MAX, |m| m.len());
        match self.take_index(&path, &index_path, &index_label, file_len) {
            // Of a CRAM that is not sorted samtools leaves a part of an index. It is read as a whole: nothing is missed.
            Err(InputError::IndexDisagrees { reason, .. })
                if self.containers.is_some() && !self.header.sorted && !self.options.require_index =>
            {
                self.warnings.push(InputWarning {
                    code: "no_index",
                    text: format!(
                        "{label}: is not said to be sorted, and its index {index_label} does not fit it ({reason}), so it \
                         is read as a whole; sort it by coordinate and index it to make it fast"
                    ),
                });
                return Ok(());
            }
            taken => taken?,
        }
        let modified = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
        if let (Some(of_index), Some(of_file)) = (modified(&index_path), modified(&path))
            && of_file.duration_since(of_index).is_ok_and(|age| age > WRITTEN_TOGETHER)
        {
            self.warnings.push(InputWarning {
                code: "index_older",
                text: format!(
                    "{index_label} is older than {label}; if the file was changed since, run `samtools index {label}`"
                ),
            });
        }
        self.index_label = Some(index_label);
        Ok(())
    }

    /// Reads the index at `index_path` and checks that it is the one of this file of `file_len` bytes.
    fn take_index(
        &mut self,
        path: &Path,
        index_path: &Path,
        index_label: &str,
        file_len: u64,
    ) -> Result<(), InputError> {
        let contig_count = self.header.contigs.len();
        let taken = if let Some(containers) = &mut self.containers {
            hts::crai(index_path).and_then(|slices| containers.use_index(slices, contig_count))
        } else {
            hts::binning(index_path, contig_count, file_len).and_then(|binning| {
                index_check::check(&mut self.file, path, &binning, self.header.kmt2a_contig)?;
                self.file.use_chunks(Arc::new(binning));
                Ok(())
            })
        };
        taken.map_err(|reason| InputError::IndexDisagrees {
            file: self.label.clone(),
            index: index_label.to_owned(),
            reason,
        })
    }

    /// A CRAM without a given reference must embed its own or do without: its first placed record
    /// is decoded to see. htslib was kept from finding one by itself.
    fn try_cram_without_reference(&mut self) -> Result<(), InputError> {
        if self.format() != Format::Cram || self.reference.is_some() || !self.can_be_read_again {
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

/// Readies a CRAM's decoder: the given reference, and no other.
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

/// The error for an input that ends too early, with the sign by which it was seen.
pub(super) fn truncated(label: &str, sign: &'static str) -> InputError {
    InputError::Truncated {
        file: label.to_owned(),
        sign,
    }
}

/// Refuses what is not there; says whether it is a regular file.
fn check_path(path: &Path, label: &str) -> Result<bool, InputError> {
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
    Ok(metadata.is_file())
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

/// Looks at the end of the file before anything is read: htslib takes a BAM that was cut between two
/// blocks for a complete one.
fn check_end(file: &mut HtsFile, source: &Source, can_be_read_again: bool, label: &str) -> Result<(), InputError> {
    let regular = source.path().filter(|_| can_be_read_again);
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
