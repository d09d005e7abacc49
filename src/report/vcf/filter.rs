//! Why a junction is no `PASS`.

/// Filters with their header texts: the codes of the reasons that hold a junction down.
pub const FILTERS: [(&str, &str); 17] = [
    ("low-tier", "Model score below 0.9, or held at tier low by a rule"),
    ("below-every-tier", "Not told from chimeras of the library"),
    ("one-molecule", "One molecule in the whole event"),
    (
        "read-through",
        "Transcription through adjacent genes, without rearrangement",
    ),
    ("pairs-only", "Pairs alone, no read over the junction"),
    (
        "lone-pair",
        "One pair, and chimeras of the library make such pairs by chance",
    ),
    (
        "isoform-without-base",
        "Pairs beside a junction of the same genes whose base is shown",
    ),
    ("base-unknown", "Only mates show it, the base is inferred"),
    (
        "partner-ambiguous",
        "The aligner offers other places for the partner side",
    ),
    ("antisense", "The molecule runs against the partner gene"),
    ("out-of-frame", "The reading frame is lost"),
    (
        "ptd-background",
        "Back-splice at or under the level of healthy blood or of this sample's circular RNA",
    ),
    ("ptd-few-molecules", "Fewer than four molecules of a duplication"),
    ("ptd-out-of-frame", "A duplication whose frame is lost"),
    ("ptd-unusual-exons", "Exons that known duplications do not use"),
    (
        "circular-rna",
        "A circular RNA gives the same junction, and the library may hold it",
    ),
    ("discarded", "Below every tier for another reason, see the JSON report"),
];

/// The `FILTER` cell: `PASS` at tier medium or high, else the known codes of `reasons` in their order.
pub fn cell<'a>(passes: bool, is_called: bool, reasons: impl Iterator<Item = &'a str>) -> String {
    if passes {
        return "PASS".to_owned();
    }
    let mut found: Vec<&str> = Vec::new();
    if is_called {
        found.push("low-tier");
    }
    for code in reasons {
        if let Some((known, _)) = FILTERS.iter().find(|(known, _)| *known == code)
            && !found.contains(known)
        {
            found.push(known);
        }
    }
    if found.is_empty() {
        found.push("discarded");
    }
    found.join(";")
}
