# SPDX-License-Identifier: MIT
#
# make            builds everything into build/$(VARIANT)
# make unit       builds and runs the unit tests
# VARIANT         release (default) or asan (address, undefined, leaks)

VARIANT ?= release
CC = gcc
B = build/$(VARIANT)

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
       -Wmissing-prototypes -Wpointer-arith -Wvla -Wundef -Wswitch
CFLAGS_release = -O2
CFLAGS_asan = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
LDFLAGS_asan = -fsanitize=address,undefined
CFLAGS += -std=gnu17 -g $(WARN) $(CFLAGS_$(VARIANT)) -D_GNU_SOURCE \
          -Icommon -I. -Itests -MMD -MP
LDFLAGS += $(LDFLAGS_$(VARIANT)) -Wl,--as-needed
LIBS = -luv -lcares -lssl -lcrypto -lmicrohttpd -lyaml -lexpat -lsqlite3 \
       -ljansson -lcurl -lpthread -lm

ROOMS = common/base common/crypto common/net common/sip common/diameter \
        common/ims common/node topology
NODES = pcscf icscf scscf hss
PROGRAMS = $(NODES) imsbox

# Everything but each program's main.c goes into one archive.
LIB_SRC := $(filter-out %/main.c,$(wildcard $(addsuffix /*.c,$(ROOMS) \
           $(PROGRAMS))))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
LIB = $(B)/libimsbox.a
BIN := $(foreach p,$(PROGRAMS),$(if $(wildcard $(p)/main.c),$(B)/bin/$(p)))

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
UNIT_RUN := $(UNIT:%=%.run)

SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(B)/%.o)

.PHONY: all unit clean format
all: $(BIN)

unit: $(UNIT_RUN)

$(B)/unit/%.run: $(B)/unit/%
	@$<

$(B)/unit/%: $(B)/tests/unit/%.o $(SUPPORT_OBJ) $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$(B)/bin/%: $(B)/%/main.o $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(LIB_OBJ)
	@echo "  AR      $@"
	@rm -f $@ && $(AR) rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS) -c -o $@ $<

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build

.PRECIOUS: $(B)/%.o $(B)/unit/%
-include $(LIB_OBJ:.o=.d) $(UNIT_SRC:%.c=$(B)/%.d) $(SUPPORT_OBJ:.o=.d) \
         $(PROGRAMS:%=$(B)/%/main.d)
