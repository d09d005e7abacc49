//! The `breakapart` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    breakapart::cli::main()
}
