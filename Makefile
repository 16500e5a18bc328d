# Everything runs in .venv, which make sets up when it is missing and brings up to date when
# requirements.lock or pyproject.toml has changed. Nothing else is needed than Python 3.11 or newer.

VENV := .venv
READY := $(VENV)/.ready

# Which small changes to the code "make mutants" tries, and how many.
MUTANTS_SEED := 1
MUTANTS_SAMPLE := 400

.PHONY: help setup demo test mutants check docs words bench lock

help:
	@echo "make setup   set cousinbot up in $(VENV), and run nothing; the targets below do it by themselves when it is needed"
	@echo "make demo    try cousinbot with a drawn family and a local Telegram (ARGS=--once: play once and end)"
	@echo "make test    run the tests (ARGS='tests/data -k facts': only those; ARGS='-m unit': the quick ones)"
	@echo "make mutants change the code in $(MUTANTS_SAMPLE) places, one at a time, and count what the tests notice (ARGS='--only outbox')"
	@echo "make check   run the linters, the type checker and the rules of who imports whom"
	@echo "make docs    rewrite docs/command.md from the command's --help"
	@echo "make words   gather the sentences that people read, and bring the catalogues in locales/ up to them"
	@echo "make bench   measure how fast it is, and say what moved since the stored run"
	@echo "             (PHOTOS=a folder a cousin, STRANGERS=a folder, WEIGHTS=the folder with YuNet's weights)"
	@echo "make lock    pin the dependencies of pyproject.toml anew (ARGS=--upgrade: to their newest versions)"

setup: $(READY)
	@echo "cousinbot is set up: $(VENV)/bin/cousinbot --help"

demo: $(READY)
	@$(VENV)/bin/cousinbot demo $(ARGS)

test: $(READY)
	@$(VENV)/bin/pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

mutants: $(READY)
	@$(VENV)/bin/python -m tests.mutants --seed $(MUTANTS_SEED) --sample $(MUTANTS_SAMPLE) $(ARGS)

check: $(READY)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

docs: $(READY)
	@$(VENV)/bin/python -m cli.reference

# Catalogues name the file of a sentence and not its line, so that they change with the sentences only.
words: $(READY)
	@$(VENV)/bin/pybabel --quiet extract --mapping-file=babel.cfg --project=cousinbot --version=1 --add-location=file \
		--output-file=locales/cousinbot.pot actions bot cli data demo foundation inference models training web
	@$(VENV)/bin/pybabel --quiet update --input-file=locales/cousinbot.pot --output-dir=locales --domain=cousinbot \
		--width=100 --previous --ignore-obsolete

bench: $(READY)
	@test -d "$(PHOTOS)" -a -d "$(STRANGERS)" -a -d "$(WEIGHTS)" || \
		{ echo "make bench PHOTOS=a-folder-a-cousin STRANGERS=folder WEIGHTS=folder-with-YuNet's-weights" >&2; exit 1; }
	@$(VENV)/bin/python -m benchmarks.speed --photos "$(PHOTOS)" --strangers "$(STRANGERS)" --weights "$(WEIGHTS)" \
		--compare benchmarks/speed.json $(ARGS)

# One lock for every platform and Python. Addresses stay out of it: where packages come from is each machine's affair.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv; install it with: pipx install uv" >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links $(ARGS) pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@if ! $(VENV)/bin/python -m pip --version >/dev/null 2>&1; then \
		for python in python3.13 python3.12 python3.11 python3 none; do \
			$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		done; \
		if [ $$python = none ]; then \
			echo "cousinbot needs Python 3.11 or newer with venv (Debian, Ubuntu: apt install python3-venv);" \
				"install it and run make again." >&2; \
			exit 1; \
		fi; \
		$$python -m venv --clear $(VENV); \
	fi
	@echo "Setting up $(VENV) with $$($(VENV)/bin/python -V): 2 to 5 minutes and 7 GB of disk, only this once …"
	@PIP_DISABLE_PIP_VERSION_CHECK=1; export PIP_DISABLE_PIP_VERSION_CHECK; \
	if $(VENV)/bin/python -m pip install -qq -r requirements.lock \
		&& $(VENV)/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .; \
	then \
		touch $@; \
	else \
		echo "The set-up did not finish. Check the network and the free disk space, then run make again:" \
			"it goes on from here." >&2; \
		exit 1; \
	fi
