.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export SAM_CLI_TELEMETRY := 0

PYTHON ?= python3
# The version of the functions' runtime. The local AWS also runs on it, or without it on python3.
RUNTIME := 3.13
runtime_python = $(shell scripts/find-python $(RUNTIME))
lambda_python = $(CURDIR)/.envs/lambda/bin/python
lambda_version = $(shell $(lambda_python) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
SAM := .envs/sam/bin/sam

DEV := .venv/.installed .venv/.editable
LOCAL := .envs/emulator/.installed .envs/lambda/.installed
sources = $(shell find template.yaml samconfig.toml functions layers -type f ! -path '*/__pycache__/*' | LC_ALL=C sort)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## Make every environment (.venv and .envs/*)
	@$(MAKE) -s -j2 $(DEV) .envs/sam/.installed $(LOCAL)

.PHONY: format
format: $(DEV) ## Format the code and fix lint problems
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

.PHONY: lint
lint: $(DEV) ## Check format, style and import directions
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports

.PHONY: types
types: $(DEV) ## Check the types
	.venv/bin/mypy

.PHONY: template
template: $(DEV) .envs/sam/.installed ## Check the template as CloudFormation reads it, in every partition
	.venv/bin/cfn-lint --regions us-east-1 us-gov-west-1 cn-north-1 eusc-de-east-1 -- template.yaml
	.venv/bin/python -m scripts.template_check
	$(SAM) validate --lint --region us-east-1 --template template.yaml

.PHONY: check
check: lint types template ## Run every static check

.PHONY: unit
unit: $(DEV) ## Run the unit and integration tests
	.venv/bin/pytest -m "not e2e" -n 2

.PHONY: coverage
coverage: $(DEV) ## Run the unit and integration tests, and show which lines they reach
	.venv/bin/pytest -m "not e2e" -n 2 --cov --cov-report=term

.PHONY: e2e
e2e: $(DEV) .envs/sam/.installed $(LOCAL) build-local ## Run the end-to-end tests on the local AWS
	.venv/bin/pytest -m e2e -n 2 --dist loadfile

.PHONY: test
test: ## Run all tests: unit, integration, end to end
	@$(MAKE) -s setup
	@$(MAKE) -s build build-local
	@$(MAKE) unit
	@$(MAKE) e2e

.PHONY: build
build: .aws-sam/build/template.yaml ## Build the application for Lambda (python3.13, arm64 or x86_64)

.PHONY: build-local
build-local: .aws-sam/local/template.yaml ## Build the application for the local AWS

.PHONY: demo
demo: ## Deploy to a local AWS and run the whole chain
	@$(MAKE) -s -j2 .envs/sam/.installed $(LOCAL)
	@$(MAKE) -s build-local
	@.envs/emulator/bin/python -m local.demo

.PHONY: local
local: ## Keep a local AWS running to look around
	@$(MAKE) -s -j2 .envs/sam/.installed $(LOCAL)
	@$(MAKE) -s build-local
	@.envs/emulator/bin/python -m local.serve

.PHONY: bench
bench: ## Measure speed and cost
	@$(MAKE) -s setup
	@$(MAKE) -s build-local
	@.venv/bin/python -m benchmarks

.PHONY: bench-inventory
bench-inventory: $(DEV) ## Measure the inventory up to a million images (an hour)
	@.venv/bin/python -m benchmarks.inventory

.PHONY: docs
docs: $(DEV) ## Write the generated parts of the documents
	@.venv/bin/python -m scripts.render_messages
	@.venv/bin/python -m scripts.template_check.partitions
	@.venv/bin/python -m scripts.reference

.PHONY: docs-demo
docs-demo: ## Run the demo, and write its output into docs/demo.md
	@$(MAKE) -s -j2 .envs/sam/.installed $(LOCAL)
	@$(MAKE) -s build-local
	@.envs/emulator/bin/python -m local.demo --record docs/demo.md

.PHONY: screenshots
screenshots: ## Take the pictures of the web page (needs Chromium)
	@$(MAKE) -s setup
	@$(MAKE) -s build-local
	@.venv/bin/python -m scripts.page_screenshots

.PHONY: lock
lock: .envs/lock/.installed ## Pin the requirements (UPGRADE=1 takes the newest versions)
	@PATH="$(CURDIR)/.envs/lock/bin:$$PATH" scripts/lock $(if $(UPGRADE),--upgrade)

.PHONY: axe
axe: ## Renew axe-core of the page tests (needs npm; VERSION=x.y.z)
	@scripts/renew-axe $(VERSION)

.PHONY: page-libraries
page-libraries: ## Renew the libraries of the web page (needs npm; VERSIONS="preact htm")
	@scripts/renew-page-libraries $(VERSIONS)

.PHONY: clean
clean: ## Remove environments, builds and caches
	rm -rf .venv .envs .aws-sam dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Environments. Python compiles them on first use; .envs/lambda is compiled now, as Lambda's own runtime is.
.venv/.installed: requirements/dev.txt
	@scripts/make-env .venv $(PYTHON) $< --no-compile

.venv/.editable: pyproject.toml .venv/.installed
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.envs/sam/.installed: requirements/sam.txt
	@scripts/make-env .envs/sam $(PYTHON) $< --no-compile

.envs/emulator/.installed: requirements/emulator.txt
	@scripts/make-env .envs/emulator $(runtime_python) $< --no-compile

.envs/lambda/.installed: requirements/lambda.txt
	@scripts/make-env .envs/lambda $(runtime_python) $<

.envs/lock/.installed: requirements/lock.txt
	@scripts/make-env .envs/lock $(PYTHON) $<

# Builds. The list of sources is a prerequisite, so that a removed file also rebuilds.
.PHONY: FORCE
.aws-sam/sources: FORCE
	@mkdir -p .aws-sam
	@echo $(sources) | cmp -s - $@ || echo $(sources) > $@

.aws-sam/build/template.yaml: .aws-sam/sources $(sources) .envs/sam/.installed
	@echo "==> sam build for Lambda (python$(RUNTIME))"
	@LAYER_PYTHON=$(CURDIR)/.envs/sam/bin/python COMPILER=$(runtime_python) $(SAM) build --no-cached --build-dir .aws-sam/build
	@touch $@

.aws-sam/local/template.yaml: .aws-sam/sources $(sources) .envs/sam/.installed .envs/lambda/.installed
	@echo "==> sam build for the local AWS ($$($(lambda_python) --version))"
	@PLAT=native PYV=$(lambda_version) LAYER_PYTHON=$(lambda_python) COMPILER=$(lambda_python) \
		$(SAM) build --no-cached --build-dir .aws-sam/local >.aws-sam/local.log 2>&1 || { cat .aws-sam/local.log; exit 1; }
	@touch $@
