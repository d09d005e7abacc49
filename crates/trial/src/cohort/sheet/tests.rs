use proptest::prelude::*;

use super::*;

fn sheet(text: &str) -> Sheet {
    parse(text.as_bytes()).unwrap()
}

fn codes(sheet: &Sheet) -> Vec<&'static str> {
    sheet.problems.iter().map(|p| p.code).collect()
}

#[test]
fn columns_are_found_by_name_and_others_are_copied() {
    let sheet = sheet(
        "Sample;Patient;Age days;TIMEPOINT;CNS;lineage;kmt2a_g_confirmed\n\
         s1;p1;183;Dx;CNS2;B-ALL;yes\n\
         s2;p1;183;relapse;;AML;\n",
    );
    assert_eq!(sheet.extra_columns, ["CNS"]);
    let first = &sheet.rows[0];
    assert_eq!((first.patient.as_str(), first.sample.as_str()), ("p1", "s1"));
    assert_eq!(
        (first.age_days, first.timepoint),
        (Some(183), Some(Timepoint::Diagnosis))
    );
    assert_eq!(
        (first.lineage.clone(), first.kmt2a_g_confirmed),
        (Some(Lineage::All), true)
    );
    assert_eq!(first.extra, ["CNS2"]);
    assert_eq!(
        codes(&sheet),
        ["conflicting-rows"],
        "ALL at diagnosis, AML at relapse: reported, not resolved"
    );
}

#[test]
fn a_value_is_compared_with_the_first_one_given() {
    let sheet = sheet(
        "patient,sample,timepoint,age_days,lineage\n\
         p1,s1,diagnosis,183,\n\
         p1,s2,relapse,,ALL\n\
         p1,s3,relapse,200,AML\n\
         p2,s4,diagnosis,,AML\n",
    );
    let details: Vec<&str> = sheet.problems.iter().map(|p| p.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "age_days is 200, on line 2 183; the first is used",
            "lineage is AML, on line 3 ALL; the first is used",
        ]
    );
}

#[test]
fn each_fault_of_a_row_is_named_and_the_row_is_kept() {
    let sheet = sheet(
        "patient,sample,timepoint,age_days,kmt2a_g_confirmed\n\
         p1,s1,diagnosis,-3,no\n\
         p2,s2,birth,90000,\n\
         p3,s3,,12.5,perhaps\n\
         p4,s4,relapse,soon,\n\
         p1,s1,diagnosis,30,\n\
         ,s5,diagnosis,30,\n\
         p6,s6,diagnosis,30,,x\n",
    );
    assert_eq!(
        codes(&sheet),
        [
            "impossible-age",
            "unknown-timepoint",
            "impossible-age",
            "missing-timepoint",
            "impossible-age",
            "unknown-confirmation",
            "impossible-age",
            "duplicate-sample",
            "missing-name",
            "too-many-cells",
        ]
    );
    assert_eq!(sheet.rows.len(), 5);
    assert!(sheet.rows.iter().take(4).all(|row| row.age_days.is_none()));
    assert_eq!(sheet.problems[0].line, Some(2));
}

#[test]
fn other_files_give_an_error_of_one_line() {
    let read = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
    assert!(read(b"").contains("is empty"));
    assert!(read(b"PK\x03\x04\0\0").contains("saved as CSV"));
    assert!(read(b"patient,age\n").contains("no column `sample`"));
    assert!(read(b"patient,sample,Sample\n").contains("appears twice"));
    let rows: String = (0..=MAX_ROWS).map(|n| format!("p{n},s{n}\n")).collect();
    let error = super::parse(format!("patient,sample\n{rows}").as_bytes()).unwrap_err();
    assert!(error.to_string().starts_with("more than 200000 rows"), "{error}");
}

#[test]
fn a_quoted_cell_may_contain_anything() {
    let sheet = sheet("\u{feff}patient,sample,note\r\n\"<script>\",\"a,\"\"b\"\"\",\"x\ny\u{202e}\"\r\n");
    assert_eq!(sheet.rows[0].patient, "<script>");
    assert_eq!(sheet.rows[0].sample, "a,\"b\"");
    assert_eq!(sheet.rows[0].extra, ["x y"], "no line end, nothing that turns text");
}

proptest! {
    #[test]
    fn any_bytes_give_an_error_or_a_sheet(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Err(error) = parse(&bytes) {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn any_cells_under_a_good_header_keep_every_named_row(
        cells in proptest::collection::vec(("[a-z]{1,4}", "\\PC{0,20}", "\\PC{0,20}", "-?[0-9.e]{0,12}"), 0..20)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["patient", "sample", "timepoint", "age_days", "lineage"]).unwrap();
        for (number, (patient, timepoint, lineage, age)) in cells.iter().enumerate() {
            let sample = format!("s{number}");
            writer.write_record([patient, &sample, timepoint, age, lineage]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let sheet = parse(&bytes).unwrap();
        prop_assert_eq!(sheet.rows.len(), cells.len());
        for (row, (patient, _, _, _)) in sheet.rows.iter().zip(&cells) {
            prop_assert_eq!(&row.patient, patient);
            prop_assert!(row.age_days.is_none_or(|days| days <= value::AGE_DAYS_MAX));
        }
        // Read twice, the same.
        prop_assert_eq!(sheet, parse(&bytes).unwrap());
    }
}
