//! Files on other machines: which addresses are read, their index, and how much came.
//!
//! Nothing here opens a connection unless the program was built with the feature `remote` and the caller
//! asked for it ([`InputOptions::remote`]): a clinical program does not phone out by itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::NamedTempFile;

use super::InputError;
use super::cram_blocks::CramBlocks;
use super::options::InputOptions;
use crate::hts::{Format, HtsFile};

/// Whether an argument has the form of an address.
pub(super) fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'-')
    })
}

/// The address without what may be a secret: user, query (signatures) and fragment.
pub(super) fn label(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = bare.split_once("://") else {
        return bare.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}{path}")
}

/// Refuses what is not to be read from elsewhere.
pub(super) fn check(url: &str, label: &str, options: &InputOptions) -> Result<(), InputError> {
    let file = label.to_owned();
    if cfg!(not(feature = "remote")) {
        return Err(InputError::Remote { file });
    }
    if !options.remote {
        return Err(InputError::RemoteUnasked { file });
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(InputError::RemoteScheme { file });
    };
    // Reads of patients do not travel in the clear.
    let host = rest.split('/').next().unwrap_or_default();
    let is_encrypted = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("s3");
    let is_here = match scheme.to_ascii_lowercase().as_str() {
        "http" => is_this_machine(host),
        // htslib's word for a bucket's server.
        "s3+http" => std::env::var("HTS_S3_HOST").is_ok_and(|host| is_this_machine(&host)),
        _ => false,
    };
    if is_encrypted || is_here {
        Ok(())
    } else {
        Err(InputError::RemoteScheme { file })
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Bytes that came from elsewhere for one input. Said with `-v` when the input is closed.
pub(super) struct Fetched {
    label: String,
    bytes: Arc<AtomicU64>,
}

impl Fetched {
    /// None so far.
    pub(super) fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            bytes: Arc::default(),
        }
    }

    /// Bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        if self.bytes() > 0 {
            tracing::info!(
                "{}: {} bytes fetched (those that were read; the server may have sent more)",
                self.label,
                self.bytes()
            );
        }
    }
}

/// An index that was fetched; the copy goes when this does.
pub(super) struct FetchedIndex {
    file: NamedTempFile,
    /// Names it in messages.
    pub(super) label: String,
}

impl FetchedIndex {
    /// The local copy.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }
}

/// Where an index of the alignment at `url` may stand: as beside a local file, the query kept.
#[cfg_attr(not(feature = "remote"), allow(dead_code))]
fn candidates(url: &str, format: Format) -> Vec<String> {
    let at = url.find(['?', '#']).unwrap_or(url.len());
    let (path, query) = url.split_at(at);
    crate::hts::Index::candidates(&PathBuf::from(path), format)
        .iter()
        .map(|candidate| format!("{}{query}", candidate.to_string_lossy()))
        .collect()
}

#[cfg(feature = "remote")]
mod reached {
    use std::io::{self, Write as _};

    use super::*;
    use crate::hts::{OpenError, RemoteBytes};
    use crate::input::cram_blocks::ReadAt;
    use crate::input::printable;

    /// Longest index that is fetched (bytes); of a genome at 100x some 10 MB.
    const INDEX_LEN_MAX: u64 = 1 << 30;
    /// Bytes of an index asked for at once.
    const PIECE: usize = 16 << 10;

    impl ReadAt for RemoteBytes {
        fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
            RemoteBytes::read_at(self, buffer, at)
        }

