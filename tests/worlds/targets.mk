# Random worlds in the simulator.
#
# make sim SEEDS=1000 FIRST=1   each seed a world; VARIANT=asan looks for leaks
# make sim-slice                some of them, for every run of the tests

WORLDS_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/worlds/*.c))
SEEDS ?= 1000
FIRST ?= 1

.PHONY: sim sim-slice
sim: $(B)/worlds
	@echo "  WORLDS  $(SEEDS) from seed $(FIRST) ($(VARIANT))"
	@$(B)/worlds --seeds $(SEEDS) --first $(FIRST)

sim-slice:
	@$(MAKE) sim SEEDS=30 VARIANT=asan

$(B)/worlds: $(WORLDS_OBJ) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(WORLDS_OBJ:.o=.d)
