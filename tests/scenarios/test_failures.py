# SPDX-License-Identifier: MIT
"""Nodes that die or are not there, names that nobody knows, phones that are
silent: what callers get."""
import random
import socket
import time

import pytest

from milenage import sqn
from nameserver import Dnsmasq
from network import PATIENCE
from raw import Socket, request, status
from sipp import row
from waiting import until

ZOE = {"impu": "sip:zoe@ims.example", "digest": {"password": "zoes-password"}}


@pytest.fixture
def ua(block):
    """ua(net, 101) opens a raw socket towards the P-CSCF."""
    opened = []

    def make(net, last=101):
        opened.append(Socket(block.address(last) + ":5060", net.proxy()))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def register(ua, user="bob", domain="ims.example"):
    """The answer to a first REGISTER."""
    return ua.ask(request("REGISTER", f"sip:{domain}", user, domain, ua.place,
                          extra="Expires: 600\r\n"))


def call(ua, uri, user="bob"):
    """The final answer to an INVITE."""
    return ua.ask(request("INVITE", uri, user, "ims.example", ua.place,
                          to=uri), seconds=20)


@pytest.fixture
def registered(make_network, block, account, sipp, ua):
    """registered(change) answers a network in which bob is registered at the
    socket that comes with it, zoe at nothing that listens."""
    def make(change=None):
        net = make_network(more=[ZOE], change=change)
        for user, last in (("bob", 101), ("zoe", 102)):
            sipp("register", block.address(last) + ":5060", net.proxy(),
                 [row(account(net, user))]).wait()
        return net, ua(net)
    return make


@pytest.fixture
def asks_dns(block, tmp_path, need):
    """Changes a network to one that asks a name server of ours, whatever
    this machine's own says: there is nobody in .invalid."""
    need("dnsmasq")
    place = block.address(53)
    server = Dnsmasq(tmp_path, place, "--local=/invalid/", port=5353)

    def change(tree):
        tree["dns"] = {"servers": [f"{place}:5353"]}
    yield change
    server.stop()


def test_hss_down(registered):
    """The I-CSCF gets no answer to UAR and LIR.

    proves I-REG-1 I-SES-1"""
    net, phone = registered()
    net.hss.kill()
    assert status(register(phone, "zoe")) == 480
    assert status(call(phone, "sip:zoe@ims.example")) == 480
    assert net.icscf.says("hss1")

    net.hss.start()
    until(net.icscf.is_ready, 3 * PATIENCE, "the HSS is found again")
    assert status(register(phone, "zoe")) == 401


def test_hss_silent_towards_the_scscf(make_network, block, ua):
    """UAR is answered, MAR is not: 504.

    proves S-REG-1"""
    def lonely(tree):
        tree["timers"]["cx_answer"] = "300ms"
        tree["external"] = [{
            "name": "deaf", "role": "hss", "host": block.address(66),
            "diameter": "tcp:3868", "realm": "ims.example"}]
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "scscf":
                node["hss"] = "deaf"
    net = make_network(start=False, change=lonely)
    net.start()
    until(lambda: net.icscf.is_ready() and net.pcscf.is_ready(),
          3 * PATIENCE, "those that know the HSS are ready")
    assert status(register(ua(net))) == 504
    assert net.scscf.says("504")


def test_scscf_down(registered):
    """No other S-CSCF is there: REGISTER 504, a call of its user 504.

    proves I-REG-2"""
    net, phone = registered()
    net.scscf.kill()
    assert status(register(phone)) == 504
    assert status(call(phone, "sip:zoe@ims.example")) == 504
    assert net.pcscf.says("the S-CSCF cannot be reached")


def test_scscf_killed_and_back(registered, block, account, sipp):
    """Registering again is all that a phone has to do."""
    net, phone = registered()
    net.scscf.kill()
    net.scscf.start()
    net.wait_ready()
    phone.close()
    sipp("register", block.address(101) + ":5060", net.proxy(),
         [row(account(net, "bob"))]).wait()
    assert net.scscf.registrations()[0]["public_identity"] == (
        "sip:bob@ims.example")


