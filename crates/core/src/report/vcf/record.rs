//! The records of a junction.

use super::breakend::{Breakend, Mate};
use super::{filter, head};
use crate::genome::sequence::reverse_complement;
use crate::hts::bgzf::TABIX_LAST;
use crate::report::schema::{Frame, Junction, Retained, SampleReport, Side, StrandSign, Tier};
use crate::report::{number, wording};

/// The highest `QUAL`: a model score that rounds to 1 is not certain.
const QUAL_MAX: f64 = 100.0;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// Contig as it may stand in a VCF.
    pub contig: String,
    /// `POS`, **1-based**.
    pub position: i64,
    /// Last base, **1-based**.
    pub end: i64,
    /// `ID`.
    pub id: String,
    /// Contig of the mate.
    pub mate_contig: Option<String>,
    reference: char,
    alt: String,
    qual: Option<f64>,
    filter: String,
    info: Vec<(&'static str, Option<String>)>,
    format: String,
}

impl Record {
    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let info: Vec<String> = self
            .info
            .iter()
            .map(|(key, value)| match value {
                Some(value) => format!("{key}={value}"),
                None => (*key).to_owned(),
            })
            .collect();
        let keys: Vec<&str> = head::FORMAT.iter().map(|(id, ..)| *id).collect();
        [
            self.contig.clone(),
            self.position.to_string(),
            self.id.clone(),
            self.reference.to_string(),
            self.alt.clone(),
            self.qual.map_or_else(|| ".".to_owned(), number::text),
            self.filter.clone(),
            info.join(";"),
            keys.join(":"),
            self.format.clone(),
        ]
        .join("\t")
    }
}

/// A text as it may stand in a value of `INFO` or of an unstructured header line: white space becomes
/// `_`, what separates values is percent-encoded (VCF 4.3 section 1.2).
pub(super) fn value(text: &str) -> String {
    let mut out = String::new();
    for c in wording::clean(text).chars() {
        match c {
            '%' => out.push_str("%25"),
            ',' => out.push_str("%2C"),
            ';' => out.push_str("%3B"),
            '=' => out.push_str("%3D"),
            c if c.is_whitespace() => out.push('_'),
            c => out.push(c),
        }
    }
    if out.is_empty() {
        ".".to_owned()
    } else {
        wording::shortened(&out, 1_000)
    }
}

/// An identifier: letters, digits, `_`, `.` and `-`.
fn identifier(text: &str) -> String {
    let keep = |c: char| {
        if c.is_ascii_alphanumeric() || "_.-".contains(c) {
            c
        } else {
            '_'
        }
    };
    text.chars().take(100).map(keep).collect()
}

/// A contig's name as VCF 4.3 allows it (section 1.4.7); a name that it allows stays as it is.
fn contig(name: &str) -> String {
    let first = |c: char| c.is_ascii_alphanumeric() || "!#$%&+./:;?@^_|~-".contains(c);
    let keep = |(index, c): (usize, char)| {
        if first(c) || (index > 0 && "*=".contains(c)) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().take(200).enumerate().map(keep).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

fn position(of: i64) -> i64 {
    of.clamp(1, TABIX_LAST)
}

/// Only bases; anything else is `N`.
fn bases(text: &str) -> String {
    let base = |c: char| match c.to_ascii_uppercase() {
        base @ ('A' | 'C' | 'G' | 'T') => base,
        _ => 'N',
    };
    text.chars().map(base).collect()
}

fn flipped(text: &str) -> String {
    String::from_utf8_lossy(&reverse_complement(text.as_bytes())).into_owned()
}

fn reference(side: &Side) -> char {
    let base = side.ref_base.as_deref().map(bases).and_then(|b| b.chars().next());
    base.unwrap_or('N')
}

/// Which side of a junction a record stands at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Five,
    Three,
}

/// Whether the molecule runs along the forward strand of the side's contig: it leaves a side that it
/// runs into, and enters one that it runs out of, over the retained bases.
const fn runs_forward(end: End, retained: Retained) -> bool {
    matches!(
        (end, retained),
        (End::Five, Retained::Left) | (End::Three, Retained::Right)
    )
}

/// A text in the molecule's direction as it reads on the forward strand of the side's contig.
fn on_contig(text: &str, end: End, side: &Side) -> String {
    if runs_forward(end, side.retained) {
        text.to_owned()
    } else {
        flipped(text)
    }
}

/// Everything that the records of one junction share.
struct Shared<'a> {
    junction: &'a Junction,
    event: Option<&'a str>,
    filter: String,
    format: String,
    qual: Option<f64>,
}

