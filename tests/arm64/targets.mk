# SPDX-License-Identifier: MIT
#
# make test-arm64   everything compiled for arm64 in a Debian of its own; unit
#                   tests, ladders and worlds there by an emulator (qemu), and
#                   the worlds must come to the bytes that they come to here.
#                   By hand: it takes some minutes (root; debootstrap)

.PHONY: test-arm64
test-arm64: $(B)/worlds
	@tests/arm64/run $(B)/worlds
