//! The lead junction drawn: both genes to scale, the joined transcript, KMT2A's protein.

use super::{
    figure::Figure,
    part::{Part, build_of, parts},
    scale::{Scale, px},
};
use crate::{
    catalogue::{Domain, KMT2A, catalogue},
    report::{
        schema::{Event, Frame, Junction, Retained, SampleReport},
        wording::shortened,
    },
};

/// Width of every drawing (units of its view box).
pub(super) const WIDTH: f64 = 760.0;
/// Margin left and right.
const MARGIN: f64 = 8.0;
/// Least width of a drawn exon: an exon of 100 bases in a gene of 100 kb would not be seen.
const EXON_MIN: f64 = 1.6;

/// Most further junctions of the molecule whose gene is drawn.
const CHAINED_MAX: usize = 2;
/// Least distance of two slanted names.
const LABEL_STEP: f64 = 9.5;

/// A box along a line.
pub(super) struct Block {
    /// Left edge.
    pub x: String,
    /// Width.
    pub width: String,
    /// Whether the molecule keeps it.
    pub kept: bool,
    /// Text inside, where it fits.
    pub label: String,
    /// Middle, for the text.
    pub middle: String,
    /// Not translated: drawn thinner.
    pub thin: bool,
    /// Read off the second part of the molecule.
    pub second: bool,
    /// What a pointer resting on it shows.
    pub title: String,
}

/// A gene along its own direction.
pub(super) struct GeneMap {
    /// Symbol, transcript and place.
    pub title: String,
    /// `5'` or `3'` part kept, in words.
    pub role: String,
    /// Kept stretch: left edge and width.
    pub kept: (String, String),
    /// Lost stretch.
    pub lost: (String, String),
    /// Exons.
    pub exons: Vec<Block>,
    /// Break: its place in the drawing.
    pub at: String,
    /// Where the text of the break is anchored.
    pub anchor: &'static str,
    /// Contig of the break.
    pub contig: String,
    /// Position of the break.
    pub position: Figure,
    /// Names of the exons before and behind the break.
    pub before: String,
    /// See `before`.
    pub behind: String,
    /// Scale bar: length in the drawing and its text.
    pub bar: (String, String),
    /// Drawn in the second part's pattern.
    pub second: bool,
    /// Vertical place.
    pub y: String,
}

/// The joined transcript in spliced bases.
pub(super) struct Joined {
    /// Exons of both parts.
    pub exons: Vec<Block>,
    /// The junction.
    pub at: String,
    /// Text over the first part, and over the second.
    pub first: String,
    /// See `first`.
    pub second: String,
    /// Middle of both.
    pub middles: (String, String),
    /// Inserted bases, if any.
    pub inserted: Option<Figure>,
    /// Scale bar.
    pub bar: (String, String),
    /// Whether the exons follow from introns by the rule of splicing.
    pub predicted: bool,
}

/// A protein domain in the drawing.
pub(super) struct DomainBox {
    /// Left edge and width.
    pub x: String,
    /// See `x`.
    pub width: String,
    /// Middle.
    pub middle: String,
    /// Short name, empty for none.
    pub label: String,
    /// What became of it.
    pub fate: &'static str,
    /// Name and residues.
    pub title: String,
}

/// KMT2A's protein with what the molecule keeps of it.
pub(super) struct Protein {
    /// The whole protein's residues.
    pub len: u32,
    /// The whole protein in the drawing.
    pub whole: (String, String),
    /// Kept stretch in the drawing.
    pub kept: (String, String),
    /// Kept residues.
    pub residues: (u32, u32),
    /// Domains in the drawing.
    pub domains: Vec<DomainBox>,
    /// Names of kept, cut and lost domains.
    pub kept_names: String,
    /// See `kept_names`.
    pub cut_names: String,
    /// See `kept_names`.
    pub lost_names: String,
    /// What stands beside KMT2A's part in the joined protein.
    pub other: String,
    /// Source of the domains.
    pub source: String,
}

/// Everything drawn of the lead junction.
#[derive(Default)]
pub(super) struct Drawing {
    /// Genes, in the molecule's order.
    pub genes: Vec<GeneMap>,
    /// Why a gene is missing.
    pub missing: Vec<String>,
    /// The joined transcript, or why there is none.
    pub joined: Option<Joined>,
    /// See `joined`.
    pub no_joined: String,
    /// KMT2A's protein.
    pub protein: Option<Protein>,
    /// See `protein`.
    pub no_protein: String,
    /// Height of the gene drawing.
    pub height: String,
    /// Further junctions of the same molecule.
    pub further: Vec<String>,
}