/// The records of all junctions of a report, discarded ones included, unsorted.
pub(super) fn all(report: &SampleReport) -> Vec<Record> {
    let mut records = Vec::new();
    for event in &report.events {
        for junction in &event.junctions {
            let passes = junction.tier >= Some(Tier::Medium);
            let codes = junction.reasons.iter().map(|r| r.code.as_str());
            let filter = filter::cell(passes, true, codes);
            of_junction(&Shared::new(junction, Some(&event.id), filter), &mut records);
        }
    }
    for discarded in &report.discarded {
        let codes = std::iter::once(&discarded.reason).chain(&discarded.junction.reasons);
        let filter = filter::cell(false, false, codes.map(|r| r.code.as_str()));
        of_junction(&Shared::new(&discarded.junction, None, filter), &mut records);
    }
    records
}

impl<'a> Shared<'a> {
    fn new(junction: &'a Junction, event: Option<&'a str>, filter: String) -> Self {
        let count = |n: Option<u64>| n.map_or_else(|| ".".to_owned(), |n| n.min(i32::MAX as u64).to_string());
        let seen = &junction.evidence;
        let (fraction, interval) = junction.fraction.map_or_else(
            || (".".to_owned(), ".".to_owned()),
            |f| {
                let bounds = format!("{},{}", number::text(f.low), number::text(f.high));
                (number::text(f.estimate), bounds)
            },
        );
        let format = [
            count(seen.molecules),
            count(junction.wild_type_molecules),
            fraction,
            interval,
            count(Some(seen.split)),
            count(Some(seen.clip)),
            count(Some(seen.spanning)),
            count(Some(seen.mate)),
            count(Some(seen.fragments)),
        ];
        // Probability that the call is wrong, in decibans; one decimal is more than it is worth.
        let qual = junction
            .model_score
            .map(|score| ((-10.0 * (1.0 - score).log10()).clamp(0.0, QUAL_MAX) * 10.0).round() / 10.0);
        Self {
            junction,
            event,
            filter,
            format: format.join(":"),
            qual,
        }
    }

    /// The `INFO` of a record: what is about the junction.
    fn about(&self) -> Vec<(&'static str, Option<String>)> {
        let j = self.junction;
        let mut info = vec![("CLASS", Some(value(&j.class))), ("ASSAY", Some(value(&j.assay)))];
        if j.frame != Frame::Unknown {
            info.push(("FRAME", Some(j.frame.name().to_owned())));
        }
        info.extend(j.tier.map(|tier| ("TIER", Some(tier.name().to_owned()))));
        info.extend(j.model_score.map(|score| ("SCORE", Some(number::text(score)))));
        let hgvs = j.hgvs.as_deref().or(j.hgvs_genomic.as_deref());
        info.extend(hgvs.map(|text| ("HGVS", Some(value(text)))));
        info.extend(j.iscn_suggestion.as_deref().map(|text| ("ISCN", Some(value(text)))));
        info
    }

    fn is_precise(&self) -> bool {
        let seen = &self.junction.evidence;
        self.junction.consensus.is_some() || seen.split + seen.clip > 0
    }
}

