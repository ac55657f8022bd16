# SPDX-License-Identifier: MIT
#
# make                 builds everything into build/$(VARIANT)
# make run             installs what running needs, builds, starts TOPOLOGY
# make test            installs what tests need and runs them all
# make unit            builds and runs the unit tests
# make lint            format, house rules, procedures, cppcheck, clang-tidy,
#                      gcc's analyzer
# make install         programs, manual pages, units, completion below PREFIX
# make deb             the same as a package of Debian
# make pages           the dashboard's pages anew (needs Node.js and npm)
# make valgrind        unit tests and ladders under memcheck (needs valgrind;
#                      slow, so by hand)
# make starved         a network that is refused each of its growths in turn
# make analyze         gcc's analyzer alone
# make test-docker     compose.yaml on a real Docker engine, installed as needed
# make containers      the same without judging times, a part of make test
# make test-arm64      everything compiled for arm64, unit tests by qemu (root)
# make test-systemd    our units under a real systemd, in User Mode Linux (root)
# make fuzz            each fuzz target for FUZZ_SECONDS (needs clang)
# make fuzz-slice      each fuzz target over its seeds and two seconds more
# make coverage        lines and branches that tests reach, as build/coverage.txt
#                      and in docs/testing.md
# make sim             SEEDS random worlds in the simulator
# make bench           imsbox beside Kamailio and bare forwarders, one table;
#                      tests/bench/targets.mk has the rest, make scale too
# make bench-instructions  instructions a unit costs each node (needs valgrind)
# make coverage-spec   where each procedure lives and what proves it
# VARIANT              release (default), asan (address, undefined, leaks), fuzz,
#                      shared (our code as one shared library, for mutants),
#                      coverage (counts lines and branches), clang

VARIANT ?= release
CC_release = gcc
CC_asan = gcc
CC_fuzz = clang
CC_shared = gcc
CC = $(CC_$(VARIANT))
B = build/$(VARIANT)

# In parallel without being asked; JOBS=1 or -j say otherwise.
JOBS ?= $(shell nproc)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS) -Otarget --no-print-directory
endif

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
       -Wmissing-prototypes -Wpointer-arith -Wvla -Wundef -Wswitch
CFLAGS_release = -O2
CFLAGS_asan = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
LDFLAGS_asan = -fsanitize=address,undefined
CFLAGS_fuzz = -O2 -fsanitize=fuzzer-no-link,address,undefined \
              -fno-sanitize-recover=all
LDFLAGS_fuzz = -fsanitize=fuzzer,address,undefined
CFLAGS_shared = -O1 -fPIC
CC_coverage = gcc
CC_clang = clang
CFLAGS_clang = -O2
CC_arm64 = aarch64-linux-gnu-gcc
AR_arm64 = aarch64-linux-gnu-ar
AR := $(or $(AR_$(VARIANT)),$(AR))
CFLAGS_arm64 = -O2
RUN_arm64 = qemu-aarch64-static
CFLAGS_coverage = -O0 --coverage
LDFLAGS_coverage = --coverage
CFLAGS += -std=gnu17 -g $(WARN) $(CFLAGS_$(VARIANT)) -D_GNU_SOURCE \
          -Icommon -I. -Itests -MMD -MP
LDFLAGS += $(LDFLAGS_$(VARIANT)) -Wl,--as-needed
LIBS = -luv -lcares -lssl -lcrypto -lmicrohttpd -lyaml -lexpat -lsqlite3 \
       -ljansson -lcurl -lpthread -lm

# Memory of the programs: messages are larger than what glibc's malloc keeps at
# hand. Tests count memory by glibc's own figures, sanitizers have their own.
MALLOC_release = -lmimalloc
MALLOC_arm64 = -lmimalloc
MALLOC = $(MALLOC_$(VARIANT))

ROOMS = common/base common/crypto common/net common/sip common/diameter \
        common/ims common/node topology imsbox/dashboard imsbox/dashboard/doctor
NODES = pcscf icscf scscf hss
PROGRAMS = $(NODES) imsbox

