//! Grouping of the records of one template: reads, hypotheses (`HI` sets), confidence, fragment.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{
    chain::{self, Read},
    compact::CompactRecords,
    fragment::{Chain, Clip, Confidence, Fragment, LinkKind, Placement, Segment, Shape, Unaligned},
    molecule::FragmentEnds,
    templates::{self, Template},
};
use crate::genome::{AlignedRecord, ContigId, Contigs, Strand, sequence::complement};

/// Meaning of an aligner's MAPQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapqScale {
    /// STAR: 255 unique, 3 two loci, 1 three or four, 0 more.
    Star,
    /// HISAT2: 60 unique, 0 and 1 multi-mapping.
    Hisat2,
    /// BWA, minimap2, DRAGEN: a Phred-scaled probability; 255 means unknown (SAM specification).
    Phred,
}

impl MapqScale {
    /// MAPQ and `NH` of an alignment that is, or is not, unique.
    pub const fn certain(self, unique: bool) -> (u8, Option<u32>) {
        match (self, unique) {
            (Self::Star, true) => (255, Some(1)),
            (_, true) => (60, Some(1)),
            (_, false) => (0, Some(2)),
        }
    }

    /// Confidence in an alignment, from MAPQ and `NH`.
    pub const fn confidence(self, mapq: u8, hit_count: Option<u32>) -> Confidence {
        let several = matches!(hit_count, Some(2..));
        match self {
            Self::Star => match (mapq, hit_count) {
                (_, Some(2..)) | (0..=3, None) => Confidence::Ambiguous,
                (4.., _) | (_, Some(1)) => Confidence::Unique,
                (0..=3, Some(0)) => Confidence::Unknown,
            },
            Self::Hisat2 => match (several, mapq) {
                (true, _) | (_, 0 | 1) => Confidence::Ambiguous,
                _ => Confidence::Unique,
            },
            Self::Phred => match mapq {
                0 => Confidence::Ambiguous,
                255 | 1..=19 => Confidence::Unknown,
                _ => Confidence::Unique,
            },
        }
    }
}

/// A fragment that is not yet assigned to a molecule.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The fragment, `molecule` still 0.
    pub fragment: Fragment,
    /// Its outer ends.
    pub ends: FragmentEnds,
}

/// Groups the records by template and passes each fragment to `take`, ordered by name. The result does not depend on
/// the order of the records. If `are_mates`, two reads with the same name are mates, whatever their flags; any other
/// name shared by several molecules is split into its reads. Returns the number of such names and of all names.
pub fn group(
    records: Vec<AlignedRecord>,
    compact: CompactRecords,
    (scale, contigs): (MapqScale, &Contigs),
    are_mates: bool,
    mut take: impl FnMut(Draft),
) -> (u64, u64) {
    let mut shared = SharedParts::default();
    let (mut shared_names, mut names) = (0, 0);
    let by_name = |a: &AlignedRecord, b: &AlignedRecord| template_of(a).cmp(&template_of(b));
    // Records are freed as fragments are made, so that both are never in memory in full.
    let (records, compact) = (records.into_iter(), compact.into_records());
    templates::by_template(records, compact, by_name, |mut template| {
        template.sort_unstable_by(in_order);
        template.dedup();
        names += 1;
        let parts = match templates::is_shared(&template) {
            false => vec![template],
            true if are_mates && templates::are_two(&template) => vec![templates::joined(template)],
            true => {
                shared_names += 1;
                templates::separate(template)
            }
        };
        let drafts = parts.iter().filter_map(|own| draft(own, (scale, contigs), &mut shared));
        drafts.for_each(&mut take);
    });
    (shared_names, names)
}

/// Sorts records as [`group`] needs them.
pub(super) fn sort(records: &mut [AlignedRecord], compact: &mut CompactRecords) {
    // Not a stable sort: its buffer would add half the size of the records.
    records.sort_unstable_by(in_order);
    compact.sort();
}

/// The drafts of some records (tests).
#[cfg(test)]
pub fn drafts(mut records: Vec<AlignedRecord>, scale: MapqScale, contigs: &Contigs) -> Vec<Draft> {
    let (mut drafts, mut none) = (Vec::new(), CompactRecords::default());
    sort(&mut records, &mut none);
    group(records, none, (scale, contigs), false, |draft| drafts.push(draft));
    drafts
}

pub(super) fn template_of(r: &AlignedRecord) -> Template<'_> {
    (&r.name, r.read_group.as_deref())
}

