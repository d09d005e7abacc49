//! STAR's `Chimeric.out.sam` (`--chimOutType SeparateSAMold`): the segments of chimeric reads as alignments, without
//! `SA` tags. Records of one name and read are segments of that read; records of both reads are a pair.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::Arc,
};

use super::{
    ChimericError, ChimericFile, LINES_CAP,
    line::{Chimera, Reads},
};
use crate::{
    genome::{AlignedRecord, ContigId, Contigs, Interval},
    hts::{DecodeContext, HtsFile},
};

/// Reads the templates with a segment in `window`, whatever the order of the records.
///
/// # Errors
/// A file that cannot be read to its end, or with none of the alignment's contigs. Records that cannot be
/// read in full are counted.
pub(super) fn read(
    path: &Path,
    name: String,
    contigs: &Contigs,
    window: (ContigId, Interval),
) -> Result<ChimericFile, ChimericError> {
    let unreadable = |reason: String| ChimericError::Unreadable {
        file: name.clone(),
        reason,
    };
    if !path.is_file() {
        return Err(unreadable(
            "a SAM is read twice, which a pipe does not allow: write it to a file first".to_owned(),
        ));
    }
    let open = || HtsFile::open(Some(path)).map_err(|e| unreadable(e.to_string()));
    let mut file = open()?;
    let own = file.contigs();
    // Maps the file's contig numbers to those of the alignment file.
    let ids: Vec<Option<ContigId>> = own
        .iter()
        .map(|(name, length)| contigs.id(name).filter(|id| contigs.length(*id) == *length))
        .collect();
    let mut this = ChimericFile::new(name.clone());
    let text = file.header_text();
    for line in String::from_utf8_lossy(&text).lines() {
        let fields = line.strip_prefix("@RG").into_iter().flat_map(|rest| rest.split('\t'));
        let group = fields.filter_map(|field| field.strip_prefix("ID:")).next();
        this.run.read_groups.extend(group.map(str::to_owned));
        this.run.add_command(line);
    }
    let of_alignment = |id: Option<ContigId>| id.and_then(|id| ids.get(id.0 as usize).copied().flatten());
    let mut names: HashSet<Vec<u8>> = HashSet::new();
    while file.read().map_err(|e| unreadable(e.to_string()))? {
        let record = file.record();
        this.alignments += 1;
        let inside = of_alignment(record.contig()) == Some(window.0)
            && !record.flags().is_unmapped()
            && Interval::new(record.position(), record.reference_end()).overlaps(window.1);
        if inside && !names.contains(record.name()) {
            if names.len() < LINES_CAP {
                names.insert(record.name().to_vec());
            } else {
                this.left_out += 1;
            }
        }
    }
    if this.alignments > 0 && ids.iter().all(Option::is_none) {
        return Err(unreadable("none of its contigs is in the alignment file".to_owned()));
    }
    let context = DecodeContext {
        contigs: Arc::new(Contigs::new(own)),
        umi_tag: *b"RX",
        umi_in_name: None,
    };
    let mut templates: BTreeMap<Vec<u8>, Vec<AlignedRecord>> = BTreeMap::new();
    let mut file = open()?;
    while file.read().map_err(|e| unreadable(e.to_string()))? {
        let raw = file.record();
        let is_wanted = names.contains(raw.name());
        let Some(contig) = of_alignment(raw.contig()) else {
            continue;
        };
        if raw.flags().is_unmapped() {
            continue;
        }
        let place = (contig, Interval::new(raw.position(), raw.reference_end()));
        this.probes.add(raw.name(), std::iter::once(place), is_wanted);
        if !is_wanted {
            continue;
        }
        let mut record = raw.decode(&context);
        record.contig = Some(contig);
        record.mate_contig = of_alignment(record.mate_contig);
        // SA entries name the same segments, which are records here.
        record.supplementary = Vec::new();
        if record.malformed {
            this.unreadable += 1;
        } else {
            templates.entry(record.name.clone()).or_default().push(record);
        }
    }
    let told = |(name, pieces)| {
        let reads = Reads::Told;
        (name, vec![Chimera { pieces, reads }])
    };
    this.chimeras = templates.into_iter().map(told).collect();
    Ok(this)
}

