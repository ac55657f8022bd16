# SPDX-License-Identifier: MIT
"""The doctor says what went wrong, where, and what to do: registrations that
fail, and those that do not."""
import base64
import json
import re
import socket
import time
from hashlib import md5

from clients import Baresip, Twinkle
from doctor import check
from launcher import Phone
from milenage import aes, auts, f2_f5, xor
from raw import Socket, request, status

OP = bytes.fromhex("696d73626f782d6f70657261746f7221")
K = b"alice-in-ims-box"


# ---- who it is -------------------------------------------------------------


def test_who_is_not_known_is_told_whom_it_may_mean(clinic):
    box = clinic()
    box.run("register_unknown", box.account("alcie"))
    check(box.finding("unknown-public", user="alcie"), "hss1",
          "Did you mean sip:alice@ims.example?")
    box.ask("REGISTER", box.account("alice", domain="ims.exmaple"),
            "sip:ims.example", 403)
    check(box.finding("wrong-domain", user="alice"), "icscf1", "ims.example")
    bob = box.account("bob")
    box.ask("REGISTER", bob, "sip:ims.example", 403,
            extra='Authorization: Digest username="bob",realm="ims.example",'
                  'nonce="",uri="sip:ims.example",response=""')
    found = box.finding("unknown-private", user="bob")
    check(found, "hss1", "bob@ims.example")
    box.ask("REGISTER", bob, "sip:ims.example", 403,
            extra='Authorization: Digest username="dave@ims.example",'
                  'realm="ims.example",nonce="",uri="sip:ims.example",'
                  'response=""')
    found = box.finding("identities-dont-match", user="bob")
    check(found, "hss1", "bob@ims.example")
    assert "dave@ims.example" in found["what"]


# ---- does he know the secret -----------------------------------------------


def test_a_wrong_password_is_found_by_computing_it_again(clinic, block):
    box = clinic()
    box.run("register_refused", box.account("bob", password="wrong"))
    found = box.finding("wrong-password", user="bob")
    check(found, "scscf1", "bob@ims.example")
    assert {"name": "recomputed", "value": "the stored secret: no"} in (
        found["evidence"])
    ha1 = md5(b"bob@ims.example:ims.example:bobs-password").hexdigest()
    whole = json.dumps(box.get("/doctor"))
    assert ha1 not in whole and "bobs-password" not in whole
    box.run("register_refused", box.account("bob", password="bob"))
    check(box.finding("name-as-password", user="bob"), "scscf1",
          "bob@ims.example")
    nobody = Phone(box.net, "erin", "", block.address(200))
    nobody.try_to_register()
    check(box.finding("empty-password", user="erin"), "scscf1",
          "erin@ims.example")


def test_an_op_in_place_of_an_opc_is_found_by_computing_it(clinic, phones,
                                                           block, need):
    """Twinkle answers though the network's token is wrong for it."""
    need("twinkle-console")
    box = clinic(more=[
        {"impu": "sip:zed@ims.example", "aka": {"k": K.decode(),
                                                "opc": OP.hex()}},
        {"impu": "sip:yan@ims.example", "aka": {
            "k": K.decode(), "op": xor(aes(K, OP), OP).hex()}}])

    def register(user, k, port):
        time.sleep(1.1)  # its Call-ID is made of the second that it started
        phone = phones(Twinkle, box.account(user, k=k, op=OP),
                       block.port(port))
        phone.fail_to_register()

    register("zed", K, 0)
    check(box.finding("opc-is-op", user="zed"), "scscf1", "zed@ims.example",
          '"op"')
    register("yan", K, 10)
    check(box.finding("op-is-opc", user="yan"), "scscf1", "yan@ims.example",
          '"opc"')
    register("alice", b"alice-in-ims-boy", 20)
    check(box.finding("wrong-key", user="alice"), "scscf1",
          "alice@ims.example")
    assert K.hex() not in json.dumps(box.get("/doctor"))


