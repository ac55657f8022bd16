# The ladder runner, and the ladders in the simulator and live.

LADDER_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/ladder/*.c))
LADDERS := $(wildcard tests/ladders/*.ladder)

.PHONY: ladders ladders-live
ladders: $(B)/ladder
	$(B)/ladder $(LADDERS)

ladders-live: $(B)/ladder $(BIN)
	$(B)/ladder -l $(B)/bin $(LADDERS)

$(B)/ladder: $(LADDER_OBJ) $(LIB)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(LADDER_OBJ:.o=.d)
