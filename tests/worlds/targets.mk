# Random worlds in the simulator.
#
# make sim SEEDS=1000 FIRST=1   each seed a world; VARIANT=asan looks for leaks
# make sim-slice                some of them, for every run of the tests
# make sim-twice                two runs of one seed give the same bytes, and so
#                               do two compilations
# make sim-regressions          the worlds that once broke something
# make sim-day                  24 hours of a class of 30

WORLDS_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/worlds/*.c))
WORLDS_KEPT := $(wildcard tests/worlds/regressions/*.world)
SEEDS ?= 1000
FIRST ?= 1

.PHONY: sim sim-slice sim-twice sim-regressions sim-day
sim: $(B)/worlds
	@echo "  WORLDS  $(SEEDS) from seed $(FIRST) ($(VARIANT))"
	@mkdir -p $(B)/broken
	@$(B)/worlds --seeds $(SEEDS) --first $(FIRST) --write $(B)/broken

sim-slice:
	@$(MAKE) sim SEEDS=30 VARIANT=asan
	@$(MAKE) sim-regressions VARIANT=asan
	@$(MAKE) sim-twice sim-day

sim-twice: $(B)/worlds
	@echo "  WORLDS  twice, the same bytes"
	@$(B)/worlds --seeds 12 --first $(FIRST) --twice
	@$(MAKE) VARIANT=asan build/asan/worlds
	@for v in $(B) build/asan; do \
	    $$v/worlds --seeds 4 --first $(FIRST) --twice | \
	        grep '^seed' >$(B)/hashes.$${v##*/}; done
	@cmp $(B)/hashes.$(notdir $(B)) $(B)/hashes.asan

sim-regressions: $(B)/worlds
	@echo "  WORLDS  $(words $(WORLDS_KEPT)) that broke once ($(VARIANT))"
	@$(if $(WORLDS_KEPT),$(B)/worlds $(WORLDS_KEPT))

sim-day: $(B)/worlds
	@echo "  WORLDS  a day"
	@$(B)/worlds --day --seed 1

$(B)/worlds: $(WORLDS_OBJ) $(SUPPORT) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(WORLDS_OBJ:.o=.d)
