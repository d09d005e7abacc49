//! CRAM with the right reference, none, and wrong ones.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use breakapart_core::genome::{Contigs, Interval, SequenceSource as _};
use breakapart_core::hts::Reference;
use breakapart_core::input::{InputError, InputOptions};
use rust_htslib::bam::{self, Format, Header, index};
use tempfile::TempDir;

use super::written::*;

fn with_reference(path: &Path) -> InputOptions {
    InputOptions {
        reference: Some(path.to_owned()),
        ..InputOptions::default()
    }
}

/// A FASTA of one line with its index.
fn write_fasta(path: &Path, name: &str, bases: &[u8]) {
    let mut file = File::create(path).unwrap();
    writeln!(file, ">{name}").unwrap();
    file.write_all(bases).unwrap();
    file.write_all(b"\n").unwrap();
    let len = bases.len();
    let fai = format!("{name}\t{len}\t{}\t{len}\t{}\n", name.len() + 2, len + 1);
    fs::write(format!("{}.fai", path.display()), fai).unwrap();
}

/// A chromosome 11 of the true length without any true base.
fn chromosome_11() -> Vec<u8> {
    let unit: Vec<u8> = {
        let mut draws = Draws(99);
        (0..9_973).map(|_| b"ACGT"[draws.below(4) as usize]).collect()
    };
    let len = usize::try_from(CHR11.1).unwrap();
    unit.iter().copied().cycle().take(len).collect()
}

/// Contigs besides chromosome 11: many, with few reads each, so that htslib puts all into one slice.
const TINY_COUNT: usize = 30;

/// Reads that match the reference, on chromosome 11 only or also on every tiny contig.
fn write_cram(path: &Path, fasta: &Path, bases: &[u8], with_tiny: bool) {
    let contigs = Contigs::new([("chr11".to_owned(), CHR11.1)]);
    let md5 = Reference::open(fasta, &contigs)
        .unwrap()
        .md5(contigs.resolve("chr11").unwrap())
        .unwrap();
    // As samtools writes it: with the reference's path and checksum.
    let mut header = format!(
        "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr11\tLN:{}\tM5:{md5}\tUR:{}\n",
        CHR11.1,
        fasta.display()
    );
    for n in 0..TINY_COUNT {
        header += &format!("@SQ\tSN:tiny{n}\tLN:50\tUR:{}\n", fasta.display());
    }
    let mut lines = Vec::new();
    for n in 0..50 {
        let start = usize::try_from(KMT2A.0).unwrap() + n * 100;
        let sequence = std::str::from_utf8(&bases[start..start + 80]).unwrap();
        lines.push(format!(
            "r{n}\t0\tchr11\t{}\t60\t80M\t*\t0\t0\t{sequence}\t{}",
            start + 1,
            "I".repeat(80)
        ));
    }
    for n in 0..if with_tiny { TINY_COUNT } else { 0 } {
        lines.push(format!(
            "t{n}\t0\ttiny{n}\t1\t60\t50M\t*\t0\t0\t{}\t{}",
            "A".repeat(50),
            "I".repeat(50)
        ));
    }
    let view = view_of(&header);
    let mut writer = bam::Writer::from_path(path, &Header::from_template(&view), Format::Cram).unwrap();
    writer.set_reference(fasta).unwrap();
    for record in records_of(&header, &lines) {
        writer.write(&record).unwrap();
    }
    drop(writer);
    index::build(path, None, index::Type::Bai, 1).unwrap();
}

fn add_tiny(fasta: &Path) {
    let mut file = File::options().append(true).open(fasta).unwrap();
    let mut fai = File::options()
        .append(true)
        .open(format!("{}.fai", fasta.display()))
        .unwrap();
    for n in 0..TINY_COUNT {
        writeln!(file, ">tiny{n}").unwrap();
        let offset = file.metadata().unwrap().len();
        writeln!(file, "{}", "A".repeat(50)).unwrap();
        writeln!(fai, "tiny{n}\t50\t{offset}\t50\t51").unwrap();
    }
}

