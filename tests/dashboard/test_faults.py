# SPDX-License-Identifier: MIT
"""Faults on purpose, from the pages: a link is broken and mended, others see
it, and what is struck is marked."""
import json
import subprocess

import pytest

from launcher import Phone
from test_pages import ask, violations


def register(box, address):
    """The first status that bob's phone gets."""
    phone = Phone(box.net, "bob", "bobs-password", address)
    try:
        return int(phone.request(1, 'nonce="", response=""').split()[1])
    finally:
        phone.socket.close()


def on(box):
    return ask(box, "GET", "faults")["faults"]


def test_the_hss_link_is_broken_seen_and_mended_on_the_page(page, box, block):
    page.go("network")
    page.click("Link of hss1 and icscf1", "[role=button]")
    page.sees("hss1 ⇄ icscf1", "Nothing is broken here on purpose.")
    page.click("Break it", within="dialog")
    page.sees("broken", "A fault on purpose is on:", "loss-hss1-icscf1",
              "Not noticed yet: the connection stays open while messages are "
              "lost.")
    assert {f["node"] for f in on(box)} == {"icscf1", "hss1"}
    page.click("Close", within="dialog")
    page.find("[role=button]", "Link of hss1 and icscf1: 0/s, ⚡ broken")

    page.go("ladder?user=bob")
    page.sees("A fault on purpose is on:")
    assert register(box, block.address(11)) == 480
    page.until(lambda: any("480" in s for s in page.steps()),
               "the refusal is told, live")
    uar, = [s for s in page.steps() if "UAR" in s and "icscf1 to hss1" in s]
    assert "⚡" in uar and "✗ lost" in uar
    assert any("⚡ lost by fault loss-hss1-icscf1: UAR to hss1" in s
               for s in page.steps())

    page.go("doctor?user=bob")
    page.sees("A fault that somebody put on", "loss-hss1-icscf1",
              "icscf1-hss1")
    page.click("icscf1-hss1")
    page.sees("hss1 ⇄ icscf1")
    page.click("Close", within="dialog")

    page.go("network?link=hss1,icscf1")
    page.sees("1 message struck")
    page.click("Mend it: loss-hss1-icscf1", "button", within="dialog")
    page.sees("Nothing is broken here on purpose.")
    page.sees_not("A fault on purpose is on")
    assert on(box) == []
    assert register(box, block.address(12)) == 401


def test_the_doctor_mends_the_fault_that_it_names(page, box, block):
    ask(box, "POST", "faults", {"action": "loss", "link": ["hss1", "icscf1"]})
    assert register(box, block.address(11)) == 480
    page.go("doctor?user=bob")
    page.sees("A fault that somebody put on")
    page.click("Mend it: loss-hss1-icscf1", "button")
    page.sees("mended since")
    assert on(box) == []


def test_a_link_is_made_worse_and_captured(page, box, block, need):
    need("tshark")
    page.go("network?link=icscf1,scscf1")
    page.click("Late by 200 ms", within="dialog")
    page.sees("late by 200ms")
    assert register(box, block.address(11)) == 401
    page.until(lambda: [s for s in ask(
        box, "GET", "trace?node=icscf1&peer=scscf1")["steps"]
        if s.get("result") == 401], "the registration is told")
    page.sees("messages struck")
    link = page.find("a", "Capture it (pcapng)", "dialog")
    path = page.downloads / "imsbox.pcapng"
    link.click()
    page.until(path.exists, "the capture is there")
    shown = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "sip.Method", "-e",
         "frame.comment"], capture_output=True, text=True, check=True).stdout
    path.unlink()
    assert "REGISTER" in shown and "held for" in shown
    page.click("Show its messages", within="dialog")
    page.until(lambda: any("REGISTER" in s for s in page.steps()),
               "what passed the link")
    assert all("alice" not in s and "hss1" not in s for s in page.steps()
               if " to " in s and "says" not in s)


def test_one_button_clears_all(page, box):
    page.go("faults")
    page.sees("Nothing is broken on purpose.")
    page.choose("What", "answer wrongly")
    page.choose("Where", "hss1, everything it does")
    page.choose("Answer", "Cx 5001 user unknown")
    page.choose("For how long", "5 minutes")
    page.click("Only some messages", "summary")
    page.fill("Method or command", "UAR")
    page.click("Break it")
    page.sees("answers 5001 DIAMETER_ERROR_USER_UNKNOWN to UAR requests",
              "4:5")
    page.choose("What", "a dead node")
    page.choose("Where", "scscf1, everything it does")
    page.click("Break it")
    page.sees("2 faults on purpose are on:", "neither reads nor sends")
    page.click("Break it")
    page.sees("there is a fault dead-scscf1 at scscf1 already")
    assert [e for e in page.complaints(expected=("409",))] == []
    assert {f["name"] for f in on(box)} == {"answer-hss1-UAR", "dead-scscf1"}
    page.go("subscribers")
    page.click("Mend all", within=".banner.fault")
    page.sees_not("faults on purpose")
    assert on(box) == []


def test_what_is_wrong_is_said(page, box):
    page.go("faults?link=icscf1,hss1")
    page.choose("What", "hold messages")
    page.fill("How late", "soon")
    page.click("Break it")
    page.sees("delay: \"soon\"", "such as 500ms")
    assert [e for e in page.complaints(expected=("422",))] == []
    assert on(box) == []


def test_what_the_form_shows_no_more_is_not_asked_for(page, box, block):
    page.go("faults?link=icscf1,hss1")
    page.click("Only some messages", "summary")
    page.fill("Result", "486")
    page.choose("What", "answer wrongly")
    page.choose("Where", "icscf1, everything it does")
    page.choose("Answer", "600 Busy Everywhere")
    page.click("Break it")
    page.sees("answers 600")
    assert "result" not in on(box)[0]
    assert register(box, block.address(11)) == 600


def test_a_refusal_stands_where_it_was_met(chromium, box):
    page = chromium
    page.visit(box.dashboard)
    page.go("network?link=icscf1,scscf1")
    for _ in range(2):
        page.click("Late by 200 ms", within="dialog")
        page.sees("late by 200ms")
    page.sees("already")
    page.click("Close", within="dialog")
    page.click("✓ hss1", ".map [role=button]")
    page.sees("hss1 · HSS")
    page.sees_not("already")
    page.click("Close", within="dialog")
    box.send("STOP", "hss1")
    try:
        page.sees("it runs, and does not answer")
        page.click("Mend all", within=".banner.fault")
        page.find(".banners .banner.bad", "hss1")
        page.click("Faults", "nav a")
        page.until(lambda: not page.script(
            "return document.querySelector('.banner.bad')"), "it has gone")
    finally:
        box.send("CONT", "hss1")
    assert on(box) == []
    assert page.complaints(["status of 409"]) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_faults_break_no_wcag_2_2_aa(page, box, block, axe, theme):
    page.script("localStorage.setItem('theme', arguments[0])", theme)
    page.go("network?link=hss1,icscf1")
    page.click("Break it", within="dialog")
    page.sees("broken")
    found = {"link": violations(page, axe)}
    register(box, block.address(11))
    for view in ("network", "faults", "ladder"):
        page.go(view)
        page.sees("A fault on purpose is on:")
        found[view] = violations(page, axe)
    page.script("localStorage.removeItem('theme')")
    assert not any(found.values()), json.dumps(found, indent=1)
