# SPDX-License-Identifier: MIT
"""Open ladders in great number, and one viewer who never reads."""
import selectors
import socket
import threading

SLOW_BUFFER = 4096      # what the kernel takes for who does not read
PATIENCE_S = 5          # what was sent before may still come


class Viewers(threading.Thread):
    """Ladders of one user each, but for the first, which shows all."""

    def __init__(self, where, users):
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()
        self.received, self.lost, self.over = 0, 0, False
        for user in [None, *users]:
            self.selector.register(attach(where, user), selectors.EVENT_READ)
        self.slow = attach(where, None, SLOW_BUFFER)
        self.start()

    def run(self):
        while not self.over:
            for key, _ in self.selector.select(0.2):
                some = key.fileobj.recv(1 << 20)
                self.received += len(some)
                if not some:
                    self.lost += 1
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()

    def end(self):
        """Was who does not read dropped?"""
        self.over = True
        self.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        with self.slow:
            return is_over(self.slow)


def attach(where, user, buffer=0):
    """A stream of events; where: (host, port)."""
    s = socket.socket()
    if buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    s.connect(where)
    only = f"&user={user}" if user else ""
    s.sendall(f"GET /api/v1/events?limit=1{only} HTTP/1.1\r\n"
              f"Host: {where[0]}:{where[1]}\r\n\r\n".encode())
    return s


def is_over(stream):
    """Does it end behind what came before?"""
    stream.settimeout(PATIENCE_S)
    try:
        while stream.recv(1 << 20):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True
