# make demo     set up, and check the sample book: findings in the terminal, a page in build/demo.html
# make test     set up, and run every test and check
# make gallery  regenerate what the tests compare with: the error gallery, golden reports, reference tables
# make bench    run the benchmarks
# make fuzz     read damaged files for a while (make fuzz SECONDS=600)
# make fmt      format the code
# make clean    remove everything that was set up or built
#
# Needs make and Python 3.11 or newer (another interpreter: make PYTHON=python3.12 ...). As root on Debian
# or Ubuntu, what else is missing is installed by apt-get.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := src/gouji/samples/yunnan-2026.txt
REPORT := build/demo.html
SECONDS := 60
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test gallery bench fuzz fmt clean programs
.DELETE_ON_ERROR:
.NOTPARALLEL:

# `gouji check` exits 1 when it finds faults, and the sample is full of them.
demo: $(VENV)/base.stamp
	@mkdir -p $(dir $(REPORT)) && rm -f $(REPORT)
	@$(BIN)/gouji check $(SAMPLE) --format html -o $(REPORT) || test $$? -eq 1
	@test -s $(REPORT)
	@$(BIN)/gouji check $(SAMPLE) || test $$? -eq 1
	@echo
	@echo "HTML: $(CURDIR)/$(REPORT)"

test: $(VENV)/dev.stamp programs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

gallery: $(VENV)/dev.stamp
	$(BIN)/python -m tests.errors.regenerate

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.planted
	$(BIN)/python -m benchmarks.speed


fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzz.run $(SECONDS)

fmt: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@command -v $(PYTHON) >/dev/null || { echo "gouji: $(PYTHON) not found: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "gouji: $$($(PYTHON) --version) is too old: try make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || $(MAKE) --no-print-directory venv-by-apt
	@touch $@

# Debian's python3 comes without ensurepip, which `python3 -m venv` needs.
.PHONY: venv-by-apt
venv-by-apt:
	@if ! command -v apt-get >/dev/null || [ "$$(id -u)" != 0 ]; then \
	  echo "gouji: $(PYTHON) cannot make a virtual environment; on Debian or Ubuntu: sudo apt-get install python3-venv" >&2; \
	  exit 1; fi
	@echo "gouji: installing python3-venv by apt-get"
	@version=$$($(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
	  $(APT) update && { $(APT) install -y $$version-venv || $(APT) install -y python3-venv; } >/dev/null
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/base.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "gouji: setting up $(VENV)"
	@$(PIP) install -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	@echo "gouji: setting up $(VENV) for the tests"
	@$(PIP) install -e '.[dev]'
	@touch $@

# Pages are tested in a real browser with a real CJK font, workbooks and documents in a real office program.
# What cannot be had is said, and its tests skip.
programs:
	@wanted=; \
	command -v chromium >/dev/null || wanted="$$wanted chromium"; \
	command -v chromedriver >/dev/null || wanted="$$wanted chromium-driver"; \
	[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || wanted="$$wanted fonts-noto-cjk"; \
	command -v soffice >/dev/null || wanted="$$wanted libreoffice-writer-nogui libreoffice-calc-nogui"; \
	[ -n "$$wanted" ] || exit 0; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "gouji: installing$$wanted by apt-get"; \
	  $(APT) update; \
	  for package in $$wanted; do \
	    $(APT) install -y --no-install-recommends $$package >/dev/null \
	      || echo "LEFT OUT: $$package could not be installed: the tests that need it are skipped"; \
	  done; \
	else \
	  for package in $$wanted; do \
	    echo "LEFT OUT: $$package is not installed (needs root and apt-get): the tests that need it are skipped"; \
	  done; \
	fi
