//! Which aligner wrote the records, and whether it was set to write chimeras.

use super::header::{HeaderFacts, Program};
use super::processing::value_of;

/// Where STAR writes chimeric alignments (`--chimOutType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChimericOutput {
    /// In this file, as supplementary records with `SA` tags.
    WithinBam,
    /// In `Chimeric.out.junction`: this file has clips only.
    Junctions,
    /// In `Chimeric.out.sam`: this file has clips only.
    SeparateSam,
}

/// STAR's settings for chimeric alignments. `None`: not given, so STAR's default applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StarSettings {
    /// `--chimSegmentMin`, bases; `None` if 0 or absent: chimeric detection was off.
    pub chimeric_segment_min: Option<u32>,
    /// `--chimOutType`; `None` if chimeric detection was off. If two are given, the one that writes to this file.
    pub chimeric_output: Option<ChimericOutput>,
}

impl StarSettings {
    /// Whether chimeric detection was on and its alignments were written to this file.
    pub fn writes_chimeras(&self) -> bool {
        self.chimeric_output == Some(ChimericOutput::WithinBam)
    }
}

/// The aligner, by `@PG`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aligner {
    /// STAR.
    Star(StarSettings),
    /// HISAT2: splices over long introns, never writes `SA`.
    Hisat2,
    /// BWA-MEM or BWA-MEM2 (or a drop-in replacement).
    Bwa {
        /// `-Y`: supplementary alignments are soft-clipped; hard-clipped without.
        soft_clips_supplementary: bool,
        /// `-M`: supplementary alignments are flagged as secondary.
        marks_secondary: bool,
    },
    /// minimap2.
    Minimap2 {
        /// `-ax`/`-x` preset, if given.
        preset: Option<String>,
        /// Whether it knows `splice:sr`: from 2.29 on; earlier versions treat it as `splice`, without pairs.
        knows_splice_sr: bool,
    },
    /// TopHat: splices, never writes `SA`.
    TopHat,
    /// DRAGEN.
    Dragen {
        /// `--enable-rna true`.
        rna: bool,
    },
    /// Any other, or no `@PG`.
    Unknown,
}

impl Aligner {
    /// Reads the header's programs. Of several STAR runs (a merged file) the least sensitive counts.
    pub fn read(header: &HeaderFacts) -> Self {
        let mut found: Option<Self> = None;
        for program in &header.programs {
            let next = Self::of(program, &header.comments);
            found = match (found, next) {
                (found, Self::Unknown) => found,
                (Some(Self::Star(held)), Self::Star(next)) => Some(Self::Star(least_able(held, next))),
                (Some(held), _) => Some(held),
                (None, next) => Some(next),
            };
        }
        found.unwrap_or(Self::Unknown)
    }

    /// Whether a preset for long RNA reads was used: `splice` and its variants, except `splice:sr` in versions that
    /// know it.
    pub fn has_long_read_preset(&self) -> bool {
        match self {
            Self::Minimap2 {
                preset: Some(preset),
                knows_splice_sr,
            } => preset.starts_with("splice") && !(*knows_splice_sr && preset == "splice:sr"),
            _ => false,
        }
    }

    /// Whether its settings leave reads across a junction unmapped, or clipped without a chimeric record in this
    /// file.
    pub fn leaves_chimeras_out(&self) -> bool {
        match self {
            Self::Star(settings) => !settings.writes_chimeras(),
            Self::Hisat2 | Self::TopHat => true,
            Self::Bwa { .. } | Self::Minimap2 { .. } | Self::Dragen { .. } | Self::Unknown => false,
        }
    }

