//! Tests of the page: its numbers, its safety, its size.

mod numbers;
mod safety;

use super::*;
use crate::report::{example, json, schema::*};

/// The page of a report as text.
fn page(report: &SampleReport) -> String {
    String::from_utf8(render(report, None).unwrap()).unwrap()
}

/// A report with twenty-four events and ten thousand supporting rows.
fn large() -> SampleReport {
    let mut report = example::fusion();
    let event = report.events[0].clone();
    let row = event.junctions[0].supporting[0].clone();
    report.events = (0..24)
        .map(|e| {
            let mut event = event.clone();
            event.id = format!("E{}", e + 1);
            event.name = format!("KMT2A::GENE{e}");
            for (j, junction) in event.junctions.iter_mut().enumerate() {
                junction.id = format!("E{}.{}", e + 1, j + 1);
                junction.supporting = (0..140)
                    .map(|r| {
                        let mut row = row.clone();
                        row.name = format!("{r:016x}");
                        row.bases = "ACGT".repeat(50);
                        row.offset = -100 + r % 90;
                        row
                    })
                    .collect();
            }
            event.lead_junction = Some(format!("E{}.1", e + 1));
            event
        })
        .collect();
    let rows: usize = report
        .events
        .iter()
        .flat_map(|event| &event.junctions)
        .map(|junction| junction.supporting.len())
        .sum();
    assert!(rows >= 10_000, "{rows}");
    report
}

/// An opening element.
#[derive(Debug)]
struct Open {
    name: String,
    attributes: Vec<(String, String)>,
    alone: bool,
}

/// A token of the page.
#[derive(Debug)]
enum Piece {
    Open(Open),
    Close(String),
    Text(String),
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
        .replace("&#38;", "&")
}

/// Cuts the page into tags and text, as strictly as the page is written: every attribute is quoted.
fn pieces(page: &str) -> Vec<Piece> {
    const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            found.push(Piece::Text(unescaped(&rest[..at])));
        }
        let mut quoted = false;
        let end = rest[at..]
            .char_indices()
            .find(|(_, c)| {
                if *c == '"' {
                    quoted = !quoted;
                }
                *c == '>' && !quoted
            })
            .map(|(end, _)| at + end)
            .expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            found.push(Piece::Close(name.to_owned()));
            continue;
        }
        let tag_body = tag.strip_suffix('/').unwrap_or(tag);
        let name = tag_body.split_whitespace().next().unwrap().to_owned();
        let mut attributes = Vec::new();
        let mut left = tag_body[name.len()..].trim();
        while let Some((key, value)) = left.split_once("=\"") {
            let (value, more) = value.split_once('"').unwrap();
            attributes.push((key.trim().to_owned(), unescaped(value)));
            left = more.trim();
        }
        if name == "style" {
            let close = rest.find("</style>").unwrap();
            found.push(Piece::Open(Open {
                name: name.clone(),
                attributes,
                alone: false,
            }));
            found.push(Piece::Text(rest[..close].to_owned()));
            rest = &rest[close..];
            continue;
        }
        found.push(Piece::Open(Open {
            alone: tag.ends_with('/') || VOID.contains(&name.as_str()),
            name,
            attributes,
        }));
    }
    found
}

/// Visits the page's text with the elements around it.
fn with_text(page: &str, mut see: impl FnMut(&[Open], &str)) {
    let mut around: Vec<Open> = Vec::new();
    for piece in pieces(page) {
        match piece {
            Piece::Open(open) if open.alone => {}
            Piece::Open(open) => around.push(open),
            Piece::Close(name) => {
                let open = around.pop().expect("an element is open");
                assert_eq!(open.name, name, "elements close in order");
            }
            Piece::Text(text) => see(&around, &text),
        }
    }
    assert!(around.is_empty(), "{around:?}");
}

