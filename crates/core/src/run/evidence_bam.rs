//! `SAMPLE.evidence.bam`: all records of the fragments that support a junction.
//!
//! The file is read a second time for the read names found in the first pass. A record is kept if it overlaps an
//! aligned
//! segment of its fragment, or if a kept record points to it (RNEXT/PNEXT or SA), whether or not the file is read
//! through
//! its index. Two tags are added: `bj`, the identifiers of the junctions that the fragment supports, and `bk`, its type
//! of evidence for each.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::FlowConfig;
use crate::{
    evidence::{molecule::name_hash, templates},
    genome::{ContigId, Interval},
    hts::{AlignmentWriter, DecodeContext, OutputFormat, RawRecord, RecordCopy, WriteError},
    input::{Access, AlignmentFile, InputError},
    report::{build::Supporter, schema::Provenance, wording},
};

/// File extensions after the sample name: the records, their index, the IGV session.
pub const EXTENSIONS: [&str; 3] = ["evidence.bam", "evidence.bam.bai", "evidence.igv.xml"];

/// Tag with the comma-separated junction identifiers.
pub const JUNCTION_TAG: [u8; 2] = *b"bj";
/// Tag with the type of evidence for each, in the same order: split, clip, spanning or mate.
pub const KIND_TAG: [u8; 2] = *b"bk";

/// Rounds in which pointers are followed; a molecule does not need more.
const ROUNDS: usize = 4;

/// Why the evidence could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The second pass failed.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

type Pointer = (ContigId, i64);

/// Records with the wanted read names.
struct Kept<'a> {
    wanted: HashMap<(&'a [u8], Option<&'a [u8]>), &'a Supporter>,
    context: DecodeContext,
    /// Unmapped reads were searched.
    unmapped: bool,
    found: Vec<RecordCopy>,
    /// Position, flags and a hash of the rest of the record, which takes less memory than a copy.
    seen: HashSet<(i32, i64, u16, u64)>,
}

fn contig_number(record: &RawRecord<'_>) -> i32 {
    record.contig().map_or(-1, |id| i32::try_from(id.0).unwrap_or(-1))
}

impl<'a> Kept<'a> {
    fn supporter(&self, record: &RawRecord<'_>) -> Option<&'a Supporter> {
        // Looked up by name, which excludes most records.
        let group = record
            .tags()
            .find(|(tag, _)| tag == b"RG")
            .and_then(|(_, value)| value.text());
        let flags = record.flags();
        let key = |separator: Option<u8>| {
            let name = separator.map_or(record.name(), |s| templates::without_number(record.name(), flags, s));
            self.wanted.get(&(name, group)).copied()
        };
        key(None).or_else(|| key(Some(b'/'))).or_else(|| key(Some(b'.')))
    }

    fn offer(&mut self, record: &RawRecord<'_>) {
        // A record that could not be parsed in full cannot be written.
        if record.is_repaired() || self.supporter(record).is_none() {
            return;
        }
        let mut copy = record.copy();
        if !copy.is_indexable() {
            return;
        }
        copy.forget_unknown_mate();
        let key = (
            contig_number(record),
            record.position(),
            record.flags().0,
            name_hash(copy.data()),
        );
        if self.seen.insert(key) {
            self.found.push(copy);
        }
    }

    /// Which of the found records are kept, and all positions that they point to.
    fn closure(&self) -> (Vec<bool>, BTreeSet<Pointer>) {
        let mut belongs = vec![false; self.found.len()];
        let mut pointers: HashSet<(&[u8], Pointer)> = HashSet::new();
        for _ in 0..ROUNDS {
            let mut changed = false;
            for (copy, belongs) in self.found.iter().zip(&mut belongs) {
                let view = copy.view();
                if *belongs {
                    continue;
                }
                let placed = self
                    .supporter(&view)
                    .is_some_and(|s| s.places.iter().any(|(c, interval)| view.overlaps(*c, *interval)));
                let pointed = view
                    .contig()
                    .is_some_and(|contig| pointers.contains(&(view.name(), (contig, view.position()))));
                let laid = self.unmapped && view.flags().is_unmapped();
                if !placed && !pointed && !laid {
                    continue;
                }
                *belongs = true;
                changed = true;
                let decoded = view.decode(&self.context);
                let mate = decoded
                    .mate_contig
                    .filter(|_| decoded.flags.is_paired())
                    .map(|contig| (contig, decoded.mate_position));
                let parts = decoded.supplementary.iter().map(|part| (part.contig, part.position.0));
                pointers.extend(mate.into_iter().chain(parts).map(|place| (view.name(), place)));
            }
            if !changed {
                break;
            }
        }
        (belongs, pointers.into_iter().map(|(_, place)| place).collect())
    }
}

/// Reads the file again and writes the records of `supporters` to `path`, sorted, with the index at `index`. Read names
/// are those of the report. The header keeps only contigs and read groups, since program lines contain paths.
///
/// # Errors
/// If the file cannot be read again or written.
pub fn write(
    file: &mut AlignmentFile,
    supporters: &[Supporter],
    config: &FlowConfig,
    path: &Path,
    index: &Path,
) -> Result<(), EvidenceError> {
    let mut kept = Kept {
        wanted: supporters
            .iter()
            // A read separated from its pair has a new name.
            .flat_map(|s| {
                [s.name.as_slice(), templates::name_in_file(&s.name)].map(|name| ((name, s.read_group.as_deref()), s))
            })
            .collect(),
        context: file.decode_context(),
        unmapped: file.seeks_unmapped(),
        found: Vec::new(),
        seen: HashSet::new(),
    };
    gather(file, supporters, &mut kept)?;
    let (belongs, _) = kept.closure();
    let mut records: Vec<RecordCopy> = Vec::new();
    for (mut copy, belongs) in std::mem::take(&mut kept.found).into_iter().zip(belongs) {
        let Some(supporter) = kept.supporter(&copy.view()).filter(|_| belongs) else {
            continue;
        };
        let (junctions, kinds): (Vec<&str>, Vec<&str>) = supporter
            .junctions
            .iter()
            .map(|(id, kind)| (id.as_str(), *kind))
            .unzip();
        copy.set_text(&JUNCTION_TAG, &junctions.join(","));
        copy.set_text(&KIND_TAG, &kinds.join(","));
        copy.remove(b"PG");
        if !config.keep_names {
            copy.set_name(supporter.number.as_bytes());
        }
        records.push(copy);
    }
    drop(kept);
    records.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()).then_with(|| a.data().cmp(b.data())));
    let contigs = file.header().contigs.clone();
    let header = header(
        &String::from_utf8_lossy(&file.header_text()),
        config.provenance.as_ref(),
    );
    let mut writer = AlignmentWriter::create(path, OutputFormat::Bam, &header, &contigs, *b"RX")?;
    for record in &records {
        writer.write_copy(record)?;
    }
    Ok(writer.finish_with_index(index)?)
}

