# SPDX-License-Identifier: MIT
#
# make test-docker   compose.yaml on a real engine: tests/docker/run
# make containers    the same as a part of `make test`: how long things take on
#                    a machine with other things to do is told, not judged

.PHONY: test-docker containers
test-docker: all
	+@tests/docker/run

containers: all
	+@tests/docker/run --any-speed
