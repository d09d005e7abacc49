#!/usr/bin/env python3
"""Subsamples files without a rearrangement and counts what a program calls in them.

  tools/resampled_negatives.py PROGRAM BAM... [--count 800] [--seed 1] [--reference GRCh38.fa.gz] [--assay rna] [--jobs 2]

Each subsample keeps 5 to 100 % of the templates of one file (uniform on a logarithmic scale), with their lines of its
BAM.Chimeric.out.junction; every second one is indexed. Subsamples of one file are not independent: the number of files
is the number of backgrounds, and no interval may be claimed from the subsamples. Prints rows by tier, the names of low
events, conclusions, the conclusions of subsamples whose stated limits are 0.10 or lower, and a line for each subsample
with a row at high or medium or a positive conclusion. Needs samtools. Exit status 1 if there is such a subsample.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import os
import random
import subprocess
import sys
import tempfile


def limit(report):
    """The higher stated limit of the two regions; None if one is not stated."""
    stated = ((report["conclusion"].get("lod") or {}).get("exclusion") or {}).get("any_partner") or {}
    limits = [stated.get("major"), stated.get("minor")]
    return None if None in limits else max(limits)


def part(options, number):
    draw = random.Random(f"{options.seed}/{number}")
    path = options.files[number % len(options.files)]
    share = math.exp(draw.uniform(math.log(0.05), 0.0))
    with tempfile.TemporaryDirectory() as folder:
        bam = f"{folder}/part.bam"
        salt = draw.randrange(1, 100_000)
        sampled = [] if share > 0.98 else ["-s", f"{salt + share:.4f}"]
        subprocess.run(["samtools", "view", "-b", *sampled, "-o", bam, path], check=True)
        if number % 2:
            subprocess.run(["samtools", "index", bam], check=True)
        command = [options.program, "call", "-q", "-t", "1", "--stdout", "json"]
        chimeric = path[:-3] + "Chimeric.out.junction"
        if os.path.exists(chimeric):
            names = subprocess.run(["samtools", "view", bam], check=True, capture_output=True, text=True).stdout
            names = {line.split("\t", 1)[0] for line in names.splitlines()}
            with open(chimeric) as lines, open(f"{folder}/junction", "w") as kept:
                for line in lines:
                    fields = line.split("\t")
                    if len(fields) < 10 or fields[9] in names or fields[0] == "chr_donorA":
                        kept.write(line)
            command += ["--chimeric", f"{folder}/junction"]
        if options.assay:
            command += ["--assay", options.assay]
        if options.reference:
            command += ["-r", options.reference]
        done = subprocess.run([*command, bam], capture_output=True, text=True, check=False)
        if done.returncode:
            return path, share, done.stderr.strip(), None
        return path, share, "", json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reference")
    parser.add_argument("--assay")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    tiers, states, low_limit, low_names = (collections.Counter() for _ in range(4))
    with_low = wrong = failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, share, error, report in pool.map(lambda n: part(options, n), range(options.count)):
            if report is None:
                failed += 1
                print(f"failed\t{path}\t{share:.3f}\t{error}")
                continue
            rows = [j["tier"] for e in report["events"] for j in e["junctions"]]
            state = report["conclusion"]["state"]
            tiers.update(rows)
            states[state] += 1
            with_low += "low" in rows
            low_names.update(e["name"] for e in report["events"] if e["tier"] == "low")
            stated = limit(report)
            if stated is not None and stated <= 0.10:
                low_limit[state] += 1
            if set(rows) - {"low"} or state in ("rearranged", "ptd"):
                wrong += 1
                print(f"wrong\t{path}\t{share:.3f}\t{state}\t{','.join(rows)}")
    said = lambda counts: ", ".join(f"{name} {n}" for name, n in counts.most_common()) or "none"
    print(f"{options.count} subsamples of {len(options.files)} files; failed {failed}; rows: {said(tiers)}; subsamples with a low row {with_low}")
    print(f"low events: {said(low_names)}")
    print(f"conclusions: {said(states)}")
    print(f"stated limits of 0.10 or lower: {said(low_limit)}")
    sys.exit(1 if wrong or failed else 0)


if __name__ == "__main__":
    main()
