# SPDX-License-Identifier: MIT
"""Our nodes and Debian's Kamailio side by side in one network: a phone each
side of the table registers with IMS AKA and they call each other.

docs/interop.md is the table of what passes."""
import time

import pytest

from clients import Twinkle
from kamailio import Kamailio
from network import PATIENCE

FRANK = {"impu": "sip:frank@ims.example", "profile": "telephony",
         "aka": {"k": "frank-in-ims-box",
                 "op": "696d73626f782d6f70657261746f7221"}}
ENTRY = {
    "pcscf1": {"role": "pcscf"},
    "icscf1": {"role": "icscf", "realm": "ims.example",
               "domains": ["ims.example"]},
    "scscf1": {"role": "scscf", "realm": "ims.example"},
}


@pytest.fixture
def core(make_network, block, tmp_path, need):
    """core(["pcscf1"]) starts box.yaml with Kamailio in place of the named
    nodes; answers our network."""
    need("kamailio", "twinkle-console")
    started = []

    def make(foreign):
        def replace(tree):
            network = tree["networks"][0]
            network["nodes"] = [node for node in network["nodes"]
                                if node["name"] not in foreign]
            tree["external"] = [external(name) for name in foreign]
            # Twinkle's AKA ends at a zero byte in RES, three in a hundred.
            for node in network["nodes"]:
                if node["role"] == "hss":
                    node["seed"] = 1

        def external(name):
            at = block.address(list(ENTRY).index(name) + 1)
            return {"name": name, "identity": f"{name}.ims.example",
                    "host": at, "sip": ["udp:5060", "tcp:5060"], "trust": "mw",
                    **ENTRY[name]}

        net = make_network(change=replace, more=[FRANK], start=False)
        net.start(["hss1"])
        theirs = [Kamailio(tmp_path, block, name,
                           watches="scscf1" not in foreign)
                  for name in foreign]
        for kamailio in theirs:
            started.append(kamailio)
            kamailio.start()
        for name in net.nodes:
            if name != "hss1":
                net.start([name])
        net.wait_ready()
        for kamailio in theirs:
            kamailio.wait_ready(10 * PATIENCE)
        return net

    yield make
    for kamailio in started:
        kamailio.stop()


@pytest.fixture
def two_phones(account, phones, block):
    """alice and frank, both with a card, behind the P-CSCF."""
    def make(net):
        proxy = f"{block.address(1)}:5060"
        alice = phones(Twinkle, account(net, "alice", proxy), block.port(0))
        # Twinkle's dice are seeded with the time in seconds: two of one second
        # use the same branches, and Kamailio takes one for the other's echo.
        time.sleep(1.1)
        frank = phones(Twinkle, account(net, "frank", proxy), block.port(20))
        return alice, frank
    return make


def talk(caller, callee):
    caller.call(callee.account.impu)
    callee.wait_ring()
    callee.answer()
    caller.wait_answered()
    callee.wait_answered()
    caller.hangup()
    callee.wait_ended()


def register_and_talk(pair):
    alice, frank = pair
    alice.register()
    frank.register()
    talk(alice, frank)
    time.sleep(1)  # Twinkle's line is busy until its transactions have ended
    talk(frank, alice)


def passes(net, procedure):
    """How many decisions of a procedure our nodes recorded."""
    return sum(entry.get("proc") == procedure
               for node in net.nodes.values() for entry in node.record())


def test_kamailio_as_icscf_and_scscf_behind_our_pcscf(core, two_phones):
    """proves P-REG-1 P-REG-2 P-REG-4 P-ORG-1 P-ORG-3 P-TRM-1 P-TRM-2 H-CX-1
    H-CX-2 H-CX-3 H-CX-4 H-AUC-1 H-DIA-1"""
    net = core(["icscf1", "scscf1"])
    register_and_talk(two_phones(net))
    assert passes(net, "P-REG-4") == 2  # each phone once
    assert passes(net, "P-TRM-1") >= 2  # each call came by the Path
    assert passes(net, "H-CX-2") == 2
    assert passes(net, "H-CX-3") == 2  # one LIR a call


def test_kamailio_as_all_cscfs_of_our_hss(core, two_phones):
    """proves H-CX-1 H-CX-2 H-CX-3 H-CX-4 H-AUC-1 H-DIA-1"""
    net = core(["pcscf1", "icscf1", "scscf1"])
    register_and_talk(two_phones(net))
    assert passes(net, "H-CX-2") == 2
    assert passes(net, "H-CX-3") == 2
    hosts = {peer["host"]: peer["open"]
             for peer in net.hss.get("/api/v1/peers")}
    assert hosts["icscf1.ims.example"] and hosts["scscf1.ims.example"]


def test_kamailio_as_pcscf_of_our_core(core, two_phones):
    """proves I-REG-1 I-REG-2 I-SES-1 S-REG-1 S-REG-2 S-REG-3 S-ORG-1 S-ORG-3
    S-TRM-1 S-TRM-2 S-TRM-3"""
    net = core(["pcscf1"])
    register_and_talk(two_phones(net))
    assert len(net.scscf.says("answered the challenge rightly")) == 2
    assert len(net.scscf.says("originating request of")) == 2
    assert len(net.scscf.says("terminating request to")) == 2
    # It follows each phone's registration (5.2.3), and answers what it is told.
    assert len(net.scscf.says("watches the registration of")) == 2
    assert len([entry for entry in net.scscf.record()
                if entry.get("text", "").startswith("SIP/2.0 200")
                and "CSeq: 1 NOTIFY" in entry["text"]]) == 2