    fn of(program: &Program, comments: &[String]) -> Self {
        let name = program.name.trim().to_ascii_lowercase();
        let line = program.command_line.as_deref().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match name.as_str() {
            "star" | "star-avx" | "star-avx2" | "starlong" => Self::Star(star_settings(line, comments)),
            "hisat2" | "hisat2-align-s" | "hisat2-align-l" => Self::Hisat2,
            "bwa" | "bwa-mem" | "bwa-mem2" | "bwamem" | "bwa-meme" | "dragmap" | "sentieon-bwa" => Self::Bwa {
                soft_clips_supplementary: words.contains(&"-Y"),
                marks_secondary: words.contains(&"-M"),
            },
            "minimap2" | "mm2-fast" | "pbmm2" | "winnowmap" => Self::Minimap2 {
                preset: if name == "pbmm2" {
                    pacbio_preset(&words)
                } else {
                    // `-x splice`, `-ax splice` or `-xsplice`; letters before x are switches without a value (-a, -c,
                    // -L ...).
                    value_of(&words, &["-x"], "acLYPy").map(str::to_owned)
                },
                knows_splice_sr: program
                    .version
                    .as_deref()
                    .and_then(minor_of)
                    .is_none_or(|v| v >= (2, 29)),
            },
            "tophat" | "tophat2" => Self::TopHat,
            _ if name.starts_with("dragen") => Self::Dragen {
                rna: words
                    .windows(2)
                    .any(|w| matches!(w[0], "--enable-rna" | "--enable-map-align-rna") && w[1] == "true")
                    || words.iter().any(|w| w.eq_ignore_ascii_case("--enable-rna=true")),
            },
            _ => Self::Unknown,
        }
    }
}

/// `2.24-r1122` as 2 and 24.
fn minor_of(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// pbmm2's preset as minimap2's: `--preset ISOSEQ` is spliced.
fn pacbio_preset(words: &[&str]) -> Option<String> {
    let value = value_of(words, &["--preset"], "")?;
    Some(match value.to_ascii_uppercase().as_str() {
        "ISOSEQ" => "splice:hq".to_owned(),
        other => other.to_ascii_lowercase(),
    })
}

/// STAR's settings from `@PG CL`, overridden by the user's own command line, which STAR stores in `@CO` as typed
/// (without parameter files).
fn star_settings(command_line: &str, comments: &[String]) -> StarSettings {
    let typed = comments
        .iter()
        .filter_map(|comment| comment.trim_start().strip_prefix("user command line:"));
    let lines: Vec<&str> = std::iter::once(command_line).chain(typed).collect();
    let min = values(&lines, "--chimSegmentMin");
    let chimeric_segment_min = min.first().and_then(|min| min.parse().ok()).filter(|min| *min > 0);
    let kinds = values(&lines, "--chimOutType");
    let chimeric_output = if kinds.contains(&"WithinBAM") {
        ChimericOutput::WithinBam
    } else if kinds.contains(&"SeparateSAMold") {
        ChimericOutput::SeparateSam
    } else {
        ChimericOutput::Junctions
    };
    StarSettings {
        chimeric_segment_min,
        chimeric_output: chimeric_segment_min.map(|_| chimeric_output),
    }
}

/// The values after an option, up to the next option; if several lines have it, the last counts.
fn values<'a>(lines: &[&'a str], option: &str) -> Vec<&'a str> {
    let of_line = |line: &&'a str| -> Option<Vec<&'a str>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().rposition(|word| *word == option)?;
        let rest = words.into_iter().skip(at + 1);
        Some(rest.take_while(|word| !word.starts_with("--")).collect())
    };
    lines.iter().rev().find_map(of_line).unwrap_or_default()
}

