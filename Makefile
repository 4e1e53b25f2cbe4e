# The two commands: `make run` and `make test`. Both work on a fresh clone and are quick the second time.

.DEFAULT_GOAL := help
.PHONY: help setup run test check crash-test fuzz bench audit lock

PY := .venv/bin/python

help:
	@echo "make run     try it: opens the sandbox at http://127.0.0.1:8080 when nothing is set"
	@echo "make test    run every test"
	@echo "make check   format, lint, types, layers, migrations, wording, catalogue, secrets in files"
	@echo "make fuzz    feed the bot thousands of updates nobody would send (make fuzz EXAMPLES=1000)"
	@echo "make crash-test  kill the bot 200 times under load on each database, and look for losses"
	@echo "make bench   measure the speed, as ratios within one run (make bench NAMES=search)"
	@echo "make setup   prepare .venv, the database and the catalogue, and stop there"
	@echo "make audit   known vulnerabilities of the locked dependencies (needs a network)"
	@echo "make lock    resolve the dependencies anew (needs uv)"

setup: environment
	@$(PY) -m bot db upgrade

run: environment
	@exec $(PY) -m bot run

test: dev-environment
	@$(PY) -m pytest -n 2 --dist worksteal

check: dev-environment
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) -m bot db check
	@$(PY) -m bot wording check
	@$(PY) -m bot docs check
	@$(PY) -m tests.faults check
	@$(PY) -m bot secrets check
	@$(PY) -m bot catalogue check

EXAMPLES ?= 200
fuzz: dev-environment
	@FUZZ_EXAMPLES=$(EXAMPLES) $(PY) -m pytest -n 0 tests/faults/test_faults_input.py

crash-test: dev-environment
	@$(PY) -m tests.crash $(ARGS)

bench: dev-environment
	@$(PY) -m benchmarks $(NAMES)

audit: dev-environment
	@deploy/audit.sh requirements-postgres.lock requirements-dev.lock

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --extra postgres pyproject.toml -o requirements-postgres.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --group dev pyproject.toml -o requirements-dev.lock

.PHONY: environment dev-environment
environment:
	@deploy/environment.sh $(if $(findstring postgres,$(DATABASE_URL)),requirements-postgres.lock,requirements.lock)

dev-environment:
	@deploy/environment.sh requirements-dev.lock
