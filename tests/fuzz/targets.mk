# SPDX-License-Identifier: MIT
#
# Fuzz targets that need more than the library, and what of the corpora they
# begin with.

FUZZ_CORPUS_fuzz_sip_message = sip-torture/rfc4475 sip-torture/rfc5118-fixed \
                               flows/rfc
FUZZ_CORPUS_fuzz_user_data = xml/rfc
FUZZ_CORPUS_fuzz_reginfo = xml/rfc/rfc3680 xml/rfc/rfc5628

# To make the network and to look at it afterwards takes longer than most
# scripts: long ones are worth as much as short ones.
FUZZ_OPTIONS_fuzz_network = -entropic=0 -len_control=0

# The reader of ladder files is a part of the runner, not of our programs.

build/fuzz/bin/fuzz_ladder: build/fuzz/tests/fuzz/fuzz_ladder.o \
                            build/fuzz/tests/ladder/script.o $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# Its store lies on the disk of the tests.
build/fuzz/bin/fuzz_api: build/fuzz/tests/fuzz/fuzz_api.o \
                         build/fuzz/tests/fuzz/asked.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# Networks and phones are those of the random worlds.
WORLD_OBJ = $(patsubst %.c,build/fuzz/%.o,$(filter-out %/main.c, \
                $(wildcard tests/worlds/*.c)))

build/fuzz/bin/fuzz_hub: build/fuzz/tests/fuzz/fuzz_hub.o \
                         build/fuzz/tests/fuzz/asked.o $(WORLD_OBJ) \
                         $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

COMPARED = cmp1 cmp2 cmp4 cmp8 const_cmp1 const_cmp2 const_cmp4 const_cmp8 \
           switch
build/fuzz/bin/fuzz_network: private LDFLAGS += \
    $(COMPARED:%=-Wl,--wrap=__sanitizer_cov_trace_%)
build/fuzz/bin/fuzz_network: build/fuzz/tests/fuzz/fuzz_network.o \
    build/fuzz/tests/fuzz/uncompared.o $(WORLD_OBJ) $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
