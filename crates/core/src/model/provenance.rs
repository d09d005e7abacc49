//! Command and versions that made a report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The command and the program versions that made a report. They do not depend on how the records were read; that is
/// in `inputs[].access`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The command with the options that affect the result, as typed; files without their folders. The alignments are
    /// in `inputs`; options that only set the output location or verbosity are left out.
    pub command: Vec<String>,
    /// The program's version, with its commit if built from a repository: `0.1.0 (a2b0f7f)`.
    pub version: String,
    /// Version of htslib.
    pub htslib: String,
}

impl Provenance {
    /// The command as one line, quoted where a shell needs it.
    pub fn command_line(&self) -> String {
        let words = self.command.iter().map(|word| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/=@+%".contains(c);
            if !word.is_empty() && word.chars().all(is_plain) {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_can_be_typed_again() {
        let command = ["breakapart", "call", "--sample", "it's one", "--required-lod", "0.05"];
        let provenance = Provenance {
            command: command.map(str::to_owned).to_vec(),
            ..Provenance::default()
        };
        assert_eq!(
            provenance.command_line(),
            "breakapart call --sample 'it'\\''s one' --required-lod 0.05"
        );
    }
}
