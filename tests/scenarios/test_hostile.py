# SPDX-License-Identifier: MIT
"""Malformed messages thrown at each listener: a node survives, counts them,
and goes on serving. Every run throws the same ones."""
import random
import socket
import struct
import threading

import pytest

import diameter as dia
from capture import CORPORA
from conftest import skip
from network import PATIENCE
from raw import request
from sipp import row
from waiting import until

ZOE = {"impu": "sip:zoe@ims.example", "digest": {"password": "zoes-password"}}
TORTURE = CORPORA / "sip-torture"
SIP_COUNTED = (r"^imsbox_sip_(dropped|refused|requests_rejected|"
               r"dialogs_refused)_total")
DIAMETER_COUNTED = r"^imsbox_diameter_(refused|connections_refused|strays)_"


@pytest.fixture
def net(make_network, block):
    """Names that mutations make up are asked nowhere; a Diameter client of
    ours is known as a peer."""
    def change(tree):
        tree["dns"] = {"servers": [block.address(53)], "timeout": "100ms",
                       "tries": 1}
        tree["external"] = [{"name": "rogue", "realm": "ims.example",
                             "identity": "rogue.ims.example",
                             "host": block.address(9)}]
    return make_network(change=change, more=[ZOE])


@pytest.fixture
def still_serves(net, block, account, sipp):
    """The same processes, ready, and a phone can register."""
    pids = {name: node.process.pid for name, node in net.nodes.items()}

    def check():
        for name, node in net.nodes.items():
            assert node.is_running(), f"{name} died:\n{node.log()[-3000:]}"
            assert node.process.pid == pids[name]
        net.wait_ready()
        sipp("register", block.address(101) + ":5060", net.proxy(),
             [row(account(net, "bob"))]).wait()
        for node in net.nodes.values():
            assert node.metric("forgotten") == 0
    return check


def mutate(rng, data):
    """One to eight bytes changed, doubled, lost, or the rest cut off."""
    data = bytearray(data)
    for _ in range(rng.randrange(1, 9)):
        if not data:
            break
        at = rng.randrange(len(data))
        what = rng.randrange(5)
        if what == 0:
            data[at] = rng.randrange(256)
        elif what == 1:
            data[at:at] = data[at:at + rng.randrange(1, 40)]
        elif what == 2:
            del data[at:at + rng.randrange(1, 40)]
        elif what == 3:
            data[at:at] = rng.choice(SPICE)
        else:
            del data[max(at, 8):]
    return bytes(data)


SPICE = [b"\0", b"\r\n\r\n", b"%00", b'"', b"<", b";", b",", b"\xff\xfe",
         b"99999999999999999999", b"-1", b"\r\n ", b"\n", b"()" * 40]


def ours(place):
    """Valid messages to begin with."""
    samples = [request(method, uri, "bob", "ims.example", place,
                       extra="Expires: 600\r\n", body="hello").encode()
               for method, uri in (("REGISTER", "sip:ims.example"),
                                   ("INVITE", "sip:zoe@ims.example"),
                                   ("OPTIONS", "sip:ims.example"),
                                   ("MESSAGE", "tel:+15551002"),
                                   ("CANCEL", "sip:zoe@ims.example"),
                                   ("ACK", "sip:zoe@ims.example"))]
    samples.append(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + place.encode() +
                   b";branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
                   b"To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                   b"Content-Length: 0\r\n\r\n")
    return samples


def rfc4475(_):
    """Its messages, some of which are valid."""
    if not TORTURE.exists():
        skip(f"no {TORTURE}: set IMSBOX_CORPORA")
    return [path.read_bytes() for path in sorted(TORTURE.rglob("*"))
            if path.suffix in (".dat", ".sip", ".msg", ".txt")]


each_sample = pytest.mark.parametrize("samples", [ours, rfc4475])


LISTENERS = [("pcscf", 5060), ("pcscf", 5070), ("icscf", 5060),
             ("scscf", 5060)]
NAMES = ["pcscf-gm", "pcscf-mw", "icscf-mw", "scscf-mw"]


@each_sample
@pytest.mark.parametrize("role, port", LISTENERS, ids=NAMES)
def test_malformed_datagrams(net, block, still_serves, role, port, samples):
    """proves SIP-2"""
    node = getattr(net, role)
    rng = random.Random(f"datagrams {role} {port}")
    samples = samples(block.address(66) + ":5060")
    before = node.metric(SIP_COUNTED)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((block.address(66), 5060))
        for n in range(300):
            out.sendto(mutate(rng, rng.choice(samples)), (node.host, port))
            if n % 10 == 0:
                out.sendto(rng.randbytes(rng.randrange(1500)),
                           (node.host, port))
            if n % 50 == 0:  # so that no datagram is lost in the queue
                assert node.request("GET", "/livez")[0] == 200
    until(lambda: node.metric(SIP_COUNTED) >= before + 50, 5 * PATIENCE,
          "fifty are counted")
    still_serves()


def stream_of(rng, samples):
    """What a broken program may write to a stream."""
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 3000))
    if kind == 1:
        return mutate(rng, rng.choice(samples))
    if kind == 2:
        return b"INVITE sip:a@ims.example SIP/2.0\r\n" + b"X: y\r\n" * 20000
    if kind == 3:
        return rng.choice(samples).replace(
            b"Content-Length: 5", b"Content-Length: 4294967301")
    return b"\r\n" * rng.randrange(1, 400) + rng.choice(samples)[:-9]