def test_an_answer_that_is_wrong_in_form_is_explained(clinic):
    box = clinic()
    alice, bob = box.account("alice"), box.account("bob")

    def answer(account, authorization, status=403, last=3):
        box.run("answer", account, values={
            "authorization": authorization, "status": status, "last": last})

    answer(alice, 'realm="ims.example", nonce="[$nonce]", response="", '
                  'algorithm=AKAv1-MD5, qop=auth')
    check(box.finding("autn-rejected", user="alice"), "scscf1",
          "alice@ims.example", "OPc")
    answer(bob, 'realm="asterisk", nonce="[$nonce]", algorithm=MD5, qop=auth,'
                ' nc=00000001, cnonce="c", response="0"')
    found = box.finding("wrong-realm", user="bob")
    check(found, "scscf1", "ims.example")
    assert {"name": "realm of the phone", "value": "asterisk"} in (
        found["evidence"])
    answer(alice, 'realm="ims.example", nonce="[$nonce]", algorithm=MD5, '
                  'qop=auth, nc=00000001, cnonce="c", response="0"')
    check(box.finding("algorithm-mismatch", user="alice"), "scscf1",
          "alice@ims.example", "AKAv1-MD5")
    answer(alice, 'realm="ims.example", nonce="[$nonce]", '
                  'algorithm=AKAv1-MD5, qop=auth, response="", '
                  'auts="AAAAAAAAAAAAAAAAAAA="', status=401, last=5)
    check(box.finding("sqn-out-of-range", user="alice"), "scscf1",
          "alice@ims.example")
    answer(bob, 'realm="ims.example", nonce="old", algorithm=MD5, qop=auth,'
                ' nc=00000001, cnonce="c", response="0"', status=401, last=5)
    found = box.finding("stale-nonce", user="bob")
    check(found, "scscf1", "newest 401")
    box.ask("REGISTER", alice, "sip:ims.example", 403,
            extra='Authorization: Digest username="alice@ims.example",'
                  'realm="ims.example",nonce="old",uri="sip:ims.example",'
                  'response="0"')
    check(box.finding("scheme-not-provisioned", user="alice"), "hss1",
          "alice@ims.example")


def test_a_key_used_as_a_password_is_found_by_computing_it(clinic, block):
    box = clinic()
    phone = Phone(box.net, "alice", K.decode(), block.address(200))
    phone.try_to_register()
    check(box.finding("key-as-password", user="alice"), "scscf1",
          "alice@ims.example", "AKAv1-MD5")


def test_who_never_answers_is_told_why_that_may_be(clinic, phones, block,
                                                   need):
    need("baresip")
    box = clinic()
    phones(Baresip, box.account("alice"), block.address(210) + ":5060")
    box.ask("REGISTER", box.account("bob"), "sip:ims.example", 401)
    box.ask("REGISTER", box.account("carol"), "sip:ims.example", 401)
    found = box.finding("algorithm-mismatch", user="alice")
    check(found, "scscf1", "alice@ims.example", "MD5")
    assert "baresip" in found["what"]
    check(box.finding("challenge-unanswered", user="bob"), "scscf1",
          "bob@ims.example")
    check(box.finding("challenge-unanswered", user="carol"), "scscf1",
          "AUTN", "carol@ims.example")


# ---- may he ----------------------------------------------------------------


def test_who_may_not_register_is_said(clinic):
    box = clinic(more=[{"impu": "sip:max@ims.example",
                        "digest": {"password": "x"},
                        "capabilities": {"mandatory": [9]}}])
    box.run("register_unknown", box.account("mallory"))
    check(box.finding("barred", user="mallory"), "hss1",
          "sip:mallory@ims.example")
    box.ask("REGISTER", box.account("max"), "sip:ims.example", 600)
    check(box.finding("no-capable-scscf", user="max"), "icscf1",
          "capabilities")


def test_who_may_not_roam_is_said(clinic):
    both = clinic(topology="two-networks.yaml")
    both.ask("REGISTER", both.account("bob", domain="blue.example"),
             "sip:blue.example", 403)
    check(both.finding("roaming-not-allowed", user="bob"), "blue-hss",
          "red.example")


# ---- how it came in --------------------------------------------------------


def test_what_came_in_wrongly_is_explained(clinic, block):
    box = clinic()
    bob = box.account("bob")
    box.run("register", bob, to=f"{box.net.icscf.host}:5060")
    check(box.finding("wrong-listener", user="bob"), "icscf1",
          box.net.proxy())
    box.ask("REGISTER", bob, "sip:ims.example", 400, to="bob")
    check(box.finding("malformed"), "pcscf1", "header")
    box.ask("REGISTER", bob, "sip:ims.example", 420, extra="Require: gruu-x")
    check(box.finding("extension-unsupported", user="bob"), "scscf1",
          "gruu-x")
    box.ask("REGISTER", bob, "sip:ims.example", 483, forwards=0)
    check(box.finding("loop", user="bob"), "pcscf1", "Max-Forwards")
    box.ask("MESSAGE", bob, "mailto:dave@ims.example", 416)
    found = box.finding("unexplained", user="bob")
    check(found, "pcscf1", "ladder")
    assert "416" in found["what"]
    # Its Via leads to where it does not listen, but somebody else.
    mute = Socket(f"{block.address(220)}:5060", box.net.proxy())
    other = Socket(f"{block.address(220)}:5070", box.net.proxy())
    unheard = request("REGISTER", "sip:ims.example", "bob", "ims.example",
                      f"{block.address(220)}:5070")
    for _ in range(3):
        mute.send(unheard)
        assert status(other.receive(10)) == 401
    mute.close()
    other.close()
    check(box.finding("answers-lost", user="bob"), "pcscf1", "Via")
    # Another request that looks the same.
    twin = Socket(f"{block.address(221)}:5060", box.net.proxy())
    first = request("REGISTER", "sip:ims.example", "erin", "ims.example",
                    f"{block.address(221)}:5060")
    assert status(twin.ask(first)) == 401
    assert status(twin.ask(first.replace("branch=z9hG4bK",
                                         "branch=z9hG4bKother"))) == 482
    twin.close()
    check(box.finding("merged", user="erin"), "scscf1", "try again")
    garbage = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    garbage.bind((block.address(230), 5060))
    host, port = box.net.proxy().split(":")
    garbage.sendto(b"GET / HTTP/1.1\r\n\r\n", (host, int(port)))
    garbage.close()
    found = box.finding("malformed", user=f"{block.address(230)}:5060")
    assert found["node"] == "pcscf1"


