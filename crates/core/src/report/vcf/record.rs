//! The VCF records of a junction.

use super::breakend::{Breakend, Mate};
use super::filter;
use crate::genome::sequence::reverse_complement;
use crate::hts::bgzf::TABIX_LAST;
use crate::report::number;
use crate::report::schema::{End, Frame, Junction, Retained, SampleReport, Side, StrandSign, Tier};
use crate::report::wording::{self, bases};

/// The highest `QUAL`: a model score that rounds to 1 is not certain.
const QUAL_MAX: f64 = 100.0;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// Contig as allowed in a VCF.
    pub contig: String,
    /// `POS`, **1-based**.
    pub position: i64,
    /// Last base, **1-based**.
    pub end: i64,
    /// `ID`.
    pub id: String,
    /// Contig of the mate.
    pub mate_contig: Option<String>,
    /// The line, without its newline.
    pub line: String,
}

/// Keys of a sample's column: molecules, wild type, fraction with its interval, then molecules by class and fragments.
const FORMAT: &str = "MOL:WT:FRAC:FRACCI:SR:CR:PR:MR:FRAG";

/// A text as allowed in a value of `INFO` or of an unstructured header line: white space becomes
/// `_`, separators of values are percent-encoded (VCF 4.3 section 1.2).
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

/// A contig's name as VCF 4.3 allows it (section 1.4.7); allowed names are unchanged.
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

fn flipped(text: &str) -> String {
    String::from_utf8_lossy(&reverse_complement(text.as_bytes())).into_owned()
}

fn reference(side: &Side) -> char {
    let base = side.ref_base.as_deref().map(bases).and_then(|b| b.chars().next());
    base.unwrap_or('N')
}

/// Whether the molecule runs along the forward strand of the side's contig: into the junction over the retained bases
/// on the 5' side, out of it over them on the 3' side.
const fn runs_forward(end: End, retained: Retained) -> bool {
    matches!(
        (end, retained),
        (End::Five, Retained::Left) | (End::Three, Retained::Right)
    )
}

/// A sequence in the molecule's direction, converted to the forward strand of the side's contig.
fn on_contig(text: &str, end: End, side: &Side) -> String {
    if runs_forward(end, side.retained) {
        text.to_owned()
    } else {
        flipped(text)
    }
}

/// Shared fields of the records of one junction.
struct Shared<'a> {
    junction: &'a Junction,
    event: Option<&'a str>,
    filter: String,
    format: String,
    qual: String,
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
        // Phred-scaled probability that the call is wrong; one decimal exceeds its precision.
        let qual = junction
            .model_score
            .map(|score| ((-10.0 * (1.0 - score).log10()).clamp(0.0, QUAL_MAX) * 10.0).round() / 10.0)
            .map_or_else(|| ".".to_owned(), number::text);
        Self {
            junction,
            event,
            filter,
            format: format.join(":"),
            qual,
        }
    }

    /// The `INFO` of a record: the event, and whether the position was inferred.
    fn begin(&self) -> impl Iterator<Item = String> {
        let seen = &self.junction.evidence;
        let is_precise = self.junction.consensus.is_some() || seen.split + seen.clip > 0;
        let event = self.event.map(|event| format!("EVENT={}", identifier(event)));
        event.into_iter().chain((!is_precise).then(|| "IMPRECISE".to_owned()))
    }

    /// The `INFO` of a record: keys of the junction.
    fn about(&self) -> Vec<String> {
        let j = self.junction;
        let mut info = vec![
            format!("CLASS={}", value(&j.class)),
            format!("ASSAY={}", value(&j.assay)),
        ];
        if j.frame != Frame::Unknown {
            info.push(format!("FRAME={}", j.frame.name()));
        }
        info.extend(j.tier.map(|tier| format!("TIER={}", tier.name())));
        info.extend(j.model_score.map(|score| format!("SCORE={}", number::text(score))));
        info.extend(given("HGVS", j.hgvs.as_ref().or(j.hgvs_genomic.as_ref())));
        info.extend(given("ISCN", j.iscn_suggestion.as_ref()));
        info
    }

    /// A record of the junction, its `INFO` from `info` and the keys of the junction.
    fn record(&self, mut info: Vec<String>, place: (&str, i64, i64), id: String, bases: (char, &str)) -> Record {
        info.extend(self.about());
        info.extend(transcript_meaning(self.junction).map(|text| format!("TXEVENT={}", value(&text))));
        let (contig, position, end) = (contig(place.0), place.1, place.2);
        let (reference, alt) = bases;
        let Self {
            qual, filter, format, ..
        } = self;
        let info = info.join(";");
        Record {
            line: format!(
                "{contig}\t{position}\t{id}\t{reference}\t{alt}\t{qual}\t{filter}\t{info}\t{FORMAT}\t{format}"
            ),
            contig,
            position,
            end,
            id,
            mate_contig: None,
        }
    }
}

