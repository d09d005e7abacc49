//! Simulated samples as files: alignments, FASTQ, truth table.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;
use thiserror::Error;

use super::design::Design;
use super::record::as_sequenced;
use super::{Genome, SimulateError, Simulated, TruthRow, simulate, truth};
use breakapart_core::genome::Contigs;
use breakapart_core::hts::{AlignmentWriter, OutputFormat, WriteError};

/// Which files to write for a sample.
#[derive(Clone, Copy, Debug)]
pub struct SetOptions {
    /// Format of the alignments.
    pub format: OutputFormat,
    /// Also `SAMPLE_1.fastq.gz` and, for pairs, `SAMPLE_2.fastq.gz`.
    pub fastq: bool,
    /// The alignments' index (`.bai`, `.crai`).
    pub index: bool,
}

impl Default for SetOptions {
    fn default() -> Self {
        Self {
            format: OutputFormat::Bam,
            fastq: false,
            index: true,
        }
    }
}

/// Why a set cannot be written.
#[derive(Debug, Error)]
pub enum SetError {
    /// A design that cannot be simulated.
    #[error("{sample}: {source}")]
    Design {
        /// Sample.
        sample: String,
        /// Why.
        source: SimulateError,
    },
    /// An alignment file.
    #[error(transparent)]
    Alignment(#[from] WriteError),
    /// Another file.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

impl SetError {
    /// The error for a file or folder.
    pub(super) fn io(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// Simulates every design and writes `SAMPLE.bam` (or `.cram`, `.sam`) with its index into `folder`, which is created
/// if missing, and `truth.tsv` for all. Returns the rows of that table.
///
/// # Errors
/// The first design, in order, that cannot be simulated or written.
pub fn write_set(
    designs: &[Design],
    genome: &Genome<'_>,
    folder: &Path,
    options: SetOptions,
) -> Result<Vec<TruthRow>, SetError> {
    draw_set(designs, genome.contigs(), folder, options, |design| {
        (design, simulate(design, genome))
    })
}

/// [`write_set`] for any kind of design: `draw` returns its library and its sample.
pub(super) fn draw_set<'a, D: Sync>(
    designs: &'a [D],
    contigs: &Contigs,
    folder: &Path,
    options: SetOptions,
    draw: impl Fn(&'a D) -> (&'a Design, Result<Simulated, SimulateError>) + Sync,
) -> Result<Vec<TruthRow>, SetError> {
    std::fs::create_dir_all(folder).map_err(SetError::io(folder))?;
    let drawn: Vec<Result<Vec<TruthRow>, SetError>> = designs
        .par_iter()
        .map(|design| {
            let (library, sample) = draw(design);
            let sample = sample.map_err(|source| SetError::Design {
                sample: library.sample.clone(),
                source,
            })?;
            write_sample(library, &sample, contigs, folder, options)?;
            Ok(sample.truth)
        })
        .collect();
    let mut rows = Vec::new();
    for of_sample in drawn {
        rows.extend(of_sample?);
    }
    let path = folder.join("truth.tsv");
    std::fs::write(&path, truth::table(&rows)).map_err(SetError::io(&path))?;
    Ok(rows)
}

/// Writes one sample's alignments, with their index, and FASTQ if requested.
///
/// # Errors
/// [`SetError`].
pub fn write_sample(
    design: &Design,
    sample: &Simulated,
    contigs: &Contigs,
    folder: &Path,
    options: SetOptions,
) -> Result<(), SetError> {
    let ending = match options.format {
        OutputFormat::Bam => "bam",
        OutputFormat::Sam => "sam",
        OutputFormat::CramEmbedded | OutputFormat::CramWithoutReference => "cram",
    };
    let path = folder.join(format!("{}.{ending}", design.sample));
    let mut writer = AlignmentWriter::create(&path, options.format, &sample.header, contigs, *b"RX")?;
    for (record, fields) in sample.records.iter().zip(&sample.fields) {
        writer.write(record, fields)?;
    }
    writer.finish(options.index)?;
    if options.fastq {
        for number in 0..=usize::from(design.paired) {
            let path = folder.join(format!("{}_{}.fastq.gz", design.sample, number + 1));
            write_fastq(sample, number, &path).map_err(SetError::io(&path))?;
        }
    }
    Ok(())
}

/// The first or second reads, in the order of the fragments.
fn write_fastq(sample: &Simulated, number: usize, path: &Path) -> std::io::Result<()> {
    let mut out = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::default());
    for fragment in &sample.fragments {
        let Some(read) = fragment.reads.get(number) else {
            continue;
        };
        let (bases, qualities) = as_sequenced(read);
        let qualities: Vec<u8> = qualities.iter().map(|q| q + 33).collect();
        writeln!(out, "@{}", fragment.name)?;
        for line in [&bases[..], b"+", &qualities] {
            out.write_all(line)?;
            out.write_all(b"\n")?;
        }
    }
    out.finish()?.flush()
}

/// A header: contigs, read group, the aligner whose conventions the records follow, and the programs that ran after it.
pub(super) fn header(design: &Design, contigs: &Contigs) -> String {
    let (name, version, line) = design.aligner.program();
    let mut text = String::from("@HD\tVN:1.6\tSO:coordinate\n");
    for (_, contig, len) in contigs.iter() {
        text.push_str(&format!("@SQ\tSN:{contig}\tLN:{len}\n"));
    }
    let sample = &design.sample;
    text.push_str(&format!("@RG\tID:{sample}\tSM:{sample}\tPL:ILLUMINA\n"));
    text.push_str(&format!("@PG\tID:{name}\tPN:{name}\tVN:{version}\tCL:{line}\n"));
    let mut last = name;
    if design.duplicates_flagged {
        text.push_str(&format!("@PG\tID:MarkDuplicates\tPN:MarkDuplicates\tPP:{last}\n"));
        last = "MarkDuplicates";
    }
    text.push_str(&format!(
        "@PG\tID:breakapart\tPN:breakapart\tVN:{}\tPP:{last}\tCL:breakapart simulate\n",
        env!("CARGO_PKG_VERSION")
    ));
    text.push_str("@CO\tSimulated. No aligner ran: records follow the conventions of the program named above.\n");
    text
}
