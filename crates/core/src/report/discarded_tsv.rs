//! `SAMPLE.discarded.tsv`: junctions below every tier, the columns of the fusions table, and why.

use super::arriba;
use super::format::{View, ViewError};
use super::fusions_tsv;
use super::schema::SampleReport;
use super::wording;

/// The format.
pub(crate) const VIEW: View = View {
    name: "discarded",
    other_names: &[],
    about: "junctions below every tier, with the reason",
    extensions: &["discarded.tsv"],
    render,
    files: None,
};

/// The columns after those of the fusions table.
pub const REASON_COLUMNS: [&str; 2] = ["discarded_by", "discarded_because"];

/// The table, in the report's order; the header alone where nothing was discarded. The code that
/// decided also stands in `filters`, without a number, as in Arriba's own discarded file.
///
/// # Errors
/// [`ViewError::Table`] where the table writer fails.
pub fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let mut table = arriba::writer();
    let columns = fusions_tsv::columns().into_iter().chain(REASON_COLUMNS);
    table.write_record(columns).map_err(ViewError::Table)?;
    for discarded in &report.discarded {
        let junction = &discarded.junction;
        let mut row = arriba::values(report, junction, false, Some(&discarded.reason.code));
        row.extend(arriba::own_values(junction, ""));
        row.extend([
            wording::filled_cell(&discarded.reason.code),
            wording::filled_cell(&discarded.reason.text),
        ]);
        table.write_record(row).map_err(ViewError::Table)?;
    }
    arriba::finish(table)
}
