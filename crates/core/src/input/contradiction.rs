//! Headers that contradict themselves.
//!
//! A header with the lengths of two builds, with two chromosomes 11, or with different contigs in its text and in its
//! list was assembled from several headers. Whichever part is used, reads of the other would be searched at the wrong
//! positions.

use crate::genome::contig::bare_name;
use crate::genome::{Build, Contigs};

/// The contradiction in a header of `build`, in words: `text` is the header's text, `contigs` its list of contigs.
pub(super) fn find(text: &[u8], contigs: &Contigs, build: Build) -> Option<String> {
    two_chromosomes_11(contigs)
        .or_else(|| two_builds(contigs, build))
        .or_else(|| text_and_list(text, contigs))
}

fn two_chromosomes_11(contigs: &Contigs) -> Option<String> {
    let mut found = contigs
        .iter()
        .filter(|(_, name, len)| bare_name(name).as_deref() == Some("11") && Build::from_chr11_len(*len).is_some());
    let (_, first, _) = found.next()?;
    let (_, second, _) = found.next()?;
    Some(format!("{first} and {second} are both chromosome 11"))
}

fn two_builds(contigs: &Contigs, build: Build) -> Option<String> {
    contigs.iter().find_map(|(_, name, len)| {
        let other = Build::from_other_len(&bare_name(name)?, len).filter(|other| *other != build)?;
        Some(format!(
            "chromosome 11 has the length of {build}, {name} that of {other}"
        ))
    })
}

/// Whether the `@SQ` lines, if any, name the contigs of the list in order, with its lengths.
fn text_and_list(text: &[u8], contigs: &Contigs) -> Option<String> {
    let mut list = contigs.iter();
    let mut count = 0;
    for line in text.split(|b| *b == b'\n').filter(|line| line.starts_with(b"@SQ\t")) {
        count += 1;
        let value = |key: &[u8]| {
            line.split(|b| *b == b'\t' || *b == b'\r')
                .find_map(|field| field.strip_prefix(key))
        };
        let (name, len) = (value(b"SN:"), value(b"LN:"));
        let len: Option<i64> = len.and_then(|len| std::str::from_utf8(len).ok()?.trim().parse().ok());
        let same = list
            .next()
            .is_some_and(|(_, own, own_len)| name == Some(own.as_bytes()) && len == Some(own_len));
        if !same {
            let name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
            return Some(format!(
                "its text and its list of contigs differ at contig {count} ({name})"
            ));
        }
    }
    (count > 0 && count < contigs.len())
        .then(|| format!("its text names {count} contigs, its list has {}", contigs.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contigs(list: &[(&str, i64)]) -> Contigs {
        Contigs::new(list.iter().map(|(name, len)| ((*name).to_owned(), *len)))
    }

    const CHR11: (&str, i64) = ("chr11", 135_086_622);

    #[test]
    fn one_build_and_one_chromosome_11() {
        let find = |list: &[(&str, i64)]| find(b"", &contigs(list), Build::GRCh38);
        assert_eq!(find(&[("chr1", 248_956_422), CHR11]), None);
        // Any other length is a different contig: only a length of the other build is a contradiction.
        assert_eq!(find(&[("chr1", 248_956_423), CHR11]), None);
        assert!(find(&[("chr1", 249_250_621), CHR11]).unwrap().contains("GRCh37"));
        assert!(
            find(&[CHR11, ("11", 135_086_622)])
                .unwrap()
                .contains("both chromosome 11")
        );
        assert!(
            find(&[CHR11, ("11", 135_006_516)])
                .unwrap()
                .contains("both chromosome 11")
        );
        assert_eq!(find(&[CHR11, ("chr11_KI270721v1_random", 100_316)]), None);
    }

    #[test]
    fn text_and_list_name_the_same_contigs() {
        let list = contigs(&[("chr1", 1_000), CHR11]);
        let find = |text: &str| text_and_list(text.as_bytes(), &list);
        let lines = |second: &str| format!("@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:1000\n{second}@PG\tID:x\n");
        assert_eq!(find(&lines("@SQ\tSN:chr11\tAS:x\tLN:135086622\r\n")), None);
        assert_eq!(find("@HD\tVN:1.6\n"), None, "a text may name none");
        for second in [
            "@SQ\tSN:chr11\tLN:135086621\n",
            "@SQ\tSN:chr4\tLN:135086622\n",
            "@SQ\tSN:chr11\n",
            "",
        ] {
            assert!(find(&lines(second)).is_some(), "{second}");
        }
        let third = lines("@SQ\tSN:chr11\tLN:135086622\n@SQ\tSN:chr12\tLN:5\n");
        assert!(find(&third).unwrap().contains("at contig 3 (chr12)"));
    }
}
