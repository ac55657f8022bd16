# SPDX-License-Identifier: MIT
#
# make starved     a whole network, and what the HSS's API is asked, each of
#                  their growths refused in turn, with sanitizers
#
# Tests in which the n-th growth is refused: what asks for more passes through
# tests/support/starve.c.

STARVED = arena_alloc arena_zalloc slice_keep arena_printf map_add

$(B)/unit/test_starved $(B)/unit/test_starved_parts $(B)/unit/test_starved_nodes \
    $(B)/unit/test_starved_api $(B)/unit/test_starved_network: \
    private LDFLAGS += $(STARVED:%=-Wl,--wrap=%)

# Its network and phones are those of the random worlds.
$(B)/unit/test_starved_network: $(B)/tests/unit/test_starved_network.o \
    $(patsubst %.c,$(B)/%.o,$(filter-out %/main.c, \
        $(wildcard tests/worlds/*.c))) $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# The unit test itself takes some of the growths.
STARVED_PARTS = 1 2 3 4
.PHONY: starved starved-parts
starved:
	@$(MAKE) VARIANT=asan starved-parts

starved-parts: $(STARVED_PARTS:%=$(B)/starved.%)

$(B)/starved.%: $(B)/unit/test_starved_network $(B)/unit/test_starved_api
	@export IMSBOX_STARVED=$(words $(STARVED_PARTS)) IMSBOX_STARVED_FROM=$*; \
	for t in $^; do \
	    $$t >$@.log 2>&1 && sed -n 's/^refused: /  STARVED /p' $@.log || \
	    { cat $@.log; echo "  FAILED  $@"; exit 1; }; \
	done

# The runner of ladders, without its main.
$(B)/unit/test_ladder $(B)/unit/test_cut: $(patsubst %.c,$(B)/%.o, \
    $(filter-out %/main.c,$(wildcard tests/ladder/*.c)))
