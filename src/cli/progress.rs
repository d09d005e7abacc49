//! What a waiting person sees: a line on a terminal, or with `-v` a log line every ten seconds.

use std::{
    io::IsTerminal,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nothing is shown of what is done sooner.
const QUIET_FOR: Duration = Duration::from_secs(2);
/// Time between two log lines.
const LOG_EVERY: Duration = Duration::from_secs(10);
/// Time between two pictures of the line.
const TICK: Duration = Duration::from_millis(200);

/// Samples done of those that there are; ends with its drop.
pub(super) struct Progress {
    /// Tells the watcher of each sample; it ends when nobody can tell it any more.
    done: Option<Sender<()>>,
    watcher: Option<thread::JoinHandle<()>>,
}

impl Progress {
    /// Begins; `quiet` shows nothing.
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
        // Nobody listens where nothing is shown.
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

/// Waits for the end, and shows the line or logs meanwhile.
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
