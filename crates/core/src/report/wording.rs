//! Formats numbers, names and positions for people and for tables.

use std::path::Path;

use super::schema::{ExonLabel, Frame, Junction, Side};
pub use crate::genome::words::{clean, counted, thousands, wrapped};

/// A cell of a table: [`clean`], prefixed by an apostrophe if a spreadsheet would run it as a formula
/// (`=`, `@`, or a sign before anything but a number; full-width forms too). Signs alone, as of strands, are kept.
pub fn cell(text: &str) -> String {
    let text = clean(text);
    let mut chars = text.trim().chars();
    let runs = match chars.next() {
        Some('=' | '@' | '\u{ff1d}' | '\u{ff20}') => true,
        Some('+' | '-' | '\u{ff0b}' | '\u{ff0d}') => {
            let rest = chars.as_str();
            let is_number = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') && rest.parse::<f64>().is_ok();
            !is_number && !rest.chars().all(|c| matches!(c, '+' | '-' | '/' | '.' | ' '))
        }
        _ => false,
    };
    if runs { format!("'{text}") } else { text }
}

/// A [`cell`] of a table written without quoting (a reader may or may not unquote): no double quote, and `.`
/// if it is empty.
pub fn filled_cell(text: &str) -> String {
    let text = clean(text).replace('"', "'");
    let text = text.trim();
    if text.is_empty() { ".".to_owned() } else { cell(text) }
}

/// Bases in upper case; anything else is `N`.
pub fn bases(text: &str) -> String {
    let base = |c: char| match c.to_ascii_uppercase() {
        base @ ('A' | 'C' | 'G' | 'T') => base,
        _ => 'N',
    };
    text.chars().map(base).collect()
}

/// `text` cut to at most `length` characters, an ellipsis at the cut.
pub fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A path for an error line.
pub fn path(path: &Path) -> String {
    clean(&path.display().to_string())
}

/// A large count in two or three digits: `61 M`, `1.2 k`, `412`.
pub fn rough_count(count: u64) -> String {
    let scaled = |unit: f64, sign: &str| {
        let value = count as f64 / unit;
        if value < 9.95 {
            format!("{value:.1} {sign}")
        } else {
            format!("{value:.0} {sign}")
        }
    };
    match count {
        0..=999 => count.to_string(),
        1_000..=999_499 => scaled(1e3, "k"),
        999_500..=999_499_999 => scaled(1e6, "M"),
        _ => scaled(1e9, "G"),
    }
}

/// The number of a percentage in two digits without the sign: 0.1834 gives `18`, 0.031 `3.1`.
pub fn percent_number(fraction: f64) -> String {
    let percent = fraction * 100.0;
    let decimals: usize = match percent.abs() {
        p if p >= 9.95 || p == 0.0 => 0,
        p if p >= 0.995 => 1,
        p if p >= 0.0995 => 2,
        _ => 3,
    };
    format!("{percent:.decimals$}")
}

/// A fraction as a percentage in two digits: `18 %`, `3.1 %`, `0.12 %`.
pub fn percent(fraction: f64) -> String {
    format!("{} %", percent_number(fraction))
}

/// A limit as a percentage, or that there is no finite one.
pub fn limit(fraction: Option<f64>) -> String {
    fraction.map_or_else(|| "no finite limit".to_owned(), percent)
}

/// The side's name, the same in every output: its gene, else the nearest gene with its distance in bases
/// (`AFF1(2011)`), else `?`.
pub fn name(side: Option<&Side>) -> String {
    let gene = side.and_then(|side| side.gene.clone()).filter(|gene| !gene.is_empty());
    let near = || side?.genes_nearby.iter().min_by_key(|gene| gene.distance);
    gene.or_else(|| near().map(|gene| format!("{}({})", gene.symbol, gene.distance)))
        .unwrap_or_else(|| "?".to_owned())
}

/// The gene of a side, or of an intergenic position the genes around it as Arriba writes them, the nearest first
/// (`GENE_B(350),GENE_A(1200)`), or `.`.
pub fn gene(side: Option<&Side>) -> String {
    let Some(side) = side else { return ".".to_owned() };
    match &side.gene {
        Some(gene) if !gene.is_empty() => gene.clone(),
        _ if !side.gene_candidates.is_empty() => side.gene_candidates.join(","),
        _ if side.genes_nearby.is_empty() => ".".to_owned(),
        _ => {
            let near = side
                .genes_nearby
                .iter()
                .map(|gene| format!("{}({})", gene.symbol, gene.distance));
            near.collect::<Vec<_>>().join(",")
        }
    }
}

/// The exon or intron of a side with its transcript, for tables: `NM_001197104.2:e8`, or `.`. A number
/// is never written without its transcript.
pub fn exon_of_table(side: Option<&Side>) -> String {
    side.and_then(|side| Some(format!("{}:{}", side.transcript.as_deref()?, side.exon_or_intron("i")?)))
        .unwrap_or_else(|| ".".to_owned())
}

