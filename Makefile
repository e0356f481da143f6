# `make` shows what there is. Everything runs in .venv, which is made when it is first needed.
PYTHON ?= python3
VENV ?= .venv
OLDEST_VENV ?= .venv-oldest
ARGS ?= task=imdb model=bilstm
TEST_ARGS ?= -n auto
DOCS_AT ?= localhost:8000

PIP_INSTALL = $(VENV)/bin/python -m pip install -c constraints.txt
SOURCES = src tests scripts train.py setup.py
# the tests of numbers: what a CPU computes is compared in them
NUMBERS = tests/model tests/training/loop tests/kinds tests/training/task tests/training/optimizer tests/generate \
	tests/test_experiments.py tests/test_pairs.py
# the tests of what other packages could do otherwise: models, loop, tasks, sweeps, and each task from start to end
CORE = tests/model tests/training tests/kinds tests/sweep tests/run/study tests/test_pairs.py
WHOLE = tests/test_finished_run.py tests/test_sweep_command_line.py -k "training_again or two_trials"

# Material's banner about MkDocs 2, which pyproject.toml keeps out
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install train test test-long test-all test-fast test-avx2 test-oldest check docs docs-serve format notebooks clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(VENV)/.runtime ## make .venv and install what training, export and serving need

train: $(VENV)/.runtime ## train and print the result; ARGS="task=tweets model=gru" trains something else
	$(VENV)/bin/python train.py $(ARGS)

test: $(VENV)/.dev ## run the tests, in ten minutes; TEST_ARGS="-k encoder" and the like go to pytest
	$(VENV)/bin/python -m pytest -m "not long" $(TEST_ARGS)

test-long: $(VENV)/.dev ## run those that `make test` leaves out: kills, Slurm, Ray, browser, load
	$(VENV)/bin/python -m pytest -m long $(TEST_ARGS)

test-all: export RNNLAB_FUZZ ?= 2000
test-all: export RNNLAB_EXAMPLES ?= 300
test-all: $(VENV)/.dev ## run both, with ten times the examples of properties and of wrong command lines
	$(VENV)/bin/python -m pytest $(TEST_ARGS)

test-fast: override TEST_ARGS += -m "not slow and not long"
test-fast: test ## run the tests that take less than a few seconds each

test-avx2: export ONEDNN_MAX_CPU_ISA = AVX2
test-avx2: export ATEN_CPU_CAPABILITY = avx2
test-avx2: $(VENV)/.dev ## run the tests of numbers as on a CPU without AVX-512, as most laptops have
	$(VENV)/bin/python -m pytest -m "not long" $(TEST_ARGS) $(NUMBERS)

test-oldest: $(OLDEST_VENV)/.core ## run the suite's core with the oldest versions that pyproject.toml allows (6 GB, torch with CUDA)
	$(OLDEST_VENV)/bin/python -m pytest $(TEST_ARGS) -m "not slow and not long" $(CORE)
	$(OLDEST_VENV)/bin/python -m pytest $(TEST_ARGS) $(WHOLE)

check: $(VENV)/.dev ## lint, formatting, types, and the docs site with its links
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/ruff format --check $(SOURCES)
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m mkdocs build

docs: $(VENV)/.dev ## build the docs site into build/site; a broken link or an undocumented setting ends it
	$(VENV)/bin/python -m mkdocs build
	@echo "build/site/index.html"

docs-serve: $(VENV)/.dev ## show the docs site while you write; DOCS_AT=localhost:8080 takes another port
	$(VENV)/bin/python -m mkdocs serve --dev-addr $(DOCS_AT)

format: $(VENV)/.dev ## mend what ruff can mend by itself
	$(VENV)/bin/ruff check --fix $(SOURCES)
	$(VENV)/bin/ruff format $(SOURCES)

notebooks: $(VENV)/.dev ## run the notebooks and store what they print; NB="tweets 02_cells_and_gates" for some
	$(VENV)/bin/python scripts/notebooks.py $(NB)

clean: ## remove .venv and caches; outputs/ stays
	rm -rf $(VENV) $(OLDEST_VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "rnnlab needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)"; \
		echo "name a newer one, for example: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# An empty file says that an installation is up to date with the files that it was made from.
$(VENV)/.runtime: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(PIP_INSTALL) -e ".[serve]"
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP_INSTALL) -e ".[dev]"
	@touch $@

$(OLDEST_VENV)/.core: pyproject.toml constraints-oldest.txt
	rm -rf $(OLDEST_VENV)
	$(PYTHON) -m venv $(OLDEST_VENV)
	$(OLDEST_VENV)/bin/python -m pip install -c constraints-oldest.txt -e ".[tensorboard,slurm,ray,export,scores,verse]" \
		pytest pytest-xdist hypothesis
	@touch $@
