# Each target does its own set-up: a fresh machine needs git, make, Python 3.11 or 3.12 and a C++ compiler.
SHELL := bash
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# The demo needs the trainer; the tests also stand beside img2dataset.
EXTRAS := --extra training --extra img2dataset

.PHONY: setup demo test check bench clean

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "webimagetext needs Python 3.11 or 3.12 on the PATH" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --inexact --python $(BIN)/python $(EXTRAS)
	@touch $@

demo: setup
	$(BIN)/webimagetext demo --out demo-out

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/codespell

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv demo-out
