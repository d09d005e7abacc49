//! The lead event's molecule drawn: its genes to scale, the joined transcript, the proteins.

use super::{
    figure::{At, Figure},
    part::{KeptExon, Part, parts},
};
use crate::{
    genome::{Position, Strand},
    report::{
        domains,
        scale::{Scale, Span, px},
        schema::{Event, Frame, Junction, SampleReport, Side},
        wording::shortened,
    },
};

/// Width of every drawing (units of its view box).
pub(super) const WIDTH: f64 = 760.0;
/// Margin left and right.
const MARGIN: f64 = 8.0;
/// Least width of a drawn exon: an exon of 100 bases in a gene of 100 kb would not be seen.
const EXON_MIN: f64 = 1.6;

/// Most genes of one molecule that are drawn.
const GENES_MAX: usize = 5;
/// Height of a gene in the drawing.
const GENE_HEIGHT: f64 = 78.0;
/// What the other assay's break adds to it.
const OTHER_HEIGHT: f64 = 14.0;
/// Height of a protein in the drawing.
const PROTEIN_HEIGHT: f64 = 34.0;

/// How a gene of the molecule is drawn: the patterns differ, so that colour is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The first gene: plain.
    First,
    /// The second: hatched.
    Second,
    /// Any further one: dotted.
    Further,
}

impl Look {
    const fn of(index: usize) -> Self {
        match index {
            0 => Self::First,
            1 => Self::Second,
            _ => Self::Further,
        }
    }

    /// Attributes of an SVG shape.
    pub(super) const fn svg(self) -> &'static str {
        match self {
            Self::First => "class=\"f\"",
            Self::Second => "class=\"t\" fill=\"url(#three)\"",
            Self::Further => "class=\"m\" fill=\"url(#further)\"",
        }
    }

    /// Whether text on it needs the inverse colour, or a plain ground.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::First)
    }
}

/// A box along a line.
pub(super) struct Block {
    /// From left to right.
    pub at: Span,
    /// Whether the molecule keeps it.
    pub kept: bool,
    /// Text inside, where it fits.
    pub label: String,
    /// Not translated: drawn thinner.
    pub thin: bool,
    /// Which gene of the molecule it belongs to.
    pub look: Look,
    /// What a pointer resting on it shows.
    pub title: String,
}

/// A gene along its own direction.
pub(super) struct GeneMap {
    /// Symbol, transcript and place.
    pub title: String,
    /// Which part is kept, in words.
    pub role: String,
    /// Kept stretch.
    pub kept: Span,
    /// The gene from end to end.
    pub whole: Span,
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
    /// Which gene of the molecule it is.
    pub look: Look,
    /// The break that the other assay shows: place, anchor, assay and position.
    pub other: Option<OtherBreak>,
    /// Vertical place.
    pub y: String,
}

/// The same break as the other assay shows it.
pub(super) struct OtherBreak {
    /// Its place in the drawing.
    pub at: String,
    /// Where its text is anchored.
    pub anchor: &'static str,
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Position.
    pub position: Figure,
}

/// The joined transcript in spliced bases.
pub(super) struct Joined {
    /// Exons of all parts.
    pub exons: Vec<Block>,
    /// The junctions.
    pub cuts: Vec<String>,
    /// Gene and exons of each part, with the middle of its text.
    pub names: Vec<(String, String)>,
    /// Inserted bases at the junctions that have some: place and number.
    pub inserted: Vec<(String, Figure)>,
    /// Scale bar.
    pub bar: (String, String),
    /// Whether the exons follow from introns by the rule of splicing.
    pub predicted: bool,
}

/// A protein with what the molecule keeps of it.
pub(super) struct Protein {
    /// Gene, residues kept and whole length.
    pub text: String,
    /// The whole protein in the drawing.
    pub whole: Span,
    /// Kept stretch in the drawing.
    pub kept: Span,
    /// Which gene of the molecule it belongs to.
    pub look: Look,
    /// Vertical place.
    pub y: String,
}

/// Everything drawn of the lead junction's molecule.
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
    /// The proteins to one scale; empty where none can be drawn.
    pub proteins: Vec<Protein>,
    /// What the joined protein is.
    pub protein_text: String,
    /// Domains that are kept, cut and lost, and where their places were read; empty where none is known.
    pub domains: String,
    /// Whether the other assay's break is drawn.
    pub shows_other: bool,
    /// Heights of the drawings of genes and proteins.
    pub heights: (String, String),
    /// What the drawings show, for those who don't see them.
    pub alternative: String,
}

