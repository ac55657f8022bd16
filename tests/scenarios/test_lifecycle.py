# SPDX-License-Identifier: MIT
"""Starting, reloading, dumping and stopping nodes."""
import itertools
import json
import re
import signal
import subprocess

import pytest

from network import BIN, PATIENCE, ROOT
from sipp import row
from waiting import until

ROLES = ("pcscf", "icscf", "scscf", "hss")


@pytest.mark.parametrize("first", ROLES)
def test_any_order_of_starting(make_network, first):
    """Six orders each: all are ready soon after the last one.

    proves H-DIA-1"""
    net = make_network(start=False)
    nodes = {node.role: node for node in net.nodes.values()}
    others = [role for role in ROLES if role != first]
    for order in itertools.permutations(others):
        for role in (first, *order):
            nodes[role].start()
            until(lambda: nodes[role].request("GET", "/livez")[0] == 200,
                  3 * PATIENCE, f"{role} lives")
        net.wait_ready(2)
        assert set(net.stop().values()) == {0}


def test_not_ready_without_hss(make_network):
    """A node says what it waits for, and that it is alive."""
    net = make_network(start=False)
    net.start(["icscf1", "scscf1"])
    for node in (net.icscf, net.scscf):
        until(lambda: node.request("GET", "/livez")[0] == 200, 3 * PATIENCE,
              "alive")
        status, why = node.request("GET", "/readyz")
        assert status == 503 and "hss1" in why


def test_sigterm_says_goodbye(make_network, capture):
    """Each end of a connection that is closed on purpose says so first.

    proves H-DIA-1"""
    wire = capture()
    net = make_network()
    assert net.scscf.stop() == 0  # a client leaves
    assert net.hss.stop() == 0    # the server leaves
    net.stop()
    goodbyes = wire.stop().rows("diameter.cmd.code == 282", "ip.src",
                                "diameter.flags.request",
                                "diameter.Disconnect-Cause",
                                "diameter.Result-Code")
    asked = [one for one in goodbyes
             if one["diameter.flags.request"] in ("1", "True")]
    answered = [one for one in goodbyes if one not in asked]
    assert {one["ip.src"] for one in asked} >= {net.scscf.host, net.hss.host}
    assert all(one["diameter.Disconnect-Cause"] == "0" for one in asked)
    assert len(answered) == len(asked)
    assert all(one["diameter.Result-Code"] == "2001" for one in answered)


