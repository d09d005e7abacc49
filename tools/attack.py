#!/usr/bin/env python3
"""Attacks on the program: damaged inputs with valid checksums, signals, write faults.

    tools/attack.py indexes  FILES... [--count 2000] [--seed 1]    corrupt .bai, .csi and .crai, compressed again
    tools/attack.py payloads FILES... [--count 2000] [--seed 1]    corrupt BAM records, in new BGZF blocks
    tools/attack.py kills    FILE     [--count 200]  [--seed 1]    SIGKILL, SIGTERM, SIGINT at seeded moments
    tools/attack.py faults   FILE     [--count 100]                file size limits and small disks (a tmpfs, root
                                                                   only); then the folder is inspected
    tools/attack.py races    FILE     [--count 50]                 runs into one folder at a time
    tools/attack.py sockets  FILE                                  every command under strace: no socket
    tools/attack.py refused  FILES...                              each file: one error line and status 1, or a result

FILES are BAM or CRAM files; they are copied into a scratch folder and indexed with samtools. Every run must end
with status 0 and the findings of the whole file, or with status 1 and one error line. Counted are signals, panics
(status 101, or "an error of the program"), hangs (over 30 s of processor time), and silent losses (status 0 with
different findings; for payloads, which change records, only the form is checked).
With --reference GRCh38.fa, faults and sockets also test `simulate`.
"""
import argparse
import collections
import concurrent.futures
import gzip
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

# Seconds of processor time after which a run counts as hanging; then of wall time, longer because of other load.
LIMIT = 30
PATIENCE = 300.0
PROGRAM = os.environ.get("BREAKAPART", os.path.join(os.path.dirname(__file__), "..", "target", "release", "breakapart"))


def call(path, *more):
    started = time.time()
    try:
        run = subprocess.run(
            ["prlimit", f"--cpu={LIMIT}", PROGRAM, "call", "-q", "--stdout", "json", *more, path],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return "hang", "", PATIENCE
    seconds = time.time() - started
    errors = run.stderr.decode(errors="replace")
    if run.returncode == -signal.SIGXCPU:
        return "hang", errors, seconds
    if run.returncode < 0 or run.returncode >= 128:
        return f"signal {run.returncode}", errors, seconds
    if run.returncode == 101 or "an error of the program" in errors or "panicked" in errors:
        return "panic", errors, seconds
    if run.returncode == 0:
        try:
            return "result", json.loads(run.stdout), seconds
        except ValueError:
            return "no JSON", errors, seconds
    if run.returncode == 1 and errors.count("\n") == 1 and errors.startswith("error: "):
        return "refused", errors, seconds
    return f"status {run.returncode}", errors, seconds


def findings(report):
    """The part of a report that must not change: everything except access and warnings."""
    kept = {key: report[key] for key in ("events", "discarded", "conclusion", "coverage", "adequacy", "profile")}
    ledger = dict(report["ledger"]) if isinstance(report["ledger"], dict) else report["ledger"]
    kept["ledger"] = ledger
    return json.dumps(kept, sort_keys=True)


def blocks(payload, size=0xff00):
    """BGZF blocks with valid checksums, with the empty block at the end."""
    out = []
    for at in list(range(0, len(payload), size)) + [None]:
        piece = b"" if at is None else payload[at:at + size]
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        body = deflate.compress(piece) + deflate.flush()
        out.append(b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25) + body
                   + struct.pack("<II", zlib.crc32(piece), len(piece)))
    return b"".join(out)


