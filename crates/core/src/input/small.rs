//! Small text files that are read in full.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

/// Most bytes of such a file: settings, tables and dictionaries have some thousands.
const LEN_MAX: u64 = 1 << 26;

/// Reads a small text file; an endless one (`/dev/zero`) is an error like any that is too large.
///
/// # Errors
/// The system's error, text that is not UTF-8, more than 64 MB.
pub fn small_text(path: &Path) -> Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LEN_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LEN_MAX {
        return Err(Error::new(ErrorKind::FileTooLarge, "is larger than 64 MB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_is_too_large() {
        let error = small_text(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "{}").unwrap();
        assert_eq!(small_text(&path).unwrap(), "{}");
    }
}
