# `make setup`, which `demo` and `test` run first, installs everything that a fresh machine needs besides Rust.
# `test` and `lint` share the dev profile, the others the release profile, so that each compiles htslib once.

SHELL := /bin/sh
# rustup's folder, for shells that have not read its profile yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

CARGO ?= cargo
PROGRAM := target/release/breakapart
# The file that `make demo` calls; another one: make demo DEMO=sample.bam
DEMO ?= $(firstword $(wildcard test-data/cases/aff1_reciprocal/*.bam test-data/cases/*/*.bam))
DEMO_DIR := target/demo

.PHONY: setup demo test lint bench calibrate accuracy torture fuzz mutants catalogue deny sbom dist reproducible workflows benchmark images doc extras clean

# htslib is C (cc), its zlib is configured by cmake (with make), its bindings are made with libclang (libclang-cpp from
# other packages is not enough).
setup:
	@command -v $(CARGO) >/dev/null || { echo "install Rust first: https://rustup.rs" >&2; exit 1; }
	@missing=""; \
	command -v cc >/dev/null && test -e /usr/include/stdio.h || missing="$$missing gcc libc6-dev"; \
	command -v cmake >/dev/null || missing="$$missing cmake"; \
	test -n "$$LIBCLANG_PATH" || ls /usr/lib/llvm-*/lib/libclang[.-]* /usr/lib/*/libclang[.-]* /usr/lib64/libclang[.-]* \
	    /usr/local/lib/libclang[.-]* 2>/dev/null | grep -Eq 'libclang(-[0-9.]+)?\.so' || missing="$$missing libclang-dev"; \
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

# Property tests draw the same inputs in every run; `cargo test` alone draws new ones.
test: setup
	PROPTEST_RNG_SEED=1 $(CARGO) test --locked --workspace

lint: setup
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

# Whole processes on generated files of 1 to 100 million records (about 12 GB in target/bench), compared with
# `samtools view -c`; rewrites the table and the plot of docs/performance.md. Then deep samples.
bench: setup
	$(CARGO) build --release --locked
	$(CARGO) bench --locked --bench whole_process
	$(CARGO) bench --locked --bench depth
	$(CARGO) bench --locked --bench stages

# Calibration of the stated limit of detection: 1,000 simulated samples in each of eight designs.
calibrate: setup
	$(CARGO) test --release --locked --test calibrate -- --ignored --nocapture

# Simulated reads, aligned with the installed aligners (STAR, HISAT2, BWA-MEM, minimap2), then called:
#   make accuracy FASTA=GRCh38.fa.gz GTF=genes.gtf.gz [EXONS=all_exons.tsv] [BACKGROUND=wild_type.bam] [SEED=1]
# Each sample with one convention in turn (PER_SAMPLE=9: with all); about two hours on two cores with the numbers below.
# Aligners that are not installed are skipped with a message; an interrupted run can be continued.
SEED ?= 1
PER_SAMPLE ?= 1
POSITIVES ?= 200
NEGATIVES ?= 200
ACCURACY_DIR := target/accuracy/$(SEED)
accuracy: setup
	@test -n "$(FASTA)" && test -n "$(GTF)" || { echo "make accuracy FASTA=GRCh38.fa.gz GTF=genes.gtf.gz" >&2; exit 1; }
	python3 tools/test_drawn.py
	$(CARGO) build --release --locked
	for assay in rna dna; do \
	    nice python3 tools/align_set.py $(ACCURACY_DIR)/$$assay --assay $$assay --reference $(FASTA) --gtf $(GTF) --seed $(SEED) \
	        --positives $(POSITIVES) --negatives $(NEGATIVES) --per-sample $(PER_SAMPLE) --index target/accuracy/index \
	        $(if $(EXONS),--exons $(EXONS)) $(if $(BACKGROUND),--background $(BACKGROUND)) || exit 1; \
	    python3 tools/score_set.py $(ACCURACY_DIR)/$$assay --bin $(PROGRAM) > $(ACCURACY_DIR)/$$assay.txt || exit 1; \
	done
	@echo "tables: $(ACCURACY_DIR)/rna.txt $(ACCURACY_DIR)/dna.txt"

# Damaged files: 2,000 seeded cases, about a minute.
torture: setup
	$(CARGO) test --release --locked --test torture -- --ignored --nocapture

# Fuzzing on the stable toolchain, one target after another, FUZZ_SECONDS each.
FUZZ_SECONDS ?= 900
fuzz: setup
	BREAKAPART_FUZZ_SECONDS=$(FUZZ_SECONDS) $(CARGO) test --release --locked --test fuzz -- --nocapture --test-threads 1

# Every mutant of the decision's code must fail a test (needs cargo-mutants; takes a while).
mutants: setup
	cargo mutants -p breakapart-rule --no-shuffle

# Adds a partner gene (CONTRIBUTING.md): make catalogue GENE=FOO GTF=gencode.gtf.gz [GTF37=gencode.v19.gtf.gz] [FASTA=GRCh38.fa.gz]
catalogue:
	@test -n "$(GENE)" && test -n "$(GTF)" || { echo "make catalogue GENE=FOO GTF=gencode.gtf.gz" >&2; exit 1; }
	python3 tools/test_add_gene.py
	python3 tools/add_gene.py --gtf $(GTF) $(if $(GTF37),--gtf37 $(GTF37)) $(if $(FASTA),--reference $(FASTA)) $(GENE)

# Licences, advisories, sources (deny.toml), and a bill of materials, with the tools' own programs.
deny: setup
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check

sbom: setup
	@command -v cargo-cyclonedx >/dev/null || $(CARGO) install --locked cargo-cyclonedx
	$(CARGO) cyclonedx --format json --override-filename breakapart.cdx
	@echo "breakapart.cdx.json"

# A static binary and a Python wheel with it, in target/packages, each tested without any other installation.
dist: setup
	tools/dist.sh

# The release files, built twice in two folders: the same bytes.
reproducible: setup
	for n in 1 2; do \
	    CARGO_INCREMENTAL=0 RUSTFLAGS="--remap-path-prefix=$(CURDIR)=. --remap-path-prefix=$(HOME)/.cargo=cargo" \
	        $(CARGO) build --profile dist --locked --target-dir target/reproducible$$n || exit 1; \
	done
	sha256sum target/reproducible[12]/dist/breakapart
	cmp target/reproducible1/dist/breakapart target/reproducible2/dist/breakapart

# VICC and MultiQC outputs are checked with FUSOR and MultiQC; Nextflow and Snakemake run the demo, are killed and resumed;
# packages are linted. Fetches what it needs (Maven, pip) once.
workflows: setup
	$(CARGO) build --release --locked
	workflows/test.sh

# Accuracy and speed compared with the installed peers; a GRCh38 FASTA adds simulated samples: make benchmark FASTA=GRCh38.fa
benchmark: setup
	$(CARGO) build --release --locked
	python3 workflows/benchmark/benchmark.py $(if $(FASTA),--reference $(FASTA) --positives 300 --negatives 500) $(if $(GTF),--gtf $(GTF))

images:
	docker build -f workflows/container/Dockerfile -t breakapart:0.2.0 .
	docker build -f workflows/container/Dockerfile --target aligners -t breakapart-aligners:0.2.0 .

doc: setup
	$(CARGO) doc --locked --workspace --no-deps
	@echo "target/doc/breakapart_core/index.html"

# Files that a package installs with the program, laid out as under /usr/share.
extras: setup
	$(CARGO) build --release --locked
	$(PROGRAM) man -o target/extras/man/man1
	@mkdir -p target/extras/bash-completion/completions target/extras/zsh/site-functions target/extras/fish/vendor_completions.d
	$(PROGRAM) completions bash > target/extras/bash-completion/completions/breakapart
	$(PROGRAM) completions zsh > target/extras/zsh/site-functions/_breakapart
	$(PROGRAM) completions fish > target/extras/fish/vendor_completions.d/breakapart.fish
	@echo "files: target/extras"

clean:
	$(CARGO) clean