@each_sample
@pytest.mark.parametrize("role, port", LISTENERS, ids=NAMES)
def test_malformed_streams(net, block, still_serves, role, port, samples):
    """proves SIP-2 SIP-6"""
    node = getattr(net, role)
    rng = random.Random(f"streams {role} {port}")
    samples = samples(block.address(66) + ":5060")
    before = node.metric(SIP_COUNTED)
    for _ in range(30):
        throw((node.host, port), stream_of(rng, samples))
    until(lambda: node.metric(SIP_COUNTED) >= before + 5, 5 * PATIENCE,
          "five are counted")
    assert node.request("GET", "/livez")[0] == 200
    still_serves()


def throw(to, data, source=None):
    """Connects, writes, and leaves without listening."""
    with socket.create_connection(to, 5, source) as out:
        try:
            out.sendall(data)
        except OSError:
            pass  # it had enough


def test_a_stream_without_end_is_closed(net, still_serves):
    """Header lines for ever: the node closes at its limit.

    proves SIP-6"""
    with socket.create_connection((net.pcscf.host, 5060), 5) as out:
        out.settimeout(5 * PATIENCE)
        out.sendall(b"OPTIONS sip:a@ims.example SIP/2.0\r\n")
        try:
            for _ in range(100):
                out.sendall(b"X-Header: " + b"y" * 1000 + b"\r\n")
            assert out.recv(1) == b""
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed, with bytes of ours unread
    until(lambda: net.pcscf.metric("^imsbox_sip_connections$") == 0,
          3 * PATIENCE, "the connection is closed")
    assert net.pcscf.says("Headers of more than")
    still_serves()


# ---- Diameter ---------------------------------------------------------------


def diameter_message(command, app, flags, avps, number=1):
    data = b"".join(avps)
    return struct.pack("!IIIII", 1 << 24 | 20 + len(data),
                       flags << 24 | command, app, number, number) + data


def origin():
    return [dia.avp(dia.ORIGIN_HOST, "rogue.ims.example"),
            dia.avp(dia.ORIGIN_REALM, "ims.example")]


def cer():
    return diameter_message(dia.CER, 0, dia.REQUEST, origin() + [
        dia.avp(dia.HOST_IP_ADDRESS, b"\0\1\x7f\0\0\1"),
        dia.avp(dia.VENDOR_ID, 0),
        dia.avp(dia.PRODUCT_NAME, "rogue", mandatory=False),
        dia.avp(dia.VENDOR_SPECIFIC, dia.Client.cx())])


def cx_requests():
    """UAR, LIR, MAR and SAR as they ought to be."""
    common = [dia.avp(dia.SESSION_ID, "rogue;1;1"),
              dia.avp(dia.VENDOR_SPECIFIC, dia.Client.cx()),
              dia.avp(dia.AUTH_SESSION_STATE, 1), *origin(),
              dia.avp(dia.DESTINATION_REALM, "ims.example"),
              dia.tgpp(dia.PUBLIC_IDENTITY, "sip:zoe@ims.example")]
    user = [dia.avp(dia.USER_NAME, "zoe@ims.example")]
    server = [dia.tgpp(dia.SERVER_NAME, "sip:scscf1.ims.example:5060")]
    item = [dia.tgpp(dia.AUTH_ITEMS, 1), dia.tgpp(dia.AUTH_DATA_ITEM, [
        dia.tgpp(dia.SCHEME, "SIP Digest")])]
    more = {dia.UAR: user + [dia.tgpp(dia.VISITED_NETWORK, "ims.example")],
            dia.LIR: [], dia.MAR: user + item + server,
            dia.SAR: user + server + [dia.tgpp(614, 1), dia.tgpp(624, 0)]}
    return [diameter_message(command, dia.CX, dia.REQUEST | dia.PROXIABLE,
                             common + extra)
            for command, extra in more.items()]


