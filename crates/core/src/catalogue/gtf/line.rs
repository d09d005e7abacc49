//! Parses one line of a GTF.

use crate::genome::{Interval, Strand};

/// The reason given for a line with GFF3 attributes.
pub(super) const GFF3: &str = "GFF3 attributes";

/// Highest valid coordinate; the longest known chromosome has 2^35 bases.
const MAX_COORDINATE: i64 = 1 << 40;

/// Kind of feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Transcript,
    Exon,
    /// `CDS` or `stop_codon`: GTF excludes the stop codon from the CDS, the models here include it.
    Coding,
}

/// A line that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Feature<'l> {
    pub(super) contig: &'l str,
    pub(super) kind: Kind,
    pub(super) interval: Interval,
    pub(super) strand: Strand,
    /// Bases to skip to the next codon, from the `frame` column.
    pub(super) frame: Option<u8>,
    pub(super) gene_id: &'l str,
    pub(super) symbol: &'l str,
    pub(super) transcript_id: &'l str,
    pub(super) transcript_version: Option<&'l str>,
    pub(super) mane: bool,
}

/// Parses a line without its line end: `None` for comments, empty lines and unused features; the error is a short
/// reason.
pub(super) fn parse(line: &str) -> Result<Option<Feature<'_>>, &'static str> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let mut columns = line.splitn(9, '\t');
    let mut column = || columns.next().ok_or("fewer than 9 columns");
    let (contig, _source, kind) = (column()?, column()?, column()?);
    let (start, end, _score) = (column()?, column()?, column()?);
    let (strand, frame, attributes) = (column()?, column()?, column()?);
    let (kind, is_cds) = match kind {
        "transcript" => (Kind::Transcript, false),
        "exon" => (Kind::Exon, false),
        "CDS" => (Kind::Coding, true),
        "stop_codon" => (Kind::Coding, false),
        _ => return Ok(None),
    };
    let coordinate = |text: &str| {
        text.parse::<i64>()
            .ok()
            .filter(|at| (1..=MAX_COORDINATE).contains(at))
            .ok_or("invalid coordinate")
    };
    let interval = Interval::from_one_based(coordinate(start)?, coordinate(end)?);
    if interval.is_empty() {
        return Err("end before start");
    }
    let strand = Strand::parse(strand).ok_or("no strand")?;
    let frame = frame.parse::<u8>().ok().filter(|frame| is_cds && *frame < 3);
    if contig.is_empty() {
        return Err("no contig");
    }
    let attributes = Attributes::read(attributes)?;
    let [gene_id, gene_name, gene, transcript_id, transcript_version] = attributes.values;
    let gene_id = gene_id.or(gene).ok_or("no gene_id")?;
    Ok(Some(Feature {
        contig,
        kind,
        interval,
        strand,
        frame,
        gene_id,
        symbol: gene_name.or(gene).unwrap_or(gene_id),
        transcript_id: transcript_id.ok_or("no transcript_id")?,
        transcript_version,
        mane: attributes.mane,
    }))
}

/// Attributes that are used, except tags.
const KEYS: [&str; 5] = ["gene_id", "gene_name", "gene", "transcript_id", "transcript_version"];

#[derive(Default)]
struct Attributes<'l> {
    /// Values in the order of [`KEYS`].
    values: [Option<&'l str>; 5],
    mane: bool,
}

impl<'l> Attributes<'l> {
    /// Parses `key "value"; key value; ...`. A `;` inside quotes is part of the value.
    fn read(text: &'l str) -> Result<Self, &'static str> {
        let mut attributes = Self::default();
        let mut rest = text.trim_start_matches([' ', ';']);
        while !rest.is_empty() {
            let Some((key, after)) = rest.split_once(' ') else {
                // `key=value` without a space, or a single word.
                return if rest.contains('=') {
                    Err(GFF3)
                } else {
                    Err("invalid attributes")
                };
            };
            if key.contains('=') {
                return Err(GFF3);
            }
            let after = after.trim_start();
            let (value, tail) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or("unclosed quote")?,
                None => after.split_once(';').unwrap_or((after, "")),
            };
            attributes.set(key, value.trim());
            rest = tail.trim_start_matches([' ', ';']);
        }
        Ok(attributes)
    }

