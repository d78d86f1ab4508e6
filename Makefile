# The front door: see `make help`. The build itself is Meson's, in build/.

.DEFAULT_GOAL := build
.PHONY: build demo test install clean help \
        setup lint coverage check-arm64 test-bare test-import

# What make test builds and runs, of: gcc clang sanitizers
BUILDS = gcc clang sanitizers

help:
	@echo 'make            build the libraries and the program, build/leadscore'
	@echo 'make demo       make sample data, train on it, score and explain; does its own set-up'
	@echo 'make test       build and run all tests (BUILDS="$(BUILDS)"); does its own set-up'
	@echo 'make install    install to PREFIX (/usr/local), below DESTDIR where that is given'
	@echo 'make clean      remove build/'
	@echo
	@echo 'make setup      install the Debian packages that building needs, where they are missing'
	@echo 'make lint       clang-format, clang-tidy, and the rules of the house'
	@echo 'make coverage   which lines the tests reach'
	@echo 'make check-arm64  compile for arm64, without linking'
	@echo 'make test-import  import what every XGBoost writes, and compare; takes a network'
	@echo 'make test-bare  make demo and make test in a bare Debian 12, twice; takes root'

build: build/build.ninja
	@ninja -C build

build/build.ninja:
	@.ci/setup --check build
	meson setup build -Dtests=false

setup:
	@.ci/setup build

demo: setup
	@$(MAKE) --no-print-directory build
	@examples/demo.sh build/leadscore build/demo

test:
	@.ci/setup build test
	@python3 tests/run.py $(BUILDS)

install: build
	$(if $(PREFIX),meson configure build -Dprefix=$(PREFIX))
	meson install -C build
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" -ne 0 ] || ldconfig

lint: build/build.ninja
	@.ci/setup build test lint
	@.ci/lint

coverage:
	@.ci/setup build test coverage
	@python3 tests/run.py coverage
	@gcovr --root . --filter src/ --object-directory build/test/coverage --sort-percentage \
	    --html-details build/test/coverage/report.html

check-arm64: build/build.ninja
	@.ci/setup build arm64
	@.ci/check-arm64

# VERSIONS="1.7 newest" takes those alone.
test-import:
	@.ci/setup build import
	@$(MAKE) --no-print-directory build
	@python3 tests/import/run_import.py build/leadscore build/libleadscore.so build/import $(VERSIONS)

test-bare:
	@.ci/setup bare
	@tests/bare/run.sh build/bare

clean:
	rm -rf build
