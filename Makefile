# The commands of this project; `make` alone lists them. Each one first brings .venv up to date (tools/bootstrap.py),
# which takes no time when nothing has changed. Options for the report go in ARGS:
#
#     make report ARGS="--edition as-published-2017 --language en"
#
# PYTHON=… chooses the Python that .venv is made with (after `make clean`), PYTEST_ARGS=… adds options to the tests.

PYTHON =
ARGS =
PYTEST_ARGS =
WORKERS = logical

# Where it is set, each of many processes would compile library and tests anew.
unexport PYTHONDONTWRITEBYTECODE

ifeq ($(OS),Windows_NT)
  VENV = .venv/Scripts/python
else
  VENV = .venv/bin/python
endif

BOOTSTRAP = @python=$$(PYTHON="$(PYTHON)" sh tools/find_python.sh) && "$$python" tools/bootstrap.py
PYTEST = $(VENV) -m pytest -n $(WORKERS) --maxprocesses 8 --dist loadfile --junit-xml=.cache/tests.xml
COMPILE = $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --custom-compile-command "make requirements" $(UPGRADE)

.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help report watch test test-all quick lint format lab data bench requirements install install-dev install-cluster clean

help: ## list these commands
	@echo "Usage: make COMMAND"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1	\2/p' Makefile | expand -t 19

report: install ## build the report from the published figures, in English and Chinese
	@$(VENV) build_report.py $(ARGS)

watch: install ## show the report as a page that follows every save (Ctrl-C ends it)
	@$(VENV) build_report.py watch $(ARGS)

test: install-dev ## run the tests, all but the thorough ones, with a quarter of the inputs
	@$(PYTEST) --hypothesis-profile=quick -m "not thorough" $(PYTEST_ARGS)

test-all: install-dev ## run every test, 100 inputs at each door (FUZZ=nightly: 1,000), and measure coverage
	@FUZZ=$${FUZZ:-ci} $(PYTEST) --cov --cov-report= $(PYTEST_ARGS); ended=$$?; $(VENV) tools/branch_coverage.py; exit $$ended

quick: install-dev ## run the tests that take seconds, with a quarter of the inputs
	@$(PYTEST) --dist load --hypothesis-profile=quick -m "not slow and not browser and not thorough" tests/unit $(PYTEST_ARGS)

lint: install-dev ## check style, types and spelling
	@failed=0; for check in "ruff check ." "ruff format --check ." mypy \
			"codespell_lib *.md docs editions notebooks"; do \
		$(VENV) -m $$check || failed=1; done; exit $$failed

format: install-dev ## put the code into the house's format, and notebooks into git's (no outputs)
	@$(VENV) -m ruff check --fix .
	@$(VENV) -m ruff format .
	@$(VENV) -m nbconvert --clear-output --inplace --log-level=WARN notebooks/*.ipynb

lab: install ## open the chapters in JupyterLab
	@$(VENV) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(ARGS)

data: install ## check catalogue and observations
	@$(VENV) build_report.py data check $(ARGS)

bench: install-dev ## measure speed against the peers; the result is docs/benchmarks.md
	@$(VENV) -m benchmarks $(ARGS)

requirements: install-dev ## pin the dependencies of pyproject.toml again (UPGRADE=--upgrade for newer versions)
	$(COMPILE) pyproject.toml --group build -c tools/constraints.txt -o requirements.txt
	$(COMPILE) --group cluster -c requirements.txt -o requirements-cluster.txt
	$(COMPILE) --group dev -c requirements.txt -c requirements-cluster.txt -o requirements-dev.txt
	$(COMPILE) --group bootstrap -o tools/requirements-uv.txt
	$(COMPILE) pyproject.toml --group build --group peers -c tools/constraints.txt -o benchmarks/requirements-peers.txt

install: ## bring .venv up to date for running
	$(BOOTSTRAP)

install-dev: ## bring .venv up to date for tests and checks
	$(BOOTSTRAP) --dev

install-cluster: ## what sweeping on a Dask cluster needs as well (docs/sweep.md)
	$(BOOTSTRAP) --cluster

clean: ## remove what can be made again: .venv, caches, dist
	rm -rf .venv .venv-peers .cache dist .mypy_cache .pytest_cache .ruff_cache *.egg-info
