# SPDX-License-Identifier: MIT
#
# make browser   the dashboard's pages in Debian's Chromium, beside a real
#                network and real phones; skipped, loudly, without Chromium
#
# They use the fixtures of the scenarios. ONLY=words chooses tests by name.

.PHONY: browser
browser: all
	@echo "  BROWSER ($(VARIANT))"
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 \
	    tools/alone /usr/bin/python3 -m pytest -q -rfEs -p no:cacheprovider \
	    -n $(JOBS) $(if $(ONLY),-k '$(ONLY)') tests/dashboard