def damage(data, draw):
    """One to four changes: bits, bytes, words, truncation, intervals removed or duplicated."""
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        if not data:
            break
        at, kind = draw.randrange(len(data)), draw.randrange(8)
        if kind == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif kind in (1, 2):
            data[at] = draw.randrange(256)
        elif kind == 3:
            word = draw.choice((0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 37450, 4681, 4680, draw.getrandbits(32)))
            data[at:at + 4] = struct.pack("<I", word)[:len(data) - at]
        elif kind == 4:
            del data[at:]
        elif kind == 5:
            del data[at:at + draw.choice((1, 4, 8, 16, 40, 200))]
        elif kind == 6:
            piece = data[at:at + draw.choice((1, 4, 8, 16, 40, 200))]
            data[at:at] = piece
        else:
            other = draw.randrange(len(data))
            size = draw.choice((4, 8, 16))
            data[at:at + size] = data[other:other + size][:len(data) - at]
    return bytes(data)


def damage_lines(text, draw):
    """A line of a .crai removed or duplicated, or a number changed."""
    lines = text.decode().splitlines()
    if not lines:
        return text
    at, kind = draw.randrange(len(lines)), draw.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[draw.randrange(len(lines))])
    elif kind == 2:
        lines = lines[:at] if draw.randrange(2) else lines[at:]
    else:
        fields = lines[at].split("\t")
        field = draw.randrange(len(fields))
        number = int(fields[field])
        fields[field] = str(draw.choice((number + 1, number - 1, number * 2, 0, -1, -2, 2**31, 2**63, number + draw.randrange(100000))))
        lines[at] = "\t".join(fields)
    return "".join(line + "\n" for line in lines).encode()


def unpack(path):
    with open(path, "rb") as handle:
        data = handle.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def prepared(path, folder, kind):
    """A copy of the file with an index of the kind; the index's uncompressed bytes and the findings of the whole file."""
    target = os.path.join(folder, kind + "_" + os.path.basename(path))
    shutil.copy(path, target)
    if not path.endswith(".cram"):
        # In samtools' sort order: some test files are sorted but not indexed.
        subprocess.run(["samtools", "index"] + (["-c"] if kind == "csi" else []) + [target], check=True)
    else:
        subprocess.run(["samtools", "index", target], check=True)
    state, report, _ = call(target)
    if state != "result":
        return None
    return target, kind, unpack(f"{target}.{kind}"), findings(report)


def attack_indexes(args, folder):
    originals = []
    for path in args.files:
        for kind in (("crai",) if path.endswith(".cram") else ("bai", "csi")):
            made = prepared(path, folder, kind)
            if made is not None:
                originals.append(made)

    def one(n):
        draw = random.Random(f"{args.seed}/{n}")
        target, kind, whole, expected = originals[n % len(originals)]
        if kind == "crai":
            changed = damage_lines(whole, draw) if draw.randrange(4) else damage(whole, draw)
        else:
            changed = damage(whole, draw)
        place = os.path.join(folder, f"n{n}")
        os.mkdir(place)
        linked = os.path.join(place, os.path.basename(target))
        os.symlink(target, linked)
        with open(f"{linked}.{kind}", "wb") as handle:
            handle.write({"bai": lambda x: x, "csi": blocks, "crai": lambda x: gzip.compress(x, mtime=0)}[kind](changed))
        state, answer, seconds = call(linked)
        if state == "result":
            state = "whole" if findings(answer) == expected else "silent loss"
        keep(place, state)
        return n, f"{kind} {state}", answer if isinstance(answer, str) else "", seconds

    return gather(one, args)


def attack_payloads(args, folder):
    payloads = [unpack(path) for path in args.files]

    def one(n):
        draw = random.Random(f"{args.seed}/{n}")
        payload = payloads[n % len(payloads)]
        header = 12 + struct.unpack("<I", payload[4:8])[0]
        # Mostly in the records, sometimes in the header; one window is damaged and the rest kept.
        low = 0 if draw.randrange(10) == 0 else header
        at = draw.randrange(low, len(payload))
        end = min(len(payload), at + draw.choice((40, 400, 4000)))
        changed = payload[:at] + damage(payload[at:end], draw) + payload[end:]
        place = os.path.join(folder, f"n{n}")
        os.mkdir(place)
        path = os.path.join(place, "s.bam")
        with open(path, "wb") as handle:
            handle.write(blocks(changed))
        # Half of them through an index, if samtools can make one.
        if draw.randrange(2):
            subprocess.run(["samtools", "index", path], capture_output=True, check=False)
        indexed = os.path.exists(path + ".bai")
        more = ("--evidence", "--output-dir", os.path.join(place, "out")) if draw.randrange(4) == 0 else ()
        state, answer, seconds = call(path, *more)
        keep(place, state)
        return n, f"{'indexed' if indexed else 'streamed'} {state}", answer if isinstance(answer, str) else "", seconds

    return gather(one, args)


