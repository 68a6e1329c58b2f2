# Reelgate's commands. `make help` lists them.
#
# Every command sets up what it needs first, and does nothing when that is already there.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

BIN := .venv/bin
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
# The first Python that runs and is new enough. `make PYTHON=/path/to/python3 run` names another one.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)

# CAPTIONS=1 brings what recognises speech.
EXTRAS := $(if $(filter 1,$(CAPTIONS)),captions)

# A worker for each processor. A file's tests share servers, so they stay together; tests/conftest.py says which begin.
WORKERS ?= auto
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# CSS and JavaScript; .prettierignore names what is not ours.
PRETTIER := $(BIN)/python -m scripts.node node_modules/prettier/bin/prettier.cjs --log-level warn
STYLED := "static/**/*.{css,js}" "tests/**/*.mjs" "benchmarks/**/*.js"

# Tests start hundreds of processes; without kept bytecode each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run dev test fire mutate bench bench-tus bench-checks bench-library bench-artists bench-playback bench-trickle lighthouse check package install install-dev format format-check lint types imports cover audit lock clean bench-jobs bench-events bench-media bench-accounts bench-pages bench-captions bench-clips bench-zips bench-scrub bench-migration

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 14

run: install ## Run Reelgate at http://localhost:8000 (PORT=8001 for another port, CAPTIONS=1 to recognise speech)
	@$(BIN)/python -m scripts.run

dev: install ## Run it and start it again whenever a file changes
	@$(BIN)/python -m scripts.run --restarting

test: install-dev ## Run the tests for every change (WORKERS=1 for one at a time)
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m pytest -m "not fire and not thorough" $(PARALLEL)

fire: install-dev ## Break things on purpose, for half an hour, and write down what it cost (ONLY=faults for one)
	@$(BIN)/python -m tests.fire $(ONLY)
	@test -n "$(ONLY)" || $(BIN)/python -m pytest -m fire

mutate: install-dev ## Change critical modules in small ways and see whether tests notice (ONLY=routes/http/guards.py for one)
	@$(BIN)/python -m scripts.mutate $(ONLY)

lighthouse: install-dev ## Measure the pages, and photograph the library for the README
	@$(BIN)/python -m benchmarks.pages

bench-tus: install-dev ## Measure resumable uploads beside @tus/server (ROUNDS=1 SIZE_MB=128 for a quick look)
	@$(BIN)/python -m benchmarks.tus

check: install-dev format-check lint types imports cover ## Run all that CI runs: format, lint, types, import rules, tests
	@echo "All checks passed."

install: python
	@$(PYTHON) -m scripts.install app $(EXTRAS)

install-dev: python
	@$(PYTHON) -m scripts.install dev $(EXTRAS)

.PHONY: python
python:
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' 2>/dev/null || \
		{ echo "Reelgate needs Python 3.11 or newer. Install one, or name it: make PYTHON=/path/to/python3 run" >&2; exit 1; }

format: install-dev ## Format the code and fix what the linter can fix
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .
	@$(PRETTIER) --write $(STYLED)

format-check: install-dev
	@echo "Format …"
	@$(BIN)/ruff format --check --quiet . || \
		{ $(BIN)/ruff format --check .; echo "The files above are not formatted. Run \`make format\`."; exit 1; }
	@$(PRETTIER) --check $(STYLED)

lint: install-dev ## Check the style of the code
	@echo "Lint …"
	@$(BIN)/ruff check --quiet . || \
		{ echo "Fix the lines above. \`make format\` fixes some of them by itself."; exit 1; }

types: install-dev
	@echo "Types …"
	@$(BIN)/mypy --no-error-summary || { echo "Fix the types above; annotate rather than ignore."; exit 1; }
	@$(BIN)/python -m scripts.node node_modules/typescript/bin/tsc -p . || { echo "Fix the types of the scripts above; they are JSDoc comments."; exit 1; }

imports: install-dev
	@echo "Import rules …"
	@report=$$($(BIN)/lint-imports 2>&1) || { echo "$$report"; \
		echo "A module imports what its room may not. The rules: \"Who may import whom\" in docs/architecture.md."; exit 1; }