@pytest.fixture
def held_signals():
    """Who starts a node holds its signals, so that none comes too early."""
    held = {signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_signals_reach_a_node_that_has_just_begun(make_network, held_signals):
    """To reload and to dump wait until it serves; to stop does not."""
    net = make_network(start=False)
    for node in net.nodes.values():
        node.start()
        node.signal(signal.SIGHUP)
        node.signal(signal.SIGUSR1)
        until(lambda: "was read again" in node.log(), 3 * PATIENCE,
              f"{node.name} reloads")
        until(lambda: "state is in" in node.log(), 3 * PATIENCE,
              f"{node.name} dumps")
        assert node.stop() == 0
        node.start()
        assert node.stop() == 0


def test_sigterm_loses_no_answer(make_network, block, account, sipp):
    """What was begun is finished: a call that rings still gets its 486."""
    def patient(tree):
        tree["timers"]["drain"] = "10s"
    net = make_network(change=patient)
    bob, dave = account(net, "bob"), account(net, "alice")
    places = [block.address(101) + ":5060", block.address(102) + ":5060"]
    for user, place in zip((bob, dave), places):
        sipp("register", place, net.proxy(), [row(user)]).wait()
    callee = sipp("callee_busy", places[1], net.proxy(), [row(dave)],
                  values={"talk": 1000})
    caller = sipp("caller_refused", places[0], net.proxy(), [row(bob, dave)],
                  values={"code": 486})
    until(lambda: "SIP/2.0 180" in caller.log("messages.log"), 5 * PATIENCE, "ringing")
    for node in net.nodes.values():
        node.signal(signal.SIGTERM)
    assert caller.failure() is None
    assert callee.failure() is None
    for node in net.nodes.values():
        assert node.process.wait(10) == 0


def test_sighup_with_a_wrong_file_changes_nothing(box, block, account, sipp):
    good = box.path.read_text()
    box.path.write_text("name: box\nnetworks:\n  - domian: ims.example\n")
    for node in box.nodes.values():
        node.signal(signal.SIGHUP)
        until(lambda: "nothing was changed" in node.log(), 3 * PATIENCE,
              f"{node.name} refuses the file")
        assert re.search(r"box\.yaml:3:\d+: .*domian", node.log())
    sipp("register", block.address(101) + ":5060", box.proxy(),
         [row(account(make_good(box, good), "bob"))]).wait()


def make_good(net, text):
    net.path.write_text(text)
    return net


def test_sighup_refuses_by_name_what_may_not_change(box):
    node = box.scscf
    entry = next(one for one in box.tree["networks"][0]["nodes"]
                 if one["name"] == "scscf1")
    entry["capabilities"] = [7]
    box.write()
    node.signal(signal.SIGHUP)
    until(lambda: "nothing was changed" in node.log(), 3 * PATIENCE, "refusal")
    assert "capabilities" in node.log()
    assert node.is_ready()


def test_sighup_with_a_good_file_takes_effect(make_network):
    """Subscribers that were added to the file are in the HSS then."""
    net = make_network(more=[{"impu": "sip:zoe@ims.example",
                              "digest": {"password": "zoes-password"}}])

    def users():
        return net.hss.request("GET", "/api/v1/subscribers?limit=100")[1]
    assert "sip:zoe@ims.example" in users()
    assert "sip:yan@ims.example" not in users()
    net.more.append({"impu": "sip:yan@ims.example",
                     "digest": {"password": "yans-password"}})
    net.write()
    net.hss.signal(signal.SIGHUP)
    until(lambda: "sip:yan@ims.example" in users(), 3 * PATIENCE, "the import")
    assert "was read again" in net.hss.log()


def test_sigusr1_writes_the_state(make_network, block, account, sipp):
    """One JSON object a node, without anybody's secret."""
    net = make_network()
    bob = account(net, "bob")
    sipp("register", block.address(101) + ":5060", net.proxy(),
         [row(bob)]).wait()
    for node in net.nodes.values():
        path = net.directory / f"{node.name}.state.json"
        node.signal(signal.SIGUSR1)
        until(path.exists, 3 * PATIENCE, f"{path} is there")
        text = path.read_text()
        state = json.loads(text)
        assert isinstance(state, dict) and state
        assert bob.secret["password"] not in text
        assert "alice-in-ims-box" not in text


@pytest.mark.parametrize("role", ROLES)
def test_wrong_configuration_is_exit_status_78(tmp_path, role):
    path = tmp_path / "wrong.yaml"
    path.write_text("name: box\nnetworks:\n  - domain: ims.example\n"
                    "    nodes:\n      - {name: a, role: scsf, "
                    "host: 127.0.0.1, admin: 1}\n")
    for more in ([], ["--check-config"]):
        run = subprocess.run([BIN / role, "-t", path, "-n", "a", *more],
                             capture_output=True, text=True, timeout=10)
        assert run.returncode == 78
        assert re.search(r"wrong\.yaml:5:\d+: .*scsf", run.stderr)


def test_a_right_configuration_is_said(make_network):
    net = make_network(start=False)
    for node in net.nodes.values():
        run = subprocess.run(
            [BIN / node.role, "-t", net.path, "-n", node.name,
             "--check-config"], capture_output=True, text=True, timeout=10)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout == f"{net.path}: right for {node.name}\n"


@pytest.mark.parametrize("arguments, said", [
    (["-n", "pcscf1"], "-t FILE and -n NAME are both needed"),
    (["-t", "box.yaml"], "-t FILE and -n NAME are both needed"),
    (["-t", "box.yaml", "-n", "pcscf1", "--frob"], "--frob"),
    (["-t", "box.yaml", "-n", "pcscf1", "more"], "usage"),
    (["-t", "box.yaml", "-n"], "-- 'n'"),
])
def test_wrong_arguments_are_exit_status_64(arguments, said):
    run = subprocess.run([BIN / "pcscf", *arguments], cwd=ROOT / "topology",
                         capture_output=True, text=True, timeout=10)
    assert run.returncode == 64 and run.stdout == ""
    assert said in run.stderr and "usage: pcscf -t FILE" in run.stderr


def test_an_address_in_use_is_said(make_network):
    net = make_network()
    run = subprocess.run([BIN / "icscf", "-t", net.path, "-n", "icscf1"],
                         capture_output=True, text=True, timeout=10)
    assert run.returncode == 1
    assert net.icscf.host in run.stderr
