# SPDX-License-Identifier: MIT
"""Two home networks: calls between them, a user behind the other's P-CSCF,
and a network that only DNS knows."""
import os
import subprocess

import pytest

from nameserver import Dnsmasq
from sipp import row


@pytest.fixture
def two(make_network):
    return make_network("two-networks.yaml")


class Users:
    """Users of both networks, each at its place and P-CSCF."""

    def __init__(self, net, block, account, sipp):
        self.sipp = sipp
        self.at = {}
        for user, domain, pcscf, last in (
                ("alice", "red.example", "red-pcscf", 101),
                ("carol", "red.example", "blue-pcscf", 102),
                ("bob", "blue.example", "blue-pcscf", 103)):
            phone = account(net, user, net.proxy(pcscf), domain)
            self.at[user] = (phone, block.address(last) + ":5060")

    def register(self, *users, scenario="register"):
        for user in users:
            phone, place = self.at[user]
            self.sipp(scenario, place, phone.proxy, [row(phone)]).wait()

    def call(self, caller, callee):
        (a, a_place), (b, b_place) = self.at[caller], self.at[callee]
        runs = [self.sipp("callee", b_place, b.proxy, [row(b)]),
                self.sipp("caller", a_place, a.proxy, [row(a, b)])]
        failures = [run.failure() for run in reversed(runs)]
        assert failures == [None, None], "\n".join(filter(None, failures))


@pytest.fixture
def users(two, block, account, sipp):
    return Users(two, block, account, sipp)


def test_calls_between_two_home_networks(two, users):
    """proves S-ORG-3 I-SES-1 S-TRM-1"""
    users.register("alice", "bob")
    users.call("alice", "bob")
    users.call("bob", "alice")
    assert two["red-scscf"].says("sip:bob@blue.example")
    assert two["blue-icscf"].record()


def test_roaming_behind_the_other_p_cscf(two, users):
    """carol of red is at blue's P-CSCF; her home serves her.

    proves P-REG-1 P-TRM-1 I-REG-1 H-CX-1"""
    users.register("alice", "bob", "carol")
    held = two["red-scscf"].registrations()
    assert {one["public_identity"] for one in held} == {
        "sip:alice@red.example", "sip:carol@red.example"}
    assert "blue-pcscf" in next(
        one["bindings"][0]["path"] for one in held
        if one["public_identity"] == "sip:carol@red.example")
    users.call("carol", "alice")
    users.call("bob", "carol")


def test_roaming_is_refused_where_it_is_not_allowed(two, users, account):
    """blue lets its users roam nowhere.

    proves I-REG-1 H-CX-1"""
    bob, place = users.at["bob"]
    users.sipp("register_unknown", place, two.proxy("red-pcscf"),
               [row(bob)]).wait()
    assert two["blue-icscf"].says("ROAMING_NOT_ALLOWED")


# ---- a network that only DNS knows ------------------------------------------


@pytest.fixture
def name_server(block, tmp_path, need):
    """blue.example and its nodes, as a DNS server at block.53 tells them."""
    need("dnsmasq")
    if os.geteuid() != 0:
        print("SKIPPED: port 53 needs root")
        pytest.skip("port 53 needs root")
    entry = block.address(22)
    server = Dnsmasq(
        tmp_path, block.address(53),
        "--naptr-record=blue.example,10,10,s,SIP+D2U,,_sip._udp.blue.example",
        "--naptr-record=blue.example,20,10,s,SIP+D2T,,_sip._tcp.blue.example",
        "--srv-host=_sip._udp.blue.example,entry.blue.example,5060,0,1",
        "--srv-host=_sip._tcp.blue.example,entry.blue.example,5060,0,1",
        f"--host-record=entry.blue.example,{entry}",
        *(f"--host-record={name}.{domain},{block.address(last)}"
          for domain, first in (("red.example", 11), ("blue.example", 21))
          for last, name in enumerate(
              (f"{domain.split('.')[0]}-{role}"
               for role in ("pcscf", "icscf", "scscf")), first)))
    yield server
    server.stop()


def test_another_network_is_found_by_dns(name_server, make_network, block,
                                         account, sipp, tmp_path):
    """Each network has a topology of its own and knows nothing of the other;
    NAPTR, SRV and A lead a call there.

    proves SIP-7 S-ORG-3"""
    def only(domain):
        def change(tree):
            tree["name"] = domain.split(".")[0]
            tree["networks"] = [n for n in tree["networks"]
                                if n["domain"] == domain]
            tree["dns"] = {"servers": [block.address(53)]}
        return change
    red = make_network("two-networks.yaml", change=only("red.example"),
                       directory="red")
    blue = make_network("two-networks.yaml", change=only("blue.example"),
                        directory="blue")
    alice, bob = account(red, "alice"), account(blue, "bob")
    places = block.address(101) + ":5060", block.address(103) + ":5060"
    for phone, place in zip((alice, bob), places):
        sipp("register", place, phone.proxy, [row(phone)]).wait()
    callee = sipp("callee", places[1], bob.proxy, [row(bob)])
    caller = sipp("caller", places[0], alice.proxy, [row(alice, bob)])
    assert caller.failure() is None
    assert callee.failure() is None
    said = name_server.said()
    assert "query[NAPTR] blue.example" in said
    assert "_sip._udp.blue.example" in said
    assert "entry.blue.example" in said
