//! How a report came about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The command and the programs behind a report. It holds nothing that differs between ways to read the same records:
/// how and from what file they were read stands in `inputs[].access`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The command with the options that bear on the result, as typed; files without their folders. The alignments stand
    /// in `inputs`, and what only says where to write or how much to print is left out.
    pub command: Vec<String>,
    /// The program's version, with its commit where it was built from a repository: `0.1.0 (a2b0f7f)`.
    pub version: String,
    /// Version of htslib.
    pub htslib: String,
}

impl Provenance {
    /// The command as one line; what a shell would divide stands in quotes.
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
