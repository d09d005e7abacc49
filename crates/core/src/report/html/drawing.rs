//! Drawing of the lead event's molecule: its genes to scale, the joined transcript, the proteins.

use super::{
    figure::{At, Figure},
    part::{KeptExon, Part, parts},
};
use crate::{
    catalogue::Exon,
    genome::{Position, Strand},
    report::{
        domains,
        scale::{Scale, Span, px},
        schema::{Event, Frame, Junction, SampleReport, Side},
    },
};

/// Width of every drawing (units of its view box).
pub(super) const WIDTH: f64 = 760.0;
/// Margin left and right.
const MARGIN: f64 = 8.0;
/// Least width of a drawn exon: an exon of 100 bases in a gene of 100 kb would be invisible.
const EXON_MIN: f64 = 1.6;

/// Largest number of genes drawn for one molecule.
const GENES_MAX: usize = 5;
/// Height of a gene in the drawing.
const GENE_HEIGHT: f64 = 78.0;
/// Height added for the other assay's breakpoint.
const OTHER_HEIGHT: f64 = 14.0;
/// Height of a protein in the drawing.
const PROTEIN_HEIGHT: f64 = 34.0;

/// Fill of a gene of the molecule: the patterns differ without colour.
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

    /// Whether text on it needs the inverse colour rather than a plain ground.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::First)
    }
}

/// The drawing of the lead junction's molecule.
pub(super) struct Drawing<'a> {
    /// The junctions along the molecule, the lead first.
    chain: Vec<At<'a, Junction>>,
    /// The molecule's segments in order, or why one can't be drawn.
    pieces: Vec<Result<Piece<'a>, String>>,
}

/// A gene's segment of the molecule.
pub(super) struct Piece<'a> {
    /// The side at which the molecule enters the gene, or leaves its first gene.
    part: Part<'a>,
    /// The side at which it leaves the gene again; `None` for the first and the last gene.
    end: Option<Part<'a>>,
    /// Path of the side in the report.
    pub at: At<'a>,
    /// Which gene of the molecule it is.
    pub look: Look,
    /// The same breakpoint in the other assay.
    pub other: Option<OtherBreak>,
}

/// A breakpoint in the other assay.
pub(super) struct OtherBreak {
    /// `RNA` or `DNA`.
    pub assay: String,
    /// Position.
    pub position: Figure,
    /// Its position in the drawing.
    pub cut: Cut,
}

/// A breakpoint in the drawing of a gene.
pub(super) struct Cut {
    /// Its horizontal position.
    pub x: String,
    /// Anchor of its text.
    pub anchor: &'static str,
}

/// An exon in the drawing of a gene.
pub(super) struct GeneExon {
    /// Horizontal extent.
    pub at: Span,
    /// The exon.
    pub exon: &'static Exon,
    /// Whether the molecule keeps any of it.
    pub kept: bool,
}

/// The joined transcript in spliced bases.
pub(super) struct Joined<'a> {
    /// Exons of all segments.
    pub exons: Vec<JoinedExon<'a>>,
    /// The junctions with their positions.
    pub cuts: Vec<(String, &'a At<'a, Junction>)>,
    /// Gene and exons of each segment, with the middle of its text.
    pub names: Vec<(String, String)>,
    /// Scale bar: length in the drawing and its text.
    pub bar: (String, String),
    /// Whether the exons are inferred from an intronic breakpoint by splicing.
    pub predicted: bool,
}

/// An exon of the joined transcript.
pub(super) struct JoinedExon<'a> {
    /// Horizontal extent.
    pub at: Span,
    /// The part of it that is kept.
    pub exon: KeptExon,
    /// The segment that it belongs to.
    pub piece: &'a Piece<'a>,
}

/// A protein with the part that the molecule keeps.
pub(super) struct Protein {
    /// Gene, residues kept and whole length.
    pub text: String,
    /// The whole protein in the drawing.
    pub whole: Span,
    /// The kept part in the drawing.
    pub kept: Span,
    /// Which gene of the molecule it belongs to.
    pub look: Look,
    /// Vertical position.
    pub y: String,
}

/// The chain of an event: its lead junction, and those that follow it along the same molecule.
fn chain<'a>(event: &At<'a, Event>) -> Vec<At<'a, Junction>> {
    let mut rest = event.junctions();
    let mut chain: Vec<At<'a, Junction>> = rest.drain(..rest.len().min(1)).collect();
    let gene = |side: &Option<Side>| side.as_ref().and_then(|side| side.gene.clone());
    while chain.len() + 1 < GENES_MAX
        && let Some(entered) = chain.last().and_then(|last| gene(&last.three))
        && let Some(next) = (rest.iter()).position(|j| j.role == "chained" && gene(&j.five).as_ref() == Some(&entered))
    {
        chain.push(rest.remove(next));
    }
    chain
}

