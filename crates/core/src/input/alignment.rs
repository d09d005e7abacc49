//! The open input and its records.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cram_containers::CramContainers;
use super::header::HeaderFacts;
use super::index_check::{self, COMPARED_AT_KMT2A, COMPARED_ELSEWHERE};
use super::opening::{open_handle, prepare_cram, truncated};
use super::options::{Access, InputOptions, InputWarning, Source, Unmapped, printable};
use super::processing::{Assay, AssayGuess, Processing};
use super::{Aligner, InputError};
use crate::genome::{ContigId, Contigs, Interval, SequenceSource, position::joined};
use crate::hts::{self, DecodeContext, FetchError, Format, HtsFile, RawRecord, ReadError, Reference};

/// Molecular identifier tag of the SAM tags specification.
const DEFAULT_UMI_TAG: [u8; 2] = *b"RX";

/// A usable alignment file.
pub struct AlignmentFile {
    pub(super) source: Source,
    /// Name of the input in messages.
    pub(super) label: String,
    pub(super) file: HtsFile,
    /// Name of the index in messages; `None` without an index.
    pub(super) index_label: Option<String>,
    /// Its path, if it is a file, which can be opened again, and not a pipe.
    pub(super) regular: Option<PathBuf>,
    /// A pipe that was already read.
    pub(super) is_spent: bool,
    pub(super) header: HeaderFacts,
    pub(super) aligner: Aligner,
    pub(super) processing: Processing,
    pub(super) assay: Option<AssayGuess>,
    pub(super) reference: Option<Reference>,
    pub(super) warnings: Vec<InputWarning>,
    pub(super) options: InputOptions,
    pub(super) record_count: u64,
    pub(super) unreadable_lines: u64,
    /// The containers of a CRAM that is a file; `None` for other formats.
    pub(super) containers: Option<CramContainers>,
    /// Contigs whose bins were already compared with the file.
    pub(super) compared: BTreeSet<ContigId>,
}

impl AlignmentFile {
    /// The header's facts.
    pub const fn header(&self) -> &HeaderFacts {
        &self.header
    }