    fn set(&mut self, key: &str, value: &'l str) {
        if key == "tag" {
            // GENCODE and Ensembl write MANE_Select, RefSeq "MANE Select".
            self.mane |= matches!(value, "MANE_Select" | "MANE Select");
            return;
        }
        let known = KEYS.iter().position(|known| *known == key);
        let slot = known.and_then(|at| self.values.get_mut(at));
        if let Some(slot @ None) = slot.filter(|_| !value.is_empty()) {
            *slot = Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_flavours() {
        let ensembl = parse(
            "11\thavana\texon\t118436492\t118436944\t.\t+\t.\tgene_id \"ENSG00000118058\"; gene_version \"24\"; \
             transcript_id \"ENST00000534358\"; transcript_version \"8\"; exon_number \"1\"; gene_name \"KMT2A\"; \
             tag \"basic\"; tag \"MANE_Select\";",
        );
        let feature = ensembl.unwrap().unwrap();
        assert_eq!((feature.symbol, feature.gene_id), ("KMT2A", "ENSG00000118058"));
        assert_eq!(feature.transcript_version, Some("8"));
        assert_eq!(feature.interval.start.one_based(), 118_436_492);
        assert!(feature.mane);
        let refseq = parse(
            "NC_000011.10\tBestRefSeq\tCDS\t118436513\t118436944\t.\t+\t0\tgene_id \"KMT2A\"; transcript_id \
             \"NM_001197104.2\"; gene \"KMT2A\"; note \"a; b\"; product \"x\"; tag \"MANE Select\"; ",
        );
        let feature = refseq.unwrap().unwrap();
        assert_eq!(
            (feature.kind, feature.frame, feature.mane),
            (Kind::Coding, Some(0), true)
        );
        assert_eq!(feature.symbol, "KMT2A");
        let bare = parse("chr1\tx\texon\t1\t2\t.\t-\t.\tgene_id G1; transcript_id T1")
            .unwrap()
            .unwrap();
        assert_eq!((bare.symbol, bare.transcript_id), ("G1", "T1"));
    }

    #[test]
    fn bad_lines_have_a_reason() {
        for (line, why) in [
            ("chr1\tx\texon\t1", "fewer than 9 columns"),
            ("chr1\tx\texon\t0\t2\t.\t+\t.\tgene_id \"G\";", "invalid coordinate"),
            (
                "chr1\tx\texon\t9223372036854775807\t2\t.\t+\t.\tg",
                "invalid coordinate",
            ),
            ("chr1\tx\texon\t5\t2\t.\t+\t.\tgene_id \"G\";", "end before start"),
            ("chr1\tx\texon\t1\t2\t.\t.\t.\tgene_id \"G\";", "no strand"),
            ("chr1\tx\texon\t1\t2\t.\t+\t.\tgene_id \"G", "unclosed quote"),
            ("chr1\tx\texon\t1\t2\t.\t+\t.\tgene_id \"G\";", "no transcript_id"),
            ("chr1\tx\texon\t1\t2\t.\t+\t.\tID=exon1;Parent=t1", GFF3),
            ("chr1\tx\texon\t1\t2\t.\t+\t.\tID=exon1;Note=one two", GFF3),
        ] {
            assert_eq!(parse(line), Err(why), "{line}");
        }
        assert_eq!(parse("chr1\tx\tgene\tbad\tbad\t.\t+\t.\t"), Ok(None));
    }

    proptest! {
        #[test]
        fn no_line_panics(line in "\\PC{0,80}", attributes in "[a-z=\" ;é]{0,60}") {
            let _ = parse(&line);
            let _ = parse(&format!("chr1\tx\texon\t1\t2\t.\t+\t.\t{attributes}"));
        }
    }
}