/// The other assay's breakpoint of the lead junction in this gene.
fn other_break(report: &At<'_, SampleReport>, lead: &Junction, part: &Part<'_>) -> Option<OtherBreak> {
    let mut pairs = report.agreement.iter().flat_map(|agreement| &agreement.explained);
    pairs.find_map(|pair| {
        let (_, junction) = report.junction(pair.other(|id| id == lead.id)?)?;
        let sides = [junction.five(), junction.three()].into_iter().flatten();
        let mut inside = sides.filter(|side| side.contig == part.side.contig).filter_map(|side| {
            let position = Position(side.position.saturating_sub(1));
            part.gene.interval.contains(position).then_some((side, position))
        });
        let (side, position) = inside.next()?;
        Some(OtherBreak {
            assay: junction.assay.to_uppercase(),
            position: side.count("position").in_drawing(),
            cut: Cut::new(scale(part).at(position)),
        })
    })
}

/// A gene along the width of the drawing, in its own direction.
fn scale(part: &Part<'_>) -> Scale {
    Scale::along(part.gene.interval, part.gene.strand, MARGIN, WIDTH - MARGIN)
}

impl Cut {
    fn new(x: f64) -> Self {
        let anchor = if x < 130.0 {
            "start"
        } else if x > WIDTH - 130.0 {
            "end"
        } else {
            "middle"
        };
        Self { x: px(x), anchor }
    }
}

impl<'a> Piece<'a> {
    /// Symbol, transcript and strand of the gene, and which part is kept.
    pub(super) fn title(&self) -> String {
        let Part { gene, transcript, .. } = &self.part;
        let strand = if gene.strand == Strand::Forward { "+" } else { "-" };
        let role = match (self.part.is_sense(), self.part.is_five) {
            (true, true) => "5' part kept",
            (true, false) if self.end.is_some() => "middle part kept",
            (true, false) => "3' part kept",
            (false, _) => "the molecule is antisense to this gene",
        };
        let (name, exons) = (transcript.display_name(), transcript.exons.len());
        format!("{} ({name}, {exons} exons, {strand} strand): {role}", gene.symbol)
    }

    /// Symbol of the gene.
    pub(super) fn symbol(&self) -> &'static str {
        &self.part.gene.symbol
    }

    /// Transcript of the exons.
    pub(super) fn transcript(&self) -> &'static str {
        self.part.transcript.display_name()
    }

    /// The gene from end to end.
    pub(super) fn whole(&self) -> Span {
        scale(&self.part).stretch(self.part.gene.interval)
    }

    /// The kept interval.
    pub(super) fn kept(&self) -> Span {
        scale(&self.part).stretch(self.part.kept_until(self.end.as_ref()))
    }

    /// Exons of the gene.
    pub(super) fn exons(&self) -> Vec<GeneExon> {
        let (scale, kept) = (scale(&self.part), self.part.kept_until(self.end.as_ref()));
        let exons = self.part.transcript.exons.iter().map(|exon| {
            let at = scale.stretch(exon.interval);
            let wide = at.wide.max(EXON_MIN);
            let left = at.left + at.wide / 2.0 - wide / 2.0;
            GeneExon {
                at: Span { left, wide },
                exon,
                kept: !exon.interval.intersection(kept).is_empty(),
            }
        });
        exons.collect()
    }

    /// The breakpoint.
    pub(super) fn cut(&self) -> Cut {
        Cut::new(scale(&self.part).at(self.part.position()))
    }

    /// Names of the exons on both sides of the breakpoint, in the gene's direction.
    pub(super) fn edges(&self) -> (String, String) {
        let part = &self.part;
        let name = |number: u16| {
            part.transcript
                .exon(number)
                .map_or_else(String::new, |_| format!("e{number}"))
        };
        match (part.kept, part.is_five, part.side.exon, part.side.intron) {
            (Some((_, kept)), true, _, _) => (name(kept), name(kept.saturating_add(1))),
            (Some((kept, _)), false, _, _) => (name(kept.saturating_sub(1)), name(kept)),
            (None, _, _, Some(intron)) => (name(intron), name(intron.saturating_add(1))),
            (None, _, Some(exon), _) => (name(exon), String::new()),
            _ => (String::new(), String::new()),
        }
    }

    /// Scale bar: length in the drawing and its text.
    pub(super) fn bar(&self) -> (String, String) {
        let (length, text) = scale(&self.part).bar();
        (px(length), text)
    }

    /// First and last kept residue of the gene's wild-type protein, whole codons.
    fn residues(&self) -> Option<(u32, u32)> {
        let (from, to) = self.part.residues()?;
        let to = match &self.end {
            Some(end) => to.min(end.residues()?.1),
            None => to,
        };
        (from <= to).then_some((from, to))
    }
}

