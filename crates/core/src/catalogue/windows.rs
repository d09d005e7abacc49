//! Fixed windows read in addition to the KMT2A window, for indexed and streamed access alike.

use crate::genome::{Build, Interval, Strand};

use super::catalogue;

/// Most windows per build.
pub const MAX_WINDOWS: usize = 300;

/// Flanks of an exon in a window (bases), so that the clip of a read aligned a few bases off is still included.
pub const BESIDE_EXON: i64 = 10;

/// Longest part of an exon in a window, from its acceptor (bases): reads across the acceptor are not clipped beyond it.
pub const EXON_MAX: i64 = 1_000;

/// Windows of one gene closer than this (bases) are read as one: a seek costs more.
pub const MERGE_DISTANCE: i64 = 2_000;

/// Control genes read in full: expressed in every blood cell at KMT2A's level or above, on other chromosomes, and long
/// enough to measure chimeras and coverage.
pub const FULL_CONTROLS: [&str; 2] = ["ABL1", "GUSB"];

/// The control read at one exon only, because its depth would dominate the cost.
pub const SLICED_CONTROL: (&str, u16) = ("B2M", 2);

/// Purpose of a window.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WindowKind {
    /// Acceptors of this recurrent partner.
    PartnerAcceptor(String),
    /// This control gene or one exon of it.
    Control(String),
}

/// One window.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Bare chromosome name.
    pub chromosome: String,
    /// Interval on the chromosome.
    pub interval: Interval,
    /// Its purpose.
    pub kind: WindowKind,
}

/// The fixed windows of a build: exactly 300 on both GRCh38 and GRCh37, sorted by chromosome name and position.
///
/// Three are controls: ABL1 and GUSB in full and B2M's exon 2. The others are acceptors of recurrent partners (two
/// patients or more, or among the 37 recurrent ones of Meyer 2023): every exon of the partner's MANE transcript but the
/// first, at most [`EXON_MAX`] of it, with [`BESIDE_EXON`] on both sides; windows of one gene less than
/// [`MERGE_DISTANCE`] apart are merged. The exon's 3' end is included because a partner may itself be joined to a third
/// gene there. Since this gives more than 297, they are kept by partner frequency, then transcript order: the last
/// partners of two patients (from BTBD18) have none.
pub fn windows(build: Build) -> Vec<Window> {
    let mut windows = controls(build);
    let mut partners: Vec<_> = catalogue().partners().iter().filter(|p| p.is_recurrent()).collect();
    // A stable sort: equal counts keep the published rank.
    partners.sort_by_key(|partner| std::cmp::Reverse(partner.count.unwrap_or(0)));
    for partner in partners {
        let Some(gene) = catalogue().gene(build, &partner.symbol) else {
            continue;
        };
        for interval in acceptor_windows(gene) {
            if windows.len() < MAX_WINDOWS {
                windows.push(Window {
                    chromosome: gene.chromosome.clone(),
                    interval,
                    kind: WindowKind::PartnerAcceptor(gene.symbol.clone()),
                });
            }
        }
    }
    windows.sort();
    windows
}

fn controls(build: Build) -> Vec<Window> {
    let full = FULL_CONTROLS
        .into_iter()
        .filter_map(|symbol| catalogue().gene(build, symbol))
        .map(|gene| (gene, gene.interval));
    let slice = catalogue()
        .gene(build, SLICED_CONTROL.0)
        .and_then(|gene| Some((gene, gene.transcript()?.exon(SLICED_CONTROL.1)?.interval)));
    full.chain(slice)
        .map(|(gene, interval)| Window {
            chromosome: gene.chromosome.clone(),
            interval,
            kind: WindowKind::Control(gene.symbol.clone()),
        })
        .collect()
}

/// The merged windows of a gene's lead transcript in transcript order.
fn acceptor_windows(gene: &super::Gene) -> Vec<Interval> {
    let Some(transcript) = gene.transcript() else {
        return Vec::new();
    };
    let mut merged: Vec<Interval> = Vec::new();
    for exon in transcript.exons.iter().skip(1) {
        let held = exon.interval.len().min(EXON_MAX);
        let window = match transcript.strand {
            Strand::Forward => Interval::new(exon.interval.start.0, exon.interval.start.0 + held),
            Strand::Reverse => Interval::new(exon.interval.end.0 - held, exon.interval.end.0),
        }
        .padded(BESIDE_EXON);
        match merged.last_mut() {
            Some(last) if last.padded(MERGE_DISTANCE).overlaps(window) => *last = super::gene::hull(*last, window),
            _ => merged.push(window),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use crate::genome::Position;

    use super::*;

    fn covers(build: Build, symbol: &str, exon: u16) -> bool {
        let gene = catalogue().gene(build, symbol).unwrap();
        let transcript = gene.transcript().unwrap();
        let acceptor = transcript.first_base(transcript.exon(exon).unwrap());
        windows(build).iter().any(|window| {
            window.chromosome == gene.chromosome
                && window.interval.contains(acceptor)
                && window.kind == WindowKind::PartnerAcceptor(symbol.to_owned())
        })
    }

    #[test]
    fn three_hundred_windows_contain_the_frequent_acceptors() {
        for build in Build::ALL {
            assert_eq!(windows(build).len(), 300, "{build}");
            for (symbol, exon) in [
                ("AFF1", 4),
                ("AFF1", 5),
                ("AFF1", 6),
                ("MLLT3", 6),
                ("MLLT3", 9),
                ("MLLT1", 2),
                ("MLLT1", 7),
                ("AFDN", 2),
                ("ELL", 2),
                ("EPS15", 2),
                ("USP2", 3),
                ("MLLT10", 9),
                ("CBL", 8),
                ("SEPTIN6", 2),
            ] {
                assert!(covers(build, symbol, exon), "{symbol} e{exon} on {build}");
            }
            assert!(!covers(build, "ABI2", 2), "beyond the cap");
        }
    }

    #[test]
    fn a_window_contains_an_exon_from_its_acceptor() {
        for symbol in ["AFF1", "MLLT3"] {
            let gene = catalogue().gene(Build::GRCh38, symbol).unwrap();
            let transcript = gene.transcript().unwrap();
            let exon = transcript.exon(2).unwrap();
            let first = acceptor_windows(gene)[0];
            assert!(exon.interval.len() < EXON_MAX);
            assert!(first.contains(exon.interval.start.offset(-10)) && first.contains(exon.interval.last().offset(10)));
        }
    }

    #[test]
    fn windows_of_one_gene_are_apart_and_controls_are_whole() {
        let all = windows(Build::GRCh38);
        for pair in all.windows(2) {
            if pair[0].kind == pair[1].kind && pair[0].chromosome == pair[1].chromosome {
                assert!(pair[1].interval.start.0 - pair[0].interval.end.0 >= MERGE_DISTANCE);
            }
        }
        let abl1 = catalogue().gene(Build::GRCh38, "ABL1").unwrap();
        assert!(all.iter().any(|w| w.interval == abl1.interval));
        let b2m = all
            .iter()
            .find(|w| w.kind == WindowKind::Control("B2M".to_owned()))
            .unwrap();
        assert_eq!(b2m.interval.start, Position::from_one_based(44_715_423));
        assert_eq!(b2m.interval.len(), 279);
        let bases: i64 = all.iter().map(|w| w.interval.len()).sum();
        assert!(bases < 700_000, "{bases}");
    }
}
