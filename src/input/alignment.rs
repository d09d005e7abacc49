//! The open input and its records.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::header::HeaderFacts;
use super::options::{Access, InputOptions, InputWarning, Source, printable};
use super::processing::{Assay, AssayGuess, Processing};
use super::{Aligner, InputError, index_check, reference};
use crate::genome::{ContigId, Contigs, Interval, SequenceSource};
use crate::hts::{
    self, Compression, DecodeContext, EndMarker, FetchError, Format, HtsFile, Index, OpenError, RawRecord, ReadError,
    Reference,
};

/// Molecular identifier tag of the SAM tags specification.
const DEFAULT_UMI_TAG: [u8; 2] = *b"RX";
/// Records of a CRAM without reference that are decoded to see whether it can do without.
const CRAM_TRIAL_COUNT: usize = 20_000;

/// An alignment file that can be used.
pub struct AlignmentFile {
    source: Source,
    /// Names the input in messages.
    label: String,
    file: HtsFile,
    /// Names the index in messages; `None` where there is none.
    index_label: Option<String>,
    /// Whether it can be opened again, which a pipe cannot.
    is_regular: bool,
    /// A pipe whose records were handed out.
    is_spent: bool,
    header: HeaderFacts,
    aligner: Aligner,
    processing: Processing,
    assay: Option<AssayGuess>,
    reference: Option<Reference>,
    warnings: Vec<InputWarning>,
    options: InputOptions,
    record_count: u64,
}

/// Opens `source`, recognises it by its content, and checks that it can be used.
///
/// # Errors
/// Everything in [`InputError`] that can be known before the first record.
pub fn open(source: &Source, options: &InputOptions) -> Result<AlignmentFile, InputError> {
    hts::init();
    let label = source.label();
    let path = source.path();
    let is_regular = match path {
        Some(path) => check_path(path, &label)?,
        None => false,
    };
    let mut file = open_handle(path, &label)?;
    check_end(&mut file, path.filter(|_| is_regular), &label)?;
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
    prepare_cram(&mut file, reference.as_ref(), &header)?;
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
        is_regular,
        is_spent: false,
        processing: Processing::read(&header),
        aligner,
        assay,
        header,
        reference,
        warnings,
        options: options.clone(),
        record_count: 0,
    };
    this.find_index()?;
    this.try_cram_without_reference()?;
    Ok(this)
}

impl AlignmentFile {
    /// The header's facts.
    pub const fn header(&self) -> &HeaderFacts {
        &self.header
    }

    /// The name of the input in messages.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether [`Self::fetch`] can be used.
    pub const fn access(&self) -> Access {
        if self.index_label.is_some() {
            Access::Indexed
        } else {
            Access::Streamed
        }
    }

    /// Container format, by content.
    pub const fn format(&self) -> Format {
        self.file.format()
    }

    /// What is worth knowing though the file can be used.
    pub fn warnings(&self) -> &[InputWarning] {
        &self.warnings
    }

    /// The reference; `None` where none was given, or where it is ignored with a warning.
    pub fn reference(&self) -> Option<&dyn SequenceSource> {
        self.reference.as_ref().map(|r| r as &dyn SequenceSource)
    }

    /// The aligner with its settings.
    pub const fn aligner(&self) -> &Aligner {
        &self.aligner
    }

    /// What was done to the records after alignment.
    pub const fn processing(&self) -> &Processing {
        &self.processing
    }

    /// The assay as given, or by the aligner; `None` where the records must tell.
    pub const fn assay(&self) -> Option<AssayGuess> {
        self.assay
    }

    /// The assay that the caller stated.
    pub const fn stated_assay(&self) -> Option<Assay> {
        self.options.assay
    }

    /// How this input was opened.
    pub const fn options(&self) -> &InputOptions {
        &self.options
    }

    /// Records read so far, over all calls.
    pub const fn record_count(&self) -> u64 {
        self.record_count
    }

    /// What [`RawRecord::decode`] needs for this file's records.
    pub fn decode_context(&self) -> DecodeContext {
        DecodeContext {
            contigs: Arc::clone(&self.header.contigs),
            umi_tag: self.options.umi_tag.unwrap_or(DEFAULT_UMI_TAG),
            umi_in_name: self.options.umi_in_name,
        }
    }

    /// Hands out every record that overlaps one of `windows`, each once, in file order. Overlap is
    /// meant as in [`RawRecord::overlaps`]: introns count, and an unmapped read lies at its mate.
    ///
    /// # Errors
    /// No index, an index that does not fit, a file that is damaged or (CRAM) lacks its reference.
    pub fn fetch(
        &mut self,
        windows: &[(ContigId, Interval)],
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), InputError> {
        let Some(index_label) = &self.index_label else {
            return Err(InputError::NotIndexed {
                file: self.label.clone(),
            });
        };
        let mut previous: Option<(ContigId, Interval)> = None;
        let mut decoded_any = false;
        for (contig, window) in merged(windows, &self.header.contigs) {
            let count = &mut self.record_count;
            let result = self.file.fetch(contig, window, &mut |record| {
                decoded_any = true;
                *count += 1;
                // Windows are apart and sorted, so a record that was handed out before overlaps the
                // window before this one.
                let was_seen = previous.is_some_and(|(c, w)| record.overlaps(c, w));
                if !was_seen {
                    visit(record);
                }
            });
            match result {
                Ok(()) => {}
                Err(FetchError::Misfit(reason)) => {
                    return Err(InputError::IndexDisagrees {
                        file: self.label.clone(),
                        index: index_label.clone(),
                        reason: reason.to_owned(),
                    });
                }
                Err(FetchError::Read(error)) => return Err(self.read_error(error, decoded_any)),
            }
            previous = Some((contig, window));
        }
        Ok(())
    }

