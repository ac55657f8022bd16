# SPDX-License-Identifier: MIT
"""The dashboard's pages in a real browser, beside a real network and real
phones."""
import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import urllib.request

import pytest

from clients import Account
from launcher import Phone
from milenage import f2_f5
from sipp import row

CAROL = "carols-password"
OPERATOR = bytes.fromhex("696d73626f782d6f70657261746f7221")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def ask(launcher, method, path, body=None):
    request = urllib.request.Request(
        f"{launcher.dashboard}/api/v1/{path}", method=method,
        data=body and json.dumps(body).encode(),
        headers={"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or "null")


def account(launcher, user, password):
    return Account(user, "ims.example", launcher.net.proxy(),
                   password=password)


# ---- one user's first hour -------------------------------------------------


def test_a_new_user_is_added_registers_calls_and_is_explained(
        page, box, block, sipp, need):
    need("tshark")
    ask(box, "DELETE", "subscribers/sip:carol@ims.example")
    alice = Account("alice", "ims.example", box.net.proxy(),
                    k=b"alice-in-ims-box", op=OPERATOR)
    alice_at = block.address(20) + ":5060"
    sipp("register", alice_at, box.net.proxy(), [row(alice)]).wait()

    page.click("Subscribers")
    page.click("Add a subscriber")
    page.fill("Name", "carol")
    page.fill("Number", "1003")
    page.fill("Password", CAROL)
    page.click("Add a subscriber", within="dialog")
    page.sees("Added. Enter into a phone", "sip:carol@ims.example",
              "carol@ims.example", CAROL)

    carol = account(box, "carol", CAROL)
    at = block.address(21) + ":5060"
    page.click("Messages")
    page.sees("Nothing has happened yet")
    sipp("register", at, box.net.proxy(), [row(carol)]).wait()
    page.until(lambda: any("401 Unauthorized" in s for s in page.steps()),
               "the registration is told, live")

    why_it_was_challenged(page)
    what_the_pcscf_changed(page)
    how_it_was_authenticated(page)

    before = page.rows()
    page.click("Close", within=".detail")
    runs = [sipp("callee", alice_at, box.net.proxy(), [row(alice)]),
            sipp("caller", at, box.net.proxy(), [row(carol, alice)])]
    assert [run.failure() for run in reversed(runs)] == [None, None]
    page.until(lambda: page.rows() > before + 20, "the ladder grew")
    page.script("const l = document.querySelector('.ladder');"
                "l.scrollTop = l.scrollHeight")
    page.until(lambda: any("BYE" in s for s in page.steps()),
               "the call is told, live")

    page.click("Calls and registrations")
    page.click("INVITE")
    page.until(lambda: any("180 Ringing" in s for s in page.steps()),
               "the ladder of the call")
    the_ladder_as_a_capture(page)
    carol_is_sent_away(page, box)
    the_hss_is_cut_off_and_the_doctor_says_so(page, lambda: sipp(
        "ask", at, box.net.proxy(), [row(carol)], values={
            "method": "REGISTER", "uri": "sip:ims.example", "status": 480,
            "forwards": 70, "extra": "X-Test: 1", "to": carol.impu,
            "tag": ""}))


def why_it_was_challenged(page):
    page.open_step("401 Unauthorized", "scscf1 to icscf1")
    page.sees("Because:", "is challenged by MD5")
    page.click("carol@ims.example is challenged by MD5", within=".because")
    page.sees("Decision", "is challenged by MD5", "TS 24.229 5.4.1.2")


def what_the_pcscf_changed(page):
    page.open_step("REGISTER", "pcscf1 to icscf1")
    page.click("Changes", "[role=tab]")
    page.sees("pcscf1 received this message and sent it on", "+ added",
              "Path", "P-Visited-Network-ID", "~ changed", "Max-Forwards")


def how_it_was_authenticated(page):
    answers = [s for s in page.steps()
               if "REGISTER" in s and "carol to pcscf1" in s]
    assert len(answers) == 2
    page.open_step(answers[1])
    page.click("Authentication")
    page.click("Show it with the secrets")
    page.sees("HA1", "HA2", "✓ The same: the phone knows the secret.")


def the_ladder_as_a_capture(page):
    page.choose("Export", "pcapng for Wireshark")
    path = page.downloads / "imsbox.pcapng"
    page.until(path.exists, "the capture is there")
    packets = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "_ws.col.Protocol",
         "-e", "_ws.col.Source", "-e", "frame.comment", "-N", "n"],
        capture_output=True, text=True, check=True).stdout
    path.unlink()
    assert "SIP" in packets and "DIAMETER" in packets
    assert "pcscf1" in packets and "originating request of" in packets


def carol_is_sent_away(page, box):
    page.click("Registrations")
    page.click("sip:carol@ims.example")
    page.sees("Why this S-CSCF", "scscf1 chosen")
    page.click("Deregister…")
    page.click("Deregister", "button", within="dialog form")
    page.sees("RTR to", "✓ done")
    assert "carol" not in json.dumps(box.net.scscf.registrations())


