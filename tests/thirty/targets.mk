# SPDX-License-Identifier: MIT
#
# make thirty   NETWORKS networks (30) at once on this machine, each with a
#               registration and a call; prints time and memory

NETWORKS ?= 30

.PHONY: thirty
thirty: all
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 tools/alone \
	    /usr/bin/python3 tests/thirty/run.py $(NETWORKS)