        fn len(&self) -> u64 {
            RemoteBytes::len(self)
        }
    }

    fn unreadable(label: &str, reason: &str) -> InputError {
        InputError::RemoteUnreadable {
            file: label.to_owned(),
            reason: reason.to_owned(),
        }
    }

    pub(in crate::input) fn open(url: &str, label: &str, fetched: &Fetched) -> Result<HtsFile, InputError> {
        HtsFile::open_address(url, &fetched.bytes).map_err(|error| match error {
            OpenError::Io(error) => unreadable(label, &error.to_string()),
            OpenError::OtherFormat(found) => InputError::NotAlignment {
                file: label.to_owned(),
                found: printable(&found),
            },
            OpenError::Header => InputError::Header { file: label.to_owned() },
        })
    }

    pub(in crate::input) fn len(url: &str, label: &str, fetched: &Fetched) -> Result<u64, InputError> {
        RemoteBytes::open(url, &fetched.bytes)
            .map(|bytes| bytes.len())
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotSeekable => unreadable(label, "the server gives no ranges of bytes"),
                _ => unreadable(label, &error.to_string()),
            })
    }

    pub(in crate::input) fn blocks(url: &str, crai: &Path, fetched: &Fetched) -> Option<CramBlocks> {
        let bytes = RemoteBytes::open(url, &fetched.bytes).ok()?;
        CramBlocks::of(Box::new(bytes), Some(crai))
    }

    pub(in crate::input) fn index(
        url: &str,
        label: &str,
        format: Format,
        fetched: &Fetched,
    ) -> Result<FetchedIndex, InputError> {
        for candidate in candidates(url, format) {
            // A server that hides what is not there says "forbidden": no answer tells more than "not here".
            let Ok(bytes) = RemoteBytes::open(&candidate, &fetched.bytes) else {
                continue;
            };
            let index_label = printable(&super::label(&candidate));
            let failed = |error: io::Error| unreadable(&index_label, &error.to_string());
            if bytes.len() > INDEX_LEN_MAX {
                return Err(unreadable(&index_label, "an index of over 1 GB"));
            }
            let mut file = NamedTempFile::new().map_err(failed)?;
            let mut piece = vec![0_u8; PIECE];
            let mut at = 0;
            while at < bytes.len() {
                let got = bytes.read_at(&mut piece, at).map_err(failed)?;
                file.write_all(piece.get(..got).unwrap_or_default()).map_err(failed)?;
                at += got as u64;
            }
            file.flush().map_err(failed)?;
            return Ok(FetchedIndex {
                file,
                label: index_label,
            });
        }
        Err(unreadable(
            label,
            "no index beside it, and it is not read as a whole from another machine",
        ))
    }
}

#[cfg(feature = "remote")]
pub(super) use reached::{blocks, index, len, open};

#[cfg(not(feature = "remote"))]
mod out_of_reach {
    use super::*;

    fn refused<T>(label: &str) -> Result<T, InputError> {
        Err(InputError::Remote { file: label.to_owned() })
    }

    pub(in crate::input) fn open(_: &str, label: &str, _: &Fetched) -> Result<HtsFile, InputError> {
        refused(label)
    }

    pub(in crate::input) fn len(_: &str, label: &str, _: &Fetched) -> Result<u64, InputError> {
        refused(label)
    }

    pub(in crate::input) const fn blocks(_: &str, _: &Path, _: &Fetched) -> Option<CramBlocks> {
        None
    }

    pub(in crate::input) fn index(_: &str, label: &str, _: Format, _: &Fetched) -> Result<FetchedIndex, InputError> {
        refused(label)
    }
}

#[cfg(not(feature = "remote"))]
pub(super) use out_of_reach::{blocks, index, len, open};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths_and_shown_without_secrets() {
        for address in ["https://h/x.bam", "s3://bucket/x.bam", "s3+https://b/x", "gs://b/x"] {
            assert!(has_scheme(address), "{address}");
        }
        for path in ["x.bam", "/data/x.bam", "C:/x.bam", "a b://x", "://x"] {
            assert!(!has_scheme(path), "{path}");
        }
        assert_eq!(
            label("https://me:secret@h.org:8443/run/x.bam?X-Amz-Signature=ab#z"),
            "https://h.org:8443/run/x.bam"
        );
        assert_eq!(label("s3://bucket/x.bam"), "s3://bucket/x.bam");
    }

    #[test]
    fn an_index_is_looked_for_beside_the_address() {
        assert_eq!(
            candidates("https://h/x.bam?sig=a/b.c", Format::Bam),
            [
                "https://h/x.bam.bai?sig=a/b.c",
                "https://h/x.bai?sig=a/b.c",
                "https://h/x.bam.csi?sig=a/b.c",
                "https://h/x.csi?sig=a/b.c"
            ]
        );
    }

    #[test]
    fn nothing_is_read_from_elsewhere_without_being_asked() {
        let asked = InputOptions {
            remote: true,
            ..InputOptions::default()
        };
        let refused = |url: &str, options: &InputOptions| check(url, &label(url), options).unwrap_err().to_string();
        let unasked = refused("https://h/x.bam", &InputOptions::default());
        if cfg!(feature = "remote") {
            assert!(unasked.contains("add --remote"), "{unasked}");
            for url in ["https://h/x.bam", "s3://b/x.bam", "http://127.0.0.1:8000/x.bam"] {
                assert_eq!(check(url, url, &asked), Ok(()));
            }
            for url in [
                "http://h/x.bam",
                "ftp://h/x.bam",
                "http://127.0.0.1.evil.org/x.bam",
                "http://localhost@evil.org/x.bam",
                "file:///etc/passwd",
            ] {
                assert!(refused(url, &asked).contains("only https:// and s3://"), "{url}");
            }
        } else {
            assert!(unasked.contains("cargo feature `remote`"), "{unasked}");
            assert_eq!(refused("https://h/x.bam", &asked), unasked);
        }
    }
}
