# SPDX-License-Identifier: MIT
#
# make browser   the dashboard's pages in Debian's Chromium, beside a real
#                network and real phones; skipped, loudly, without Chromium
# make screenshots
#                every page at 1280 and 1920, light and dark: pictures below
#                build/screenshots, to look at
#
# They use the fixtures of the scenarios. ONLY=words chooses tests by name.

.PHONY: browser screenshots
browser: all
	@echo "  BROWSER ($(VARIANT))"
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 \
	    tools/alone /usr/bin/python3 -m pytest -q -rfEs -p no:cacheprovider \
	    -n $(JOBS) $(if $(ONLY),-k '$(ONLY)') tests/dashboard

screenshots: all
	@echo "  SCREENSHOTS build/screenshots"
	@VARIANT=$(VARIANT) PYTHONDONTWRITEBYTECODE=1 \
	    tools/alone /usr/bin/python3 -m pytest -q -rfEs -p no:cacheprovider \
	    -n $(JOBS) tests/dashboard/screenshots.py
