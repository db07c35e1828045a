# Gridwall. `make demo` shows the whole city, `make test` proves that it works; both need Python >= 3.11 and make only.
#
#   make demo         set up what is missing, start the simulated city, print its address (ARGS="--port 9000 --speed 300")
#   make test         style, types, imports, then all tests, in a real browser too (ARGS="tests/unit -k settings"; JOBS=0: one by one)
#   make lint         only style, types and imports, of the browser's scripts as well
#   make bench        the measurements (ARGS=…)
#   make map          draw the house from the code into docs/architecture.md
#   make screenshots  pictures of the pages, made by the project itself
#   make lock         resolve the dependencies anew into both lock files
#   make clean        remove what was set up here (never data)

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# How many processes run tests at once; JOBS=0 runs them here, one after the other.
JOBS ?= auto
export VENV

.PHONY: help demo test lint bench map screenshots lock clean chromium

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.run
	@exec $(BIN)/python -m dashboard demo $(ARGS)

test: lint chromium
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deno fmt --check --quiet
	$(BIN)/deno lint --quiet
	$(BIN)/deno check --quiet assets

bench: $(VENV)/.test chromium
	$(BIN)/python -m benchmarks $(ARGS)

map: $(VENV)/.test
	@$(BIN)/python tools/house.py --write

screenshots: $(VENV)/.test chromium
	$(BIN)/python tools/screenshots.py $(ARGS)

chromium: $(VENV)/.test
	@tools/setup.sh chromium

$(VENV)/.run: requirements.lock tools/setup.sh
	@tools/setup.sh run

$(VENV)/.test: requirements-test.lock tools/setup.sh
	@tools/setup.sh test

lock: $(VENV)/.run
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra test --extra dev --constraint requirements.lock \
		--output-file requirements-test.lock pyproject.toml
	tools/wheels.sh

# One file for Python 3.11 and later on Linux and macOS, with hashes and without the address of any registry.
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
