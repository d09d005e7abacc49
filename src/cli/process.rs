//! What can happen to the process: a signal, a limit on file sizes, an error of the program, a standard error
//! that takes nothing.

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
    /// Where the last error of the program was, in words.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Readies the process: unfinished files are removed when it is asked to end, a file that grows beyond the
/// limit is a failed write, refused memory ends with status 1, and errors of the program are told in one line.
pub(super) fn prepare() {
    // With any handler, the write fails with EFBIG instead of ending the process.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    // Refused memory: Rust's library says so in one line and aborts; the status is that of an input too large, and no
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
    // The message becomes the error line of the sample that it is about.
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        PLACE.with_borrow_mut(|kept| *kept = place);
    }));
}

/// Writes one line to standard error, control characters (in names of files) as escapes; where that takes nothing, the
/// work goes on all the same.
pub(super) fn complain(message: &str) {
    let message = breakapart_core::input::printable(message);
    let _ = writeln!(std::io::stderr().lock(), "error: {message}");
}

/// Runs `work`; an error of the program becomes one of this input, so that others go on.
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
