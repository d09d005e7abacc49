//! The open input and its records.

use std::sync::Arc;

use super::cram_blocks::CramBlocks;
use super::header::HeaderFacts;
use super::opening::{open_handle, prepare_cram, truncated};
use super::options::{Access, InputOptions, InputWarning, Source, Unmapped, printable};
use super::processing::{Assay, AssayGuess, Processing};
use super::{Aligner, InputError};
use crate::genome::{ContigId, Contigs, Interval, SequenceSource};
use crate::hts::{self, DecodeContext, FetchError, Format, HtsFile, RawRecord, ReadError, Reference};

/// Molecular identifier tag of the SAM tags specification.
const DEFAULT_UMI_TAG: [u8; 2] = *b"RX";

/// An alignment file that can be used.
pub struct AlignmentFile {
    pub(super) source: Source,
    /// Names the input in messages.
    pub(super) label: String,
    pub(super) file: HtsFile,
    /// Names the index in messages; `None` where there is none.
    pub(super) index_label: Option<String>,
    /// Whether it can be opened again, which a pipe cannot.
    pub(super) can_be_read_again: bool,
    /// A pipe whose records were handed out.
    pub(super) is_spent: bool,
    pub(super) header: HeaderFacts,
    pub(super) aligner: Aligner,
    pub(super) processing: Processing,
    pub(super) assay: Option<AssayGuess>,
    pub(super) reference: Option<Reference>,
    pub(super) warnings: Vec<InputWarning>,
    pub(super) options: InputOptions,
    pub(super) record_count: u64,
    /// Check sums that htslib leaves unread; `None` where the format has none.
    pub(super) blocks: Option<CramBlocks>,
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

    /// Whether the input can be read a second time, which a pipe cannot.
    pub const fn can_be_read_again(&self) -> bool {
        self.can_be_read_again
    }

    /// The header's text as it stands in the file.
    pub fn header_text(&self) -> Vec<u8> {
        self.file.header_text()
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

    /// How the file was asked to be opened.
    pub const fn options(&self) -> &InputOptions {
        &self.options
    }

    /// Whether reads that did not align are looked for beyond the windows: where that was asked for, or (by default)
    /// where the aligner left chimeric reads unaligned, nothing gives them instead (`chimeric_given`: STAR's file of
    /// chimeras) and nobody said that this is DNA. Header and options decide, so that every way to read the file
    /// gives the same evidence.
    pub fn seeks_unmapped(&self, chimeric_given: bool) -> bool {
        match self.options.unmapped {
            Unmapped::Always => true,
            Unmapped::Never => false,
            Unmapped::Auto => {
                self.aligner.leaves_chimeras_out() && !chimeric_given && self.options.assay != Some(Assay::Dna)
            }
        }
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
            let (start, end) = (window.start.0, window.end.0);
            if let Some(blocks) = &mut self.blocks
                && !blocks.fit(i64::from(contig.0), start, end)
            {
                return Err(InputError::Damaged {
                    file: self.label.clone(),
                });
            }
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
        if self.blocks.as_mut().is_some_and(|blocks| !blocks.unplaced_fit()) {
            return Err(InputError::Damaged {
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
        if !self.can_be_read_again {
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
        if self.blocks.as_mut().is_some_and(|blocks| !blocks.all_fit()) {
            return Err(InputError::Damaged {
                file: self.label.clone(),
            });
        }
        // Another handle, so that a pass neither moves nor is moved by the one that fetches.
        let mut file = open_handle(&self.source, &self.label)?;
        prepare_cram(&mut file, self.reference.as_ref(), &self.header)?;
        file.set_threads(self.options.threads);
        let mut count = 0;
        let result = read_all(&mut file, &mut count, visit);
        self.record_count += count;
        result.map_err(|(error, decoded_any)| self.read_error(error, decoded_any))
    }

    /// The error that stands behind a record that could not be read.
    pub(super) fn read_error(&self, error: ReadError, decoded_any: bool) -> InputError {
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
    fn files_can_be_worked_on_side_by_side() {
        const fn is_send<T: Send>() {}
        const fn is_shared<T: Sync>() {}
        is_send::<AlignmentFile>();
        is_shared::<Reference>();
    }
}