def the_hss_is_cut_off_and_the_doctor_says_so(page, register):
    page.click("Network")
    page.find("[role=button]", "Link of hss1 and icscf1").send_keys("\n")
    page.click("Break it")
    page.sees("broken")
    page.click("Close", within="dialog")
    page.sees("A fault on purpose is on:")
    register().wait()
    page.click("Doctor")
    page.sees("A fault that somebody put on", "sip:carol@ims.example",
              "lost by fault loss-hss1-icscf1: UAR to hss1")
    page.click("Which faults are on")
    page.click("Mend all")
    page.sees_not("A fault on purpose is on:")


# ---- registrations ---------------------------------------------------------


def test_a_user_is_shown_side_by_side_and_deregistered_by_a_button(
        page, box, bob):
    page.go("registrations")
    page.click("sip:bob@ims.example")
    page.sees("pcscf1", "scscf1", "hss1", "Service-Route", "Path")
    assert "What does not agree" not in page.text()
    page.click("Push profile")
    page.sees("✓ done")
    page.click("Deregister…")
    page.choose("Reason", "SERVER_CHANGE")
    page.click("Deregister", "button", within="dialog form")
    page.sees("RTR to", "✓ done", "What does not agree",
              "the phone believes that it is registered")
    assert box.net.scscf.registrations() == []


def test_a_contact_is_expired_by_a_button(page, box, bob):
    page.go("registrations/sip%3Abob%40ims.example")
    page.click("Expire now")
    page.sees("has ended as if its time were up", "not registered")
    assert box.net.scscf.registrations() == []


# ---- the doctor ------------------------------------------------------------


class CarelessPhone(Phone):
    """Has a card's keys, and answers a challenge without a look at AUTN."""

    def __init__(self, net, user, key, op, address):
        super().__init__(net, user, "", address)
        self.key, self.op, self.number = key, op, 0

    def status(self, authorization):
        self.number += 1
        answer = self.request(self.number, authorization)
        return int(answer.split()[1]), answer

    def register(self):
        """The final status."""
        status, challenge = self.status('nonce="", response=""')
        assert status == 401, challenge
        nonce = re.search('nonce="([^"]*)"', challenge)[1]
        res, _ = f2_f5(self.key, self.op, base64.b64decode(nonce)[:16])
        ha1 = hashlib.md5(f"{self.user}@ims.example:ims.example:".encode()
                          + res).hexdigest()
        ha2 = hashlib.md5(b"REGISTER:sip:ims.example").hexdigest()
        response = hashlib.md5(f"{ha1}:{nonce}:00000001:abc:auth:{ha2}"
                               .encode()).hexdigest()
        return self.status(
            f'nonce="{nonce}", response="{response}", algorithm=AKAv1-MD5, '
            'qop=auth, nc=00000001, cnonce="abc"')[0]


def test_the_doctor_tells_of_an_op_taken_for_an_opc_and_mends_it(
        page, box, block):
    key, op = bytes(range(16)), b"operator-of-test"
    page.go("subscribers?add=frida")
    page.choose("Proves itself by", "SIM key: K and OPc")
    page.fill("K", key.hex())
    page.fill("OPc", op.hex())
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.")
    phone = CarelessPhone(box.net, "frida", key, op, block.address(31))
    assert phone.register() == 403
    page.until(lambda: "1" in page.script(
        "return document.querySelector('.nav .badge')?.innerText ?? ''"),
        "the doctor has news")
    page.click("Doctor")
    page.sees("An OP was taken for an OPc", "sip:frida@ims.example", "Where",
              "What to do", "What shows it")
    assert page.script("return document.querySelector('.nav .badge')") is None
    page.click("Show it in the ladder")
    page.sees("403 Forbidden")
    page.go("subscribers/sip%3Afrida%40ims.example")
    page.sees("not registered", "Last failure:")
    page.click("An OP was taken for an OPc", within="main")
    page.sees("What to do")
    page.click("Show it in the ladder")
    page.until(lambda: any("Doctor: An OP was taken" in s
                           for s in page.steps()), "a note in the ladder")
    page.go("registrations/sip%3Afrida%40ims.example")
    page.sees("Doctor", "An OP was taken for an OPc")
    page.click("An OP was taken for an OPc")
    page.click("Compute the OPc from what was entered")
    page.sees("Done. Let the phone try again")
    assert phone.register() == 200
    page.sees("worked since, at")


def badge(page):
    return page.script("return document.querySelector('.nav .badge')"
                       "?.firstChild.data ?? ''")


def test_what_is_new_stays_new_until_it_was_looked_at(page, box, block):
    refused = Phone(box.net, "bob", "wrong", block.address(32))
    assert refused.try_to_register().startswith("SIP/2.0 403")
    page.until(lambda: badge(page) == "1", "the doctor has news")
    page.driver.refresh()
    page.until(lambda: badge(page) == "1", "it is still new")
    page.go("subscribers/sip%3Abob%40ims.example")
    page.sees("Last failure:")
    page.click("Doctor", within="nav")
    page.sees("Wrong password")
    page.click("What shows it", "summary")
    page.sees("would the stored password give this answer?")
    page.until(lambda: badge(page) == "", "it was looked at")
    page.driver.refresh()
    page.sees("Wrong password")
    assert badge(page) == ""


