//! Processing of the records after alignment, and the assay they come from, as far as `@PG` lines show.

use super::Aligner;
use super::header::{HeaderFacts, Program};

pub use breakapart_rule::Assay;

/// An assay with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssayGuess {
    /// The assay.
    pub assay: Assay,
    /// The reason, as a phrase.
    pub basis: &'static str,
}

impl AssayGuess {
    /// From the aligner alone; `None` if it is used for both.
    pub fn from_aligner(aligner: &Aligner) -> Option<Self> {
        let (assay, basis) = match aligner {
            Aligner::Star(_) => (Assay::Rna, "aligned with STAR"),
            Aligner::Hisat2 => (Assay::Rna, "aligned with HISAT2"),
            Aligner::TopHat => (Assay::Rna, "aligned with TopHat"),
            Aligner::Bwa { .. } => (Assay::Dna, "aligned with BWA"),
            Aligner::Dragen { rna: true } => (Assay::Rna, "aligned with DRAGEN, --enable-rna"),
            Aligner::Dragen { rna: false } => (Assay::Dna, "aligned with DRAGEN without --enable-rna"),
            Aligner::Minimap2 {
                preset: Some(preset), ..
            } if preset.starts_with("splice") => (Assay::Rna, "aligned with minimap2, preset splice"),
            Aligner::Minimap2 {
                preset: Some(preset), ..
            } if preset == "sr" => (Assay::Dna, "aligned with minimap2, preset sr"),
            Aligner::Minimap2 { .. } | Aligner::Unknown => return None,
        };
        Some(Self { assay, basis })
    }
}

/// A program's treatment of duplicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DuplicateMarking {
    /// None recorded in the header.
    #[default]
    None,
    /// Duplicates were flagged.
    Marked,
    /// Duplicates were removed.
    Removed,
}

/// Processing of the records after alignment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Processing {
    /// Treatment of duplicates.
    pub duplicates: DuplicateMarking,
    /// The command that removed supplementary records, and with them one half of every chimera.
    pub supplementaries_removed: Option<String>,
    /// The command that kept only properly paired records, and so removed pairs across a breakpoint.
    pub improper_pairs_removed: Option<String>,
    /// The command that removed reads by chimeric features: an expression on `SA` tags, mates, clips or supplementary
    /// flags, a removed tag, or a read filter of that kind.
    pub chimeras_removed: Option<String>,
}

impl Processing {
    /// Reads the header's programs.
    pub fn read(header: &HeaderFacts) -> Self {
        let mut out = Self::default();
        for program in &header.programs {
            out.duplicates = out.duplicates.max(duplicates_of(program));
            out.read_filter(program);
        }
        out
    }

    /// Whether duplicates are flagged in this file.
    pub fn duplicates_marked(&self) -> bool {
        self.duplicates == DuplicateMarking::Marked
    }

    fn read_filter(&mut self, program: &Program) {
        let Some(line) = program.command_line.as_deref() else {
            return;
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        if READ_FILTERS.iter().any(|filter| line.contains(filter)) {
            self.chimeras_removed = Some(line.to_owned());
        }
        let is_view = words
            .windows(2)
            .any(|w| (w[0].ends_with("samtools") || w[0].ends_with("sambamba")) && w[1] == "view");
        if !is_view {
            return;
        }
        let command = || line.to_owned();
        let excluded = value_of(&words, &["-F", "--excl-flags", "--exclude-flags"], VIEW_SWITCHES);
        let required = value_of(
            &words,
            &["-f", "--require-flags", "--rf", "--incl-flags"],
            VIEW_SWITCHES,
        );
        if excluded.and_then(flag_bits).is_some_and(|bits| bits & 0x800 != 0) || line.contains("not supplementary") {
            self.supplementaries_removed = Some(command());
        }
        if required.and_then(flag_bits).is_some_and(|bits| bits & 0x2 != 0) || line.contains("proper_pair") {
            self.improper_pairs_removed = Some(command());
        }
        let removes_tag = value_of(&words, &["-x", "--remove-tag"], VIEW_SWITCHES)
            .is_some_and(|tags| tags.split(',').any(|tag| tag == "SA"))
            || value_of(&words, &["--keep-tag"], VIEW_SWITCHES)
                .is_some_and(|tags| !tags.starts_with('^') && !tags.split(',').any(|tag| tag == "SA"));
        if removes_tag || expression(&words).is_some_and(|e| names_chimeras(&e)) {
            self.chimeras_removed = Some(command());
        }
    }
}

/// Read filters of GATK, Picard and bamtools that remove chimeric reads or one half of them.
const READ_FILTERS: [&str; 7] = [
    "NotSupplementaryAlignmentReadFilter",
    "MateOnSameContigOrNoMappedMateReadFilter",
    "MateDistantReadFilter",
    "ProperlyPairedReadFilter",
    "OverclippedReadFilter",
    "SoftClippedReadFilter",
    "-isProperPair true",
];

/// Fields of samtools' filter expressions that distinguish chimeric reads (samtools manual, "Filter expressions").
const CHIMERIC_FIELDS: [&str; 13] = [
    "SA",
    "supplementary",
    "rnext",
    "mrname",
    "mrefid",
    "pnext",
    "mpos",
    "tlen",
    "proper_pair",
    "sclen",
    "hclen",
    "ncigar",
    "cigar",
];

/// The filter expression of a `samtools view`, up to the next option.
fn expression(words: &[&str]) -> Option<String> {
    let at = words.iter().position(|word| {
        let is_long = word.starts_with("--exp");
        let is_short = word
            .strip_prefix('-')
            .is_some_and(|letters| letters.ends_with('e') && letters.chars().all(|c| "bchuCSHP1e".contains(c)));
        is_long || is_short
    })?;
    let attached = words[at]
        .split_once('=')
        .map(|(_, rest)| rest)
        .filter(|_| words[at].starts_with("--"));
    let is_option = |word: &&str| {
        let mut chars = word.chars();
        chars.next() == Some('-') && chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '-')
    };
    let is_file = |word: &&str| [".bam", ".sam", ".cram"].iter().any(|end| word.ends_with(end));
    let rest = words[at + 1..]
        .iter()
        .copied()
        .take_while(|word| !is_option(word) && !is_file(word));
    Some(attached.into_iter().chain(rest).collect::<Vec<_>>().join(" "))
}