/// Draws the lead junction of an event.
pub(super) fn drawing(report: &SampleReport, event: &Event, pointer: &str) -> Drawing {
    let mut drawing = Drawing::default();
    let Some(junction) = event.lead() else {
        drawing.missing.push("the event holds no junction".to_owned());
        return drawing;
    };
    let at = event.junctions.iter().position(|j| j.id == junction.id).unwrap_or(0);
    let place = pointer;
    let pointer = format!("{place}/junctions/{at}");
    let (five, three) = parts(junction, &pointer, build_of(report, junction));
    for part in [&five, &three] {
        match part {
            Ok(part) => {
                let y = 30.0 + 78.0 * drawing.genes.len() as f64;
                drawing.genes.push(gene_map(part, y));
            }
            Err(why) => drawing.missing.push(why.clone()),
        }
    }
    for further in event.junctions.iter().filter(|j| j.role == "chained").take(CHAINED_MAX) {
        let at = event
            .junctions
            .iter()
            .position(|j| std::ptr::eq(j, further))
            .unwrap_or(0);
        let (_, third) = parts(further, &format!("{place}/junctions/{at}"), build_of(report, further));
        match third {
            Ok(part) => {
                let y = 30.0 + 78.0 * drawing.genes.len() as f64;
                drawing.genes.push(gene_map(&part, y));
            }
            Err(why) => drawing.missing.push(format!("{}: {why}", shortened(&further.id, 20))),
        }
        drawing.further.push(further_words(further));
    }
    drawing.height = px(78.0 * drawing.genes.len() as f64 + 4.0);
    match (&five, &three) {
        (Ok(five), Ok(three)) => match joined(junction, &pointer, five, three) {
            Ok(joined) => drawing.joined = Some(joined),
            Err(why) => drawing.no_joined = why,
        },
        _ => drawing.no_joined = "one side has no gene model".to_owned(),
    }
    match protein(junction, &five, &three) {
        Ok(protein) => drawing.protein = Some(protein),
        Err(why) => drawing.no_protein = why,
    }
    drawing
}

/// A further junction of the molecule in words.
fn further_words(junction: &Junction) -> String {
    let side = |side: Option<&crate::report::schema::Side>| {
        side.map_or_else(
            || "a place that is not known".to_owned(),
            |side| {
                let gene = shortened(side.gene.as_deref().unwrap_or("an intergenic place"), 40);
                match (side.exon, side.intron) {
                    (Some(exon), _) => format!("{gene} e{exon}"),
                    (None, Some(intron)) => format!("{gene} intron {intron}"),
                    _ => gene,
                }
            },
        )
    };
    format!(
        "{}: {} goes on to {}",
        shortened(&junction.id, 20),
        side(junction.five.as_ref()),
        side(junction.three.as_ref())
    )
}

fn gene_map(part: &Part<'_>, y: f64) -> GeneMap {
    let span = part.gene.interval;
    let scale = Scale::along(span, part.gene.strand, MARGIN, WIDTH - MARGIN);
    let kept = part.kept_stretch();
    let lost = match part.side.retained {
        Retained::Left => crate::genome::Interval {
            start: kept.end,
            end: span.end,
        },
        Retained::Right => crate::genome::Interval {
            start: span.start,
            end: kept.start,
        },
    };
    let exons = part.transcript.exons.iter().map(|exon| {
        let (x, width) = scale.stretch(exon.interval);
        let middle = x + width / 2.0;
        let width = width.max(EXON_MIN);
        Block {
            x: px(middle - width / 2.0),
            width: px(width),
            kept: !exon.interval.intersection(kept).is_empty(),
            label: String::new(),
            middle: px(middle),
            thin: exon.coding.is_none(),
            second: !part.is_five,
            title: format!("exon {} ({})", exon.number, part.transcript.display_name()),
        }
    });
    let at = scale.at(part.position());
    let (before, behind) = edges(part);
    let (length, text) = scale.bar();
    let pair = |stretch| {
        let (x, width) = scale.stretch(stretch);
        (px(x), px(width.max(0.0)))
    };
    let strand = if part.gene.strand == crate::genome::Strand::Forward {
        "+"
    } else {
        "-"
    };
    GeneMap {
        title: format!(
            "{} ({}, {} exons, {} strand)",
            part.gene.symbol,
            part.transcript.display_name(),
            part.transcript.exons.len(),
            strand
        ),
        role: match (part.is_sense(), part.is_five) {
            (true, true) => "5' part kept".to_owned(),
            (true, false) => "3' part kept".to_owned(),
            (false, _) => "the molecule runs against this gene".to_owned(),
        },
        kept: pair(kept),
        lost: pair(lost),
        exons: exons.collect(),
        at: px(at),
        anchor: if at < 130.0 {
            "start"
        } else if at > WIDTH - 130.0 {
            "end"
        } else {
            "middle"
        },
        contig: shortened(&part.side.contig, 40),
        position: Figure::position(format!("{}/position", part.pointer), part.side.position).in_drawing(),
        before,
        behind,
        bar: (px(length), text),
        second: !part.is_five,
        y: px(y),
    }
}