# Everything but each program's main.c goes into one archive.
LIB_SRC := $(filter-out %/main.c,$(wildcard $(addsuffix /*.c,$(ROOMS) \
           $(PROGRAMS))))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
# The dashboard's pages, as they are there.
PAGES := $(shell find pages/dist -type f ! -name '.*')
LIB_OBJ += $(B)/pages/pages_data.o
LIB = $(B)/libimsbox.$(if $(filter shared,$(VARIANT)),so,a)
BIN := $(foreach p,$(PROGRAMS),$(if $(wildcard $(p)/main.c),$(B)/bin/$(p)))

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
UNIT_RUN := $(UNIT:%=%.run)

SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(B)/%.o)
SUPPORT = $(B)/libsupport.a

FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_RUN := $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%.run)
FUZZ_SECONDS ?= 30
SLICE_SECONDS ?= 2

TOPOLOGY ?= topology/box.yaml

.PHONY: all run test test-all unit unit-build fuzz fuzz-run fuzz-slice lint tidy analyze valgrind coverage coverage-spec format clean
all: $(BIN)

# The plus lets the output through as it comes.
run:
	@tools/install-deps run
	@$(MAKE) -s all
	+@$(B)/bin/imsbox up $(TOPOLOGY)

# Ladders and scenarios bring their rules along; with the rules they are part
# of the tests. Live ones have the machine to themselves, one after the other.
MORE_TESTS := $(if $(wildcard tests/unit/targets.mk),starved) \
              $(if $(wildcard tests/ladder/targets.mk),ladders ladders-asan \
              ladders-twice) \
              $(if $(wildcard tests/worlds/targets.mk),sim-slice) \
              $(if $(wildcard tests/fuzz/targets.mk),fuzz-slice) \
              $(if $(wildcard tests/load/targets.mk),instructions-check)
LIVE_TESTS := $(if $(wildcard tests/ladder/targets.mk),ladders-live \
              ladders-live-asan) \
              $(if $(wildcard tests/scenarios/targets.mk),scenarios \
              scenarios-asan) \
              $(if $(wildcard tests/peers/targets.mk),peers) \
              $(if $(wildcard tests/dashboard/targets.mk),browser) \
              $(if $(wildcard tests/docker/targets.mk),containers)
-include tests/*/targets.mk
include packaging/targets.mk
include pages/targets.mk

test:
	tools/install-deps test
	+@tools/tell-tests $(MAKE) test-all

test-all:
	$(MAKE) all
	$(MAKE) unit
	$(MAKE) unit VARIANT=asan
	$(MAKE) lint
	$(MAKE) pages-check
	$(if $(strip $(MORE_TESTS)),$(MAKE) $(MORE_TESTS))
	$(MAKE) all VARIANT=asan
	+@set -e; for suite in $(LIVE_TESTS); do $(MAKE) $$suite; done

unit: $(UNIT_RUN)

unit-build: $(UNIT)

# A passing test says so in one line, and what it skipped; a failing one
# prints everything.
$(B)/unit/%.run: $(B)/unit/%
	@if $(RUN_$(VARIANT)) $< >$@.log 2>&1; then \
	    grep '^SKIPPED' $@.log; \
	    sed -n 's|^\[  PASSED  \]|  PASSED  $(VARIANT)/unit/$*:|p' $@.log; \
	else \
	    status=$$?; cat $@.log; \
	    echo "  FAILED  $(VARIANT)/unit/$* (status $$status)"; exit 1; \
	fi

$(B)/unit/%: $(B)/tests/unit/%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter-out %.o,$^) $(LIBS) \
	    -lcmocka

fuzz:
	$(MAKE) VARIANT=fuzz fuzz-run

fuzz-run: $(FUZZ_RUN)

fuzz-slice:
	+@$(MAKE) VARIANT=fuzz $(FUZZ_RUN:.run=.slice)

# Words of its own, or those of its kind: fuzz_sip_uri has sip.dict.
dict_of = $(addprefix -dict=,$(firstword $(wildcard tests/fuzz/$1.dict \
          tests/fuzz/$(word 2,$(subst _, ,$1)).dict)))
seeds_of = $(wildcard tests/fuzz/seeds/$1 $(FUZZ_CORPUS_$1:%=$(CORPORA)/%))
CORPORA = $(or $(IMSBOX_CORPORA),../shared/corpora)

# What was found stays in build/fuzz/corpus; what crashed beside it.
build/fuzz/%.run: build/fuzz/bin/%
	@mkdir -p build/fuzz/corpus/$*
	@echo "  FUZZ    $*"
	@$< -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=5 \
	    -print_final_stats=1 -artifact_prefix=build/fuzz/$*. \
	    $(call dict_of,$*) $(FUZZ_OPTIONS_$*) build/fuzz/corpus/$* $(call seeds_of,$*) \
	    >$@.log 2>&1 || { tail -40 $@.log; exit 1; }

# The seeds, then a few seconds from the same throw as ever.
build/fuzz/%.slice: build/fuzz/bin/%
	@rm -rf build/fuzz/slice/$* && mkdir -p build/fuzz/slice/$*
	@$< -max_total_time=$(SLICE_SECONDS) -max_len=8192 -timeout=20 -seed=1 \
	    -print_final_stats=1 -artifact_prefix=build/fuzz/$*. \
	    $(call dict_of,$*) $(FUZZ_OPTIONS_$*) build/fuzz/slice/$* $(call seeds_of,$*) \
	    >$@.log 2>&1 || { tail -40 $@.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: /  FUZZED  $*: /p' $@.log

build/fuzz/bin/%: build/fuzz/tests/fuzz/%.o $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/bin/%: $(B)/%/main.o $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(MALLOC) $(LIBS)

$(B)/libimsbox.so: $(LIB_OBJ)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -shared -o $@ $^ $(LIBS)

$(B)/libimsbox.a: $(LIB_OBJ)
	@echo "  AR      $@"
	@rm -f $@ && $(AR) rcs $@ $^

$(SUPPORT): $(SUPPORT_OBJ)
	@echo "  AR      $@"
	@rm -f $@ && $(AR) rcs $@ $^

$(B)/pages/pages_data.c: tools/embed-pages $(PAGES)
	@echo "  PAGES   $@"
	@tools/embed-pages pages/dist $(@D)

$(B)/pages/pages_data.o: $(B)/pages/pages_data.c
	@$(CC) $(CFLAGS) -c -o $@ $<

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS) -c -o $@ $<

$(B)/common/node/openapi.o: docs/openapi.json

SOURCES = $(shell git ls-files '*.c' '*.h')

lint: $(LIB)
	@echo "  FORMAT"; clang-format --dry-run -Werror $(SOURCES)
	@echo "  HOUSE"; tools/lint-house $(LIB)
	@echo "  SPEC"; tools/coverage-spec --check
	@echo "  CPPCHECK"; cppcheck -q -j$(JOBS) --std=c11 \
	    --enable=warning,portability --inline-suppr --error-exitcode=1 \
	    --suppressions-list=tools/cppcheck.txt -D_GNU_SOURCE -D__linux__ \
	    -Icommon -I. -Itests $(filter-out tests/%,$(filter %.c,$(SOURCES)))
	@$(MAKE) tidy analyze

# One stamp a file, so that only what changed is looked at again.
TIDY := $(LIB_SRC:%.c=build/tidy/%.ok) $(PROGRAMS:%=build/tidy/%/main.ok)
tidy: $(TIDY)

build/tidy/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	@echo "  TIDY    $<"
	@clang-tidy --quiet $< -- -std=gnu17 $(WARN) -D_GNU_SOURCE -Icommon -I. \
	    >$@.log 2>/dev/null || { cat $@.log; exit 1; }
	@$(CC) -std=gnu17 -D_GNU_SOURCE -Icommon -I. -MM -MP -MT $@ -MF $@.d $<
	@touch $@

# The analyzer follows the paths of one file at a time. Where it is wrong is
# listed, with the reason. gcc 12 loses sight of a struct slice that is given
# by value; what is uninitialised is left to -Wall and make valgrind.
ANALYZE := $(LIB_SRC:%.c=build/analyze/%.ok) \
           $(PROGRAMS:%=build/analyze/%/main.ok)
analyze: $(ANALYZE)

build/analyze/%.ok: %.c tools/analyze.txt
	@mkdir -p $(@D)
	@echo "  ANALYZE $<"
	@gcc -std=gnu17 -O1 -Werror -fanalyzer \
	    -Wno-analyzer-use-of-uninitialized-value -D_GNU_SOURCE -Icommon -I. \
	    $$(sed -n 's|^$< *\([^ ]*\) .*|-Wno-analyzer-\1|p' tools/analyze.txt) \
	    -MMD -MP -MT $@ -MF $@.d -S -o /dev/null $<
	@touch $@

# Uninitialised memory, which no sanitizer of gcc sees, and leaks.
VALGRIND = IMSBOX_VALGRIND=1 valgrind -q --error-exitcode=99 --leak-check=full \
           --errors-for-leak-kinds=definite,indirect --num-callers=20
valgrind: $(UNIT:%=%.valgrind) $(B)/ladder.valgrind

$(B)/%.valgrind: $(B)/%
	@echo "  VALGRIND $*"
	@$(VALGRIND) $< $(if $(filter ladder,$*),-q $(LADDERS)) >$@.log 2>&1 || \
	    { cat $@.log; echo "  FAILED  $* under valgrind"; exit 1; }

# Unit tests and ladders. A branch that only an assertion takes is none. A test
# that fails is told, and what it reached counts.
coverage:
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	-$(MAKE) -k VARIANT=coverage unit ladders
	@gcovr -r . --object-directory build/coverage \
	    --exclude-unreachable-branches --exclude-throw-branches \
	    --exclude-lines-by-pattern '\s*assert\(.*' \
	    -f 'common/' -f 'pcscf/' -f 'icscf/' -f 'scscf/' -f 'hss/' \
	    --json-summary build/coverage.json --txt build/coverage.txt \
	    --print-summary
	@tools/coverage-table

coverage-spec:
	@tools/coverage-spec

format:
	clang-format -i $(SOURCES)

clean:
	rm -rf build

.PRECIOUS: $(B)/%.o $(B)/unit/% build/fuzz/bin/%
-include $(LIB_OBJ:.o=.d) $(UNIT_SRC:%.c=$(B)/%.d) $(SUPPORT_OBJ:.o=.d) \
         $(FUZZ_SRC:%.c=build/fuzz/%.d) $(PROGRAMS:%=$(B)/%/main.d) $(TIDY:=.d) $(ANALYZE:=.d)
