//! Records obey SAM and the aligners' conventions.

use super::*;

#[test]
fn every_record_obeys_sam_whatever_the_library_and_aligner() {
    let world = World::grch38();
    let genome = world.genome();
    let mut designs = random_designs(SetKind::Positives, 60, 1, &genome);
    assert_eq!(designs.len(), 60);
    designs.extend(random_designs(SetKind::Negatives, 10, 1, &genome));
    let mut seen = BTreeSet::new();
    for mut design in designs {
        design.kmt2a_molecules = design.kmt2a_molecules.min(400);
        design.chimera_count = design.chimera_count.max(20);
        seen.insert(design.aligner.name());
        let sample = simulate(&design, &genome).unwrap();
        check(&sample, &world.contigs);
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn aligned_bases_differ_from_the_reference_only_where_md_says() {
    let world = World::grch38();
    let design = Design {
        error_rate: 0.01,
        chimera_count: 40,
        ..aff1(20)
    };
    let sample = simulate(&design, &world.genome()).unwrap();
    for (record, fields) in sample.records.iter().zip(&sample.fields) {
        let mut wrong = Vec::new();
        for block in record.cigar.blocks(record.position, 1) {
            let reference = world.source.bases(record.contig.unwrap(), block.reference).unwrap();
            let hard = record.cigar.leading_hard_clip();
            let read = &record.sequence[(block.read_start - hard) as usize..(block.read_end - hard) as usize];
            let pairs = (block.reference.start.0..).zip(reference.iter().zip(read));
            wrong.extend(pairs.filter(|(_, (a, b))| a != b).map(|(at, _)| at));
        }
        assert_eq!(wrong, record.mismatches);
        if record.is_placed() {
            let md = fields.tags.split("MD:Z:").nth(1).unwrap().split('\t').next().unwrap();
            let parsed = breakapart_core::genome::record::parse_md(md.as_bytes(), &record.cigar, record.position);
            assert_eq!(parsed.as_ref(), Some(&record.mismatches));
        }
    }
}

#[test]
fn records_follow_the_aligners_conventions() {
    let world = World::grch38();
    let genome = world.genome();
    let of = |aligner| {
        let design = Design {
            error_rate: 0.0,
            kmt2a_molecules: 50,
            ..aff1(200)
        };
        simulate(&Design { aligner, ..design }, &genome).unwrap().records
    };
    let hard = |r: &AlignedRecord| r.cigar.0.iter().any(|op| matches!(op, CigarOp::HardClip(_)));
    let star = of(AlignerConvention::STAR_WITHIN_BAM);
    assert!(star.iter().all(|r| hard(r) == r.flags.is_supplementary()));
    // The same chimera as written by STAR 2.7.10b: primaries together, the rest at the exact bases.
    let further = star.iter().filter(|r| r.flags.is_supplementary()).collect::<Vec<_>>();
    assert!(further.len() > 80);
    let donor = Position::from_one_based(118_482_495);
    let ends = |r: &AlignedRecord| {
        let chr11 = r.contig == world.contigs.id("chr11");
        if chr11 {
            r.interval().last() == donor
        } else {
            r.interval().start == Position::from_one_based(87_046_695)
        }
    };
    assert!(further.iter().all(|r| ends(r)));
    let soft = of(AlignerConvention::STAR_WITHIN_BAM_SOFT);
    assert!(
        soft.iter()
            .all(|r| !hard(r) && r.cigar.read_len() == r.sequence.len() as u64)
    );
    for aligner in [AlignerConvention::StarDefault, AlignerConvention::Hisat2] {
        let records = of(aligner);
        assert!(records.iter().all(|r| r.supplementary.is_empty()));
        let apart = |r: &&AlignedRecord| r.mate_contig != r.contig && r.mate_contig.is_some();
        let hisat2 = aligner == AlignerConvention::Hisat2;
        assert_eq!(records.iter().any(|r| apart(&r)), hisat2);
        // STAR leaves both mates unmapped; HISAT2 writes an unmapped one at its mate's position.
        let placed_by_mate = |r: &&AlignedRecord| r.flags.is_unmapped() && r.contig.is_some();
        assert_eq!(records.iter().any(|r| placed_by_mate(&r)), hisat2);
        assert!(records.iter().any(|r| r.flags.is_unmapped()));
        let longest = records
            .iter()
            .map(|r| r.cigar.leading_clip().max(r.cigar.trailing_clip()))
            .max();
        if hisat2 {
            assert!(longest <= Some(20));
        } else {
            assert!(longest > Some(30));
        }
    }
}

#[test]
fn a_written_file_reads_back_as_the_same_records() {
    use breakapart_core::hts::{DecodeContext, HtsFile, OutputFormat};
    let world = World::grch38();
    let folder = tempfile::tempdir().unwrap();
    for (format, name) in [
        (OutputFormat::Bam, "s.bam"),
        (OutputFormat::Sam, "s.sam"),
        (OutputFormat::CramEmbedded, "s.cram"),
        (OutputFormat::CramWithoutReference, "s.cram"),
    ] {
        let design = Design {
            chimera_count: 20,
            kmt2a_molecules: 300,
            umi: true,
            ..aff1(9)
        };
        let options = SetOptions {
            format,
            fastq: true,
            index: true,
        };
        let rows = write_set(std::slice::from_ref(&design), &world.genome(), folder.path(), options).unwrap();
        let sample = simulate(&design, &world.genome()).unwrap();
        assert_eq!(rows, sample.truth);
        let mut file = HtsFile::open(Some(&folder.path().join(name))).unwrap();
        let context = DecodeContext {
            contigs: Arc::new(Contigs::new(file.contigs())),
            umi_tag: *b"RX",
            umi_in_name: None,
        };
        let mut read = Vec::new();
        while file.read().unwrap() {
            read.push(file.record().decode(&context));
        }
        assert_eq!(read, sample.records, "{format:?}");
    }
    assert!(folder.path().join("s.bam.bai").is_file() && folder.path().join("s.cram.crai").is_file());
    let text = std::fs::read_to_string(folder.path().join("truth.tsv")).unwrap();
    assert!(text.contains("\tcanonical\tKMT2A\tAFF1\t8\t4\tchr11:118482495\tchr4:87046695\t.\tin-frame\t"));
    let mut fastq = String::new();
    let zipped = std::fs::File::open(folder.path().join("s_2.fastq.gz")).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(zipped), &mut fastq).unwrap();
    assert_eq!(fastq.lines().count() % 4, 0);
}

fn check(sample: &Simulated, contigs: &Contigs) {
    let mut by_name: BTreeMap<&[u8], Vec<(&AlignedRecord, &WrittenFields)>> = BTreeMap::new();
    for pair in sample.records.iter().zip(&sample.fields) {
        by_name.entry(&pair.0.name).or_default().push(pair);
    }
    let order = |r: &AlignedRecord| (r.contig.map_or(u32::MAX, |c| c.0), r.position);
    assert!(sample.records.windows(2).all(|w| order(&w[0]) <= order(&w[1])));
    for records in by_name.values() {
        let primaries: Vec<_> = records.iter().filter(|(r, _)| !r.flags.is_supplementary()).collect();
        let paired = primaries[0].0.flags.is_paired();
        assert_eq!(primaries.len(), 1 + usize::from(paired));
        assert!(primaries.iter().map(|(_, f)| f.template_len).sum::<i64>() == 0 || !paired);
        for (record, _) in records {
            assert_eq!(record.sequence.len(), record.qualities.len());
            if record.is_placed() {
                let consumed = record.cigar.sequence_len();
                assert_eq!(consumed, record.sequence.len() as u64, "{record:?}");
                assert!(record.interval().end.0 <= contigs.length(record.contig.unwrap()));
                assert!(matches!(middle(&record.cigar).first(), Some(CigarOp::Match(_))));
                assert!(
                    record
                        .mismatches
                        .iter()
                        .all(|m| record.interval().contains(Position(*m)))
                );
            } else {
                assert!(record.flags.is_unmapped() && record.cigar.0.is_empty());
            }
            if paired {
                let mate = primaries
                    .iter()
                    .find(|(m, _)| m.flags.is_second() != record.flags.is_second())
                    .unwrap()
                    .0;
                assert_eq!(record.flags.is_mate_unmapped(), mate.flags.is_unmapped());
                assert_eq!(
                    (record.mate_contig, record.mate_position),
                    (mate.contig, mate.position),
                    "{record:?}"
                );
                if !record.flags.is_unmapped() {
                    assert_eq!(record.flags.mate_strand(), mate.flags.strand());
                }
                if record.flags.0 & 0x2 != 0 {
                    assert_eq!(record.contig, mate.contig);
                    assert_ne!(record.flags.strand(), mate.flags.strand());
                }
            }
            // Every SA entry is another record of the same read, and that one's entry is this record.
            for entry in &record.supplementary {
                let other = records.iter().map(|(r, _)| r).find(|r| {
                    (r.contig, r.position, &r.cigar) == (Some(entry.contig), entry.position.0, &entry.cigar)
                        && r.flags.is_second() == record.flags.is_second()
                        && r.flags.strand() == entry.strand
                });
                let back = &other.unwrap().supplementary[0];
                assert_eq!((Some(back.contig), back.position.0), (record.contig, record.position));
                assert_eq!(back.cigar.read_len(), record.cigar.read_len());
            }
        }
        let further = records.len() - primaries.len();
        assert_eq!(
            records.iter().filter(|(r, _)| !r.supplementary.is_empty()).count(),
            2 * further
        );
    }
}

fn middle(cigar: &Cigar) -> Vec<CigarOp> {
    let clip = |op: &CigarOp| matches!(op, CigarOp::SoftClip(_) | CigarOp::HardClip(_));
    cigar.0.iter().copied().filter(|op| !clip(op)).collect()
}
