//! The review as plain text, as a table and as JSON.

use super::outcome::{CallerReview, Difference, Ours, Review, Theirs, Verdict};
use crate::callers::Place;
use breakapart_core::report::schema::Tier;
use breakapart_core::report::{tsv::table, wording};

/// Width of the text, in characters.
const WIDTH: usize = 96;

/// A missing value in the table.
const MISSING: &str = ".";

/// The text: for each caller, its KMT2A calls with our verdict on each, then the junctions it lacks.
pub fn text(review: &Review) -> String {
    let sample = wording::shortened(&wording::clean(&review.sample), 40);
    let mut lines = vec![format!("{sample}   second opinion   {}", review.label)];
    if review.callers.is_empty() {
        lines.extend(["", "  no row of another caller was given"].map(str::to_owned));
    }
    for caller in &review.callers {
        lines.push(String::new());
        lines.extend(wording::wrapped("", &heading(caller), WIDTH));
        if caller.theirs.is_empty() {
            lines.push("  it calls nothing at KMT2A".to_owned());
        }
        lines.extend(caller.theirs.iter().flat_map(their_lines));
        lines.extend(caller.ours.iter().flat_map(our_lines));
        if caller.ours.is_empty() {
            lines.push("  it has all calls made here".to_owned());
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn heading(caller: &CallerReview) -> String {
    let discarded = caller
        .discarded_rows
        .map_or_else(|| "no discarded file".to_owned(), |rows| format!("{rows} discarded"));
    let count = |verdict: Verdict| caller.theirs.iter().filter(|theirs| theirs.verdict == verdict).count();
    format!(
        "{}: {} rows, {} at KMT2A, {discarded}; {} confirmed, {} different, {} below every tier, {} not seen",
        caller.caller,
        caller.rows,
        caller.theirs.len(),
        count(Verdict::Confirmed),
        count(Verdict::Different),
        count(Verdict::BelowTiers),
        count(Verdict::NotSeen)
    )
}

fn place(place: Option<&Place>) -> String {
    place.map_or_else(
        || "no base".to_owned(),
        |place| format!("{}:{}", place.contig, wording::thousands(place.position)),
    )
}

fn sides(name: &str, five: Option<&Place>, three: Option<&Place>) -> String {
    format!("{name}, {} :: {}", place(five), place(three))
}

/// A first line, with details below it.
fn block(label: &str, first: &str, more: &[String]) -> Vec<String> {
    let start = format!("  {label:<18}");
    let mut lines = wording::wrapped(&start, first, WIDTH);
    let indent = " ".repeat(start.chars().count());
    for text in more {
        lines.extend(wording::wrapped(&indent, text, WIDTH));
    }
    lines
}

fn their_lines(theirs: &Theirs) -> Vec<String> {
    let reads = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let confidence = if theirs.confidence.is_empty() {
        String::new()
    } else {
        format!(", {}", theirs.confidence)
    };
    let first = sides(&theirs.name, theirs.breakpoint5.as_ref(), theirs.breakpoint3.as_ref());
    let mut more = vec![format!(
        "there line {}{confidence}, {} split, {} spanning",
        theirs.line,
        reads(theirs.split),
        reads(theirs.spanning)
    )];
    more.extend(theirs.differences.iter().map(Difference::text));
    if let Some(because) = &theirs.discarded_because {
        more.push(format!("discarded here by {because}"));
    }
    if let (Some(event), Some(tier)) = (&theirs.event, theirs.tier) {
        let molecules = molecules(theirs.molecules);
        let junction = theirs.junction.as_deref().unwrap_or_default();
        more.push(format!(
            "here {event}, junction {junction}, tier {}, {molecules}",
            tier.name()
        ));
    }
    if theirs.base_not_compared && theirs.verdict != Verdict::NotSeen {
        more.push("bases not compared: one of the two has only spanning pairs".to_owned());
    }
    block(theirs.verdict.name(), &first, &more)
}

fn lacks(ours: &Ours) -> &'static str {
    if ours.whole_event {
        "lacks event"
    } else {
        "lacks junction"
    }
}

/// Molecules of a junction, as text.
fn molecules(count: Option<u64>) -> String {
    let word = |count| wording::counted(count, "molecule");
    count.map_or_else(|| "molecules not distinguished".to_owned(), word)
}

fn our_lines(ours: &Ours) -> Vec<String> {
    let molecules = molecules(ours.molecules);
    let first = sides(&ours.name, ours.breakpoint5.as_ref(), ours.breakpoint3.as_ref());
    let here = format!(
        "here {}, junction {}, {}, tier {}, {molecules}",
        ours.event,
        ours.junction,
        ours.class,
        ours.tier.name()
    );
    block(lacks(ours), &first, &[here, ours.lacked.text()])
}

/// The columns of the table.
const COLUMNS: &str = "sample caller verdict line name breakpoint5 breakpoint3 confidence event junction tier molecules \
                       filter text";

/// One line per call of theirs or junction that they lack; missing values are `.`.
pub fn tsv(review: &Review) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for caller in &review.callers {
        let theirs = caller.theirs.iter().map(|row| {
            let mut text: Vec<String> = row.differences.iter().map(Difference::text).collect();
            text.extend(row.discarded_because.clone());
            [
                row.verdict.name().to_owned(),
                row.line.to_string(),
                row.name.clone(),
                given(row.breakpoint5.as_ref()),
                given(row.breakpoint3.as_ref()),
                row.confidence.clone(),
                given(row.event.as_ref()),
                given(row.junction.as_ref()),
                given(row.tier.map(Tier::name)),
                given(row.molecules),
                MISSING.to_owned(),
                text.join("; "),
            ]
        });
        let ours = caller.ours.iter().map(|row| {
            let (line, filter) = match &row.lacked {
                super::Lacked::Discarded { line, filter, .. } => (Some(line), filter.as_ref()),
                _ => (None, None),
            };
            [
                lacks(row).to_owned(),
                given(line),
                row.name.clone(),
                given(row.breakpoint5.as_ref()),
                given(row.breakpoint3.as_ref()),
                MISSING.to_owned(),
                row.event.clone(),
                row.junction.clone(),
                row.tier.name().to_owned(),
                given(row.molecules),
                given(filter),
                row.lacked.text(),
            ]
        });
        for cells in theirs.chain(ours) {
            let cells = [review.sample.clone(), caller.caller.clone()].into_iter().chain(cells);
            rows.push(cells.map(|cell| wording::filled_cell(&cell)).collect());
        }
    }
    table(COLUMNS, rows)
}

/// A value of the table.
fn given(value: Option<impl ToString>) -> String {
    value.map_or_else(|| MISSING.to_owned(), |value| value.to_string())
}
