//! `breakapart completions` and `breakapart man`: files that a package installs with the program, generated from the
//! command line's definition.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Failure};
use breakapart_core::report::PrivateFolder;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell of the script
    #[arg(value_enum)]
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write one page for the program and one for each command to this folder
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
}

/// Prints a completion script.
pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "breakapart", &mut script);
    super::print(&String::from_utf8_lossy(&script))
}

/// Prints the program's page, or writes all pages.
pub(super) fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = &args.output_dir else {
        return super::print(&String::from_utf8_lossy(&page(command)?));
    };
    let failed = |e: std::io::Error| Failure::output(format!("{}: can't be written: {e}", folder.display()));
    std::fs::create_dir_all(folder)
        .map_err(|e| Failure::output(format!("{}: can't be made: {e}", folder.display())))?;
    // All pages or none.
    let private = PrivateFolder::make(folder, "man").map_err(failed)?;
    let commands: Vec<clap::Command> = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set() && c.get_name() != "help")
        .cloned()
        .collect();
    for page_of in std::iter::once(command).chain(commands) {
        let name = page_of
            .get_display_name()
            .unwrap_or_else(|| page_of.get_name())
            .to_owned();
        std::fs::write(private.path().join(format!("{name}.1")), page(page_of)?).map_err(failed)?;
    }
    private.publish(folder).map_err(failed)
}

/// One page. It has no date, so that builds are reproducible.
fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command)
        .date("")
        .manual("User Commands")
        .render(&mut text)
        .map_err(|e| Failure::output(format!("the manual page can't be made: {e}")))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound_and_every_command_has_a_page() {
        Cli::command().debug_assert();
        let folder = tempfile::tempdir().unwrap();
        let args = ManArgs {
            output_dir: Some(folder.path().join("man1")),
        };
        man(&args).unwrap();
        for (name, word) in [
            ("breakapart", "KMT2A"),
            ("breakapart-call", "\\-\\-evidence"),
            ("breakapart-report", "vcf"),
        ] {
            let text = std::fs::read_to_string(folder.path().join(format!("man1/{name}.1"))).unwrap();
            assert!(text.contains(".SH NAME") && text.contains(word), "{name}: {text}");
        }
    }
}
