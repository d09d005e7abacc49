#!/usr/bin/env python3
"""Checks a MultiQC report of SAMPLE.breakapart_*_mqc.json files against the SAMPLE.breakapart.json in the same folder.

    check_multiqc.py FILES REPORT      FILES: the folder that MultiQC read, REPORT: the one that it wrote (multiqc --strict)

Every sample must be in all three sections under its own name, with its state, limit and molecules; MultiQC must give no
warning, and its page must contain the sections. Status 1 with a line for each fault.
"""

import json
import pathlib
import sys

SECTIONS = {"status": "breakapart_status_table", "evidence": "breakapart_evidence_plot"}


def sections(files, stem):
    """The rows of a sample's three files, by section; one row each."""
    found = {}
    for kind in ("general", *SECTIONS):
        with open(files / f"{stem}.breakapart_{kind}_mqc.json") as text:
            ((name, row),) = json.load(text)["data"].items()
        found[kind] = (name, row)
    return found


def main(files, report):
    files, report = pathlib.Path(files), pathlib.Path(report)
    data = json.loads((report / "multiqc_data" / "multiqc_data.json").read_text())
    raw = data["report_saved_raw_data"]
    general = data["report_general_stats_data"]["custom_content"]
    shown = {kind: raw[f"multiqc_{name}"] for kind, name in SECTIONS.items()} | {"general": general}
    faults, stems = [], sorted(path.name.removesuffix(".breakapart.json") for path in files.glob("*.breakapart.json"))
    for stem in stems:
        conclusion = json.loads((files / f"{stem}.breakapart.json").read_text())["conclusion"]
        for kind, (name, row) in sections(files, stem).items():
            if shown[kind].get(name) != row:
                faults.append(f"{stem}: {kind}: {row} became {shown[kind].get(name)}")
        state = shown["status"].get(name, {}).get("state", "")
        if state.startswith("NOT DETECTED") != (conclusion["state"] == "not_detected"):
            faults.append(f"{stem}: {conclusion['state']} is shown as {state!r}")
    for kind, rows in shown.items():
        if len(rows) != len(stems):
            faults.append(f"{kind}: {len(rows)} rows for {len(stems)} samples")
    page = (report / "multiqc_report.html").read_text()
    faults += [f"the page has no {name}" for name in SECTIONS.values() if f'id="{name}"' not in page]
    log = (report / "multiqc_data" / "multiqc.log").read_text().splitlines()
    faults += [f"MultiQC: {line}" for line in log if "WARNING" in line or "ERROR" in line]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(stems)} samples in {len(shown)} sections")
    return 1 if faults or not stems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