/// Whether an expression uses a field that distinguishes chimeric reads.
fn names_chimeras(expression: &str) -> bool {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let by_flag_number = expression.split("flag").skip(1).any(|rest| {
        let rest = rest.trim_start_matches([' ', '(']);
        rest.starts_with(['&', '=', '!', '<', '>'])
            && rest
                .split(|c: char| !c.is_ascii_alphanumeric())
                .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
                .and_then(flag_bits)
                .is_some_and(|bits| bits & (0x2 | 0x800) != 0)
    });
    by_flag_number || words.into_iter().any(|word| CHIMERIC_FIELDS.contains(&word))
}

/// Switches of `samtools view` without a value.
const VIEW_SWITCHES: &str = "bchuCSH1";

/// The value of an option, as `-F 4`, `-F4`, `-bF 4`, `--excl-flags 4` or `--excl-flags=4`; `switches` are the
/// letters without a value that may precede a short one.
pub(super) fn value_of<'a>(words: &[&'a str], names: &[&str], switches: &str) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(index, word)| {
        names.iter().find_map(|name| {
            let rest = if name.starts_with("--") {
                let rest = word.strip_prefix(name)?;
                if rest.is_empty() {
                    rest
                } else {
                    return rest.strip_prefix('=');
                }
            } else {
                let letters = word.strip_prefix('-')?;
                let (before, rest) = letters.split_once(&name[1..])?;
                if !before.chars().all(|c| switches.contains(c)) {
                    return None;
                }
                rest
            };
            if rest.is_empty() {
                words.get(index + 1).copied()
            } else {
                Some(rest)
            }
        })
    })
}

/// Flags in samtools' notation: decimal, `0x` hexadecimal, `0` octal, or comma-separated names.
fn flag_bits(text: &str) -> Option<u32> {
    let text = text.trim_matches(['"', '\'']);
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(hex, 16).ok();
    }
    if text.len() > 1 && text.starts_with('0') {
        return u32::from_str_radix(text, 8).ok();
    }
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    text.to_ascii_uppercase()
        .split(',')
        .map(|name| FLAGS.split(' ').position(|known| known == name).map(|bit| 1 << bit))
        .try_fold(0, |bits, flag| flag.map(|flag: u32| bits | flag))
}

/// Names of the flags, from bit 0x1 up (SAM specification 1.4.2; `samtools flags`).
const FLAGS: &str = "PAIRED PROPER_PAIR UNMAP MUNMAP REVERSE MREVERSE READ1 READ2 SECONDARY QCFAIL DUP SUPPLEMENTARY";

