//! Alignment files written from plain records: BAM, SAM, CRAM.
//!
//! A record is formatted as SAM text and parsed by htslib, so that there is one way from a value to every format.
//! Records are written in the given order; the caller sorts them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rust_htslib::{bam, htslib};
use thiserror::Error;

use super::RecordCopy;
use super::file::{Handle, Header, c_path};
use super::read::NAME_LEN_MAX;
use crate::genome::{AlignedRecord, ContigId, Contigs};

/// Fields of a SAM line that are not in [`AlignedRecord`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenFields {
    /// `TLEN`.
    pub template_len: i64,
    /// Further tags as SAM text (`AS:i:98`), separated by tabs.
    pub tags: String,
}

/// Format of the written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// BAM.
    Bam,
    /// SAM text.
    Sam,
    /// CRAM that embeds the bases it was coded against, so that it can be read without a reference.
    CramEmbedded,
    /// CRAM coded without any reference.
    CramWithoutReference,
}

impl OutputFormat {
    const fn mode(self) -> &'static std::ffi::CStr {
        match self {
            Self::Bam => c"wb",
            Self::Sam => c"w",
            Self::CramEmbedded | Self::CramWithoutReference => c"wc",
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, Error)]
#[error("{}: {fault}", path.display())]
pub struct WriteError {
    path: PathBuf,
    fault: WriteFault,
}

#[derive(Debug, Error)]
enum WriteFault {
    #[error("cannot be written: {0}")]
    Io(std::io::Error),
    #[error("the header is not valid SAM text")]
    Header,
    /// The read's name.
    #[error("the record of read {0:?} is not valid SAM")]
    Record(String),
    #[error("no index can be made; its records must be sorted by coordinate")]
    Index,
}

impl WriteFault {
    fn last_os_error() -> Self {
        Self::Io(std::io::Error::last_os_error())
    }
}

impl WriteError {
    /// The same error with the path that the user knows.
    #[must_use]
    pub fn of(self, path: &Path) -> Self {
        let path = path.to_owned();
        Self { path, ..self }
    }
}

/// An alignment file being written. If dropped without [`AlignmentWriter::finish`], the file may lack its end.
pub struct AlignmentWriter {
    path: PathBuf,
    /// Open until the file is finished.
    handle: Option<Handle>,
    header: Header,
    contigs: Contigs,
    umi_tag: [u8; 2],
    format: OutputFormat,
    record: bam::Record,
    line: Vec<u8>,
}

impl AlignmentWriter {
    /// Creates `path` and writes `header_text`, whose `@SQ` lines must list `contigs` in order. Molecular identifiers
    /// are written under `umi_tag` (`RX` in the SAM tags specification).
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn create(
        path: &Path,
        format: OutputFormat,
        header_text: &str,
        contigs: &Contigs,
        umi_tag: [u8; 2],
    ) -> Result<Self, WriteError> {
        super::init();
        let failed = |fault| WriteError {
            path: path.to_owned(),
            fault,
        };
        let invalid = || WriteFault::Io(std::io::Error::from(std::io::ErrorKind::InvalidInput));
        let name = c_path(path).map_err(|_| failed(invalid()))?;
        let handle = Handle::open(&name, format.mode()).ok_or_else(|| failed(WriteFault::last_os_error()))?;
        let header = Header::parse(header_text).ok_or_else(|| failed(WriteFault::Header))?;
        // SAFETY: handle and header are open; each option takes one integer.
        let status = unsafe {
            let option = match format {
                OutputFormat::CramEmbedded => {
                    htslib::hts_set_opt(handle.as_ptr(), htslib::hts_fmt_option_CRAM_OPT_EMBED_REF, 2)
                }
                OutputFormat::CramWithoutReference => {
                    htslib::hts_set_opt(handle.as_ptr(), htslib::hts_fmt_option_CRAM_OPT_NO_REF, 1)
                }
                OutputFormat::Bam | OutputFormat::Sam => 0,
            };
            if option < 0 {
                option
            } else {
                htslib::sam_hdr_write(handle.as_ptr(), header.as_ptr())
            }
        };
        if status < 0 {
            return Err(failed(WriteFault::Header));
        }
        Ok(Self {
            path: path.to_owned(),
            handle: Some(handle),
            header,
            contigs: contigs.clone(),
            umi_tag,
            format,
            record: bam::Record::new(),
            line: Vec::new(),
        })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// A record that is not valid SAM (a CIGAR that does not fit its sequence, a name that is too long), or the
    /// system's error.
    pub fn write(&mut self, record: &AlignedRecord, fields: &WrittenFields) -> Result<(), WriteError> {
        self.line.clear();
        sam_line(&mut self.line, record, fields, &self.contigs, self.umi_tag);
        let is_named = !record.name.is_empty() && record.name.len() <= NAME_LEN_MAX;
        if !is_named || !self.header.read_line(&mut self.line, &mut self.record) {
            let name = String::from_utf8_lossy(&record.name).into_owned();
            return Err(self.error(WriteFault::Record(name)));
        }
        self.put(&self.record)
    }

    /// Writes a copy of a record, whose contigs must be numbered as in this file's header.
    ///
    /// # Errors
    /// The system's error.
    pub fn write_copy(&mut self, record: &RecordCopy) -> Result<(), WriteError> {
        self.put(&record.record)
    }

    fn put(&self, record: &bam::Record) -> Result<(), WriteError> {
        // SAFETY: handle and header are open, the record is whole.
        let is_written = self.handle.as_ref().is_some_and(|handle| unsafe {
            htslib::sam_write1(handle.as_ptr(), self.header.as_ptr(), record.inner()) >= 0
        });
        if is_written {
            Ok(())
        } else {
            Err(self.error(WriteFault::last_os_error()))
        }
    }

    fn error(&self, fault: WriteFault) -> WriteError {
        WriteError {
            path: self.path.clone(),
            fault,
        }
    }

    /// Closes the file, and creates its index if requested (`.bai` for BAM, `.crai` for CRAM; none for SAM text) at
    /// its usual path.
    ///
    /// # Errors
    /// The system's error; unsorted records, if an index is requested.
    pub fn finish(self, index: bool) -> Result<(), WriteError> {
        self.close(index, None)
    }

    /// Closes the file and creates its index at `index`.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_with_index(self, index: &Path) -> Result<(), WriteError> {
        self.close(true, Some(index))
    }

