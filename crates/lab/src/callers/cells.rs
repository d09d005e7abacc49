//! The cells of one row, accessed by column name.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::row::Filter;
use breakapart_core::genome::place::Place;

/// The columns of a table. Names are compared without case, leading `#` and surrounding white space.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    by_name: BTreeMap<String, usize>,
    repeated: BTreeSet<String>,
    width: usize,
}

fn key(name: &str) -> String {
    name.trim().trim_start_matches('#').trim().to_ascii_lowercase()
}

impl Header {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut this = Self::default();
        for (index, name) in names.enumerate() {
            match this.by_name.entry(key(name)) {
                Entry::Occupied(first) => {
                    this.repeated.insert(first.key().clone());
                }
                Entry::Vacant(free) => {
                    free.insert(index);
                }
            }
            this.width = index + 1;
        }
        this
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&key(name))
    }

    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.repeated.contains(&key(name))
    }

    /// Number of columns.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(&key(name)).copied()
    }
}

/// Cells of callers' tables that mean a missing value.
const NOTHING: &[&str] = &[".", "-", "NA", "N/A", "NULL", "NaN", "nan", "None"];

/// One row.
pub(crate) struct Cells<'a> {
    header: &'a Header,
    record: &'a csv::StringRecord,
    /// Cells that mean a missing value.
    nothing: &'a [&'a str],
    /// Line of the file, 1-based.
    pub(super) line: u64,
}

/// Most characters of a cell that are repeated in a message or in `extra`.
const MAX_QUOTED: usize = 200;

impl<'a> Cells<'a> {
    pub(super) const fn new(header: &'a Header, record: &'a csv::StringRecord, line: u64) -> Self {
        Self {
            header,
            record,
            nothing: NOTHING,
            line,
        }
    }

    /// A row of a truth table, in which only `.` means a missing value.
    pub(crate) const fn of_truth(header: &'a Header, record: &'a csv::StringRecord, line: u64) -> Self {
        let nothing = &["."];
        Self {
            header,
            record,
            nothing,
            line,
        }
    }

    /// A cell without surrounding white space; `None` if the column is missing or the cell is empty.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        let cell = self.record.get(self.header.index(name)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// A cell; `None` also for a missing value.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.raw(name).filter(|cell| !self.nothing.contains(cell))
    }

    /// The cell parsed by `parse`; `None` for a missing value.
    fn parsed<T>(&self, name: &str, wanted: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
        let parsed = |cell| parse(cell).ok_or_else(|| bad(name, cell, wanted));
        self.text(name).map(parsed).transpose()
    }

    /// A count; `None` if missing. A whole number written with decimals (`12.0`) is accepted.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>, String> {
        self.parsed(name, "a count", |cell| {
            let whole = cell
                .split_once('.')
                .filter(|(_, decimals)| decimals.bytes().all(|digit| digit == b'0'))
                .map_or(cell, |(whole, _)| whole);
            whole.parse().ok()
        })
    }

    /// A `contig:position`; `None` if missing.
    pub(crate) fn place(&self, name: &str) -> Result<Option<Place>, String> {
        self.parsed(name, "a contig and position", Place::parse)
    }

    /// A `contig:position:strand`; `None` if missing.
    pub(super) fn stranded_place(&self, name: &str) -> Result<Option<Place>, String> {
        let parse = |cell: &str| Place::parse_stranded(cell).map(|(place, _)| place);
        self.parsed(name, "a contig, position and strand", parse)
    }

    /// A position from a contig column and a position column; `None` if either is missing.
    pub(super) fn place_of(&self, [contig, position]: [&str; 2]) -> Result<Option<Place>, String> {
        let Some(contig) = self.text(contig) else {
            return Ok(None);
        };
        self.parsed(position, "a position", |cell| Place::new(contig, cell.parse().ok()?))
    }

    /// Those of these columns whose cells have a value.
    pub(super) fn extra(&self, names: impl Iterator<Item = &'static str>) -> BTreeMap<String, String> {
        names
            .filter_map(|name| Some((name.to_owned(), shown(self.text(name)?))))
            .collect()
    }
}

/// `text` cut and cleaned for a message.
pub(super) fn shown(text: &str) -> String {
    breakapart_core::report::wording::shortened(&breakapart_core::report::wording::clean(text), MAX_QUOTED)
}

/// What is wrong with a cell.
pub(crate) fn bad(column: &str, cell: &str, wanted: &str) -> String {
    let cell = breakapart_core::report::wording::shortened(&breakapart_core::report::wording::clean(cell), 40);
    format!("{column} is {cell:?}, not {wanted}")
}

/// Genes of a cell such as `AFF1`, `GENE_A(1200),GENE_B(350)` or `.`: without distances, each symbol once, in order;
/// `.` for no gene.
pub(super) fn genes(cell: &str) -> Vec<String> {
    let mut genes: Vec<String> = Vec::new();
    for item in cell.split(',') {
        let mut symbol = String::new();
        let mut rest = item;
        while let Some((before, after)) = rest.split_once('(') {
            let Some((_, following)) = after.split_once(')') else {
                break;
            };
            symbol.push_str(before);
            rest = following;
        }
        symbol.push_str(rest);
        let symbol = shown(symbol.trim());
        if !symbol.is_empty() && !genes.contains(&symbol) {
            genes.push(symbol);
        }
    }
    if genes.is_empty() {
        genes.push(".".to_owned());
    }
    genes
}

/// Items of a cell such as `duplicates(3),mismatches(1),min_support`, in order of the names.
pub(super) fn filters(cell: Option<&str>) -> Vec<Filter> {
    let mut filters: Vec<Filter> = Vec::new();
    for item in cell.unwrap_or_default().split(',').map(str::trim) {
        if item.is_empty() {
            continue;
        }
        let counted = item
            .strip_suffix(')')
            .and_then(|item| item.rsplit_once('('))
            .and_then(|(name, reads)| Some((name, reads.parse().ok()?)));
        let (name, reads) = counted.map_or((item, None), |(name, reads)| (name, Some(reads)));
        filters.push(Filter {
            name: shown(name),
            reads,
        });
    }
    filters.sort();
    filters.dedup();
    filters
}
