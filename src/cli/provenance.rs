//! The command, as recorded in its report.

use std::{ffi::OsStr, path::Path, sync::OnceLock};

use breakapart_core::{hts, report::schema::Provenance};
use clap::{ArgMatches, Command, parser::ValueSource};

static PROVENANCE: OnceLock<Provenance> = OnceLock::new();

/// The version, with the commit if known at build time.
pub(super) fn version() -> String {
    let commit = option_env!("BREAKAPART_COMMIT").filter(|commit| !commit.is_empty());
    let commit = commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
    format!("{}{commit}", env!("CARGO_PKG_VERSION"))
}

/// Keeps the arguments.
pub(super) fn keep(command: &Command, matches: &ArgMatches) {
    let _ = PROVENANCE.set(of(command, matches));
}

/// The kept arguments; `None` in tests.
pub(super) fn kept() -> Option<Provenance> {
    PROVENANCE.get().cloned()
}

fn of(command: &Command, matches: &ArgMatches) -> Provenance {
    let mut words = vec![command.get_name().to_owned()];
    if let Some((name, options)) = matches.subcommand() {
        words.push(name.to_owned());
        let of_command = command
            .find_subcommand(name)
            .into_iter()
            .flat_map(Command::get_arguments);
        for argument in of_command {
            let id = argument.get_id().as_str();
            let is_given = options.value_source(id) == Some(ValueSource::CommandLine);
            // Options under a heading affect the result of a sample; the rest concern input and output files.
            if !is_given || argument.get_help_heading().is_none() {
                continue;
            }
            words.extend(argument.get_long().map(|long| format!("--{long}")));
            if argument.get_action().takes_values() {
                let values = options.get_raw(id).into_iter().flatten();
                words.extend(values.map(base_name));
            }
        }
    }
    let versions = hts::versions();
    Provenance {
        command: words,
        version: version(),
        htslib: versions.split(" (").next().unwrap_or_default().to_owned(),
    }
}

/// A value without its folders, which may contain a patient's name.
fn base_name(value: &OsStr) -> String {
    let name = Path::new(value).file_name().unwrap_or(value);
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    fn command_of(line: &str) -> Vec<String> {
        let command = Cli::command();
        let matches = command.clone().try_get_matches_from(line.split(' ')).unwrap();
        of(&command, &matches).command
    }

    #[test]
    fn options_of_the_result_are_kept_without_folders() {
        let line = "breakapart call -t 4 -o /patients/x -v --force --reference /patients/ref/hg38.fa --required-lod 0.05 \
                    --keep-names /patients/p.bam";
        assert_eq!(
            command_of(line).join(" "),
            "breakapart call --reference hg38.fa --required-lod 0.05 --keep-names"
        );
    }

    #[test]
    fn input_and_output_options_are_removed_and_those_of_the_result_kept() {
        let mut command = Cli::command();
        command.build();
        let call = command.find_subcommand("call").unwrap();
        let headed = call.get_arguments().filter(|a| a.get_help_heading().is_some());
        let headed: Vec<&str> = headed.map(|a| a.get_id().as_str()).collect();
        assert_eq!(
            headed,
            [
                "reference",
                "gtf",
                "assay",
                "build",
                "library",
                "chimeric",
                "umi_tag",
                "umi_in_name",
                "molecules",
                "unmapped",
                "require_index",
                "required_lod",
                "background",
                "keep_names",
                "params",
            ]
        );
    }
}
