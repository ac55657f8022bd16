# SPDX-License-Identifier: MIT
"""Faults on purpose, with real processes: docs/faults.md word for word."""
import json
import os
import signal
import subprocess

import pytest

from launcher import SECONDS, Phone, run
from sse import Events
from test_dashboard import ask, get, nodes, trace
from test_sipp import MORE, Pair
from waiting import until


@pytest.fixture
def box_up(launch, block):
    """(launcher, API of the dashboard, fault(*words) that runs the command)"""
    launcher = launch()
    launcher.wait_for("box is ready")
    api = f"{launcher.dashboard}/api/v1"
    until(lambda: all(n["ready"] for n in nodes(api).values()), SECONDS,
          "all nodes are ready")

    def fault(*words):
        return run(launcher.directory, "fault", *words)
    return launcher, api, fault


def register(launcher, address):
    """The status that bob's first REGISTER gets."""
    phone = Phone(launcher.net, "bob", "bobs-password", address)
    try:
        answer = phone.request(1, 'nonce="", response=""')
    finally:
        phone.socket.close()
    return int(answer.split()[1]), phone.call


def test_the_link_to_the_hss_is_broken_and_mended(box_up, block):
    """proves FLT-1"""
    launcher, api, fault = box_up
    events = Events(f"{api}/events")
    broken = fault("add", "loss", "--link", "icscf1,hss1")
    assert broken.returncode == 0, broken.stderr
    assert broken.stdout == (
        "icscf1: fault loss-icscf1-hss1 is on: it loses messages that leave "
        "icscf1 for hss1\n"
        "hss1: fault loss-icscf1-hss1 is on: it loses messages that leave "
        "hss1 for icscf1\n")
    status, call = register(launcher, block.address(11))
    assert status == 480
    until(lambda: any(s["to"] == "bob" for s in trace(
        api, f"call={call}&result=480")), SECONDS, "the refusal is told")
    steps = trace(api, f"call={call}")
    uar, = [s for s in steps if s.get("method") == "UAR"]
    assert uar["lost"] and uar["fault"] == "loss-icscf1-hss1"
    said, = [s for s in steps if s["kind"] == "says" and s.get("fault")]
    assert said["says"] == "lost by fault loss-icscf1-hss1: UAR to hss1"
    assert steps.index(said) == steps.index(uar) + 1
    assert any("no answer from the HSS" in s.get("says", "") for s in steps)

    events.wait_for(lambda seen: any(
        name == "node" and data["name"] == "icscf1"
        and [f["name"] for f in data["status"].get("faults", [])] == [
            "loss-icscf1-hss1"] for name, _, data in seen),
                    "the fault in live events")
    events.close()
    struck, = [f["struck"] for f in get(f"{api}/faults")["faults"]
               if f["node"] == "icscf1"]
    assert struck >= 1  # a watchdog may be due, too
    listed = fault("list")
    assert listed.returncode == 0
    assert "loss-icscf1-hss1" in listed.stdout and all(
        len(line) <= 100 for line in listed.stdout.splitlines())
    status = run(launcher.directory, "status")
    assert "Faults on purpose are on at 2 nodes: imsbox fault list; imsbox " \
           "fault clear ends them" in status.stdout

    assert fault("clear").returncode == 0
    assert get(f"{api}/faults")["faults"] == []
    assert "Faults" not in run(launcher.directory, "status").stdout
    assert register(launcher, block.address(12))[0] == 401


def test_the_dashboard_breaks_and_mends_all_at_once(box_up, block):
    launcher, api, fault = box_up
    status, _, text = ask(f"{api}/faults", "POST", {
        "action": "answer", "answer": 5012, "link": ["icscf1", "hss1"],
        "name": "lies"})
    assert status == 201, text
    assert [(f["node"], f["link"]) for f in json.loads(text)["faults"]] == [
        ("icscf1", ["icscf1", "hss1"]), ("hss1", ["icscf1", "hss1"])]
    status, _, text = ask(f"{api}/faults", "POST", {
        "action": "dead", "node": "scscf1", "ttl": "1h"})
    assert status == 201, text
    assert register(launcher, block.address(11))[0] == 480
    until(lambda: any(f["struck"]
                      for f in nodes(api)["hss1"]["status"]["faults"]),
          SECONDS, "the node's state tells of the strike")
    for body, wrong in (({"action": "loss", "link": ["ue", "hss9"]}, 422),
                        ({"action": "loss"}, 422),
                        ({"action": "dead", "node": "scscf1"}, 409)):
        status, _, text = ask(f"{api}/faults", "POST", body)
        assert status == wrong, (body, status, text)
    status, _, text = ask(f"{api}/faults/lies", "DELETE")
    assert status == 200, text
    assert [f["name"] for f in get(f"{api}/faults")["faults"]] == [
        "dead-scscf1"]
    assert ask(f"{api}/faults/lies", "DELETE")[0] == 404
    assert ask(f"{api}/faults", "DELETE")[0] == 200
    assert get(f"{api}/faults") == {"faults": [], "failed": []}
    until(lambda: all(n["status"]["faults"] == []
                      for n in nodes(api).values()), SECONDS, "none is on")


