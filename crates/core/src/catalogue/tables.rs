//! Parses the embedded tables.
//!
//! They have no quotes, so a row is its line split at tabs, and every cell is a slice of the program's own text,
//! without
//! the owned records of a CSV reader.

use std::str::FromStr;

use crate::genome::Strand;

/// A malformed table. Cannot happen in a tested build.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("catalogue table {table}, line {line}: {problem}")]
pub struct TableError {
    /// The table.
    pub table: &'static str,
    /// Line of the file (1-based).
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    name: &'static str,
    header: Vec<&'static str>,
    rows: Vec<(usize, Vec<&'static str>)>,
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    line: usize,
    cells: &'t [&'static str],
}

impl Table {
    /// Parses text: comment lines begin with `#`; the first other line has the column names.
    pub(crate) fn new(name: &'static str, text: &'static str) -> Result<Self, TableError> {
        let mut lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| (number, line.split('\t').collect::<Vec<_>>()));
        let header = lines.next().map(|(_, cells)| cells).unwrap_or_default();
        let rows: Vec<_> = lines.collect();
        if let Some((line, cells)) = rows.iter().find(|(_, cells)| cells.len() != header.len()) {
            return Err(TableError {
                table: name,
                line: *line,
                problem: format!("{} cells, but {} columns", cells.len(), header.len()),
            });
        }
        Ok(Self { name, header, rows })
    }

    /// Error: the table has no such row.
    pub(crate) fn lacks(&self, row: &str) -> TableError {
        TableError {
            table: self.name,
            line: 0,
            problem: format!("no row {row}"),
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row {
            table: self,
            line: *line,
            cells,
        })
    }
}

impl Row<'_> {
    /// The cell, which must not be empty.
    pub(crate) fn text(&self, column: &str) -> Result<&'static str, TableError> {
        self.optional(column)?
            .ok_or_else(|| self.error(format!("{column} is empty")))
    }

    /// The cell; `.` means empty.
    pub(crate) fn optional(&self, column: &str) -> Result<Option<&'static str>, TableError> {
        let index = self.table.header.iter().position(|name| *name == column);
        index
            .and_then(|index| self.cells.get(index))
            .map(|cell| (*cell != "." && !cell.is_empty()).then_some(*cell))
            .ok_or_else(|| self.error(format!("no column {column}")))
    }

    /// The cell parsed as a value; must not be empty.
    pub(crate) fn value<T: FromStr>(&self, column: &str) -> Result<T, TableError> {
        self.parse(column, self.text(column)?)
    }

    /// The cell parsed as a value; `.` means empty.
    pub(crate) fn optional_value<T: FromStr>(&self, column: &str) -> Result<Option<T>, TableError> {
        self.optional(column)?.map(|cell| self.parse(column, cell)).transpose()
    }

    /// The parts of a `;`-separated cell; none for `.`.
    pub(crate) fn list(&self, column: &str) -> Result<Vec<String>, TableError> {
        Ok(self
            .optional(column)?
            .map(|cell| cell.split(';').map(|part| part.trim().to_owned()).collect())
            .unwrap_or_default())
    }

    pub(crate) fn error(&self, problem: String) -> TableError {
        TableError {
            table: self.table.name,
            line: self.line,
            problem,
        }
    }

    /// The cell `strand`.
    pub(crate) fn strand(&self) -> Result<Strand, TableError> {
        let cell = self.text("strand")?;
        Strand::parse(cell).ok_or_else(|| self.unknown("strand", cell))
    }

    /// Error: a word that is not allowed in its column.
    pub(crate) fn unknown(&self, what: &str, word: &str) -> TableError {
        self.error(format!("unknown {what} {word}"))
    }

    fn parse<T: FromStr>(&self, column: &str, cell: &str) -> Result<T, TableError> {
        cell.parse()
            .map_err(|_| self.error(format!("{column} cannot be parsed: {cell}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_dots_are_empty() {
        let table = Table::new("t", "# source\na\tb\n1\t.\nx\tp;q\n").unwrap();
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows[0].value::<u16>("a"), Ok(1));
        assert_eq!(rows[0].optional("b"), Ok(None));
        assert_eq!(rows[1].list("b").unwrap(), ["p", "q"]);
        let error = rows[1].value::<u16>("a").unwrap_err();
        assert_eq!(error.to_string(), "catalogue table t, line 4: a cannot be parsed: x");
    }

    #[test]
    fn a_ragged_table_is_refused() {
        assert_eq!(Table::new("t", "a\tb\n1\n").unwrap_err().line, 2);
    }
}
