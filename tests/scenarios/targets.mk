# SPDX-License-Identifier: MIT
#
# make scenarios   real nodes, driven by programs that others wrote; with
#                  VARIANT=asan none may leak or do what C leaves undefined
#
# ONLY=words chooses tests by name. Tests wait more than they compute: more of
# them at a time than there are processors.

.PHONY: scenarios scenarios-asan
scenarios-asan:
	@$(MAKE) scenarios VARIANT=asan

scenarios: all $(if $(wildcard tests/load/targets.mk),load) \
           $(if $(wildcard tests/bench/targets.mk),bench-programs)
	@echo "  SCENARIOS ($(VARIANT))"
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone /usr/bin/python3 -m pytest \
	    -q -rfEs -p no:cacheprovider -n $$((2 * $(JOBS))) $(if $(ONLY),-k '$(ONLY)') \
	    tests/scenarios
