//! The VCF against the specification's interpretation of a breakend, and round trips.

mod read;

use proptest::prelude::*;

use super::breakend::Breakend;
use super::*;
use crate::genome::sequence::reverse_complement;
use crate::report::example;
use crate::report::schema::{Discarded, Event, Junction, Retained, Side, StrandSign, Tier};
use read::{BndError, ReadJunction, junctions};

fn side(contig: &str, position: i64, retained: Retained) -> Side {
    Side {
        contig: contig.to_owned(),
        position,
        retained,
        ..Side::default()
    }
}

fn report_of(junctions: Vec<Junction>) -> SampleReport {
    SampleReport {
        sample: "s".to_owned(),
        events: vec![Event {
            id: "E1".to_owned(),
            junctions,
            ..Event::default()
        }],
        ..SampleReport::default()
    }
}

fn junction(five: Side, three: Side, inserted: &str) -> Junction {
    Junction {
        id: "E1.1".to_owned(),
        five: Some(five),
        three: Some(three),
        inserted: inserted.to_owned(),
        tier: Some(Tier::High),
        ..Junction::default()
    }
}

/// The records of a text: cells by column.
fn records(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    lines.map(|l| l.split('\t').map(str::to_owned).collect()).collect()
}

fn info(record: &[String], key: &str) -> Option<String> {
    record[7].split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name == key).then(|| value.to_owned())
    })
}

fn retained(left: bool) -> Retained {
    if left { Retained::Left } else { Retained::Right }
}

/// The part of a chromosome that a side retains, as the molecule runs: into the junction (`five`) or
/// out of it.
fn part(chromosome: &str, side: &Side, is_five: bool) -> String {
    let at = usize::try_from(side.position).unwrap();
    let kept = match side.retained {
        Retained::Left => &chromosome[..at],
        Retained::Right => &chromosome[at - 1..],
    };
    let forward = (side.retained == Retained::Left) == is_five;
    if forward { kept.to_owned() } else { turned(kept) }
}

fn turned(text: &str) -> String {
    String::from_utf8(reverse_complement(text.as_bytes())).unwrap()
}

/// The molecule that a record's `POS` and `ALT` describe by the specification's table of the four forms
/// (section 5.4), independent of our writer and reader.
fn by_the_specification(own: &str, position: usize, alt: &str, other: &str) -> String {
    let bracket = alt.find(['[', ']']).unwrap();
    let sign = &alt[bracket..=bracket];
    let place: Vec<&str> = alt.split(['[', ']']).filter(|p| p.contains(':')).collect();
    let p: usize = place[0].rsplit_once(':').unwrap().1.parse().unwrap();
    if bracket > 0 {
        // t[p[ : piece extending to the right of p is joined after t; t]p] : reverse complement piece
        // extending left of p is joined after t.
        let t = &alt[..bracket];
        let joined = if sign == "[" {
            other[p - 1..].to_owned()
        } else {
            turned(&other[..p])
        };
        format!("{}{t}{joined}", &own[..position - 1])
    } else {
        // ]p]t : piece extending to the left of p is joined before t; [p[t : reverse complement piece
        // extending right of p is joined before t.
        let t = &alt[alt.rfind(['[', ']']).unwrap() + 1..];
        let joined = if sign == "]" {
            other[..p].to_owned()
        } else {
            turned(&other[p - 1..])
        };
        format!("{joined}{t}{}", &own[position..])
    }
}

fn bases(len: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!['A', 'C', 'G', 'T']), len).prop_map(|v| v.into_iter().collect())
}

