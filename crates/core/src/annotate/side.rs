//! One side of a junction: gene, transcript, exon or intron, splice site.

use breakapart_rule::{
    Assay, Params,
    breaks::{gene_margin, is_reached},
};

use crate::{
    assemble::{Candidate, sides::Sides},
    catalogue::{Gene, GeneModels, Role, Transcript, catalogue},
    evidence::fragment::Placement,
    genome::{Breakend, Junction, Position, Strand},
};

/// Kind of sequence at a breakend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// Coding sequence of an exon.
    Cds,
    /// Exon before the start codon.
    FivePrimeUtr,
    /// Exon after the stop codon.
    ThreePrimeUtr,
    /// Exon of a non-coding transcript.
    Exon,
    /// Between exons.
    Intron,
    /// Outside genes.
    #[default]
    Intergenic,
}

impl Site {
    /// The term in outputs (Arriba's vocabulary).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cds => "CDS",
            Self::FivePrimeUtr => "5'UTR",
            Self::ThreePrimeUtr => "3'UTR",
            Self::Exon => "exon",
            Self::Intron => "intron",
            Self::Intergenic => "intergenic",
        }
    }
}

/// One side of a junction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Gene that contains the breakend.
    pub gene: Option<String>,
    /// Strand of that gene.
    pub gene_strand: Option<Strand>,
    /// Strand of the molecule at this side.
    pub strand: Strand,
    /// Index of the chosen transcript in the gene.
    pub transcript_index: usize,
    /// Name of the transcript, as printed.
    pub transcript: Option<String>,
    /// Exon that contains the breakend.
    pub exon: Option<u16>,
    /// Intron that contains it (number of the exon before it).
    pub intron: Option<u16>,
    /// Kind of sequence at the breakend.
    pub site: Site,
    /// The breakend is an annotated donor (5' side) or acceptor (3' side) on the molecule's strand.
    pub at_splice_site: bool,
    /// Unsigned distance to the nearest exon boundary of the chosen transcript, of either kind (bases).
    pub distance_to_splice_site: Option<i64>,
    /// The flanking genes with their distances (bases), nearest first (intergenic only).
    pub nearby: Vec<(String, i64)>,
    /// KMT2A itself.
    pub is_kmt2a: bool,
    /// In KMT2A, or within DNA's [`gene_margin`] of it.
    pub at_kmt2a: bool,
    /// A catalogue partner.
    pub is_partner: bool,
    /// Genes to which its reads align equally well (multi-mapping); the side then has no gene.
    pub candidates: Vec<String>,
}

impl Side {
    /// The molecule is in sense to the gene.
    pub fn is_sense(&self) -> bool {
        self.gene_strand == Some(self.strand)
    }

    /// The exon that contains the breakend, or the one before its intron.
    pub fn exon_or_intron(&self) -> Option<u16> {
        self.exon.or(self.intron)
    }

    /// The chosen transcript.
    pub fn transcript_of<'a>(&self, models: &'a GeneModels) -> Option<&'a Transcript> {
        let gene = models.by_symbol(self.gene.as_deref()?)?;
        gene.transcripts.get(self.transcript_index)
    }

    /// The same side with several candidate genes: no gene, and no fields specific to one gene.
    fn undecided(self, mut candidates: Vec<String>) -> Self {
        candidates.sort_unstable();
        candidates.dedup();
        Self {
            gene: None,
            transcript_index: 0,
            transcript: None,
            exon: None,
            intron: None,
            distance_to_splice_site: None,
            nearby: Vec::new(),
            is_partner: candidates.iter().all(|gene| catalogue().partner(gene).is_some()),
            candidates,
            ..self
        }
    }

    /// Gene symbol, or `?`.
    pub fn symbol(&self) -> &str {
        self.gene.as_deref().unwrap_or("?")
    }

    /// The side's name in every output: its gene, else the nearest gene and its distance in bases (`AFF1(2011)`), else
    /// `?`.
    pub fn name(&self) -> String {
        match (&self.gene, self.nearby.first()) {
            (Some(gene), _) => gene.clone(),
            (None, Some((gene, distance))) => format!("{gene}({distance})"),
            (None, None) => "?".to_owned(),
        }
    }
}

/// Leaves the partner of an RNA junction unnamed if all its molecules align equally well to exons of several genes. A
/// name needs a posterior of 0.95, which one molecule gives if it fits its gene 3 nats better than any other
/// (`e^3 / (e^3 + 1)`).
pub(crate) fn named((five, three): (Side, Side), candidate: &Candidate, models: &GeneModels) -> (Side, Side) {
    let e = &candidate.evidence;
    let undecided = |side: Side, unique: u32| {
        let Some(gene) = side.gene.clone().filter(|_| unique == 0 && e.molecules > 0) else {
            return side;
        };
        let genes_at = |p: &Placement| -> Vec<String> {
            let genes = models.at(p.contig, p.reference.start);
            genes.map(|g| g.symbol.clone()).collect()
        };
        let loci = candidate.alternatives.iter().map(genes_at);
        let others: Vec<String> = loci.filter(|genes| !genes.contains(&gene)).flatten().collect();
        if others.is_empty() {
            side
        } else {
            side.undecided(std::iter::once(gene).chain(others).collect())
        }
    };
    match (five.is_kmt2a, three.is_kmt2a) {
        (true, false) => (five, undecided(three, e.unique_three)),
        (false, true) => (undecided(five, e.unique_five), three),
        _ => (five, three),
    }
}

