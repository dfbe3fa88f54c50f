# Everything a developer types. `make setup` needs a Python from 3.11 on and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := check
.PHONY: setup demo test check fix bench faults engines peers docs lock

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/locked.stamp
INSTALLED := $(VENV)/installed.stamp
SCHEMAS := recipe plan run model-card config
QUICK := not slow and not browser

# The newest Python that is complete; `make setup PYTHON=…` chooses another.
PYTHON ?= $(firstword $(foreach name,python3.14 python3.13 python3.12 python3.11 python3,$(shell \
	$(name) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

setup: $(INSTALLED)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python from 3.11 on with venv: install one, or set PYTHON=" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(LOCKED): requirements-dev.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(INSTALLED): pyproject.toml $(LOCKED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# A project made anew in ./demo, run on a real photo by the local engines.
demo: setup
	rm -rf demo
	$(BIN)/runner init demo --template eyes
	$(BIN)/runner run demo/recipes/eyes.yaml --yes
	@echo
	@echo "The report: $$(ls "$(CURDIR)"/demo/reports/*/index.html)"

# Before every commit: under half a minute.
check: lint
	$(BIN)/pytest -q -m "$(QUICK)"

# Before every merge: all of it, on all cores, the tests of one file one after the other.
test: lint
	$(BIN)/pytest --numprocesses auto --dist loadfile

# One edit of each model at Runflow, for money: needs RUNFLOW_API_KEY, and says before each edit what it costs.
.PHONY: live
live: setup
	$(BIN)/pytest --live tests/live -v

.PHONY: lint
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Every job against its floor and its peers: bench/RESULTS.md. BENCH="--only 1 2" measures some of them.
bench: setup peers
	$(BIN)/python -m bench $(BENCH)

# A thousand campaigns against a faulty network, killed again and again: docs/reliability.md. FAULTS=… for other options.
faults: setup
	$(BIN)/python -m tests.faults --write $(FAULTS)

# The figures of the local engines, and contact sheets to look at: bench/ENGINES.md, bench/sheets/.
engines: setup peers
	$(BIN)/python -m bench.engines $(ENGINES)

# Other people's programs that ours are measured against, where the registry has them for this machine.
peers: bench/.venv/installed.stamp

bench/.venv/installed.stamp: bench/peers.txt $(INSTALLED)
	$(BIN)/python -m venv bench/.venv
	$(BIN)/uv pip install --quiet --python bench/.venv/bin/python -r $< \
		&& touch $@ || echo "the programs to compare with cannot be installed: the tables will leave them out" >&2

# The generated part of the documentation; a test fails when it is stale.
docs: setup
	@for name in $(SCHEMAS); do $(BIN)/runner schema $$name > schemas/$$name.schema.json; done
	$(BIN)/python -m docs.generate

# The exact versions that are installed, with hashes and without the address of a registry.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
lock: setup
	$(COMPILE) $(LOCKFLAGS) -o requirements.lock
	$(COMPILE) $(LOCKFLAGS) --extra local -o requirements-local.lock
	$(COMPILE) $(LOCKFLAGS) --extra server -o requirements-server.lock
	$(COMPILE) $(LOCKFLAGS) --extra server --extra s3 --group dev -o requirements-dev.lock
