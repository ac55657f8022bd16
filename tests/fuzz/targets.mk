# The reader of ladder files is a part of the runner, not of our programs.

build/fuzz/bin/fuzz_ladder: build/fuzz/tests/fuzz/fuzz_ladder.o \
                            build/fuzz/tests/ladder/script.o $(LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
