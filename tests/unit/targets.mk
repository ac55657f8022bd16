# SPDX-License-Identifier: MIT
#
# Tests in which the n-th growth is refused: what asks for more passes through
# tests/support/starve.c.

STARVED = arena_alloc arena_zalloc slice_keep arena_printf map_add

$(B)/unit/test_starved $(B)/unit/test_starved_network: private LDFLAGS += $(STARVED:%=-Wl,--wrap=%)

# Its network and phones are those of the random worlds.
$(B)/unit/test_starved_network: $(B)/tests/unit/test_starved_network.o \
    $(patsubst %.c,$(B)/%.o,$(filter-out %/main.c, \
        $(wildcard tests/worlds/*.c))) $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