/// The chain of an event: its lead junction, and those along the same molecule behind it.
fn chain<'a>(event: &'a Event, at: &At<'a>) -> Vec<(At<'a>, &'a Junction)> {
    let Some(lead) = event.lead() else { return Vec::new() };
    let mut all: Vec<_> = at.list("junctions").into_iter().zip(&event.junctions).collect();
    let mut take = |wanted: &dyn Fn(&Junction) -> bool| {
        let index = all.iter().position(|(_, junction)| wanted(junction))?;
        Some(all.remove(index))
    };
    let mut chain: Vec<(At<'_>, &Junction)> = take(&|junction| junction.id == lead.id).into_iter().collect();
    let gene = |side: &Option<Side>| side.as_ref().and_then(|side| side.gene.clone());
    while chain.len() + 1 < GENES_MAX
        && let Some(entered) = chain.last().and_then(|(_, last)| gene(&last.three))
        && let Some(next) = take(&|j| j.role == "chained" && gene(&j.five).as_ref() == Some(&entered))
    {
        chain.push(next);
    }
    chain
}

/// Draws the molecule of an event's lead junction; the event stands at `place` of the report.
pub(super) fn drawing(report: &SampleReport, event: &Event, at: &At<'_>, place: &At<'_>) -> Drawing {
    let mut drawing = Drawing::default();
    let chain = chain(event, place);
    let Some((first, lead)) = chain.first() else {
        drawing.missing.push("the event holds no junction".to_owned());
        return drawing;
    };
    // The molecule's pieces in its order, with their places: of each gene between two junctions where it is entered,
    // and where it is left again.
    let mut pieces: Vec<(Result<Piece<'_>, String>, At<'_>)> = Vec::new();
    for (at, junction) in &chain {
        let (five, three) = parts(junction, report.build());
        match pieces.last_mut() {
            None => pieces.push((five.map(Piece::of), first.at("five"))),
            Some((Ok(piece), _)) => piece.end = five.ok(),
            Some((Err(_), _)) => {}
        }
        pieces.push((three.map(Piece::of), at.at("three")));
    }
    let other = |piece: &Result<Piece<'_>, String>| other_break(report, at, lead, &piece.as_ref().ok()?.part);
    let others: Vec<Option<(String, Figure)>> = pieces.iter().map(|(piece, _)| other(piece)).collect();
    drawing.shows_other = others.iter().any(Option::is_some);
    let height = GENE_HEIGHT + if drawing.shows_other { OTHER_HEIGHT } else { 0.0 };
    for (index, ((piece, at), other)) in pieces.iter().zip(others).enumerate() {
        match piece {
            Ok(piece) => {
                let y = 30.0 + height * drawing.genes.len() as f64;
                let gene = gene_map(piece, at.count("position"), Look::of(index), other, y);
                drawing.genes.push(gene);
            }
            Err(why) => drawing.missing.push(why.clone()),
        }
    }
    let known: Option<Vec<&Piece<'_>>> = pieces.iter().map(|(piece, _)| piece.as_ref().ok()).collect();
    match known {
        Some(pieces) => {
            match joined(&pieces, &chain) {
                Ok(joined) => drawing.joined = Some(joined),
                Err(why) => drawing.no_joined = why,
            }
            drawing.proteins = proteins(&pieces);
            drawing.protein_text = protein_text(lead, &pieces);
            drawing.domains = domains(&pieces);
        }
        None => drawing.no_joined = "one side has no gene model".to_owned(),
    }
    drawing.heights = (
        px(height * drawing.genes.len() as f64 + 4.0),
        px(PROTEIN_HEIGHT * drawing.proteins.len() as f64 + 4.0),
    );
    let shown = drawing
        .genes
        .iter()
        .map(|gene| format!("{}: {}", gene.title, gene.role));
    drawing.alternative = shown.collect::<Vec<_>>().join("; ");
    drawing
}

/// The break in this gene that the other assay shows of the lead junction.
fn other_break(report: &SampleReport, at: &At<'_>, lead: &Junction, part: &Part<'_>) -> Option<(String, Figure)> {
    let mut pairs = report.agreement.iter().flat_map(|agreement| &agreement.explained);
    pairs.find_map(|pair| {
        let (e, j, junction) = super::beside::place(report, pair.other(|id| id == lead.id)?)?;
        let sides = [("five", &junction.five), ("three", &junction.three)];
        sides.into_iter().find_map(|(name, side)| {
            let side = side.as_ref().filter(|side| side.contig == part.side.contig)?;
            let inside = part.gene.interval.contains(Position(side.position.saturating_sub(1)));
            let figure = at.count(format_args!("events/{e}/junctions/{j}/{name}/position"));
            inside.then(|| (junction.assay.to_uppercase(), figure.in_drawing()))
        })
    })
}