proptest! {
    #[test]
    fn both_records_describe_the_same_molecule(
        one in bases(30..60), two in bases(30..60),
        at in (2_usize..29, 2_usize..29),
        lefts in (any::<bool>(), any::<bool>()),
        inserted in bases(0..12),
    ) {
        let (mut five, mut three) = (
            side("chr11", at.0 as i64, retained(lefts.0)),
            side("chr4", at.1 as i64, retained(lefts.1)),
        );
        five.ref_base = Some(one[at.0 - 1..at.0].to_owned());
        three.ref_base = Some(two[at.1 - 1..at.1].to_owned());
        let molecule = format!("{}{inserted}{}", part(&one, &five, true), part(&two, &three, false));
        let report = report_of(vec![junction(five, three, &inserted)]);
        let records = records(&render(&report));
        prop_assert_eq!(records.len(), 2);
        for record in &records {
            let (own, other, position) = if record[0] == "chr11" { (&one, &two, at.0) } else { (&two, &one, at.1) };
            prop_assert_eq!(&record[3], &own[position - 1..position], "REF");
            let made = by_the_specification(own, position, &record[4], other);
            prop_assert!(made == molecule || made == turned(&molecule), "{}: {made} is not {molecule}", record[4]);
        }
    }

    #[test]
    fn written_breakends_are_read_back(
        places in prop::collection::vec(
            ((1_i64..500_000_000, any::<bool>()), (1_i64..500_000_000, any::<bool>()), bases(0..40)), 1..6),
        same_contig in any::<bool>(),
    ) {
        let other = if same_contig { "11" } else { "HLA-A*01:01:01:01" };
        let junctions: Vec<Junction> = places
            .iter()
            .enumerate()
            .map(|(n, (five, three, inserted))| Junction {
                id: format!("E1.{}", n + 1),
                ..junction(side("11", five.0, retained(five.1)), side(other, three.0, retained(three.1)), inserted)
            })
            .collect();
        let report = report_of(junctions);
        let mut read = junctions_of(&render(&report));
        read.sort_by(|a, b| a.id.cmp(&b.id));
        prop_assert_eq!(read.len(), places.len());
        for (n, ((five, three, inserted), read)) in places.iter().zip(&read).enumerate() {
            prop_assert_eq!(&read.id, &format!("E1.{}_5p", n + 1));
            prop_assert_eq!(read.event.as_deref(), Some("E1"));
            prop_assert_eq!((read.five.position, read.five.retained), (five.0, retained(five.1)));
            let got = read.three.as_ref().unwrap();
            prop_assert_eq!((got.contig.as_str(), got.position, got.retained), (other, three.0, retained(three.1)));
            prop_assert_eq!(&read.inserted, inserted);
        }
    }

    #[test]
    fn single_breakends_are_read_back(
        at in 1_i64..500_000_000, left in any::<bool>(), is_five in any::<bool>(), beyond in bases(1..30),
    ) {
        let here = side("chr11", at, retained(left));
        let consensus = if is_five { format!("ACG|{beyond}") } else { format!("{beyond}|ACG") };
        let single = Junction {
            five: is_five.then(|| here.clone()),
            three: (!is_five).then_some(here),
            consensus: Some(consensus),
            id: "E1.1".to_owned(),
            ..Junction::default()
        };
        let read = junctions_of(&render(&report_of(vec![single])));
        prop_assert_eq!((read.len(), read[0].three.is_none()), (1, true));
        prop_assert_eq!((read[0].five.position, read[0].five.retained), (at, retained(left)));
        prop_assert_eq!(&read[0].inserted, &beyond);
    }
}

fn junctions_of(text: &str) -> Vec<ReadJunction> {
    junctions(text).unwrap()
}