def test_who_was_refused_is_not_said_to_register_yet(page, box, bob, block):
    refused = Phone(box.net, "bob", "wrong", block.address(32))
    assert refused.try_to_register().startswith("SIP/2.0 403")
    page.go("registrations/sip%3Abob%40ims.example")
    page.sees("pcscf1", block.address(32))
    cards = page.script(
        "return [...document.querySelectorAll('[aria-label=pcscf1] .facts')]"
        ".map((e) => e.innerText)")
    assert len(cards) == 2 and block.address(9) in cards[0], cards
    assert "Ends in" in cards[0] and "Ends in" not in cards[1], cards
    assert "not registered" in cards[1] and "yet" not in cards[1], cards


def test_the_doctor_lifts_a_barring(page, box, block):
    phone = CarelessPhone(box.net, "mallory", b"", b"", block.address(32))
    assert phone.status('nonce="", response=""')[0] == 403
    page.go("doctor?user=mallory")
    page.sees("The user is barred")
    page.click("Lift the barring")
    page.sees("Done.")
    assert phone.status('nonce="", response=""')[0] == 401


def opened(page):
    """The titles of cards that are open."""
    return [title.strip("▾ \n") for title in page.script(
        "return [...document.querySelectorAll('.finding [aria-expanded=true]')]"
        ".map((b) => b.innerText)")]


def test_who_fails_again_is_one_card_that_counts(page, box, block):
    phone = CarelessPhone(box.net, "mallory", b"", b"", block.address(35))
    assert phone.status('nonce="", response=""')[0] == 403
    page.go("doctor")
    page.sees("The user is barred")
    other = CarelessPhone(box.net, "gina", b"", b"", block.address(36))
    assert other.status('nonce="", response=""')[0] == 403
    page.sees("The network does not know this user")
    assert opened(page) == ["The user is barred"]
    page.go("doctor")
    page.sees("What to do")
    again = CarelessPhone(box.net, "mallory", b"", b"", block.address(37))
    assert again.status('nonce="", response=""')[0] == 403
    page.sees("2 times since")
    assert opened(page) == ["The network does not know this user"]
    page.click("The network does not know this user", within=".findings")
    page.sees_not("What to do")
    page.click("The user is barred", within=".findings")
    page.sees("What to do")
    cards = page.script("return [...document.querySelectorAll('.finding h2')]"
                        ".map((h) => h.innerText)")
    assert len(cards) == 2 and "The user is barred" in cards[0], cards


def test_who_is_not_there_is_added_from_what_the_doctor_says(
        page, box, block):
    phone = CarelessPhone(box.net, "gina", b"", b"", block.address(33))
    assert phone.status('nonce="", response=""')[0] == 403
    page.go("doctor")
    page.sees("The network does not know this user", "gina")
    page.fill("Subscriber", "bob")
    page.sees("nothing that failed for bob")
    page.fill("Subscriber", "gina")
    page.click("Add gina")
    page.fill("Password", "ginas-password")
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.", "sip:gina@ims.example")
    Phone(box.net, "gina", "ginas-password", block.address(34)).register()


def test_of_two_cards_the_one_that_failed_is_mended(page, box, block):
    key, op = bytes(range(16)), b"operator-of-test"
    right = {"k": key.hex(), "op": op.hex()}
    ask(box, "POST", "subscribers", {
        "privates": [{"impi": "card1@ims.example", "aka": right},
                     {"impi": "frida@ims.example",
                      "aka": {"k": key.hex(), "opc": op.hex()}}],
        "sets": [{"publics": [{"impu": "sip:frida@ims.example"}]}]})
    at = "subscribers/sip:frida@ims.example/private/card1@ims.example/secrets"
    first = ask(box, "GET", at)
    phone = CarelessPhone(box.net, "frida", key, op, block.address(38))
    assert phone.register() == 403
    page.go("doctor?user=frida")
    page.sees("An OP was taken for an OPc")
    page.click("Compute the OPc from what was entered")
    page.sees("Done. Let the phone try again")
    assert phone.register() == 200
    assert ask(box, "GET", at) == first


def test_who_was_called_in_vain_is_added_not_the_caller(page, box, sipp,
                                                        block):
    bob = account(box, "bob", "bobs-password")
    at = block.address(39) + ":5060"
    sipp("register", at, box.net.proxy(), [row(bob)]).wait()
    sipp("ask", at, box.net.proxy(), [row(bob)], values={
        "method": "MESSAGE", "uri": "sip:gina@ims.example", "status": 404,
        "forwards": 70, "extra": "X-Test: 1", "to": "sip:gina@ims.example",
        "tag": ""}).wait()
    page.go("doctor")
    page.sees("Nobody has the called address")
    page.click("Add gina")
    page.fill("Password", "ginas-password")
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.", "sip:gina@ims.example")


