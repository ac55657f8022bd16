# SPDX-License-Identifier: MIT
#
# make followed        what being followed by the dashboard costs the nodes: one
#                      network under CALLS a second, the dashboard with VIEWERS
#                      open ladders attached and detached, ROUNDS times; five
#                      minutes on a machine that has nothing else to do
# make followed-write  the same, into docs/dashboard.md
#
# FOLLOWED_OPTIONS=--together: nobody has a processor of his own.

VIEWERS ?= 100
ROUNDS ?= 4
CALLS ?= 200
FOLLOWED_SECONDS ?= 12

.PHONY: followed followed-write
followed followed-write: all $(B)/load
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone \
	    /usr/bin/python3 tests/followed/followed.py --viewers $(VIEWERS) \
	    --rounds $(ROUNDS) --calls $(CALLS) --seconds $(FOLLOWED_SECONDS) \
	    $(FOLLOWED_OPTIONS) \
	    $(if $(filter %-write,$@),--write)
