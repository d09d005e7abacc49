use std::io::{Read as _, Write};

use super::*;

fn fails(bytes: &[u8]) -> CallersError {
    read(bytes, "x.tsv", ReadLimits::default()).unwrap_err()
}

#[test]
fn other_files_give_a_typed_error_of_one_line() {
    assert!(matches!(fails(b"").fault, TableFault::Empty));
    assert!(matches!(fails(b"##fileformat=VCFv4.3\n#CHROM").fault, TableFault::Vcf));
    assert!(matches!(fails(b"\xff\xfeg\0e\0n\0\n").fault, TableFault::NotText));
    assert!(matches!(fails(b"a\tb\nc\td\n").fault, TableFault::UnknownHeader(_)));
    let repeated = fails(b"gene1\tgene2\tgene2\tbreakpoint1\tbreakpoint2\n");
    assert!(matches!(repeated.fault, TableFault::RepeatedColumn(_)));
    let missing = fails(b"#gene1\tgene2\tbreakpoint1\n");
    assert!(missing.to_string().contains("#gene1, gene2, breakpoint1"), "{missing}");
    let wide = "\t".repeat(1_000_000);
    assert!(matches!(fails(wide.as_bytes()).fault, TableFault::TooLarge(_)));
    let line = fails(b"\x1b[31mred\tb\n").to_string();
    assert!(!line.contains('\x1b') && !line.contains('\n'), "{line:?}");
    assert!(matches!(fails(&[0x1f, 0x8b, 8, 0, 1, 2]).fault, TableFault::Read(_)));
}

#[test]
fn unreadable_rows_are_listed_with_their_line() {
    let mut text = b"#gene1\tgene2\tbreakpoint1\tbreakpoint2\tsplit_reads1\tconfidence\r\n".to_vec();
    for row in [
        &b"KMT2A\tAFF1\tchr11:1\tchr4:2\t3\thigh"[..],
        b"KMT2A\tAFF1\tchr11:x\tchr4:2\t3\thigh",
        b"KMT2A\tAFF1\tchr11:1\tchr4:-2\t3\thigh",
        b"KMT2A\tAFF1\tchr11:1\tchr4:99999999999999999999\t3\thigh",
        b"KMT2A\tAFF1\tchr11:1\tchr4:2\tmany\thigh",
        b"KMT2A\tAF\xff1\tchr11:1\tchr4:2\t3\thigh",
        b"KMT2A",
        b"KMT2A\tAFF1\tchr11:1\tchr4:2\t3\thigh\tmore",
        b"KMT2A\tAFF1\tchr11:1\tchr4:2\t12.0",
        b"KMT2A\tAFF1\t.\tchr4:2\t.\t.\t\t",
    ] {
        text.extend_from_slice(row);
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\t\t\r\n\r\n");
    text.extend(std::iter::repeat_n(b'\t', 1_000_000));
    text.extend_from_slice(b"y\r\n");
    let table = read(&text[..], "x", ReadLimits::default()).unwrap();
    let lines: Vec<u64> = table.skipped.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9, 14], "blank lines count");
    assert_eq!(table.skipped_count, 8);
    assert_eq!(
        table.skipped[0].problem,
        "breakpoint1 is \"chr11:x\", not a contig and position"
    );
    assert_eq!(table.skipped[6].problem, "has 7 columns, the header has 6");
    let kept: Vec<(u64, Option<u64>)> = table.rows.iter().map(|row| (row.line, row.split)).collect();
    assert_eq!(kept, [(2, Some(3)), (10, Some(12)), (11, None)]);
    assert_eq!(table.rows[2].breakpoint5, None);
}

#[test]
fn another_callers_table_with_the_same_column_names_is_refused() {
    // FusionSeeker: positions without their contig.
    let text = "gene1\tgene2\tnum_supp\tchrom1\tbreakpoint1\tchrom2\tbreakpoint2\tid\n\
                KMT2A\tAFF1\t7\tchr11\t118482495\tchr4\t87046695\tGF001\n\
                A\tB\t3\tchr1\t5\tchr2\t9\tGF002\n";
    let table = read(text.as_bytes(), "x", ReadLimits::default()).unwrap();
    assert_eq!((table.rows.len(), table.skipped_count), (0, 2));
    let error = table.usable().unwrap_err();
    assert!(matches!(error, TableFault::NoRow { line: 2, .. }), "{error}");
}

#[test]
fn comments_before_the_header_are_skipped() {
    let text = "##source=arriba 2.5\n##x\n#gene1\tgene2\tbreakpoint1\tbreakpoint2\nKMT2A\tAFF1\tchr11:1\tchr4:2\n";
    let row = only_row(text);
    assert_eq!((row.line, row.name().as_str()), (4, "KMT2A::AFF1"));
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let row =
        only_row("confidence\tbreakpoint2\tgene2\tother\tbreakpoint1\t#gene1\nlow\tchr4:2\tAFF1\tx\tchr11:1\tKMT2A\n");
    assert_eq!(row.name(), "KMT2A::AFF1");
    assert_eq!(
        (row.breakpoint5, row.breakpoint3),
        (place("chr11", 1), place("chr4", 2))
    );
}

#[test]
fn gzip_and_byte_order_mark_are_removed() {
    let text = "\u{feff}#gene1\tgene2\tbreakpoint1\tbreakpoint2\nKMT2A\tAFF1\tchr11:1\tchr4:2\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let table = read(&packed[..], "x", ReadLimits::default()).unwrap();
    assert_eq!((table.caller, table.rows.len()), (Caller::Arriba, 1));
    let cut = read(&packed[..packed.len() / 2], "x", ReadLimits::default());
    assert!(matches!(
        cut,
        Err(CallersError {
            fault: TableFault::Read(_),
            ..
        })
    ));
}

#[test]
fn bounds_hold() {
    let text = format!("{ARRIBA}{}", "a\tb\t\t\tc:1\td:2\n".repeat(10));
    let limits = ReadLimits {
        max_rows: 9,
        ..ReadLimits::default()
    };
    assert!(matches!(
        read(text.as_bytes(), "x", limits),
        Err(CallersError {
            fault: TableFault::TooLarge(_),
            ..
        })
    ));
    let limits = ReadLimits {
        max_bytes: text.len() as u64 - 1,
        ..ReadLimits::default()
    };
    assert!(matches!(
        read(text.as_bytes(), "x", limits),
        Err(CallersError {
            fault: TableFault::TooLarge(_),
            ..
        })
    ));
    let limits = ReadLimits {
        max_bytes: text.len() as u64,
        ..ReadLimits::default()
    };
    assert_eq!(read(text.as_bytes(), "x", limits).unwrap().rows.len(), 10);
}

proptest::proptest! {
    #[test]
    fn any_bytes_after_a_header_give_rows_or_skipped_lines(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let mut text = b"#gene1\tgene2\tbreakpoint1\tbreakpoint2\tfilters\n".to_vec();
        text.extend_from_slice(&bytes);
        let table = read(&text[..], "x", ReadLimits::default()).unwrap();
        proptest::prop_assert!(table.rows.iter().all(|row| row.line >= 2));
    }
}

#[test]
fn an_endless_first_line_is_refused_before_it_is_read() {
    let endless = std::io::repeat(b'a').take(1 << 40);
    let error = read(endless, "x.tsv", ReadLimits::default()).unwrap_err();
    assert!(matches!(error.fault, TableFault::TooLarge(_)), "{error}");
}
