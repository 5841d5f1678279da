# `make` alone lists the targets.

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

run: build ## Build everything and start it: embedded database, web client, five demo matches
	./target/release/touchline serve --demo

build: compiler web ## Build the server (release) and the web client
	cargo build --release --locked

## For developers

.PHONY: test test-rust test-clients test-cluster test-wire test-browser soak fuzz upstream lint fix types sports recordings bench screenshots
test: system web ## Run every test; installs what it needs
	@scripts/test

soak: system web ## Run the tests with realistic counts: takes long
	@SOAK=1 scripts/test

test-rust: system ## Run only the Rust tests
	@scripts/with-postgres cargo test --locked

test-clients: system node-clients node-browser ## Run only the tests of the official JavaScript and Python clients
	@cargo build --locked
	@scripts/with-postgres npm --prefix $(CLIENTS) test

test-cluster: system node-clients ## Run only the tests of several nodes behind nginx and HAProxy
	@cargo build --locked
	@scripts/with-postgres npm --prefix $(CLUSTER) test

test-wire: node-clients ## Run only the tests of protocol documents, raw frames, floods and fuzzing
	@cargo build --locked --bins --examples
	@npm --prefix $(WIRE) test

test-browser: system web node-browser ## Run only the tests of the web client in a real browser
	@cargo build --locked
	@npm --prefix $(BROWSER) test

fuzz: node-clients ## Send mutated input to every parser and over every transport, for ten minutes; FUZZ_SEED repeats a run
	@cargo build --locked
	@FUZZ_MS=$${FUZZ_MS:-15000} cargo test --locked --lib -- fuzz:: whatever_comes
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-480} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} npm --prefix $(WIRE) run fuzz

upstream: compiler ## Show the faults of socketioxide that docs/upstream describes; takes minutes
	@scripts/upstream

lint: ## Check formatting, lints and generated files
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	scripts/deny
	$(MAKE) types
	git diff --exit-code -- $(WEB)/src/protocol
	npm --prefix $(WEB) run check

fix: ## Format, and apply automatic fixes
	cargo fmt
	cargo clippy --fix --allow-dirty --allow-staged --all-targets

types: ## Generate the web client's types from the wire types
	@cargo test --locked --lib export_bindings --quiet

sports: ## Write docs/sports.md from the definitions and schemas of the sports
	@npm --prefix $(WEB) exec -- vitest run src/sports/document.test.ts --root $(WEB) --update

recordings: ## Regenerate the demo's recordings
	@cargo run --locked --quiet --example recordings
	@npm --prefix $(WEB) exec -- vitest run src/recordings --root $(WEB) --update

bench: ## Measure memory, CPU and latency against other servers; a board of a million players; 100,000 events; two nodes
	@scripts/system-packages bench
	@scripts/bench
	@scripts/with-postgres cargo bench --locked --bench leaderboard
	@scripts/with-postgres cargo bench --locked --bench lists
	@scripts/with-postgres cargo bench --locked --bench cluster

screenshots: system web node-browser ## Take a picture of every page
	@cargo build --locked
	@npm --prefix $(BROWSER) run screenshots

## Used by other targets

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

clean: ## Remove everything that was built
	cargo clean
	rm -rf $(WEB)/dist $(WEB)/node_modules $(CLIENTS)/node_modules $(CLIENTS)/.venv $(CLUSTER)/.venv $(BROWSER)/node_modules
