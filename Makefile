# Everything a person does here, one word each. Needs Python >= 3.11, make and a C library; the rest is set up in .venv.
# A stamp in .venv says that a set-up is finished, so a second run costs nothing.

# The interpreters to try, first good one wins. To choose: make demo PYTHONS=/opt/python/bin/python3
PYTHONS ?= python3.13 python3.12 python3.11 python3

VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
PIP    := $(PY) -m pip --disable-pip-version-check --no-input
NEEDS  := pyproject.toml constraints.txt

# What each set-up must be able to import before it counts as finished.
PROBE_core     := array_api_compat, eschew, msgspec, numpy, onnxruntime, PIL, rich, soundfile, tokenizers, typer
PROBE_test     := accelerate, diffusers, hypothesis, mypy, pedalboard, pytest, ray, scipy, sqlalchemy, torch, transformers
PROBE_training := onnx, onnxscript, tinysoundfont, torch

# Folders beside src that hold Python, once they exist: mypy stops at an empty one.
EXTRA_CODE := $(foreach d,training benchmarks,$(if $(wildcard $(d)/*.py $(d)/*/*.py),$(d)))

# A stamp is believed only while the interpreter starts and the repository lies where it lay when .venv was made
# (console scripts hold that path). The comparison is the whole cost of a run with nothing to do.
ifneq ($(shell $(PY) -c 'import pip' 2>/dev/null && cat $(STAMPS)/place 2>/dev/null),$(CURDIR))
$(shell rm -rf $(STAMPS))
endif

# $(call install,NAME,WHAT FOR PIP): install, then try the imports. Where pip is content and an import fails (a file
# lost in an interrupted run), .venv is made anew, once.
define install
	@echo "setting up $(VENV) ($(1)) ..."
	@$(PIP) install --quiet --constraint constraints.txt $(2)
	@$(PY) -c 'import $(PROBE_$(1))' 2>/dev/null || { \
	    echo "$(VENV) is damaged; making it anew ..."; \
	    $(PY) -m venv --clear $(VENV) && mkdir -p $(STAMPS) && \
	    $(PIP) install --quiet --constraint constraints.txt $(2) && \
	    $(PY) -c 'import $(PROBE_$(1))' && $(MARK_PLACE) && touch $(STAMPS)/venv $(STAMPS)/core; }
	@touch $(STAMPS)/$(1)
endef

MARK_PLACE := echo "$(CURDIR)" > $(STAMPS)/place

.PHONY: help
help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(STAMPS)/core  ## hear and see four negative prompts work; leaves demo-report/ (no PyTorch needed)
	$(VENV)/bin/eschew demo --out demo-report

.PHONY: setup
setup: $(STAMPS)/core  ## just the set-up that `make demo` needs

.PHONY: test-setup
test-setup: $(STAMPS)/test  ## just the set-up that `make test` needs (PyTorch, diffusers, linters)

.PHONY: training-setup
training-setup: $(STAMPS)/training  ## what the recipes under training/ need

.PHONY: test
test: lint types  ## format, lint, types, tests
	$(PY) -m pytest $(PYTEST_ARGS)

.PHONY: lint
lint: $(STAMPS)/test  ## ruff: is it formatted, is it clean
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

.PHONY: types
types: $(STAMPS)/test  ## mypy: strict for src, lighter for training and benchmarks
	$(PY) -m mypy --strict src
	$(if $(EXTRA_CODE),$(PY) -m mypy $(EXTRA_CODE))

.PHONY: format
format: $(STAMPS)/test  ## let ruff format and repair what it safely can
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

.PHONY: bench
bench: $(STAMPS)/test  ## run every benchmark, one after the other
	@set -e; ran=no; for file in benchmarks/[a-z]*.py; do \
	    [ -e "$$file" ] || continue; ran=yes; echo "== $$file"; $(PY) "$$file"; \
	done; [ $$ran = yes ] || echo "there are no benchmarks in benchmarks/ yet"

.PHONY: wheel
wheel: $(STAMPS)/venv  ## build dist/eschew-*.whl
	$(PIP) wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist

.PHONY: clean
clean:  ## remove .venv, builds, caches and the demo's report
	rm -rf $(VENV) build dist demo-report .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests training benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# ── the set-ups ──────────────────────────────────────────────────────────────────────────────────────────────────

# An environment whose interpreter or pip does not start is half-made and is made anew; one that works is kept.
$(STAMPS)/venv:
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
	    for candidate in $(PYTHONS); do \
	        if "$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	            >/dev/null 2>&1; then found=$$candidate; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "eschew needs Python 3.11 or newer with its venv module, and none of these is one: $(PYTHONS)." >&2; \
	        echo "try: install Python 3.11 or newer (on Debian: python3 and python3-venv)," >&2; \
	        echo "     or name one: make PYTHONS=/path/to/python3" >&2; \
	        exit 1; \
	    fi; \
	    echo "making $(VENV) with $$found ..."; \
	    "$$found" -m venv --clear $(VENV); }
	@mkdir -p $(STAMPS) && $(MARK_PLACE) && touch $@

$(STAMPS)/core: $(STAMPS)/venv $(NEEDS)
	$(call install,core,--editable .)

$(STAMPS)/test: $(STAMPS)/core $(NEEDS)
	$(call install,test,--editable '.[dev$(comma)diffusers]')

# tinysoundfont goes in without its dependencies: it declares PyAudio, which must be compiled against a sound card's
# headers and is used only for playing aloud.
$(STAMPS)/training: $(STAMPS)/core $(NEEDS)
	@$(PIP) install --quiet --constraint constraints.txt --no-deps tinysoundfont
	$(call install,training,--editable '.[training]')

comma := ,
