//! How downstream programs read the tables: columns, casts and splits, taken from
//! their sources. `docs/output/fusions.md` lists those that were really run.

use std::collections::BTreeMap;

use crate::report::*;

type Row = BTreeMap<String, String>;

/// A tab-separated table as its rows by column.
fn table(bytes: &[u8]) -> Vec<Row> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            header
                .iter()
                .zip(cells)
                .map(|(h, c)| ((*h).to_owned(), c.to_owned()))
                .collect()
        })
        .collect()
}

fn reports() -> Vec<SampleReport> {
    let mut reports: Vec<SampleReport> = example::all().into_iter().map(|(_, report)| report).collect();
    reports.push(example::hostile());
    let mut intergenic = example::fusion();
    for junction in &mut intergenic.events[0].junctions {
        let three = junction.three.as_mut().unwrap();
        (three.gene, three.gene_id, three.transcript) = (None, None, None);
        three.gene_strand = schema::StrandSign::Unknown;
        three.site = "intergenic".to_owned();
        three.genes_nearby = vec![schema::NearbyGene {
            symbol: "PTPN13".to_owned(),
            distance: 1_200,
        }];
    }
    reports.push(intergenic);
    reports
}

/// Arriba's `draw_fusions.R` recognises the table by the first column's name, takes the text after the last
/// colon of a breakpoint as a number, and draws by type, direction, strand and site.
#[test]
fn draw_fusions_reads_every_row() {
    let mut seen = 0;
    for report in reports() {
        let bytes = fusions_tsv::render(&report).unwrap();
        assert!(bytes.starts_with(b"#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\t"));
        for row in table(&bytes) {
            seen += 1;
            for side in ["1", "2"] {
                let breakpoint = &row[&format!("breakpoint{side}")];
                let (contig, position) = breakpoint.rsplit_once(':').unwrap();
                assert!(!contig.is_empty() && position.parse::<f64>().is_ok(), "{breakpoint}");
                assert!(["upstream", "downstream"].contains(&row[&format!("direction{side}")].as_str()));
                // The third character is the molecule's strand.
                let strands = &row[&format!("strand{side}(gene/fusion)")];
                assert!(
                    strands.len() == 3 && ["+", "-", "."].contains(&&strands[2..]),
                    "{strands}"
                );
                assert!(row[&format!("split_reads{side}")].parse::<u64>().is_ok());
                let site = &row[&format!("site{side}")];
                assert!(site != "." && !site.is_empty());
            }
            assert!(row["discordant_mates"].parse::<u64>().is_ok());
            let kind = row["type"].split('/').next().unwrap();
            assert!(
                ["translocation", "duplication", "deletion", "inversion"].contains(&kind),
                "{kind}"
            );
            assert!(["low", "medium", "high"].contains(&row["confidence"].as_str()));
            assert!(["in-frame", "out-of-frame", "stop-codon", "."].contains(&row["reading_frame"].as_str()));
            let transcript = &row["fusion_transcript"];
            assert!(transcript == "." || transcript.contains('|'), "{transcript}");
            // Read without quotes, so a quote in a cell would be kept; none is written.
            assert!(row.values().all(|cell| !cell.is_empty() && !cell.contains('"')));
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// fusion-report splits lines at tabs, trims cells, finds columns by name, makes all pairs of genes from
/// two lists, and drops a distance in brackets.
#[test]
fn fusion_report_reads_arribas_columns() {
    for report in reports() {
        for row in table(&fusions_tsv::render(&report).unwrap()) {
            for column in [
                "#gene1",
                "gene2",
                "breakpoint1",
                "breakpoint2",
                "reading_frame",
                "type",
                "split_reads1",
                "split_reads2",
                "discordant_mates",
                "coverage1",
                "coverage2",
                "confidence",
            ] {
                assert!(!row[column].trim().is_empty(), "{column}");
            }
            for gene in row["#gene1"].split(',').chain(row["gene2"].split(',')) {
                let name = gene.split('(').next().unwrap();
                assert!(!name.is_empty() && !name.contains("--"), "{gene}");
            }
            for count in ["coverage1", "coverage2"] {
                assert!(row[count] == "." || row[count].parse::<u64>().is_ok());
            }
        }
    }
}

/// fusion-report casts STAR-Fusion's counts to whole numbers and its `FFPM` to a real one.
#[test]
fn fusion_report_casts_star_fusions_table() {
    let mut seen = 0;
    for report in reports() {
        for row in table(&star_fusion::render(&report).unwrap()) {
            seen += 1;
            assert_eq!(row["#FusionName"].matches("--").count(), 1, "{}", row["#FusionName"]);
            for column in ["JunctionReadCount", "SpanningFragCount"] {
                assert!(row[column].parse::<u64>().is_ok());
            }
            assert!(row["FFPM"].parse::<f64>().is_ok(), "Python's float() reads NaN, not NA");
        }
    }
    assert!(seen >= 5, "{seen}");
}

/// nf-core/rnafusion's VCF collector splits breakpoints at colons into three columns and genes at `^` into
/// two, and evaluates `annots` as a list; more or fewer parts are an error.
#[test]
fn the_vcf_collector_of_rnafusion_splits_the_cells() {
    for (_, report) in example::all() {
        for row in table(&star_fusion::render(&report).unwrap()) {
            for side in ["Left", "Right"] {
                let breakpoint: Vec<&str> = row[&format!("{side}Breakpoint")].split(':').collect();
                assert_eq!(breakpoint.len(), 3, "{breakpoint:?}");
                assert!(breakpoint[1].parse::<i64>().is_ok() && ["+", "-"].contains(&breakpoint[2]));
                assert_eq!(row[&format!("{side}Gene")].split('^').count(), 2);
            }
            let annotations: Vec<String> = serde_json::from_str(&row["annots"]).unwrap();
            assert_eq!(annotations.len(), 1);
        }
    }
}

/// Arriba's VCF script finds columns by number.
#[test]
fn arribas_vcf_script_finds_its_columns_by_number() {
    let columns = fusions_tsv::columns();
    let columns: Vec<&str> = columns.split(' ').collect();
    for (number, name) in [
        (1, "#gene1"),
        (3, "strand1(gene/fusion)"),
        (5, "breakpoint1"),
        (6, "breakpoint2"),
        (7, "site1"),
        (8, "site2"),
        (15, "confidence"),
        (21, "gene_id1"),
        (22, "gene_id2"),
        (25, "direction1"),
        (26, "direction2"),
        (28, "fusion_transcript"),
    ] {
        assert_eq!(columns[number - 1], name);
    }
}