/// The gene of a piece, broken at `position`.
fn gene_map(
    Piece { part, end }: &Piece<'_>,
    position: Figure,
    look: Look,
    other: Option<(String, Figure)>,
    y: f64,
) -> GeneMap {
    let span = part.gene.interval;
    let scale = Scale::along(span, part.gene.strand, MARGIN, WIDTH - MARGIN);
    let kept = part.kept_until(end.as_ref());
    let exons = part.transcript.exons.iter().map(|exon| {
        let at = scale.stretch(exon.interval);
        let wide = at.wide.max(EXON_MIN);
        let left = at.left + at.wide / 2.0 - wide / 2.0;
        Block {
            at: Span { left, wide },
            kept: !exon.interval.intersection(kept).is_empty(),
            label: String::new(),
            thin: exon.coding.is_none(),
            look,
            title: format!("exon {} ({})", exon.number, part.transcript.display_name()),
        }
    });
    let at = scale.at(part.position());
    let (before, behind) = edges(part);
    let (length, text) = scale.bar();
    let strand = if part.gene.strand == Strand::Forward { "+" } else { "-" };
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
            (true, false) if end.is_some() => "middle part kept".to_owned(),
            (true, false) => "3' part kept".to_owned(),
            (false, _) => "the molecule runs against this gene".to_owned(),
        },
        kept: scale.stretch(kept),
        whole: scale.stretch(span),
        exons: exons.collect(),
        at: px(at),
        anchor: anchor(at),
        contig: shortened(&part.side.contig, 40),
        position: position.in_drawing(),
        before,
        behind,
        bar: (px(length), text),
        look,
        other: other.map(|(assay, position)| {
            let at = scale.at(Position(position.whole().saturating_sub(1)));
            OtherBreak {
                at: px(at),
                anchor: anchor(at),
                assay,
                position,
            }
        }),
        y: px(y),
    }
}

/// Where a text at this place is anchored.
fn anchor(at: f64) -> &'static str {
    if at < 130.0 {
        "start"
    } else if at > WIDTH - 130.0 {
        "end"
    } else {
        "middle"
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

/// A gene's part of the molecule.
struct Piece<'a> {
    /// Where the molecule enters the gene, or where its first gene is left.
    part: Part<'a>,
    /// Where it leaves the gene again; `None` of the first and the last.
    end: Option<Part<'a>>,
}

impl<'a> Piece<'a> {
    const fn of(part: Part<'a>) -> Self {
        Self { part, end: None }
    }

    fn exons(&self) -> Vec<KeptExon> {
        self.part.kept_exons(self.end.as_ref())
    }

    /// First and last residue of the gene's own protein, whole codons.
    fn residues(&self) -> Option<(u32, u32)> {
        let (from, to) = self.part.residues()?;
        let to = match &self.end {
            Some(end) => to.min(end.residues()?.1),
            None => to,
        };
        (from <= to).then_some((from, to))
    }
}