fn in_order(a: &AlignedRecord, b: &AlignedRecord) -> std::cmp::Ordering {
    let place = |r: &AlignedRecord| (r.hit_index, r.flags.0, r.contig, r.position);
    (template_of(a), place(a), &a.sequence, &a.qualities)
        .cmp(&(template_of(b), place(b), &b.sequence, &b.qualities))
        .then_with(|| {
            if a == b {
                std::cmp::Ordering::Equal
            } else {
                // Rare: two records of one read at one position. Any difference orders them.
                format!("{a:?}").cmp(&format!("{b:?}"))
            }
        })
}

/// Data shared by many fragments.
#[derive(Default)]
struct SharedParts {
    shapes: HashSet<Arc<Shape>>,
    read_groups: HashSet<Arc<[u8]>>,
}

fn draft(
    template: &[AlignedRecord],
    (scale, contigs): (MapqScale, &Contigs),
    shared: &mut SharedParts,
) -> Option<Draft> {
    let placed: Vec<&AlignedRecord> = template.iter().filter(|r| r.is_placed()).collect();
    let main = placed.iter().find(|r| r.flags.is_primary()).or(placed.first())?;
    // If the aligner numbers its alternatives, each number is one alignment of the template; if not, secondary
    // records are only alternative alignments of a segment.
    let mut sets: BTreeMap<u32, Vec<&AlignedRecord>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for record in &placed {
        match (record.hit_index, record.flags.is_secondary()) {
            (Some(index), _) => sets.entry(index).or_default().push(record),
            (None, false) => sets.entry(0).or_default().push(record),
            (None, true) => elsewhere.push(placement(record)),
        }
    }
    if sets.is_empty() {
        sets.insert(0, placed.clone());
        elsewhere.clear();
    }
    let mut hypotheses: Vec<(Chain, Vec<Clip>)> = sets
        .values()
        .map(|set| {
            let [first, second] = [false, true].map(|second| read_of(template, set, second));
            chain::build(first, second, scale)
        })
        .collect();
    let count = hypotheses.len();
    let reported = placed.iter().filter_map(|r| r.hit_count).max().unwrap_or(1) as usize;
    let reported = reported.max(count);
    let best = (0..count).min_by_key(|index| cost(&hypotheses[*index].0, contigs))?;
    let (mut chain, clips) = hypotheses.remove(best);
    if chain.segments.is_empty() {
        return None;
    }
    let mut alternatives = elsewhere;
    for segment in &mut chain.segments {
        let is_same =
            |s: &Segment| (s.contig, s.strand, s.reference) == (segment.contig, segment.strand, segment.reference);
        let same = hypotheses
            .iter()
            .filter(|(c, _)| c.segments.iter().any(is_same))
            .count();
        // Identical in every alternative that the aligner reports: unique, whatever MAPQ says.
        if reported > 1 && same + 1 >= reported {
            segment.confidence = Confidence::Unique;
        }
    }
    for s in hypotheses.iter().flat_map(|(other, _)| &other.segments) {
        let is_near = |x: &Segment| (x.contig, x.strand) == (s.contig, s.strand) && x.reference.overlaps(s.reference);
        if !chain.segments.iter().any(is_near) {
            alternatives.push(Placement {
                contig: s.contig,
                strand: s.strand,
                reference: s.reference,
            });
        }
    }
    alternatives.sort_unstable();
    alternatives.dedup();
    // All alternative alignments are on alternative loci, and all of them are known: the same locus.
    let known = !alternatives.is_empty() && reported == count;
    if known && alternatives.iter().all(|p| !contigs.is_chromosome(p.contig)) {
        for segment in chain.segments.iter_mut().filter(|s| contigs.is_chromosome(s.contig)) {
            segment.confidence = Confidence::Unique;
        }
    }
    let mut unaligned = template
        .iter()
        .filter(|r| r.flags.is_unmapped() && !r.sequence.is_empty());
    let unaligned_mate = unaligned.next().map(|r| Unaligned {
        bases: r.sequence.clone(),
        qualities: chain::steps(&r.qualities).to_vec(),
    });
    let is_seen = |second| {
        let mut records = template.iter();
        records.any(|r| r.flags.is_second() == second && !r.flags.is_secondary())
    };
    let mate_missing = main.flags.is_paired() && !main.flags.is_mate_unmapped() && !(is_seen(false) && is_seen(true));
    let ends = FragmentEnds::of(&chain, main, mate_missing);
    let depth = template.iter().filter_map(|r| r.consensus_depth).max();
    let shape = Shape {
        clips,
        alternatives,
        unaligned_mate,
        laid: template.iter().any(|r| r.laid),
        depth: depth.unwrap_or(1).max(1),
        mate_missing,
        malformed: template.iter().any(|r| r.malformed),
        mapq: placed.iter().map(|r| r.mapq).max().unwrap_or(0),
        ..Shape::of(chain)
    };
    let shape = shared.shapes.get(&shape).cloned().unwrap_or_else(|| {
        let shape = Arc::new(shape);
        // Wild-type fragments are stored compactly.
        if !(shape.clips.is_empty() && shape.chain.sequence.is_empty()) {
            shared.shapes.insert(Arc::clone(&shape));
        }
        shape
    });
    let read_group = main.read_group.as_deref().map(|name| {
        let known = shared.read_groups.get(name).cloned();
        known.unwrap_or_else(|| {
            let name: Arc<[u8]> = name.into();
            shared.read_groups.insert(Arc::clone(&name));
            name
        })
    });
    let fragment = Fragment {
        name: main.name.clone(),
        read_group,
        flagged_duplicate: template.iter().any(|r| r.flags.is_duplicate() && r.flags.is_primary()),
        umi: template.iter().find_map(|r| r.umi.clone()),
        molecule: 0,
        shape,
    };
    Some(Draft { fragment, ends })
}

