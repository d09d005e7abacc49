#!/usr/bin/env python3
"""Accuracy and speed of breakapart and of the installed peers, in one command.

    workflows/benchmark/benchmark.py                    # the repository's test data; simulated sets need --reference
    workflows/benchmark/benchmark.py --reference GRCh38.fa --gtf genes.gtf --set NAME=DIR ... --docs docs/benchmark.md
    workflows/benchmark/benchmark.py --download MV4-11 --to DIR        # downloads a public sample's reads
    workflows/benchmark/benchmark.py --check                           # checks the table of accessions

Sets: `positives` and `negatives` are made by `breakapart simulate` (exact truth), `cases` and `real` are test-data/,
each `--set` is a folder with truth.tsv and SAMPLE.bam. All tables are scored by `breakapart evaluate`. A caller that is
not installed or lacks its data is reported as a gap. Needs only Python's standard library.
"""

import argparse
import collections
import csv
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import peers

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ACCESSIONS = pathlib.Path(__file__).parent / "accessions.tsv"


def timed(command, log):
    """Exit status, seconds, peak resident MB of a shell command and its children."""
    start = time.monotonic()
    with open(log, "w") as out:
        child = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - start, usage.ru_maxrss / 1024


def samples_of(folder):
    """Truth table and alignment files of a set."""
    files = {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix in (".bam", ".sam")}
    return folder / "truth.tsv", files


