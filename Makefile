# Two commands do everything: `make run` opens a ward, `make test` proves that it works.
# Needs Python 3.11 or newer with venv, make and git; uses uv when it is there.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

# Half of the tests' time is waiting for real parts: three at a time keep two cores busy.
WORKERS ?= 3

# A ward is seven processes: they would compile every module anew where the environment forbids to keep it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test fast check fix bench gallery faults docs audit clean .venv dev

help: ## this list
	@grep -hE '^[a-z.]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: .venv ## start the virtual ward at http://127.0.0.1:8050 (ARGS="--beds 16 …")
	@$(BIN)/teleward up $(ARGS)

.venv: .venv/run-installed ## install what the ward needs, start nothing

test: dev ## run every test (installs a browser and Mosquitto where it may)
	@$(BIN)/python tests/real_parts.py --install
	@$(BIN)/python -m pytest -n $(WORKERS) -q $(ARGS)

fast: dev ## run the tests that take less than a minute together
	@$(BIN)/python -m pytest -n 2 -q -m "not slow and not browser" $(ARGS)

check: dev ## lint, types, imports, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m teleward.reference --check
	@$(BIN)/python tests/dependency_audit.py

fix: dev ## format, mend what can be mended, write generated documents anew
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python -m teleward.reference

bench: dev ## list the benchmarks, or run one (ARGS="synth --json")
	@$(BIN)/python -m bench $(ARGS)

gallery: .venv ## every rhythm, breathing pattern, artefact and illness on one page, build/gallery.html
	@$(BIN)/python -m teleward.gallery $(ARGS)

faults: dev ## kill part after part of a ward; nothing promised may be lost (ARGS="--kills 100 --duration 900")
	@$(BIN)/python -m bench faults $(ARGS)

dev: .venv/dev-installed

clean: ## remove what was built, keep what was stored
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Teleward needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make run PYTHON=python3.12")'
	@echo "Making .venv"
ifdef UV
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv
else
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian or Ubuntu, apt-get install python3-venv"; exit 1; }
endif

.venv/run-installed: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the ward needs (once)"
ifdef UV
	@$(UV) pip install -q --python $(BIN)/python -r requirements/run.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps -e .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
endif
	@touch $@

.venv/dev-installed: requirements/dev.txt .venv/run-installed
	@echo "Installing what the tests need (once)"
ifdef UV
	@$(UV) pip install -q --python $(BIN)/python -r requirements/dev.txt
else
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt
endif
	@touch $@
