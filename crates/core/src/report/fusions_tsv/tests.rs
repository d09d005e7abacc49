use std::collections::BTreeMap;

use super::*;
use crate::report::schema::{NearbyGene, Retained, StrandSign};
use crate::report::{discarded_tsv, example, junctions_fa};

type Row = BTreeMap<String, String>;

/// Reads a table as awk and most scripts do: lines, tabs, no quotes.
fn rows(bytes: &[u8]) -> Vec<Row> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    lines
        .map(|cells| {
            assert_eq!(cells.len(), names.len());
            assert!(cells.iter().all(|cell| !cell.is_empty()));
            names.iter().cloned().zip(cells).collect()
        })
        .collect()
}

fn fusion_rows() -> Vec<Row> {
    rows(&render(&example::fusion()).unwrap())
}

#[test]
fn the_first_thirty_columns_are_arribas() {
    let expected = "#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\t\
                    split_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\treading_frame\ttags\t\
                    retained_protein_domains\tclosest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tgene_id1\tgene_id2\t\
                    transcript_id1\ttranscript_id2\tdirection1\tdirection2\tfilters\tfusion_transcript\tpeptide_sequence\t\
                    read_identifiers";
    assert_eq!(arriba::COLUMNS.replace(' ', "\t"), expected);
    let table = render(&example::negative()).unwrap();
    let header = std::str::from_utf8(&table).unwrap();
    assert!(header.starts_with(&format!("{expected}\tevent\tjunction\t")));
    assert_eq!(header.lines().count(), 1, "a negative has only the header");
    let names = columns();
    let distinct: std::collections::BTreeSet<&str> = names.split(' ').collect();
    assert_eq!(distinct.len(), names.split(' ').count());
}

#[test]
fn a_fusion_row_says_what_arriba_would() {
    let rows = fusion_rows();
    let row = &rows[0];
    let expected = [
        ("#gene1", "KMT2A"),
        ("gene2", "AFF1"),
        ("strand1(gene/fusion)", "+/+"),
        ("breakpoint1", "chr11:118482495"),
        ("breakpoint2", "chr4:87046695"),
        ("site1", "CDS/splice-site"),
        ("type", "translocation"),
        // 25 split and 7 clip molecules are anchored on the 5' side, 18 and 4 on the 3' side.
        ("split_reads1", "32"),
        ("split_reads2", "22"),
        ("discordant_mates", "9"),
        ("coverage1", "240"),
        ("confidence", "high"),
        ("reading_frame", "in-frame"),
        ("tags", "catalogue"),
        ("direction1", "downstream"),
        ("direction2", "upstream"),
        ("filters", "duplicate(8),short-anchor(2)"),
        ("read_identifiers", "9f86d081884c7d65,60303ae22b998861"),
        ("event", "E1"),
        ("molecules", "63"),
        ("clip_molecules", "11"),
        ("wild_type_molecules", "287"),
        ("fraction_high", "0.224"),
        ("exon1", "NM_001197104.2:e8"),
        ("exon2", "NM_001166693.3:e4"),
        ("homology", "AG"),
        ("inserted", "."),
        ("reasons", "catalogue-partner,both-splice-sites"),
    ];
    for (name, value) in expected {
        assert_eq!(row[name], value, "{name}");
    }
    assert!(row["fusion_transcript"].contains("AAAAG|ACAGC"));
}

#[test]
fn rows_come_best_first_whatever_the_order_in_the_report() {
    let order = |rows: &[Row]| rows.iter().map(|row| row["junction"].clone()).collect::<Vec<_>>();
    // High 0.9998, high 0.993 (the reciprocal), medium 0.94.
    assert_eq!(order(&fusion_rows()), ["E1.1", "E1.3", "E1.2"]);
    let mut report = example::fusion();
    report.events[0].junctions.reverse();
    assert_eq!(rows(&render(&report).unwrap()), fusion_rows());
    // At equal scores, more molecules come first.
    for (junction, molecules) in report.events[0].junctions.iter_mut().zip([6, 5, 4]) {
        junction.tier = Some(Tier::Low);
        junction.model_score = Some(0.6);
        junction.evidence.molecules = Some(molecules);
    }
    assert_eq!(
        order(&rows(&render(&report).unwrap())),
        ["E1.1", "E1.3", "E1.2"],
        "the lead, then by molecules"
    );
    report.events[0].junctions[0].tier = None;
    assert_eq!(
        rows(&render(&report).unwrap()).len(),
        2,
        "below every tier there is no row"
    );
}

#[test]
fn a_ptd_is_donor_to_acceptor_in_one_gene() {
    let rows = rows(&render(&example::ptd()).unwrap());
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row["#gene1"].as_str(), row["gene2"].as_str()), ("KMT2A", "KMT2A"));
    assert_eq!(row["type"], "duplication/non-canonical_splicing");
    assert_eq!(row["breakpoint1"], "chr11:118482495");
    assert_eq!(row["breakpoint2"], "chr11:118468775");
    assert_eq!(
        (row["exon1"].as_str(), row["exon2"].as_str()),
        ("NM_001197104.2:e8", "NM_001197104.2:e2")
    );
    assert_eq!(row["homology"], "AGG");
}

/// The `type` of a junction from KMT2A (chr11, forward strand) to a position.
fn type_of(contig: &str, position: i64, retained: Retained, gene: Option<&str>, strand: StrandSign) -> String {
    let mut report = example::fusion();
    report.events[0].junctions.truncate(1);
    let three = report.events[0].junctions[0].three.as_mut().unwrap();
    three.contig = contig.to_owned();
    three.position = position;
    three.retained = retained;
    three.gene = gene.map(str::to_owned);
    three.gene_strand = strand;
    rows(&render(&report).unwrap())[0]["type"].clone()
}