def gathered(parent, target):
    """test-data's folders, one sample each, as one set: links, and one truth table."""
    target.mkdir(parents=True, exist_ok=True)
    columns, rows = [], []
    for truth in sorted(parent.glob("*/truth.tsv")):
        with open(truth) as lines:
            table = list(csv.DictReader(lines, delimiter="\t"))
        # A CRAM or another build needs a reference that the repository does not have.
        files = [p for p in truth.parent.iterdir() if p.suffix in (".bam", ".sam")]
        if not files:
            continue
        rows += table
        columns += [c for row in table for c in row if c not in columns]
        for path in files:
            link = target / path.name
            link.unlink(missing_ok=True)
            link.symlink_to(path.resolve())
    columns = list(dict.fromkeys(columns))
    with open(target / "truth.tsv", "w") as out:
        writer = csv.DictWriter(out, columns, delimiter="\t", restval=".", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return target


def assay_of(truth):
    with open(truth) as lines:
        kinds = {row.get("assay") or "rna" for row in csv.DictReader(lines, delimiter="\t")}
    return "dna" if kinds == {"dna"} else "rna"


def counts(program, truth, results):
    """`evaluate --tsv` by (measure, class, molecules)."""
    done = subprocess.run([program, "-q", "evaluate", "--truth", truth, "--tsv", *results], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"evaluate: {done.stderr.strip()}")
    return {(r["measure"], r["class"], r["molecules"]): r for r in csv.DictReader(done.stdout.splitlines(), delimiter="\t")}


def run_set(options, name, folder, work):
    """Rows of one set: one per caller, and the gaps."""
    truth, files = samples_of(folder)
    assay = assay_of(truth)
    rows = []
    ours = peers.Peer("breakapart", (assay,), options.program, None, None,
                      lambda o, bam, d: f"{o.program} -q call --force {f'-r {o.fasta}' if o.fasta else ''} --stdout json -o {d} {bam}", None)
    for peer in [ours] + [p for p in peers.PEERS if assay in p.assays]:
        gap = None if peer is ours else peer.gap(options)
        if gap:
            rows.append({"set": name, "caller": peer.name, "gap": gap})
            continue
        version = subprocess.run([options.program, "--version"], capture_output=True, text=True).stdout.split()[-1] if peer is ours else peer.version()
        out = work / name / peer.name
        shutil.rmtree(out, ignore_errors=True)
        seconds, memory, failed, results = 0.0, 0.0, [], []
        for sample, bam in files.items():
            own = out / sample
            own.mkdir(parents=True)
            if not pathlib.Path(f"{bam}.bai").exists() and bam.suffix == ".bam" and shutil.which("samtools"):
                # Next to a link, so that the set itself stays unchanged.
                link = own / bam.name
                link.symlink_to(bam.resolve())
                subprocess.run(["samtools", "index", link], check=False, stderr=subprocess.DEVNULL)
                bam = link
            status, took, peak = timed(peer.command(options, bam, own), own / "log")
            seconds, memory = seconds + took, max(memory, peak)
            if peer is ours:
                results.append(own)
                if status:
                    failed.append(sample)
                continue
            table = own / f"{sample}.fusions.tsv"
            made = own / peer.result
            if status or not made.exists():
                failed.append(sample)
                continue
            if peer.convert:
                peer.convert(made, table)
            else:
                shutil.copy(made, table)
            only = out / "tables"
            only.mkdir(exist_ok=True)
            shutil.copy(table, only / (f"{sample}.fusions.tsv" if peer.name in ("Arriba", "Delly", "Manta", "GRIDSS") else f"{sample}.{made.name}"))
        if peer is not ours:
            results = [out / "tables"] if (out / "tables").exists() else []
        rows.append({"set": name, "caller": peer.name, "version": version, "samples": len(files), "failed": failed,
                     "counts": counts(options.program, truth, results) if results else {}, "seconds": seconds / max(1, len(files)), "mb": memory,
                     "names_genes": peer.convert is None})
        print(f"{name}: {peer.name} {version}: {len(files)} samples, {seconds:.1f} s", file=sys.stderr, flush=True)
    return rows


def of(row, measure, kind, level="all"):
    """`count of` of a measure, or a dash."""
    found = row["counts"].get((measure, kind, level))
    return f"{found['count']} of {found['of']}" if found and found["of"] != "0" else "-"


def events(rows):
    """Events by set, caller and class, tab-separated (docs/tables/benchmark-events.tsv)."""
    lines = ["set\tcaller\tclass\tevents\tfound\thigh_or_medium\tbase_right\tpartner_right\tframe_right"]
    for r in rows:
        if "gap" in r:
            continue
        kinds = {k for m, k, level in r["counts"] if m == "found" and level == "all"}
        if len(kinds & {"canonical", "canonical-intergenic", "three-way"}) < 2:
            kinds.discard("all canonical")
        for kind in sorted(kinds):
            found = r["counts"]["found", kind, "all"]
            number = lambda m: (r["counts"].get((m, kind, "all")) or {"count": "-"})["count"]
            genes = number("partner_right") if r["names_genes"] else "names none"
            cells = (r["set"], f"{r['caller']} {r['version']}", kind, found["of"], found["count"], number("high_or_medium"), number("base_right"), genes, of(r, "frame_right", kind))
            lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"


def tables(rows):
    """Samples by set and caller; the gaps."""
    lines = ["| set | caller | samples | failed | samples with a false high or medium row | samples without an event with a low row | conclusions right | s a sample | MB |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for r in rows:
        if "gap" in r:
            continue
        right = [c for (m, k, l), c in r["counts"].items() if m == "conclusion_right"]
        conclusions = f"{sum(int(c['count']) for c in right)} of {sum(int(c['of']) for c in right)}" if r["caller"] == "breakapart" and right else "makes none"
        quiet = next((c for (m, _, _), c in r["counts"].items() if m == "quiet_samples_with_low_row"), None)
        lines.append(f"| {r['set']} | {r['caller']} {r['version']} | {r['samples']} | {len(r['failed'])} | {of(r, 'samples_with_false_row', '.', '.')} | {quiet['count'] + ' of ' + quiet['of'] if quiet and quiet['of'] != '0' else '-'} | {conclusions} | {r['seconds']:.2f} | {r['mb']:.0f} |")
    gaps = collections.defaultdict(dict)
    for r in rows:
        if "gap" in r:
            gaps[r["gap"]][r["caller"]] = True
    return [*lines, "", *[f"Gap ({why}): {', '.join(callers)}." for why, callers in gaps.items()], ""]


def plot(rows, path):
    """Bars of events found, one group per set, as SVG, with exact fractions."""
    bars = []
    for r in rows:
        if "gap" in r or not r["counts"]:
            continue
        cells = [c for (m, k, l), c in r["counts"].items() if m == "found" and l == "all"]
        of_all, found = sum(int(c["of"]) for c in cells), sum(int(c["count"]) for c in cells)
        if of_all:
            bars.append((f"{r['set']}: {r['caller']}", found, of_all, r["caller"] == "breakapart"))
    height = 24 * len(bars) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" font-size="13">',
           '<rect width="100%" height="100%" fill="#ffffff"/>', '<text x="10" y="18" font-weight="bold" fill="#222222">Events found, of all with a molecule</text>']
    for i, (label, found, of_all, is_own) in enumerate(bars):
        y = 30 + 24 * i
        out.append(f'<text x="250" y="{y + 14}" text-anchor="end" fill="#222222">{label}</text>')
        out.append(f'<rect x="260" y="{y}" width="380" height="18" fill="#eeeeee"/>')
        out.append(f'<rect x="260" y="{y}" width="{380 * found / of_all:.1f}" height="18" fill="{"#0072b2" if is_own else "#8c8c8c"}"/>')
        out.append(f'<text x="648" y="{y + 14}" fill="#222222">{found} of {of_all}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(out + ["</svg>", ""]))


def page(options, rows, command):
    """docs/benchmark.md."""
    simulated = "seeds 11 and 12" if options.reference else "a gap here: no `--reference` was given"
    text = [
        "# Benchmark", "", "Generated by one command; do not edit.", "", "```", command, "```", "",
        f"{platform.system()}, {os.cpu_count()} cores, with other load: times are upper bounds, for whole processes; peers that start from reads include their alignment. "
        f"`positives` and `negatives` are made by `breakapart simulate` ({simulated}); `cases` and `real` are test-data/. "
        "Counts are those of `breakapart evaluate` ([method](evaluate.md)). A caller without confidence levels counts as medium.", "",
        *tables(rows), "Events by class, with base, partner and frame: [benchmark-events.tsv](tables/benchmark-events.tsv).", "",
        "![events found](benchmark/found.svg)", "",
        "## Public samples", "",
        "Not run. `benchmark.py --download NAME --to DIR` fetches a sample's reads from the European Nucleotide Archive and checks their MD5; "
        "align them ([aligners](aligners.md)), then give the folder to `--set`. Samples, projects, runs, sources and expected events: `workflows/benchmark/accessions.tsv`.", "",
    ]
    return "\n".join(text)


def download(name, folder):
    """Downloads reads of a public sample and checks the archive's MD5."""
    with open(ACCESSIONS) as lines:
        rows = [r for r in csv.DictReader(lines, delimiter="\t") if r["name"].lower() == name.lower()]
    if not rows:
        sys.exit(f"{name}: not in {ACCESSIONS}")
    plain = lambda text: "".join(c for c in text.lower() if c.isalnum())
    fields = "run_accession,sample_title,sample_alias,library_name,library_strategy,library_layout,fastq_ftp,fastq_md5,fastq_bytes"
    for accession in [rows[0]["run"]] if rows[0]["run"] != "." else rows[0]["projects"].split(","):
        url = f"https://www.ebi.ac.uk/ena/portal/api/filereport?accession={accession}&result=read_run&fields={fields}"
        with urllib.request.urlopen(url, timeout=120) as answer:
            found = list(csv.DictReader(answer.read().decode().splitlines(), delimiter="\t"))
        found = [r for r in found if r["library_strategy"] == "RNA-Seq" and r["library_layout"] == "PAIRED" and (
            rows[0]["run"] != "." or plain(name) in (plain(r["sample_title"]), plain(r["sample_alias"]), plain(r["library_name"]))
            or any(plain(r[f]).startswith(plain(name)) for f in ("sample_title", "sample_alias", "library_name")))]
        if found:
            break
    else:
        sys.exit(f"{name}: no run of this name in {rows[0]['projects']}")
    folder.mkdir(parents=True, exist_ok=True)
    for address, md5 in zip(found[0]["fastq_ftp"].split(";"), found[0]["fastq_md5"].split(";")):
        target = folder / address.rsplit("/", 1)[1]
        subprocess.run(["curl", "-fL", "-C", "-", "-o", target, f"https://{address}"], check=True)
        subprocess.run(["md5sum", "-c", "-"], input=f"{md5}  {target}\n", text=True, check=True)
    print(f"{name}: {found[0]['run_accession']} in {folder}")


def check():
    """Checks that the table of accessions is complete."""
    with open(ACCESSIONS) as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    faults = [f"{r['name']}: {field} is empty" for r in rows for field, value in r.items() if not value]
    faults += [f"{r['name']}: neither run nor project" for r in rows if r["run"] == r["projects"] == "."]
    faults += ["duplicate name"] if len({r["name"] for r in rows}) < len(rows) else []
    print("\n".join(faults) or f"{len(rows)} samples, each with source, event, project")
    sys.exit(bool(faults))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "target/release/breakapart"))
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target/benchmark")
    parser.add_argument("--reference", help="GRCh38 FASTA with index: simulation over all partners, and the peers")
    parser.add_argument("--gtf", help="genes, for Arriba")
    parser.add_argument("--arriba-blacklist")
    parser.add_argument("--arriba-known")
    parser.add_argument("--positives", type=int, default=100)
    parser.add_argument("--negatives", type=int, default=100)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--only", default="", help="sets, separated by commas")
    parser.add_argument("--docs", type=pathlib.Path, help="write the page here")
    parser.add_argument("--download", metavar="NAME")
    parser.add_argument("--to", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        check()
    if options.download:
        return download(options.download, options.to)
    options.work.mkdir(parents=True, exist_ok=True)
    options.fasta = options.reference
    sets, drawn = {}, options.reference
    if not drawn:
        # Simulation needs the exons of all partners and controls, which the repository does not have.
        options.positives = options.negatives = 0
        print("positives, negatives: a gap: simulation needs --reference", file=sys.stderr)
    for kind, number, seed in (("positives", options.positives, 11), ("negatives", options.negatives, 12)):
        folder = options.work / f"{kind}-{number}-{seed}"
        if number and not (folder / "truth.tsv").exists():
            subprocess.run([options.program, "-q", "simulate", "-r", drawn, "-o", folder, "--kind", kind, "--count", str(number), "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
        if number:
            sets[kind] = folder
    sets["cases"] = gathered(ROOT / "test-data/cases", options.work / "cases")
    sets["real"] = gathered(ROOT / "test-data/real", options.work / "real")
    for extra in options.set:
        name, _, folder = extra.partition("=")
        sets[name] = pathlib.Path(folder)
    if options.only:
        sets = {k: v for k, v in sets.items() if k in options.only.split(",")}
    rows = []
    for name, folder in sets.items():
        rows += run_set(options, name, folder, options.work / "runs")
    # The command without local paths.
    typed, words = {"--reference": "FASTA", "--gtf": "GTF", "--docs": "docs/benchmark.md"}, iter(sys.argv[1:])
    shown = []
    for word in words:
        if word == "--work":
            next(words)
        elif word in typed:
            next(words)
            shown += [word, typed[word]]
        else:
            shown.append(f"{word.split('=')[0]}=DIR" if "=" in word else word)
    text = page(options, rows, "workflows/benchmark/benchmark.py " + " ".join(shown))
    print(events(rows))
    print("\n".join(tables(rows)))
    if options.docs:
        options.docs.write_text(text)
        (options.docs.parent / "tables").mkdir(exist_ok=True)
        (options.docs.parent / "tables/benchmark-events.tsv").write_text(events(rows))
        plot(rows, options.docs.parent / "benchmark/found.svg")
    plot(rows, options.work / "found.svg")
    (options.work / "benchmark.md").write_text(text)


if __name__ == "__main__":
    main()
