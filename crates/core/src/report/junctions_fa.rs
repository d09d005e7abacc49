//! `SAMPLE.junctions.fa`: the sequence across each called junction.

use std::fmt::Write;

use super::format::View;
use super::fusions_tsv::{self, CalledJunction};
use super::schema::{Junction, JunctionSequence, SampleReport, Side};
use super::wording::{self, bases};

/// The format.
pub(crate) const VIEW: View = View {
    name: "junctions",
    other_names: &["fa", "fasta"],
    about: "sequences across the called junctions, FASTA",
    extensions: &["junctions.fa"],
    render: |report| Ok(render(report).into_bytes()),
    files: None,
};

/// Bases per line.
const LINE_BASES: usize = 60;

/// A word of a header: no white space, `|` or `>`, only printable characters, at most 200 of them (some
/// readers keep a header line in a fixed buffer).
fn word(text: &str) -> String {
    let text = wording::clean(text).replace(|c: char| c.is_whitespace() || matches!(c, '|' | '>'), "_");
    let text = wording::shortened(&text, 200);
    if text.is_empty() { ".".to_owned() } else { text }
}

fn breakpoint(side: Option<&Side>) -> String {
    side.map_or_else(
        || ".".to_owned(),
        |side| format!("{}:{}({})", word(&side.contig), side.position, side.strand.sign()),
    )
}

/// A consensus as bases, the number of bases before the junction, and of inserted bases after it.
struct Sequence {
    bases: String,
    offset: usize,
    inserted: usize,
}

/// The consensus of a junction, whatever it contains.
fn sequence(junction: &Junction) -> Option<Sequence> {
    let parts = junction.across()?;
    let parts = parts.map(|part| bases(&part.replace(char::is_whitespace, "")));
    let [before, inserted, _] = parts.each_ref().map(String::len);
    Some(Sequence {
        bases: parts.concat(),
        offset: before,
        inserted,
    })
    .filter(|sequence| !sequence.bases.is_empty())
}

/// The long sequence of a genomic junction, variants in lower case, and its part of the header.
fn genomic(long: &JunctionSequence) -> (Sequence, String) {
    let none = || ".".to_owned();
    let variants: Vec<String> = long
        .variants
        .iter()
        .map(|v| {
            format!(
                "{}:{}:{}>{}({}/{})",
                word(&v.contig),
                v.position,
                word(&v.reference),
                word(&v.base),
                v.molecules,
                v.over
            )
        })
        .collect();
    let sequence = Sequence {
        bases: long.bases.replace(|c| !"ACGTacgt".contains(c), "N"),
        offset: long.junction_offset as usize,
        inserted: long.inserted as usize,
    };
    let header = format!(
        " five={} three={} source={} variants={}",
        long.five.as_deref().map_or_else(none, word),
        long.three.as_deref().map_or_else(none, word),
        word(&long.source),
        if variants.is_empty() {
            none()
        } else {
            variants.join(",")
        }
    );
    (sequence, header)
}

fn record(out: &mut String, sample: &str, junction: &Junction, event: &str, tier: &str) {
    let long = junction.sequence.as_ref().filter(|s| !s.bases.is_empty()).map(genomic);
    let (long, more) = long.map_or((None, String::new()), |(s, more)| (Some(s), more));
    let Some(sequence) = long.or_else(|| sequence(junction)) else {
        return;
    };
    let (five, three) = (junction.five.as_ref(), junction.three.as_ref());
    // Writing into a String can't fail.
    let _ = writeln!(
        out,
        ">{}|{} {}::{} breakpoint1={} breakpoint2={} junction_offset={} inserted={} event={} tier={tier}{more}",
        word(sample),
        word(&junction.id),
        word(&wording::name(five)),
        word(&wording::name(three)),
        breakpoint(five),
        breakpoint(three),
        sequence.offset,
        sequence.inserted,
        word(event),
    );
    for line in sequence.bases.as_bytes().chunks(LINE_BASES) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
}

/// One record per called junction, in the order of the fusions table. `junction_offset` is the number of
/// bases before the junction, `inserted` the number of inserted bases after it. A junction without a read across it
/// (spanning pairs only) has no sequence and no record. A genomic junction has
/// 400 bases on each side, the intervals that they come from (`five`, `three`, with the strand along which they
/// are read), and the patient's variants in lower case (`variants`: molecules with it, and over it).
pub(crate) fn render(report: &SampleReport) -> String {
    let mut out = String::new();
    for CalledJunction { event, junction, tier } in fusions_tsv::called(report) {
        record(&mut out, &report.sample, junction, &event.id, tier.name());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_and_insertion_are_read_from_the_bars() {
        let sequence = |consensus: &str| {
            super::sequence(&Junction {
                consensus: Some(consensus.to_owned()),
                ..Junction::default()
            })
        };
        let plain = sequence("ACGT|GGCC").unwrap();
        assert_eq!((plain.bases.as_str(), plain.offset, plain.inserted), ("ACGTGGCC", 4, 0));
        let inserted = sequence("ACGT|tta|GGCC").unwrap();
        assert_eq!(
            (inserted.bases.as_str(), inserted.offset, inserted.inserted),
            ("ACGTTTAGGCC", 4, 3)
        );
        assert_eq!(sequence("AC>\u{e9}\n|G").unwrap().bases, "ACNNG");
        assert!(sequence("|").is_none());
    }
}
