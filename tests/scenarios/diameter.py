# SPDX-License-Identifier: MIT
"""A small Diameter client of the tests' own (RFC 6733), which knows nothing
of the box's code, and freeDiameter as a relay."""
import itertools
import re
import socket
import struct
import subprocess

from waiting import stop, until

CX = 16777216
TGPP = 10415
SESSION_ID, ORIGIN_HOST, ORIGIN_REALM = 263, 264, 296
DESTINATION_HOST, DESTINATION_REALM = 293, 283
VENDOR_SPECIFIC, VENDOR_ID, AUTH_APPLICATION = 260, 266, 258
AUTH_SESSION_STATE, RESULT_CODE = 277, 268
EXPERIMENTAL_RESULT, EXPERIMENTAL_CODE = 297, 298
USER_NAME, HOST_IP_ADDRESS, PRODUCT_NAME, FAILED_AVP = 1, 257, 269, 279
VISITED_NETWORK, PUBLIC_IDENTITY, SERVER_NAME = 600, 601, 602
SERVER_CAPABILITIES, AUTH_DATA_ITEM, AUTH_ITEMS = 603, 612, 607
SCHEME, AUTHENTICATE, AUTHORIZATION = 608, 609, 610
CONFIDENTIALITY_KEY, INTEGRITY_KEY = 625, 626
CER, DWR, DPR, UAR, SAR, LIR, MAR = 257, 280, 282, 300, 301, 302, 303
REQUEST, PROXIABLE = 0x80, 0x40


def avp(code, value, vendor=0, mandatory=True):
    """bytes, text, a number, or a list of AVPs as a group."""
    if isinstance(value, list):
        value = b"".join(value)
    elif isinstance(value, str):
        value = value.encode()
    elif isinstance(value, int):
        value = struct.pack("!I", value)
    flags = (0x80 if vendor else 0) | (0x40 if mandatory else 0)
    head = struct.pack("!II", code, 0) + (
        struct.pack("!I", vendor) if vendor else b"")
    length = len(head) + len(value)
    head = head[:4] + struct.pack("!I", flags << 24 | length) + head[8:]
    return head + value + bytes(-length % 4)


def tgpp(code, value, mandatory=True):
    return avp(code, value, TGPP, mandatory)


def parse(data):
    """[(code, vendor, flags, value)]"""
    avps = []
    while data:
        code, word = struct.unpack("!II", data[:8])
        flags, length = word >> 24, word & 0xffffff
        at = 12 if flags & 0x80 else 8
        vendor = struct.unpack("!I", data[8:12])[0] if flags & 0x80 else 0
        avps.append((code, vendor, flags, data[at:length]))
        data = data[length + -length % 4:]
    return avps


class Message:
    """What came: header and AVPs."""

    def __init__(self, data):
        word, command, self.app, self.hop, self.end = struct.unpack(
            "!IIIII", data[:20])
        assert word >> 24 == 1 and word & 0xffffff == len(data)
        self.flags, self.command = command >> 24, command & 0xffffff
        self.avps = parse(data[20:])

    def all(self, code):
        return [value for c, _, _, value in self.avps if c == code]

    def get(self, code):
        found = self.all(code)
        assert len(found) == 1, f"AVP {code} is there {len(found)} times"
        return found[0]

    def result(self):
        """"B2001" or "E5001", as in the facts of the procedures."""
        if self.all(RESULT_CODE):
            return "B%u" % struct.unpack("!I", self.get(RESULT_CODE))
        group = {code: value for code, _, _, value
                 in parse(self.get(EXPERIMENTAL_RESULT))}
        assert struct.unpack("!I", group[VENDOR_ID]) == (TGPP,)
        return "E%u" % struct.unpack("!I", group[EXPERIMENTAL_CODE])