fn gather(file: &mut AlignmentFile, supporters: &[Supporter], kept: &mut Kept<'_>) -> Result<(), EvidenceError> {
    if supporters.is_empty() {
        return Ok(());
    }
    // An unmapped read may be anywhere in the file.
    if file.access() == Access::Streamed || kept.unmapped {
        return Ok(file.stream(&mut |record| kept.offer(record))?);
    }
    let mut wanted: BTreeSet<(ContigId, Interval)> = supporters.iter().flat_map(|s| s.places.iter().copied()).collect();
    let mut done: BTreeSet<(ContigId, Interval)> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let windows: Vec<(ContigId, Interval)> = wanted.difference(&done).copied().collect();
        if windows.is_empty() {
            break;
        }
        file.fetch(&windows, &mut |record| kept.offer(record))?;
        done.append(&mut wanted);
        let (_, pointers) = kept.closure();
        wanted = pointers
            .into_iter()
            .filter(|(_, position)| *position >= 0)
            .map(|(contig, position)| (contig, Interval::new(position, position + 1)))
            .collect();
    }
    Ok(())
}

/// A coordinate-sorted header with the contigs and read groups of `text`, and this program.
fn header(text: &str, provenance: Option<&Provenance>) -> String {
    let mut out = String::from("@HD\tVN:1.6\tSO:coordinate\n");
    for line in text.lines() {
        if line.starts_with("@SQ\t") {
            // `UR` is a path that may identify a patient.
            let fields: Vec<&str> = line.split('\t').filter(|f| !f.starts_with("UR:")).collect();
            out.push_str(&fields.join("\t"));
            out.push('\n');
        } else if line.starts_with("@RG\t") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.push_str(concat!(
        "@PG\tID:breakapart\tPN:breakapart\tVN:",
        env!("CARGO_PKG_VERSION")
    ));
    if let Some(provenance) = provenance {
        out.push_str(&format!("\tCL:{}", wording::clean(&provenance.command_line())));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_keeps_contigs_and_groups_and_no_paths() {
        let made = header(
            "@HD\tVN:1.4\tSO:unsorted\n@SQ\tSN:chr11\tLN:135086622\tUR:/patients/x.fa\n@RG\tID:a\tSM:s\n@PG\tID:STAR\tCL:STAR --in /patients/x.fq\n@CO\tuser command line: /patients\n",
            Some(&Provenance {
                command: vec!["breakapart".to_owned(), "call".to_owned(), "a\tb".to_owned()],
                ..Provenance::default()
            }),
        );
        assert_eq!(
            made.lines().take(3).collect::<Vec<_>>(),
            [
                "@HD\tVN:1.6\tSO:coordinate",
                "@SQ\tSN:chr11\tLN:135086622",
                "@RG\tID:a\tSM:s"
            ]
        );
        let program = made.lines().nth(3).unwrap();
        assert!(program.starts_with("@PG\tID:breakapart"));
        assert!(program.ends_with("\tCL:breakapart call 'a b'"), "{program}");
        assert!(!made.contains("patients"));
    }
}