fn duplicates_of(program: &Program) -> DuplicateMarking {
    let name = program.name.to_ascii_lowercase();
    let id = program.id.to_ascii_lowercase();
    let line = program.command_line.as_deref().unwrap_or_default();
    let lower = line.to_ascii_lowercase();
    let runs = |tool: &str, command: &str| {
        lower
            .split_whitespace()
            .collect::<Vec<_>>()
            .windows(2)
            .any(|w| w[0].rsplit('/').next().is_some_and(|w| w == tool) && w[1] == command)
    };
    let markdup = runs("samtools", "markdup") || runs("sambamba", "markdup");
    let known = [
        "markduplicates",
        "umiawaremarkduplicates",
        "bammarkduplicates",
        "bamsormadup",
        "samblaster",
    ]
    .iter()
    .any(|known| name.contains(known) || id.contains(known));
    let dragen = name.starts_with("dragen") && lower.contains("--enable-duplicate-marking true");
    let asks = |long: &str| line.split_whitespace().any(|w| w == "-r" || w == long);
    let removed = (markdup && asks("--remove-duplicates"))
        || lower.contains("remove_duplicates=true")
        || lower.contains("remove_duplicates true")
        || (name.contains("samblaster") && asks("--removeDups"))
        || runs("samtools", "rmdup");
    if removed {
        DuplicateMarking::Removed
    } else if markdup || known || dragen {
        DuplicateMarking::Marked
    } else {
        DuplicateMarking::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn processing(line: &str) -> Processing {
        let contigs = vec![("chr11".to_owned(), 135_086_622)];
        Processing::read(&HeaderFacts::read("x", format!("@PG\t{line}\n").as_bytes(), contigs, None).unwrap())
    }

    #[test]
    fn a_filter_that_strips_chimeras_is_seen() {
        for options in [
            "-F 2048",
            "-F 0x800",
            "-F0x900",
            "-F 2308",
            "-F 04000",
            "-hF 2048",
            "--excl-flags SECONDARY,SUPPLEMENTARY",
            "--exclude-flags=2048",
        ] {
            let found = processing(&format!(
                "ID:samtools\tPN:samtools\tCL:samtools view -b {options} in.bam"
            ));
            assert!(found.supplementaries_removed.is_some(), "{options}");
        }
        for options in ["-F 4", "-F 0x400", "-f 2048", "-q 0", "-F UNMAP"] {
            let found = processing(&format!(
                "ID:samtools\tPN:samtools\tCL:samtools view -b {options} in.bam"
            ));
            assert_eq!(found, Processing::default(), "{options}");
        }
        let sort = processing("ID:samtools\tPN:samtools\tCL:samtools sort -F 2048");
        assert_eq!(sort.supplementaries_removed, None);
    }

    #[test]
    fn filters_on_pairs_are_seen() {
        let found = processing("ID:samtools\tCL:samtools view -f 0x2 -q 20 in.bam");
        assert!(found.improper_pairs_removed.is_some());
    }

    #[test]
    fn expressions_on_chimeric_features_are_seen() {
        for options in [
            "-b -e rname==rnext && !([SA]) -o out.bam in.bam",
            "-e !([SA]) in.bam",
            "-be '[NM] < 3 && sclen == 0' in.bam",
            "--expr flag.proper_pair in.bam",
            "--expr=tlen<1000 in.bam",
            "-e !(flag & 2048) in.bam",
            "-x SA in.bam",
            "--keep-tag NM,MD in.bam",
        ] {
            let found = processing(&format!("ID:samtools\tCL:samtools view {options}"));
            assert!(found.chimeras_removed.is_some(), "{options}");
        }
        for options in [
            "-e mapq>=20 && !flag.dup -o SA/cigar.bam in.bam",
            "-e !(flag & 1024) in.bam",
            "-e mapq>20 SA/tlen.bam",
            "-x XA in.bam",
            "--keep-tag SA,NM in.bam",
            "-b -h in.bam",
        ] {
            let found = processing(&format!("ID:samtools\tCL:samtools view {options}"));
            assert_eq!(found.chimeras_removed, None, "{options}");
        }
        let gatk = processing("ID:GATK PrintReads\tCL:PrintReads --read-filter ProperlyPairedReadFilter");
        assert!(gatk.chimeras_removed.is_some());
    }

    #[test]
    fn duplicate_marking_is_known_by_program() {
        for (line, expected) in [
            (
                "ID:MarkDuplicates\tPN:MarkDuplicates\tCL:MarkDuplicates INPUT=[x]",
                DuplicateMarking::Marked,
            ),
            (
                "ID:samtools.2\tPN:samtools\tCL:samtools markdup -@ 4 a b",
                DuplicateMarking::Marked,
            ),
            (
                "ID:samtools.2\tPN:samtools\tCL:/usr/bin/samtools markdup -r a b",
                DuplicateMarking::Removed,
            ),
            ("ID:sambamba\tCL:sambamba markdup a b", DuplicateMarking::Marked),
            (
                "ID:MarkDuplicates\tCL:MarkDuplicates REMOVE_DUPLICATES=true",
                DuplicateMarking::Removed,
            ),
            ("ID:samtools\tPN:samtools\tCL:samtools sort", DuplicateMarking::None),
        ] {
            assert_eq!(processing(line).duplicates, expected, "{line}");
        }
    }

    #[test]
    fn the_assay_follows_from_the_aligner_or_is_unknown() {
        let guess = |aligner| AssayGuess::from_aligner(&aligner).map(|g| g.assay);
        assert_eq!(guess(Aligner::Hisat2), Some(Assay::Rna));
        assert_eq!(
            guess(Aligner::Bwa {
                soft_clips_supplementary: true,
                marks_secondary: false
            }),
            Some(Assay::Dna)
        );
        let preset = |p: &str| Aligner::Minimap2 {
            preset: Some(p.to_owned()),
            knows_splice_sr: true,
        };
        assert_eq!(guess(preset("splice:hq")), Some(Assay::Rna));
        assert_eq!(guess(preset("sr")), Some(Assay::Dna));
        assert_eq!(guess(preset("map-ont")), None);
        assert_eq!(guess(Aligner::Unknown), None);
    }
}
