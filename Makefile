# Everything a fresh machine needs beyond Rust is installed by `make setup`, which `demo` and `test` run first.
# `demo`, `test` and `bench` share the release profile, so that htslib is compiled once.

SHELL := /bin/sh
# rustup's own folder, for shells that have not read its profile yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

CARGO ?= cargo
THREADS ?= 2
PROGRAM := target/release/breakapart
# The file that `make demo` calls; another one: make demo DEMO=sample.bam
DEMO ?= $(firstword $(wildcard test-data/cases/aff1_reciprocal/*.bam test-data/cases/*/*.bam))
DEMO_DIR := target/demo

.PHONY: setup demo test lint bench calibrate workflows benchmark images doc clean

# htslib is C (cc), its zlib is configured by cmake (with make), its bindings are made with libclang.
setup:
	@command -v $(CARGO) >/dev/null || { echo "install Rust first: https://rustup.rs" >&2; exit 1; }
	@missing=""; \
	command -v cc >/dev/null && test -e /usr/include/stdio.h || missing="$$missing gcc libc6-dev"; \
	command -v cmake >/dev/null || missing="$$missing cmake"; \
	test -n "$$LIBCLANG_PATH" || ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib64/libclang*.so* \
	    /usr/local/lib/libclang*.so* 2>/dev/null | grep -q . || missing="$$missing libclang-dev"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	else \
	    echo "please install:$$missing (Debian, Ubuntu: sudo apt-get install -y$$missing)" >&2; exit 1; \
	fi

demo: setup
	$(CARGO) build --release --locked
	@test -n "$(DEMO)" || { echo "no alignment in test-data/cases" >&2; exit 1; }
	$(PROGRAM) call --force -o $(DEMO_DIR) $(DEMO)
	@echo "files: $(DEMO_DIR)"

test: setup
	$(CARGO) test --release --locked

lint: setup
	$(CARGO) fmt --check
	$(CARGO) clippy --release --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --no-deps

# Whole processes on generated files, `samtools view -c` beside them where installed; figures go to target/bench.md.
bench: setup
	$(CARGO) build --release --locked
	$(CARGO) bench --locked --bench whole_process -- $(THREADS)

# Whether the stated limit of detection is true: 1,000 drawn samples in each of eight designs.
calibrate: setup
	$(CARGO) test --release --locked --test calibrate -- --ignored --nocapture

# Nextflow and Snakemake run the demo, are killed and resumed; packages are linted. Fetches both (Maven, pip) once.
workflows: setup
	$(CARGO) build --release --locked
	workflows/test.sh

# Accuracy and speed beside the peers that are installed; a GRCh38 FASTA adds drawn samples: make benchmark FASTA=GRCh38.fa
benchmark: setup
	$(CARGO) build --release --locked
	python3 workflows/benchmark/benchmark.py $(if $(FASTA),--reference $(FASTA) --positives 300 --negatives 500) $(if $(GTF),--gtf $(GTF))

images:
	docker build -f workflows/container/Dockerfile -t breakapart:0.1.0 .
	docker build -f workflows/container/Dockerfile --target aligners -t breakapart-aligners:0.1.0 .

doc: setup
	$(CARGO) doc --release --locked --no-deps
	@echo "target/doc/breakapart/index.html"

clean:
	$(CARGO) clean