# Measuring what tests cover makes a server cost nearly twice: those that start one for themselves are only run.
cover: install-dev
	@echo "Tests …"
	@$(BIN)/python -m scripts.chromium
	@failed=0; \
		$(BIN)/python -m pytest -m "not fire and not whole" $(PARALLEL) --cov --cov-report=term || failed=1; \
		$(BIN)/python -m pytest -m "whole and not fire" $(PARALLEL) || failed=1; \
		[ $$failed = 0 ] || { echo "Tests failed, or cover less than they did. The lines above say which;" \
		"\`$(BIN)/python -m pytest --lf\` repeats those of the last run that failed."; exit 1; }

package: install ## Build dist/reelgate.zip, which App Service deploys, and check that it runs by itself
	@$(BIN)/python -m scripts.package

infra: python ## Hold the templates for Azure to checkov's rules; installs it apart (300 MB) at the first time
	@$(PYTHON) -m scripts.check_infra

bench: install-dev ## Measure uploads, the list and playing (some minutes; ROUNDS=1 SIZE_MB=256 for a quick look)
	@ROUNDS=$(or $(ROUNDS),5) SIZE_MB=$(or $(SIZE_MB),1024) $(BIN)/python -m benchmarks
	@$(MAKE) bench-library bench-playback

bench-checks: install-dev ## Measure what it costs that storage checks each block (ROUNDS=7 SIZE_MB=512)
	@ROUNDS=$(or $(ROUNDS),7) SIZE_MB=$(or $(SIZE_MB),512) $(BIN)/python -m benchmarks.block_checks

bench-library: install-dev ## Measure the list, its rebuilding and the search in transcripts (BLOBS=2000 VIDEOS=10000 ROUNDS=10 for a quick look)
	@$(BIN)/python -m benchmarks.library
	@$(BIN)/python -m benchmarks.transcripts

bench-artists: install-dev ## Measure lists of artists and wanted films (ROUNDS=10 for a quick look)
	@$(BIN)/python -m benchmarks.artists

bench-playback: install-dev ## Measure playing
	@$(BIN)/python -m benchmarks.playback

bench-trickle: install-dev ## Measure 1,000 slow uploads at once by each worker model (CLIENTS=200 SECONDS=20 for a quick look)
	@$(BIN)/python -m benchmarks.trickle

bench-jobs: install-dev ## Measure what the worker of jobs costs while it rests
	@$(BIN)/python -m benchmarks.jobs

bench-events: install-dev ## Measure what 2,000 pages that listen cost a worker (LISTENERS=500 SECONDS=5 for a quick look)
	@$(BIN)/python -m benchmarks.events

bench-pages: install-dev ## Measure how signs keep to their film and write docs/benchmarks-signs.md (ROUNDS=3 for a quick look)
	@$(BIN)/python -m benchmarks.signs

bench-accounts: install-dev ## Measure what accounts cost and write docs/benchmarks-accounts.md (ROUNDS=5 TRIES=10 for a quick look)
	@$(BIN)/python -m benchmarks.accounts

bench-captions: ## Measure recognition and write docs/benchmarks-captions.md (ROUNDS=1 for a quick look)
	@$(MAKE) install-dev CAPTIONS=1
	@$(BIN)/python -m benchmarks.captions

bench-media: install-dev ## Measure work on films and write docs/benchmarks-media.md (ROUNDS=1 FILM_MB=128 for a quick look)
	@$(BIN)/python -m benchmarks.media

bench-clips: install-dev ## Measure cutting and write docs/benchmarks-clips.md (ROUNDS=1 FILM_MB=128 for a quick look)
	@$(BIN)/python -m benchmarks.clips

bench-zips: install-dev ## Measure several films as one ZIP file and write docs/benchmarks-zips.md (ROUNDS=1 ZIP_MB=256 for a quick look)
	@$(BIN)/python -m benchmarks.zips

bench-scrub: install-dev ## Measure reading again and write docs/benchmarks-scrub.md (ROUNDS=1 FILM_MB=128 for a quick look)
	@$(BIN)/python -m benchmarks.scrub

bench-migration: install-dev ## Measure taking in a folder and write docs/benchmarks-migration.md (ROUNDS=1 FILES=500 for a quick look)
	@$(BIN)/python -m benchmarks.migration

audit: install-dev ## Ask whether anything that is locked is known to be vulnerable (needs a network)
	@$(BIN)/python -m scripts.audit

lock: install-dev ## Renew the lock files after a change of requirements*.in or package.json
	@$(BIN)/python -m scripts.lock

clean: ## Remove everything that the commands made, except the data
	@rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
