# Everything works on a fresh machine with Python 3.11, git, make and gcc. `make help` lists the targets.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.havocproof
TYPED := $(wildcard python tools examples)

.PHONY: help demo patterns cookbook safety test prose differential verify generate audit vacuity stability mutants bench proofs fmt lint clean python venv

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: venv ## Run the research desk offline: what was permitted, denied and asked, and why
	@$(RUN) examples/research_desk/run.py

patterns: venv ## Run six patterns of several agents offline, each under a policy of its own
	@$(RUN) examples/patterns/run.py

cookbook: venv ## Cook ten flows offline, with an attack on each: plain, where it succeeds, and contained
	@$(RUN) examples/cookbook/run.py

safety: venv ## Attack the five example policies of safety: what was tried, and what it did to the world
	@$(RUN) examples/safety/attack.py

test: lint ## Run everything that can show the product right; proofs too, where Dafny can be had
	$(RUN) tools/certificate.py check
	$(RUN) tools/vacuity.py check
	$(RUN) tools/stability.py check
	$(RUN) tools/mutate.py check
	$(RUN) -m pytest -n 2 --dist loadfile
	@$(MAKE) differential
	$(RUN) tools/mutate.py sample --seconds 60
	$(RUN) tools/recheck.py

lint: venv ## Check style, format and types of the Python code
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy $(TYPED)

fmt: venv ## Format the Python code and, where Dafny can be had, the Dafny sources
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .
	@if $(RUN) tools/toolchain.py --quiet-missing >/dev/null; then $(RUN) tools/prove.py format; \
	else echo "the Dafny sources were not formatted: no Dafny (tools/toolchain.py says where it was looked for)"; fi

prose: venv ## Compare the whole product with the prose on random examples (HAVOCPROOF_EXAMPLES=20: many more)
	$(RUN) -m pytest -q -n 2 tests/differential

differential: venv ## Compare the proved model of PocketFlow with the installed package (RUNS=10000 SEED=...)
	$(RUN) -m tests.pocketflow_model.run --runs $(or $(RUNS),10000) $(if $(SEED),--seed $(SEED))
	$(RUN) -m pytest -q tests/pocketflow_model/test_model_mutants.py

bench: venv ## Measure from typed action to verdict; writes build/bench.json
	@mkdir -p build
	$(RUN) tests/bench/run.py --out build/bench.json

verify: python ## Prove everything in dafny/ (needs Dafny, as do the next five)
	$(PYTHON) tools/prove.py verify

generate: python ## Translate dafny/ into the generated kernel, and its model of PocketFlow for the tests
	$(PYTHON) tools/prove.py generate
	$(PYTHON) tools/prove.py model

audit: python ## Show that the proofs have no hole; writes proofs/audit.txt
	$(PYTHON) tools/prove.py audit

vacuity: python ## Look for hollow theorems: contradictory premises, unused ones; writes proofs/vacuity.csv
	$(PYTHON) tools/vacuity.py run

stability: python ## Prove everything under three random seeds; writes proofs/stability.csv
	$(PYTHON) tools/stability.py run

mutants: python ## Change code, specification and theorems in every small way: does a proof notice? (two hours; goes on)
	$(PYTHON) tools/mutate.py run

proofs: python ## After a change in dafny/: all of these, and the certificate of what they found (half an hour)
	$(PYTHON) tools/prove.py verify
	$(PYTHON) tools/prove.py generate
	$(PYTHON) tools/prove.py model
	$(PYTHON) tools/prove.py audit
	$(PYTHON) tools/prove.py resources
	$(PYTHON) tools/vacuity.py run
	$(PYTHON) tools/stability.py run
	$(PYTHON) tools/certificate.py write

clean: ## Remove what runs leave behind; .venv and the Dafny cache stay
	rm -rf build dist python/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find python tools tests examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "error: Python 3.11 or newer is needed, and $(PYTHON) is not; say make PYTHON=..." >&2; exit 1; }

# Made anew where the Python, the place, the metadata or the pinned versions have changed: the stamp holds their checksum.
venv: python
	@want=$$({ $(PYTHON) -VV; pwd; cat pyproject.toml tools/constraints.txt; } | cksum); \
	if [ "$$want" != "$$(cat $(STAMP) 2>/dev/null)" ]; then \
		echo "setting up $(VENV)"; \
		{ [ "$$($(RUN) -VV 2>/dev/null)" = "$$($(PYTHON) -VV)" ] || $(PYTHON) -m venv --clear $(VENV); } && \
		$(RUN) -m pip install -qq --disable-pip-version-check -c tools/constraints.txt -e '.[dev]' && \
		echo "$$want" > $(STAMP); \
	fi
