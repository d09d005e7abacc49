//! Events of the process: a signal, a limit on file sizes, an error of the program, an unusable standard error.

use std::{
    any::Any,
    cell::RefCell,
    io::Write as _,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use breakapart_core::report::remove_unfinished;
use signal_hook::{
    consts::{SIGABRT, SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    flag,
    iterator::Signals,
    low_level,
};

use super::Failure;

thread_local! {
    /// The location of the last error of the program, as text.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Prepares the process: unfinished files are removed on a signal to end, a file that grows beyond the limit is a
/// failed write, failed memory allocation ends with status 1, and errors of the program are reported in one line.
pub(super) fn prepare() {
    // With any handler, the write fails with EFBIG instead of ending the process.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    // Failed allocation: Rust's library prints one line and aborts; the status is that of an input too large, and no
    // core file with a patient's reads is written.
    let _ = flag::register_conditional_shutdown(SIGABRT, 1, Arc::new(AtomicBool::new(true)));
    if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) {
        // Ends with the process.
        let _ = thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in &mut signals {
                remove_unfinished();
                let _ = low_level::emulate_default_handler(signal);
            }
        });
    }
    // The message becomes part of the sample's error line.
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        PLACE.with_borrow_mut(|kept| *kept = place);
    }));
}

/// Writes one line to standard error, with control characters (in file names) escaped; if that fails, the work
/// continues.
pub(super) fn complain(message: &str) {
    let message = breakapart_core::input::printable(message);
    let _ = writeln!(std::io::stderr().lock(), "error: {message}");
}

/// Runs `work`; an error of the program becomes one of this input, so that others continue.
pub(super) fn guarded<T>(name: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        Err(Failure::input(format!(
            "{name}: an error of the program ({}{}); please report it",
            words(cause.as_ref()),
            PLACE.take()
        )))
    })
}

fn words(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| cause.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "of unknown kind".to_owned())
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_program_is_one_line_that_names_its_input() {
        let fine: Result<u8, Failure> = guarded("a.bam", || Ok(7));
        assert_eq!(fine.unwrap(), 7);
        let hits: Vec<u8> = Vec::new();
        let failure = guarded("b.bam", || Ok(hits[3])).unwrap_err();
        assert_eq!(failure.status, 1);
        assert!(
            failure
                .message
                .starts_with("b.bam: an error of the program (index out of bounds")
        );
        assert!(!failure.message.contains('\n'));
    }
}