fn least_able(a: StarSettings, b: StarSettings) -> StarSettings {
    let a_first = (a.writes_chimeras(), a.chimeric_segment_min.is_some())
        <= (b.writes_chimeras(), b.chimeric_segment_min.is_some());
    if a_first { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligner(text: &str) -> Aligner {
        let contigs = vec![("chr11".to_owned(), 135_086_622)];
        Aligner::read(&HeaderFacts::read("x", text.as_bytes(), contigs, None).unwrap())
    }

    #[test]
    fn star_within_bam_is_read_from_the_users_own_command_line() {
        let found = aligner(
            "@PG\tID:STAR\tPN:STAR\tVN:2.7.10b\tCL:STAR-avx2   --runThreadN 2   --chimSegmentMin 12\n\
             @CO\tuser command line: STAR-avx2 --runThreadN 2 --chimSegmentMin 10 --chimOutType WithinBAM SoftClip \
             --alignIntronMax 500000 --peOverlapNbasesMin 10 --chimMultimapNmax 0\n",
        );
        let Aligner::Star(settings) = found else {
            panic!("{found:?}")
        };
        assert_eq!(settings.chimeric_segment_min, Some(10));
        assert_eq!(settings.chimeric_output, Some(ChimericOutput::WithinBam));
        assert!(settings.writes_chimeras());
    }

    #[test]
    fn star_without_chimeras_in_this_file_says_so() {
        for (options, output) in [
            ("", None),
            ("--chimSegmentMin 0 --chimOutType WithinBAM", None),
            ("--chimSegmentMin 15", Some(ChimericOutput::Junctions)),
            (
                "--chimSegmentMin 15 --chimOutType Junctions",
                Some(ChimericOutput::Junctions),
            ),
            (
                "--chimSegmentMin 15 --chimOutType SeparateSAMold",
                Some(ChimericOutput::SeparateSam),
            ),
        ] {
            let Aligner::Star(settings) = aligner(&format!("@PG\tID:STAR\tCL:STAR {options}\n")) else {
                panic!()
            };
            assert_eq!(settings.chimeric_output, output, "{options}");
            assert!(!settings.writes_chimeras());
        }
    }

    #[test]
    fn of_two_star_runs_the_least_sensitive_counts() {
        let text = "@PG\tID:STAR\tPN:STAR\tCL:STAR --chimSegmentMin 10 --chimOutType WithinBAM\n\
                    @PG\tID:STAR-1\tPN:STAR\tCL:STAR\n";
        assert_eq!(aligner(text), Aligner::Star(StarSettings::default()));
    }

    #[test]
    fn others_are_known_by_name() {
        let preset = |p: &str| Aligner::Minimap2 {
            preset: Some(p.to_owned()),
            knows_splice_sr: true,
        };
        for (line, expected) in [
            ("ID:hisat2\tPN:hisat2", Aligner::Hisat2),
            (
                "ID:bwa\tPN:bwa\tCL:bwa mem -Y ref",
                Aligner::Bwa {
                    soft_clips_supplementary: true,
                    marks_secondary: false,
                },
            ),
            (
                "ID:bwa-mem2\tPN:bwa-mem2\tCL:bwa-mem2 mem ref",
                Aligner::Bwa {
                    soft_clips_supplementary: false,
                    marks_secondary: false,
                },
            ),
            (
                "ID:minimap2\tPN:minimap2\tCL:minimap2 -ax splice:hq -uf r q",
                preset("splice:hq"),
            ),
            ("ID:minimap2\tPN:minimap2\tCL:minimap2 -t 4 -a -xsr r q", preset("sr")),
            (
                "ID:DRAGEN HW build 07.021\tPN:DRAGEN\tCL:dragen --enable-rna true",
                Aligner::Dragen { rna: true },
            ),
            // As written by DRAGEN: a space before its name, and no PN.
            (
                "ID: DRAGEN SW build\tVN: 05.021.604.3.7.8\tCL: dragen --enable-rna true",
                Aligner::Dragen { rna: true },
            ),
            (
                "ID: DRAGEN HW build VN: 01.011\tCL: dragen -f -r hg38",
                Aligner::Dragen { rna: false },
            ),
            (
                "ID:pbmm2\tPN:pbmm2\tCL:pbmm2 align --preset ISOSEQ ref in",
                preset("splice:hq"),
            ),
            ("ID:pbmm2\tCL:pbmm2 align --preset=CCS ref in", preset("ccs")),
            ("ID:TopHat\tVN:2.1.1\tCL:tophat -r 100 idx a b", Aligner::TopHat),
            ("ID:samtools\tPN:samtools\tCL:samtools sort", Aligner::Unknown),
        ] {
            assert_eq!(aligner(&format!("@PG\t{line}\n")), expected, "{line}");
        }
        assert_eq!(aligner(""), Aligner::Unknown);
    }

    #[test]
    fn short_reads_need_a_preset_for_short_reads() {
        for (version, preset, long) in [
            ("2.24-r1122", "splice:sr", true),
            ("2.30-r1287", "splice:sr", false),
            ("2.30-r1287", "splice", true),
            ("2.24-r1122", "splice:hq", true),
            ("2.24-r1122", "sr", false),
        ] {
            let header = format!("@PG\tID:minimap2\tPN:minimap2\tVN:{version}\tCL:minimap2 -ax {preset} r q\n");
            assert_eq!(aligner(&header).has_long_read_preset(), long, "{version} {preset}");
        }
    }

    #[test]
    fn bwa_that_flags_supplementary_as_secondary_is_recognised() {
        let Aligner::Bwa { marks_secondary, .. } = aligner("@PG\tID:bwa\tPN:bwa\tCL:bwa mem -M ref r q\n") else {
            panic!()
        };
        assert!(marks_secondary);
    }
}
