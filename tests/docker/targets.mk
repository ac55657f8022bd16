# SPDX-License-Identifier: MIT
#
# make test-docker   compose.yaml on a real engine: tests/docker/run

.PHONY: test-docker
test-docker:
	+@tests/docker/run
