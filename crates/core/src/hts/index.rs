//! An index next to an alignment file: its possible paths and its content. It is not passed to htslib.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::Format;
use super::binning::Binning;
use super::crai::{self, CraiSlice};

/// Largest decompressed index (bytes). A `.bai` of 100 million reads has 10 MB, a `.crai` about 60 bytes per slice of
/// 10,000.
const LEN_MAX: u64 = 1 << 26;

/// First bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A position in a BGZF file: the block's offset in the file in the upper 48 bits, the offset in the block's content
/// in the lower 16 (SAM specification 4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualOffset(pub u64);

impl VirtualOffset {
    /// Start of the block, in bytes from the start of the file.
    pub const fn block(self) -> u64 {
        self.0 >> 16
    }

    /// Offset in the block's content, in bytes.
    pub const fn within(self) -> u16 {
        (self.0 & 0xffff) as u16
    }
}

/// Possible paths of the index of `path`, in search order.
pub fn candidates(path: &Path, format: Format) -> Vec<PathBuf> {
    let endings: &[&str] = match format {
        Format::Bam => &["bai", "csi"],
        Format::Cram => &["crai"],
        Format::Sam => &["csi", "bai"],
    };
    let sibling = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    };
    endings
        .iter()
        .flat_map(|ending| [sibling(ending), path.with_extension(ending)])
        .collect()
}

/// Whether a file begins like gzip.
pub(super) fn is_gzip(path: &Path) -> bool {
    let mut magic = [0_u8; 2];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok()
        && magic == GZIP
}

/// The content of a file, decompressed if it is gzip, with checksums verified. The file is opened once, because it
/// may be a pipe.
///
/// # Errors
/// The system's error.
pub fn unpacked(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    let is_gzip = magic == GZIP;
    let whole = BufReader::new(Cursor::new(magic).chain(file));
    Ok(if is_gzip {
        Box::new(BufReader::new(MultiGzDecoder::new(whole)))
    } else {
        Box::new(whole)
    })
}

/// The chunks of the `.bai` or `.csi` at `path`, for a header of `contig_count` contigs and a file of
/// `file_len` bytes.
///
/// # Errors
/// The reason as a phrase.
pub fn binning(path: &Path, contig_count: usize, file_len: u64) -> Result<Binning, String> {
    Binning::read(content(path)?, contig_count, file_len)
}

/// The slices of the `.crai` at `path`.
///
/// # Errors
/// The reason as a phrase.
pub fn crai(path: &Path) -> Result<Vec<CraiSlice>, String> {
    crai::slices(content(path)?)
}

fn content(path: &Path) -> Result<impl BufRead, String> {
    let content = unpacked(path).map_err(|_| "it cannot be read".to_owned())?;
    Ok(content.take(LEN_MAX))
}
