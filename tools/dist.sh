#!/bin/sh
# Builds the release packages and tests them without any other installation (`make dist`):
#   target/packages/breakapart-VERSION-*.whl           Python wheel with the static program (musl)
#   target/packages/breakapart-VERSION-x86_64-linux    the same program on its own
# Needs the Rust target x86_64-unknown-linux-musl, musl-gcc and python3 with venv; the first two are installed when
# run as root on Debian or Ubuntu.
set -eu
cd "$(dirname "$0")/.."
TARGET=x86_64-unknown-linux-musl
OUT=target/packages
TOOLS=target/maturin/bin
SAMPLE=test-data/cases/aff1_reciprocal/aff1_reciprocal.bam

rustup target add "$TARGET"
command -v musl-gcc >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends musl-tools; }
test -x "$TOOLS/maturin" || { python3 -m venv target/maturin && "$TOOLS/pip" install -q 'maturin>=1.9,<2' wheel; }

rm -rf "$OUT"
CC_x86_64_unknown_linux_musl=musl-gcc \
    "$TOOLS/maturin" build --quiet --locked --target "$TARGET" --compatibility linux --out "$OUT"
# A static program runs with any C library, so the wheel is tagged for both.
"$TOOLS/wheel" tags --remove --platform-tag manylinux_2_17_x86_64.musllinux_1_1_x86_64 "$OUT"/*.whl >/dev/null
WHEEL=$(ls "$OUT"/*.whl)
BINARY=$OUT/breakapart-$(basename "$WHEEL" | cut -d- -f2)-x86_64-linux

ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
python3 -m zipfile -e "$WHEEL" "$ROOT/wheel"
install -m 755 "$ROOT"/wheel/*.data/scripts/breakapart "$BINARY"

# An empty root directory: no library, no shell, no /proc.
mkdir -p "$ROOT/bare/tmp"
cp "$BINARY" "$ROOT/bare/breakapart"
cp "$SAMPLE" "$ROOT/bare/sample.bam"
if [ "$(id -u)" = 0 ]; then
    chroot "$ROOT/bare" /breakapart call -q -o /out /sample.bam
else
    env -i "$ROOT/bare/breakapart" call -q -o "$ROOT/bare/out" "$ROOT/bare/sample.bam"
fi
grep -q KMT2A "$ROOT"/bare/out/*.fusions.tsv

# A fresh environment, without an index.
python3 -m venv "$ROOT/venv"
"$ROOT/venv/bin/pip" install -q --no-index "$WHEEL"
env -i "$ROOT/venv/bin/breakapart" call -q -o "$ROOT/installed" "$SAMPLE"
cmp "$ROOT"/bare/out/*.fusions.tsv "$ROOT"/installed/*.fusions.tsv
wc -c "$BINARY" "$WHEEL" | head -2