def test_a_newcomer_finds_his_way_by_what_can_be_read(page, box, bob, block):
    phone = CarelessPhone(box.net, "alcie", b"", b"", block.address(35))
    assert phone.status('nonce="", response=""')[0] == 403
    # why did a registration fail?
    page.click("Registrations")
    page.sees("Failed to register lately", "sip:alcie@ims.example")
    page.click("The network does not know this user")
    page.sees("What to do", "Did you mean sip:alice@ims.example?")
    # which S-CSCF serves bob, and why?
    page.click("Registrations")
    page.click("sip:bob@ims.example")
    page.sees("sip:scscf1.ims.example", "Why this S-CSCF",
              "At first: S-CSCF scscf1 chosen: the subscriber asks for no "
              "capabilities, any will do (the only one here)", "Since then: ")
    # what did the I-CSCF do?
    page.click("(icscf1, in the ladder)")
    page.sees("Decision", "S-CSCF scscf1 chosen")
    page.click("Network")
    page.click("Show its messages", within="[aria-label=icscf1]")
    page.until(lambda: page.steps() and all(
        "icscf1" in s for s in page.steps()), "what passed the I-CSCF")
    page.click("How to read this")
    page.sees("what a node decided", "UAR, may this user register",
              "The front desk")


# ---- a class ---------------------------------------------------------------


def test_a_class_is_added_and_taken_back(page):
    page.go("subscribers")
    page.click("Add many")
    page.fill("First number", "2001")
    page.fill("How many", "3")
    page.click("Add them")
    page.sees("3 subscribers are there now", "2003@ims.example")
    assert "2004" not in page.text()
    page.click("Close", within="dialog")
    page.sees("9 subscribers")
    page.go("subscribers/changes")
    page.sees("added many")
    page.click("Undo")
    page.sees("undone by")
    page.go("subscribers")
    page.sees("6 subscribers")