/// Names of the exons on both sides of a break, in the gene's direction.
fn edges(part: &Part<'_>) -> (String, String) {
    let last = part.transcript.exons.len();
    let name = |number: u16| {
        if number >= 1 && usize::from(number) <= last {
            format!("e{number}")
        } else {
            String::new()
        }
    };
    match (part.kept, part.is_five, part.side.exon, part.side.intron) {
        (Some((_, kept)), true, _, _) => (name(kept), name(kept.saturating_add(1))),
        (Some((kept, _)), false, _, _) => (name(kept.saturating_sub(1)), name(kept)),
        (None, _, _, Some(intron)) => (name(intron), name(intron.saturating_add(1))),
        (None, _, Some(exon), _) => (name(exon), String::new()),
        _ => (String::new(), String::new()),
    }
}

fn joined(junction: &Junction, pointer: &str, five: &Part<'_>, three: &Part<'_>) -> Result<Joined, String> {
    let (Some((_, donor)), Some((acceptor, _))) = (five.kept, three.kept) else {
        return Err("one side runs against its gene, so that no spliced transcript of it can be drawn".to_owned());
    };
    let (first, second) = (five.kept_exons(), three.kept_exons());
    let sum = |exons: &[super::part::KeptExon]| exons.iter().map(|exon| exon.len).sum::<i64>();
    let (before, behind) = (sum(&first), sum(&second));
    if before == 0 || behind == 0 {
        return Err("no exon is kept on one side".to_owned());
    }
    let scale = Scale::of_length(before + behind, MARGIN, WIDTH - MARGIN);
    let mut at = 0;
    let mut exons = Vec::new();
    for (part, exon, is_second) in first
        .iter()
        .map(|exon| (five, exon, false))
        .chain(second.iter().map(|exon| (three, exon, true)))
    {
        let (x, end) = (scale.offset(at), scale.offset(at + exon.len));
        at += exon.len;
        let number = exon.number.to_string();
        let fits = end - x >= 5.0 * number.len() as f64 + 3.0;
        exons.push(Block {
            x: px(x),
            width: px(end - x),
            kept: true,
            label: if fits { number } else { String::new() },
            middle: px(f64::midpoint(x, end)),
            thin: exon.coding_len == 0,
            second: is_second,
            title: format!("{} exon {}, {} bases", part.gene.symbol, exon.number, exon.len),
        });
    }
    let edge = scale.offset(before);
    let (length, text) = scale.bar();
    let clamp = |middle: f64| px(middle.clamp(70.0, WIDTH - 90.0));
    Ok(Joined {
        exons,
        at: px(edge),
        first: format!("{} e1-e{donor}", five.gene.symbol),
        second: format!("{} e{acceptor}-e{}", three.gene.symbol, three.transcript.exons.len()),
        middles: (
            clamp(f64::midpoint(MARGIN, edge)),
            clamp(f64::midpoint(edge, WIDTH - MARGIN)),
        ),
        inserted: (!junction.inserted.is_empty()).then(|| {
            Figure::count(format!("{pointer}/inserted"), junction.inserted.chars().count() as u64).in_drawing()
        }),
        bar: (px(length), text),
        predicted: five.side.exon.is_none() || three.side.exon.is_none(),
    })
}

/// What a stretch of residues means for a domain.
fn fate(domain: &Domain, kept: &[(u32, u32)]) -> &'static str {
    let (first, last) = (*domain.residues.start(), *domain.residues.end());
    if kept.iter().any(|(from, to)| *from <= first && last <= *to) {
        "kept"
    } else if kept.iter().any(|(from, to)| *from <= last && first <= *to) {
        "cut"
    } else {
        "lost"
    }
}

