# Everything a supplier or a colleague runs. Needs python3 (3.11 or newer) with venv, and make.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
BLIND ?= 60
SEED ?= 1
SIGNALS ?= 5000
DIALECT ?= regionale_index
FAST = not verify and not interop
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n 2 --dist worksteal

.PHONY: demo sandbox test verify mutants switch-drill interop bench crash lint format lock wheelhouse clean help

help: ## What there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | column -t -s:

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## A signal becomes a match, with the proof in out/demo/bewijs.html
	$(BIN)/verwijsindex demo --out out/demo

sandbox: $(READY) ## A gateway with simulated indices to build against
	$(BIN)/verwijsindex sandbox

test: $(READY) ## The fast tests: about six minutes, nothing else needed
	$(PYTEST) -m "$(FAST) and core" tests/spec tests/unit \
	  --cov=gateway.canonical --cov=gateway.rules --cov=gateway.flow \
	  --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100
	$(PYTEST) -n 3 -m "$(FAST) and not core"

verify: $(READY) ## PostgreSQL, real processes with kill -9, the kit against a sandbox, foreign clients where present
	EXAMPLES=150 $(PYTEST) tests/property
	$(PYTEST) -m "verify or interop" tests/conformance
	$(PYTEST) -m "verify or interop" --ignore tests/conformance
	$(BIN)/python -m tests.e2e.kit
	$(BIN)/python -m tests.mutants --small
	$(BIN)/python -m tests.e2e.switch 60 --liar

switch-drill: $(READY) ## SIGNALS=5000 signals to another index and back while senders go on; DIALECT=fhir_index for what it speaks
	$(BIN)/python -m tests.e2e.switch $(SIGNALS) --dialect $(DIALECT)

mutants: $(READY) ## Is the kit right: every cell broken in every way known, BLIND=60 things done wrong, replies spelt otherwise
	$(BIN)/python -m tests.mutants --blind $(BLIND) --seed $(SEED)

interop: $(READY) ## Clients and judges that others wrote: zeep, Node soap, PHP, CXF and HAPI where their tools are present
	$(BIN)/pytest -m interop -v

bench: $(READY) ## A line per goal, measured side by side
	$(BIN)/python -m tests.bench

crash: $(READY) ## kill -9 at random during 2,000 signals, on both engines
	CRASH_SIGNALS=2000 $(BIN)/pytest -m verify tests/e2e/test_crash.py -s

lint: $(READY) ## Style, types, import contracts, vocabulary
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/verwijsindex vocabulary check

format: $(READY) ## Let ruff write it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Resolve the dependencies anew, with hashes and without addresses
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet pip-tools
	$(VENV)-lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --extra dev --extra postgres --output-file requirements.lock pyproject.toml

wheelhouse: $(READY) ## The kit for a machine without a network: dist/wheelhouse, installed with --no-index
	$(BIN)/python -m tests.conformance.wheelhouse dist/wheelhouse

clean: ## Remove what was made
	rm -rf $(VENV) $(VENV)-lock out data .hypothesis .mypy_cache .ruff_cache .coverage
