//! File names from sample names, which may contain anything.

/// Longest stem, in bytes. With the longest extension and a temporary file's prefix it is far below
/// the 255 bytes that file systems allow.
const MAX_BYTES: usize = 100;

/// Hexadecimal digits of the hash that makes changed names distinct.
const HASH_DIGITS: usize = 8;

/// 64-bit FNV-1a (offset basis and prime of the published algorithm): stable across versions and
/// machines, unlike the standard library's hasher.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The stem of a sample's file names: letters and digits of any script, `-`, `_`, `.`, `+` and `=` are
/// kept; anything else, and a point or hyphen at the start, becomes `_`. At most 100 bytes. A name that
/// was changed or cut gets a hash of the original, so that `a/b`, `a b` and `a_b` remain distinct;
/// a safe name is unchanged.
pub fn safe_file_stem(sample: &str) -> String {
    let safe = |(index, c): (usize, char)| {
        let allowed = c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '=' | '.');
        if !allowed || (index == 0 && matches!(c, '.' | '-')) {
            '_'
        } else {
            c
        }
    };
    let stem: String = sample.chars().enumerate().map(safe).collect();
    // Some systems drop a point at the end.
    let stem = stem.trim_end_matches('.');
    if stem == sample && !stem.is_empty() && stem.len() <= MAX_BYTES {
        return stem.to_owned();
    }
    let hash = format!("{:016x}", fnv1a(sample.as_bytes()));
    let hash = hash.get(..HASH_DIGITS).unwrap_or(&hash);
    let mut cut = stem.len().min(MAX_BYTES - HASH_DIGITS - 1);
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    let kept = stem.get(..cut).filter(|kept| !kept.is_empty()).unwrap_or("sample");
    format!("{kept}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_unchanged() {
        for name in ["patient07", "S-01_b.2+x=1", "Пациент7", "a..b"] {
            assert_eq!(safe_file_stem(name), name);
        }
    }

    #[test]
    fn hostile_names_stay_inside_the_folder_and_apart() {
        let long = "x".repeat(10_000);
        let longer = "x".repeat(10_001);
        let cyrillic = "ж".repeat(80);
        let names = [
            "../../etc/passwd",
            "a/b",
            "a b",
            "a\tb",
            "a\nb",
            "a\0b",
            "a\\b",
            "",
            ".",
            "..",
            ".hidden",
            "-rf",
            "a.",
            "<script>alert(1)</script>",
            "\"quoted\"",
            "\u{202e}fdp",
            &long,
            &longer,
            &cyrillic,
            "C:evil",
            "*?",
        ];
        let stems: Vec<String> = names.iter().map(|name| safe_file_stem(name)).collect();
        for stem in &stems {
            assert!(!stem.is_empty() && stem.len() <= MAX_BYTES, "{stem}");
            assert!(!stem.starts_with(['.', '-']), "{stem}");
            let bad = |c: char| c == '/' || c == '\\' || c.is_control() || c.is_whitespace() || "<>\"*?:".contains(c);
            assert!(!stem.contains(bad), "{stem}");
        }
        let distinct: std::collections::BTreeSet<&String> = stems.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(
            safe_file_stem("a/b"),
            "a_b-".to_owned() + &format!("{:016x}", fnv1a(b"a/b"))[..8]
        );
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
