# SPDX-License-Identifier: MIT
"""A listener for HEP version 3, read by its description and by nothing of
ours."""
import ipaddress
import socket
import struct
from collections import namedtuple

Packet = namedtuple("Packet", "type source target seconds agent name call "
                    "payload protocol")


def decode(datagram):
    """One packet; anything that is not exactly that fails."""
    assert datagram[:4] == b"HEP3"
    assert struct.unpack("!H", datagram[4:6])[0] == len(datagram)
    chunks, at = {}, 6
    while at < len(datagram):
        vendor, kind, size = struct.unpack("!HHH", datagram[at:at + 6])
        assert vendor == 0 and size >= 6 and kind not in chunks
        chunks[kind] = datagram[at + 6:at + size]
        assert len(chunks[kind]) == size - 6
        at += size
    family, = chunks[1]
    first = {socket.AF_INET: 3, socket.AF_INET6: 5}[family]
    ends = [(str(ipaddress.ip_address(chunks[first + i])),
             struct.unpack("!H", chunks[7 + i])[0]) for i in (0, 1)]
    return Packet(
        type=chunks[11][0], source=ends[0], target=ends[1],
        seconds=struct.unpack("!I", chunks[9])[0]
        + struct.unpack("!I", chunks[10])[0] / 1e6,
        agent=struct.unpack("!I", chunks[12])[0],
        name=chunks[0x13].decode(), call=chunks.get(0x11, b"").decode(),
        payload=chunks[15], protocol=chunks[2][0])


class Listener:
    """Bound to an address; takes what comes."""

    def __init__(self, address, port=9060):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((address, port))
        self.socket.setblocking(False)
        self.packets = []

    def take(self):
        """All packets so far."""
        while True:
            try:
                self.packets.append(decode(self.socket.recv(65536)))
            except BlockingIOError:
                return self.packets

    def close(self):
        self.socket.close()