def test_a_file_is_imported_and_its_bad_lines_are_told(page, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("impu,password\nsip:x@ims.example,p\nnonsense,p\n")
    page.go("subscribers")
    page.click("Import")
    upload = page.until(lambda: page.script(
        "return document.querySelector('input[type=file]')"), "a file field")
    upload.send_keys(str(path))
    page.click("Import", "button", within="dialog")
    page.sees("Nothing was imported.", "What is wrong", "nonsense")
    better = tmp_path / "better.csv"
    better.write_text("impu,password\nsip:x@ims.example,p\n")
    upload.send_keys(str(better))
    page.click("Import", "button.primary", within="dialog")
    page.sees("1 added, 0 were there already.")


def test_a_profile_is_edited_and_tried(page, bob):
    page.go("subscribers/sip%3Abob%40ims.example")
    page.click("Edit", "button", within="[aria-label=Services]")
    page.click("Add a criterion")
    page.fill("Application server", "sip:as.ims.example")
    page.click("+ or …")
    page.choose("Holds", "if")
    page.click("Take this condition away")
    page.fill("is", "MESSAGE")
    page.sees("If the method is MESSAGE and the request is originating: to "
              "sip:as.ims.example.")
    page.fill("is", "INVITE")
    page.click("XML", "[role=tab]")
    page.sees("<Method>INVITE</Method>", "<SessionCase>0</SessionCase>")
    page.click("Check")
    page.sees("The HSS would take this.")
    page.click("Save")
    page.sees("If the method is INVITE and the request is originating: to "
              "sip:as.ims.example.")
    page.click("Try", "form button")
    page.sees("Would go to sip:as.ims.example first.", "✓ matches")


MODEL = "return document.querySelector('textarea.model').value"


def write_model(page, text):
    page.script("const m = document.querySelector('textarea.model');"
                "m.value = arguments[0];"
                "m.dispatchEvent(new Event('input', {bubbles: true}))", text)


def test_the_full_model_is_a_form_and_json(chromium, box):
    page = chromium
    page.visit(box.dashboard)
    page.go("subscribers/sip%3Abob%40ims.example")
    page.click("Edit", "header button, .head button")
    page.sees("Private identities", "Roaming, S-CSCF and charging")
    page.click("Add an identity", within="fieldset:nth-of-type(2)")
    page.script("document.querySelector('.public:last-child input').focus()")
    page.press("sip:bobby@ims.example")
    page.click("Check")
    page.sees("The HSS would take this.")
    page.script("[...document.querySelectorAll('.public:last-child"
                " input[type=checkbox]')][0].click()")
    page.fill("Networks the user may roam in", "ims.example, red.example")
    page.fill("S-CSCF must have capabilities", "1, x")
    page.click("Save")
    page.sees("/capabilities/mandatory/1")
    page.fill("S-CSCF must have capabilities", "1, 2")
    page.click("JSON")
    model = json.loads(page.script(MODEL))
    assert model["visited"] == ["ims.example", "red.example"]
    whole = page.script(MODEL)
    write_model(page, json.dumps({**model, "visited": "red.example"}))
    page.click("Form", "[role=tab]")
    page.sees("/visited: a list is expected.")
    write_model(page, "null")
    page.click("Form", "[role=tab]")
    page.sees("The model: an object is expected.")
    write_model(page, whole)
    page.click("Form", "[role=tab]")
    page.sees("Private identities")
    page.sees_not("is expected.")
    page.click("Save")
    page.sees("sip:bobby@ims.example", "barred")
    bob = ask(box, "GET", "subscribers/sip:bob@ims.example")
    assert bob["capabilities"]["mandatory"] == [1, 2]
    assert bob["visited"] == ["ims.example", "red.example"]
    assert bob["sets"][0]["publics"][-1]["barred"]
    assert bob["privates"][0]["digest"]["has_password"]
    assert page.complaints(["status of 400"]) == []


def test_what_subscribers_share_is_added_changed_and_deleted(page):
    page.go("subscribers/catalogue")
    page.sees("Profile telephony")
    page.fill("New", "premium")
    page.click("Add", within="[aria-label='Service profiles']")
    page.sees("Profile premium")
    page.click("Edit: Profile premium")
    page.fill("Services", "urn:urn-7:3gpp-service.ims.icsi.mmtel")
    page.click("Add a criterion")
    page.click("Save")
    page.until(lambda: not page.script(
        "return document.querySelector('dialog')"), "it is saved")
    page.sees("to sip:as.example.")
    page.click("Delete premium")
    page.sees_not("Profile premium")


# ---- charts ----------------------------------------------------------------


def test_what_the_network_does_is_drawn(page, bob):
    page.go("charts")
    page.sees("Registrations", "users 1", "Memory", "hss1", "MiB",
              "accepted 0/s")
    assert page.script("return document.querySelectorAll('canvas').length") == 9


# ---- what is broken --------------------------------------------------------


def test_a_dead_hss_is_shown_dead_and_the_rest_goes_on(
        chromium, box, bob):
    chromium.visit(box.dashboard)
    chromium.go("network")
    chromium.sees("hss1", "ready")
    os.kill(box.pids()["hss1"], signal.SIGSTOP)
    chromium.sees("does not answer", "it runs, and does not answer")
    chromium.go("registrations/sip%3Abob%40ims.example")
    chromium.sees("scscf1", "does not answer")
    chromium.go("ladder?user=bob")
    chromium.until(lambda: chromium.steps(), "the story is still there")
    os.kill(box.pids()["hss1"], signal.SIGCONT)
    chromium.go("network")
    chromium.sees_not("does not answer")
    assert chromium.complaints(["status of 50"]) == []


def test_what_is_wrong_with_a_new_subscriber_is_said_at_its_field(
        chromium, box):
    chromium.visit(box.dashboard)
    chromium.go("subscribers")
    chromium.click("Add a subscriber")
    chromium.fill("Name", "dora")
    chromium.choose("Proves itself by", "SIM key: K and OPc")
    chromium.fill("K", "12")
    chromium.fill("OPc", "0" * 32)
    chromium.click("Add a subscriber", within="dialog")
    bad = chromium.until(lambda: chromium.script(
        "const b = document.querySelector('[aria-invalid=true]');"
        "return b && [b.value, document.getElementById("
        "b.getAttribute('aria-describedby').split(' ').pop()).innerText]"),
        "a field is marked")
    assert bad[0] == "12" and "32" in bad[1]
    assert chromium.complaints(["status of 4"]) == []


def test_each_home_network_has_its_own_subscribers(chromium, launch):
    launcher = launch(topology="two-networks.yaml")
    launcher.wait_for("two-networks is ready")
    page = chromium
    page.visit(launcher.dashboard, "blue.example")
    page.click("Subscribers")
    page.sees("sip:alice@red.example")
    page.choose("Home network", "blue.example")
    page.sees("sip:bob@blue.example")
    page.sees_not("sip:alice@red.example")
    page.click("Add a subscriber")
    page.fill("Name", "dora")
    page.fill("Password", "doras-password")
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.", "sip:dora@blue.example")
    # as the doctor or a registration links to her: by her identity alone
    page.go("subscribers/sip%3Adora%40blue.example")
    page.click("Delete", ".head button")
    page.click("Delete", within="dialog")
    page.sees("sip:bob@blue.example")
    page.sees_not("dora")
    page.choose("Home network", "red.example")
    page.sees("sip:alice@red.example", "sip:carol@red.example")
    assert page.complaints() == []


SLOW_IMPORT = """const at_once = window.fetch;
window.asked = [];
window.fetch = (url, how, ...more) => {
    if (!String(url).includes('/imports')) return at_once(url, how, ...more);
    window.asked.push(`${how.method} ${url}`);
    return new Promise((then) => setTimeout(then, 1000)).then(() =>
        String(url).includes(arguments[0]) ? Promise.reject(new TypeError())
            : at_once(url, how, ...more));
};"""


def begin_import(page, fails, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("impu,password\nsip:x@blue.example,p\n")
    page.go("subscribers?network=blue.example")
    page.click("Import")
    page.script(SLOW_IMPORT, fails)
    page.until(lambda: page.script(
        "return document.querySelector('input[type=file]')"),
        "a file field").send_keys(str(path))
    page.click("Import", "button.primary", within="dialog")


def test_an_import_stays_in_its_network_when_the_page_is_left(
        chromium, launch, tmp_path):
    launcher = launch(topology="two-networks.yaml")
    launcher.wait_for("two-networks is ready")
    page = chromium
    page.visit(launcher.dashboard, "blue.example")
    begin_import(page, "nothing", tmp_path)
    page.script("location.hash = '#/network'")
    page.until(lambda: "sip:x@blue.example" in json.dumps(ask(
        launcher, "GET", "subscribers?network=blue.example")),
               "it is imported")
    begin_import(page, "/part", tmp_path)
    page.until(lambda: page.script("return window.asked")[-1:] == [
        "DELETE api/v1/imports/2?network=blue.example"], "it is given up")
    page.until(lambda: [i["state"] for i in ask(
        launcher, "GET", "imports?network=blue.example")["imports"]]
        == ["done"], "nothing of it stays")
    assert page.complaints() == []


def test_the_doctor_adds_to_the_network_that_was_asked(chromium, launch,
                                                       block):
    launcher = launch(topology="two-networks.yaml")
    launcher.wait_for("two-networks is ready")
    page = chromium
    page.visit(launcher.dashboard, "blue.example")
    phone = Phone(launcher.net, "zed", "", block.address(35), "blue.example",
                  "blue-pcscf")
    assert " 403 " in phone.request(1, 'nonce="", response=""')
    page.go("doctor")
    page.click("Add zed")
    page.fill("Password", "zeds-password")
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.", "sip:zed@blue.example")
    assert page.complaints() == []


# ---- the ladder ------------------------------------------------------------


def test_the_ladder_is_filtered_folded_paused_and_has_an_address(
        page, box, bob, block):
    phone = CarelessPhone(box.net, "carol", b"", b"", block.address(41))
    phone.status('nonce="", response=""')
    phone.request(1, 'nonce="", response=""')  # the same bytes again
    page.go("ladder?user=carol")
    page.until(lambda: any("REGISTER sip:ims.example ×2, carol to pcscf1" in s
                           for s in page.steps()), "a retransmission folded")
    page.click("Fold repetitions")
    page.sees_not("×2")
    page.choose("Method", "REGISTER")
    page.choose("Result", "401")
    page.until(lambda: page.steps() and all(
        "401" in s for s in page.steps()), "the filter of the hub")
    address = page.driver.current_url
    assert all(text in address for text in
               ("user=carol", "method=REGISTER", "result=401", "fold=no"))
    page.click("Clear")
    page.fill("Subscriber", "bob")
    page.until(lambda: any("bob@ims.example" in s for s in page.steps()),
               "bob's")
    page.fill("Search", "challenged by MD5")
    page.until(lambda: page.steps() and all(
        "challenged by MD5" in s for s in page.steps()), "what has the text")
    page.fill("Search", " ")
    page.fill("Subscriber", "carol")
    page.until(lambda: page.rows() > 10, "carol's")
    page.click("Pause")
    before = page.rows()
    phone.number = 6
    phone.status('nonce="", response=""')
    assert page.rows() == before
    page.click("Resume")
    page.until(lambda: page.rows() > before, "what came meanwhile")
    page.click("Pause")
    page.choose("Result", "401")
    page.until(lambda: page.steps() and all(
        "401" in s or "Doctor:" in s for s in page.steps()),
               "the filter ends the pause")
    page.find("button", "Pause")


IN_SIGHT = """
const row = document.querySelector('.ladder [aria-selected=true]');
if (!row) return false;
const [r, l, h] = [row, row.closest('.ladder'),
    document.querySelector('.ladder .lanes')]
    .map((e) => e.getBoundingClientRect());
return Boolean(document.querySelector('.detail'))
    && r.top >= h.bottom - 1 && r.bottom <= l.bottom + 1
    && l.bottom <= innerHeight + 1;
"""


def test_a_finding_about_repetitions_is_shown_among_folded_ones(page, box,
                                                                block):
    phone = Phone(box.net, "bob", "", block.address(42))
    for _ in range(5):
        phone.request(1, 'nonce="", response=""')
    found, = page.until(lambda: [
        f for f in ask(box, "GET", "doctor")["findings"]
        if f["cause"] == "answers-lost"], "the doctor's finding")
    page.go("doctor")
    page.click("Show it in the ladder")
    assert f"step={found['steps'][-1]}" in page.driver.current_url
    page.until(lambda: page.script(IN_SIGHT), "the step is in sight")
    page.until(lambda: any("Doctor: " + found["title"] in s
                           for s in page.steps()), "the doctor's note")


@pytest.mark.parametrize("width", [1000, 1280])
def test_the_step_that_an_address_names_is_in_sight(page, box, bob, width):
    steps = page.until(lambda: [s for s in ask(
        box, "GET", "trace?user=bob")["steps"] if s["call"] == bob],
                       "the registration is told")
    size = page.driver.get_window_size()
    page.driver.set_window_size(width, 750)
    try:
        for step in steps[0], steps[len(steps) // 2], steps[-1]:
            page.go("charts")
            page.go(f"ladder?call={bob}&step={step['id']}")
            page.until(lambda: page.script(IN_SIGHT), "the step is in sight")
    finally:
        page.driver.set_window_size(size["width"], size["height"])


def test_a_diameter_message_is_explained(page, bob):
    page.go("ladder?user=bob")
    page.open_step("UAR", "icscf1 to hss1")
    page.sees("may this user register from there", "TS 29.229 6.1.1",
              "The network whose P-CSCF the phone uses", "TS 29.229 6.3.1",
              "The private identity", "RFC 6733 8.14")
    page.open_step("UAA 2002", "hss1 to icscf1")
    page.sees("The user has an S-CSCF already", "TS 29.229 6.2.1")


def test_the_ladder_tells_the_time_of_day(page, bob):
    page.go("ladder?user=bob")
    page.until(lambda: page.rows() > 10, "the ladder")
    assert page.steps()[0].startswith("0.000 ")
    page.click("Time of day")
    page.until(lambda: re.match(r"\d\d:\d\d:\d\d\.\d{3} REGISTER",
                                page.steps()[0]), "times of the day")
    at = page.steps()[0].split()[0]
    assert "time=day" in page.driver.current_url
    page.open_step("REGISTER", "to pcscf1")
    page.sees(at, "s after the first step shown")


def test_a_ladder_becomes_a_picture_and_texts(page, bob):
    page.go("ladder?user=bob")
    page.until(lambda: page.rows() > 10, "the ladder")
    for name, file, text in [("SVG picture", "ladder.svg", "</svg>"),
                             ("Mermaid", "ladder.mmd", "sequenceDiagram"),
                             ("Markdown", "ladder.md", "| from | to |")]:
        page.choose("Export", name)
        path = page.downloads / file
        page.until(lambda: path.exists() and path.stat().st_size, file)
        assert text in path.read_text()
        path.unlink()


# ---- in great number -------------------------------------------------------


FRAMES = 200
SCROLL = f"""
const done = arguments[0], ladder = document.querySelector('.ladder');
let left = {FRAMES};
ladder.scrollTop = 0;
const step = () => {{
    ladder.scrollTop += 500;
    if (--left) requestAnimationFrame(step); else done(ladder.scrollTop);
}};
requestAnimationFrame(step);
"""
FRAME_MS = 1000 / 60


def busy_ms(page):
    """The main thread's own time: others may have the machine."""
    metrics = page.driver.execute_cdp_cmd("Performance.getMetrics", {})
    return {m["name"]: m["value"] for m in metrics["metrics"]}[
        "TaskDuration"] * 1000


def test_ten_thousand_messages_stay_smooth(page, box, block):
    phone = CarelessPhone(box.net, "bob", b"", b"", block.address(40))
    for _ in range(750):
        assert phone.status('nonce="", response=""')[0] == 401
    page.go("ladder")
    rows = page.until(lambda: page.script(
        "const e = document.querySelector('.ladder [role=option]');"
        "return e && e.ariaSetSize >= 9900 && Number(e.ariaSetSize)"),
        "all steps are there", 60)
    page.until(lambda: page.script(
        "const l = document.querySelector('.ladder');"
        "return l.scrollTop > 9000 && "
        "l.scrollTop + l.clientHeight > l.scrollHeight - 40"),
        "it opens at the newest")
    page.driver.execute_cdp_cmd("Performance.enable",
                                {"timeDomain": "threadTicks"})
    before = busy_ms(page)
    assert page.driver.execute_async_script(SCROLL) > 90_000
    frame = (busy_ms(page) - before) / FRAMES
    print(f"{rows} rows: {frame:.1f} ms a frame")
    assert frame < FRAME_MS
    assert len(page.steps()) < 200


# ---- for everybody ---------------------------------------------------------


VIEWS = ["network", "doctor", "subscribers/changes", "subscribers/catalogue", "charts", "ladder?user=bob", "ladder/calls", "registrations",
         "registrations/sip%3Abob%40ims.example", "subscribers",
         "subscribers/sip%3Abob%40ims.example"]


FILLED = ("return document.querySelector("
          "'main td, main .node, main .step, main .fact, main canvas, main .entry, main .finding, main form')")


def violations(page, axe):
    page.script(axe)
    found = page.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0], resultTypes:"
        " ['violations']}).then((r) => done(r.violations))", AXE_RULES)
    return [f"{v['id']}: {v['help']}: {n['html'][:200]} "
            f"{n.get('failureSummary', '')[:300]}"
            for v in found for n in v["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_wcag_2_2_aa(page, box, bob, block, axe, theme):
    page.script("localStorage.setItem('theme', arguments[0])", theme)
    phone = CarelessPhone(box.net, "mallory", b"", b"", block.address(32))
    assert phone.status('nonce="", response=""')[0] == 403
    found = {}
    for view in VIEWS:
        page.go(view)
        page.until(lambda: page.script(FILLED), f"{view} has its content")
        if view.startswith("ladder?"):
            page.open_step("401 Unauthorized", "icscf1 to pcscf1")
            page.sees("Changes")
        found[view] = violations(page, axe)
    page.go("subscribers")
    page.click("Add a subscriber")
    found["a dialog"] = violations(page, axe)
    page.go("subscribers/sip%3Abob%40ims.example")
    page.click("Edit", "button", within="[aria-label=Services]")
    page.click("Add a criterion")
    found["filter criteria"] = violations(page, axe)
    page.go("subscribers/sip%3Abob%40ims.example")
    page.click("Edit", ".head button")
    page.sees("Private identity 1")
    found["the full model"] = violations(page, axe)
    page.script("localStorage.removeItem('theme')")
    assert not any(found.values()), json.dumps(found, indent=1)


FIRST_LOAD = """
const [page] = performance.getEntriesByType('navigation');
const files = performance.getEntriesByType('resource')
    .filter((r) => !r.name.includes('/api/'));
return [[page, ...files].map((r) => [r.name, r.encodedBodySize])];
"""


def test_the_first_load_is_small_and_from_here_alone(page, box):
    page.go("network")
    page.sees("ready")
    files, = page.script(FIRST_LOAD)
    assert any(name.endswith("main.js") for name, _ in files)
    assert all(name.startswith(f"{box.dashboard}/") for name, _ in files)
    assert sum(size for _, size in files) <= 60 * 1024, files


def test_a_dialog_keeps_the_focus_and_gives_it_back(page):
    from selenium.webdriver.common.keys import Keys
    inside = ("return document.querySelector('dialog')"
              ".contains(document.activeElement)")
    page.go("subscribers")
    for leave in (Keys.ESCAPE, "Close", "Cancel"):
        page.find("button", "Add a subscriber").send_keys(Keys.ENTER)
        page.sees("Proves itself by")
        assert page.script("return document.activeElement.tagName") == "INPUT"
        for _ in range(4):
            page.press(Keys.TAB)
            assert page.script(inside)
        if leave is Keys.ESCAPE:
            page.press(leave)
        else:
            page.find("button", leave, "dialog").send_keys(Keys.ENTER)
        page.sees_not("Proves itself by")
        page.until(lambda: page.focused() == "Add a subscriber",
                   "the focus is where it was")


def test_who_has_a_name_that_is_taken_is_a_click_away(chromium, box):
    page = chromium
    page.visit(box.dashboard)
    page.go("subscribers?add=bob")
    page.fill("Password", "x")
    page.click("Add a subscriber", within="dialog")
    page.sees("exists already")
    page.click("Show who has it")
    page.sees("Bob", "tel:+15551002")
    assert page.complaints(["status of 409"]) == []


def test_only_phones_that_fit_are_offered(page, box):
    for who, kinds in (("alice", []), ("bob", ["Linphone", "baresip"]),
                       ("erin", ["SIM card", "Linphone", "baresip"])):
        page.go(f"subscribers/sip%3A{who}%40ims.example")
        page.sees("For the phone")
        assert page.script(
            "return [...document.querySelectorAll('.kinds button')]"
            ".map((b) => b.innerText)") == kinds
    page.click("baresip")
    page.sees(f"tools/phone erin PASSWORD {box.net.proxy()}")
    page.go("subscribers/sip%3Aalice%40ims.example")
    page.sees("IMPI", "alice@ims.example")
    page.click("QR code")
    page.sees("who writes the card")


def test_who_has_key_and_password_is_told_which_is_used(page):
    both = "with both, the SIM key is used"
    page.go("subscribers/sip%3Aalice%40ims.example?edit=1")
    page.sees("has a SIM key")
    assert both not in page.text()
    page.click("has a password", "label")
    page.sees(both)
    page.fill("Password", "alices-password")
    page.click("Save")
    page.sees("Password, SIP digest MD5.")
    page.sees("For the phone", "IMPI")
    page.sees_not(both)
    assert "baresip" not in page.text()


def test_a_row_leads_where_its_link_leads(page):
    page.go("subscribers")
    page.click("tel:+15551002", "td div")
    page.sees("For the phone", "sip:bob@ims.example")


def test_everything_can_be_reached_by_keyboard(page, box, bob):
    from selenium.webdriver.common.keys import Keys
    page.go("ladder?user=bob")
    page.until(lambda: any("answered the challenge" in s
                           for s in page.steps()), "the ladder of bob")
    page.script("document.querySelector('.ladder').focus()")
    page.press(Keys.HOME)
    page.sees("Message", "goes to the entry point")
    page.press(Keys.ARROW_DOWN)
    page.sees("Decision")
    page.go("network")
    page.sees("ready")
    page.press(Keys.TAB)
    assert page.focused() == "Skip to the page"
    page.script("document.querySelector('.map .wire[role=button]').focus()")
    page.press(Keys.ENTER)
    page.sees("Nothing is broken here on purpose.")
    page.press(Keys.ESCAPE)
    page.sees_not("Nothing is broken here on purpose.")
    page.script("document.querySelector('.map .node[role=button]').focus()")
    page.press(Keys.ENTER)
    page.until(lambda: "#/network?node=" in page.driver.current_url,
               "a node opens its panel")
    page.sees("Break it", "Capture it")
