# The ladder runner, and the ladders.
#
# make ladders         in the simulator; VARIANT=asan looks for leaks too. Their
#                      index is checked, and what ladders print that fail.
# make ladders-twice   two runs of one seed give the same bytes
# make ladders-live    against real processes, on 127.$(LADDER_BLOCK).x.0/24;
#                      VARIANT=asan asks each for leaks when it ends

LADDER_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/ladder/*.c))
LADDERS := $(wildcard tests/ladders/*.ladder)
LADDER_BLOCK ?= 45
LADDER_JOBS ?= 8

.PHONY: ladders ladders-twice ladders-live ladders-asan ladders-live-asan
ladders: $(B)/ladder
	@tools/ladder-index --check
	@$(B)/ladder tests/ladder/failing/*.ladder | sed 's/ ([0-9]* ms)//; s/ in [0-9.]* s,.*//' | \
	    diff -u tests/ladder/failing/expected - || \
	    { echo "  FAILED  what a failing ladder prints"; exit 1; }
	@echo "  LADDERS $(words $(LADDERS)) in the simulator ($(VARIANT))"
	@$(B)/ladder -q $(LADDERS)

ladders-asan:
	@$(MAKE) ladders VARIANT=asan

ladders-live-asan:
	@$(MAKE) ladders-live VARIANT=asan

ladders-twice: $(B)/ladder
	@echo "  LADDERS twice, the same bytes"
	@$(B)/ladder -d $(LADDERS) | sha256sum >$(B)/ladder.once
	@$(B)/ladder -d $(LADDERS) | sha256sum | cmp - $(B)/ladder.once

ladders-live: $(B)/ladder $(BIN)
	@echo "  LADDERS live ($(VARIANT))"
	@tools/alone $(B)/ladder -q -j $(LADDER_JOBS) -b $(LADDER_BLOCK) -l $(B)/bin $(LADDERS)

$(B)/ladder: $(LADDER_OBJ) $(SUPPORT) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(LADDER_OBJ:.o=.d)
