#!/bin/sh
# Builds what is handed out and tries it where nothing else is installed (`make dist`):
#   target/packages/breakapart-VERSION-x86_64-linux   static binary (musl), run in an empty root directory
#   target/packages/breakapart-VERSION-*.whl           Python wheel with that binary, run in a fresh environment
# Needs the Rust target x86_64-unknown-linux-musl, musl-gcc and python3 with venv; the first two are installed when
# run as root on Debian or Ubuntu.
set -eu
cd "$(dirname "$0")/.."
TARGET=x86_64-unknown-linux-musl
OUT=target/packages
SAMPLE=test-data/cases/aff1_reciprocal/aff1_reciprocal.bam

rustup target add "$TARGET"
command -v musl-gcc >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends musl-tools; }
export CC_x86_64_unknown_linux_musl=musl-gcc
cargo build --profile dist --locked --target "$TARGET" --package breakapart --bin breakapart

rm -rf "$OUT"
mkdir -p "$OUT"
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
BINARY=$OUT/breakapart-$VERSION-x86_64-linux
cp "target/$TARGET/dist/breakapart" "$BINARY"

test -x target/maturin/bin/maturin || { python3 -m venv target/maturin && target/maturin/bin/pip install -q 'maturin>=1.9,<2' wheel; }
# A static binary runs with any C library, so the wheel is tagged for both kinds.
target/maturin/bin/maturin build --quiet --locked --profile dist --target "$TARGET" --compatibility linux --out "$OUT"
target/maturin/bin/wheel tags --remove --platform-tag manylinux_2_17_x86_64.musllinux_1_1_x86_64 "$OUT"/*.whl >/dev/null
WHEEL=$(ls "$OUT"/*.whl)

# An empty root directory: no library, no shell, no /proc.
ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
cp "$BINARY" "$ROOT/breakapart"
cp "$SAMPLE" "$ROOT/sample.bam"
mkdir "$ROOT/tmp"
if [ "$(id -u)" = 0 ]; then
    chroot "$ROOT" /breakapart call -o /out /sample.bam
else
    env -i "$ROOT/breakapart" call -o "$ROOT/out" "$ROOT/sample.bam"
fi
grep -q KMT2A "$ROOT"/out/*.fusions.tsv

python3 -m venv "$ROOT/venv"
"$ROOT/venv/bin/pip" install -q --no-index "$WHEEL"
env -i "$ROOT/venv/bin/breakapart" call -o "$ROOT/wheel" "$SAMPLE"
cmp "$ROOT"/out/*.fusions.tsv "$ROOT"/wheel/*.fusions.tsv
wc -c "$BINARY" "$WHEEL" | head -2
