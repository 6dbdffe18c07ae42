# The two commands a newcomer needs are `make run` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run class test test-fast test-slow lint evaluate bench clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: ## install what is missing and start the app on http://localhost:8501
	@scripts/install requirements.txt
	@.venv/bin/python scripts/serve.py

class: ## the same, over https, too: laptops in class may then use their cameras
	@scripts/install requirements-class.txt
	@.venv/bin/python scripts/serve.py --https

test: ## install what is missing, then lint, types and all tests
	@scripts/install requirements-dev.txt
	@scripts/browser
	@scripts/lint
	@scripts/test

test-fast: ## the tests without browser and without whole data sets
	@scripts/install requirements-dev.txt
	@.venv/bin/python -m pytest -q -n 2 -m "not e2e and not slow"

test-slow: ## measure every model card again on the full test sets
	@scripts/install requirements-dev.txt
	@.venv/bin/python -m pytest -q -m slow

lint: ## ruff and mypy
	@scripts/install requirements-dev.txt
	@scripts/lint

evaluate: ## measure every model on everything in the data folder
	@scripts/install requirements.txt
	@.venv/bin/python -m cnnviz evaluate

bench: ## measure speed; writes docs/performance.md
	@scripts/install requirements-dev.txt
	@scripts/browser
	@.venv/bin/python -m benchmarks

clean: ## remove the environment and every cache
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
