//! Each caller's table format as data: the column of each value, and the meaning of its words.

use super::cells::{Cells, Header, filters, genes, shown};
use super::row::{CallerRow, Listed};
use super::{Caller, Place};
use breakapart_core::report::schema::{Frame, Tier};

/// A caller's table format. Lists of columns are separated by a comma and a blank.
#[derive(Clone, Copy)]
pub(super) struct Format {
    caller: Caller,
    /// The caller's name, as printed.
    pub(super) name: &'static str,
    /// The columns that identify its tables; all are required.
    required: &'static str,
    /// Whether column `sample` names the sample of a row.
    names_sample: bool,
    /// A column with both genes, and the separators between them, in the order in which they are tried.
    both_genes: Option<(&'static str, &'static [&'static str])>,
    /// Columns with the gene of the 5' and of the 3' side, the most reliable first; `SYMBOL^ID` is read as its symbol.
    genes: [&'static str; 2],
    /// Columns whose cells must not be empty, but may hold a missing value.
    filled: &'static str,
    /// The column that is `>` if the first gene is known to be the 5' one; `None` if it always is.
    order: Option<&'static str>,
    places: Places,
    /// Columns whose sum is the number of split reads.
    split: &'static str,
    /// The column of spanning pairs.
    spanning: Option<&'static str>,
    /// The column of the caller's confidence.
    confidence: Option<&'static str>,
    /// The tier for a confidence; empty if the caller has none.
    tier: fn(&str) -> Option<Tier>,
    /// The column of the reading frame, and its words for in-frame, out-of-frame and a stop codon.
    frame: (&'static str, [&'static [&'static str]; 3]),
    /// Whether column `filters` lists the filters.
    names_filters: bool,
    /// Columns kept unchanged.
    extra: &'static str,
}

/// The columns of the breakpoints, 5' side first.
#[derive(Clone, Copy)]
enum Places {
    /// `contig:position`.
    Whole([&'static str; 2]),
    /// `contig:position:strand`.
    Stranded([&'static str; 2]),
    /// Contig and position in separate columns.
    Parts([[&'static str; 2]; 2]),
}

/// Arriba's manual, "Output files". Version 1 had 24 columns in another order and site names without a region; the
/// columns read here have the same names.
const ARRIBA: Format = Format {
    caller: Caller::Arriba,
    name: "Arriba",
    required: "gene1, gene2, breakpoint1, breakpoint2",
    names_sample: false,
    both_genes: None,
    genes: ["gene1", "gene2"],
    filled: "gene2, breakpoint1, breakpoint2",
    order: None,
    places: Places::Whole(["breakpoint1", "breakpoint2"]),
    split: "split_reads1, split_reads2",
    spanning: Some("discordant_mates"),
    confidence: Some("confidence"),
    tier: |word| {
        let tiers = [Tier::High, Tier::Medium, Tier::Low];
        tiers.into_iter().find(|tier| tier.name() == word)
    },
    frame: ("reading_frame", [&["in-frame"], &["out-of-frame"], &["stop-codon"]]),
    names_filters: true,
    extra: "type, site1, site2, tags, event, junction, junction_class, molecules, discarded_because",
};

/// All formats; those whose header includes all columns of another come first.
const FORMATS: [Format; 6] = [
    // Arriba's columns with the same meaning, and more.
    Format {
        caller: Caller::Breakapart,
        name: "breakapart",
        required: "gene1, gene2, breakpoint1, breakpoint2, confidence, junction_class, model_score",
        ..ARRIBA
    },
    ARRIBA,
    // STAR-Fusion's manual, "Output". It states no confidence: rows of the list have passed and count as medium.
    // Symbols may contain hyphens, so the gene columns are more reliable than the name.
    Format {
        caller: Caller::StarFusion,
        name: "STAR-Fusion",
        required: "FusionName, LeftBreakpoint, RightBreakpoint",
        both_genes: Some(("FusionName", &["--"])),
        genes: ["LeftGene", "RightGene"],
        filled: "FusionName, LeftBreakpoint, RightBreakpoint",
        places: Places::Stranded(["LeftBreakpoint", "RightBreakpoint"]),
        split: "JunctionReadCount",
        spanning: Some("SpanningFragCount"),
        confidence: None,
        tier: |_| Some(Tier::Medium),
        frame: ("PROT_FUSION_TYPE", [&["INFRAME"], &["FRAMESHIFT"], &[]]),
        names_filters: false,
        extra: "SpliceType, LargeAnchorSupport, FFPM, annots",
        ..ARRIBA
    },
    // FusionCatcher's manual, "Output data". A gene without a symbol has an empty cell there and its identifier in
    // another column. "Spanning pairs" are discordant pairs, "spanning unique reads" are split reads. The list is
    // final, as STAR-Fusion's.
    Format {
        caller: Caller::FusionCatcher,
        name: "FusionCatcher",
        required: "Gene_1_symbol(5end_fusion_partner), Gene_2_symbol(3end_fusion_partner), \
                   Fusion_point_for_gene_1(5end_fusion_partner), Fusion_point_for_gene_2(3end_fusion_partner)",
        genes: [
            "Gene_1_symbol(5end_fusion_partner), Gene_1_id(5end_fusion_partner)",
            "Gene_2_symbol(3end_fusion_partner), Gene_2_id(3end_fusion_partner)",
        ],
        filled: "Fusion_point_for_gene_1(5end_fusion_partner), Fusion_point_for_gene_2(3end_fusion_partner)",
        places: Places::Stranded([
            "Fusion_point_for_gene_1(5end_fusion_partner)",
            "Fusion_point_for_gene_2(3end_fusion_partner)",
        ]),
        split: "Spanning_unique_reads",
        spanning: Some("Spanning_pairs"),
        confidence: None,
        tier: |_| Some(Tier::Medium),
        frame: ("Predicted_effect", [&["in-frame"], &["out-of-frame"], &[]]),
        names_filters: false,
        extra: "Fusion_description, Counts_of_common_mapping_reads, Longest_anchor_found, Fusion_finding_method, \
                Predicted_effect",
        ..ARRIBA
    },
    // JAFFA's wiki, "Output description": `A:B` in versions 1 and 2, later `A::B`. The class determines the tier; a
    // potential read-through or regular transcript is low.
    Format {
        caller: Caller::Jaffa,
        name: "JAFFA",
        required: "fusion genes, chrom1, base1, chrom2, base2, classification",
        names_sample: true,
        both_genes: Some(("fusion genes", &["::", ":"])),
        genes: ["", ""],
        filled: "fusion genes, chrom1, base1, chrom2, base2",
        places: Places::Parts([["chrom1", "base1"], ["chrom2", "base2"]]),
        split: "spanning reads",
        spanning: Some("spanning pairs"),
        confidence: Some("classification"),
        tier: |word| match word {
            "HighConfidence" => Some(Tier::High),
            "MediumConfidence" => Some(Tier::Medium),
            "LowConfidence" => Some(Tier::Low),
            other => other.starts_with("Potential").then_some(Tier::Low),
        },
        frame: ("inframe", [&["TRUE", "True"], &["FALSE", "False"], &[]]),
        names_filters: false,
        extra: "gap (kb), aligns, rearrangement, known",
        ..ARRIBA
    },
    // The St. Jude Cloud guide to Rapid RNA-Seq. `frame` is 0 (out of frame), 1 (in frame), 2 (side B has the canonical
    // start) or 3 (5' UTR fusion of B). `readsA` and `readsB` are soft-clipped reads anchored on each side; CICERO
    // counts no pairs. HQ is high quality, LQ low quality, RT read-through; older versions had no rating.
    Format {
        caller: Caller::Cicero,
        name: "CICERO",
        required: "geneA, chrA, posA, geneB, chrB, posB",
        names_sample: true,
        genes: ["geneA", "geneB"],
        filled: "chrA, posA, chrB, posB",
        order: Some("sv_ort"),
        places: Places::Parts([["chrA", "posA"], ["chrB", "posB"]]),
        split: "readsA, readsB",
        spanning: None,
        confidence: Some("rating"),
        tier: |word| match word {
            "HQ" => Some(Tier::High),
            "LQ" | "RT" => Some(Tier::Low),
            "" => Some(Tier::Medium),
            _ => None,
        },
        frame: ("frame", [&["1"], &["0"], &[]]),
        names_filters: false,
        extra: "type, sv_ort, ortA, ortB, featureA, featureB, score, medal",
        ..ARRIBA
    },
];

/// The names of a list of columns.
fn names(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(", ").filter(|name| !name.is_empty())
}

impl Format {
    /// The format of a caller's tables.
    pub(super) fn of(caller: Caller) -> &'static Self {
        FORMATS.iter().find(|format| format.caller == caller).unwrap_or(&ARRIBA)
    }

    /// The format whose columns the header has.
    pub(super) fn known_by(header: &Header) -> Option<&'static Self> {
        FORMATS
            .iter()
            .find(|format| format.required().all(|name| header.has(name)))
    }

    /// The caller.
    pub(super) const fn caller(&self) -> Caller {
        self.caller
    }

    /// The required columns of a table.
    pub(super) fn required(&self) -> impl Iterator<Item = &'static str> {
        names(self.required)
    }

    /// One row; the error says briefly what is wrong with it.
    pub(super) fn row(&self, cells: &Cells<'_>) -> Result<CallerRow, String> {
        if let Some(empty) = names(self.filled).find(|column| cells.raw(column).is_none()) {
            return Err(format!("{empty} is empty"));
        }
        let [gene5, gene3] = self.genes(cells)?;
        let [breakpoint5, breakpoint3] = self.places(cells)?;
        let mut split = None;
        for column in names(self.split) {
            if let Some(count) = cells.count(column)? {
                split = Some(count.saturating_add(split.unwrap_or(0)));
            }
        }
        let confidence = self
            .confidence
            .and_then(|column| cells.text(column))
            .unwrap_or_default();
        let frame = cells.text(self.frame.0);
        let frames = [Frame::InFrame, Frame::OutOfFrame, Frame::StopCodon].into_iter();
        let mut frames = frames.zip(self.frame.1);
        let filters = filters(cells.text("filters").filter(|_| self.names_filters));
        // A filter without a number discarded the event: only discarded files have one. Our table also names it in a
        // separate column.
        let ended = self.names_filters && cells.text("discarded_by").is_some();
        let ended = ended || filters.iter().any(|filter| filter.reads.is_none());
        Ok(CallerRow {
            caller: self.caller,
            line: cells.line,
            sample: cells.text("sample").filter(|_| self.names_sample).map(shown),
            gene5,
            gene3,
            is_order_known: self.order.is_none_or(|column| cells.raw(column) == Some(">")),
            breakpoint5,
            breakpoint3,
            confidence: shown(confidence),
            tier: (self.tier)(confidence),
            frame: frames
                .find(|(_, words)| frame.is_some_and(|word| words.contains(&word)))
                .map_or(Frame::Unknown, |(frame, _)| frame),
            split,
            spanning: self.spanning.map_or(Ok(None), |column| cells.count(column))?,
            filters,
            listed: if ended { Listed::Discarded } else { Listed::Called },
            extra: cells.extra(names(self.extra)),
        })
    }

    fn genes(&self, cells: &Cells<'_>) -> Result<[Vec<String>; 2], String> {
        let mut both = [".", "."];
        if let Some((column, between)) = self.both_genes {
            let name = cells.raw(column).unwrap_or_default();
            let split = between.iter().find_map(|mark| name.split_once(mark));
            let wanted = between.last().copied().unwrap_or_default();
            let (one, two) = split.ok_or_else(|| format!("{column} is {:?}, not GENE{wanted}GENE", shown(name)))?;
            both = [one, two];
        }
        let own = self
            .genes
            .map(|columns| names(columns).find_map(|column| cells.text(column)));
        let cells = [own[0].unwrap_or(both[0]), own[1].unwrap_or(both[1])];
        Ok(cells.map(|cell| genes(cell.split('^').next().unwrap_or(cell))))
    }

    fn places(&self, cells: &Cells<'_>) -> Result<[Option<Place>; 2], String> {
        Ok(match self.places {
            Places::Whole([five, three]) => [cells.place(five)?, cells.place(three)?],
            Places::Stranded([five, three]) => [cells.stranded_place(five)?, cells.stranded_place(three)?],
            Places::Parts([five, three]) => [cells.place_of(five)?, cells.place_of(three)?],
        })
    }
}