    /// Hands out the records without a place at the end of an indexed file (both reads of a pair
    /// unmapped).
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub fn fetch_unplaced(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), InputError> {
        if self.index_label.is_none() {
            return Err(InputError::NotIndexed {
                file: self.label.clone(),
            });
        }
        let count = &mut self.record_count;
        let result = self.file.fetch_unplaced(&mut |record| {
            *count += 1;
            visit(record);
        });
        result.map_err(|error| self.read_error(error, true))
    }

    /// Hands out all records in file order, in one pass. A file can be passed over again, a pipe
    /// cannot.
    ///
    /// # Errors
    /// A file that ends too early or is damaged; records handed out before then are worth nothing.
    /// A pipe for the second time.
    pub fn stream(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), InputError> {
        if self.is_spent {
            return Err(InputError::Spent {
                file: self.label.clone(),
            });
        }
        if !self.is_regular {
            self.is_spent = true;
            let mut count = 0;
            // A CRAM on a pipe is read on one thread, or its missing end would go unseen.
            if self.format() != Format::Cram {
                self.file.set_threads(self.options.threads);
            }
            let result = read_all(&mut self.file, &mut count, visit);
            self.record_count += count;
            result.map_err(|(error, decoded_any)| self.read_error(error, decoded_any))?;
            if self.file.ended_without_marker() {
                return Err(truncated(&self.label, "no end-of-file block"));
            }
            return Ok(());
        }
        // Another handle, so that a pass neither moves nor is moved by the one that fetches.
        let mut file = open_handle(self.source.path(), &self.label)?;
        prepare_cram(&mut file, self.reference.as_ref(), &self.header)?;
        file.set_threads(self.options.threads);
        let mut count = 0;
        let result = read_all(&mut file, &mut count, visit);
        self.record_count += count;
        result.map_err(|(error, decoded_any)| self.read_error(error, decoded_any))
    }

