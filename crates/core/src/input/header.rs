//! The facts of a header: contigs, build, read groups, programs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::options::printable;
use super::{InputError, contradiction};
use crate::genome::contig::bare_name;
use crate::genome::words::thousands;
use crate::genome::{Build, ContigId, Contigs};

/// Lengths of chromosome 11 in assemblies that are mistaken for GRCh37 or GRCh38 (UCSC `chrom.sizes`).
const OTHER_GENOMES: [(i64, &str); 8] = [
    (121_843_856, "mouse"), // mm9
    (122_082_543, "mouse"), // mm10
    (121_973_369, "mouse"), // mm39
    (90_463_843, "rat"),    // rn6
    (86_241_447, "rat"),    // rn7
    (74_389_097, "dog"),    // canFam3
    (134_452_384, "NCBI36, hg18"),
    (135_127_769, "T2T-CHM13"),
];

/// Most comments that are kept: an aligner's own are among the first; later ones are not needed.
const COMMENTS_MAX: usize = 1_000;

/// One `@RG` line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadGroup {
    /// `SM`.
    pub sample: Option<String>,
    /// `PU`: flow cell and lane, which identify samples of one run.
    pub platform_unit: Option<String>,
    /// `LB`.
    pub library: Option<String>,
}

/// One `@PG` line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// `ID`.
    pub id: String,
    /// `PN`, or without it the identifier up to its first `.` or `-`.
    pub name: String,
    /// `VN`.
    pub version: Option<String>,
    /// `CL`.
    pub command_line: Option<String>,
}

/// The facts of one header. Text that is not UTF-8 is read with replacement characters.
#[derive(Clone, Debug)]
pub struct HeaderFacts {
    /// Contigs in header order.
    pub contigs: Arc<Contigs>,
    /// The build, by the length of chromosome 11.
    pub build: Build,
    /// Chromosome 11, which contains KMT2A.
    pub kmt2a_contig: ContigId,
    /// The sample of all read groups; `None` if they name none or several.
    pub sample: Option<String>,
    /// Read groups by identifier.
    pub read_groups: BTreeMap<Vec<u8>, ReadGroup>,
    /// Programs in header order.
    pub programs: Vec<Program>,
    /// The first 1,000 `@CO` lines.
    pub comments: Vec<String>,
    /// Whether the header says that the records are sorted by coordinate.
    pub sorted: bool,
    /// `@SQ M5` of chromosome 11, in lower case.
    pub kmt2a_contig_md5: Option<String>,
}

impl HeaderFacts {
    /// Reads a header: `text` is its text, `contigs` are in htslib's order. `asked` is the build the caller expects.
    /// `file` is for messages.
    ///
    /// # Errors
    /// No contigs, no chromosome 11, that of another genome, or another build than expected.
    pub fn read(
        file: &str,
        text: &[u8],
        contigs: Vec<(String, i64)>,
        asked: Option<Build>,
    ) -> Result<Self, InputError> {
        let contigs = Contigs::new(contigs);
        let (kmt2a_contig, build) = find_build(file, &contigs)?;
        if let Some(asked) = asked.filter(|asked| *asked != build) {
            return Err(InputError::OtherBuild {
                file: file.to_owned(),
                found: build.to_string(),
                contig: printable(contigs.name(kmt2a_contig)),
                length: thousands(contigs.length(kmt2a_contig)),
                asked: asked.to_string(),
            });
        }
        if let Some(what) = contradiction::find(text, &contigs, build) {
            return Err(InputError::Contradiction {
                file: file.to_owned(),
                what: printable(&what),
            });
        }
        let mut facts = Self {
            build,
            kmt2a_contig,
            sample: None,
            read_groups: BTreeMap::new(),
            programs: Vec::new(),
            comments: Vec::new(),
            sorted: false,
            kmt2a_contig_md5: None,
            contigs: Arc::new(contigs),
        };
        for line in text.split(|b| *b == b'\n') {
            facts.read_line(line.strip_suffix(b"\r").unwrap_or(line));
        }
        let samples = facts.samples();
        if samples.len() == 1 {
            facts.sample = samples.into_iter().next();
        }
        Ok(facts)
    }

    /// Every sample that a read group names.
    pub fn samples(&self) -> BTreeSet<String> {
        self.read_groups.values().filter_map(|g| g.sample.clone()).collect()
    }

    fn read_line(&mut self, line: &[u8]) {
        if let Some(comment) = line.strip_prefix(b"@CO") {
            let comment = comment.strip_prefix(b"\t").unwrap_or(comment);
            if self.comments.len() < COMMENTS_MAX {
                self.comments.push(String::from_utf8_lossy(comment).into_owned());
            }
            return;
        }
        let mut fields = line.split(|b| *b == b'\t');
        let kind = fields.next().unwrap_or_default();
        let fields: Vec<(&[u8], &[u8])> = fields
            .filter(|f| f.len() > 3 && f[2] == b':')
            .map(|f| (&f[..2], &f[3..]))
            .collect();
        let raw = |key: &[u8]| fields.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
        let get = |key: &[u8]| raw(key).map(|v| String::from_utf8_lossy(v).into_owned());
        match kind {
            b"@HD" => self.sorted = raw(b"SO") == Some(b"coordinate"),
            b"@SQ" if raw(b"SN") == Some(self.contigs.name(self.kmt2a_contig).as_bytes()) => {
                self.kmt2a_contig_md5 = get(b"M5").map(|m| m.to_ascii_lowercase());
            }
            b"@RG" => {
                if let Some(id) = raw(b"ID") {
                    self.read_groups.insert(
                        id.to_vec(),
                        ReadGroup {
                            sample: get(b"SM"),
                            platform_unit: get(b"PU"),
                            library: get(b"LB"),
                        },
                    );
                }
            }
            b"@PG" => {
                let id = get(b"ID").unwrap_or_default().trim().to_owned();
                let stem = id.split(['.', '-']).next().unwrap_or_default().trim().to_owned();
                self.programs.push(Program {
                    name: get(b"PN").unwrap_or(stem),
                    version: get(b"VN"),
                    command_line: get(b"CL"),
                    id,
                });
            }
            _ => {}
        }
    }
}

