//! Progress display: a line on a terminal, or with `-v` a log line every ten seconds.

use std::{
    io::IsTerminal,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work shows no progress.
const QUIET_FOR: Duration = Duration::from_secs(2);
/// Time between two log lines.
const LOG_EVERY: Duration = Duration::from_secs(10);
/// Time between two updates of the line.
const TICK: Duration = Duration::from_millis(200);

/// The number of samples done; the display ends when it is dropped.
pub(super) struct Progress {
    /// Notifies the watcher of each sample; the watcher ends when this is dropped.
    done: Option<Sender<()>>,
    watcher: Option<thread::JoinHandle<()>>,
}

impl Progress {
    /// Starts the display; `quiet` shows nothing.
    pub(super) fn start(samples: usize, quiet: bool) -> Self {
        let (done, told) = mpsc::channel();
        let watcher = (!quiet).then(|| thread::Builder::new().name("progress".to_owned()));
        let watcher = watcher.and_then(|thread| thread.spawn(move || watch(samples, &told)).ok());
        Self {
            done: Some(done),
            watcher,
        }
    }

    /// One more sample is done.
    pub(super) fn one_done(&self) {
        // There is no receiver if nothing is shown.
        let _ = self.done.as_ref().map(|done| done.send(()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done = None;
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}

/// Waits for the end, and updates the line or the log meanwhile.
fn watch(samples: usize, told: &Receiver<()>) {
    let bar = ProgressBar::with_draw_target(Some(samples as u64), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} of {len} samples, {elapsed}") {
        bar.set_style(style);
    }
    let shown = std::io::stderr().is_terminal();
    let started = Instant::now();
    let mut logged = Duration::ZERO;
    loop {
        match told.recv_timeout(TICK) {
            Ok(()) => bar.inc(1),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let elapsed = started.elapsed();
        if shown && elapsed >= QUIET_FOR {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.tick();
        }
        if elapsed >= logged + LOG_EVERY {
            logged = elapsed;
            let done = bar.position();
            tracing::info!("{done} of {samples} samples done after {} s", elapsed.as_secs());
        }
    }
    bar.finish_and_clear();
}
