# SPDX-License-Identifier: MIT
"""The load generator of tests/load does what SIPp does."""
import json
import re
import subprocess
from collections import Counter

import pytest
import yaml

import network as networks
from sipp import row

LOAD = networks.BIN.parent / "load"
PHONES = 6


def load(mode, **options):
    """Runs it with --option value; (exit status, what it printed)."""
    words = [word for name, value in options.items()
             for word in (f"--{name}", str(value))]
    run = subprocess.run([LOAD, mode, *words], capture_output=True, text=True,
                         timeout=60)
    return run.returncode, run.stdout or run.stderr


def subscribers(auth):
    status, text = load("subscribers", phones=PHONES, auth=auth)
    assert status == 0, text
    return yaml.safe_load(text)["subscribers"]


def run(net, block, **options):
    """The report of a run whose every unit ended as it should."""
    status, text = load("run", proxy=net.proxy(),
                        first=block.address(110) + ":20000", phones=PHONES,
                        **options)
    assert status == 0, text
    return json.loads(text)


def at_gm(net, calls_of):
    """What passed between the P-CSCF and phones, by Call-ID: a count of
    ("rx", "INVITE") and ("tx", "200 INVITE")."""
    ladders = {}
    for entry in net.pcscf.record():
        if entry["kind"] not in ("rx", "tx"):
            continue
        first, _, rest = entry["text"].partition("\r\n")
        call = re.search(r"^Call-ID: *(\S+)", rest, re.M | re.I)[1]
        method = re.search(r"^CSeq: *\d+ (\S+)", rest, re.M | re.I)[1]
        status = re.match(r"SIP/2.0 (\d+)", first)
        what = f"{status[1]} {method}" if status else method
        if any(entry["remote"].startswith(a + ":") for a in calls_of):
            ladders.setdefault(call, Counter())[entry["kind"], what] += 1
    return ladders


def one_ladder(ladders, method):
    """The one that all calls begun with the method have."""
    mine = [ladder for ladder in ladders.values() if ("rx", method) in ladder]
    assert mine and all(ladder == mine[0] for ladder in mine), mine
    return mine[0]


@pytest.fixture
def net(make_network, need):
    if not LOAD.exists():
        pytest.skip("build/release/load is not there")
    return lambda auth: make_network(more=subscribers(auth))


def test_a_call_and_its_registrations_are_those_of_sipp(net, block, account,
                                                        sipp):
    net = net("digest")
    at = [block.address(101), block.address(102)]
    who = [account(net, f"user{n:06}") for n in (0, 1)]
    for one, address in zip(who, at):
        sipp("register", address + ":5060", net.proxy(), [row(one)]).wait()
    callee = sipp("callee", at[1] + ":5060", net.proxy(), [row(who[1])])
    sipp("caller", at[0] + ":5060", net.proxy(), [row(*who)]).wait()
    callee.wait()
    report = run(net, block, auth="digest", kind="call", rate=10, seconds=1)
    assert report["before"]["kinds"]["registration"]["done"] == PHONES
    assert report["kinds"]["call"]["done"] >= 2
    theirs, ours = at_gm(net, at), at_gm(net, [block.address(110)])
    assert len(ours) == PHONES + report["kinds"]["call"]["done"]
    for method in ("REGISTER", "INVITE"):
        assert one_ladder(ours, method) == one_ladder(theirs, method)


@pytest.mark.parametrize("auth", ["aka", "digest"])
def test_every_kind_of_unit_ends_well(net, block, auth):
    net = net(auth)
    for kind in ("registration", "re-registration", "call", "message"):
        report = run(net, block, auth=auth, kind=kind, rate=20, seconds=1)
        figures = report["kinds"][kind]
        assert figures["done"] == figures["begun"] > 5
        assert 0 < figures["latency_us"]["p50"] <= figures["latency_us"]["max"]
    assert len(net.scscf.registrations()) == PHONES


def test_a_call_to_nobody_is_counted_as_refused(net, block):
    net = net("aka")
    status, text = load("run", proxy=net.proxy(), phones=2, register=0,
                        first=block.address(110) + ":20000", kind="call",
                        rate=10, seconds=1)
    figures = json.loads(text)["kinds"]["call"]
    assert status == 1
    assert figures["refused"] == figures["begun"] > 0
    assert figures["last_refusal"] == 403


def test_what_has_no_answer_times_out(block):
    status, text = load("run", proxy=block.address(1) + ":5060", phones=2,
                        first=block.address(110) + ":20000", register=0,
                        kind="message", rate=20, seconds=1, timeout=1)
    figures = json.loads(text)["kinds"]["message"]
    assert status == 1
    assert figures["timed_out"] > 0 and figures["sent_again"] > 0
    assert figures["timed_out"] + figures["skipped"] == (figures["begun"]
                                                         + figures["skipped"])


@pytest.mark.parametrize("words, why", [
    ({"phones": 3}, "--phones cannot be 3"),
    ({"rate": "nan"}, "--rate cannot be nan"),
    ({"kind": "dance"}, "--kind cannot be dance"),
    ({"proxy": "nowhere"}, "--proxy cannot be nowhere"),
])
def test_what_it_cannot_do_it_says(words, why):
    status, text = load("run", **words)
    assert status == 64
    assert why in text