fn bases_at_kmt2a(path: &Path, options: &InputOptions) -> Result<Vec<Vec<u8>>, InputError> {
    let mut file = open_with(path, options)?;
    let context = file.decode_context();
    let contig = file.header().kmt2a_contig;
    let mut out = Vec::new();
    file.fetch(&[(contig, Interval::new(KMT2A.0, KMT2A.1))], &mut |r| {
        out.push(r.decode(&context).sequence);
    })?;
    Ok(out)
}

#[test]
fn a_cram_is_read_with_its_own_reference_or_not_at_all() {
    breakapart_core::hts::init();
    let dir = TempDir::new().unwrap();
    let fasta = dir.path().join("ref.fa");
    let bases = chromosome_11();
    write_fasta(&fasta, "chr11", &bases);
    add_tiny(&fasta);
    let single: PathBuf = dir.path().join("single.cram");
    let multi: PathBuf = dir.path().join("multi.cram");
    write_cram(&single, &fasta, &bases, false);
    write_cram(&multi, &fasta, &bases, true);

    for path in [&single, &multi] {
        let found = bases_at_kmt2a(path, &with_reference(&fasta)).unwrap();
        assert_eq!(found.len(), 50);
        for (n, sequence) in found.iter().enumerate() {
            let start = usize::try_from(KMT2A.0).unwrap() + n * 100;
            assert_eq!(sequence, &bases[start..start + 80]);
        }
        // The header's UR names the file, which is still there: it must not be followed.
        let header =
            String::from_utf8_lossy(bam::Read::header(&bam::Reader::from_path(path).unwrap()).as_bytes()).into_owned();
        assert!(header.contains("UR:"), "{header}");
        let text = refusal(path);
        assert!(
            text.ends_with("a CRAM needs the reference it was made with; add --reference GRCh38.fa"),
            "{text}"
        );
    }

    // One base in KMT2A is changed: same lengths, different reference.
    let mut file = File::options().write(true).open(&fasta).unwrap();
    let at = KMT2A.0 + 1_010;
    file.seek(SeekFrom::Start(7 + at.unsigned_abs())).unwrap();
    let old = bases[usize::try_from(at).unwrap()];
    file.write_all(if old == b'A' { b"C" } else { b"A" }).unwrap();
    drop(file);
    for path in [&single, &multi] {
        let text = bases_at_kmt2a(path, &with_reference(&fasta)).unwrap_err().to_string();
        assert!(
            text.contains("ref.fa is not the reference it was made with (the MD5 of chr11 differs)"),
            "{text}"
        );
    }

    // Other lengths, another name, no index.
    let short = dir.path().join("short.fa");
    write_fasta(&short, "chr11", &[b'A'; 1_000]);
    let text = refusal_with(&single, &with_reference(&short));
    assert!(
        text.contains("chr11 is 1,000 bases long there and 135,086,622 here"),
        "{text}"
    );
    fs::remove_file(dir.path().join("short.fa.fai")).unwrap();
    let text = refusal_with(&single, &with_reference(&short));
    assert!(text.contains("run `samtools faidx"), "{text}");
    assert!(
        !dir.path().join("short.fa.fai").exists(),
        "nothing is written next to a reference"
    );
}

#[test]
fn a_cram_that_embeds_its_reference_needs_none() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("x.cram");
    breakapart_core::hts::init();
    write(&path, &header(), &records_of(&header(), &lines(20, 300)), Format::Cram);
    assert_eq!(names(&mut open(&path).unwrap()).unwrap().len(), 320);
}