def test_a_registration_that_is_too_short_or_over_is_explained(clinic):
    def brief(tree):
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "scscf":
                node["registration"] = {"min_expires": "2s"}

    box = clinic(change=brief)
    bob = box.account("bob")
    box.run("register", bob, expires=2)
    box.ask("REGISTER", box.account("erin"), "sip:ims.example", 423,
            extra="Expires: 1")
    found = box.finding("interval-too-brief", user="erin")
    assert found["kind"] == "note" and "2 s" in found["do"]
    check(box.finding("registration-expired", user="bob"), "pcscf1",
          "refreshes")


# ---- sequence numbers ------------------------------------------------------


class Card(Phone):
    """A phone with a card that is ahead of the HSS."""

    def challenge(self, answer):
        assert answer.startswith("SIP/2.0 401"), answer
        self.nonce = re.search('nonce="([^"]*)"', answer)[1]
        return base64.b64decode(self.nonce)[:16]

    def ask_to_follow(self, number, rand, highest):
        token = base64.b64encode(auts(K, OP, rand, highest)).decode()
        return self.request(number, f'nonce="{self.nonce}", response="", '
                                    f'auts="{token}", algorithm=AKAv1-MD5')

    def answer(self, number, res):
        def hexed(data):
            return md5(data).hexdigest()

        secret = hexed(b"alice@ims.example:ims.example:" + res)
        what = hexed(b"REGISTER:sip:ims.example")
        response = hexed(f"{secret}:{self.nonce}:{what}".encode())
        return self.request(number, f'nonce="{self.nonce}", algorithm='
                                    f'AKAv1-MD5, response="{response}"')


def test_a_card_may_ask_for_other_numbers_but_not_for_ever(clinic, block):
    box = clinic()
    card = Card(box.net, "alice", "", block.address(200))
    rand = card.challenge(card.request(1, 'nonce="", response=""'))
    rand = card.challenge(card.ask_to_follow(2, rand, 1 << 20))
    assert card.answer(3, f2_f5(K, OP, rand)[0]).startswith("SIP/2.0 200")
    box.is_told("alice")
    assert box.findings() == []
    card.socket.close()
    card = Card(box.net, "alice", "", block.address(201))
    rand = card.challenge(card.request(1, 'nonce="", response=""'))
    for number in range(2, 5):
        rand = card.challenge(
            card.ask_to_follow(number, rand, (number << 30) + 5))
    card.socket.close()
    check(box.finding("sqn-out-of-range", user="alice"), "scscf1",
          "Set the sequence number of alice@ims.example")


def test_an_answer_that_ends_at_a_zero_byte_is_no_wrong_key(clinic, block):
    """As Twinkle answers one challenge of 33: RES is taken for text."""
    box = clinic()
    card = Card(box.net, "alice", "", block.address(200))
    for number in range(1, 2000, 2):
        rand = card.challenge(card.request(number, 'nonce="", response=""'))
        res = f2_f5(K, OP, rand)[0]
        if 0 in res:
            break
    assert 0 in res
    answer = card.answer(number + 1, res[:res.index(0)])
    assert answer.startswith("SIP/2.0 403"), answer
    card.socket.close()
    found = box.finding("res-cut", user="alice")
    check(found, "scscf1", "try again")
    assert res.hex() not in json.dumps(found)


# ---- no false alarms -------------------------------------------------------


def test_what_went_well_is_no_finding(clinic, account, phones, block, need):
    """A challenge is no failure."""
    need("twinkle-console")
    box = clinic()
    box.run("register", account(box.net, "bob"))
    phones(Twinkle, account(box.net, "alice"), block.port(0)).register()
    box.is_told("bob")
    box.is_told("alice")
    calls = [call["call"] for call in box.get("/calls")["calls"]
             if call["result"] == 200]
    assert len(calls) == 2
    assert [box.findings(call=call) for call in calls] == [[], []]


def test_the_catalogue_explains_each_cause(clinic):
    box = clinic()
    causes = box.get("/doctor/causes")["causes"]
    assert len(causes) >= 20
    assert len({cause["cause"] for cause in causes}) == len(causes)
    assert all(cause["title"] and cause["explanation"] and cause["clause"]
               for cause in causes)
