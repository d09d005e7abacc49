//! `SAMPLE.discarded.tsv`: junctions below every tier, the columns of the fusions table, and why.

use super::arriba;
use super::format::{View, ViewError};
use super::fusions_tsv;
use super::schema::{Discarded, SampleReport};
use super::tsv;
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
pub(super) const REASON_COLUMNS: &str = "discarded_by discarded_because";

/// The table, in the report's order; only the header if nothing was discarded. The deciding code is also listed
/// in `filters`, without a number, as in Arriba's own discarded file.
pub fn render(report: &SampleReport) -> Result<Vec<u8>, ViewError> {
    let rows = report.discarded.iter().map(|Discarded { reason, junction }| {
        let row = arriba::values(report, junction, false, Some(&reason.code)).into_iter();
        let why = [&reason.code, &reason.text].map(|text| wording::filled_cell(text));
        row.chain(arriba::own_values(junction, "")).chain(why)
    });
    let columns = format!("{} {REASON_COLUMNS}", fusions_tsv::columns());
    Ok(tsv::table(&columns, rows).into_bytes())
}