#[test]
fn every_section_says_something_whatever_the_report_holds() {
    let empty = SampleReport::default();
    let reports =
        example::all()
            .into_iter()
            .chain([("empty", empty), ("hostile", example::hostile()), ("large", large())]);
    for (name, report) in reports {
        let page = page(&report);
        let order = [
            "class=\"verdict",
            "<h2>Lead event",
            "<h2>Genes, transcript and protein",
            "<h2>Junction, base by base",
            "<h2>KMT2A from end to end",
            "<h2>Reciprocal and other events",
            "<h2>What this sample could have shown",
            "<h2>How often this partner is seen",
            "<h2>Where the fragments went",
            "<h2>Inputs, terms, parameters",
            "<h2>Classification and method",
            "<h2>For the record",
            "Research use only.",
        ];
        let places: Vec<usize> = order
            .iter()
            .map(|text| page.find(text).unwrap_or_else(|| panic!("{name}: {text}")))
            .collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
        for section in page.split("<h2>").skip(1) {
            let after = section.split_once("</h2>").unwrap().1;
            let text: String = after
                .split('<')
                .filter_map(|p| p.split_once('>'))
                .map(|(_, t)| t)
                .collect();
            assert!(text.trim().chars().count() > 20, "{name}: {section}");
        }
    }
}

#[test]
fn an_inconclusive_does_not_look_like_a_negative() {
    let (open, clear) = (page(&example::inconclusive()), page(&example::negative()));
    let head = |page: &str| page.split("<h2>").next().unwrap().to_owned();
    assert!(head(&open).contains("class=\"verdict open\""));
    assert!(head(&open).contains("this is NOT a negative result"));
    assert!(!head(&open).contains("NOT DETECTED"));
    assert!(head(&open).contains("Next: deeper sequencing"));
    assert!(head(&clear).contains("class=\"verdict clear\"") && head(&clear).contains("NOT DETECTED"));
    // Shapes differ, not only colours.
    assert!(STYLE.contains(".verdict.open{border-color:var(--open);border-style:dashed"));
    assert!(STYLE.contains(".verdict.clear{border-color:var(--clear);border-style:double"));
    assert!(head(&open).contains('?') && head(&clear).contains('○'));
}

#[test]
fn every_conclusion_has_its_limit() {
    for (name, report) in example::all() {
        let page = page(&report);
        let head = page.split("<h2>").next().unwrap();
        assert!(
            head.contains("Limit of detection") && head.contains("</strong> (95 %"),
            "{name}"
        );
    }
    let mut report = example::negative();
    report.conclusion.lod = None;
    assert!(page(&report).contains("was not computed for this sample"));
}

/// RNA and DNA of one patient, with everything that DNA adds.
fn pair() -> SampleReport {
    let mut report = example::fusion();
    let mut event = report.events[0].clone();
    "E2".clone_into(&mut event.id);
    event.lead_junction = Some("E2.1".to_owned());
    event.junctions.truncate(1);
    let junction = &mut event.junctions[0];
    "E2.1".clone_into(&mut junction.id);
    "dna".clone_into(&mut junction.assay);
    junction.isoform_of = None;
    junction.frame = Frame::Unknown;
    junction.predicted_transcripts = vec![PredictedTranscript {
        text: "predicted: KMT2A e8 joined to AFF1 e5, in frame".to_owned(),
        ..PredictedTranscript::default()
    }];
    junction.alternatives = vec![AlternativePlace {
        contig: "chr9".to_owned(),
        position: 20_445_491,
        strand: StrandSign::Forward,
        gene: None,
    }];
    junction.sequence = Some(JunctionSequence {
        bases: "ACGTTGCAAC".to_owned(),
        junction_offset: 4,
        source: "reads".to_owned(),
        ..JunctionSequence::default()
    });
    report.events.push(event);
    let mut dna = report.adequacy[0].clone();
    "dna".clone_into(&mut dna.assay);
    dna.faults = vec![Reason {
        code: "pairs-removed".to_owned(),
        text: "discordant pairs were removed by a filter".to_owned(),
        value: None,
    }];
    dna.introns = (1..=9)
        .map(|intron| IntronAdequacy {
            intron,
            transcript: "NM_001197104.2".to_owned(),
            bases: 1_000 + u64::from(intron),
            callable_bases: if intron == 8 { 900 } else { 0 },
            covered: intron == 8,
        })
        .collect();
    report.adequacy[0].imbalance = Some(Imbalance {
        exon: 9,
        exon_low: 8,
        exon_high: 10,
        ratio: 2.5,
        ratio_low: 1.5,
        ratio_high: 4.25,
        confidence: 0.97,
        background_samples: 12,
        believed: true,
    });
    report.adequacy.push(dna);
    let rna = report.events[0].lead().unwrap().id.clone();
    report.agreement = Some(AssayAgreement {
        status: "confirmed".to_owned(),
        text: "RNA and DNA agree".to_owned(),
        rna: State::Rearranged,
        dna: State::Inconclusive,
        explained: vec![ExplainedJunction {
            rna,
            dna: "E2.1".to_owned(),
        }],
    });
    report
}