fn protein(
    junction: &Junction,
    five: &Result<Part<'_>, String>,
    three: &Result<Part<'_>, String>,
) -> Result<Protein, String> {
    let is_kmt2a = |part: &&Part<'_>| part.gene.symbol == KMT2A;
    let sides: Vec<&Part<'_>> = [five, three]
        .into_iter()
        .filter_map(|part| part.as_ref().ok())
        .collect();
    let own: Vec<&&Part<'_>> = sides.iter().filter(|part| is_kmt2a(part)).collect();
    let Some(lead) = own.first() else {
        return Err("KMT2A's side has no model here".to_owned());
    };
    let stretches: Vec<(u32, u32)> = own.iter().filter_map(|part| part.residues()).collect();
    let Some(residues) = stretches.first().copied() else {
        return Err("the molecule keeps no coding exon of KMT2A in its sense".to_owned());
    };
    let len = lead.protein_len();
    // Room for the slanted names at the right end.
    let scale = Scale::of_length(i64::from(len), MARGIN, WIDTH - 4.0 * MARGIN);
    let place = |first: u32, last: u32| {
        let x = scale.offset(i64::from(first) - 1);
        (x, scale.offset(i64::from(last)) - x)
    };
    let duplicated = stretches.len() > 1;
    let mut names = [Vec::new(), Vec::new(), Vec::new()];
    let mut source = String::new();
    let mut domains = Vec::new();
    let mut named = -LABEL_STEP;
    for domain in catalogue().domains(KMT2A) {
        let fate = if duplicated { "kept" } else { fate(domain, &stretches) };
        let (first, last) = (*domain.residues.start(), *domain.residues.end());
        let group = match fate {
            "kept" => 0,
            "cut" => 1,
            _ => 2,
        };
        names[group].push(domain.name.clone());
        source.clone_from(&domain.source);
        let (x, width) = place(first, last);
        let middle = x + width / 2.0;
        if domain.label.is_some() {
            named = middle.max(named + LABEL_STEP);
        }
        domains.push(DomainBox {
            x: px(x),
            width: px(width.max(2.0)),
            middle: px(named),
            label: domain.label.clone().unwrap_or_default(),
            fate,
            title: format!("{}, residues {first}-{last}: {fate}", domain.name),
        });
    }
    let list = |names: &[String]| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    let (x, width) = place(residues.0, residues.1);
    Ok(Protein {
        len,
        whole: {
            let (x, width) = place(1, len);
            (px(x), px(width))
        },
        kept: if duplicated {
            let (x, width) = place(1, len);
            (px(x), px(width))
        } else {
            (px(x), px(width))
        },
        residues: if duplicated { (1, len) } else { residues },
        domains,
        kept_names: list(&names[0]),
        cut_names: list(&names[1]),
        lost_names: list(&names[2]),
        other: beside(junction, &sides, &stretches),
        source,
    })
}

/// What stands beside KMT2A's part in the joined protein.
fn beside(junction: &Junction, sides: &[&Part<'_>], stretches: &[(u32, u32)]) -> String {
    if let [(_, to), (from, _)] = stretches {
        let frame = match junction.frame {
            Frame::InFrame => "",
            _ => ", if the frame holds",
        };
        return format!("Nothing is lost: residues {from} to {to} stand twice{frame}.");
    }
    let Some(partner) = sides.iter().find(|part| part.gene.symbol != KMT2A) else {
        return "The other side has no gene model, so that its protein can't be drawn.".to_owned();
    };
    let Some((from, to)) = partner.residues() else {
        return format!("No coding exon of {} is kept in its sense.", partner.gene.symbol);
    };
    let kept = format!(
        "{} residues {from} to {to} of {}",
        partner.gene.symbol,
        partner.protein_len()
    );
    match junction.frame {
        Frame::InFrame => format!("Joined in frame to {kept}. The catalogue holds no domains of this gene."),
        Frame::OutOfFrame => format!("Out of frame: {kept} are coded by the kept exons, but not in this frame."),
        Frame::StopCodon => format!("A stop codon stands at the junction: {kept} are not translated behind it."),
        Frame::Unknown => format!(
            "The frame can't be told here; the kept exons code for {kept}. The catalogue holds no domains of this gene."
        ),
    }
}