fn joined(pieces: &[&Piece<'_>], chain: &[(At<'_>, &Junction)]) -> Result<Joined, String> {
    let parts: Vec<Vec<KeptExon>> = pieces.iter().map(|piece| piece.exons()).collect();
    if pieces.iter().any(|piece| piece.part.kept.is_none()) {
        return Err("one side runs against its gene, so that no spliced transcript of it can be drawn".to_owned());
    }
    if parts.iter().any(Vec::is_empty) {
        return Err("no exon is kept on one side".to_owned());
    }
    let total: i64 = parts.iter().flatten().map(|exon| exon.len).sum();
    let scale = Scale::of_length(total, MARGIN, WIDTH - MARGIN);
    let (mut exons, mut cuts, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    for (index, (piece, kept)) in pieces.iter().zip(&parts).enumerate() {
        let begin = scale.offset(at);
        if index > 0 {
            cuts.push(px(begin));
        }
        for exon in kept {
            let (x, end) = (scale.offset(at), scale.offset(at + exon.len));
            at += exon.len;
            let number = exon.number.to_string();
            let fits = end - x >= 5.0 * number.len() as f64 + 3.0;
            exons.push(Block {
                at: Span::between(x, end),
                kept: true,
                label: if fits { number } else { String::new() },
                thin: exon.coding_len == 0,
                look: Look::of(index),
                title: format!("{} exon {}, {} bases", piece.part.gene.symbol, exon.number, exon.len),
            });
        }
        if let (Some(first), Some(last)) = (kept.first(), kept.last()) {
            let symbol = &piece.part.gene.symbol;
            let text = if first.number == last.number {
                format!("{symbol} e{}", first.number)
            } else {
                format!("{symbol} e{}-e{}", first.number, last.number)
            };
            let middle = f64::midpoint(begin, scale.offset(at)).clamp(70.0, WIDTH - 90.0);
            names.push((px(middle), text));
        }
    }
    let inserted = cuts
        .iter()
        .zip(chain)
        .filter(|(_, (_, junction))| !junction.inserted.is_empty());
    let inserted = inserted.map(|(cut, (at, _))| (cut.clone(), at.count("inserted").in_drawing()));
    let (length, text) = scale.bar();
    Ok(Joined {
        inserted: inserted.collect(),
        exons,
        cuts,
        names,
        bar: (px(length), text),
        predicted: pieces.iter().any(|piece| piece.part.side.exon.is_none()),
    })
}

/// The proteins of all pieces to one scale, with what is kept of each; a gene that stands twice is drawn once.
fn proteins(pieces: &[&Piece<'_>]) -> Vec<Protein> {
    let longest = pieces.iter().map(|piece| piece.part.protein_len()).max().unwrap_or(0);
    let scale = Scale::of_length(i64::from(longest), MARGIN, WIDTH - MARGIN);
    let mut drawn: Vec<Protein> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let len = piece.part.protein_len();
        let is_drawn = pieces
            .iter()
            .take(index)
            .any(|p| p.part.gene.symbol == piece.part.gene.symbol);
        let Some((from, to)) = piece.residues().filter(|_| len > 0 && !is_drawn) else {
            continue;
        };
        let place =
            |first: u32, last: u32| Span::between(scale.offset(i64::from(first) - 1), scale.offset(i64::from(last)));
        // A duplication keeps all of it.
        let twice = pieces
            .iter()
            .skip(index + 1)
            .any(|p| p.part.gene.symbol == piece.part.gene.symbol);
        let (from, to) = if twice { (1, len) } else { (from, to) };
        drawn.push(Protein {
            text: format!("{}: kept residues {from} to {to} of {len}", piece.part.gene.symbol),
            whole: place(1, len),
            kept: place(from, to),
            look: Look::of(index),
            y: px(PROTEIN_HEIGHT * drawn.len() as f64 + 14.0),
        });
    }
    drawn
}

/// Domains of each gene, with their source; a gene that stands twice keeps all of them.
fn domains(pieces: &[&Piece<'_>]) -> String {
    let mut words: Vec<String> = Vec::new();
    for piece in pieces {
        let symbol = &piece.part.gene.symbol;
        let stands_twice = pieces.iter().filter(|other| other.part.gene.symbol == *symbol).count() > 1;
        let kept = piece.residues().map(|residues| {
            if stands_twice {
                (1, piece.part.protein_len())
            } else {
                residues
            }
        });
        let sentence = kept.and_then(|kept| domains::sentence(symbol, kept));
        if let Some((sentence, source)) = sentence.zip(domains::source(symbol)) {
            words.push(format!("{sentence} ({source})."));
        }
    }
    words.dedup();
    words.join(" ")
}

/// What the joined protein is, in a sentence.
fn protein_text(junction: &Junction, pieces: &[&Piece<'_>]) -> String {
    if let [first, second] = pieces
        && first.part.gene.symbol == second.part.gene.symbol
        && let (Some((_, to)), Some((from, _))) = (first.residues(), second.residues())
    {
        let frame = match junction.frame {
            Frame::InFrame => "",
            _ => ", if the frame holds",
        };
        return format!("Nothing is lost: residues {from} to {to} stand twice{frame}.");
    }
    let predicted = junction.predicted_transcripts.first().map(|predicted| predicted.frame);
    let frame = predicted
        .filter(|_| junction.frame == Frame::Unknown)
        .unwrap_or(junction.frame);
    match frame {
        Frame::InFrame if predicted.is_some() => "Joined in frame in the predicted transcript.",
        Frame::InFrame => "Joined in frame.",
        Frame::OutOfFrame => "Out of frame: what lies behind the junction is not translated in its own frame.",
        Frame::StopCodon => "A stop codon stands at the junction: nothing behind it is translated.",
        Frame::Unknown => "The frame can't be told here: residues are those that the kept exons code for.",
    }
    .to_owned()
}