/// Chromosome 11 and the build identified by its length.
fn find_build(file: &str, contigs: &Contigs) -> Result<(ContigId, Build), InputError> {
    if contigs.is_empty() {
        return Err(InputError::NoContigs(file.to_owned()));
    }
    let candidates: Vec<_> = contigs
        .iter()
        .filter(|(_, name, _)| bare_name(name).as_deref() == Some("11"))
        .collect();
    let recognised = candidates
        .iter()
        .find_map(|(id, _, len)| Build::from_chr11_len(*len).map(|build| (*id, build)));
    if let Some(found) = recognised {
        return Ok(found);
    }
    if let Some((_, name, len)) = candidates.first() {
        let guess = OTHER_GENOMES.iter().find(|(other, _)| other == len);
        return Err(InputError::OtherGenome {
            file: file.to_owned(),
            contig: printable(name),
            found: thousands(*len),
            guess: guess.map_or_else(String::new, |(_, name)| format!(" ({name}?)")),
        });
    }
    let mut names: Vec<String> = contigs
        .iter()
        .take(4)
        .map(|(_, name, _)| printable(&name.chars().take(40).collect::<String>()))
        .collect();
    if contigs.len() > names.len() {
        names.push(format!("... {} in all", contigs.len()));
    }
    Err(InputError::NoChromosome11 {
        file: file.to_owned(),
        found: names.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, name: &str, len: i64) -> Result<HeaderFacts, InputError> {
        HeaderFacts::read("x.bam", text.as_bytes(), vec![(name.to_owned(), len)], None)
    }

    #[test]
    fn every_naming_convention_identifies_its_build() {
        for (name, len, build) in [
            ("chr11", 135_086_622, Build::GRCh38),
            ("11", 135_006_516, Build::GRCh37),
            ("NC_000011.10", 135_086_622, Build::GRCh38),
            ("NC_000011.9", 135_006_516, Build::GRCh37),
        ] {
            let facts = read("", name, len).unwrap();
            assert_eq!((facts.build, facts.kmt2a_contig), (build, ContigId(0)), "{name}");
        }
    }

    #[test]
    fn another_genome_is_named_with_its_length() {
        let error = read("", "chr11", 122_082_543).unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.bam: chr11 is 122,082,543 bases long; GRCh38 has 135,086,622, GRCh37 135,006,516 (mouse?)"
        );
        let error = read("", "chr1", 248_956_422).unwrap_err().to_string();
        assert!(error.contains("no chromosome 11 among its contigs (chr1)"), "{error}");
        assert!(read("", "11", 5).is_err());
    }

    #[test]
    fn a_build_that_contradicts_the_header_is_refused() {
        let contigs = vec![("11".to_owned(), 135_006_516)];
        let error = HeaderFacts::read("x.bam", b"", contigs, Some(Build::GRCh38)).unwrap_err();
        assert!(error.to_string().contains("is aligned to GRCh37"), "{error}");
    }

    #[test]
    fn groups_programs_and_comments_are_read() {
        let text = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr11\tLN:135086622\tM5:ABC\n\
                    @RG\tID:a\tSM:p7\tPU:FC1.2\tLB:l\n@RG\tID:b\tSM:p7\n\
                    @PG\tID:STAR\tVN:2.7\tCL:STAR --x 1\n@PG\tID:samtools.1\n@CO\tuser command line: STAR\n";
        let facts = read(text, "chr11", 135_086_622).unwrap();
        assert!(facts.sorted);
        assert_eq!(facts.sample.as_deref(), Some("p7"));
        assert_eq!(facts.read_groups[&b"a"[..]].platform_unit.as_deref(), Some("FC1.2"));
        assert_eq!(facts.kmt2a_contig_md5.as_deref(), Some("abc"));
        assert_eq!(facts.programs[0].command_line.as_deref(), Some("STAR --x 1"));
        assert_eq!(facts.programs[1].name, "samtools");
        assert_eq!(facts.comments, ["user command line: STAR"]);
        let two = text.replace("ID:b\tSM:p7", "ID:b\tSM:p8");
        assert_eq!(read(&two, "chr11", 135_086_622).unwrap().sample, None);
    }

    #[test]
    fn malformed_lines_are_skipped() {
        let text = b"@RG\t\t:\tID\n@PG\n@\n\xff\xfe\t\xff\n@CO\n@RG\tID:\xff\tSM:\xffx\n@HD\tSO:\n@RG\tSM:no id";
        let facts = HeaderFacts::read("x", text, vec![("11".to_owned(), 135_006_516)], None).unwrap();
        assert_eq!(facts.read_groups.len(), 1);
        assert_eq!(facts.sample.as_deref(), Some("\u{fffd}x"));
        assert_eq!(facts.comments, [""]);
    }

    #[test]
    fn digits_are_thousands() {
        assert_eq!(thousands(135_086_622), "135,086,622");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(-1_000), "-1,000");
    }
}