#[test]
fn the_fusion_is_written_as_a_geneticist_expects() {
    let text = render(&example::fusion());
    let all = records(&text);
    let of = |id: &str| {
        all.iter()
            .find(|r| r[2] == id)
            .unwrap_or_else(|| panic!("{id}: {text}"))
    };
    let five = of("E1.1_5p");
    assert_eq!(five[..5], ["chr11", "118482495", "E1.1_5p", "G", "G[chr4:87046695["]);
    assert_eq!(five[6], "PASS");
    let says = |key: &str| info(five, key).unwrap_or_default();
    assert_eq!((says("MATEID"), says("EVENT")), ("E1.1_3p".to_owned(), "E1".to_owned()));
    assert_eq!(
        (says("CIPOS"), says("HOMLEN"), says("HOMSEQ")),
        ("-2,0".to_owned(), "2".to_owned(), "AG".to_owned())
    );
    assert_eq!(
        (says("GENE"), says("EXON"), says("SIDE")),
        ("KMT2A".to_owned(), "e8".to_owned(), "5p".to_owned())
    );
    assert_eq!(says("ISCN"), "t(4%3B11)(q21%3Bq23.3)");
    assert_eq!(five[8], "MOL:WT:FRAC:FRACCI:SR:CR:PR:MR:FRAG");
    assert_eq!(five[9], "63:287:0.18:0.141,0.224:43:11:8:1:71");
    let three = of("E1.1_3p");
    assert_eq!(three[..5], ["chr4", "87046695", "E1.1_3p", "N", "]chr11:118482495]N"]);
    // Chromosome 4 comes before 11, and every record has a line that declares its contig with its length.
    let order: Vec<&str> = all.iter().map(|r| r[0].as_str()).collect();
    assert!(order.is_sorted_by_key(|c| *c == "chr11"), "{order:?}");
    assert!(text.contains("##contig=<ID=chr11,length=135086622>"));
    let states = text.lines().filter(|l| *l == "##breakapart_state=rearranged");
    assert_eq!(states.count(), 1);
}

#[test]
fn homology_and_insertion_follow_the_strand() {
    // Both sides retain their left part: the molecule leaves along +, and enters along -.
    let mut j = junction(
        side("chr11", 1_000, Retained::Left),
        side("chr9", 2_000, Retained::Left),
        "AAC",
    );
    j.ambiguity.left = 3;
    j.ambiguity.right = 1;
    j.ambiguity.homology = "ACCG".to_owned();
    let all = records(&render(&report_of(vec![j])));
    let three = all.iter().find(|r| r[0] == "chr9").unwrap();
    assert_eq!(three[4], "NGTT]chr11:1000]");
    assert_eq!(info(three, "SVINSSEQ").unwrap(), "GTT");
    // Shifting the junction along the molecule moves a reverse side to lower coordinates.
    assert_eq!(
        (info(three, "CIPOS").unwrap(), info(three, "HOMSEQ").unwrap()),
        ("-1,3".to_owned(), "CGGT".to_owned())
    );
    let five = all.iter().find(|r| r[0] == "chr11").unwrap();
    assert_eq!(five[4], "NAAC]chr9:2000]");
    assert_eq!(
        (info(five, "CIPOS").unwrap(), info(five, "HOMSEQ").unwrap()),
        ("-3,1".to_owned(), "ACCG".to_owned())
    );
}

#[test]
fn a_duplication_is_one_record_in_dna_and_says_its_meaning_in_rna() {
    let rna = render(&example::ptd());
    let first = &records(&rna)[0];
    assert_eq!(info(first, "SVTYPE").unwrap(), "BND");
    assert_eq!(
        info(first, "TXEVENT").unwrap(),
        "exons_2-8_of_NM_001197104.2_are_duplicated_in_tandem_(a_circular_RNA_has_the_same_junction)"
    );

    let mut report = example::ptd();
    for junction in report.events.iter_mut().flat_map(|e| &mut e.junctions) {
        junction.assay = "dna".to_owned();
        let (five, three) = (junction.five.as_mut().unwrap(), junction.three.as_mut().unwrap());
        (five.position, three.position) = (118_483_000, 118_450_000);
        three.ref_context = Some("GTACG".to_owned());
        junction.inserted = "TT".to_owned();
    }
    let all = records(&render(&report));
    let dup = all.iter().find(|r| r[2] == "E1.1").unwrap();
    // The base before the segment, from the five-base context: G T [A] C G.
    assert_eq!(dup[..5], ["chr11", "118449999", "E1.1", "T", "<DUP:TANDEM>"]);
    assert_eq!(
        (info(dup, "END").unwrap(), info(dup, "SVLEN").unwrap()),
        ("118483000".to_owned(), "33001".to_owned())
    );
    assert_eq!(info(dup, "SVINSSEQ").unwrap(), "TT");
    assert!(junctions_of(&render(&report)).is_empty(), "no breakends among them");
}