/// What is about one side.
fn about_side(side: &Side, end: Option<End>) -> Vec<(&'static str, Option<String>)> {
    let mut info = Vec::new();
    info.extend(end.map(|end| ("SIDE", Some(if end == End::Five { "5p" } else { "3p" }.to_owned()))));
    if side.strand != StrandSign::Unknown {
        info.push(("STRAND", Some(side.strand.sign().to_owned())));
    }
    info.extend(side.gene.as_deref().map(|text| ("GENE", Some(value(text)))));
    info.extend(side.gene_id.as_deref().map(|text| ("GENE_ID", Some(value(text)))));
    if let Some(transcript) = &side.transcript {
        info.push(("TRANSCRIPT", Some(value(transcript))));
        let number = match (side.exon, side.intron) {
            (Some(exon), _) => Some(format!("e{exon}")),
            (None, intron) => intron.map(|intron| format!("i{intron}")),
        };
        info.extend(number.map(|number| ("EXON", Some(number))));
    }
    info
}

fn of_junction(shared: &Shared<'_>, records: &mut Vec<Record>) {
    let junction = shared.junction;
    match (&junction.five, &junction.three) {
        (Some(five), Some(three)) => match duplicated(junction, five, three) {
            Some((low, high)) => records.push(duplication(shared, low, high)),
            None => {
                records.push(breakend(shared, End::Five, five, Some(three)));
                records.push(breakend(shared, End::Three, three, Some(five)));
            }
        },
        (Some(five), None) => records.push(breakend(shared, End::Five, five, None)),
        (None, Some(three)) => records.push(breakend(shared, End::Three, three, None)),
        (None, None) => {}
    }
}

fn is_ptd(junction: &Junction) -> bool {
    matches!(junction.class.as_str(), "ptd" | "background-ptd")
}

/// The first and the last base of a duplicated segment that DNA shows.
fn duplicated<'a>(junction: &Junction, five: &'a Side, three: &'a Side) -> Option<(&'a Side, &'a Side)> {
    let (low, high) = if five.position <= three.position {
        (five, three)
    } else {
        (three, five)
    };
    let is_tandem = low.contig == high.contig
        && (low.retained, high.retained) == (Retained::Right, Retained::Left)
        && low.position > 1;
    (junction.assay == "dna" && is_ptd(junction) && is_tandem).then_some((low, high))
}

/// The interval around a side's position, `(below, above)`: along the molecule is towards higher
/// coordinates only where it runs forward.
fn moved(junction: &Junction, forward: bool) -> (u32, u32) {
    let (back, forth) = (junction.ambiguity.left, junction.ambiguity.right);
    if forward { (back, forth) } else { (forth, back) }
}

/// An interval around a position: bases below and above it.
fn around(below: u32, above: u32) -> String {
    format!("{},{above}", -i64::from(below))
}

/// `CIPOS`, `HOMLEN`, `HOMSEQ`, `SVINSLEN`, `SVINSSEQ`, where there is something to say.
fn homology(junction: &Junction, turn: &dyn Fn(&str) -> String, forward: bool) -> Vec<(&'static str, Option<String>)> {
    let mut info = Vec::new();
    let (below, above) = moved(junction, forward);
    let length = u64::from(below) + u64::from(above);
    if length > 0 {
        info.push(("CIPOS", Some(around(below, above))));
        info.push(("HOMLEN", Some(length.to_string())));
    }
    let homology = bases(&junction.ambiguity.homology);
    if !homology.is_empty() && length > 0 {
        info.push(("HOMSEQ", Some(turn(&homology))));
    }
    let inserted = bases(&junction.inserted);
    if !inserted.is_empty() {
        info.push(("SVINSLEN", Some(inserted.len().to_string())));
        info.push(("SVINSSEQ", Some(turn(&inserted))));
    }
    info
}

