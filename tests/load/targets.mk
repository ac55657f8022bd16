# What a unit costs (registration, re-registration, call, message).
#
# make bench-instructions   instructions a node, by callgrind in the simulator,
#                           beside tests/load/instructions.json
# make instructions-check   fails when a count grew by more than 5 %
# make instructions-write   puts today's figures there
# make load                 build/release/load: phones in great number against
#                           real processes; without words it says how

LOAD_SRC := $(filter-out tests/load/instructions.c tests/load/main.c, \
            $(wildcard tests/load/*.c))
LOAD_OBJ := $(LOAD_SRC:%.c=$(B)/%.o)

.PHONY: load bench-instructions instructions-check instructions-write
bench-instructions instructions-check instructions-write: $(B)/instructions
	@tools/bench-instructions $< $(B)/callgrind \
	    $(if $(filter-out bench-instructions,$@),--$(subst instructions-,,$@))

$(B)/instructions: $(B)/tests/load/instructions.o $(LOAD_OBJ) $(SUPPORT) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(MALLOC) $(LIBS)

load: $(B)/load

$(B)/load: $(B)/tests/load/main.o $(LOAD_OBJ) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(MALLOC) $(LIBS)

$(B)/unit/test_load: $(LOAD_OBJ)

-include $(LOAD_OBJ:.o=.d) $(B)/tests/load/instructions.d \
         $(B)/tests/load/main.d