class Client:
    """Connects to a peer as client.<realm>."""

    def __init__(self, address, realm, host="client"):
        self.realm, self.host = realm, f"{host}.{realm}"
        self.ids = itertools.count(1)
        self.socket = socket.create_connection(address, 5)
        answer = self.exchange(CER, 0, REQUEST, self.origin() + [
            avp(HOST_IP_ADDRESS, b"\0\1\x7f\0\0\1"),
            avp(VENDOR_ID, 0), avp(PRODUCT_NAME, "test", mandatory=False),
            avp(VENDOR_SPECIFIC, self.cx())])
        assert answer.result() == "B2001", answer.avps

    @staticmethod
    def cx():
        return [avp(VENDOR_ID, TGPP), avp(AUTH_APPLICATION, CX)]

    def origin(self):
        return [avp(ORIGIN_HOST, self.host), avp(ORIGIN_REALM, self.realm)]

    def send(self, command, app, flags, avps):
        data = b"".join(avps)
        number = next(self.ids)
        self.socket.sendall(struct.pack(
            "!IIIII", 1 << 24 | 20 + len(data), flags << 24 | command, app,
            number, number) + data)
        return number

    def receive(self):
        data = self.read(4)
        return Message(data + self.read(
            (struct.unpack("!I", data)[0] & 0xffffff) - 4))

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            assert part, "the peer closed the connection"
            data += part
        return data

    def exchange(self, command, app, flags, avps):
        number = self.send(command, app, flags, avps)
        while True:
            message = self.receive()
            if message.flags & REQUEST:
                self.answer(message)
                continue
            assert (message.hop, message.command) == (number, command)
            return message

    def answer(self, request):
        """A watchdog of the peer's, between our own messages."""
        data = b"".join([avp(RESULT_CODE, 2001)] + self.origin())
        self.socket.sendall(struct.pack(
            "!IIIII", 1 << 24 | 20 + len(data), request.command, request.app,
            request.hop, request.end) + data)

    def request(self, avps, to=None):
        """The AVPs of a Cx request to a host, or to whoever serves the
        realm."""
        session = f"{self.host};1;{next(self.ids)}"
        where = [avp(DESTINATION_REALM, self.realm)]
        if to:
            where.append(avp(DESTINATION_HOST, to))
        return [avp(SESSION_ID, session), avp(VENDOR_SPECIFIC, self.cx()),
                avp(AUTH_SESSION_STATE, 1)] + self.origin() + where + list(avps)

    def ask(self, command, *avps, to=None):
        return self.exchange(command, CX, REQUEST | PROXIABLE,
                             self.request(avps, to))

    def send_request(self, command, *avps, to=None):
        """The same without waiting; the answer has the number as its hop."""
        return self.send(command, CX, REQUEST | PROXIABLE,
                         self.request(avps, to))

    def close(self):
        self.socket.close()


CONFIG = """
Identity = "{identity}";
Realm = "{realm}";
Port = {port};
SecPort = 0;
No_SCTP;
No_IPv6;
TcTimer = 2;
TwTimer = 6;
TLS_Cred = "{directory}/cert.pem", "{directory}/key.pem";
TLS_CA = "{directory}/cert.pem";
LoadExtension = "acl_wl.fdx" : "{directory}/acl.conf";
LoadExtension = "dbg_msg_dumps.fdx" : "0x0080";
ConnectPeer = "{peer}" {{ ConnectTo = "{address}"; Port = 3868; No_TLS; }};
"""


class FreeDiameter:
    """Debian's freeDiameterd: connects to a peer, admits clients of the realm,
    relays between them. It listens on all addresses, so that its port must be
    nobody else's."""

    def __init__(self, directory, identity, realm, port, peer, address):
        self.directory, self.identity, self.port = directory, identity, port
        directory.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", directory / "key.pem", "-out", directory / "cert.pem",
             "-days", "2", "-subj", f"/CN={identity}"],
            check=True, capture_output=True)
        (directory / "acl.conf").write_text(f"ALLOW_IPSEC *.{realm}\n")
        self.config = directory / "freediameter.conf"
        self.config.write_text(CONFIG.format(
            identity=identity, realm=realm, port=port, peer=peer,
            address=address, directory=directory))
        self.log_path = directory / "freediameter.log"
        self.process = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["freeDiameterd", "-c", self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def count(self, pattern):
        return len(re.findall(pattern, self.log()))

    def wait_for(self, pattern, seconds, times=1):
        def found():
            assert self.process.poll() is None, self.log()[-4000:]
            return self.count(pattern) >= times
        until(found, seconds, f"freeDiameter says /{pattern}/ {times} times")

    def stop(self):
        if self.process:
            stop(self.process, 20)
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait(5)
        self.process = None
