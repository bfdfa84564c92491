# SPDX-License-Identifier: GPL-2.0-or-later
# NAT traversal for Kamailio. The two commands for a newcomer: make run, make test. All others: make help.

SHELL := /bin/bash
BUILD := @+$(MAKE) --no-print-directory -f utils/mk/build.mk
JOBS := $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := all
.PHONY: all run test check unit golden fuzz netns lint format doc doccheck bench demo install asan clean help

all: ## build modules and tools, and prove that Kamailio loads the modules
	@utils/deps run
	@mkdir -p build && [ -w build ] || { echo "make: build/ belongs to $$(stat -c %U build); build as that user or remove it" >&2; exit 1; }
	$(BUILD) -j$(JOBS) loadable tools

run: all ## start Kamailio with etc/kamailio.cfg in the foreground (ADDR= PORT= TLS_CERT= TLS_KEY= WITH_AUTH=1)
	@exec utils/run

test: ## everything that CI runs: two compilers, sanitizers, unit, golden, fuzz smoke, lab
	@utils/deps run test
	@test/all

check: all ## the inner loop, under a minute: build, unit and golden tests, manual against tables
	@utils/deps test
	$(BUILD) -j$(JOBS) unit-programs golden-programs
	@test/run-programs plain
	@utils/doc/check

asan: ## unit and golden tests with address and undefined behaviour sanitizers
	@utils/deps run test
	$(BUILD) -j$(JOBS) VARIANT=asan unit-programs golden-programs
	@test/run-programs asan

fuzz: ## fuzz smoke: FUZZ_RUNS (20000) inputs a target, or for FUZZ_SECONDS from a new seed
	@utils/deps run test
	$(BUILD) -j$(JOBS) VARIANT=fuzz fuzz-programs
	@test/fuzz/run

netns: all ## the lab alone: real NATs in network namespaces, phones, media
	@utils/deps test
	@test/netns/run

demo: all ## one call between two NATed phones in the lab, narrated
	@utils/deps test
	@utils/demo

bench: all ## beside nathelper: instructions per message, alone and in whole calls; what pings cost (4 minutes)
	@utils/deps test dev
	@test/bench/run

lint: all ## formatting, layers, static analysis, shell scripts
	@utils/deps test
	@utils/lint

format: ## put all C files into the house format
	@utils/deps test
	@clang-format -i $$(git ls-files '*.c' '*.h')

doc: ## make the manuals' READMEs and man pages anew
	@utils/deps test
	@utils/doc/make

doccheck: all ## manuals against the modules' tables, and generated files against their sources
	@utils/deps test
	@utils/doc/check

install: all ## modules, sample configuration and manuals to where Debian's Kamailio looks (DESTDIR=)
	@utils/install

clean: ## remove what was built; the fetched Kamailio tree stays
	@find build -mindepth 1 -maxdepth 1 ! -name kamailio -exec rm -rf {} + 2> /dev/null || :

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile
