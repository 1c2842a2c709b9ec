# Two commands do everything on a machine with Python 3.11 or newer, make and git:
#   make run     PostgreSQL, Redis, tables, a demo event, the server
#   make test    all tests, in a real browser too
.DEFAULT_GOAL := help
.PHONY: help run test fast nightly bench smoke install browser nginx format lint types scripts tidy check hooks migration psql lock clean

PYTHON ?= python3
VENV := .venv
# Each of these has PostgreSQL and Redis of its own.
TEST_PROCESSES ?= 4
# Where it is set every one of a thousand processes would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# Whole files go to the processes in the order of tests/conftest.py, the longest first.
PYTEST := $(BIN)/pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(STAMP) ## everything on this machine, with two cities and a demo event in each; Ctrl-C ends it
	@TIANFU_CITIES=$${TIANFU_CITIES-demo} $(BIN)/tianfu run

test: $(STAMP) browser nginx ## all tests; those of a file or folder: make test T=tests/ledger
	@$(PYTEST) $(T)

fast: $(STAMP) ## all tests that need no browser and kill no server
	@$(PYTEST) --ignore tests/browser --ignore tests/chaos $(T)

nightly: $(STAMP) browser nginx ## all tests, and what they repeat ten times as often
	@NIGHTLY=1 $(PYTEST) --timeout 3600 $(T)

bench: $(STAMP) ## how fast, against three baselines, in one run
	@$(BIN)/python -m loadtests.bench $(OPTIONS)

smoke: $(STAMP) ## every command that the documents name, in its form of seconds
	@$(BIN)/python -m loadtests.smoke

install: $(STAMP) ## the virtual environment

# The lock says which versions, and the hashes that a download must have, wherever it comes from.
$(STAMP): requirements-dev.lock requirements-installer.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which with make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sh scripts/install-packages.sh
	@touch $@

# Browser tests use the system's Chromium: browsers that test tools download are no packages.
browser: ## a Chromium and a Chinese font for the browser tests, or what to install
	@sh scripts/ensure-chromium.sh

nginx: ## an nginx for the proxy's tests, or what to install
	@sh scripts/ensure-nginx.sh

format: $(STAMP) ## lay the code out
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(STAMP) ## whether the code is laid out, and what ruff finds
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(STAMP) ## whether the types are right
	@$(BIN)/mypy

scripts: $(STAMP) ## whether the types of the page scripts and of the mini-program are right
	@$(BIN)/python scripts/check_page_scripts.py
	@$(BIN)/python -m scripts.mini_program

tidy: format types ## before a commit: layout, what ruff finds, types

# Ruff before each commit, out of the virtual environment: nothing is fetched.
hooks: $(STAMP) ## have git tidy what you commit
	@$(BIN)/pre-commit install

migration: $(STAMP) ## a new migration with its SQL and test rows: make migration NAME=partner_webhooks
	@$(BIN)/python scripts/make_migration.py "$(NAME)"

psql: $(STAMP) ## the embedded database of make run, in psql
	@$(BIN)/python scripts/open_psql.py

check: lint types scripts smoke test ## what CI does

lock: $(STAMP) ## take the newest versions that pyproject.toml allows into the lock files
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --output-file requirements-dev.lock
	@echo uv | $(BIN)/uv pip compile --quiet --upgrade - --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --output-file requirements-installer.lock

clean: ## forget the environment and the embedded servers' data
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