#[test]
fn the_type_follows_from_the_geometry() {
    use Retained::{Left, Right};
    use StrandSign::{Forward, Reverse, Unknown};
    // CBL lies 0.7 Mb downstream on the same strand: a deletion. TTC36 at 45 kb: Arriba's read-through.
    assert_eq!(type_of("chr11", 119_206_286, Right, Some("CBL"), Forward), "deletion");
    assert_eq!(
        type_of("chr11", 118_527_600, Right, Some("TTC36"), Forward),
        "deletion/read-through"
    );
    // USP2 lies downstream on the reverse strand: an inversion.
    assert_eq!(type_of("chr11", 119_373_521, Left, Some("USP2"), Reverse), "inversion");
    // MLLT3 is on the reverse strand of chr9; its 3' part is at lower coordinates than the breakpoint.
    assert_eq!(
        type_of("chr9", 20_365_744, Left, Some("MLLT3"), Reverse),
        "translocation"
    );
    assert_eq!(
        type_of("chr9", 20_365_744, Right, Some("MLLT3"), Reverse),
        "translocation/5'-5'"
    );
    assert_eq!(
        type_of("chr11", 118_400_000, Right, Some("UBE4A"), Forward),
        "duplication"
    );
    assert_eq!(
        type_of("chr11", 118_490_129, Right, Some("KMT2A"), Forward),
        "deletion/non-canonical_splicing"
    );
    assert_eq!(type_of("chr3", 1_000, Right, None, Unknown), "translocation");
}

#[test]
fn intergenic_and_unplaced_sides_are_worded_as_arriba_does() {
    let mut report = example::fusion();
    let side = report.events[0].junctions[0].three.as_mut().unwrap();
    side.gene = None;
    side.site = "intergenic".to_owned();
    side.at_splice_site = false;
    side.gene_strand = StrandSign::Unknown;
    side.exon = None;
    side.genes_nearby = [("LNX1", 12_000), ("CHIC2", 3_400)]
        .map(|(symbol, distance)| NearbyGene {
            symbol: symbol.to_owned(),
            distance,
        })
        .to_vec();
    report.events[0].junctions[2].five = None;
    let rows = rows(&render(&report).unwrap());
    assert_eq!(rows[0]["gene2"], "LNX1(12000),CHIC2(3400)");
    assert_eq!(rows[0]["strand2(gene/fusion)"], "./+");
    assert_eq!(rows[0]["site2"], "intergenic");
    assert_eq!(rows[0]["exon2"], ".");
    for name in [
        "#gene1",
        "breakpoint1",
        "site1",
        "type",
        "direction1",
        "coverage1",
        "exon1",
    ] {
        assert_eq!(rows[1][name], ".", "{name}");
    }
    assert_eq!(rows[1]["strand1(gene/fusion)"], "./.");
}

#[test]
fn unknown_molecule_counts_are_missing_not_zero() {
    let mut report = example::fusion();
    report.events[0].junctions[0].evidence.molecules = None;
    let rows = rows(&render(&report).unwrap());
    assert_eq!(
        (rows[0]["molecules"].as_str(), rows[0]["fragments"].as_str()),
        (".", "71")
    );
    assert_eq!(rows[0]["split_reads1"], "32");
}

#[test]
fn discarded_rows_have_their_reason() {
    let table = discarded_tsv::render(&example::fusion()).unwrap();
    let rows = rows(&table);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row["confidence"], ".");
    assert_eq!(row["event"], ".");
    assert_eq!(row["filters"], "background-ptd,low-mapping-quality(1)");
    assert_eq!(row["discarded_by"], "background-ptd");
    assert!(row["discarded_because"].starts_with("1 of 412"));
    let fusions = columns().replace(' ', "\t");
    assert!(table.starts_with(fusions.as_bytes()));
}

#[test]
fn hostile_text_breaks_no_table() {
    let report = example::hostile();
    for table in [render(&report).unwrap(), discarded_tsv::render(&report).unwrap()] {
        let text = std::str::from_utf8(&table).unwrap();
        assert!(!text.contains(['"', '\r', '\0', '\u{1b}', '\u{202e}']));
        assert!(!rows(&table).is_empty());
        // A reader that unquotes gets the same cells.
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(table.as_slice());
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len(), rows(&table).len());
    }
}

#[test]
fn junction_sequences_point_at_the_junction() {
    let fasta = junctions_fa::render(&example::fusion());
    let records: Vec<&str> = fasta.split('>').skip(1).collect();
    assert_eq!(records.len(), 2, "the isoform has no consensus");
    let (header, sequence) = records[0].split_once('\n').unwrap();
    assert_eq!(
        header,
        "patient07|E1.1 KMT2A::AFF1 breakpoint1=chr11:118482495(+) breakpoint2=chr4:87046695(+) junction_offset=30 \
         inserted=0 event=E1 tier=high"
    );
    assert!(sequence.lines().all(|line| line.len() <= 60));
    let sequence = sequence.replace('\n', "");
    assert!(sequence[..30].ends_with("AAAAGAAAAG"), "the end of KMT2A exon 8");
    assert!(sequence[30..].starts_with("ACAGCAAAAG"), "the start of AFF1 exon 4");
    assert_eq!(junctions_fa::render(&example::negative()), "");

    let hostile = junctions_fa::render(&example::hostile());
    for line in hostile.lines() {
        let header = line.strip_prefix('>');
        let plain = |line: &str| !line.contains(['>', '\t', '\r', '\u{1b}']);
        assert!(
            header.map_or_else(|| line.bytes().all(|b| b"ACGTN".contains(&b)), plain),
            "{line}"
        );
    }
}
