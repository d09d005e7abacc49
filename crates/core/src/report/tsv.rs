//! Tables as text: tab-separated cells, one row per line.

/// A table with the header `columns`, whose names are separated by blanks. Cells must have gone through
/// [`cell`](super::wording::cell), or contain neither tab nor newline.
pub fn table<R: IntoIterator<Item = String>>(columns: &str, rows: impl IntoIterator<Item = R>) -> String {
    let mut text = columns.replace(' ', "\t") + "\n";
    for row in rows {
        text.push_str(&row.into_iter().collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}
