//! Whole files, written by the tests.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::catalogue::Transcript;
use crate::genome::Interval;

/// KMT2A's first exons in GENCODE style, and a gene on the other strand with exons in ascending order, in Ensembl
/// style.
const GTF: &str = "\
#!genome-build GRCh38
chr11\tHAVANA\ttranscript\t118436492\t118482495\t.\t+\t.\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\"; tag \"MANE_Select\";
chr11\tHAVANA\texon\t118436492\t118436944\t.\t+\t.\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
chr11\tHAVANA\tCDS\t118436513\t118436944\t.\t+\t0\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
chr11\tHAVANA\texon\t118468775\t118468844\t.\t+\t.\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
chr11\tHAVANA\tCDS\t118468775\t118468844\t.\t+\t0\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
chr11\tHAVANA\texon\t118471662\t118474315\t.\t+\t.\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
chr11\tHAVANA\tCDS\t118471662\t118474315\t.\t+\t2\tgene_id \"E1\"; transcript_id \"ENST1.8\"; gene_name \"KMT2A\";
11\tensembl\texon\t1001\t1100\t.\t-\t.\tgene_id \"E2\"; transcript_id \"T2\"; transcript_version \"3\";
11\tensembl\tCDS\t1051\t1100\t.\t-\t2\tgene_id \"E2\"; transcript_id \"T2\";
11\tensembl\tstop_codon\t1048\t1050\t.\t-\t0\tgene_id \"E2\"; transcript_id \"T2\";
11\tensembl\texon\t1201\t1300\t.\t-\t.\tgene_id \"E2\"; transcript_id \"T2\";
11\tensembl\tCDS\t1201\t1234\t.\t-\t0\tgene_id \"E2\"; transcript_id \"T2\";
";

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn phases(transcript: &Transcript) -> Vec<(Option<u8>, Option<u8>)> {
    transcript.exons.iter().map(|e| (e.start_phase, e.end_phase)).collect()
}

#[test]
fn models_of_both_strands() {
    let genes = read(file(GTF.as_bytes()).path()).unwrap();
    assert_eq!(
        genes.iter().map(|g| g.symbol.as_str()).collect::<Vec<_>>(),
        ["E2", "KMT2A"]
    );
    let reverse = &genes[0].transcripts[0];
    assert_eq!((genes[0].chromosome.as_str(), reverse.id.as_str()), ("11", "T2.3"));
    assert_eq!(reverse.exons[0].interval, Interval::from_one_based(1201, 1300));
    // e1: UTR, then 34 bases of CDS; e2: 50 bases, the stop codon and UTR.
    assert_eq!(phases(reverse), [(None, Some(1)), (Some(1), None)]);
    assert_eq!(reverse.exons[1].coding, Some(Interval::from_one_based(1048, 1100)));
    let kmt2a = &genes[1].transcripts[0];
    assert!(kmt2a.mane);
    assert_eq!(phases(kmt2a)[..2], [(None, Some(0)), (Some(0), Some(1))]);
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let mut lines: Vec<_> = GTF.lines().collect();
    lines.reverse();
    let reversed = read(file(lines.join("\n").as_bytes()).path()).unwrap();
    let mut genes = read(file(GTF.as_bytes()).path()).unwrap();
    for (a, b) in genes.iter_mut().zip(&reversed) {
        // The version is on one line of T2 only.
        a.transcripts[0].id.clone_from(&b.transcripts[0].id);
        a.source.clone_from(&b.source);
    }
    assert_eq!(genes, reversed);
}

#[test]
fn gzip_of_several_members_is_read_to_its_end() {
    let (a, b) = GTF.split_at(GTF.find("11\tensembl\texon\t1001").unwrap());
    let members = [gzip(a.as_bytes()), gzip(b.as_bytes())].concat();
    assert_eq!(read(file(&members).path()).unwrap().len(), 2);
    let cut = &members[..members.len() - 20];
    assert!(matches!(
        read(file(cut).path()),
        Err(GtfError {
            fault: Fault::Read(..),
            ..
        })
    ));
}

#[test]
fn a_model_truncated_at_its_start_keeps_its_frame() {
    let text = "chr1\tx\texon\t1\t10\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n\
                chr1\tx\tCDS\t1\t10\t.\t+\t1\tgene_id \"G\"; transcript_id \"T\";\n\
                chr1\tx\texon\t21\t30\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n\
                chr1\tx\tCDS\t21\t30\t.\t+\t0\tgene_id \"G\"; transcript_id \"T\";\n";
    let genes = read(file(text.as_bytes()).path()).unwrap();
    // The first base completes a codon that begins before the model: two of its bases are already used.
    assert_eq!(phases(&genes[0].transcripts[0]), [(Some(2), Some(0)), (Some(0), None)]);
}

#[test]
fn refseq_transcripts_have_their_accession() {
    let text = "NC_000004.12\tBestRefSeq\texon\t5\t9\t.\t+\t.\tgene_id \"AFF1\"; transcript_id \"NM_001166693.3\"; \
                gene \"AFF1\"; tag \"MANE Select\";\n";
    let genes = read(file(text.as_bytes()).path()).unwrap();
    assert_eq!(genes[0].chromosome, "4");
    assert_eq!(genes[0].transcripts[0].display_name(), "NM_001166693.3");
    assert!(genes[0].transcripts[0].mane);
}

#[test]
fn malformed_lines_are_skipped_and_the_rest_is_kept() {
    let text = format!("rubbish\n{GTF}chr11\tx\texon\t9\t3\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n\u{0}\n");
    assert_eq!(read(file(text.as_bytes()).path()).unwrap().len(), 2);
}

#[test]
fn transcripts_with_overlapping_exons_are_left_out() {
    let text = format!(
        "{GTF}chr2\tx\texon\t1\t10\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n\
         chr2\tx\texon\t10\t20\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n"
    );
    assert_eq!(read(file(text.as_bytes()).path()).unwrap().len(), 2);
}

#[test]
fn unusable_files_are_errors_with_a_reason() {
    let message = |bytes: &[u8]| read(file(bytes).path()).unwrap_err().to_string();
    assert!(message(b"").contains("no transcript with exons found in 0 lines"));
    assert!(message(b"a\tb\n").contains("(line 1: fewer than 9 columns)"));
    assert!(message(b"chr1\tx\texon\t1\t2\t.\t+\t.\tID=e1;Parent=t1\n").contains("GFF3"));
    assert!(message(&[0xff; 64]).contains("(line 1: not UTF-8)"));
    assert!(message(&vec![b'x'; 1 << 21]).contains("line 1 is longer than"));
    assert!(message(&[0x1f, 0x8b, 8, 0, 1]).contains("failed after line 0"));
    assert!(matches!(
        read(Path::new("/nonexistent.gtf")),
        Err(GtfError {
            fault: Fault::Open(_),
            ..
        })
    ));
}

#[test]
fn a_bgzip_file_cut_between_blocks_is_an_error() {
    // One gzip member with bgzip's extra field and no end-of-file block after it.
    let plain = gzip(GTF.as_bytes());
    let extra = [6, 0, b'B', b'C', 2, 0, 0xff, 0xff];
    let mut block = [&plain[..3], &[4], &plain[4..10], &extra, &plain[10..]].concat();
    assert!(matches!(
        read(file(&block).path()),
        Err(GtfError {
            fault: Fault::Truncated,
            ..
        })
    ));
    block.extend([
        0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ]);
    assert_eq!(read(file(&block).path()).unwrap().len(), 2);
}