    /// Its path, if it is a file and not a pipe.
    pub fn regular_file(&self) -> Option<&Path> {
        self.regular.as_deref()
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

    /// The header's text, unchanged.
    pub fn header_text(&self) -> Vec<u8> {
        self.file.header_text()
    }

    /// Container format, by content.
    pub const fn format(&self) -> Format {
        self.file.format()
    }

    /// Warnings about a file that is still usable.
    pub fn warnings(&self) -> &[InputWarning] {
        &self.warnings
    }

    /// The reference; `None` if none was given, or if it is ignored with a warning.
    pub fn reference(&self) -> Option<&dyn SequenceSource> {
        self.reference.as_ref().map(|r| r as &dyn SequenceSource)
    }

    /// The aligner with its settings.
    pub const fn aligner(&self) -> &Aligner {
        &self.aligner
    }

    /// Processing of the records after alignment.
    pub const fn processing(&self) -> &Processing {
        &self.processing
    }

    /// The assay as given, or from the aligner; `None` if the records must decide.
    pub const fn assay(&self) -> Option<AssayGuess> {
        self.assay
    }

    /// The options with which the file was opened.
    pub const fn options(&self) -> &InputOptions {
        &self.options
    }

    /// Whether unmapped reads outside the windows are searched: they include patients' junctions, whatever the
    /// aligner. Only options decide, so that every way to read the file gives the same evidence; genomic reads are
    /// searched next to their mates only.
    pub fn seeks_unmapped(&self) -> bool {
        self.options.unmapped == Unmapped::Always && self.options.assay != Some(Assay::Dna)
    }

    /// Records read so far, over all calls.
    pub const fn record_count(&self) -> u64 {
        self.record_count
    }

    /// SAM lines that are not records, in the last pass over the file.
    pub const fn unreadable_lines(&self) -> u64 {
        self.unreadable_lines
    }

    /// What [`RawRecord::decode`] needs for this file's records.
    pub fn decode_context(&self) -> DecodeContext {
        DecodeContext {
            contigs: Arc::clone(&self.header.contigs),
            umi_tag: self.options.umi_tag.unwrap_or(DEFAULT_UMI_TAG),
            umi_in_name: self.options.umi_in_name,
        }
    }

    /// Passes on every record that overlaps one of `windows`, each once, in file order. Overlap is defined by
    /// [`RawRecord::overlaps`]: introns count, and an unmapped read is at its mate's position.
    ///
    /// # Errors
    /// No index, an index that does not fit, a file that is damaged or (CRAM) lacks its reference.
    pub fn fetch(
        &mut self,
        windows: &[(ContigId, Interval)],
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), InputError> {
        self.needs_index()?;
        let mut previous: Option<(ContigId, Interval)> = None;
        let mut decoded_any = false;
        for (contig, window) in merged(windows, &self.header.contigs) {
            let mut found = 0;
            let result = self.fetch_window((contig, window), &mut |record| {
                decoded_any = true;
                found += 1;
                // Windows are disjoint and sorted, so a record that was passed on before overlaps the window before
                // this one.
                let was_seen = previous.is_some_and(|(c, w)| record.overlaps(c, w));
                if !was_seen {
                    visit(record);
                }
            });
            self.record_count += found;
            result.map_err(|error| self.fetch_error(error, decoded_any))?;
            previous = Some((contig, window));
        }
        Ok(())
    }

    fn fetch_window(
        &mut self,
        (contig, window): (ContigId, Interval),
        visit: &mut dyn FnMut(&RawRecord<'_>),
    ) -> Result<(), FetchError> {
        let is_kmt2a = contig == self.header.kmt2a_contig;
        let is_new = self.compared.insert(contig);
        let Some(containers) = &self.containers else {
            if is_new {
                let most = if is_kmt2a {
                    COMPARED_AT_KMT2A
                } else {
                    COMPARED_ELSEWHERE
                };
                index_check::bins_around(&mut self.file, (contig, window), most)?;
            }
            return self.file.fetch(contig, window, visit);
        };
        let bases = (window.start.0, window.end.0);
        let wanted = containers.reaching(i64::from(contig.0), bases, is_kmt2a && is_new)?;
        self.file.read_containers(&wanted, |record| {
            if record.overlaps(contig, window) {
                visit(record);
            }
        })
    }

    /// The error for a region that could not be read.
    fn fetch_error(&self, error: FetchError, decoded_any: bool) -> InputError {
        match (error, &self.index_label) {
            (FetchError::Misfit(reason), Some(index)) => InputError::IndexDisagrees {
                file: self.label.clone(),
                index: index.clone(),
                reason: reason.to_owned(),
            },
            (FetchError::Misfit(_), None) => InputError::NotIndexed(self.label.clone()),
            (FetchError::Read(error), _) => self.read_error(error, decoded_any),
        }
    }

    /// Passes on the unplaced records at the end of an indexed file (both reads of a pair unmapped).
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub fn fetch_unplaced(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), InputError> {
        self.needs_index()?;
        let mut found = 0;
        let mut count = |record: &RawRecord<'_>| {
            found += 1;
            visit(record);
        };
        let result = match &self.containers {
            None => self.file.fetch_unplaced(&mut count),
            Some(containers) => containers.unplaced().map_err(FetchError::from).and_then(|containers| {
                let of_contig = |record: &RawRecord<'_>| {
                    if !record.has_contig() {
                        count(record);
                    }
                };
                self.file.read_containers(&containers, of_contig)
            }),
        };
        self.record_count += found;
        result.map_err(|error| self.fetch_error(error, true))
    }

    fn needs_index(&self) -> Result<(), InputError> {
        match &self.index_label {
            Some(_) => Ok(()),
            None => Err(InputError::NotIndexed(self.label.clone())),
        }
    }

