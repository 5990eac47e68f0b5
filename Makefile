# Two commands do everything on a fresh machine: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -o pipefail -c
.PHONY: help build demo demo-down test test-exhaustive bench bench-proxy bench-zero-drop lint format \
	set-up-tests images test-build test-quick test-for-real test-lane-docker test-lane-process

# Which of the points at which commands are killed are tried: others for each commit. See PointSample.
export ORCHESTRATOR_TEST_SEED ?= $(shell printf '%d' 0x$$(git rev-parse --short=7 HEAD 2>/dev/null || echo 0))

help:  ## Shows this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 24

demo: build  ## Sets up what is missing, builds, deploys two sample apps side by side and shows both answering
	@Scripts/set-up.sh runtime
	@Scripts/demo.sh up

demo-down:  ## Takes the sample apps down
	@Scripts/demo.sh down

build:  ## Builds .build/release/orchestrator
	@Scripts/set-up.sh build
	swift build -c release --product orchestrator

test: set-up-tests  ## Sets up what is missing, builds, and runs every test; long trials in a short form
	@# The images come from the network while the compiler has the processors.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target images test-build
	@$(MAKE) --no-print-directory lint test-quick test-for-real

test-exhaustive: export ORCHESTRATOR_TEST_EXHAUSTIVE = 1
test-exhaustive: build test  ## The same with the optimized program built as well, and every trial in full: commands killed at each of their points, many apps, long loads

test-quick:
	swift test --skip-build --disable-xctest --filter OrchestratorTests --filter OrchestratorCLITests

LANE_LOGS := .build/tests-of-docker.log .build/tests-of-process.log

# The tests for real wait half of the time: those over Docker and those over processes run side by side.
test-for-real:
	@echo "the kill points that are tried are those of seed $$ORCHESTRATOR_TEST_SEED (ORCHESTRATOR_TEST_SEED sets it)"
	@$(MAKE) --no-print-directory --jobs=2 --keep-going test-lane-docker test-lane-process || failed=1; \
	echo "the slowest tests, in seconds:"; \
	sed --quiet --regexp-extended 's/(.*) \| .*Test (".*") .*(passed|failed) after ([0-9.]+) seconds.*/\4 \1 \2/p' \
		$(LANE_LOGS) | sort --reverse --numeric-sort | head --lines=10; \
	if [ "$$failed" ]; then grep --no-filename --after-context=8 "recorded an issue" $(LANE_LOGS); exit 1; fi

test-lane-docker test-lane-process: test-lane-%:
	@# swift test has the build folder to itself, also for running what is built; the program that it runs has not.
	@ORCHESTRATOR_TEST_LANE=$* ORCHESTRATOR_BASE_IMAGES="$$(Scripts/base-images.sh print)" \
		.build/debug/orchestratorPackageTests.xctest --testing-library swift-testing --filter IntegrationTests \
		2>&1 | sed --unbuffered 's/^/$* | /' | tee .build/tests-of-$*.log

bench: build  ## Measures redeploys and the proxy against the same work done by hand, and many deploys at once against one after the other
	@Scripts/set-up.sh process runtime
	swift build -c release --product deploy-many
	@python3 Benchmarks/crowd.py
	@ORCHESTRATOR_BASE_IMAGES="$$(Scripts/base-images.sh print)" python3 Benchmarks/redeploy.py
	@$(MAKE) --no-print-directory bench-proxy

bench-proxy: build  ## Measures requests per second through the proxy, against nginx by hand and other proxies
	@Scripts/set-up.sh process
	@Scripts/set-up-tests.sh proxies
	@python3 Benchmarks/proxy.py

bench-zero-drop: build  ## Counts what clients lose while apps are redeployed, deploys fail and deployers are killed
	@Scripts/set-up.sh process runtime
	@Scripts/set-up-tests.sh proxies
	@ORCHESTRATOR_BASE_IMAGES="$$(Scripts/base-images.sh print)" python3 Benchmarks/zero_drop.py

set-up-tests:
	@Scripts/set-up.sh build docker process
	@Scripts/set-up-tests.sh node browser load

images:
	@Scripts/base-images.sh get
	@Scripts/set-up-tests.sh npm-packages

test-build:
	@# A layer that knows one above it does not build. What a debugger needs would take a fifth of the time.
	swift build --build-tests --explicit-target-dependency-import-check error -debug-info-format none

lint:  ## Checks the layout of the code
	swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

format:  ## Lays out the code
	swift format --in-place --recursive Sources Tests Benchmarks Package.swift