    /// Loads and checks the index, where there is one.
    fn find_index(&mut self) -> Result<(), InputError> {
        let label = self.label.clone();
        let Some(path) = self.source.path().filter(|_| self.is_regular).map(Path::to_owned) else {
            if self.options.require_index {
                return Err(InputError::StreamWithoutIndex { file: label });
            }
            return Ok(());
        };
        let can_be_indexed = self.format() != Format::Sam || self.file.compression() == Compression::Bgzf;
        let found = Index::candidates(&path, self.format())
            .into_iter()
            .find(|candidate| can_be_indexed && candidate.is_file());
        let Some(index_path) = found else {
            if self.options.require_index {
                return Err(InputError::NoIndex { file: label });
            }
            let advice = if self.header.sorted {
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
        let disagrees = |reason: String| InputError::IndexDisagrees {
            file: label.clone(),
            index: index_label.clone(),
            reason,
        };
        self.file
            .load_index(&path, &index_path)
            .map_err(|e| disagrees(e.to_string()))?;
        let file_len = path.metadata().map_or(u64::MAX, |m| m.len());
        let checked = if self.format() == Format::Cram {
            index_check::check_crai(&index_path, &self.header.contigs, file_len)
        } else {
            index_check::check_offsets(&mut self.file, &self.header.contigs, self.header.kmt2a_contig, file_len)
        };
        checked.map_err(disagrees)?;
        let modified = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
        if let (Some(of_index), Some(of_file)) = (modified(&index_path), modified(&path))
            && of_index < of_file
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

    /// A CRAM without a given reference must embed its own or do without: its first placed record
    /// is decoded to see. htslib was kept from finding one by itself.
    fn try_cram_without_reference(&mut self) -> Result<(), InputError> {
        if self.format() != Format::Cram || self.reference.is_some() || !self.is_regular {
            return Ok(());
        }
        let mut trial = open_handle(self.source.path(), &self.label)?;
        trial.forget_reference_locations();
        for _ in 0..CRAM_TRIAL_COUNT {
            match trial.read() {
                Ok(true) if trial.record().contig().is_some() => return Ok(()),
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(self.read_error(error, false)),
            }
        }
        Ok(())
    }

    /// The error that stands behind a record that could not be read.
    fn read_error(&self, error: ReadError, decoded_any: bool) -> InputError {
        let file = self.label.clone();
        match error {
            ReadError::Truncated => truncated(&file, "it ends inside a block or record"),
            ReadError::Damaged if self.format() != Format::Cram => InputError::Damaged { file },
            ReadError::Damaged => match &self.reference {
                None if !decoded_any => InputError::NoReference { file },
                _ if !hts::has_lzma() => InputError::NoLzma { file },
                None => InputError::Damaged { file },
                Some(reference) => InputError::OtherReference {
                    file,
                    reference: printable(&reference.path().to_string_lossy()),
                    reason: "a slice's MD5 differs, or the file is damaged".to_owned(),
                },
            },
        }
    }
}

/// Readies a CRAM's decoder: the given reference, and no other.
fn prepare_cram(file: &mut HtsFile, reference: Option<&Reference>, header: &HeaderFacts) -> Result<(), InputError> {
    if file.format() != Format::Cram {
        return Ok(());
    }
    file.forget_reference_locations();
    let Some(reference) = reference else { return Ok(()) };
    if reference::is_usable(reference, header) && file.set_reference(reference.path()) {
        return Ok(());
    }
    Err(InputError::Reference {
        reference: printable(&reference.path().to_string_lossy()),
        reason: "cannot be read; make its index again with `samtools faidx`".to_owned(),
    })
}

/// Reads to the end. An error comes with whether any placed record was decoded before it.
fn read_all(
    file: &mut HtsFile,
    count: &mut u64,
    visit: &mut dyn FnMut(&RawRecord<'_>),
) -> Result<(), (ReadError, bool)> {
    let mut decoded_any = false;
    while file.read().map_err(|error| (error, decoded_any))? {
        *count += 1;
        let record = file.record();
        decoded_any |= record.contig().is_some();
        visit(&record);
    }
    Ok(())
}

fn truncated(label: &str, sign: &'static str) -> InputError {
    InputError::Truncated {
        file: label.to_owned(),
        sign,
    }
}

/// Refuses what is not there or not local; says whether it is a regular file.
fn check_path(path: &Path, label: &str) -> Result<bool, InputError> {
    let file = label.to_owned();
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(if label.contains("://") {
                InputError::Remote { file }
            } else {
                InputError::Missing { file }
            });
        }
        Err(error) => {
            return Err(InputError::Unreadable {
                file,
                reason: error.to_string(),
            });
        }
    };
    let other = if metadata.is_dir() {
        Some("a directory")
    } else if metadata.is_file() && metadata.len() == 0 {
        Some("an empty file")
    } else {
        None
    };
    match other {
        Some(found) => Err(InputError::NotAlignment {
            file,
            found: found.to_owned(),
        }),
        None => Ok(metadata.is_file()),
    }
}

fn open_handle(path: Option<&Path>, label: &str) -> Result<HtsFile, InputError> {
    let file = label.to_owned();
    let handle = HtsFile::open(path).map_err(|error| match error {
        OpenError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            InputError::Missing { file: file.clone() }
        }
        OpenError::Io(error) => InputError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        },
        OpenError::OtherFormat(found) => InputError::NotAlignment {
            file: file.clone(),
            found: printable(&found),
        },
        OpenError::Header => InputError::Header { file: file.clone() },
    })?;
    match (handle.format(), handle.compression()) {
        (Format::Sam, Compression::Gzip) => Err(InputError::NotBlocked {
            file,
            found: "SAM compressed with gzip instead of bgzip",
        }),
        (Format::Bam, Compression::None) => Err(InputError::NotBlocked {
            file,
            found: "a BAM without BGZF blocks",
        }),
        _ => Ok(handle),
    }
}

/// Looks at the end of the file before anything is read: htslib takes a BAM that was cut between two
/// blocks for a complete one.
fn check_end(file: &mut HtsFile, regular: Option<&Path>, label: &str) -> Result<(), InputError> {
    match file.end_marker() {
        EndMarker::Missing => Err(truncated(label, "no end-of-file block")),
        EndMarker::Undefined if file.format() == Format::Sam => {
            let ends_with_line = regular.is_none_or(|path| last_byte(path) == Some(b'\n'));
            if ends_with_line {
                Ok(())
            } else {
                Err(truncated(label, "its last line has no end"))
            }
        }
        EndMarker::Present | EndMarker::Unseekable | EndMarker::Undefined => Ok(()),
    }
}

fn last_byte(path: &Path) -> Option<u8> {
    let mut file = File::open(path).ok()?;
    let mut byte = [0_u8; 1];
    file.seek(SeekFrom::End(-1)).ok()?;
    file.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

/// Windows sorted in file order, cut to their contigs, and merged where they touch.
fn merged(windows: &[(ContigId, Interval)], contigs: &Contigs) -> Vec<(ContigId, Interval)> {
    let mut sorted: Vec<(ContigId, Interval)> = windows
        .iter()
        .map(|(contig, window)| (*contig, window.intersection(Interval::new(0, contigs.length(*contig)))))
        .filter(|(_, window)| !window.is_empty())
        .collect();
    sorted.sort_unstable();
    let mut out: Vec<(ContigId, Interval)> = Vec::with_capacity(sorted.len());
    for (contig, window) in sorted {
        match out.last_mut() {
            Some((held, last)) if *held == contig && window.start <= last.end => {
                last.end = last.end.max(window.end);
            }
            _ => out.push((contig, window)),
        }
    }
    out
}
