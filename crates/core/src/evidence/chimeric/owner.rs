//! Whose a file of chimeric alignments is: the FASTQ files and read groups of its run against those of the alignment
//! file, and some of its read names against the alignment file's records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ChimericUse;
use crate::{
    evidence::{gather, molecule::name_hash, templates},
    genome::{ContigId, Interval},
    hts::RawRecord,
    input::HeaderFacts,
};

/// Names at KMT2A that are looked for (count).
const AT_KMT2A: usize = 40;
/// Names that are looked for in all, where few are at KMT2A (count): each costs a look through the index.
const IN_ALL: usize = 20;
/// Names of which one at least must stand in an alignment file that holds unmapped reads (count).
const ENOUGH: usize = 5;
/// Names of which one at least must stand in an alignment file without unmapped reads (count). Of a real file's names
/// 57 to 86 % have a placed read there, so that none of ten has one in five thousand files.
const ENOUGH_PLACED: usize = 10;

/// Reads with a piece at KMT2A that are looked up (count); of more the lines alone are used.
const NAMED_CAP: usize = 50_000;

/// What a file tells of the run that wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    fastqs: BTreeSet<String>,
    pub(super) read_groups: BTreeSet<String>,
}

impl Run {
    /// Reads STAR's command line, where the text holds one.
    pub(super) fn add_command(&mut self, text: &str) {
        self.fastqs.extend(fastqs_of(text));
    }

    /// What in the alignment file's header speaks against one run.
    pub(super) fn contradicts(&self, header: &HeaderFacts) -> Option<String> {
        let commands = header.programs.iter().filter_map(|p| p.command_line.as_deref());
        let texts = commands.chain(header.comments.iter().map(|comment| comment.as_ref()));
        let theirs: BTreeSet<String> = texts.flat_map(fastqs_of).collect();
        if are_apart(&self.fastqs, &theirs) {
            return Some(format!(
                "STAR read {} for it, and {} for the alignments",
                joined(&self.fastqs),
                joined(&theirs)
            ));
        }
        // Read groups that were given anew tell nothing.
        let renamed = header.programs.iter().any(|p| {
            let text = format!("{} {}", p.id, p.command_line.as_deref().unwrap_or_default()).to_ascii_lowercase();
            text.contains("replacereadgroups") || text.contains("addreplacerg")
        });
        let groups = header.read_groups.keys();
        let groups: BTreeSet<String> = groups.map(|id| String::from_utf8_lossy(id).into_owned()).collect();
        (!renamed && are_apart(&self.read_groups, &groups)).then(|| {
            format!(
                "its read group is {}, that of the alignments {}",
                joined(&self.read_groups),
                joined(&groups)
            )
        })
    }
}

fn are_apart(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
}