/// Fewest breakpoints first, then fewest segments outside chromosomes, then most aligned bases.
fn cost(chain: &Chain, contigs: &Contigs) -> (usize, usize, std::cmp::Reverse<u64>) {
    let is_break = |(kind, pair): &(&LinkKind, &[Segment])| {
        **kind == LinkKind::Split || (pair[0].contig, pair[0].strand) != (pair[1].contig, pair[1].strand)
    };
    let segments = &chain.segments;
    let breaks = chain.links.iter().zip(segments.windows(2)).filter(is_break).count();
    let off = segments.iter().filter(|s| !contigs.is_chromosome(s.contig)).count();
    let bases = segments.iter().map(|s| u64::from(s.len())).sum();
    (breaks, off, std::cmp::Reverse(bases))
}

fn placement(record: &AlignedRecord) -> Placement {
    let strand = record.flags.strand();
    Placement {
        contig: record.contig.unwrap_or(ContigId(u32::MAX)),
        strand: if record.flags.is_second() {
            strand.flipped()
        } else {
            strand
        },
        reference: record.interval(),
    }
}

/// One read of the template: its bases from whichever record has them, its alignments from the records of one set and
/// from their SA entries.
fn read_of<'a>(template: &[AlignedRecord], set: &[&'a AlignedRecord], second: bool) -> Option<Read<'a>> {
    let own = || set.iter().copied().filter(|r| r.flags.is_second() == second);
    let len = u32::try_from(own().map(|r| r.cigar.read_len()).max()?).ok()?;
    let mut read = Read {
        len,
        alignments: own().map(Cow::Borrowed).collect(),
        ..Read::default()
    };
    let is_whole =
        |r: &&AlignedRecord| r.flags.is_second() == second && r.is_placed() && r.cigar.read_len() == u64::from(len);
    for record in template.iter().filter(is_whole) {
        lay_bases(&mut read, record);
    }
    for part in own().flat_map(AlignedRecord::further_parts) {
        let place = |r: &AlignedRecord| (r.contig, r.flags.strand(), r.position);
        if !read.alignments.iter().any(|known| place(known) == place(&part)) {
            read.alignments.push(Cow::Owned(part));
        }
    }
    Some(read)
}

