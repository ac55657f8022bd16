# SPDX-License-Identifier: MIT
#
# make pages         builds pages/dist out of pages/src and tests its parts
#                    (needs Node.js and npm; who only builds imsbox needs
#                    neither, since pages/dist is part of the sources)
# make pages-check   are pages/dist and pages/src of one mind? Part of the
#                    tests; skipped, loudly, without Node.js

NPM_STAMP = build/pages/npm.stamp

.PHONY: pages pages-check
pages: $(NPM_STAMP)
	@cd pages && npm test --silent && npm run --silent build

pages-check:
	@if ! command -v npm >/dev/null; then \
	    echo "SKIPPED: pages-check: npm is not installed"; \
	elif ! $(MAKE) $(NPM_STAMP); then \
	    echo "SKIPPED: pages-check: npm could not fetch what the pages are built with"; \
	else \
	    rm -rf build/pages/dist && \
	    (cd pages && npm test --silent && node build.mjs ../build/pages/dist) && \
	    diff -qr pages/dist build/pages/dist || { \
	    echo "  FAILED  pages: run 'make pages' and commit pages/dist"; exit 1; }; \
	fi

$(NPM_STAMP): pages/package-lock.json
	@mkdir -p $(@D)
	@cd pages && npm ci --silent --no-audit --no-fund
	@touch $@