fn joined(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names.iter().take(4).map(|n| crate::input::printable(n)).collect();
    let more = if names.len() > shown.len() { " ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Names of the FASTQ files of a STAR command line, without folders; what comes through a pipe has no name.
fn fastqs_of(line: &str) -> Vec<String> {
    let words = line
        .split_whitespace()
        .skip_while(|word| *word != "--readFilesIn")
        .skip(1);
    words
        .take_while(|word| !word.starts_with("--"))
        .flat_map(|word| word.split(','))
        .filter(|path| !(path.is_empty() || *path == "-" || path.starts_with("/dev/") || path.starts_with("/proc/")))
        .map(|path| path.rsplit('/').next().unwrap_or(path).to_owned())
        .collect()
}

/// A name behind its hash.
type HashedName = (u64, Vec<u8>);
/// Where the pieces of a name lie.
type Places = Vec<(ContigId, Interval)>;

/// Read names of the file with the places of their pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Probes {
    at_kmt2a: BTreeMap<HashedName, Places>,
    elsewhere: BTreeMap<HashedName, Places>,
}

impl Probes {
    /// Offers a read; a few are kept, by the hash of their names, so that the file's order is none of the choice.
    pub(super) fn add(&mut self, name: &[u8], places: impl Iterator<Item = (ContigId, Interval)>, at_kmt2a: bool) {
        let (kept, max) = if at_kmt2a {
            (&mut self.at_kmt2a, AT_KMT2A)
        } else {
            (&mut self.elsewhere, IN_ALL)
        };
        let key = (name_hash(name), name.to_vec());
        if kept.len() >= max && kept.last_key_value().is_some_and(|(last, _)| *last < key) {
            return;
        }
        kept.entry(key).or_default().extend(places);
        if kept.len() > max {
            kept.pop_last();
        }
    }
}

/// Names looked for in the alignment file.
#[derive(Debug, Default)]
pub(in crate::evidence) struct Confirmation {
    by_name: HashMap<Vec<u8>, usize>,
    places: Vec<Vec<(ContigId, Interval)>>,
    /// First bases of all pieces, sorted, with the name that they belong to.
    starts: Vec<(ContigId, i64, usize)>,
    found: bool,
    /// Names beside whose pieces the alignment file has reads.
    covered: BTreeSet<usize>,
    unmapped: bool,
    /// Where else the reads with a piece at KMT2A lie, by the hash of their names.
    named: HashMap<u64, Places>,
}

impl Confirmation {
    /// Looks for some names, and for the reads with a piece at KMT2A, which lie in these places too.
    pub(super) fn new<'a>(probes: &Probes, named: impl Iterator<Item = (&'a [u8], Places)>) -> Self {
        let few = probes.at_kmt2a.len() < ENOUGH;
        let more = if few { IN_ALL } else { 0 };
        let named = named.take(NAMED_CAP);
        let mut this = Self {
            named: named.map(|(name, places)| (gather::name_hash(name), places)).collect(),
            ..Self::default()
        };
        for ((_, name), places) in probes.at_kmt2a.iter().chain(probes.elsewhere.iter().take(more)) {
            let index = this.places.len();
            this.by_name.insert(templates::stem(name).to_vec(), index);
            let starts = places.iter().map(|(contig, i)| (*contig, i.start.0, index));
            this.starts.extend(starts);
            this.places.push(places.clone());
        }
        this.starts.sort_unstable();
        this
    }

    /// Whether a name was found: nothing more need be read.
    pub(in crate::evidence) const fn is_settled(&self) -> bool {
        self.found || self.places.is_empty()
    }

    /// Where such reads lie, to be asked of an index.
    pub(in crate::evidence) fn named_windows(&self) -> Vec<(ContigId, Interval)> {
        let mut all: Vec<(ContigId, Interval)> = self.named.values().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a record is of such a read: where one of its pieces lies, or nowhere.
    pub(in crate::evidence) fn names(&self, raw: &RawRecord<'_>) -> bool {
        let flags = raw.flags();
        if self.named.is_empty() || flags.is_qc_fail() || flags.is_secondary() {
            return false;
        }
        let places = self.named.get(&gather::name_hash(raw.name()));
        places.is_some_and(|places| {
            !raw.has_contig() && flags.is_unmapped() || places.iter().any(|(c, interval)| raw.overlaps(*c, *interval))
        })
    }

    /// Where an index is to be asked.
    pub(in crate::evidence) fn windows(&self) -> Vec<(ContigId, Interval)> {
        let of = |(contig, start, _): &(ContigId, i64, usize)| (*contig, Interval::new(*start, start + 1));
        self.starts.iter().map(of).collect()
    }

    /// Looks at a record.
    pub(in crate::evidence) fn offer(&mut self, raw: &RawRecord<'_>) {
        if self.places.is_empty() {
            return;
        }
        let flags = raw.flags();
        self.unmapped |= flags.is_unmapped();
        if !flags.is_unmapped()
            && let Some(contig) = raw.contig()
        {
            let (start, end) = (raw.position(), raw.reference_end());
            let from = self.starts.partition_point(|(c, at, _)| (*c, *at) < (contig, start));
            let here = self.starts[from..]
                .iter()
                .take_while(|(c, at, _)| *c == contig && *at < end);
            self.covered.extend(here.map(|(.., index)| *index));
        }
        if self.found {
            return;
        }
        if let Some(index) = self.by_name.get(templates::stem(raw.name())) {
            let lies_there = |(contig, interval): &(ContigId, Interval)| raw.overlaps(*contig, *interval);
            self.found |= flags.is_unmapped() || self.places[*index].iter().any(lies_there);
        }
    }

    /// Whether the file is the sample's; what speaks against it, where one at least of the names should have been found.
    pub(super) fn verdict(&self) -> Result<ChimericUse, String> {
        let names = self.covered.len();
        if self.found {
            return Ok(ChimericUse::Confirmed);
        }
        let behind = match self.unmapped {
            true if names >= ENOUGH => ", which hold unmapped reads too",
            _ if names >= ENOUGH_PLACED => "",
            _ => return Ok(ChimericUse::Unconfirmed(names as u64)),
        };
        Err(format!(
            "none of {names} of its read names stands among the alignments{behind}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> HeaderFacts {
        HeaderFacts::read("x", text.as_bytes(), vec![("chr11".to_owned(), 135_086_622)], None).unwrap()
    }

    fn run(command: &str, group: &str) -> Run {
        let mut run = Run::default();
        run.add_command(command);
        run.read_groups.extend(Some(group.to_owned()).filter(|g| !g.is_empty()));
        run
    }

    /// Folders may differ; names of other files, or another read group, are another sample's.
    #[test]
    fn another_run_is_told_by_fastqs_and_read_group() {
        let own =
            header("@RG\tID:p7\tSM:p7\n@PG\tID:STAR\tPN:STAR\tCL:STAR --readFilesIn a/p7_1.fq.gz a/p7_2.fq.gz --x 1\n");
        assert_eq!(
            run(" 2.7 STAR --readFilesIn b/p7_1.fq.gz b/p7_2.fq.gz", "p7").contradicts(&own),
            None
        );
        assert_eq!(run("Nreads 12 NreadsUnique 10", "").contradicts(&own), None);
        assert_eq!(
            run("STAR --readFilesIn /dev/fd/63 /dev/fd/62", "").contradicts(&own),
            None
        );
        let foreign = run("STAR --readFilesIn p8_1.fq.gz p8_2.fq.gz", "")
            .contradicts(&own)
            .unwrap();
        assert!(
            foreign.contains("p8_1.fq.gz") && foreign.contains("p7_1.fq.gz"),
            "{foreign}"
        );
        assert!(run("", "p8").contradicts(&own).unwrap().contains("read group is p8"));
        let renamed = header("@RG\tID:p7\tSM:p7\n@PG\tID:GATK AddOrReplaceReadGroups\tPN:x\n");
        assert_eq!(run("", "p8").contradicts(&renamed), None);
        // The user's own command line stands in a comment; lanes are separated by commas.
        let lanes = header("@CO\tuser command line: STAR --readFilesIn p7_L1.fq,p7_L2.fq q_L1.fq,q_L2.fq\n");
        assert_eq!(run("STAR --readFilesIn x/p7_L2.fq", "").contradicts(&lanes), None);
        assert!(run("STAR --readFilesIn p9.fq", "").contradicts(&lanes).is_some());
    }
}