def test_a_dead_node_is_told_and_the_rest_is_done(box_up):
    launcher, api, fault = box_up
    os.kill(launcher.pids()["scscf1"], signal.SIGSTOP)
    try:
        until(lambda: nodes(api)["scscf1"]["state"] == "dead", SECONDS,
              "the stopped node is dead")
        status, _, text = ask(f"{api}/faults", "POST", {
            "action": "loss", "link": ["scscf1", "hss1"]})
        assert status == 201, text
        assert [f["node"] for f in json.loads(text)["faults"]] == ["hss1"]
        failed, = json.loads(text)["failed"]
        assert failed["node"] == "scscf1" and failed["reason"]
        status, _, text = ask(f"{api}/faults", "POST", {
            "action": "dead", "node": "scscf1"})
        assert status == 503, text
    finally:
        os.kill(launcher.pids()["scscf1"], signal.SIGCONT)
    assert fault("clear").returncode == 0


def test_viewers_may_look_and_not_break(box_up):
    launcher, api, _ = box_up
    viewer = {"X_Imsbox_Role": "viewer"}
    assert ask(f"{api}/faults", **viewer)[0] == 200
    assert ask(f"{api}/faults", "POST", {"action": "dead", "node": "hss1"},
               **viewer)[0] == 403
    assert ask(f"{api}/faults", "DELETE", **viewer)[0] == 403


def test_wrong_words_are_refused(box_up):
    _, _, fault = box_up
    for words, code, says in (
            (("add", "lose", "--node", "hss1"), 65, "one of loss, delay"),
            (("add", "loss"), 65, "a fault without a place"),
            (("add", "loss", "--link", "icscf1"), 65, "two ends"),
            (("add", "loss", "--node", "hss1", "--percent", "many"), 65,
             "from 1 to 100"),
            (("add", "answer", "--node", "hss1", "--answer", "NONSENSE"), 64,
             "is no result"),
            (("clear", "nothing"), 66, "no fault nothing is on")):
        answer = fault(*words)
        assert answer.returncode == code, (words, answer)
        assert says in answer.stderr, (words, answer.stderr)
    assert fault("list").stderr == "no fault is on\n"


def test_a_result_has_a_name(box_up, block):
    launcher, api, fault = box_up
    answer = fault("add", "answer", "--node", "hss1", "--method", "UAR",
                   "--answer", "USER_UNKNOWN", "--count", "1", "--json")
    rule = json.loads(answer.stdout)
    assert (rule["answer"], rule["vendor"]) == (5001, 10415)
    assert "DIAMETER_ERROR_USER_UNKNOWN" in rule["says"]
    assert register(launcher, block.address(11))[0] == 403
    assert register(launcher, block.address(12))[0] == 401


def test_a_capture_of_a_link_has_what_was_lost_with_its_reason(
        box_up, block, tmp_path, need):
    need("tshark")
    launcher, api, fault = box_up
    fault("add", "loss", "--link", "icscf1,hss1", "--count", "1")
    assert register(launcher, block.address(11))[0] == 480
    until(lambda: trace(api, "node=icscf1&peer=hss1&method=UAR"), SECONDS,
          "the UAR is told")
    status, _, _ = ask(f"{api}/trace.pcapng?node=icscf1&peer=nobody")
    assert status == 200
    arrows = [s for s in trace(api, "node=icscf1&peer=hss1")
              if s["kind"] == "message"]
    assert {frozenset((s["from"], s["to"])) for s in arrows} == {
        frozenset(("icscf1", "hss1"))}
    phones = [s for s in trace(api, "node=pcscf1&peer=ue")
              if s["kind"] == "message"]
    assert phones and all("icscf1" not in (s["from"], s["to"])
                          for s in phones)
    path = tmp_path / "link.pcapng"
    subprocess.run(["curl", "-sf", "-o", path,
                    f"{api}/trace.pcapng?node=icscf1&peer=hss1"], check=True)
    shown = subprocess.run(
        ["tshark", "-r", path, "-Y", "diameter.cmd.code == 300", "-T",
         "fields", "-e", "frame.comment"], capture_output=True, text=True)
    assert "lost by fault loss-icscf1-hss1: UAR to hss1" in shown.stdout


def test_calls_succeed_though_half_is_lost(make_network, block, account,
                                           sipp):
    """SIPp calls while each second INVITE is lost on the way: it comes
    again (RFC 3261 17)."""
    net = make_network(more=MORE)
    two = Pair(net, block, account, sipp)
    two.register()
    status, text = net.pcscf.request("POST", "/api/v1/faults", {
        "action": "loss", "peer": "scscf1", "method": "INVITE",
        "messages": "requests", "direction": "out", "every": 2})
    assert status == 201, text
    two.run("caller", "callee", count=5, rate=5)
    rule, = net.pcscf.get("/api/v1/faults")["faults"]
    assert rule["struck"] >= 4, rule


def test_a_topology_has_faults_and_a_reload_changes_them(make_network):
    """SIGHUP may change faults; what is wrong is refused by line."""
    net = make_network(start=False)
    faults = net.tree.setdefault("faults", [])
    faults.append({"name": "slow", "link": ["icscf1", "hss1"],
                   "action": "delay", "delay": "50ms"})
    net.write()
    net.start()
    net.wait_ready()

    def names(node):
        return [f["name"] for f in node.get("/api/v1/faults")["faults"]]
    assert names(net.icscf) == names(net.hss) == ["slow"]
    assert names(net.pcscf) == []
    faults[0]["name"] = "slower"
    net.write()
    net.icscf.signal(signal.SIGHUP)
    until(lambda: names(net.icscf) == ["slower"], SECONDS, "it was read")
    assert names(net.hss) == ["slow"]
