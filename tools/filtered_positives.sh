#!/bin/bash
# Removes the evidence from positives with samtools filters and reports which of them become a clean negative.
#
#   tools/filtered_positives.sh PROGRAM BAM...
#
# A BAM that the program itself calls rearranged or ptd is a positive; others are skipped. Each is filtered in four
# ways, with and without the filter's @PG line. Needs samtools (1.12 or newer, for -e) and python3.
# Exit status 1 if a filtered positive is `not_detected`.
set -euo pipefail
program=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
state() {
    "$program" call -q --stdout json "$1" 2>"$folder/errors" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["conclusion"]["state"])'
}
expressions=(
    'rname==rnext && !([SA])'
    'flag.proper_pair && !([SA]) && !(flag.supplementary)'
    '!([SA])'
    'sclen==0 && rname==rnext && !(flag.supplementary)'
)
positives=0 tried=0 wrong=0
for bam in "$@"; do
    case $(state "$bam") in rearranged | ptd) ;; *) continue ;; esac
    positives=$((positives + 1))
    for expression in "${expressions[@]}"; do
        for header in "" --no-PG; do
            # shellcheck disable=SC2086
            samtools view $header -b -e "$expression" -o "$folder/filtered.bam" "$bam"
            tried=$((tried + 1))
            if [ "$(state "$folder/filtered.bam")" = not_detected ]; then
                wrong=$((wrong + 1))
                echo "$bam: not_detected after $expression $header"
            fi
        done
    done
done
echo "$positives positives, $tried filtered files, $wrong not_detected"
[ "$wrong" = 0 ]
