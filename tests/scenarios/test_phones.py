# SPDX-License-Identifier: MIT
"""Phones that others wrote register and call each other, headless."""
import socket
import subprocess

import network as networks
from clients import Baresip, Linphone, Twinkle, talk
from conftest import skip


def test_aka_and_digest_phones_call_each_other(make_network, block, account,
                                               phones, need):
    """proves P-REG-1 P-REG-2 P-REG-4 P-ORG-1 P-ORG-3 P-TRM-1 P-TRM-2 I-REG-1
    I-REG-2 I-SES-1 S-REG-1 S-REG-2 S-REG-3 S-ORG-1 S-ORG-3 S-TRM-1 S-TRM-2
    S-TRM-3 H-CX-1 H-CX-2 H-CX-3 H-CX-4 H-AUC-1"""
    need("twinkle-console", "baresip")
    box = make_network()
    alice = phones(Twinkle, account(box, "alice"), block.port(0))
    bob = phones(Baresip, account(box, "bob"), block.address(102) + ":5060")
    alice.register()
    bob.register()
    talk(alice, bob)
    talk(bob, alice)


def test_three_schemes_call_each_other(make_network, block, account, phones,
                                       need):
    """AKAv1-MD5, digest with MD5, digest with SHA-256.

    proves S-REG-2 S-REG-9 SIP-8 H-CX-4"""
    need("twinkle-console", "baresip", "linphonec")
    box = make_network()
    alice = phones(Twinkle, account(box, "alice"), block.port(0))
    bob = phones(Baresip, account(box, "bob"), block.address(102) + ":5060")
    dave = phones(Linphone, account(box, "dave"), block.port(20))
    for phone in (alice, bob, dave):
        phone.register()
    talk(dave, bob)
    talk(bob, dave)
    talk(alice, dave)
    talk(dave, alice)
    assert box.scscf.says("dave@ims.example is challenged by SHA-256")


def test_phones_call_each_other_over_tcp(make_network, block, account, phones,
                                         need):
    """One over TCP, one over UDP; then both over TCP.

    proves SIP-6 P-TRM-1"""
    need("twinkle-console", "baresip", "linphonec")
    box = make_network()
    bob = phones(Baresip, account(box, "bob"), block.address(102) + ":5060",
                 transport="tcp")
    dave = phones(Linphone, account(box, "dave"), block.port(20),
                  transport="tcp")
    alice = phones(Twinkle, account(box, "alice"), block.port(0))
    for phone in (alice, bob, dave):
        phone.register()
    talk(alice, bob)
    talk(bob, alice)
    talk(dave, bob)
    talk(bob, dave)
    for one in box.pcscf.registrations():
        over = "udp" if "alice" in one["public_identity"] else "tcp"
        assert one["transport"] == over


def hear(account, password, text):
    """Whether the phone of the README says this before it ends."""
    phone = subprocess.Popen(
        [networks.ROOT / "tools/phone", account.user, password, account.proxy,
         account.domain], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace")
    said = ""
    try:
        for line in phone.stdout:
            said += line
            if text in line:
                return
        raise AssertionError(f"it ended without {text}:\n{said}")
    finally:
        phone.terminate()
        phone.wait(10)


def test_the_phone_of_the_readme_says_who_needs_another(make_network, account,
                                                        need):
    """baresip alone says "Function not implemented" to an AKA challenge."""
    need("baresip")
    hear(account(make_network(), "alice"), "x", "needs a phone that does AKA")


def test_the_phone_of_the_readme_registers_off_loopback_too(
        make_network, account, block, need):
    """At a proxy of this machine's other interface, that of tools/alone. From
    127.0.0.1 the kernel would send to this machine alone."""
    need("baresip")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.bind(("192.0.2.1", 0))
        except OSError:
            skip("there is no interface but loopback")

    def listen_outside(tree):
        pcscf = next(node for node in tree["networks"][0]["nodes"]
                     if node["role"] == "pcscf")
        pcscf["gm"] = [f"udp:192.0.2.1:{block.port(0)}"]
    net = make_network(change=listen_outside)
    bob = account(net, "bob", f"192.0.2.1:{block.port(0)}")
    hear(bob, bob.secret["password"], "200 OK")
    assert {entry["remote"].split(":")[0] for entry in net.pcscf.record()
            if entry.get("text", "").startswith("REGISTER")
            and entry["kind"] == "rx"} == {"192.0.2.1"}
