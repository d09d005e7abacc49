//! The lines of an answer, wrapped to one width.

use crate::report::wording;

/// Width of the text, in characters.
const WIDTH: usize = 96;

/// Longest sample name that is shown in full.
const NAME_CHARS: usize = 60;

/// A text that grows line by line. Unprintable characters are removed.
#[derive(Debug)]
pub(super) struct Page {
    lines: Vec<String>,
    said: Vec<&'static str>,
}

impl Page {
    /// A page that starts with the sample's name.
    pub(super) fn new(sample: &str) -> Self {
        let name = wording::shortened(wording::clean(sample).trim(), NAME_CHARS);
        Self {
            lines: vec![name],
            said: Vec::new(),
        }
    }

    /// One empty line, never two in a row.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A numbered heading.
    pub(super) fn section(&mut self, title: &str) {
        self.gap();
        let lines = wording::wrapped("", title, WIDTH);
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        self.lines.extend(lines);
        self.lines.push("-".repeat(longest));
    }

    /// A paragraph at the section's margin.
    pub(super) fn text(&mut self, text: &str) {
        self.lines.extend(wording::wrapped("  ", text, WIDTH));
    }

    /// A paragraph that is printed once only.
    pub(super) fn once(&mut self, text: &'static str) {
        if !self.said.contains(&text) {
            self.said.push(text);
            self.text(text);
        }
    }

    /// A paragraph after a short label.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        let start = format!("  {label:<14} ");
        self.lines.extend(wording::wrapped(&start, text, WIDTH));
    }

    /// Paragraphs after one label.
    pub(super) fn each(&mut self, label: &str, texts: impl IntoIterator<Item: AsRef<str>>) {
        for text in texts {
            self.labelled(label, text.as_ref());
        }
    }

    /// A row of a table: `start` unchanged, `text` wrapped to its right.
    pub(super) fn row(&mut self, start: &str, text: &str) {
        self.lines.extend(wording::wrapped(&wording::clean(start), text, WIDTH));
    }

    /// The whole text, ending in a newline.
    pub(super) fn finish(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.join("\n") + "\n"
    }
}
