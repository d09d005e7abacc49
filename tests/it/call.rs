//! `breakapart call` as a user sees it: files, the one line, the exit status.

mod answers;
mod hostile;
mod outputs;
mod refused;
