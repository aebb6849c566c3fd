# Each recipe is what a person would type. `make` alone lists the targets.
#   make test ARGS="-k scalar"         more arguments for the command
#   make test PYTHON=python3.12        another Python (.venv is made again with it)

PYTHON ?= python3
ARGS ?=
unexport PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK = 1

IN = .venv/bin
LOCK = $(IN)/uv pip compile --quiet --no-annotate --custom-compile-command "make lock"

# .venv/stamp, written last, says for which folder and with which Python .venv was made. Without it,
# after the folder was moved and for another Python that is named, .venv is made again.
NAMED = $(if $(filter file,$(origin PYTHON)),,named)
IDENTITY = $(shell "$(PYTHON)" -c "import sys; print(sys.version.split()[0], sys.base_prefix)" 2>&1)
WANTED = for $(CURDIR)/.venv with $(if $(NAMED),$(IDENTITY))
AGAIN := $(if $(findstring $(WANTED),$(shell cat .venv/stamp 2>&1)),,again)

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile

environment: .venv/stamp ## make .venv, or bring it up to date (the others do this first)

.venv/stamp: $(IN)/python requirements.txt pyproject.toml $(AGAIN)
	@command -v "$(PYTHON)" >/dev/null || { echo 'There is no `$(PYTHON)` here. Install Python 3.11 or newer (https://www.python.org/downloads), then type the same again.' >&2; exit 1; }
	@"$(PYTHON)" tools/environment.py $(NAMED) $(AGAIN)

$(IN)/python again: ;

lab: environment ## open the course in JupyterLab
	@$(IN)/python tools/lab.py $(ARGS)

# Two at a time, a thread each: more threads than cores wait for one another.
test: export OMP_NUM_THREADS ?= 1
test: environment ## run the tests, and every notebook against its stored outputs
	$(IN)/python -m pytest --nbval -n 2 --no-loadscope-reorder $(ARGS)

sync: environment ## copy course_lib's definitions into the notebooks
	$(IN)/python tools/notebooks sync $(ARGS)

run: environment ## run the notebooks in fresh kernels and store their outputs
	$(IN)/python tools/notebooks run $(ARGS)

check: environment ## look for what would make a notebook drift or render badly
	$(IN)/python tools/notebooks check $(ARGS)

badges: environment ## write the repository's address from pyproject.toml into the notebooks
	$(IN)/python tools/notebooks badges $(ARGS)

# What only the site needs is in a lock of its own.
EDITIONS = $(IN)/python tools/editions
.venv/editions: tools/editions/requirements.txt .venv/stamp
	$(IN)/python -m pip install --quiet --requirement tools/editions/requirements.txt
	@touch $@

student: environment ## the lessons without outputs and solutions, to build/student
	$(EDITIONS) student $(ARGS)

instructor: environment ## the lessons with minutes, open solutions and what goes wrong, to build/instructor
	$(EDITIONS) instructor $(ARGS)

slides: environment ## a deck of slides of each lesson, and one of the drawings, to build/slides
	$(EDITIONS) slides $(ARGS)

site: .venv/editions ## the course as a site that needs no network, to build/site/html
	$(EDITIONS) site $(ARGS)

offline-kit: .venv/editions ## the lessons, the site and all packages for a room without a network, to build/kit
	$(EDITIONS) kit

plans: environment ## write the minutes of the plans for a class into TEACHING.md
	$(EDITIONS) plans

lint: environment ## ruff's rules and its format
	$(IN)/ruff check .
	$(IN)/ruff format --check .

lock: environment ## renew requirements.txt, the site's and tests/versions/ (ARGS=--upgrade: newer versions in the first too)
	$(IN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml --universal --python-version 3.11 --extra lab --extra dev $(ARGS) --output-file requirements.txt
	$(LOCK) pyproject.toml tests/versions/colab.in --python-version 3.13 --output-file tests/versions/colab.txt
	$(LOCK) pyproject.toml --universal --python-version 3.13 --extra lab --extra dev --upgrade --output-file tests/versions/newest.txt
	$(LOCK) pyproject.toml --universal --python-version 3.11 --extra editions --constraint requirements.txt $(ARGS) --output-file tools/editions/requirements.txt

versions: environment ## run the lessons under Colab's versions and under the newest (gigabytes, the first time)
	$(IN)/python tools/versions.py $(ARGS)

.PHONY: again help environment lab test sync run check badges student instructor slides site offline-kit plans lint lock versions
