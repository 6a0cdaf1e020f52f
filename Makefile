# Resettle. `make demo` and `make test` are all there is; each sets up what it needs.
PY ?= python3
B  := .venv/bin
UV := $(B)/uv pip install -q -p $(B)/python -c constraints.txt
WORKERS ?= 2
# What `make test` leaves to `make test-all`: the published tables beside the checkout, Spark, R, a browser, long fuzzing.
LONG := spark or oracle_r or browser or slow

.DEFAULT_GOAL := help
.PHONY: help serve demo test test-all rest studies lint bench clean

help: ## list what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.base: pyproject.toml constraints.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Resettle needs Python 3.11 or later. Try: make PY=python3.13 ...")'
	@echo "Setting up (once, about a minute with an empty cache) ..."
	$(PY) -m venv .venv
	$(B)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv 2>/dev/null
	$(UV) -e .
	@touch $@

.venv/.test: .venv/.base
	$(UV) -e '.[test,web]'
	$(B)/python -m resettle.web.assets
	@touch $@

.venv/.all: .venv/.test
	$(UV) -e '.[test,web,spark,browser,bench]'
	sh scripts/system.sh
	@touch $@

.venv-peers/.done: benchmarks/peers.txt .venv/.base
	$(PY) -m venv .venv-peers
	$(B)/uv pip install -q -p .venv-peers/bin/python -r benchmarks/peers.txt
	@touch $@

demo: .venv/.base ## the whole thread on three areas: out/index.html
	$(B)/resettle demo --out out

.venv/.web: .venv/.base
	$(UV) -e '.[web]'
	@touch $@

serve: .venv/.web ## the workspace with 60 invented people: http://127.0.0.1:8000/
	$(B)/resettle serve --demo --home out/workspace

test: .venv/.test lint ## all tests that need nothing but Python (under ten minutes)
	$(B)/pytest -q -n $(WORKERS) --dist loadgroup -m 'not ($(LONG) or shared)'

rest: .venv/.all
	$(B)/pytest -q -n $(WORKERS) --dist loadgroup -m '$(LONG)$(if $(wildcard ../shared), or shared)'
	sh scripts/with_postgres.sh $(B)/pytest -q -n $(WORKERS) --dist loadgroup -m 'not ($(LONG) or shared)' tests/web

test-all: test rest ## also Spark, R, a real browser, PostgreSQL, long fuzzing, the published tables (under forty minutes)

studies: .venv/.test ## long simulations; results are kept in benchmarks/results
	$(B)/python studies/coverage.py
	$(B)/python studies/intervals.py
	$(B)/python studies/recovery.py

lint: .venv/.test ## style, types and the import contract
	$(B)/ruff format -q --check src tests benchmarks studies examples
	$(B)/ruff check -q src tests benchmarks studies examples
	$(B)/mypy --no-error-summary
	$(B)/lint-imports --no-cache >/dev/null || $(B)/lint-imports --no-cache

bench: .venv/.all .venv-peers/.done ## headline speeds, side by side with what a user would pick instead
	sh scripts/system.sh bench
	$(B)/python benchmarks/cohort.py
	$(B)/python benchmarks/reinvestment.py
	$(B)/python benchmarks/contracts.py
	$(B)/python benchmarks/matching.py
	$(B)/python benchmarks/web.py
	sh scripts/with_postgres.sh $(B)/python benchmarks/web.py

clean: ## remove what the other targets made
	rm -rf .venv .venv-313 .venv-peers out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/data
