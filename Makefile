# make run | demo | test | check | bench. Needs Python 3.11+ and make; everything else is installed into .venv.
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14 python
# Arguments for pytest: make test TESTS="tests/test_migrations.py -k twice"
# A file stays with one worker; files in their order, the slow ones of the browser first, so that all end together.
# Three, also on two cores: browsers and schedulers are waited for part of the time.
TESTS ?= -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help run demo test check format bench browser settings lock revision initial-revision clean

help:
	@echo "make run     start the product (web server and scheduler) on data/nauz.db"
	@echo "make demo    the same on invented data, with log-ins for every role"
	@echo "make test    everything           make check   lint, types, architecture alone"
	@echo "make bench   measure              make format  format the code"
	@echo "make revision m=\"what changes\"    write a database revision from the models"

$(PYTHON):
	@for candidate in $(CANDIDATES); do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11 or newer is needed, and none of these is it: $(CANDIDATES)." >&2; exit 1; \
	fi; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(RUN_STAMP): requirements.txt constraints.txt | $(PYTHON)
	@echo "Installing what the product needs (once, about a minute)…"
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Installing what tests and checks need…"
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# honcho would read .env over the environment; the settings read it themselves, under it. Ctrl-C reaches both processes.
define START
	@address=$$($(PYTHON) manage.py address) || exit 1; set -- $$address; \
	$(PYTHON) manage.py announce & waiting=$$!; \
	PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONUNBUFFERED=1 HOST="$$1" $(BIN)/honcho -e /dev/null start -p "$$2"; \
	code=$$?; kill $$waiting 2>/dev/null; exit $$code
endef

run: $(RUN_STAMP)
	@$(PYTHON) manage.py migrate
	$(START)

demo: export DATABASE_URL = sqlite:///$(CURDIR)/data/demo.db
demo: export DATA_DIR = $(CURDIR)/data/demo
demo: $(RUN_STAMP)
	@$(PYTHON) manage.py demo
	$(START)

browser: $(DEV_STAMP)
	@$(PYTHON) -m tests.browser.executable

test: check browser
	@$(PYTHON) -m pytest $(TESTS)

check: $(DEV_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV_STAMP)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEV_STAMP) browser
	@$(PYTHON) -m tests.bench

settings: $(DEV_STAMP)
	@$(PYTHON) -m tests.readme

revision: $(DEV_STAMP)
	@$(PYTHON) manage.py revision "$(m)"

initial-revision: $(DEV_STAMP)
	@$(PYTHON) manage.py revision --initial

lock: $(DEV_STAMP)
	@{ echo "# Every version a machine ends up with, direct or brought along; \`make lock\` writes it anew from .venv."; \
	  $(PYTHON) -m pip freeze --exclude pip --exclude setuptools --exclude wheel; } > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
