#!/usr/bin/env bash
# Seeds from test-data and tests/fuzz, then each target in turn:  fuzz/run.sh SECONDS [TARGET...]
# Needs the nightly toolchain, cargo-fuzz and samtools. The corpus (fuzz/corpus) is not kept in the repository.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(records indexes chimeric gtf callers reports sheets)
seed() { mkdir -p "fuzz/corpus/$1" && cat > "fuzz/corpus/$1/seed_$2"; }

bam=test-data/cases/aff1_reciprocal/aff1_reciprocal.bam
# No `head` at the end of a pipe: its writer would end with an error.
samtools view "$bam" | awk '($3 == "chr11" || $3 == "chr4") && n++ % 40 == 0 && n < 480' | seed records one
samtools view "$bam" | awk '/SA:Z/ && n++ < 4' | seed records two
for kind in bai csi; do
    scratch=$(mktemp -d)
    # Two contigs, as the target's header has.
    { printf '@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr4\tLN:190214555\n@SQ\tSN:chr11\tLN:135086622\n'
      samtools view "$bam" | awk -v OFS='\t' '$3 == "chr11" || $3 == "chr4" {$7 = "*"; $8 = 0; $9 = 0; print}' | cut -f 1-11; } |
        samtools sort -o "$scratch/x.bam" 2> "$scratch/log"
    if [ $kind = csi ]; then samtools index -c "$scratch/x.bam"; else samtools index "$scratch/x.bam"; fi
    gzip -dcf "$scratch/x.bam.$kind" > "$scratch/index"
    head -c 20000 "$scratch/index" | seed indexes $kind
    rm -r "$scratch"
done
printf '0\t87046000\t500\t400\t180\t900\n1\t118482000\t900\t1300\t180\t700\n-1\t0\t0\t2100\t170\t400\n' | seed indexes crai
printf 'chr11\t118482496\t+\tchr9\t20365743\t-\t1\t3\t0\tr1\t118481998\t95M329N5M47p22M78S\t20365680\t78M22S\t1\t200\t122\t198\t198\t0\tx\n' |
    seed chimeric one
seed gtf one < tests/fuzz/genes.gtf
csplit -s -z -f fuzz/corpus/callers_ tests/fuzz/callers.txt '/^----$/' '{*}'
mkdir -p fuzz/corpus/callers
for part in fuzz/corpus/callers_*; do sed '/^----$/d' "$part" > "fuzz/corpus/callers/seed_${part##*_}" && rm "$part"; done
for name in fusion ptd; do head -c 100000 "test-data/golden/1.2.0/$name.fusions.tsv" | seed callers $name; done
for report in test-data/golden/*/negative.breakapart.json; do
    seed reports "$(basename "$(dirname "$report")")" < "$report"
done
printf 'sample,patient,timepoint,age_days\npatient07,P1,diagnosis,90\npatient08,P2,relapse,4000\n' | seed sheets one

for target in "${targets[@]}"; do
    echo "== $target"
    cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1
done
