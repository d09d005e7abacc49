//! `genetic_characterisation.parquet`: the table with its types, for data frames.
//!
//! Only in programs built with the feature `parquet`.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use thiserror::Error;

use super::Trial;
use super::columns::{Kind, Value, columns};
use super::tables::extra_titles;
use crate::report::wording;

/// Why the file could not be written.
#[derive(Debug, Error)]
#[error("{name}: can't be written: {problem}")]
pub struct WriteError {
    name: String,
    problem: String,
}

/// Writes the table. Every column may be null; the sheet's other columns are text.
///
/// # Errors
/// [`WriteError`].
pub fn write(trial: &Trial<'_>, path: &Path) -> Result<(), WriteError> {
    let failed = |problem: String| WriteError {
        name: wording::path(path),
        problem: wording::clean(&problem),
    };
    let file = File::create(path).map_err(|error| failed(error.to_string()))?;
    fill(trial, file).map_err(|error| failed(error.to_string()))
}

fn fill(trial: &Trial<'_>, file: File) -> Result<(), ParquetError> {
    let own = columns();
    let mut titles: Vec<(String, Kind)> = own.iter().map(|column| (column.name.to_owned(), column.kind)).collect();
    titles.extend(extra_titles(trial).into_iter().map(|title| (title, Kind::Text)));
    let rows: Vec<Vec<Value>> = trial
        .rows()
        .map(|row| {
            let extra = row.of.patient.extra.iter().map(|cell| match cell.as_str() {
                "" => Value::None,
                text => Value::Text(text.to_owned()),
            });
            own.iter().map(|column| (column.value)(&row)).chain(extra).collect()
        })
        .collect();
    let fields = titles
        .iter()
        .map(|(title, kind)| {
            let builder = match kind {
                Kind::Text => Type::primitive_type_builder(title, Physical::BYTE_ARRAY)
                    .with_logical_type(Some(LogicalType::String)),
                Kind::Integer => Type::primitive_type_builder(title, Physical::INT64),
                Kind::Number => Type::primitive_type_builder(title, Physical::DOUBLE),
                Kind::Flag => Type::primitive_type_builder(title, Physical::BOOLEAN),
            };
            builder.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("patient").with_fields(fields).build()?;
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(WriterProperties::default()))?;
    let mut group = writer.next_row_group()?;
    for (index, (_, kind)) in titles.iter().enumerate() {
        let Some(mut column) = group.next_column()? else { break };
        let values = || rows.iter().filter_map(|row| row.get(index));
        let levels: Vec<i16> = values().map(|value| i16::from(*value != Value::None)).collect();
        match kind {
            Kind::Text => put::<ByteArrayType>(
                &mut column,
                values()
                    .filter(|v| **v != Value::None)
                    .map(|v| ByteArray::from(v.cell().into_bytes()))
                    .collect(),
                &levels,
            )?,
            Kind::Integer => put::<Int64Type>(&mut column, values().filter_map(integer).collect(), &levels)?,
            Kind::Number => put::<DoubleType>(&mut column, values().filter_map(number).collect(), &levels)?,
            Kind::Flag => put::<BoolType>(&mut column, values().filter_map(flag).collect(), &levels)?,
        }
        column.close()?;
    }
    group.close()?;
    writer.close().map(|_| ())
}

fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: Vec<T::T>,
    levels: &[i16],
) -> Result<(), ParquetError> {
    column.typed::<T>().write_batch(&values, Some(levels), None).map(|_| ())
}

const fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}

const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

const fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Flag(flag) => Some(*flag),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;
    use crate::report::example;

    #[test]
    fn types_and_empty_cells_come_back() {
        let assembled = super::super::page::tests::assembled(&[example::fusion(), example::negative()]);
        let trial = assembled.trial();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.parquet");
        write(&trial, &path).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let names: Vec<String> = reader
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        let at = |name: &str| names.iter().position(|n| n == name).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].get_string(at("partner")).unwrap(), "AFF1");
        assert_eq!(rows[0].get_long(at("kmt2a_intron_mane")).unwrap(), 8);
        assert!((rows[0].get_double(at("fraction")).unwrap() - 0.18).abs() < 1e-12);
        assert!(rows[1].get_string(at("partner")).is_err(), "null");
    }
}
