# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
export PYTHONPATH := layers/core/python:layers/reporting/python:.
export PYTHONDONTWRITEBYTECODE :=
PYTHON := .venv/bin/python
PORT ?= 8000
FOLDER ?= .local
STAGE ?= trial
# A file of tests stays in one process: its tests share what is costly to start. Files are taken in pyproject's order.
IN_PARALLEL ?= --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check audit unit integration browser format messages publish-catalogue lock synth deploy diff drift import-accounts import-results bench clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: .venv/installed .venv-checks/installed node_modules/installed layers/locales/compiled ## Install what the project needs (done by the others)

.venv/installed: requirements.lock scripts/check_machine.sh
	@bash scripts/check_machine.sh
	@test -x $(PYTHON) || python3 -m venv .venv
	@echo "Installing Python packages …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv-checks/installed: requirements-checks.lock
	@test -x .venv-checks/bin/python || python3 -m venv .venv-checks
	@echo "Installing what checks templates and dependencies …"
	@.venv-checks/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-checks.lock
	@touch $@

node_modules/installed: package-lock.json
	@echo "Installing npm packages …"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

layers/locales/compiled: .venv/installed $(wildcard layers/locales/*/LC_MESSAGES/*.po)
	@$(PYTHON) -m web.messages compile
	@touch $@

run: setup ## Start everything on http://localhost:8000 (PORT=…, FOLDER=… change it)
	@exec $(PYTHON) -m infra.local --port $(PORT) --folder $(FOLDER)

demo: setup ## Play a whole exercise over HTTP on a system of its own and check every figure
	@$(PYTHON) -m scripts.demo

test: setup ## Check and test everything
	@bash scripts/install_chromium.sh
	@bash scripts/install_libreoffice.sh
	@$(MAKE) --no-print-directory check audit
	@$(PYTHON) -m pytest $(IN_PARALLEL) --cov --cov-report=term:skip-covered --cov-report=json:build/coverage.json
	@$(PYTHON) -m scripts.coverage_floor build/coverage.json
	@$(MAKE) --no-print-directory demo

check: setup ## Lint and type-check
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy --no-error-summary

audit: setup ## Look for known vulnerabilities of dependencies, and list all of them (build/sbom)
	@$(PYTHON) -m scripts.audit

unit: setup ## Run the fast tests only
	@$(PYTHON) -m pytest tests/unit tests/architecture

integration: setup ## Run the tests on DynamoDB Local and the state machines
	@$(PYTHON) -m pytest tests/integration

browser: setup ## Run the tests in Chromium
	@bash scripts/install_chromium.sh
	@$(PYTHON) -m pytest tests/web tests/e2e

format: setup ## Format the code
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

messages: setup ## Extract all texts anew and bring every locale's files up to date
	@$(PYTHON) -m web.messages update

publish-catalogue: setup ## Publish a new version of the catalogue: VERSION=v2027_1
	@$(PYTHON) -c "from selfie.catalogue import schema; schema.publish('$(VERSION)')"

lock: .venv/installed ## Write the lockfiles anew
	@$(PYTHON) -m piptools compile --quiet --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--allow-unsafe --generate-hashes --extra dev --extra infra -o requirements.lock pyproject.toml
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PYTHON) -m infra.packages
	@$(PYTHON) -m piptools compile --quiet --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--allow-unsafe --generate-hashes -o requirements-checks.lock requirements-checks.in
	@npm install --package-lock-only --ignore-scripts --loglevel=error

synth: setup ## Write the CloudFormation templates to build/cdk.out and check them, without network
	@npx cdk synth --quiet -c stage=$(STAGE) -c wheels=false -c nag=true

deploy: setup ## Deploy a stage: STAGE=trial
	@npx cdk deploy --all -c stage=$(STAGE)

diff: setup ## Show what a deployment would change: STAGE=trial
	@npx cdk diff -c stage=$(STAGE)

drift: setup ## Show what was changed by hand since the last deployment: STAGE=trial
	@npx cdk drift --fail -c stage=$(STAGE)

import-accounts: setup ## Import accounts of a former system: FILE=… TABLE=… LAST_DAY=… (docs/migration.md)
	@$(PYTHON) -m scripts.import_accounts $(FILE) --table $(TABLE) --last-day $(LAST_DAY) --report $(FILE).refused

import-results: setup ## Import results that a former system published: FILE=… TABLE=… DRY_RUN=1 REPLACE=1 (docs/migration.md)
	@$(PYTHON) -m scripts.import_results $(FILE) --table $(TABLE) --report $(FILE).refused \
		$(if $(filter 1,$(DRY_RUN)),--dry-run) $(if $(filter 1,$(REPLACE)),--replace)

bench: setup ## Measure the budgets (see bench/README.md)
	@kept=0; for program in bench/*.py; do echo "== $$program"; $(PYTHON) -m bench.$$(basename $$program .py) || kept=1; done; exit $$kept

clean: ## Remove what was built and the local run's data
	rm -rf build .local cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis layers/locales/compiled
