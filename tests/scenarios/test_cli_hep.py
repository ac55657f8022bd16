# SPDX-License-Identifier: MIT
"""`hep:` of a topology: what Homer and sngrep get to see."""
import socket
import subprocess
import time

import pytest

from hep import Listener
from launcher import SECONDS, Phone
from network import unhurried
from waiting import stop, until

SENT = r'imsbox_hep_packets_total\{result="sent"'


@pytest.fixture
def listen(block):
    listener = Listener(block.address(60))
    yield listener
    listener.close()


def mirrored(block, address):
    def change(tree):
        unhurried(tree)
        tree["hep"] = f"udp:{block.address(address)}:9060"
    return change


def register(net, block):
    phone = Phone(net, "bob", "bobs-password", block.address(9))
    phone.register()
    return phone.call


def test_every_message_comes_once_with_its_way(make_network, block, listen):
    net = make_network(change=mirrored(block, 60))
    call = register(net, block)

    def of_call():
        return [p for p in listen.take() if p.type == 1 and p.call == call]
    until(lambda: len(of_call()) >= 12, SECONDS, "REGISTER and its answers")
    names = {node.host: node.name for node in net.nodes.values()}
    names[block.address(9)] = "bob"
    time.sleep(0.3)  # would a second copy come?
    found = sorted(of_call(), key=lambda p: p.seconds)
    ways = [(names[p.source[0]], names[p.target[0]],
             p.payload.split(b"\r\n")[0].split(b" ")[:2]) for p in found]
    there = [("bob", "pcscf1"), ("pcscf1", "icscf1"), ("icscf1", "scscf1")]
    requests = [(a, b) for a, b, first in ways if first[0] == b"REGISTER"]
    assert sorted(requests) == sorted(2 * there)
    for code in (b"401", b"200"):
        answers = [(a, b) for a, b, first in ways if first[1] == code]
        assert sorted(answers) == sorted((b, a) for a, b in there)
    assert {p.name for p in found} == {"pcscf1", "icscf1", "scscf1"}
    assert len({p.agent for p in found}) == 3
    assert all(abs(p.seconds - time.time()) < 60 for p in found)


def test_cx_comes_as_diameter_and_belongs_to_its_call(make_network, block,
                                                      listen):
    net = make_network(change=mirrored(block, 60))
    call = register(net, block)
    # UAR, MAR, UAR, SAR and their answers: 300, 303, 300, 301.
    wanted = sorted(2 * [300, 300, 301, 303])

    def commands():
        return sorted(int.from_bytes(p.payload[5:8], "big")
                      for p in listen.take() if p.type == 56
                      and p.payload[5:8] not in (b"\0\1\1", b"\0\1\x18"))
    until(lambda: commands() == wanted, SECONDS, "Cx, each message once")
    cx = [p for p in listen.packets if p.type == 56]
    assert all(p.payload[0] == 1 and p.protocol == 6 for p in cx)
    assert any(p.call == call for p in cx)


def test_a_listener_that_is_not_there_stops_nobody(make_network, block):
    net = make_network(change=mirrored(block, 61))
    register(net, block)
    until(lambda: net.pcscf.metric(SENT) > 0, SECONDS,
          "mirrored all the same")


def waiting_at(address, port):
    """Bytes that nobody has read yet at that UDP socket; None without one."""
    host = socket.inet_aton(address)[::-1].hex().upper()
    with open("/proc/net/udp", encoding="ascii") as table:
        for line in table:
            words = line.split()
            if words[1] == f"{host}:{port:04X}":
                return int(words[4].split(":")[1], 16)
    return None


def test_sngrep_shows_the_registration(make_network, block, need, tmp_path):
    need("sngrep", "tshark")
    net = make_network(change=mirrored(block, 62), start=False)
    capture = tmp_path / "sngrep.pcap"
    sngrep = subprocess.Popen(
        ["sngrep", "-N", "-q", "-F", "-L", f"udp:{block.address(62)}:9060",
         "-O", capture], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: waiting_at(block.address(62), 9060) is not None,
              SECONDS, "sngrep listens")
        net.start()
        net.wait_ready()
        call = register(net, block)
        until(lambda: sum(node.metric(SENT) for node in net.nodes.values())
              >= 12 and waiting_at(block.address(62), 9060) == 0, SECONDS,
              "sngrep has read the registration")
        time.sleep(0.5)  # from its hands into its file
    finally:
        stop(sngrep, SECONDS)
    shown = subprocess.run(
        ["tshark", "-r", capture, "-Y", f'sip.Call-ID == "{call}"',
         "-T", "fields", "-e", "sip.Method", "-e", "sip.Status-Code"],
        capture_output=True, text=True, timeout=6 * SECONDS)
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert [row[0] for row in rows].count("REGISTER") == 6
    assert [row[1] for row in rows].count("200") == 3, shown.stdout
