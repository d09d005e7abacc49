#!/bin/sh
# Aligns a set from `breakapart simulate --assay dna --fastq` with bwa mem (every third sample with -Y, every
# third with minimap2 -ax sr), marks duplicates, and lifts the alignments from windows.fa to whole chromosomes.
#   tools/align_windows.sh SET OUT [THREADS]
# Writes OUT/SAMPLE.bam (whole chromosomes) and OUT/windows/SAMPLE.bam (as aligned, for callers that need the FASTA).
set -eu
set=$1 out=$2 threads=${3:-2}
for tool in bwa minimap2 samtools python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2; exit 1; }
done
here=$(dirname "$0")
mkdir -p "$out/windows"
[ -e "$set/windows.fa.bwt" ] || bwa index "$set/windows.fa" 2>/dev/null
[ -e "$set/windows.fa.fai" ] || samtools faidx "$set/windows.fa"
number=0
for first in "$set"/*_1.fastq.gz; do
    sample=$(basename "$first" _1.fastq.gz)
    second="$set/${sample}_2.fastq.gz"
    number=$((number + 1))
    [ -e "$out/$sample.bam" ] && continue
    group="@RG\\tID:$sample\\tSM:$sample\\tPL:ILLUMINA"
    case $((number % 3)) in
        1) align="bwa mem -t $threads -R $group $set/windows.fa" ;;
        2) align="bwa mem -Y -t $threads -R $group $set/windows.fa" ;;
        *) align="minimap2 -ax sr -t $threads -R $group $set/windows.fa" ;;
    esac
    $align "$first" "$second" 2>/dev/null |
        samtools fixmate -m - - | samtools sort -@ "$threads" - 2>/dev/null |
        samtools markdup - "$out/windows/$sample.bam" 2>/dev/null
    samtools index "$out/windows/$sample.bam"
    samtools view -h "$out/windows/$sample.bam" |
        python3 "$here/lift_windows.py" "$set/$sample.bam" |
        samtools sort -o "$out/$sample.bam" - 2>/dev/null
    samtools index "$out/$sample.bam"
done
