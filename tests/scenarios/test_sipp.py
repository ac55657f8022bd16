# SPDX-License-Identifier: MIT
"""SIPp registers and calls through the four nodes."""
import pytest

from sipp import row


class Pair:
    """Two registered users of a running network, each at an address."""

    def __init__(self, net, block, account, sipp, transport="u1",
                 users=("bob", "zoe")):
        self.net = net
        self.sipp = sipp
        self.transport = transport
        self.accounts = [account(net, user) for user in users]
        self.at = [block.address(101) + ":5060", block.address(102) + ":5060"]
        self.proxy = net.proxy()

    def register(self):
        for account, at in zip(self.accounts, self.at):
            self.sipp("register", at, self.proxy, [row(account)],
                      transport=self.transport).wait()

    def run(self, caller, callee, count=1, values=(), **options):
        """The callee waits, the caller calls; both must succeed."""
        runs = [
            self.sipp(callee, self.at[1], self.proxy,
                      [row(self.accounts[1])] * count, values=values,
                      transport=self.transport),
            self.sipp(caller, self.at[0], self.proxy,
                      [row(*self.accounts)] * count, values=values,
                      transport=self.transport, **options)]
        failures = [run.failure() for run in reversed(runs)]
        assert failures == [None, None], "\n".join(filter(None, failures))


MORE = [{"impu": "sip:zoe@ims.example",
         "digest": {"password": "zoes-password"}}]


@pytest.fixture
def net(make_network):
    return make_network(more=MORE)


@pytest.fixture
def pair(net, block, account, sipp):
    two = Pair(net, block, account, sipp)
    two.register()
    return two


def test_registration_with_digest(net, block, account, sipp):
    """proves P-REG-1 P-REG-4 S-REG-1 S-REG-3 S-REG-9 I-REG-1 I-REG-2"""
    bob = account(net, "bob")
    sipp("register", block.address(101) + ":5060", net.proxy(),
         [row(bob)]).wait()
    held = net.scscf.registrations()
    assert [one["public_identity"] for one in held] == [bob.impu]
    assert block.address(101) in held[0]["bindings"][0]["contact"]


def test_registration_with_aka(net, block, account, sipp):
    """proves P-REG-2 S-REG-1 S-REG-2 S-REG-3 H-AUC-1 SIP-8"""
    alice = account(net, "alice")
    sipp("register", block.address(101) + ":5060", net.proxy(),
         [row(alice)]).wait()
    assert net.scscf.registrations()[0]["registered"]


def test_refresh_and_deregistration(net, block, account, sipp):
    """proves S-REG-4 P-REG-6 P-REG-4"""
    sipp("refresh", block.address(101) + ":5060", net.proxy(),
         [row(account(net, "bob"))]).wait()
    assert net.scscf.registrations() == []
    assert net.pcscf.registrations() == []


def test_wrong_password(net, block, account, sipp):
    """proves S-REG-2"""
    bob = account(net, "bob")
    bob.secret["password"] = "not-bobs-password"
    sipp("register_refused", block.address(101) + ":5060", net.proxy(),
         [row(bob)]).wait()
    assert net.scscf.says("wrong response")
    assert net.scscf.registrations() == []


def test_unknown_user(net, block, account, sipp):
    """proves I-REG-1 H-CX-1"""
    bob = account(net, "bob")
    bob.user = "nobody"
    sipp("register_unknown", block.address(101) + ":5060", net.proxy(),
         [row(bob)]).wait()
    assert net.icscf.says("USER_UNKNOWN")


def test_call(pair):
    """proves P-ORG-1 P-ORG-3 P-TRM-1 P-TRM-2 S-ORG-1 S-ORG-3 S-TRM-1 S-TRM-2
    S-TRM-3 I-SES-1 I-SES-3"""
    pair.run("caller", "callee")


def test_cancel(pair):
    """proves SIP-5"""
    pair.run("caller_cancels", "callee_cancelled")


def test_busy(pair):
    """proves SIP-5"""
    pair.run("caller_refused", "callee_busy", values={"code": 486})


def test_prack_and_update(pair):
    """proves SIP-12"""
    pair.run("caller_prack", "callee_prack")


def test_reinvite_and_bye_of_the_callee(pair):
    """proves P-ORG-3 S-TRM-3 SIP-9"""
    pair.run("caller_reinvites", "callee_reinvited")


@pytest.mark.parametrize("method", ["MESSAGE", "OPTIONS"])
def test_outside_a_dialog(pair, method):
    """proves P-ORG-1 P-TRM-1"""
    pair.run("outside_dialog", "callee_outside_dialog",
             values={"method": method, "code": 200})


def test_registration_over_tcp(net, block, account, sipp):
    """proves SIP-6"""
    sipp("register", block.address(101) + ":5060", net.proxy(),
         [row(account(net, "bob"))], transport="t1").wait()
    assert net.pcscf.says("contact sip:bob@")
    sip = [one for one in net.pcscf.record() if one.get("proto") == "sip"
           and block.address(101) in one["remote"]]
    assert {one["transport"] for one in sip} == {"tcp"}


CROWD = [{"impu": f"sip:user{n}@ims.example",
          "digest": {"password": f"password-of-{n}"}} for n in range(100)]


def test_a_hundred_registrations_and_deregistrations(make_network, block,
                                                     account, sipp):
    """In a row, each from an address of its own; none may fail."""
    net = make_network(more=CROWD)
    rows = [row(account(net, f"user{n}"), address=block.address(101 + n))
            for n in range(100)]
    for expires, left in ((600, 100), (0, 0)):
        sipp("register_many", block.address(101) + ":5060", net.proxy(), rows,
             transport="ui", rate=200, expires=expires).wait()
        total = net.scscf.get("/api/v1/registrations")["total"]
        assert total == left
    assert net.scscf.metric("forgotten") == 0


def test_a_hundred_calls(net, pair):
    """In a row, ten at a time; none may fail, nothing may be left over."""
    pair.run("caller", "callee", count=100, rate=100, values={"talk": 10})
    state = net.pcscf.get("/api/v1/state")
    assert state["dialogs"] == 0
    for node in net.nodes.values():
        assert node.metric("forgotten") == 0
