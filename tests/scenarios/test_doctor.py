# SPDX-License-Identifier: MIT
"""The doctor says what went wrong, where, and what to do: registrations that
fail, and those that do not."""
import json
from hashlib import md5

import pytest

from doctor import Clinic


@pytest.fixture
def clinic(launch, block, sipp):
    def make(**options):
        launcher = launch(**options)
        launcher.wait_for("box is ready")
        return Clinic(launcher, block, sipp)
    return make


def check(finding, node, *words):
    """Where it is, and that what to do names each word."""
    assert finding["node"] == node, finding
    for word in words:
        assert word in finding["do"], finding
    assert finding["kind"] == "failure" and finding["clause"], finding
    assert finding["steps"] == sorted(finding["steps"]), finding
    assert finding["what"].endswith(".") and finding["where"].endswith(".")


def test_who_is_not_known_is_told_whom_it_may_mean(clinic):
    box = clinic()
    box.run("register_unknown", box.account("alcie", password="x"))
    check(box.finding("unknown-public", user="alcie"), "hss1",
          "Did you mean sip:alice@ims.example?")
    box.ask("REGISTER", box.account("bob"), "sip:ims.example", 403,
            extra='Authorization: Digest username="bob",realm="ims.example",'
                  'nonce="",uri="sip:ims.example",response=""')
    check(box.finding("unknown-private", user="bob"), "hss1",
          "bob@ims.example")
    box.ask("REGISTER", box.account("bob"), "sip:ims.example", 403,
            extra='Authorization: Digest username="dave@ims.example",'
                  'realm="ims.example",nonce="",uri="sip:ims.example",'
                  'response=""')
    found = box.finding("identities-dont-match", user="bob")
    check(found, "hss1", "bob@ims.example")
    assert "dave@ims.example" in found["what"]


def test_a_wrong_password_is_found_by_computing_it_again(clinic):
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


def test_who_may_not_register_is_said(clinic):
    box = clinic()
    box.run("register_unknown",
            box.account("mallory", password="mallorys-password"))
    check(box.finding("barred", user="mallory"), "hss1",
          "sip:mallory@ims.example")


def test_what_went_well_is_no_finding(clinic, account):
    """A challenge is no failure, nor is a card that asks for other sequence
    numbers once."""
    box = clinic()
    box.run("register", account(box.net, "bob"))
    box.run("register", account(box.net, "alice"))
    box.is_told("bob")
    box.is_told("alice")
    assert box.findings() == []


def test_the_catalogue_explains_each_cause(clinic):
    box = clinic()
    causes = box.get("/doctor/causes")["causes"]
    assert len(causes) >= 20
    assert len({cause["cause"] for cause in causes}) == len(causes)
    assert all(cause["title"] and cause["explanation"] and cause["clause"]
               for cause in causes)
