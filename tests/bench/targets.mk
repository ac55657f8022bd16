# SPDX-License-Identifier: MIT
#
# make bench           imsbox, Kamailio and the floor (tests/bench/floor.h) side
#                      by side; a quarter of an hour. BENCH_QUICK=1: five
#                      minutes
# make bench-write     the same, into docs/bench.md, .json and .svg
# make scale           what a unit costs, and memory, as a network grows;
#                      SCALE_MOST=10000 is quicker than a million
# make scale-write     the same, into docs/bench.md
# make load-reflector  what one processor's load is worth
# make load-check      a call of the load is the call of SIPp
# make bench-programs  what these need beside the nodes

BENCH_OPTIONS = $(if $(BENCH_QUICK),--quick)
SCALE_OPTIONS = $(if $(SCALE_MOST),--most $(SCALE_MOST))

# All of tests/load but what its phones are.
FLOOR_LOAD_SRC := $(filter-out $(patsubst %,tests/load/%.c,load unit print \
                  authorize instructions),$(wildcard tests/load/*.c)) \
                  tests/bench/floor.c tests/bench/floor_load.c

.PHONY: bench bench-write scale scale-write load-reflector load-check \
        bench-programs
bench bench-write: bench-programs
	@tools/install-deps bench
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone \
	    /usr/bin/python3 tests/bench/bench.py $(BENCH_OPTIONS) \
	    $(if $(filter %-write,$@),--write)

scale scale-write: bench-programs
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone \
	    /usr/bin/python3 tests/bench/scale.py $(SCALE_OPTIONS) \
	    $(if $(filter %-write,$@),--write)

load-reflector: bench-programs
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone \
	    /usr/bin/python3 tests/bench/reflector.py

load-check: bench-programs
	@$(MAKE) scenarios ONLY='registrations_are_those_of_sipp'

bench-programs: all $(B)/load $(B)/floor $(B)/floor-load

$(B)/floor: $(B)/tests/bench/floor_node.o $(B)/tests/bench/floor.o
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^

$(B)/floor-load: $(FLOOR_LOAD_SRC:%.c=$(B)/%.o) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(patsubst %,$(B)/tests/bench/%.d,floor floor_node floor_load)
