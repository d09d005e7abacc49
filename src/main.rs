//! The `breakapart` program.

mod cli;
#[cfg(test)]
#[path = "../tests/support/example.rs"]
mod example;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