    /// Passes on all records in file order, in one pass. A file can be read again, a pipe cannot.
    ///
    /// # Errors
    /// A file that ends too early or is damaged; records passed on before then must be discarded. A pipe that is read
    /// twice.
    pub fn stream(&mut self, visit: &mut dyn FnMut(&RawRecord<'_>)) -> Result<(), InputError> {
        if self.is_spent {
            return Err(InputError::Spent(self.label.clone()));
        }
        if self.containers.as_ref().is_some_and(|containers| !containers.all_fit()) {
            return Err(InputError::Damaged(self.label.clone()));
        }
        self.is_spent = self.regular.is_none();
        // A separate handle, so that streaming and fetching do not move each other.
        let mut again = None;
        if !self.is_spent {
            let again = again.insert(open_handle(&self.source, &self.label)?);
            prepare_cram(again, self.reference.as_ref())?;
        }
        let file = again.as_mut().unwrap_or(&mut self.file);
        // A CRAM from a pipe is read on one thread, or its missing end would go undetected.
        if !self.is_spent || file.format() != Format::Cram {
            file.set_threads(self.options.threads);
        }
        let mut count = 0;
        let result = read_all(file, &mut count, visit);
        let is_cut = self.is_spent && result.is_ok() && file.ended_without_marker();
        self.record_count += count;
        self.unreadable_lines = file.unreadable();
        result.map_err(|(error, decoded_any)| self.read_error(error, decoded_any))?;
        if is_cut {
            return Err(truncated(&self.label, "no end-of-file block"));
        }
        Ok(())
    }

    /// The error for a record that could not be read.
    pub(super) fn read_error(&self, error: ReadError, decoded_any: bool) -> InputError {
        let file = self.label.clone();
        match error {
            ReadError::Truncated => truncated(&file, "it ends inside a block or record"),
            ReadError::Damaged if self.format() != Format::Cram => InputError::Damaged(file),
            ReadError::Damaged => match &self.reference {
                None if !decoded_any => InputError::NoReference(file),
                _ if !hts::has_lzma() => InputError::NoLzma(file),
                None => InputError::Damaged(file),
                Some(reference) => InputError::OtherReference {
                    file,
                    reference: printable(&reference.path().to_string_lossy()),
                    reason: "a slice's MD5 differs, or the file is damaged".to_owned(),
                },
            },
        }
    }
}

/// Reads to the end. An error includes whether any placed record was decoded before it.
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

/// Windows sorted in file order, cut to their contigs, and merged where they touch.
fn merged(windows: &[(ContigId, Interval)], contigs: &Contigs) -> Vec<(ContigId, Interval)> {
    let cut = |(contig, window): &(ContigId, Interval)| {
        let whole = Interval::new(0, contigs.length(*contig));
        (*contig, window.intersection(whole))
    };
    joined(
        windows
            .iter()
            .map(cut)
            .filter(|(_, window)| !window.is_empty())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_cut_sorted_and_merged_where_they_touch() {
        let contigs = Contigs::new([("chr4".to_owned(), 1_000), ("chr11".to_owned(), 500)]);
        let window = |contig, start, end| (ContigId(contig), Interval::new(start, end));
        let windows = [
            window(1, 400, 9_000),
            window(0, 10, 20),
            window(1, -5, 10),
            window(0, 20, 30),
            window(0, 5, 5),
            window(0, 40, 50),
            window(7, 0, 10),
        ];
        assert_eq!(
            merged(&windows, &contigs),
            [
                window(0, 10, 30),
                window(0, 40, 50),
                window(1, 0, 10),
                window(1, 400, 500)
            ]
        );
    }

    #[test]
    fn files_can_be_used_in_parallel() {
        const fn is_send<T: Send>() {}
        const fn is_shared<T: Sync>() {}
        is_send::<AlignmentFile>();
        is_shared::<Reference>();
    }
}
