# SPDX-License-Identifier: MIT
"""Debian's freeDiameter as a Diameter peer of the HSS, and as the relay
through which a client that is not ours asks it."""
import base64

import pytest

import diameter as dia
from network import PATIENCE
from waiting import until

REALM = "ims.example"
RELAY = "relay.ims.example"
HSS = "hss1.ims.example"


@pytest.fixture
def hss(make_network, block, need):
    """The HSS alone; it knows the relay."""
    need("freeDiameterd", "openssl")

    def alone(tree):
        network = tree["networks"][0]
        network["nodes"] = [node for node in network["nodes"]
                            if node["role"] == "hss"]
        tree["external"] = [{"name": "relay", "identity": RELAY,
                             "realm": REALM, "host": block.address(9)}]
    return make_network(change=alone).hss


@pytest.fixture
def relay(hss, block, tmp_path):
    program = dia.FreeDiameter(tmp_path / "relay", RELAY, REALM,
                               block.port(50), HSS, hss.host)
    program.start()
    until(lambda: peer(hss)["open"], 10 * PATIENCE, "the relay is a peer")
    yield program
    program.stop()


@pytest.fixture
def client(relay):
    mine = dia.Client(("127.0.0.1", relay.port), REALM)
    yield mine
    mine.close()


def peer(hss):
    return next(p for p in hss.get("/api/v1/peers") if p["host"] == RELAY)


def messages(hss):
    """Kind, command and flags of all Diameter messages in the record."""
    for entry in hss.record():
        if entry["kind"] in ("rx", "tx") and "base64" in entry:
            message = dia.Message(base64.b64decode(entry["base64"]))
            yield entry["kind"], message.command, message.flags


def has_sent_and_received(hss, command):
    kinds = {(kind, bool(flags & dia.REQUEST))
             for kind, code, flags in messages(hss) if code == command}
    return {("rx", True), ("tx", False)} <= kinds


def test_freediameter_exchanges_capabilities_and_watchdogs(hss, relay):
    """proves H-DIA-1"""
    relay.wait_for(r"'STATE_WAITCEA'\s*-> 'STATE_OPEN'", 5)
    info = peer(hss)
    assert info["product"] == "freeDiameter"
    assert info["state"] == "R-Open"
    assert has_sent_and_received(hss, dia.CER)
    until(lambda: has_sent_and_received(hss, dia.DWR), 20, "a watchdog")
    assert relay.count("STATE_SUSPECT") == 0
    info = peer(hss)
    assert info["open"] and info["watchdog"] == "OKAY"


def test_freediameter_parts_and_comes_back(hss, relay):
    """proves H-DIA-1"""
    relay.stop()
    assert has_sent_and_received(hss, dia.DPR)
    until(lambda: not peer(hss)["open"], 3 * PATIENCE, "the relay is gone")
    relay.start()
    until(lambda: peer(hss)["open"], 10 * PATIENCE, "the relay is back")
    relay.kill()
    until(lambda: not peer(hss)["open"], 3 * PATIENCE, "the relay is gone again")
    relay.start()
    until(lambda: peer(hss)["open"], 10 * PATIENCE, "the relay is back again")


def uar(impi, impu, *more):
    return (dia.avp(dia.USER_NAME, impi),
            dia.tgpp(dia.PUBLIC_IDENTITY, impu),
            dia.tgpp(dia.VISITED_NETWORK, REALM), *more)


def test_a_registration_is_authorised_through_freediameter(client):
    """proves H-CX-1 H-DIA-1"""
    answer = client.ask(dia.UAR, *uar("alice@ims.example",
                                      "sip:alice@ims.example"))
    assert answer.result() == "E2001"  # FIRST_REGISTRATION
    assert answer.get(dia.ORIGIN_HOST).decode() == HSS
    answer = client.ask(dia.UAR, *uar("nobody@ims.example",
                                      "sip:nobody@ims.example"), to=HSS)
    assert answer.result() == "E5001"  # USER_UNKNOWN
    answer = client.ask(dia.UAR, *uar("alice@ims.example",
                                      "sip:bob@ims.example"))
    assert answer.result() == "E5002"  # IDENTITIES_DONT_MATCH


def test_vectors_come_through_freediameter(client):
    """proves H-CX-4 H-DIA-1"""
    answer = client.ask(
        dia.MAR,
        dia.avp(dia.USER_NAME, "alice@ims.example"),
        dia.tgpp(dia.PUBLIC_IDENTITY, "sip:alice@ims.example"),
        dia.tgpp(dia.SERVER_NAME, "sip:scscf1.ims.example:5060"),
        dia.tgpp(dia.AUTH_ITEMS, 2),
        dia.tgpp(dia.AUTH_DATA_ITEM,
                 [dia.tgpp(dia.SCHEME, "Digest-AKAv1-MD5")]))
    assert answer.result() == "B2001"
    items = [dict((code, value) for code, _, _, value in dia.parse(item))
             for item in answer.all(dia.AUTH_DATA_ITEM)]
    assert len(items) == 2
    for item in items:
        assert item[dia.SCHEME] == b"Digest-AKAv1-MD5"
        assert len(item[dia.AUTHENTICATE]) == 32
        assert len(item[dia.AUTHORIZATION]) in range(4, 17)
        assert len(item[dia.CONFIDENTIALITY_KEY]) == 16
        assert len(item[dia.INTEGRITY_KEY]) == 16
    assert items[0][dia.AUTHENTICATE] != items[1][dia.AUTHENTICATE]


def test_a_location_is_asked_through_freediameter(client):
    """proves H-CX-3 H-DIA-1"""
    answer = client.ask(dia.LIR, dia.tgpp(dia.PUBLIC_IDENTITY,
                                          "sip:alice@ims.example"))
    assert answer.result() == "E5003"  # IDENTITY_NOT_REGISTERED


def test_what_is_wrong_is_told_through_freediameter(client):
    """proves H-DIA-1"""
    answer = client.ask(dia.UAR, *uar(
        "alice@ims.example", "sip:alice@ims.example",
        dia.avp(65000, b"what", dia.TGPP)))
    assert answer.result() == "B5001"  # AVP_UNSUPPORTED
    assert dia.parse(answer.get(dia.FAILED_AVP))[0][0] == 65000
    answer = client.ask(dia.LIR)
    assert answer.result() == "B5005"  # MISSING_AVP
    assert (dia.parse(answer.get(dia.FAILED_AVP))[0][:2]
            == (dia.PUBLIC_IDENTITY, dia.TGPP))
    answer = client.ask(dia.LIR, dia.tgpp(dia.PUBLIC_IDENTITY, "sip:a@b"),
                        to="hss9.ims.example")
    assert answer.result() == "B3002"  # UNABLE_TO_DELIVER
