#!/usr/bin/env python3
"""Compares Delly and breakapart on DNA samples with known truth.

  tools/compare_delly.py --fasta REF.fa --truth TRUTH.tsv --breakapart PROGRAM --out DIR BAM...
      [--windows DIR]   the same samples as aligned to windows (tools/align_windows.sh), which Delly then reads

For each sample: seconds and largest resident memory of both; for each junction of the truth with 4 molecules or
more: found (within 1,000 bases on both sides), its base within 10 and within 2 bases (or the homology), and for
Delly whether the record passed its filter. Prints one table; exits without an error if delly is not installed.
"""
import argparse, csv, json, os, re, shutil, subprocess, sys, time
from collections import defaultdict


def measured(command, log):
    started = time.time()
    with open(log, "w") as handle:
        child = subprocess.Popen(command, stdout=handle, stderr=handle)
        _, status, usage = os.wait4(child.pid, 0)
    return time.time() - started, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, status


def lift(name, position):
    if ":" in name:
        contig, window = name.rsplit(":", 1)
        return contig, position + int(window.split("-")[0]) - 1
    return name, position


def delly_records(bcf):
    if not os.path.exists(bcf):
        return
    text = subprocess.run(["bcftools", "view", bcf], capture_output=True, text=True).stdout
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        f = line.split("\t")
        info = dict(x.split("=", 1) if "=" in x else (x, "") for x in f[7].split(";"))
        a = lift(f[0], int(f[1]))
        if info.get("SVTYPE") == "BND":
            b = lift(info["CHR2"], int(info["POS2"])) if "POS2" in info else None
            if b is None:
                m = re.search(r"[\[\]](.+):(\d+)[\[\]]", f[4])
                b = lift(m.group(1), int(m.group(2)))
        else:
            b = lift(info.get("CHR2", f[0]), int(info["END"]))
        yield a, b, f[6]


def close(a, b, reach):
    return a[0] == b[0] and abs(a[1] - b[1]) <= reach


def best(five, three, rows, tolerance):
    found = None
    for a, b, mark in rows:
        for x, y in ((a, b), (b, a)):
            if close(five, x, 1000) and close(three, y, 1000):
                off = max(abs(five[1] - x[1]), abs(three[1] - y[1]))
                if found is None or off < found[0]:
                    found = (off, mark)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasta", required=True)
    parser.add_argument("--reference", help="whole FASTA for breakapart, if --fasta contains windows")
    parser.add_argument("--truth", required=True)
    parser.add_argument("--breakapart", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--windows")
    parser.add_argument("bams", nargs="+")
    args = parser.parse_args()
    if not shutil.which("delly") or not shutil.which("bcftools"):
        print("delly or bcftools is not installed: nothing compared")
        return
    os.makedirs(args.out, exist_ok=True)
    truth = defaultdict(list)
    for row in csv.DictReader(open(args.truth), delimiter="\t"):
        truth[row["sample"]].append(row)
    counts = {"delly": defaultdict(int), "breakapart": defaultdict(int)}
    cost = {"delly": [], "breakapart": []}
    for bam in args.bams:
        sample = os.path.basename(bam)[:-4]
        given = os.path.join(args.windows, os.path.basename(bam)) if args.windows else bam
        if not os.path.exists(given + ".bai"):
            subprocess.run(["samtools", "index", given], check=True)
        bcf = os.path.join(args.out, sample + ".bcf")
        cost["delly"].append(measured(["delly", "call", "-g", args.fasta, "-o", bcf, given], os.path.join(args.out, sample + ".delly.log")))
        command = [args.breakapart, "-q", "call", "--force", "-r", args.reference or args.fasta, "-o", args.out, "-s", sample, bam]
        cost["breakapart"].append(measured(command, os.path.join(args.out, sample + ".log")))
        rows = {"delly": list(delly_records(bcf))}
        report = json.load(open(os.path.join(args.out, sample + ".breakapart.json")))
        ours = []
        for event in report["events"]:
            for j in event["junctions"]:
                if j["five"] and j["three"]:
                    ours.append(((j["five"]["contig"], j["five"]["position"]), (j["three"]["contig"], j["three"]["position"]), "PASS" if j["tier"] in ("high", "medium") else "low"))
        rows["breakapart"] = ours
        for row in truth[sample]:
            if row["event"] == "." or "." in (row["breakpoint5"], row["breakpoint3"]) or int(row["molecules"]) < 4:
                continue
            sides = []
            for key in ("breakpoint5", "breakpoint3"):
                contig, position = row[key].rsplit(":", 1)
                sides.append((contig, int(position)))
            tolerance = max(2, int(row.get("tolerance") or 0))
            for name in counts:
                c = counts[name]
                c["n"] += 1
                hit = best(sides[0], sides[1], rows[name], tolerance)
                if hit:
                    c["found"] += 1
                    c["within10"] += hit[0] <= 10
                    c["base"] += hit[0] <= tolerance
                    c["passed"] += hit[1] == "PASS"
                    c["clean"] += hit[1] == "PASS" and hit[0] <= tolerance
    print("| | junctions | found | within 10 bases | within 2 or the homology | passed its filter (medium or high) | passed and right | s a sample | CPU s | MB, largest |")
    print("|---|" + "---:|" * 9)
    for name in counts:
        c, all_cost = counts[name], cost[name]
        mean = lambda i: sum(x[i] for x in all_cost) / max(1, len(all_cost))
        print(f"| {name} | {c['n']} | {c['found']} | {c['within10']} | {c['base']} | {c['passed']} | {c['clean']} | {mean(0):.2f} | {mean(2):.2f} | {max(x[1] for x in all_cost):.0f} |")
    failed = [name for name in cost for x in cost[name] if x[3]]
    if failed:
        print("runs that failed:", ", ".join(failed))


main()
