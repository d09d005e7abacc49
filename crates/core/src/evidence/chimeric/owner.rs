//! Checks that a file of chimeric alignments belongs to the sample: the FASTQ files and read groups of its run
//! against those of the alignment file, and some of its read names against the alignment file's records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ChimericUse;
use crate::{
    evidence::{gather, molecule::name_hash, templates},
    genome::{ContigId, Interval},
    hts::RawRecord,
    input::HeaderFacts,
};

/// Names at KMT2A to search for (count).
const AT_KMT2A: usize = 40;
/// Names to search for in all, if few are at KMT2A (count): each costs a look-up through the index.
const IN_ALL: usize = 20;
/// Names of which at least one must be in an alignment file that has unmapped reads (count).
const ENOUGH: usize = 5;
/// Names of which at least one must be in an alignment file without unmapped reads (count). In real files 57 to 86 %
/// of the names have a placed read, so that in one of five thousand files none of ten has one.
const ENOUGH_PLACED: usize = 10;

/// Reads with a segment at KMT2A that are looked up (count); beyond this, only the lines are used.
const NAMED_CAP: usize = 50_000;

/// The run that wrote a file, from its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    fastqs: BTreeSet<String>,
    pub(super) read_groups: BTreeSet<String>,
}

impl Run {
    /// Reads STAR's command line, if the text contains one.
    pub(super) fn add_command(&mut self, text: &str) {
        self.fastqs.extend(fastqs_of(text));
    }

    /// How the alignment file's header contradicts a run.
    pub(super) fn contradicts(&self, header: &HeaderFacts) -> Option<String> {
        let commands = header.programs.iter().filter_map(|p| p.command_line.as_deref());
        let texts = commands.chain(header.comments.iter().map(|comment| comment.as_ref()));
        let theirs: BTreeSet<String> = texts.flat_map(fastqs_of).collect();
        if are_apart(&self.fastqs, &theirs) {
            return Some(format!(
                "STAR read {} for this file, and {} for the alignments",
                joined(&self.fastqs),
                joined(&theirs)
            ));
        }
        // Replaced read groups carry no information.
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

/// Names of the FASTQ files of a STAR command line, without folders; piped input has no name.
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

/// A name with its hash.
type HashedName = (u64, Vec<u8>);
/// Loci of the segments of a name.
type Places = Vec<(ContigId, Interval)>;

/// Read names of the file with the loci of their segments.
#[derive(Clone, Debug, Default)]
pub(super) struct Probes {
    at_kmt2a: BTreeMap<HashedName, Places>,
    elsewhere: BTreeMap<HashedName, Places>,
}

impl Probes {
    /// Offers a read; a few are kept, chosen by the hash of their names, so that the choice does not depend on the
    /// file's order.
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

/// Names to search for in the alignment file.
#[derive(Debug, Default)]
pub(in crate::evidence) struct Confirmation {
    by_name: HashMap<Vec<u8>, usize>,
    places: Vec<Vec<(ContigId, Interval)>>,
    /// First bases of all segments, sorted, with the name that they belong to.
    starts: Vec<(ContigId, i64, usize)>,
    found: bool,
    /// Names that have a read in the alignment file at their segments.
    covered: BTreeSet<usize>,
    unmapped: bool,
    /// Other loci of the reads with a segment at KMT2A, by the hash of their names.
    named: HashMap<u64, Places>,
}

impl Confirmation {
    /// Searches for some names, and for the reads with a segment at KMT2A at their other loci.
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

    /// Whether a name was found, so that the search can stop.
    pub(in crate::evidence) const fn is_settled(&self) -> bool {
        self.found || self.places.is_empty()
    }

    /// Loci of such reads, to be looked up in an index.
    pub(in crate::evidence) fn named_windows(&self) -> Vec<(ContigId, Interval)> {
        let mut all: Vec<(ContigId, Interval)> = self.named.values().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a record belongs to such a read: it is at one of its segments, or unmapped.
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

    /// Regions to be looked up in an index.
    pub(in crate::evidence) fn windows(&self) -> Vec<(ContigId, Interval)> {
        let of = |(contig, start, _): &(ContigId, i64, usize)| (*contig, Interval::new(*start, start + 1));
        self.starts.iter().map(of).collect()
    }

    /// Checks a record.
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

    /// Whether the file belongs to the sample; the contradiction, if at least one name should have been found.
    pub(super) fn verdict(&self) -> Result<ChimericUse, String> {
        let names = self.covered.len();
        if self.found {
            return Ok(ChimericUse::Confirmed);
        }
        let note = match self.unmapped {
            true if names >= ENOUGH => ", which hold unmapped reads too",
            _ if names >= ENOUGH_PLACED => "",
            _ => return Ok(ChimericUse::Unconfirmed(names as u64)),
        };
        Err(format!(
            "none of {names} of its read names is among the alignments{note}"
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

    /// Folders may differ; names of other files, or another read group, show another sample.
    #[test]
    fn another_run_is_recognised_by_fastqs_and_read_group() {
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
        // The user's own command line is in a comment; lanes are separated by commas.
        let lanes = header("@CO\tuser command line: STAR --readFilesIn p7_L1.fq,p7_L2.fq q_L1.fq,q_L2.fq\n");
        assert_eq!(run("STAR --readFilesIn x/p7_L2.fq", "").contradicts(&lanes), None);
        assert!(run("STAR --readFilesIn p9.fq", "").contradicts(&lanes).is_some());
    }
}
