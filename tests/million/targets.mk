# SPDX-License-Identifier: MIT
#
# make million   an HSS with SUBSCRIBERS (a million): how long they take to be
#                imported, listed, searched, opened and reset, and what Cx
#                notices of the import. By hand: it takes some minutes.
#                FORMAT=yaml: in that format. FIRST=1 (root) where others
#                compute on the machine.

SUBSCRIBERS ?= 1000000

.PHONY: million
million: all
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/scenarios \
	    /usr/bin/python3 tests/million/million.py $(SUBSCRIBERS)
