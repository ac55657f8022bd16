# SPDX-License-Identifier: MIT
"""Debian's freeDiameter as the relay between our CSCFs and our HSS: the CSCFs
know the relay alone."""
import base64

import pytest

import diameter as dia
from clients import Baresip, Twinkle
from network import PATIENCE
from waiting import until

REALM = "ims.example"
RELAY = "relay.ims.example"
ROUTE_RECORD = 282


@pytest.fixture
def relayed(make_network, block, tmp_path, need):
    """box.yaml, with its I- and S-CSCF behind the relay."""
    need("freeDiameterd", "openssl", "twinkle-console", "baresip")
    port = block.port(50)

    def behind(tree):
        for node in tree["networks"][0]["nodes"]:
            if node["role"] in ("icscf", "scscf"):
                node["hss"] = ["relay"]
        tree["external"] = [{
            "name": "relay", "identity": RELAY, "realm": REALM,
            "host": "127.0.0.1", "diameter": f"tcp:{port}"}]

    net = make_network(change=behind, start=False)
    net.start(["hss1"])
    relay = dia.FreeDiameter(tmp_path / "relay", RELAY, REALM, port,
                             f"hss1.{REALM}", net.hss.host)
    prefer_hss(relay)
    relay.start()
    until(lambda: is_open(net.hss), 10 * PATIENCE, "the relay is a peer")
    net.start(["pcscf1", "icscf1", "scscf1"])
    net.wait_ready(10)
    yield net
    relay.stop()


def prefer_hss(relay):
    """By itself it takes any peer of the realm that speaks Cx: the S-CSCF for
    the I-CSCF's requests. A Destination-Host still weighs more."""
    rules = relay.directory / "routes.conf"
    rules.write_text(f'* : "hss1.{REALM}" += 30 ;\n')
    with relay.config.open("a") as config:
        config.write(f'LoadExtension = "rt_default.fdx" : "{rules}";\n')


def is_open(node):
    return any(peer["host"] == RELAY and peer["open"]
               for peer in node.get("/api/v1/peers"))


def test_registration_and_call_through_the_relay(relayed, account, phones,
                                                 block):
    """proves H-DIA-1 I-REG-1 I-REG-2 I-SES-1 S-REG-1 S-REG-2 S-REG-3 H-CX-1
    H-CX-2 H-CX-3 H-CX-4"""
    alice = phones(Twinkle, account(relayed, "alice"), block.port(0))
    bob = phones(Baresip, account(relayed, "bob"),
                 block.address(102) + ":5060")
    alice.register()
    bob.register()
    alice.call(bob.account.impu)
    bob.wait_ring()
    bob.answer()
    alice.wait_answered()
    alice.hangup()
    bob.wait_ended()
    for node in (relayed.icscf, relayed.scscf):
        assert [peer["host"] for peer in node.get("/api/v1/peers")] == [RELAY]
        assert is_open(node)
    # The CSCFs' requests came to the HSS with the relay's mark.
    assert sum(map(is_relayed, requests(relayed.hss))) >= 7


def requests(hss):
    for entry in hss.record():
        if entry["kind"] == "rx" and "base64" in entry:
            message = dia.Message(base64.b64decode(entry["base64"]))
            if message.flags & dia.REQUEST and message.app == dia.CX:
                yield message


def is_relayed(message):
    return message.all(ROUTE_RECORD) != []
