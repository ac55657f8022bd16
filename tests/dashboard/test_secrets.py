# SPDX-License-Identifier: MIT
"""Who may see what: the authentication of a SIM laid open for an admin, and
what is left for who may look and not change."""
import json

import pytest

from clients import Account
from sipp import row
from test_pages import OPERATOR, violations

KEY = b"alice-in-ims-box"


@pytest.fixture
def alice(box, block, sipp):
    """alice, who has a SIM key, registers."""
    account = Account("alice", "ims.example", box.net.proxy(),
                      k=KEY, op=OPERATOR)
    sipp("register", block.address(20) + ":5060", box.net.proxy(),
         [row(account)]).wait()
    return account


def open_authentication(page, step):
    page.open_step(step)
    page.click("Authentication", "[role=tab]")
    page.click("Show it with the secrets")


def test_the_challenge_of_a_sim_is_computed_step_by_step(page, box, alice):
    page.go("ladder?user=alice")
    answer = page.until(lambda: [
        s for s in page.steps() if "REGISTER" in s and "alice to pcscf1" in s
    ][1:], "alice answers the challenge")[0]
    challenge, = [s for s in page.steps()
                  if "401" in s and "pcscf1 to alice" in s]
    open_authentication(page, challenge)
    page.sees("IMS AKA", KEY.hex(), "OPc", "RAND", "AUTN", "AK = f5",
              "SQN", "MAC = f1",
              "✓ The same: the challenge comes from an HSS that has this K")
    open_authentication(page, answer)
    page.sees("RES = f2", "CK = f3", "IK = f4", "HA1", "HA2",
              "✓ The same: the phone knows the secret.")
    page.go("subscribers/changes")
    page.sees("saw secrets", "alice@ims.example")


def viewer_of(box):
    path = box.directory / "imsbox/box/viewer-token"
    return path.read_text().strip()


@pytest.fixture
def viewer(chromium, launch):
    """The pages as somebody sees them who may look, not change."""
    def closed(tree):
        tree["access"] = {"loopback": "token"}

    box = launch(change=closed)
    box.wait_for("Ctrl-C stops")
    chromium.base = box.dashboard
    chromium.driver.get("about:blank")
    chromium.driver.get(f"{box.dashboard}/?token={viewer_of(box)}")
    chromium.sees("ims.example")
    chromium.driver.get_log("browser")
    yield chromium
    chromium.driver.delete_all_cookies()
    assert chromium.complaints() == []


def test_who_may_only_look_is_offered_nothing_else(viewer, axe):
    viewer.sees("You may look, not change.")
    viewer.go("subscribers")
    viewer.sees("sip:bob@ims.example")
    assert "Add a subscriber" not in viewer.text()
    viewer.click("Bob")
    viewer.sees("For the phone", "Password, SIP digest MD5.")
    for button in ("Show the secrets", "Edit", "Delete"):
        assert button not in viewer.text(), button
    viewer.go("network?link=hss1,icscf1")
    viewer.sees("Capture it")
    assert "Break it" not in viewer.text()
    found = violations(viewer, axe)
    viewer.go("faults")
    viewer.sees("Nothing is broken on purpose.")
    assert viewer.script("return document.querySelector('main form')") is None
    assert not found, json.dumps(found, indent=1)
