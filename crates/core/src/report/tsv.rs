//! Tables as text: tabs between cells, a line a row.

/// A table under `columns`, whose names stand with blanks between them. Cells must have gone through
/// [`cell`](super::wording::cell), or hold neither tab nor newline.
pub fn table<R: IntoIterator<Item = String>>(columns: &str, rows: impl IntoIterator<Item = R>) -> String {
    let mut text = columns.replace(' ', "\t") + "\n";
    for row in rows {
        text.push_str(&row.into_iter().collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}
