# SPDX-License-Identifier: MIT
#
# make peers   our nodes beside Debian's Kamailio and freeDiameter
#
# They use the fixtures of the scenarios. ONLY=words chooses tests by name.

.PHONY: peers
peers: all
	@echo "  PEERS ($(VARIANT))"
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 \
	    tools/alone /usr/bin/python3 -m pytest -q -rs -p no:cacheprovider \
	    -n 4 $(if $(ONLY),-k '$(ONLY)') tests/peers