#[test]
fn a_cut_cram_and_the_index_of_another_are_refused() {
    let dir = TempDir::new().unwrap();
    breakapart_core::hts::init();
    let make = |name: &str, seed: u64, count: usize| {
        let path = dir.path().join(name);
        write(
            &path,
            &header(),
            &records_of(&header(), &lines(seed, count)),
            Format::Cram,
        );
        index::build(&path, None, index::Type::Bai, 1).unwrap();
        path
    };
    let (a, b) = (make("a.cram", 21, 900), make("b.cram", 22, 300));
    let index_of = |path: &Path| PathBuf::from(format!("{}.crai", path.display()));
    let own = fs::read(index_of(&a)).unwrap();
    fs::copy(index_of(&b), index_of(&a)).unwrap();
    assert!(
        refusal(&a).contains("the file continues after its last slice"),
        "{}",
        refusal(&a)
    );
    fs::write(index_of(&b), &own).unwrap();
    assert!(refusal(&b).contains("past the end of a file"), "{}", refusal(&b));
    for bad in [&b"not an index\n"[..], b"\x1f\x8b\x08", b"99\t1\t1\t100\t10\t10\n"] {
        fs::write(index_of(&a), bad).unwrap();
        assert!(refusal(&a).contains("does not fit it"), "{bad:?}");
    }

    let bytes = fs::read(&a).unwrap();
    fs::remove_file(index_of(&a)).unwrap();
    for cut in [bytes.len() - 1, bytes.len() - 38, bytes.len() - 200] {
        fs::write(&a, &bytes[..cut]).unwrap();
        assert!(refusal(&a).contains("no end-of-file block"), "{cut}");
    }
}

#[test]
fn a_bam_goes_without_a_reference_that_disagrees() {
    let dir = TempDir::new().unwrap();
    let path = indexed(&dir, "x.bam", 23, 20);
    let fasta = dir.path().join("short.fa");
    write_fasta(&fasta, "11", &[b'A'; 1_000]);
    let file = open_with(&path, &with_reference(&fasta)).unwrap();
    assert!(file.reference().is_none());
    let warning = file.warnings().iter().find(|w| w.code == "reference_ignored").unwrap();
    assert!(
        warning.text.contains("chr11 is 1,000 bases long there"),
        "{}",
        warning.text
    );
    assert!(refusal_with(&path, &with_reference(&dir.path().join("none.fa"))).contains("none.fa: no such file"));
}

#[test]
fn bases_come_by_any_name_and_never_past_the_end() {
    let dir = TempDir::new().unwrap();
    let fasta = dir.path().join("ref.fa");
    let mut draws = Draws(5);
    let bases: Vec<u8> = (0..200_000).map(|_| b"ACGTacgtnRN"[draws.below(11) as usize]).collect();
    write_fasta(&fasta, "NC_000011.10", &bases);
    let contigs = Contigs::new([("chr4".to_owned(), 10), ("chr11".to_owned(), 200_000)]);
    let reference = Reference::open(&fasta, &contigs).unwrap();
    let chr11 = contigs.resolve("11").unwrap();
    let expected = |start: usize, end: usize| -> Vec<u8> {
        bases[start..end]
            .iter()
            .map(|b| match b.to_ascii_uppercase() {
                known @ (b'A' | b'C' | b'G' | b'T') => known,
                _ => b'N',
            })
            .collect()
    };
    for (start, end) in [(0, 1), (0, 0), (65_530, 65_540), (100, 199_000), (199_999, 200_000)] {
        let interval = Interval::new(start, end);
        let found = reference.bases(chr11, interval).unwrap();
        assert_eq!(
            found,
            expected(usize::try_from(start).unwrap(), usize::try_from(end).unwrap())
        );
    }
    for (start, end) in [(199_999, 200_001), (-1, 5), (500_000, 500_001), (9, 3)] {
        assert_eq!(reference.bases(chr11, Interval::new(start, end)), None);
    }
    assert_eq!(
        reference.bases(contigs.resolve("chr4").unwrap(), Interval::new(0, 1)),
        None
    );
    assert_eq!(
        reference.bases(breakapart_core::genome::ContigId(9), Interval::new(0, 1)),
        None
    );
}