impl JoinedExon<'_> {
    /// Whether it is wide enough for its number.
    pub(super) fn holds_number(&self) -> bool {
        self.at.wide >= 5.0 * self.exon.number.to_string().len() as f64 + 3.0
    }
}

/// The molecule of an event's lead junction.
pub(super) fn drawing<'a>(report: &At<'a, SampleReport>, event: &At<'a, Event>) -> Drawing<'a> {
    let chain = chain(event);
    let mut pieces: Vec<Result<Piece<'a>, String>> = Vec::new();
    let piece = |index: usize, part: Part<'a>, at: At<'a>| Piece {
        other: chain.first().and_then(|lead| other_break(report, lead.of, &part)),
        part,
        end: None,
        at,
        look: Look::of(index),
    };
    for junction in &chain {
        let (five, three) = parts(junction.of, report.build());
        // A gene between two junctions is entered by the one and left by the next.
        match pieces.last_mut() {
            None => pieces.push(five.map(|five| piece(0, five, junction.at("five")))),
            Some(Ok(piece)) => piece.end = five.ok(),
            Some(Err(_)) => {}
        }
        let index = pieces.len();
        pieces.push(three.map(|three| piece(index, three, junction.at("three"))));
    }
    if chain.is_empty() {
        pieces.push(Err("the event has no junction".to_owned()));
    }
    Drawing { chain, pieces }
}

impl<'a> Drawing<'a> {
    /// Why genes are missing.
    pub(super) fn missing(&self) -> Vec<&String> {
        self.pieces.iter().filter_map(|piece| piece.as_ref().err()).collect()
    }

    /// The segments whose gene can be drawn, each with its vertical position.
    pub(super) fn genes(&self) -> Vec<(String, &Piece<'a>)> {
        let genes = self.pieces.iter().flatten().enumerate();
        genes
            .map(|(index, gene)| (px(30.0 + self.gene_height() * index as f64), gene))
            .collect()
    }

