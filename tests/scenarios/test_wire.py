# SPDX-License-Identifier: MIT
"""What goes over the wire, in the eyes of tshark and of the Cx schema."""
import pytest

from capture import CX_SCHEMA, schema_complaints
from clients import Baresip, Linphone, Twinkle, talk


@pytest.fixture
def packets(make_network, block, account, phones, capture, need):
    """A network from its start to its stop, three phones registering,
    calling, deregistering in between."""
    need("twinkle-console", "baresip", "linphonec")
    wire = capture()
    net = make_network()
    alice = phones(Twinkle, account(net, "alice"), block.port(0))
    bob = phones(Baresip, account(net, "bob"), block.address(102) + ":5060")
    dave = phones(Linphone, account(net, "dave"), block.port(20))
    for phone in (alice, bob, dave):
        phone.register()
    talk(alice, bob)
    talk(bob, dave)
    alice.deregister()
    net.stop()
    return wire.stop()


def test_tshark_decodes_all_and_has_no_complaint(packets, tmp_path, need):
    """proves SIP-1 H-DIA-1 H-CX-1 H-CX-2 H-CX-3 H-CX-4"""
    assert packets.complaints() == []

    methods = {row["sip.Method"] for row in packets.sip("sip.Method")}
    assert {"REGISTER", "INVITE", "ACK", "BYE"} <= methods
    commands = {code for message in packets.diameter()
                for code in message["diameter.cmd.code"]}
    assert {"257", "282", "300", "301", "302", "303"} <= commands
    assert all(code != "unknown" for code in commands)

    documents = packets.user_data()
    assert documents
    need("xmllint")
    if not CX_SCHEMA.exists():
        pytest.skip(f"no {CX_SCHEMA}: set IMSBOX_CORPORA")
    assert [schema_complaints(one, tmp_path) for one in documents] == (
        [""] * len(documents))