    fn close(mut self, index: bool, index_path: Option<&Path>) -> Result<(), WriteError> {
        if !self.handle.take().is_none_or(Handle::close) {
            return Err(self.error(WriteFault::last_os_error()));
        }
        if index && self.format != OutputFormat::Sam {
            let name = c_path(&self.path).map_err(|_| self.error(WriteFault::Index))?;
            let index_name = index_path.map(c_path).transpose();
            let index_name = index_name.map_err(|_| self.error(WriteFault::Index))?;
            let index_name = index_name.as_ref().map_or(std::ptr::null(), |name| name.as_ptr());
            // SAFETY: names are NUL-terminated; no index name means the usual place; 0 means BAI.
            match unsafe { htslib::sam_index_build3(name.as_ptr(), index_name, 0, 0) } {
                0.. => {}
                // The index could not be made or saved as a file (htslib, sam.h).
                -4 => return Err(self.error(WriteFault::last_os_error())),
                _ => return Err(self.error(WriteFault::Index)),
            }
        }
        Ok(())
    }
}

/// Appends the record as a SAM line, without the line end.
pub(crate) fn sam_line(
    out: &mut Vec<u8>,
    record: &AlignedRecord,
    fields: &WrittenFields,
    contigs: &Contigs,
    umi_tag: [u8; 2],
) {
    let contig_name = |contig: Option<ContigId>| contig.map_or("*", |id| contigs.name(id));
    let mate = match record.mate_contig {
        Some(id) if record.mate_contig == record.contig && contigs.length(id) > 0 => "=",
        other => contig_name(other),
    };
    let mut text = String::with_capacity(128);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\t{}\t{}\t{}\t{}\t{}\t{mate}\t{}\t{}\t",
        record.flags.0,
        contig_name(record.contig),
        record.position + 1,
        record.mapq,
        record.cigar,
        record.mate_position + 1,
        fields.template_len
    );
    out.extend_from_slice(&record.name);
    out.extend_from_slice(text.as_bytes());
    let or_star = |bytes: &mut Vec<u8>, empty: bool| {
        if empty {
            bytes.push(b'*');
        }
    };
    out.extend_from_slice(&record.sequence);
    or_star(out, record.sequence.is_empty());
    out.push(b'\t');
    out.extend(record.qualities.iter().map(|q| q.min(&93) + 33));
    or_star(out, record.qualities.is_empty());
    text.clear();
    for (tag, value) in [
        ("NH", record.hit_count),
        ("HI", record.hit_index),
        ("NM", record.edits),
        ("cD", record.consensus_depth),
    ] {
        if let Some(value) = value {
            let _ = write!(text, "\t{tag}:i:{value}");
        }
    }
    if !fields.tags.is_empty() {
        text.push('\t');
        text.push_str(&fields.tags);
    }
    if let Some(cigar) = &record.mate_cigar {
        let _ = write!(text, "\tMC:Z:{cigar}");
    }
    if !record.supplementary.is_empty() {
        text.push_str("\tSA:Z:");
        for part in &record.supplementary {
            let _ = write!(
                text,
                "{},{},{},{},{},{};",
                contigs.name(part.contig),
                part.position.one_based(),
                part.strand,
                part.cigar,
                part.mapq,
                part.edits
            );
        }
    }
    out.extend_from_slice(text.as_bytes());
    for (tag, value) in [(*b"RG", &record.read_group), (umi_tag, &record.umi)] {
        if let Some(value) = value {
            out.push(b'\t');
            out.extend_from_slice(&tag);
            out.extend_from_slice(b":Z:");
            out.extend_from_slice(value);
        }
    }
}