GOOD = {"whole", "refused", "result"}


def keep(place, state):
    """Keeps a file that broke something, if requested."""
    if state not in GOOD and os.environ.get("ATTACK_KEEP"):
        shutil.copytree(place, os.path.join(os.environ["ATTACK_KEEP"], os.path.basename(place)), symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(place)


def gather(one, args):
    counts, slowest, bad = collections.Counter(), 0.0, 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for n, state, answer, seconds in pool.map(one, range(args.first, args.first + args.count)):
            counts[state] += 1
            slowest = max(slowest, seconds)
            if state.split(" ", 1)[-1] not in GOOD and state not in GOOD:
                bad += 1
                print(f"{n}\t{state}\t{answer.strip()[:200]}", flush=True)
    for state, count in sorted(counts.items()):
        print(f"{count:6} {state}")
    print(f"{args.count} cases, slowest {slowest:.1f} s, {bad} bad")
    return bad


def told(counts, tried, what, bad):
    """Prints how often each outcome was seen; returns the number of bad ones."""
    for state, count in sorted(counts.items()):
        print(f"{count:6} {state}")
    print(f"{tried} {what}, {bad} bad")
    return bad


def leftovers(folder):
    """Names in the output folder: finished files, and the rest."""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    hidden = [name for name in names if name.startswith(".")]
    return [name for name in names if name not in hidden], hidden


def attack_kills(args, folder):
    path = args.files[0]
    command = [PROGRAM, "call", "-q", "--evidence", "-o"]
    whole = os.path.join(folder, "whole")
    started = time.time()
    subprocess.run([*command, whole, path], check=True, capture_output=True)
    span = time.time() - started
    expected = {name: open(os.path.join(whole, name), "rb").read() for name in leftovers(whole)[0]}
    counts = collections.Counter()
    bad = 0
    for n in range(args.count):
        draw = random.Random(f"{args.seed}/{n}")
        how = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[n % 3]
        out = os.path.join(folder, f"k{n}")
        with subprocess.Popen([*command, out, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            # Half of them in the last third, where files are written.
            time.sleep(span * (draw.random() if n % 2 else 0.7 + 0.5 * draw.random()))
            child.send_signal(how)
            status = child.wait(timeout=PATIENCE)
        finished, hidden = leftovers(out)
        wrong = [name for name in finished if open(os.path.join(out, name), "rb").read() != expected[name]]
        lone = any(name.endswith(".breakapart.json") for name in finished) and len(finished) < len(expected)
        left = bool(hidden) and how != signal.SIGKILL
        if wrong or lone or left:
            bad += 1
            print(f"{n}\t{how.name}\twrong {wrong} lone {lone} left {hidden}", flush=True)
        counts[f"{how.name}, {'ended before' if status == 0 else 'killed'}, {len(finished)} of {len(expected)} files"] += 1
        shutil.rmtree(out, ignore_errors=True)
    return told(counts, args.count, "signals", bad)


def written_by(args, folder):
    """The commands that write files into a folder (OUT), and a report that some of them need."""
    path = args.files[0]
    report = os.path.join(folder, "report")
    subprocess.run([PROGRAM, "call", "-q", "-o", report, path], check=True, capture_output=True)
    json_path = next(os.path.join(report, name) for name in os.listdir(report) if name.endswith(".breakapart.json"))
    commands = {
        "call": ["call", "-q", "-o", "OUT", path],
        "call --evidence": ["call", "-q", "--evidence", "-o", "OUT", path],
        "report": ["report", "--format", "html,vcf", "-o", "OUT", json_path],
        "cohort": ["cohort", "-o", "OUT", report],
        "track": ["track", "--event", json_path, "-o", "OUT", path],
        "man": ["man", "-o", "OUT"],
    }
    if args.reference:
        for assay in ("rna", "dna"):
            commands[f"simulate {assay}"] = ["simulate", "-r", args.reference, "-o", "OUT", "--kind", "positives", "--assay", assay,
                                             "--count", "1"]
    return commands, report, json_path


def attack_faults(args, folder):
    """Limits on file sizes (EFBIG, with SIGXFSZ) and full disks (ENOSPC), for each command that writes files."""
    commands, _, _ = written_by(args, folder)
    counts, bad = collections.Counter(), 0
    names = list(commands)
    for n in range(args.first, args.first + args.count):
        name = names[n % len(names)]
        draw = random.Random(f"{args.seed}/{n}")
        place = os.path.join(folder, f"f{n}")
        os.mkdir(place)
        size = 1024 * draw.choice((0, 1, 2, 4, 8, 16, 32, 64))
        limited, fault, mounted = [], f"file size {size}", False
        if n // len(names) % 2 and os.geteuid() == 0:
            size = max(size, 4096)
            fault = f"disk of {size}"
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
            mounted = True
        else:
            limited = ["prlimit", f"--fsize={size}"]
        out = os.path.join(place, "out")
        run = subprocess.run([*limited, PROGRAM, *[out if a == "OUT" else a for a in commands[name]]],
                             capture_output=True, timeout=PATIENCE, check=False)
        finished, hidden = leftovers(out)
        errors = run.stderr.decode(errors="replace")
        fine = run.returncode == 0 and finished and not hidden \
            or run.returncode == 3 and not finished and not hidden and "error: " in errors
        if not fine:
            bad += 1
            print(f"{n}\t{name}\t{fault}\tstatus {run.returncode}\t{finished} {hidden}\t{errors.strip()[:200]}", flush=True)
        counts[f"{name}, {fault.rstrip('0123456789 ')}, status {run.returncode}"] += 1
        if mounted:
            subprocess.run(["umount", place], check=True)
        shutil.rmtree(place, ignore_errors=True)
    for state, count in sorted(counts.items()):
        print(f"{count:6} {state}")
    print(f"{args.count} faults, {bad} bad")
    return bad


def attack_races(args, folder):
    """Two or three runs of one sample into one folder: one complete set; without --force one of them wins."""
    path = args.files[0]
    whole = os.path.join(folder, "whole")
    subprocess.run([PROGRAM, "call", "-q", "--evidence", "-o", whole, path], check=True, capture_output=True)
    expected = {name: open(os.path.join(whole, name), "rb").read() for name in leftovers(whole)[0]}
    counts, bad = collections.Counter(), 0
    for n in range(args.count):
        draw = random.Random(f"{args.seed}/{n}")
        out, force = os.path.join(folder, f"r{n}"), n % 2 == 1
        command = [PROGRAM, "call", "-q", "--evidence", "-o", out, *(["--force"] if force else []), path]
        runs = []
        for _ in range(draw.choice((2, 3))):
            runs.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(draw.random() * 0.1)
        states = sorted(run.wait(timeout=PATIENCE) for run in runs)
        finished, hidden = leftovers(out)
        same = finished == sorted(expected) and all(open(os.path.join(out, name), "rb").read() == expected[name] for name in finished)
        right = states == [0] * len(states) if force else states[0] == 0 and set(states[1:]) <= {3}
        if not same or hidden or not right:
            bad += 1
            print(f"{n}\tforce {force}\tstatus {states}\t{finished} {hidden}", flush=True)
        counts[f"{'--force' if force else 'plain'}, status {states}"] += 1
        shutil.rmtree(out, ignore_errors=True)
    return told(counts, args.count, "races", bad)


def attack_sockets(args, folder):
    """Every command under strace: none opens a socket. (A socket pair within the process wakes its signal thread.)"""
    commands, report, json_path = written_by(args, folder)
    path = args.files[0]
    truth, calls = os.path.join(folder, "truth.tsv"), next(n for n in os.listdir(report) if n.endswith(".fusions.tsv"))
    with open(truth, "w", encoding="ascii") as handle:
        handle.write("sample\tclass\tgene5\tgene3\tbreakpoint5\tsplit\tspanning\tmolecules\n")
        handle.write("x\tnegative\t.\t.\t.\t0\t0\t0\n")
    normal = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test-data", "cases", "negative", "negative.bam")
    subprocess.run([PROGRAM, "call", "-q", "-o", os.path.join(folder, "normal"), normal], check=True, capture_output=True)
    commands |= {
        "call stdin": ["call", "-q", "--stdout", "json", "-"],
        "call absent reference": ["call", "-q", "--stdout", "json", "-r", "http://127.0.0.1:9/x.fa", path],
        "call address": ["call", "-q", "--stdout", "json", "https://127.0.0.1:9/x.bam"],
        "explain": ["explain", json_path],
        "evaluate": ["evaluate", "--truth", truth, json_path],
        "review": ["review", "--calls", os.path.join(report, calls), path],
        "background": ["background", "-o", os.path.join(folder, "b.json"), os.path.join(folder, "normal", "negative.breakapart.json")],
        "catalogue": ["catalogue"], "schema": ["schema"], "completions": ["completions", "bash"], "help": ["help"],
        "version": ["--version", "--verbose"],
    }
    environment = {name: value for name, value in os.environ.items() if name not in ("REF_PATH", "REF_CACHE")}
    bad = 0
    for n, (name, command) in enumerate(commands.items()):
        trace = os.path.join(folder, f"trace{n}")
        out = os.path.join(folder, f"s{n}")
        with open(path, "rb") as handle:
            run = subprocess.run(["strace", "-f", "-qq", "-e", "trace=network", "-o", trace, PROGRAM,
                                  *[out if a == "OUT" else a for a in command]],
                                 stdin=handle, capture_output=True, timeout=PATIENCE, check=False, env=environment)
        with open(trace, encoding="utf-8", errors="replace") as handle:
            calls = sorted({line.split(None, 1)[1].split("(")[0] for line in handle if "(" in line})
        made = [call for call in calls if call not in ("socketpair", "sendto", "recvfrom", "recvmsg", "sendmsg")]
        bad += bool(made)
        print(f"{name}\tstatus {run.returncode}\t{' '.join(calls) or 'no call'}")
    print(f"{len(commands)} commands, {bad} bad")
    return bad


def attack_refused(args, _folder):
    bad = 0
    for path in args.files:
        state, answer, seconds = call(path)
        bad += state not in GOOD
        said = answer.strip() if isinstance(answer, str) else answer["conclusion"]["state"]
        print(f"{os.path.basename(path)}\t{state}\t{seconds:.1f} s\t{said}")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("indexes", "payloads", "kills", "faults", "races", "sockets", "refused"))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case; with --count 1, repeats one case")
    parser.add_argument("--reference", help="an indexed FASTA, for `simulate`")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.files = [os.path.abspath(path) for path in args.files]
    if args.count is None:
        args.count = {"kills": 200, "faults": 100, "races": 50}.get(args.what, 2000)
    work = {"indexes": attack_indexes, "payloads": attack_payloads, "kills": attack_kills, "faults": attack_faults,
            "races": attack_races, "sockets": attack_sockets, "refused": attack_refused}[args.what]
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if work(args, folder) else 0)


if __name__ == "__main__":
    main()