    /// All segments if each has a gene, else none: the molecule as a whole.
    fn whole(&self) -> Vec<&Piece<'a>> {
        self.pieces
            .iter()
            .map(|piece| piece.as_ref().ok())
            .collect::<Option<_>>()
            .unwrap_or_default()
    }

    /// Whether the other assay's breakpoint is drawn.
    pub(super) fn shows_other(&self) -> bool {
        self.pieces.iter().flatten().any(|gene| gene.other.is_some())
    }

    fn gene_height(&self) -> f64 {
        GENE_HEIGHT + if self.shows_other() { OTHER_HEIGHT } else { 0.0 }
    }

    /// Height of the drawing of the genes.
    pub(super) fn genes_height(&self) -> String {
        px(self.gene_height() * self.genes().len() as f64 + 4.0)
    }

    /// Alternative text of the drawing of the genes.
    pub(super) fn alternative(&self) -> String {
        let titles: Vec<String> = self.pieces.iter().flatten().map(Piece::title).collect();
        titles.join("; ")
    }

    /// The joined transcript, or why there is none.
    pub(super) fn joined(&'a self) -> Result<Joined<'a>, &'static str> {
        let pieces = self.whole();
        let kept = |piece: &&'a Piece<'a>| (*piece, piece.part.kept_exons(piece.end.as_ref()));
        let parts: Vec<(&Piece<'_>, Vec<KeptExon>)> = pieces.iter().map(kept).collect();
        if pieces.is_empty() {
            return Err("one side has no gene model");
        }
        if pieces.iter().any(|piece| piece.part.kept.is_none()) {
            return Err("one side is antisense to its gene, so that no spliced transcript of it can be drawn");
        }
        if parts.iter().any(|(_, kept)| kept.is_empty()) {
            return Err("no exon is kept on one side");
        }
        let total: i64 = parts.iter().flat_map(|(_, kept)| kept).map(|exon| exon.len).sum();
        let scale = Scale::of_length(total, MARGIN, WIDTH - MARGIN);
        let (mut exons, mut starts, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut at = 0;
        for (piece, kept) in parts {
            let begin = scale.offset(at);
            starts.push(px(begin));
            let text = match (kept.first(), kept.last()) {
                (Some(first), Some(last)) if first.number != last.number => {
                    format!("{} e{}-e{}", piece.symbol(), first.number, last.number)
                }
                (first, _) => format!("{} e{}", piece.symbol(), first.map_or(0, |exon| exon.number)),
            };
            for exon in kept {
                let place = Span::between(scale.offset(at), scale.offset(at + exon.len));
                at += exon.len;
                exons.push(JoinedExon { at: place, exon, piece });
            }
            let middle = f64::midpoint(begin, scale.offset(at)).clamp(70.0, WIDTH - 90.0);
            names.push((px(middle), text));
        }
        let (length, text) = scale.bar();
        Ok(Joined {
            exons,
            cuts: starts.into_iter().skip(1).zip(&self.chain).collect(),
            names,
            bar: (px(length), text),
            predicted: pieces.iter().any(|piece| piece.part.side.exon.is_none()),
        })
    }

    /// Kept residues of each protein, with its segment; a gene that occurs twice keeps all of it and is listed once.
    fn proteins_kept(&self) -> Vec<(&Piece<'a>, (u32, u32))> {
        let mut kept: Vec<(&Piece<'a>, (u32, u32))> = Vec::new();
        let pieces = self.whole();
        for (index, piece) in pieces.iter().enumerate() {
            let is_same = |other: &&Piece<'_>| other.symbol() == piece.symbol();
            let stands_before = pieces[..index].iter().any(is_same);
            let stands_behind = pieces[index + 1..].iter().any(is_same);
            if let Some(residues) = piece.residues().filter(|_| !stands_before) {
                let whole = (1, piece.part.protein_len());
                kept.push((*piece, if stands_behind { whole } else { residues }));
            }
        }
        kept
    }

    /// The proteins to one scale; empty if none can be drawn.
    pub(super) fn proteins(&self) -> Vec<Protein> {
        let lengths = self.whole().into_iter().map(|piece| piece.part.protein_len());
        let scale = Scale::of_length(i64::from(lengths.max().unwrap_or(0)), MARGIN, WIDTH - MARGIN);
        let place =
            |first: u32, last: u32| Span::between(scale.offset(i64::from(first) - 1), scale.offset(i64::from(last)));
        let drawn = self.proteins_kept().into_iter().enumerate();
        let drawn = drawn.map(|(index, (piece, (from, to)))| {
            let len = piece.part.protein_len();
            Protein {
                text: format!("{}: kept residues {from} to {to} of {len}", piece.symbol()),
                whole: place(1, len),
                kept: place(from, to),
                look: piece.look,
                y: px(PROTEIN_HEIGHT * index as f64 + 14.0),
            }
        });
        drawn.collect()
    }

    /// Height of the drawing of the proteins.
    pub(super) fn proteins_height(&self) -> String {
        px(PROTEIN_HEIGHT * self.proteins_kept().len() as f64 + 4.0)
    }

    /// Kept, cut and lost domains with the source of their positions; empty if none is known.
    pub(super) fn domains(&self) -> String {
        let kept = self.proteins_kept().into_iter();
        let words = kept.filter_map(|(piece, kept)| {
            let sentence = domains::sentence(piece.symbol(), kept)?;
            Some(format!("{sentence} ({}).", domains::source(piece.symbol())?))
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// A sentence on the joined protein.
    pub(super) fn joined_protein(&self) -> String {
        let Some(lead) = self.chain.first() else {
            return String::new();
        };
        if let [first, second] = self.whole()[..]
            && first.symbol() == second.symbol()
            && let (Some((_, to)), Some((from, _))) = (first.residues(), second.residues())
        {
            let frame = match lead.of.frame {
                Frame::InFrame => "",
                _ => ", if the frame is kept",
            };
            return format!("Nothing is lost: residues {from} to {to} are duplicated{frame}.");
        }
        match lead.frame_or_predicted() {
            Frame::InFrame if !lead.predicted_transcripts.is_empty() => "Joined in frame in the predicted transcript.",
            Frame::InFrame => "Joined in frame.",
            Frame::OutOfFrame => "Out of frame: the sequence after the junction is not translated in its own frame.",
            Frame::StopCodon => "Stop codon at the junction: nothing after it is translated.",
            Frame::Unknown => "The frame is not known: residues are those that the kept exons code for.",
        }
        .to_owned()
    }
}