/// A template as records, the longest segment of each read first, without those already in the BAM.
pub(super) fn records_of(mut pieces: Vec<AlignedRecord>, known: &[&AlignedRecord]) -> Vec<AlignedRecord> {
    // STAR writes neither read group nor alternatives here: without the BAM's, one template would be two. The choice
    // of the template's record does not depend on the order of reading.
    let held = known.iter().min_by_key(|r| {
        let place = (r.contig, r.position, r.flags.0);
        (!r.flags.is_primary(), r.hit_index, r.read_group.clone(), place)
    });
    let place = |r: &AlignedRecord| (r.flags.is_second(), r.contig, r.position);
    pieces.retain(|r| r.is_placed() && !known.iter().any(|k| k.is_placed() && place(k) == place(r)));
    pieces.sort_by_key(|r| {
        let len = r.cigar.reference_len();
        (r.flags.is_second(), -len, r.contig, r.position, r.flags.0)
    });
    for piece in &mut pieces {
        piece.flags.0 &= !(0x100 | 0x800);
        piece.hit_index = held.and_then(|r| r.hit_index);
        if let Some(held) = held {
            piece.read_group.clone_from(&held.read_group);
            piece.umi.clone_from(&held.umi);
        }
        piece.hit_count = Some(1);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            chimeric,
            group::{MapqScale, drafts},
        },
        genome::Cigar,
    };

    const SAM: &str = "@SQ\tSN:chr4\tLN:190214555\n@SQ\tSN:chr11\tLN:135086622\n\
        r1\t0\tchr11\t118482436\t255\t60M40S\t*\t0\t0\t*\t*\n\
        r1\t256\tchr4\t87084120\t255\t60S40M\t*\t0\t0\t*\t*\n\
        r2\t0\tchr4\t1000\t255\t50M50S\t*\t0\t0\t*\t*\n\
        r2\t256\tchr4\t9000\t255\t50S50M\t*\t0\t0\t*\t*\n";

    /// The contigs of the alignment file, in another order than the SAM's.
    fn contigs() -> Contigs {
        Contigs::new([("chr11".to_owned(), 135_086_622), ("chr4".to_owned(), 190_214_555)])
    }

    fn read(text: &str, existing: &[AlignedRecord]) -> Result<Vec<AlignedRecord>, ChimericError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Chimeric.out.sam");
        std::fs::write(&path, text).unwrap();
        let window = (ContigId(0), Interval::new(118_400_000, 118_600_000));
        let file = chimeric::ChimericFile::read(&path, &contigs(), window, "x.bam")?;
        Ok(file.complete(&mut existing.to_vec(), &crate::genome::sequence::NoSequence))
    }

    /// The chain of a template: contig and 1-based ends of each segment.
    fn segments(records: Vec<AlignedRecord>) -> Vec<Vec<(u32, i64, i64)>> {
        let drafts = drafts(records, MapqScale::Star, &contigs());
        let chain = |d: &crate::evidence::group::Draft| {
            let segments = d.fragment.chain.segments.iter();
            segments
                .map(|s| (s.contig.0, s.reference.start.one_based(), s.reference.end.0))
                .collect()
        };
        drafts.iter().map(chain).collect()
    }

    /// KMT2A e8 ends at 118,482,495, AFF1 e5 begins at 87,084,120.
    const FUSION: [(u32, i64, i64); 2] = [(0, 118_482_436, 118_482_495), (1, 87_084_120, 87_084_159)];

    #[test]
    fn both_segments_of_a_read_at_kmt2a_are_one_chain() {
        assert_eq!(segments(read(SAM, &[]).unwrap()), [FUSION.to_vec()]);
    }

    #[test]
    fn a_read_in_the_bam_is_completed_and_not_counted_twice() {
        let held = AlignedRecord {
            name: b"r1".to_vec(),
            contig: Some(ContigId(0)),
            position: 118_482_435,
            mapq: 255,
            cigar: Cigar::parse("60M40S").unwrap(),
            mate_position: -1,
            read_group: Some(b"g1".to_vec()),
            hit_count: Some(1),
            hit_index: Some(1),
            ..AlignedRecord::default()
        };
        let more = read(SAM, std::slice::from_ref(&held)).unwrap();
        assert_eq!(more.len(), 1);
        assert!(more[0].flags.is_supplementary());
        assert_eq!(segments([vec![held], more].concat()), [FUSION.to_vec()]);
    }

    #[test]
    fn another_genome_is_an_error() {
        let other = SAM.replace("190214555", "1000").replace("135086622", "119000000");
        assert!(
            read(&other, &[])
                .unwrap_err()
                .to_string()
                .contains("none of its contigs")
        );
    }
}
