# SPDX-License-Identifier: MIT
#
# make followed   what being followed by the dashboard costs the nodes: their
#                 processor time a call without it, with it, and with VIEWERS
#                 open ladders, in turn, ROUNDS times. By hand: it takes some
#                 minutes, on a machine that has nothing else to do.

VIEWERS ?= 100
ROUNDS ?= 4
CALLS ?= 200

.PHONY: followed
followed: all load
	@PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/followed/followed.py \
	    $(B) --viewers $(VIEWERS) --rounds $(ROUNDS) --calls $(CALLS)
