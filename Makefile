# Everything happens in .venv; it is installed once, and again only when pyproject.toml or constraints.txt change.
PYTHON ?= python3
ARGS   ?=
BIN    := .venv/bin
# What the environment was made from, and where: a change of content (not of a time stamp) or of folder makes it anew.
MADE   := $(BIN)/.made-$(shell { echo "$(CURDIR)"; cat pyproject.toml constraints.txt; } | cksum | tr ' ' '-')

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

demo: $(MADE)  ## build the graph, answer five questions, write it as RDF
	@$(BIN)/python scripts/demo.py $(ARGS)

test: $(MADE)  ## all tests, on the embedded engine and on Neo4j (ARGS="-k dates" for some)
	@$(BIN)/pytest $(ARGS)

check: $(MADE)  ## ruff, and mypy --strict
	$(BIN)/ruff check .
	@rm -rf build/typed && mkdir -p build/typed/qikg && ln -s $(CURDIR)/qikg/* build/typed/qikg/ \
	  && ln -s $(addprefix $(CURDIR)/,ontology graph loaders queries release evidence) build/typed/qikg/
	MYPYPATH=build/typed $(BIN)/mypy --cache-dir build/mypy --strict -p qikg
	MYPYPATH=build/typed:tests $(BIN)/mypy --cache-dir build/mypy --strict --explicit-package-bases tests

docs: $(MADE)  ## write the reference pages from the code
	@$(BIN)/python scripts/make_docs.py

bench: $(MADE)  ## measure loads and questions
	@$(BIN)/python scripts/bench $(ARGS)

clean:  ## remove what was built and all caches (.venv and .jars stay)
	rm -rf build dist demo *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

# The old environment is kept and brought up to date where it still belongs to this folder.
# setuptools comes first, from the constraints: an isolated build would take whatever is newest.
$(MADE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "qikg needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true). Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..."
	@$(BIN)/pip --version 2>/dev/null | grep -qF "$(CURDIR)/.venv/" || $(PYTHON) -m venv --clear .venv
	@rm -f $(BIN)/.made-*
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt setuptools
	@$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -c constraints.txt -e '.[test,dev]'
	@# Linked as a package too: else a folder called qikg beside a notebook would hide the editable install.
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])') && mkdir -p $$site/qikg \
	  && ln -sfn $(CURDIR)/qikg/*.py $(CURDIR)/qikg/py.typed $$site/qikg/ \
	  && ln -sfn $(addprefix $(CURDIR)/,ontology graph loaders queries release evidence) $$site/qikg/
	@touch $@
