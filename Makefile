# Everything starts here; `make` alone explains it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
export PORT
PY := .venv/bin/python
export DJANGO_SETTINGS_MODULE := czrm.settings

.DEFAULT_GOAL := help
.PHONY: help run test lint reset bench bench-search messages shots set-up set-up-dev
.SILENT:

help: ## explain these targets
	echo "CzRM: citizen relationship management. Needs Python 3.11 or newer, git and make."
	echo
	sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-21s%s\n", $$1, $$2 }'
	echo
	echo "  PORT=8001 make run   to serve on another port. Every setting: docs/configuration.md"

run: set-up ## install, start everything with sample data, and say where it answers (Ctrl-C stops it)
	CZRM_DEMO=1 exec $(PY) -m czrm.kit.run

test: set-up-dev ## every test, on two processors, then every check of `make lint`
	$(PY) manage.py compilemessages
	$(PY) -m pytest -n 2 --dist loadgroup
	$(MAKE) lint

lint: set-up-dev ## ruff, mypy, the import staircase, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy czrm citizens cases channels reporting
	.venv/bin/lint-imports --no-cache
	find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	.venv/bin/djlint templates --lint --quiet

reset: ## stop what `make run` left and forget its data (the installed packages stay)
	if [ -x $(PY) ]; then $(PY) -m czrm.kit.run reset; else rm -rf var; fi

bench: set-up-dev ## measure against the goals of docs/benchmarks.md
	$(PY) -m benchmarks

bench-search: set-up-dev ## how well and how fast one of a million people is found (minutes, and 3 GB of disk)
	$(PY) -m benchmarks.search

messages: set-up-dev ## gather translatable texts into locale/ and say which lack a translation
	$(PY) manage.py messages

shots: set-up-dev ## screenshots of the main pages at 1440 and 390 pixels, into shots/
	$(PY) scripts/shots.py

set-up:
	$(or $(PYTHON),$(error CzRM needs Python 3.11 or newer: install it, or say where it is with PYTHON=/path/to/python3)) scripts/setup.py base

set-up-dev:
	$(or $(PYTHON),$(error CzRM needs Python 3.11 or newer: install it, or say where it is with PYTHON=/path/to/python3)) scripts/setup.py dev
