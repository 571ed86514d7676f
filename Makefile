# make run · make test · make check · make faults · make bench. Each sets up first what it needs; none needs root.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: setup run test check faults bench lock

setup: $(STAMP)

# The stamp is newer than what it was made from, so a second call does nothing.
$(STAMP): requirements-dev.lock pyproject.toml tools/setup
	@tools/setup $(PYTHON) $(STAMP)

run: setup
	$(BIN)/deliberation demo

test: setup
	$(BIN)/python tools/run_tests

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

faults: setup
	$(BIN)/pytest tests/faults

bench: setup
	$(BIN)/python -m benchmarks

# Exact versions with hashes and without the name of any registry; --universal, so that one file serves every machine.
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --python-version 3.11 pyproject.toml

lock: setup
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(LOCK) --extra map --constraints requirements-dev.lock --output-file requirements-map.lock
