//! What a waiting person sees: a line on a terminal, or with `-v` a log line every ten seconds.

use std::{
    io::IsTerminal,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
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
    bar: ProgressBar,
    done: Arc<AtomicUsize>,
    ended: Arc<(Mutex<bool>, Condvar)>,
    watcher: Option<thread::JoinHandle<()>>,
}

impl Progress {
    /// Begins; `quiet` shows nothing.
    pub(super) fn start(samples: usize, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(samples as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} of {len} samples, {elapsed}") {
            bar.set_style(style);
        }
        let done = Arc::new(AtomicUsize::new(0));
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let shown = !quiet && std::io::stderr().is_terminal();
        let watcher = {
            let (bar, done, ended) = (bar.clone(), Arc::clone(&done), Arc::clone(&ended));
            let watch = move || watch(&bar, samples, (&done, &ended), shown);
            (!quiet).then(|| thread::Builder::new().name("progress".to_owned()).spawn(watch).ok())
        };
        Self {
            bar,
            done,
            ended,
            watcher: watcher.flatten(),
        }
    }

    /// One more sample is done.
    pub(super) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(mut ended) = self.ended.0.lock() {
            *ended = true;
        }
        self.ended.1.notify_all();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        self.bar.finish_and_clear();
    }
}

/// Waits for the end, and shows the line or logs meanwhile.
fn watch(bar: &ProgressBar, samples: usize, (done, ended): (&AtomicUsize, &(Mutex<bool>, Condvar)), shown: bool) {
    let started = Instant::now();
    let mut logged = Duration::ZERO;
    let Ok(mut is_over) = ended.0.lock() else { return };
    while !*is_over {
        let Ok((guard, _)) = ended.1.wait_timeout(is_over, TICK) else {
            return;
        };
        is_over = guard;
        let elapsed = started.elapsed();
        if shown && elapsed >= QUIET_FOR && !*is_over {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.tick();
        }
        if elapsed >= logged + LOG_EVERY {
            logged = elapsed;
            let done = done.load(Ordering::Relaxed);
            tracing::info!("{done} of {samples} samples done after {} s", elapsed.as_secs());
        }
    }
}