fn lay_bases(read: &mut Read<'_>, record: &AlignedRecord) {
    if record.sequence.is_empty() {
        return;
    }
    let len = read.len as usize;
    if read.sequence.is_empty() {
        read.sequence = vec![b'N'; len];
        read.qualities = vec![0; len];
    }
    let lead = record.cigar.leading_hard_clip() as usize;
    for (index, base) in record.sequence.iter().enumerate() {
        let (at, base) = match record.flags.strand() {
            Strand::Forward => (lead + index, *base),
            Strand::Reverse => match len.checked_sub(lead + index + 1) {
                Some(at) => (at, complement(*base)),
                None => continue,
            },
        };
        if let (Some(slot @ b'N'), Some(quality)) = (read.sequence.get_mut(at), read.qualities.get_mut(at)) {
            *slot = base;
            *quality = record.qualities.get(index).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::{Cigar, ContigId, Flags, record::parse_sa};

    #[test]
    fn mapq_20_on_the_phred_scale_is_unique_and_less_is_unknown() {
        let of = |mapq| MapqScale::Phred.confidence(mapq, None);
        assert_eq!(
            [0, 1, 19].map(of),
            [Confidence::Ambiguous, Confidence::Unknown, Confidence::Unknown]
        );
        assert_eq!(
            [20, 60, 255].map(of),
            [Confidence::Unique, Confidence::Unique, Confidence::Unknown]
        );
    }

    fn contigs() -> Contigs {
        Contigs::new(
            [("chr4", 190_214_555), ("chr10", 133_797_422), ("chr11", 135_086_622)].map(|(n, l)| (n.to_owned(), l)),
        )
    }

    fn record(
        flags: u16,
        contig: u32,
        one_based: i64,
        mapq: u8,
        cigar: &str,
        hits: (u32, u32),
        sa: &str,
    ) -> AlignedRecord {
        let cigar = Cigar::parse(cigar).unwrap();
        AlignedRecord {
            name: b"r1".to_vec(),
            flags: Flags(flags),
            contig: Some(ContigId(contig)),
            position: one_based - 1,
            mapq,
            sequence: vec![b'C'; usize::try_from(cigar.sequence_len()).unwrap()],
            supplementary: parse_sa(sa.as_bytes(), &contigs(), 10).0,
            hit_count: Some(hits.0),
            hit_index: Some(hits.1),
            mate_contig: Some(ContigId(2)),
            mate_position: 118_523_858,
            cigar,
            ..AlignedRecord::default()
        }
    }

    /// From a real STAR fragment: KMT2A aligned identically in three alternatives, the partner at three different
    /// loci.
    fn star_alternatives() -> Vec<AlignedRecord> {
        vec![
            record(
                2129,
                0,
                168_604_358,
                1,
                "89H12M",
                (3, 1),
                "chr11,118524165,-,89M12S,1,0;",
            ),
            record(
                2369,
                0,
                185_738_459,
                1,
                "12M89H",
                (3, 2),
                "chr11,118524165,-,89M12S,1,0;",
            ),
            record(
                2369,
                1,
                29_565_980,
                1,
                "12M89H",
                (3, 3),
                "chr11,118524165,-,89M12S,1,0;",
            ),
            record(163, 2, 118_523_859, 1, "85M16S", (3, 1), ""),
            record(419, 2, 118_523_859, 1, "85M16S", (3, 2), ""),
            record(419, 2, 118_523_859, 1, "85M16S", (3, 3), ""),
            record(83, 2, 118_524_165, 1, "89M12S", (3, 1), "chr4,168604358,-,89H12M,1,0;"),
            record(339, 2, 118_524_165, 1, "89M12S", (3, 2), "chr4,185738459,+,12M89H,1,0;"),
            record(339, 2, 118_524_165, 1, "89M12S", (3, 3), "chr10,29565980,+,12M89H,1,0;"),
        ]
    }

    #[test]
    fn a_segment_that_is_the_same_in_every_alternative_is_unique() {
        let drafts = drafts(star_alternatives(), MapqScale::Star, &contigs());
        assert_eq!(drafts.len(), 1);
        let fragment = &drafts[0].fragment;
        let kmt2a: Vec<_> = fragment
            .chain
            .segments
            .iter()
            .filter(|s| s.contig == ContigId(2))
            .collect();
        assert!(kmt2a.iter().all(|s| s.confidence == Confidence::Unique), "{kmt2a:?}");
        let partner: Vec<_> = fragment
            .chain
            .segments
            .iter()
            .filter(|s| s.contig != ContigId(2))
            .collect();
        assert_eq!(partner.len(), 1);
        assert_eq!(partner[0].confidence, Confidence::Ambiguous);
        assert_eq!(fragment.alternatives.len(), 2);
    }

    #[test]
    fn the_order_of_records_changes_nothing() {
        let forward = drafts(star_alternatives(), MapqScale::Star, &contigs());
        let mut turned = star_alternatives();
        turned.reverse();
        assert_eq!(
            drafts(turned, MapqScale::Star, &contigs())[0].fragment,
            forward[0].fragment
        );
    }

    /// Supplementary records removed: the SA entry alone still shows the other side.
    #[test]
    fn an_sa_entry_replaces_its_absent_record() {
        let primary = record(
            0,
            2,
            118_482_439,
            255,
            "57M43S",
            (1, 1),
            "chr4,87084120,+,57S43M,255,1;",
        );
        let drafts = drafts(vec![primary], MapqScale::Star, &contigs());
        let chain = &drafts[0].fragment.chain;
        assert_eq!(chain.segments.len(), 2);
        assert_eq!(chain.segments[0].last_base().one_based(), 118_482_495);
        assert_eq!(chain.segments[1].first_base().one_based(), 87_084_120);
    }
}