@pytest.mark.parametrize("uri, expected", [
    ("sip:nobody@ims.example", 404),      # E5001
    ("sip:alice@ims.example", 480),       # E5003: not registered
    ("sip:mallory@ims.example", 480),     # E5003: barred and not registered
    ("sip:zoe@nowhere.invalid", 404),     # no such domain
], ids=["unknown", "not-registered", "barred", "no-such-domain"])
def test_callee_cannot_be_reached(registered, asks_dns, uri, expected):
    """proves I-SES-1 H-CX-3 S-ORG-3"""
    net, phone = registered(asks_dns)
    assert status(call(phone, uri)) == expected


def test_phone_has_gone(registered):
    """Nobody listens at zoe's contact: the network says so at once."""
    net, phone = registered()
    begun = time.monotonic()
    assert status(call(phone, "sip:zoe@ims.example")) == 500
    assert time.monotonic() - begun < 3 * PATIENCE


def test_phone_is_silent(registered, block):
    """zoe's phone is there and says nothing: 408 when Timer B has fired.

    proves SIP-4"""
    def quick(tree):
        tree["timers"]["t1"] = "20ms"
    net, phone = registered(quick)
    silent = Socket(block.address(102) + ":5060", net.proxy())
    try:
        assert status(call(phone, "sip:zoe@ims.example")) == 408
        assert silent.receive(0).startswith("INVITE sip:zoe@")
    finally:
        silent.close()


def test_dns_is_silent(registered, block):
    """The server is there and never answers."""
    def deaf(tree):
        tree["dns"] = {"servers": [block.address(53) + ":53"],
                       "timeout": "100ms", "tries": 1}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        try:
            silent.bind((block.address(53), 53))
        except PermissionError:
            pytest.skip("port 53 needs root")
        net, phone = registered(deaf)
        assert status(call(phone, "sip:zoe@nowhere.example")) == 500
        assert silent.recv(512)


def test_caller_is_not_registered(make_network, ua):
    """proves P-ORG-2"""
    net = make_network()
    assert status(call(ua(net), "sip:alice@ims.example")) == 403


@pytest.mark.parametrize("user, expected", [
    ("nobody", 403), ("mallory", 403), ("bob", 401)])
def test_first_register(make_network, ua, user, expected):
    """proves I-REG-1 H-CX-1"""
    assert status(register(ua(make_network()), user)) == expected


def test_register_for_another_domain(make_network, ua, asks_dns):
    """Nobody knows where its entry point is."""
    net = make_network(change=asks_dns)
    assert status(register(ua(net), "bob", "other.invalid")) == 404


# ---- sequence numbers -------------------------------------------------------


def challenges(packets):
    """RAND || AUTN of every vector that an HSS put on the wire."""
    return [bytes.fromhex(value)
            for message in packets.diameter("diameter.3GPP-SIP-Authenticate")
            if message["diameter.flags.request"][0] in ("0", "False")
            for value in message.get("diameter.3GPP-SIP-Authenticate", [])]


def test_no_sequence_number_twice(make_network, account, ua, capture, need):
    """The HSS is killed again and again while it makes vectors.

    proves H-AUC-1 H-CX-4"""
    need("openssl")
    wire = capture()
    net = make_network()
    phone = ua(net)
    rng = random.Random(4711)
    for _ in range(4):
        for _ in range(rng.randrange(10, 30)):
            phone.send(request("REGISTER", "sip:ims.example", "alice",
                               "ims.example", phone.place))
        answers = rng.randrange(1, 8)
        while answers:
            answer = phone.receive(5 * PATIENCE)
            assert answer is not None
            answers -= status(answer) == 401
        net.hss.kill()
        net.hss.start()
        net.wait_ready()
    net.stop()
    secret = account(net, "alice").secret
    vectors = challenges(wire.stop())
    numbers = [sqn(secret["k"], secret["op"], one[:16], one[16:])
               for one in vectors]
    assert len(numbers) >= 20
    assert len(set(numbers)) == len(numbers)
    assert len({one[:16] for one in vectors}) == len(vectors)
    assert max(numbers) < 1 << 32, "SQN jumps: reserve less"
