# SPDX-License-Identifier: MIT
"""A socket that sends SIP as it is told to, right or wrong."""
import itertools
import re
import select
import socket
import time

COUNTER = itertools.count(1)


def request(method, uri, user, domain, place, to=None, extra="", body=""):
    """A request outside a dialog, whose Contact is `place`."""
    n = next(COUNTER)
    to = to or f"sip:{user}@{domain}"
    return (f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {place};branch=z9hG4bKraw{n}\r\n"
            f"Max-Forwards: 70\r\n"
            f"From: <sip:{user}@{domain}>;tag=raw{n}\r\n"
            f"To: <{to}>\r\n"
            f"Call-ID: raw-{n}@{place}\r\n"
            f"CSeq: 1 {method}\r\n"
            f"Contact: <sip:{user}@{place}>\r\n"
            f"{extra}"
            f"Content-Length: {len(body)}\r\n\r\n{body}")


class Socket:
    """Bound to address:port."""

    def __init__(self, place, proxy):
        host, port = place.rsplit(":", 1)
        self.place = place
        self.proxy = (proxy.rsplit(":", 1)[0], int(proxy.rsplit(":", 1)[1]))
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, int(port)))

    def send(self, message):
        if isinstance(message, str):
            message = message.encode()
        self.socket.sendto(message, self.proxy)

    def receive(self, seconds):
        """The next message, or None."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return None
        return self.socket.recv(65536).decode(errors="replace")

    def ask(self, message, seconds=10):
        """Sends a request and answers its final response; an INVITE's is
        acknowledged."""
        self.send(message)
        call = header(message, "Call-ID")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = self.receive(end - time.monotonic())
            if answer and header(answer, "Call-ID") == call and (
                    status(answer) >= 200):
                if message.startswith("INVITE"):
                    self.send(acknowledge(message, answer))
                return answer
        raise AssertionError(f"no answer within {seconds} s to\n{message}")

    def close(self):
        self.socket.close()


def acknowledge(invite, answer):
    """The ACK for a final response that is not 2xx."""
    lines = [f"ACK {invite.split(' ')[1]} SIP/2.0"]
    for name in ("Via", "Max-Forwards", "From", "Call-ID"):
        lines.append(f"{name}: {header(invite, name)}")
    lines += [f"To: {header(answer, 'To')}", "CSeq: 1 ACK",
              "Content-Length: 0", "", ""]
    return "\r\n".join(lines)


def header(message, name):
    match = re.search(rf"^{name}: *(.*?)\r?$", message, re.M | re.I)
    return match.group(1) if match else None


def status(message):
    """Of a response; 0 for a request."""
    match = re.match(r"SIP/2\.0 (\d{3}) ", message)
    return int(match.group(1)) if match else 0