fn breakend(shared: &Shared<'_>, end: End, side: &Side, mate: Option<&Side>) -> Record {
    let junction = shared.junction;
    let id = identifier(&junction.id);
    let (own, other) = match end {
        End::Five => ("5p", "3p"),
        End::Three => ("3p", "5p"),
    };
    let turn = |text: &str| on_contig(text, end, side);
    let inserted = match mate {
        Some(_) => turn(&bases(&junction.inserted)),
        None => turn(&beyond(junction, end)),
    };
    let written = Breakend {
        reference: reference(side),
        retained: side.retained,
        mate: mate.map(|mate| Mate {
            contig: contig(&mate.contig),
            position: position(mate.position),
            retained: mate.retained,
        }),
        inserted,
    };
    let mut info = vec![("SVTYPE", Some("BND".to_owned()))];
    if mate.is_some() {
        info.push(("MATEID", Some(format!("{id}_{other}"))));
    }
    info.extend(shared.event.map(|event| ("EVENT", Some(identifier(event)))));
    if !shared.is_precise() {
        info.push(("IMPRECISE", None));
    }
    if mate.is_some() {
        info.extend(homology(junction, &turn, runs_forward(end, side.retained)));
    }
    info.extend(about_side(side, Some(end)));
    info.extend(shared.about());
    info.extend(transcript_meaning(junction).map(|text| ("TXEVENT", Some(value(&text)))));
    Record {
        contig: contig(&side.contig),
        position: position(side.position),
        end: position(side.position),
        id: format!("{id}_{own}"),
        mate_contig: mate.map(|mate| contig(&mate.contig)),
        reference: written.reference,
        alt: written.alt(),
        qual: shared.qual,
        filter: shared.filter.clone(),
        info,
        format: shared.format.clone(),
    }
}

/// The bases beyond an unplaced side's junction, in the molecule's direction.
fn beyond(junction: &Junction, end: End) -> String {
    let parts: Vec<&str> = junction.consensus.as_deref().unwrap_or_default().split('|').collect();
    let (before, after) = match parts.split_first() {
        Some((before, after)) if !after.is_empty() => ((*before).to_owned(), after.concat()),
        _ => return bases(&junction.inserted),
    };
    bases(&match end {
        End::Five => after,
        End::Three => before,
    })
}

/// What a back-splice of RNA says about the transcript: its coordinates are exon ends, not breaks.
fn transcript_meaning(junction: &Junction) -> Option<String> {
    let (five, three) = (junction.five.as_ref()?, junction.three.as_ref()?);
    (junction.assay == "rna" && is_ptd(junction)).then(|| match (five.exon, three.exon, &five.transcript) {
        (Some(last), Some(first), Some(transcript)) => format!(
            "exons {first}-{last} of {transcript} stand twice in a row (a circular RNA gives the same junction)"
        ),
        _ => "a stretch of the transcript stands twice in a row (a circular RNA gives the same junction)".to_owned(),
    })
}

fn duplication(shared: &Shared<'_>, low: &Side, high: &Side) -> Record {
    let junction = shared.junction;
    // `five` is the high end where the molecule runs forward.
    let forward = junction
        .five
        .as_ref()
        .is_some_and(|five| five.position == high.position);
    let turn = |text: &str| if forward { text.to_owned() } else { flipped(text) };
    let before = low
        .ref_context
        .as_deref()
        .filter(|context| context.len() == 5)
        .and_then(|context| context.get(1..2))
        .map(bases)
        .and_then(|b| b.chars().next());
    let (start, end) = (position(low.position - 1), position(high.position));
    let mut info = vec![
        ("SVTYPE", Some("DUP".to_owned())),
        ("END", Some(end.to_string())),
        ("SVLEN", Some((end - start).to_string())),
    ];
    info.extend(shared.event.map(|event| ("EVENT", Some(identifier(event)))));
    if !shared.is_precise() {
        info.push(("IMPRECISE", None));
    }
    let (below, above) = moved(junction, forward);
    info.extend(homology(junction, &turn, forward));
    if below + above > 0 {
        info.push(("CIEND", Some(around(below, above))));
    }
    info.extend(about_side(low, None));
    info.extend(shared.about());
    Record {
        contig: contig(&low.contig),
        position: start,
        end,
        id: identifier(&junction.id),
        mate_contig: None,
        reference: before.unwrap_or('N'),
        alt: "<DUP:TANDEM>".to_owned(),
        qual: shared.qual,
        filter: shared.filter.clone(),
        info,
        format: shared.format.clone(),
    }
}
