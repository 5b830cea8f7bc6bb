# make repl   set up and start the top level
# make docs   set up and build the manual: docs/_build/html, and docs/_build/man/acl.1
# make test   set up and pass the tests, lint and types included

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: repl docs test check lint types bench grammar index certificate wheel clean

repl: $(VENV)/.ready $(VENV)/.compiled
	@$(BIN)/acl

test: $(VENV)/.ready-dev $(VENV)/.compiled lint types check

# Tests of real processes, signals and networks can meet a bad moment of the machine: what fails is run once more, alone
# and by name, and a second failure counts.  A test seen in the second run has a race to be mended.
check: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -n auto --dist loadgroup \
	|| { echo "Failed once; again, alone:"; $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -v; }

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

bench: $(VENV)/.ready-dev
	$(BIN)/python bench/run.py
	$(BIN)/python bench/network.py

# The tables that are generated from the Lark grammars; a test tells when they are out of date.
grammar: $(VENV)/.ready-dev
	$(BIN)/python -m acl.reader.build

# Which module declares what, for a quick start; a test tells when it is out of date.
index: $(VENV)/.ready-dev
	$(BIN)/python -m acl.boot

# A certificate for the SSL examples: examples/ssl/server.pem, and the authority ca.pem that signed it.
certificate: $(VENV)/.ready
	$(BIN)/acl cert -d examples/ssl localhost 127.0.0.1

docs: $(VENV)/.ready-docs
	$(BIN)/python -m sphinx -q -W -b html docs docs/_build/html
	$(BIN)/python -m sphinx -q -W -b man docs docs/_build/man

wheel: $(VENV)/.ready-dev
	$(BIN)/python -m pip wheel --no-deps -w dist .

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

# Byte code for a quick start even where Python does not write it by itself (PYTHONDONTWRITEBYTECODE).
$(VENV)/.compiled: $(VENV)/.ready $(shell find acl -name '*.py')
	$(BIN)/python -m compileall -q acl
	@touch $@

$(VENV)/.ready-docs: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