/// A key with its value, if there is one.
fn given(key: &str, text: Option<&String>) -> Option<String> {
    text.map(|text| format!("{key}={}", value(text)))
}

/// Keys of one side.
fn about_side(side: &Side) -> Vec<String> {
    let mut info = Vec::new();
    if side.strand != StrandSign::Unknown {
        info.push(format!("STRAND={}", side.strand.sign()));
    }
    info.extend(given("GENE", side.gene.as_ref()));
    info.extend(given("GENE_ID", side.gene_id.as_ref()));
    info.extend(given("TRANSCRIPT", side.transcript.as_ref()));
    let number = side.exon_or_intron("i").filter(|_| side.transcript.is_some());
    info.extend(number.map(|number| format!("EXON={number}")));
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

/// The first and the last base of a duplicated segment in DNA.
fn duplicated<'a>(junction: &Junction, five: &'a Side, three: &'a Side) -> Option<(&'a Side, &'a Side)> {
    let (low, high) = if five.position <= three.position {
        (five, three)
    } else {
        (three, five)
    };
    let is_tandem = low.contig == high.contig
        && (low.retained, high.retained) == (Retained::Right, Retained::Left)
        && low.position > 1;
    (junction.assay == "dna" && junction.is_ptd() && is_tandem).then_some((low, high))
}

/// The interval around a side's position, `(below, above)`: along the molecule is towards higher
/// coordinates only if it runs forward.
fn moved(junction: &Junction, forward: bool) -> (u32, u32) {
    let (back, forth) = (junction.ambiguity.left, junction.ambiguity.right);
    if forward { (back, forth) } else { (forth, back) }
}

/// An interval around a position: bases below and above it.
fn around(below: u32, above: u32) -> String {
    format!("{},{above}", -i64::from(below))
}

/// `CIPOS`, `HOMLEN`, `HOMSEQ`, `SVINSLEN`, `SVINSSEQ`, those that apply.
fn homology(junction: &Junction, turn: &dyn Fn(&str) -> String, forward: bool) -> Vec<String> {
    let mut info = Vec::new();
    let (below, above) = moved(junction, forward);
    let length = u64::from(below) + u64::from(above);
    if length > 0 {
        info.push(format!("CIPOS={}", around(below, above)));
        info.push(format!("HOMLEN={length}"));
    }
    let homology = bases(&junction.ambiguity.homology);
    if !homology.is_empty() && length > 0 {
        info.push(format!("HOMSEQ={}", turn(&homology)));
    }
    let inserted = bases(&junction.inserted);
    if !inserted.is_empty() {
        info.push(format!("SVINSLEN={}", inserted.len()));
        info.push(format!("SVINSSEQ={}", turn(&inserted)));
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
    let mut info = vec!["SVTYPE=BND".to_owned()];
    info.extend(mate.map(|_| format!("MATEID={id}_{other}")));
    info.extend(shared.begin());
    if mate.is_some() {
        info.extend(homology(junction, &turn, runs_forward(end, side.retained)));
    }
    info.push(format!("SIDE={own}"));
    info.extend(about_side(side));
    let at = position(side.position);
    let bases = (written.reference, &*written.alt());
    Record {
        mate_contig: written.mate.map(|mate| mate.contig),
        ..shared.record(info, (&side.contig, at, at), format!("{id}_{own}"), bases)
    }
}

/// The bases beyond an unplaced side's junction, in the molecule's direction.
fn beyond(junction: &Junction, end: End) -> String {
    match (junction.across(), end) {
        (Some([_, inserted, after]), End::Five) => bases(&[inserted, after].concat()),
        (Some([before, ..]), End::Three) => bases(before),
        (None, _) => bases(&junction.inserted),
    }
}

/// Meaning of an RNA back-splice for the transcript: its coordinates are exon ends, not breakpoints.
fn transcript_meaning(junction: &Junction) -> Option<String> {
    let (five, three) = (junction.five.as_ref()?, junction.three.as_ref()?);
    (junction.assay == "rna" && junction.is_ptd()).then(|| match (five.exon, three.exon, &five.transcript) {
        (Some(last), Some(first), Some(transcript)) => format!(
            "exons {first}-{last} of {transcript} are duplicated in tandem (a circular RNA has the same junction)"
        ),
        _ => "a segment of the transcript is duplicated in tandem (a circular RNA has the same junction)".to_owned(),
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
        "SVTYPE=DUP".to_owned(),
        format!("END={end}"),
        format!("SVLEN={}", end - start),
    ];
    info.extend(shared.begin());
    let (below, above) = moved(junction, forward);
    info.extend(homology(junction, &turn, forward));
    if below + above > 0 {
        info.push(format!("CIEND={}", around(below, above)));
    }
    info.extend(about_side(low));
    let bases = (before.unwrap_or('N'), "<DUP:TANDEM>");
    shared.record(info, (&low.contig, start, end), identifier(&junction.id), bases)
}
