//! No input is executed, and no external resource is requested.

use base64::Engine;
use sha2::{Digest, Sha256};

use super::*;

/// Every element that the templates write.
const ELEMENTS: [&str; 51] = [
    "!DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "footer",
    "section",
    "svg",
    "defs",
    "pattern",
    "marker",
    "path",
    "rect",
    "line",
    "circle",
    "g",
    "text",
    "tspan",
    "figure",
    "figcaption",
    "div",
    "span",
    "p",
    "h1",
    "h2",
    "h3",
    "strong",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "ul",
    "li",
    "pre",
    "data",
    "a",
    "em",
    "b",
    "i",
    "sup",
    "sub",
    "dl",
    "dt",
];

/// Attributes that could load or run something.
fn is_active(name: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    name.starts_with("on")
        || [
            "src",
            "href",
            "xlink:href",
            "style",
            "srcdoc",
            "action",
            "formaction",
            "ping",
            "poster",
        ]
        .contains(&name)
        || (value.contains("url(") && !value.starts_with("url(#"))
        || value.contains("javascript:")
}

#[test]
fn hostile_text_stays_text() {
    for report in [example::hostile(), {
        let mut report = example::hostile();
        let nasty = "\"><img src=x onerror=alert(1)><script>alert(2)</script><svg/onload=alert(3)>{{7*7}}&lt;";
        nasty.clone_into(&mut report.sample);
        for event in &mut report.events {
            nasty.clone_into(&mut event.id);
            nasty.clone_into(&mut event.class);
            event.mechanism = Some(nasty.to_owned());
            event.partner = None;
            for junction in &mut event.junctions {
                nasty.clone_into(&mut junction.id);
                nasty.clone_into(&mut junction.role);
                junction.inserted = nasty.to_owned();
                junction.peptide = Some(nasty.to_owned());
                junction.hgvs = Some(nasty.to_owned());
                junction.consensus = Some(format!("AAAA|{nasty}|CCCC"));
                junction.ambiguity.homology = nasty.to_owned();
                for row in &mut junction.supporting {
                    row.bases = nasty.to_owned();
                    row.offset = -10;
                    row.kind = nasty.to_owned();
                }
            }
        }
        report
            .parameters
            .settings
            .insert(nasty.to_owned(), ParameterValue::Integer(3));
        for input in &mut report.inputs {
            input.assay = nasty.to_owned();
            input.build = nasty.to_owned();
        }
        for adequacy in &mut report.adequacy {
            adequacy.chimera_capability.basis = nasty.to_owned();
            for donor in &mut adequacy.donors {
                donor.transcript = nasty.to_owned();
                donor.region = nasty.to_owned();
            }
        }
        for row in &mut report.ledger.rows {
            row.code = nasty.to_owned();
            row.text = nasty.to_owned();
        }
        report
    }] {
        let page = page(&report);
        assert!(!page.to_ascii_lowercase().contains("<script"));
        assert!(!page.to_ascii_lowercase().contains("<img"));
        let mut opened = 0;
        for piece in pieces(&page) {
            if let Piece::Open(open) = piece {
                assert!(ELEMENTS.contains(&open.name.as_str()), "{}", open.name);
                for (name, value) in &open.attributes {
                    assert!(!is_active(name, value), "{name}={value}");
                }
                opened += 1;
            }
        }
        assert!(opened > 300, "{opened}");
        with_text(&page, |_, _| {});
        let unprintable = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!page.contains(unprintable));
        assert!(
            page.contains("&lt;script") || page.contains("&#60;script"),
            "the name is shown unchanged"
        );
    }
}

/// Data of a laboratory's sheet appears in its fields, as text, and in no other view.
#[test]
fn a_patient_fills_the_fields_and_stays_text() {
    let report = example::fusion();
    let sheet = "sample\tpatient\tblasts\tcomment\n\
                 patient07\t<script>alert(1)</script>\t80\t\"><img src=x onerror=alert(2)>\n";
    let sheet = crate::report::patient::PatientSheet::from_bytes(sheet.as_bytes(), "p.tsv").unwrap();
    let bytes = render(&report, sheet.of(&report.sample)).unwrap();
    let filled = String::from_utf8(bytes).unwrap();
    assert!(!filled.contains("<script") && !filled.contains("<img"), "{filled}");
    let field = |name: &str, text: &str| format!("aria-label=\"{name}\">{text}</td>");
    assert!(filled.contains(&field("Blasts (%)", "80")));
    assert!(filled.contains(&field("Born", "")));
    assert!(filled.contains("alert(1)"));
    // Without the fields' texts, it equals the page without a sheet.
    let blank = page(&report);
    assert_eq!(filled.lines().count(), blank.lines().count());
    for format in crate::report::Format::ALL {
        if format != crate::report::Format::Html {
            let with = format.render_for(&report, sheet.of(&report.sample)).unwrap();
            assert!(with == format.render(&report).unwrap(), "{format}");
        }
    }
}

#[test]
fn the_policy_forbids_everything_but_the_pages_own_style() {
    let page = page(&example::fusion());
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style.as_bytes()));
    assert_eq!(digest, STYLE_DIGEST, "put this digest into STYLE_DIGEST");
    let policy =
        format!("content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\"");
    assert!(page.contains(&policy));
    let head = page.split("<style>").next().unwrap();
    assert!(head.contains("Content-Security-Policy"), "before anything it governs");
    // The style requests nothing either.
    assert!(!style.contains("@import") && !style.contains("http"));
    assert!(
        style
            .match_indices("url(")
            .all(|(at, _)| style[at..].starts_with("url(#"))
    );
    // No address except the cited source's, which is text.
    assert!(!page.contains("http:") && !page.contains("https:"));
}

#[test]
fn research_use_only_is_in_the_foot_on_screen_and_on_paper() {
    for (name, report) in example::all() {
        let page = page(&report);
        let foot = page.split("<footer>").nth(1).unwrap_or_else(|| panic!("{name}"));
        assert!(foot.contains("Research use only."), "{name}");
    }
    let paper = STYLE.split("@page{").nth(1).unwrap();
    assert!(paper.contains("size:A4") && paper.contains("@bottom-left{content:\"Research use only\""));
}

#[test]
fn no_folder_and_no_date_of_the_run_is_in_the_page() {
    for (name, report) in example::all() {
        let page = page(&report);
        for folder in ["/home/", "/tmp/", "/mnt/", "/root/", env!("CARGO_MANIFEST_DIR")] {
            assert!(!page.contains(folder), "{name}: {folder}");
        }
        let digits = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let dated = page
            .split(|c: char| !c.is_ascii_digit() && c != '-')
            .any(|word| word.split('-').next().is_some_and(digits) && word.split('-').count() == 3);
        assert!(!dated, "{name}");
    }
}
