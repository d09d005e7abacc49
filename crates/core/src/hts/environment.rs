//! Process-wide settings required before htslib is used, and htslib's build features.

use std::ffi::CStr;
use std::sync::Once;

use rust_htslib::htslib;

/// A path at which no file can exist, so that htslib finds no reference by itself: unset or empty would mean a public
/// server (htslib, `cram_populate_ref`).
const NOWHERE: &str = "/dev/null/%s";

static INIT: Once = Once::new();

/// Keeps htslib from the network and from other people's references (`REF_PATH`, `REF_CACHE`), and
/// silences its own messages. Idempotent.
///
/// Call it first thing in `main`, before any thread is started: the environment is shared and C code
/// reads it without a lock. [`crate::input::open`] calls it too, for users of the library.
pub fn init() {
    INIT.call_once(|| {
        // SAFETY: the environment is changed once, before threads where the caller keeps to the
        // contract above; the level is a plain integer.
        unsafe {
            std::env::set_var("REF_PATH", NOWHERE);
            std::env::set_var("REF_CACHE", NOWHERE);
            htslib::hts_set_log_level(htslib::htsLogLevel_HTS_LOG_OFF);
        }
    });
}

/// Whether htslib was compiled with lzma (xz), which some CRAM files need.
pub fn has_lzma() -> bool {
    // SAFETY: returns a constant.
    unsafe { htslib::hts_features() & htslib::HTS_FEATURE_LZMA != 0 }
}

/// htslib's version and compiled features, for `--version --verbose`.
pub fn versions() -> String {
    // SAFETY: both return pointers to static, NUL-terminated text.
    let (version, features) = unsafe {
        (
            CStr::from_ptr(htslib::hts_version()).to_string_lossy().into_owned(),
            CStr::from_ptr(htslib::hts_feature_string())
                .to_string_lossy()
                .into_owned(),
        )
    };
    format!("htslib {version} ({})", features.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn htslib_is_built_with_every_codec_a_cram_may_need() {
        let text = versions();
        assert!(text.starts_with("htslib 1."), "{text}");
        assert!(has_lzma(), "CFLAGS=-DHAVE_LIBLZMA=1 was lost: {text}");
        assert!(text.contains("lzma=yes") && text.contains("bzip2=yes"), "{text}");
    }

    #[test]
    fn no_reference_is_ever_searched_for() {
        init();
        assert_eq!(std::env::var("REF_PATH").as_deref(), Ok(NOWHERE));
        assert_eq!(std::env::var("REF_CACHE").as_deref(), Ok(NOWHERE));
    }
}
