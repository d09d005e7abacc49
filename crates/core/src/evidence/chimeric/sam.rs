//! STAR's `Chimeric.out.sam` (`--chimOutType SeparateSAMold`): the pieces of chimeric reads as alignments.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use super::{Chimeras, ChimericError, LINES_CAP};
use crate::{
    genome::{AlignedRecord, ContigId, Contigs, Flags, Interval},
    hts::{DecodeContext, HtsFile},
};

/// Reads the templates with a piece in `window` as records. What the BAM holds already is left out;
/// where it holds a read's primary alignment, every piece here is a further part of it.
///
/// # Errors
/// A file that cannot be read to its end, or with none of the alignment's contigs. Records that cannot be
/// read in full are counted.
pub(super) fn read(
    path: &Path,
    name: &str,
    contigs: &Contigs,
    window: (ContigId, Interval),
    existing: &[AlignedRecord],
) -> Result<Chimeras, ChimericError> {
    let unreadable = |reason: String| ChimericError::Unreadable {
        file: name.to_owned(),
        reason,
    };
    let mut file = HtsFile::open(Some(path)).map_err(|e| unreadable(e.to_string()))?;
    let own = file.contigs();
    // The file's contigs by number, as the alignment file numbers them.
    let ids: Vec<Option<ContigId>> = own
        .iter()
        .map(|(name, length)| contigs.id(name).filter(|id| contigs.length(*id) == *length))
        .collect();
    if ids.iter().all(Option::is_none) {
        return Err(unreadable(
            "none of its contigs is one of the alignment file's".to_owned(),
        ));
    }
    let context = DecodeContext {
        contigs: Arc::new(Contigs::new(own)),
        umi_tag: *b"RX",
        umi_in_name: None,
    };
    let known: HashSet<(&[u8], bool)> = existing
        .iter()
        .filter(|r| r.is_placed() && r.flags.is_primary())
        .map(|r| (r.name.as_slice(), r.flags.is_second()))
        .collect();
    let places: HashSet<(&[u8], bool, Option<ContigId>, i64)> = existing
        .iter()
        .map(|r| (r.name.as_slice(), r.flags.is_second(), r.contig, r.position))
        .collect();
    // STAR writes neither read group nor alternatives there: without the BAM's, one template would be two.
    // The record that stands for a template does not depend on the order in which they were read.
    let rank = |r: &AlignedRecord| {
        let place = (r.contig, r.position, r.flags.0);
        (!r.flags.is_primary(), r.hit_index, r.read_group.clone(), place)
    };
    let mut of_template: HashMap<&[u8], &AlignedRecord> = HashMap::new();
    for record in existing {
        let held = of_template.entry(record.name.as_slice()).or_insert(record);
        if rank(record) < rank(held) {
            *held = record;
        }
    }
    let mut found = Chimeras::default();
    let mut template: Vec<AlignedRecord> = Vec::new();
    let mut flush = |template: &mut Vec<AlignedRecord>| {
        let mut pieces = std::mem::take(template);
        let inside = |r: &AlignedRecord| r.contig == Some(window.0) && r.interval().overlaps(window.1);
        if !pieces.iter().any(inside) {
            return;
        }
        if found.records.len() >= LINES_CAP {
            found.left_out += 1;
            return;
        }
        pieces.retain(|r| {
            r.is_placed() && !places.contains(&(r.name.as_slice(), r.flags.is_second(), r.contig, r.position))
        });
        // The longest piece of each read stands for its primary alignment, unless the BAM has that.
        pieces.sort_by_key(|r| (r.flags.is_second(), -r.cigar.reference_len(), r.contig, r.position));
        let mut led = [false, false];
        for mut piece in pieces {
            let read = usize::from(piece.flags.is_second());
            let further = led[read] || known.contains(&(piece.name.as_slice(), piece.flags.is_second()));
            led[read] = true;
            piece.flags = Flags((piece.flags.0 & !(0x100 | 0x800)) | if further { 0x800 } else { 0 });
            let template = of_template.get(piece.name.as_slice());
            piece.hit_index = template.and_then(|r| r.hit_index);
            if let Some(template) = template {
                piece.read_group.clone_from(&template.read_group);
            }
            piece.hit_count = Some(1);
            found.records.push(piece);
        }
    };
    let mut bad = 0_u64;
    while file.read().map_err(|e| unreadable(e.to_string()))? {
        let mut record = file.record().decode(&context);
        record.contig = record.contig.and_then(|id| ids.get(id.0 as usize).copied().flatten());
        record.mate_contig = record
            .mate_contig
            .and_then(|id| ids.get(id.0 as usize).copied().flatten());
        // SA entries name the same pieces, which stand here as records.
        record.supplementary = Vec::new();
        if record.malformed || record.contig.is_none() {
            bad += u64::from(record.malformed);
            continue;
        }
        if template.first().is_some_and(|r| r.name != record.name) {
            flush(&mut template);
        }
        template.push(record);
    }
    flush(&mut template);
    found.unreadable = bad;
    Ok(found)
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
        chimeric::read(&path, &contigs(), window, existing).map(|found| found.records)
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
    fn both_pieces_of_a_read_at_kmt2a_are_one_chain() {
        assert_eq!(segments(read(SAM, &[]).unwrap()), [FUSION.to_vec()]);
    }

    #[test]
    fn what_the_bam_holds_is_completed_and_not_counted_twice() {
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
    fn another_genome_is_an_error_and_no_empty_answer() {
        let other = SAM.replace("190214555", "1000").replace("135086622", "119000000");
        assert!(
            read(&other, &[])
                .unwrap_err()
                .to_string()
                .contains("none of its contigs")
        );
    }
}