def wrong_lengths():
    head = struct.pack("!IIII", dia.REQUEST << 24 | dia.CER, 0, 1, 1)
    return [struct.pack("!I", 1 << 24 | length) + head
            for length in (0, 1, 19, 21, 0xffffff)] + [b"\2" + cer()[1:]]


def test_malformed_diameter_to_the_hss(net, block, still_serves):
    """proves H-DIA-1"""
    rng = random.Random("diameter")
    to = (net.hss.host, 3868)
    source = (block.address(9), 0)
    before = net.hss.metric(DIAMETER_COUNTED)
    for data in wrong_lengths():
        throw(to, data, source)
        throw(to, cer() + data, source)
    for _ in range(100):
        throw(to, mutate(rng, cer()), source)
        throw(to, rng.randbytes(rng.randrange(1, 2000)), source)
        throw(to, cer() + b"".join(
            mutate(rng, rng.choice(cx_requests())) for _ in range(5)), source)
    until(lambda: net.hss.metric(DIAMETER_COUNTED) >= before + 20,
          5 * PATIENCE, "they are counted")
    still_serves()


class Rogue:
    """An HSS that answers a CER with all sorts of things."""

    def __init__(self, address, rng):
        self.server = socket.create_server(address, backlog=16)
        self.server.settimeout(0.2)
        self.rng = rng
        self.served = 0
        self.goes_on = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.goes_on:
            try:
                connection = self.server.accept()[0]
            except OSError:
                continue
            with connection:
                self.serve(connection)

    def serve(self, connection):
        connection.settimeout(1)
        try:
            connection.recv(4096)
            good = diameter_message(dia.CER, 0, 0, [
                dia.avp(dia.RESULT_CODE, 2001),
                dia.avp(dia.ORIGIN_HOST, "hss1.ims.example"),
                dia.avp(dia.ORIGIN_REALM, "ims.example"),
                dia.avp(dia.HOST_IP_ADDRESS, b"\0\1\x7f\0\0\1"),
                dia.avp(dia.VENDOR_ID, 0), dia.avp(dia.PRODUCT_NAME, "x")])
            connection.sendall(self.rng.choice([
                mutate(self.rng, good), self.rng.randbytes(400),
                wrong_lengths()[self.served % 6]]))
        except OSError:
            pass
        self.served += 1

    def stop(self):
        self.goes_on = False
        self.thread.join(5)
        self.server.close()


def test_cscfs_survive_a_rogue_hss(make_network, block):
    """proves H-DIA-1"""
    def often(tree):
        tree["timers"]["reconnect"] = "20ms"
    net = make_network(start=False, change=often)
    rogue = Rogue((net.hss.host, 3868), random.Random("rogue"))
    try:
        net.start(["icscf1", "scscf1"])
        until(lambda: rogue.served >= 40, 20 * PATIENCE, "forty tries")
    finally:
        rogue.stop()
    net.start(["hss1", "pcscf1"])
    net.wait_ready()


# ---- HTTP -------------------------------------------------------------------


def test_malformed_http(net, still_serves):
    rng = random.Random("http")
    samples = [b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n",
               b"POST /api/v1/import HTTP/1.1\r\nHost: a\r\n"
               b"Content-Type: application/yaml\r\nContent-Length: 20\r\n\r\n"
               b"subscribers:\n- impu: x",
               b"GET /../../../../etc/passwd HTTP/1.0\r\n\r\n",
               b"GET /api/v1/record?from=-1&limit=x%zz HTTP/1.1\r\n\r\n",
               b"DELETE /api/v1/subscribers/%00%ff HTTP/1.1\r\n\r\n"]
    for node in net.nodes.values():
        port = int(node.admin.rsplit(":", 1)[1])
        for _ in range(40):
            throw((node.host, port), mutate(rng, rng.choice(samples)))
        for sample in samples[2:]:
            throw((node.host, port), sample)
    still_serves()