#[test]
fn rna_and_dna_are_shown_side_by_side() {
    let mut report = pair();
    let page_text = page(&report);
    let head = page_text.split("<h2>").next().unwrap();
    assert!(
        head.contains("DNA alone: INCONCLUSIVE") && head.contains("both agree"),
        "{head}"
    );
    let lead = page_text.split("<h2>").nth(1).unwrap();
    assert!(lead.contains("The same in DNA") && lead.contains("predicted: KMT2A e8 joined to AFF1 e5"));
    assert_eq!(
        page_text.matches("What break-apart FISH would see").count(),
        2,
        "RNA's and DNA's"
    );
    "discordant".clone_into(&mut report.agreement.as_mut().unwrap().status);
    assert!(page(&report).contains("both doubt"));
}

#[test]
fn transcripts_from_dna_alone_are_labelled_predicted() {
    let mut report = pair();
    report.conclusion.lead_event = Some("E2".to_owned());
    let page = page(&report);
    let lead = page.split("<h2>").nth(1).unwrap();
    assert!(lead.contains("Transcripts, predicted") && lead.contains("not read in DNA"));
    assert!(lead.contains("Fits as well") && lead.contains("20,445,491") && lead.contains("The same in RNA"));
}

#[test]
fn faults_introns_and_the_step_of_coverage_are_shown() {
    let page = page(&pair());
    assert!(page.contains("Against a negative:</strong> discordant pairs were removed"));
    assert!(page.contains("1-7, 9"), "introns without coverage in runs");
    assert!(page.contains("5' and 3' parts are not equally expressed") || page.contains("parts are not equally"));
}

#[test]
fn parts_without_reads_are_not_compared() {
    let mut report = example::fusion();
    let coverage = &mut report.coverage[0];
    (coverage.five_prime, coverage.three_prime) = (Some(0.095), Some(0.0));
    let page = page(&report);
    assert!(page.contains("or there are hardly any reads") && !page.contains("5' part</th>"));
}

#[test]
fn proteins_and_frequency_are_those_of_the_lead_event() {
    let page = page(&example::fusion());
    assert!(page.contains("KMT2A: kept residues 1 to 1362 of 3972"));
    assert!(page.contains("AFF1: kept residues 54 to 1218 of 1218"));
    assert!(
        !page.contains("not verified") && !page.contains("general knowledge"),
        "on a page to sign"
    );
    assert!(page.contains("477 of 976"), "infants with ALL and AFF1");
    assert!(page.contains("41375-023-01877-1"), "the source is named");
}

#[test]
fn the_partner_is_looked_up_by_age_and_disease() {
    let frequency = |report: &SampleReport| {
        let page = page(report);
        let section = page.split("<h2>How often this partner is seen").nth(1).unwrap();
        section.split("</section>").next().unwrap().to_owned()
    };
    let fusion = frequency(&example::fusion());
    assert!(fusion.contains("1,262 of 3,401 patients (37.1 %)"), "{fusion}");
    assert!(fusion.contains("infant ALL</th><td class=\"n\">477 of 976</td><td class=\"n\">48.9 %"));
    assert!(fusion.contains("Meyer 2023"));
    assert!(frequency(&example::ptd()).contains("127 of 3,401"));
    assert!(frequency(&example::negative()).contains("no event"));
}