/// Exon or intron with transcript and other schemes, for people:
/// `e8 (MANE NM_001197104.2; "e9" Nilson, derived)`.
pub fn exon_of_text(side: &Side) -> Option<String> {
    let number = side.exon_or_intron("intron ")?;
    let mane = if side.mane { "MANE " } else { "" };
    let transcript = side.transcript.as_deref().unwrap_or("transcript not known");
    let others = side.exon_labels.iter().map(|ExonLabel { scheme, label, derived }| {
        let derived = if *derived { ", derived" } else { "" };
        format!("; \"{label}\" {scheme}{derived}")
    });
    Some(format!("{number} ({mane}{transcript}{})", others.collect::<String>()))
}

/// A position with thousands separated: `chr11:118,482,495`.
pub fn place(side: &Side) -> String {
    format!("{}:{}", side.contig, thousands(side.position))
}

/// A whole side for people: gene, exon and position; without a gene, the nearby genes.
pub fn side(side: Option<&Side>) -> String {
    let Some(side) = side else {
        return "not placed".to_owned();
    };
    let exon = exon_of_text(side).map(|exon| format!(" {exon}")).unwrap_or_default();
    match &side.gene {
        Some(gene) => format!("{gene}{exon} {}", place(side)),
        None if !side.gene_candidates.is_empty() => {
            format!(
                "{} (equally good), placed at {}",
                side.gene_candidates.join(" or "),
                place(side)
            )
        }
        None if side.genes_nearby.is_empty() => format!("intergenic {}", place(side)),
        None => {
            let near = side.genes_nearby.iter();
            let near = near.map(|gene| {
                format!(
                    "{} {} b",
                    gene.symbol,
                    thousands(gene.distance.try_into().unwrap_or(i64::MAX))
                )
            });
            format!(
                "intergenic {} (nearest known genes: {})",
                place(side),
                near.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// A reading frame in words; `None` where it is not known.
pub fn frame(frame: Frame) -> Option<&'static str> {
    match frame {
        Frame::InFrame => Some("in frame"),
        Frame::OutOfFrame => Some("out of frame"),
        Frame::StopCodon => Some("stop codon at the junction"),
        Frame::Unknown => None,
    }
}

/// A stop codon in the peptide after an in-frame junction.
pub fn stop_behind(junction: &Junction) -> Option<String> {
    let peptide = junction
        .peptide
        .as_deref()
        .filter(|_| junction.frame == Frame::InFrame)?;
    let residues = peptide.rsplit('|').next()?.strip_suffix('*')?.chars().count() as u64;
    Some(format!(
        "there is a stop codon {} after the junction, in the bases of the reads: the partner's own, or the frame is \
         lost",
        counted(residues, "residue")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_spreadsheet_formula() {
        for text in [
            "=HYPERLINK(1)",
            "@SUM(A1)",
            "+cmd|' /C calc'!A0",
            "-2+3",
            " =1+1",
            "\t=1",
            "\u{ff1d}1+1",
            "\u{ff0b}A1",
            "-inf",
            "+NaN",
        ] {
            assert!(cell(text).starts_with('\''), "{text}");
        }
        for text in ["-", "+", "+/-", "-1", "-1.5e-3", "+7", "KMT2A", "5'-3'", ".", ""] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn numbers_are_rounded_to_their_precision() {
        assert_eq!(thousands(118_482_495), "118,482,495");
        assert_eq!(thousands(-999), "-999");
        assert_eq!(thousands(i64::MIN), "-9,223,372,036,854,775,808");
        assert_eq!(percent(0.1834), "18 %");
        assert_eq!(percent(0.031), "3.1 %");
        assert_eq!(percent(0.0012), "0.12 %");
        assert_eq!(percent(0.0997), "10 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(rough_count(61_234_000), "61 M");
        assert_eq!(rough_count(1_234), "1.2 k");
        assert_eq!(rough_count(999_999), "1.0 M");
    }

    #[test]
    fn a_stop_after_an_in_frame_junction_is_reported() {
        let text = |frame, peptide: &str| {
            stop_behind(&Junction {
                frame,
                peptide: Some(peptide.to_owned()),
                ..Junction::default()
            })
        };
        assert!(text(Frame::InFrame, "PKEK|TAK*").unwrap().contains("3 residues after"));
        assert!(text(Frame::InFrame, "PKEK|w|T*").unwrap().contains("1 residue after"));
        assert_eq!(text(Frame::InFrame, "PKEK|TAK"), None);
        assert_eq!(text(Frame::OutOfFrame, "PKEK|tak*"), None);
    }

    #[test]
    fn wrapping_keeps_words_and_width() {
        let lines = wrapped(
            "  next     ",
            "deeper sequencing (about 9x), or a DNA panel, or FISH",
            40,
        );
        assert_eq!(
            lines,
            [
                "  next     deeper sequencing (about 9x),",
                "           or a DNA panel, or FISH"
            ]
        );
        assert_eq!(wrapped("ab ", &"x".repeat(50), 10).len(), 1);
        assert_eq!(wrapped("a ", "\u{1b}[31mred\nline", 80), ["a [31mred line"]);
    }
}
