//! A sample's name in a form that MultiQC does not change.
//!
//! MultiQC takes the part of a name after the last `/` and cuts it at the first of a list of strings (`.bam`,
//! `_counts`, `Aligned`), then strips others from both ends (`_trimmed`, `.`), so that `23/1234` and `24/1234`, or
//! `P1` and `P1_trimmed`, become one row. A name that would be changed is written in letters, digits and hyphens that
//! match no such string, followed by a number computed from the whole name.

/// Strings at which MultiQC cuts a name, one per line (`fn_clean_exts` of its defaults, 1.14 to 1.30).
const CUTS: &str = include_str!("cuts.txt");

/// Strings that MultiQC strips from either end, one per line (`fn_clean_trim`).
const TRIMS: &str = include_str!("trims.txt");

/// Longest name (characters).
const LENGTH_MAX: usize = 100;

/// Whether MultiQC keeps the name unchanged.
fn survives(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || " .:_-+=()#,".contains(c);
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LENGTH_MAX
        && name.chars().all(plain)
        && !CUTS.lines().any(|word| name.contains(word))
        && !TRIMS.lines().any(|word| name.starts_with(word) || name.ends_with(word))
}

/// The sample's name, changed only where MultiQC would change it. Different samples have different names.
pub(super) fn shown(sample: &str) -> String {
    if survives(sample) {
        return sample.to_owned();
    }
    let mut name: String = sample
        .chars()
        .take(LENGTH_MAX / 2)
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    // Letters only.
    for word in CUTS.lines().filter(|word| word.chars().all(char::is_alphanumeric)) {
        if let Some((first, rest)) = word.split_at_checked(1) {
            name = name.replace(word, &format!("{first}-{rest}"));
        }
    }
    format!("{}-{:08x}", name.trim_matches('-'), fingerprint(sample))
        .trim_start_matches('-')
        .to_owned()
}

/// FNV-1a with 32 bits (Fowler, Noll, Vo).
fn fingerprint(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What MultiQC does to a name.
    fn cleaned(name: &str) -> String {
        let mut name = name.rsplit('/').next().unwrap_or_default().to_owned();
        for word in CUTS.lines() {
            if let Some((first, _)) = name.split_once(word) {
                name = first.to_owned();
            }
        }
        for word in TRIMS.lines() {
            name = name.strip_suffix(word).unwrap_or(&name).to_owned();
            name = name.strip_prefix(word).unwrap_or(&name).to_owned();
        }
        name.trim().to_owned()
    }

    #[test]
    fn names_are_distinct_and_unchanged() {
        let names = [
            "23/1234",
            "24/1234",
            "23-1234",
            "P1",
            "P1_trimmed",
            "P1.bam",
            "P1.sorted.bam",
            "P1_",
            "_P1",
            "AlignedP1",
            "P1Aligned",
            "Success",
            "accs7",
            "P1 | stdin",
            "a\\b",
            "",
            "-",
            "<b>",
            "ä/ö",
            "runs_7",
            "7_val_1",
            "7_summary",
            "Log.final",
            "x\u{202e}y",
        ];
        let long: Vec<String> = ["a", "b"].iter().map(|end| "n".repeat(150) + end).collect();
        let all: Vec<String> = names.iter().map(|n| (*n).to_owned()).chain(long).collect();
        let mut seen = std::collections::BTreeSet::new();
        for name in &all {
            let name = shown(name);
            assert_eq!(cleaned(&name), name);
            assert!(!name.is_empty() && seen.insert(name.clone()), "{name}");
        }
        assert_eq!(shown("patient07"), "patient07");
        assert_eq!(shown("P1.S2_L001"), "P1.S2_L001");
        assert!(shown("23/1234").starts_with("23-1234-"));
    }
}