#[test]
fn filters_are_real_and_declared() {
    let mut report = example::fusion();
    let junction = &mut report.events[0].junctions[0];
    junction.tier = Some(Tier::Low);
    for code in ["one-molecule", "one-molecule", "catalogue-partner"] {
        junction.reasons.push(crate::report::schema::Reason {
            code: code.to_owned(),
            ..Default::default()
        });
    }
    let discarded = &mut report.discarded[0];
    discarded.reason.code = "ptd-background".to_owned();
    let text = render(&report);
    let all = records(&text);
    let filter = |id: &str| all.iter().find(|r| r[2] == id).unwrap()[6].clone();
    assert_eq!(filter("E1.1_5p"), "low-tier;one-molecule");
    assert_eq!(filter("E1.2_5p"), "PASS");
    assert_eq!(filter("D1_3p"), "ptd-background");
    for record in &all {
        for name in record[6].split(';').filter(|n| *n != "PASS") {
            assert!(text.contains(&format!("##FILTER=<ID={name},")), "{name}");
        }
        for pair in record[7].split(';') {
            let key = pair.split('=').next().unwrap();
            assert!(head::keys().any(|known| known == key), "{key}");
        }
    }
}

#[test]
fn hostile_text_stays_inside_its_cell() {
    let mut report = example::hostile();
    report.discarded.push(Discarded {
        junction: Junction {
            id: "D;9\t<x>".to_owned(),
            five: Some(side("]chr1:5]", 7, Retained::Left)),
            consensus: Some("no|bases\there".to_owned()),
            ..Junction::default()
        },
        ..Discarded::default()
    });
    let text = render(&report);
    let made = compressed(&report).unwrap();
    assert!(!made.index.is_empty());
    for line in text.lines() {
        assert!(!line.chars().any(|c| c != '\t' && c.is_control()), "{line:?}");
        if !line.starts_with('#') {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 10, "{line}");
            assert!((1..=1 << 29).contains(&cells[1].parse::<i64>().unwrap()));
            assert!(!cells[7].contains(' ') && !cells[0].contains(['[', ']', '<', '>', '"']));
        }
    }
    // The rest is read back as breakends.
    assert!(!junctions_of(&text).is_empty());
    assert_eq!(StrandSign::Unknown.sign(), ".");
}

#[test]
fn mates_that_disagree_are_refused() {
    let text = render(&example::fusion());
    let moved = text.replace("G[chr4:87046695[", "G[chr4:87046696[");
    assert!(matches!(junctions(&moved), Err(BndError::Disagree { .. })));
    let alone: String = text
        .lines()
        .filter(|l| !l.contains("\tE1.1_3p\t"))
        .map(|l| format!("{l}\n"))
        .collect();
    assert!(matches!(junctions(&alone), Err(BndError::NoMate { .. })));
    assert!(matches!(
        junctions("chr1\t5\tx\tA\tA[chr2[\t.\t.\tSVTYPE=BND"),
        Err(BndError::Line { line: 1, .. })
    ));
    assert_eq!(Breakend::parse("]chr1:5]A[chr1:9["), None);
}

#[test]
fn quality_is_phred_scaled_and_at_most_a_hundred() {
    let quality = |score: f64| {
        let mut report = example::fusion();
        for event in &mut report.events {
            for junction in &mut event.junctions {
                junction.model_score = Some(score);
            }
        }
        records(&render(&report))[0][5].clone()
    };
    assert_eq!(quality(0.9), "10");
    assert_eq!(quality(0.999), "30");
    assert_eq!(quality(1.0 - 1e-9), "90");
    assert_eq!(quality(1.0 - 1e-12), "100");
    assert_eq!(quality(1.0), "100");
}