#[test]
fn an_entity_needs_a_fusion_in_frame() {
    let mut report = example::fusion();
    let none = "No entity is named";
    assert!(page(&report).contains("AML with other KMT2A rearrangements"));
    report.events[0].partner.as_mut().unwrap().symbol = "MLLT3".to_owned();
    assert!(page(&report).contains("MLLT3::KMT2A"));
    report.events[0].class = "three-way".to_owned();
    assert!(!page(&report).contains("t(9;11)(p21.3;q23.3)/"));
    report.events[0].junctions[0].frame = Frame::OutOfFrame;
    assert!(page(&report).contains(none));
    report.events[0].junctions[0].frame = Frame::InFrame;
    report.conclusion.state = State::Inconclusive;
    assert!(page(&report).contains(none));
    assert!(page(&example::ptd()).contains(none) && page(&example::negative()).contains(none));
}

#[test]
fn the_method_names_the_inputs() {
    let text = page(&example::fusion());
    assert!(
        text.contains("RNA reads (2x100, GRCh38, STAR)") && text.contains("probability 0.95 at this sample"),
        "{text}"
    );
    assert!(page(&SampleReport::default()).contains("in no input."));
}

#[test]
fn a_chain_is_drawn_whole() {
    let mut report = example::fusion();
    let event = &mut report.events[0];
    let mut further = event.junctions[0].clone();
    further.id = "E1.9".to_owned();
    further.role = "chained".to_owned();
    further.five = event.junctions[0].three.clone();
    let five = further.five.as_mut().unwrap();
    (five.exon, five.position, five.retained) = (Some(5), 87_084_197, Retained::Left);
    let three = further.three.as_mut().unwrap();
    (three.gene, three.transcript) = (Some("MLLT3".to_owned()), Some("NM_004529.4".to_owned()));
    (three.contig, three.position, three.exon) = ("chr9".to_owned(), 20_365_744, Some(6));
    (three.strand, three.retained) = (StrandSign::Reverse, Retained::Left);
    event.junctions.push(further);
    let page = page(&report);
    for part in ["KMT2A e1-e8", "AFF1 e4-e5", "MLLT3 e6-e11"] {
        assert!(page.contains(&format!(">{part}</text>")), "{part}");
    }
    assert!(page.contains("MLLT3: kept residues"));
    // The molecule leaves AFF1 again: neither its 5' nor its 3' part is kept whole.
    assert!(page.contains("middle part kept") && page.contains("3&#39; part kept"));
}

#[test]
fn every_printed_page_is_named_and_can_be_signed() {
    for (name, report) in example::all() {
        let page = page(&report);
        let running = page
            .split("<thead><tr><td>")
            .nth(1)
            .unwrap()
            .split("</td>")
            .next()
            .unwrap();
        assert!(running.contains(report.conclusion.label()), "{name}: {running}");
        assert!(
            running.contains("GRCh38") && running.contains(&report.tool.version),
            "{name}: {running}"
        );
        for field in ["Patient", "Specimen", "Blasts (%)", "Signature, date"] {
            assert!(
                page.contains(&format!("<th scope=\"row\">{field}</th>")),
                "{name}: {field}"
            );
        }
        assert!(page.contains("KMT2A was examined with"), "{name}");
    }
}

#[test]
fn a_report_of_ten_thousand_rows_stays_small() {
    let report = large();
    let bytes = render(&report, None).unwrap();
    assert!(bytes.len() <= 2_000_000, "{} bytes", bytes.len());
    assert!(bytes == render(&report, None).unwrap(), "the same bytes again");
    let text = String::from_utf8(bytes).unwrap();
    for event in &report.events {
        assert!(text.contains(&event.name), "{}", event.name);
    }
}
