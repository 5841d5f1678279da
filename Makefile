# What there is to do. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
WEB := web-client
CLIENTS := tests/clients
CLUSTER := tests/cluster
BROWSER := tests/browser
WIRE := tests/wire

## For users

.PHONY: help run build
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^## / { print "\n" substr($$0, 4) } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build everything and start it: embedded database, web client, three demo matches
	./target/release/touchline serve --demo

build: compiler web ## Build the server (release) and the web client
	cargo build --release --locked

## For developers

.PHONY: test test-rust test-clients test-cluster test-wire test-browser soak fuzz upstream lint fix types recordings bench screenshots
test: system web ## Run every test; installs what it needs
	@scripts/test

soak: system web ## Run the tests with the counts of the field: long
	@SOAK=1 scripts/test

test-rust: system ## The Rust tests alone
	@scripts/with-postgres cargo test --locked

test-clients: system node-clients node-browser ## The official JavaScript and Python clients alone
	@cargo build --locked
	@scripts/with-postgres npm --prefix $(CLIENTS) test

test-cluster: system node-clients ## Several nodes behind nginx and HAProxy alone
	@cargo build --locked
	@scripts/with-postgres npm --prefix $(CLUSTER) test

test-wire: node-clients ## The protocols' documents, raw frames, floods and fuzzing alone
	@cargo build --locked --bins --examples
	@npm --prefix $(WIRE) test

test-browser: system web node-browser ## The web client in a real browser alone
	@cargo build --locked
	@npm --prefix $(BROWSER) test

fuzz: node-clients ## Mutated input to every parser and over every transport, for ten minutes; FUZZ_SEED repeats one
	@cargo build --locked
	@FUZZ_MS=$${FUZZ_MS:-15000} cargo test --locked --lib -- fuzz:: whatever_comes
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-480} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} npm --prefix $(WIRE) run fuzz

upstream: compiler ## Show the faults of socketioxide that docs/upstream describes: minutes
	@scripts/upstream

lint: ## Formats, lints and generated files are as they should be
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	scripts/deny
	$(MAKE) types
	git diff --exit-code -- $(WEB)/src/protocol
	npm --prefix $(WEB) run check

fix: ## Format, and mend what can be mended by itself
	cargo fmt
	cargo clippy --fix --allow-dirty --allow-staged --all-targets

types: ## Generate the web client's types from the wire types
	@cargo test --locked --lib export_bindings --quiet

recordings: ## Make the demo's recordings again
	@cargo run --locked --quiet --example recordings

bench: ## Measure: memory, CPU and latency, beside other servers; the board of a million; two nodes
	@scripts/system-packages bench
	@scripts/bench
	@scripts/with-postgres cargo bench --locked --bench leaderboard
	@scripts/with-postgres cargo bench --locked --bench cluster

screenshots: system web node-browser ## Pictures of every page
	@cargo build --locked
	@npm --prefix $(BROWSER) run screenshots

## What the others need

.PHONY: compiler system web node-clients node-browser clean
compiler:
	@scripts/system-packages compiler

system: ## Install missing Debian packages (as root)
	@scripts/system-packages

web: $(WEB)/node_modules/.installed ## Build the web client
	@npm --prefix $(WEB) run build --silent

node-clients: $(CLIENTS)/node_modules/.installed
node-browser: $(BROWSER)/node_modules/.installed

%/node_modules/.installed: %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund --silent
	@touch $@

clean: ## Remove what was built
	cargo clean
	rm -rf $(WEB)/dist $(WEB)/node_modules $(CLIENTS)/node_modules $(CLIENTS)/.venv $(CLUSTER)/.venv $(BROWSER)/node_modules