/// Describes one breakend; `is_five` for the 5' side of the junction.
pub(crate) fn describe(side: Breakend, is_five: bool, models: &GeneModels, is_precise: bool, p: &Params) -> Side {
    described(side, is_five, models, (is_precise, false), p)
}

/// Describes both sides of a junction. A breakend just upstream of KMT2A counts as KMT2A if the other side does too,
/// since a duplication may begin there.
pub(crate) fn describe_both(sides: &Sides, models: &GeneModels, is_precise: bool, p: &Params) -> (Side, Side) {
    let of_one = |is_five, upstream| match sides.side(is_five) {
        Some(side) => described(side, is_five, models, (is_precise, upstream), p),
        None => Side {
            strand: if is_five { Strand::Reverse } else { Strand::Forward },
            ..Side::default()
        },
    };
    let of = |upstream| (of_one(true, upstream), of_one(false, upstream));
    let wide = of(true);
    if wide.0.is_kmt2a && wide.1.is_kmt2a {
        wide
    } else {
        of(false)
    }
}

fn described(
    side: Breakend,
    is_five: bool,
    models: &GeneModels,
    (is_precise, upstream): (bool, bool),
    p: &Params,
) -> Side {
    let strand = if is_five {
        side.strand_as_five_prime()
    } else {
        side.strand_as_three_prime()
    };
    let position = side.position;
    let (kmt2a, kmt2a_contig) = models.kmt2a();
    let margin = gene_margin(Assay::Dna, p);
    let at_kmt2a = side.contig == kmt2a_contig && kmt2a.interval.padded(margin).contains(position);
    let at_site = |t: &Transcript| {
        if is_five {
            t.donor(position).is_some()
        } else {
            t.acceptor(position).is_some()
        }
    };
    // KMT2A first (an antisense gene overlaps its end), then genes with a splice site here, on the molecule's strand,
    // catalogue partners, genes with the breakend in an exon, and short genes.
    let rank = |g: &Gene| {
        let sense = g.strand == strand;
        (
            !g.roles.has(Role::Kmt2a),
            !(sense && g.transcripts.iter().any(at_site)),
            !sense,
            !g.roles.has(Role::Partner),
            !g.transcripts.iter().any(|t| t.exon_at(position).is_some()),
            g.interval.len(),
        )
    };
    let gene = models
        .at(side.contig, position)
        .min_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.symbol.cmp(&b.symbol)));
    // A duplication may begin just before the first exon.
    let gene = gene.or_else(|| (upstream && is_upstream(kmt2a, position, p)).then_some(kmt2a));
    let Some(gene) = gene else {
        let (low, high) = models.nearest(side.contig, position);
        let mut nearby: Vec<(String, i64)> = [low, high]
            .into_iter()
            .flatten()
            .map(|(g, d)| (g.symbol.clone(), d))
            .collect();
        nearby.sort_by_key(|(_, distance)| *distance);
        return Side {
            strand,
            nearby,
            at_kmt2a,
            ..Side::default()
        };
    };
    let before_gene = is_upstream(gene, position, p);
    let sense = gene.strand == strand;
    let index = (0..gene.transcripts.len())
        .min_by_key(|i| {
            let t = &gene.transcripts[*i];
            (!(sense && at_site(t)), !t.interval.contains(position), *i)
        })
        .unwrap_or(0);
    let transcript = gene.transcripts.get(index);
    let exon = transcript.and_then(|t| t.exon_at(position));
    // Splice sites of all annotated transcripts, including those without a model here.
    let sites = if is_five { gene.donors() } else { gene.acceptors() };
    let at_splice_site =
        is_precise && sense && (transcript.is_some_and(at_site) || sites.binary_search(&position).is_ok());
    Side {
        gene: Some(gene.symbol.clone()),
        gene_strand: Some(gene.strand),
        strand,
        transcript_index: index,
        transcript: transcript.map(|t| t.display_name().to_owned()),
        exon: exon.map(|e| e.number),
        intron: transcript
            .filter(|_| exon.is_none())
            .and_then(|t| t.intron_at(position))
            .map(|(number, _)| number)
            .or(before_gene.then_some(0)),
        site: if before_gene {
            Site::Intergenic
        } else {
            transcript.map_or(Site::Intron, |t| site_of(t, position))
        },
        at_splice_site,
        distance_to_splice_site: transcript.and_then(|t| {
            t.exons
                .iter()
                .flat_map(|e| [e.interval.start, e.interval.last()])
                .map(|p| p.distance(position))
                .min()
        }),
        is_kmt2a: gene.roles.has(Role::Kmt2a),
        at_kmt2a,
        is_partner: gene.roles.has(Role::Partner),
        ..Side::default()
    }
}

/// Whether the position is just upstream of the gene, where its duplications may begin.
fn is_upstream(gene: &Gene, position: Position, p: &Params) -> bool {
    let bases = gene_margin(Assay::Rna, p);
    match gene.strand {
        Strand::Forward => (gene.interval.start.0 - bases..gene.interval.start.0).contains(&position.0),
        Strand::Reverse => (gene.interval.end.0..gene.interval.end.0 + bases).contains(&position.0),
    }
}

fn site_of(transcript: &Transcript, position: Position) -> Site {
    let Some(exon) = transcript.exon_at(position) else {
        return Site::Intron;
    };
    match (exon.coding, transcript.coding) {
        (Some(coding), _) if coding.contains(position) => Site::Cds,
        (_, Some(cds)) => {
            let before = (position < cds.start) == (transcript.strand == Strand::Forward);
            if before {
                Site::FivePrimeUtr
            } else {
                Site::ThreePrimeUtr
            }
        }
        (_, None) => Site::Exon,
    }
}

/// Whether read-through transcription of adjacent genes explains the junction: both sides on KMT2A's strand, in order,
/// close enough ([`is_reached`]), and from KMT2A's last donor or into an early acceptor. A donor of the breakpoint
/// region joined to a neighbour needs a deletion and is not a read-through.
pub(crate) fn is_read_through(
    (five, three): (&Side, &Side),
    candidate: &Candidate,
    models: &GeneModels,
    p: &Params,
) -> bool {
    let (gene, contig) = models.kmt2a();
    let Some(Junction { five: a, three: b, .. }) = candidate.sides.junction() else {
        return false;
    };
    if a.contig != contig || b.contig != contig || five.strand != gene.strand || three.strand != gene.strand {
        return false;
    }
    let ahead = crate::assemble::observe::ahead(a.position, b.position, gene.strand);
    if ahead <= 0 {
        return false;
    }
    let Some(transcript) = gene.transcripts.first() else {
        return false;
    };
    let last = u16::try_from(transcript.exons.len()).unwrap_or(u16::MAX);
    let outside = if five.is_kmt2a { b.position } else { a.position };
    let edge = if outside < gene.interval.start {
        gene.interval.start
    } else {
        gene.interval.last()
    };
    if !is_reached(outside.distance(edge), p) {
        return false;
    }
    // The neighbour must be a gene on KMT2A's strand, or intergenic.
    let partner = if five.is_kmt2a { three } else { five };
    if partner.gene_strand.is_some_and(|s| s != gene.strand) {
        return false;
    }
    if five.is_kmt2a {
        // From the last donor or the last exon itself; a spanning pair may be in the exon before.
        let least = if candidate.is_precise {
            last - 1
        } else {
            last.saturating_sub(2)
        };
        five.exon_or_intron().is_some_and(|e| e >= least)
    } else {
        // Into e2 (e1 has no acceptor); a spanning pair may be in the exon after.
        let most = if candidate.is_precise { 2 } else { 3 };
        three.exon_or_intron().is_some_and(|e| e <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Build, ContigId, Contigs, Retained};

    fn three_side(contig: u32, one_based: i64) -> Side {
        let contigs = Contigs::new([("chr11".to_owned(), 135_086_622), ("chr4".to_owned(), 190_214_555)]);
        let models = GeneModels::bind(Build::GRCh38, &contigs, Vec::new());
        let end = Breakend {
            contig: ContigId(contig),
            position: Position::from_one_based(one_based),
            retained: Retained::Right,
        };
        describe(end, false, &models, true, &Params::default())
    }

    #[test]
    fn an_intergenic_side_is_named_by_the_nearest_gene_with_its_distance() {
        // AFF1 begins at chr4:86,935,011, SEPTIN11 ends ten million bases before it.
        let side = three_side(1, 86_933_000);
        assert_eq!(side.nearby[0], ("AFF1".to_owned(), 2_011));
        assert_eq!(side.nearby[1].0, "SEPTIN11");
        assert_eq!((side.symbol(), side.name()), ("?", "AFF1(2011)".to_owned()));
        assert_eq!(three_side(1, 87_084_120).name(), "AFF1");
    }

    #[test]
    fn ten_thousand_bases_around_kmt2a_count_as_kmt2a() {
        // KMT2A begins at chr11:118,436,492.
        assert!(three_side(0, 118_436_492 - 10_000).at_kmt2a);
        assert!(!three_side(0, 118_436_491 - 10_000).at_kmt2a);
        assert!(!three_side(1, 118_436_492).at_kmt2a);
    }
}
