# SPDX-License-Identifier: MIT
"""imsbox reg, status and down, against a running network."""
import json
import re
import subprocess
import time

import network as networks
from launcher import IMSBOX, SECONDS, Launcher, run
from launcher import environment as launching


def test_nobody_is_registered_at_first(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    empty = run(launcher.directory, "reg", "list")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert empty.stderr == "nobody is registered\n"
    assert json.loads(run(launcher.directory, "reg", "list",
                          "--json").stdout) == []
    nobody = run(launcher.directory, "reg", "show", "nobody")
    assert nobody.returncode == 66
    assert "no node knows sip:nobody@ims.example" in nobody.stderr


def test_a_registration_as_each_node_has_it(registered):
    launcher, call = registered
    contact = "sip:bob@" + call.split("@")[1]
    listed = run(launcher.directory, "reg", "list")
    lines = listed.stdout.splitlines()
    assert listed.returncode == 0 and all(len(line) <= 100 for line in lines)
    assert re.split("  +", lines[0]) == \
        ["public identity", "contact", "expires in", "private identity",
         "S-CSCF"]
    row = re.split("  +", lines[1])
    assert row[0] == "sip:bob@ims.example" and row[1].startswith(contact)
    assert row[3:] == ["bob@ims.example", "scscf1"]
    assert run(launcher.directory, "reg", "list", "alice").stdout == ""
    assert len(run(launcher.directory, "reg", "list",
                   "bob").stdout.splitlines()) == 2
    shown = run(launcher.directory, "reg", "show", "bob")
    assert shown.returncode == 0, shown.stderr
    parts = dict(re.findall(r"^(\w+)\n((?:  .*\n)+)", shown.stdout, re.M))
    assert set(parts) == {"pcscf1", "scscf1", "hss1"}
    assert contact in parts["pcscf1"] and contact in parts["scscf1"]
    assert "registered at sip:scscf1.ims.example" in parts["hss1"]


def test_the_same_as_json(registered):
    launcher, _ = registered
    one, = json.loads(run(launcher.directory, "reg", "list", "-j").stdout)
    assert one["node"] == "scscf1"
    assert one["public_identity"] == "sip:bob@ims.example"
    shown = json.loads(run(launcher.directory, "reg", "show", "bob",
                           "-j").stdout)
    assert shown["hss1"]["sets"][0]["state"] == "registered"
    assert shown["scscf1"]["bindings"][0]["private_identity"] == \
        "bob@ims.example"
    assert shown["pcscf1"][0]["public_identity"] == "sip:bob@ims.example"


def test_a_dead_node_is_shown_as_dead(registered):
    launcher, _ = registered
    launcher.kill("pcscf1")
    shown = run(launcher.directory, "reg", "show", "bob")
    assert shown.returncode == 69
    assert re.search(r"^pcscf1\n  does not answer: ", shown.stdout, re.M)
    assert "registered at sip:scscf1" in shown.stdout


def test_status_as_json(registered):
    launcher, _ = registered
    status = run(launcher.directory, "status", "--json")
    assert status.returncode == 0
    told = json.loads(status.stdout)
    nodes = {node["name"]: node for node in told["nodes"]}
    assert told["name"] == "box"
    assert nodes["scscf1"]["registrations"] == 1
    assert all(node["ready"] and node["answers"] for node in told["nodes"])
    assert nodes["hss1"]["pid"] == launcher.pids()["hss1"]
    launcher.kill("icscf1")
    status = run(launcher.directory, "status", "-j")
    assert status.returncode == 1
    nodes = {node["name"]: node
             for node in json.loads(status.stdout)["nodes"]}
    assert not nodes["icscf1"]["answers"] and nodes["icscf1"]["reason"]


def test_colours_are_for_terminals_and_not_for_everybody(registered):
    launcher, _ = registered

    def on_terminal(**more):
        environment = {key: value for key, value in
                       launching(launcher.directory).items()
                       if key != "NO_COLOR"}
        return subprocess.run(
            ["script", "-qec", f"{IMSBOX} status", "/dev/null"],
            cwd=launcher.directory, capture_output=True, text=True,
            env={**environment, "TERM": "xterm", **more},
            timeout=SECONDS).stdout
    assert "\x1b[" in on_terminal()
    assert "\x1b[" not in on_terminal(NO_COLOR="1")
    assert "\x1b[" not in on_terminal(TERM="dumb")
    assert "\x1b[" not in run(launcher.directory, "status").stdout


def test_down_ends_a_network_in_good_order(make_network):
    net = make_network(start=False)
    launcher = Launcher(net)
    launcher.wait_for("box is ready")
    down = run(launcher.directory, "down", "box")
    assert (down.returncode, down.stdout) == (0, "box is stopped\n")
    assert launcher.process.wait(3 * networks.PATIENCE) == 0
    again = run(launcher.directory, "down")
    assert again.returncode == 69
    assert "`imsbox up FILE`" in again.stderr


def test_down_says_that_others_stop_what_they_started(make_network):
    net = make_network()
    down = run(net.directory, "down", net.path.name)
    assert down.returncode == 69
    assert f"no `imsbox up` runs {net.path.resolve()} here" in down.stderr
    assert all(node.is_running() for node in net.nodes.values())


# ---- drop and push -------------------------------------------------------


def test_a_user_is_deregistered_from_the_networks_side(registered):
    launcher, _ = registered
    here = launcher.directory
    dropped = run(here, "reg", "drop", "bob", "--text", "end of the lesson")
    assert dropped.returncode == 0, dropped.stderr
    assert re.match(r"RTR to sip:scscf1\.ims\.example", dropped.stdout)
    assert run(here, "reg", "list").stdout == ""
    assert "not registered" in run(here, "reg", "show", "bob").stdout
    again = run(here, "reg", "drop", "bob")
    assert again.returncode == 65
    assert "nothing of it is registered" in again.stderr
    nobody = run(here, "reg", "drop", "nobody")
    assert nobody.returncode == 66 and "nobody" in nobody.stderr
    assert run(here, "reg", "drop", "bob", "-r", "why-not").returncode == 64


def test_a_reason_goes_along_and_the_answer_is_for_programs_too(registered):
    launcher, _ = registered
    here = launcher.directory
    told = json.loads(run(here, "reg", "drop", "bob", "sip:bob@ims.example",
                          "--reason", "change", "--json").stdout)
    assert told["success"] and told["told"][0]["command"] == "RTR"
    trace = run(here, "trace", "--json").stdout.splitlines()
    ways = [(step["from"], step["to"]) for step in map(json.loads, trace)
            if step["kind"] == "message" and step["text"].startswith("RTR")]
    assert ways == [("hss1", "scscf1")]


def test_a_profile_is_pushed_to_who_serves_the_user(registered):
    launcher, _ = registered
    here = launcher.directory
    pushed = run(here, "push", "bob")
    assert pushed.returncode == 0, pushed.stderr
    assert re.match(r"PPR to sip:scscf1\.ims\.example", pushed.stdout)
    assert json.loads(run(here, "push", "bob", "-j").stdout)["success"]
    served = run(here, "push", "alice")
    assert served.returncode == 65
    assert "nobody to tell" in served.stderr
    assert run(here, "push", "nobody").returncode == 66


def test_an_scscf_that_is_dead_cannot_be_told(registered):
    launcher, _ = registered
    launcher.kill("scscf1")
    pushed = run(launcher.directory, "push", "bob")
    assert pushed.returncode == 1
    assert re.match(r"PPR to sip:scscf1\.ims\.example", pushed.stdout)


# ---- reset ---------------------------------------------------------------


def test_reset_forgets_all_changes(registered):
    launcher, _ = registered
    here = launcher.directory
    asked = run(here, "reset")
    assert asked.returncode == 64 and "--yes" in asked.stderr
    run(here, "sub", "rm", "alice")
    assert run(here, "sub", "add", "zoe", "--password",
               "zoes-password").returncode == 0
    begun = time.monotonic()
    reset = run(here, "reset", "--yes")
    assert time.monotonic() - begun < 5 * networks.PATIENCE
    assert reset.returncode == 0, reset.stderr
    assert re.search(r"^all 4 nodes are as the topology begins, after \d+ ms$",
                     reset.stdout, re.M)
    assert run(here, "sub", "show", "alice").returncode == 0
    assert run(here, "sub", "show", "zoe").returncode == 66
    assert run(here, "reg", "list").stdout == ""
    told = json.loads(run(here, "reset", "-y", "--json").stdout)
    assert len(told["nodes"]) == 4


def test_reset_without_a_dashboard_and_of_one_network(make_network):
    net = make_network("two-networks.yaml")

    def imsbox(*arguments):
        return run(net.directory, *arguments, "-t", net.path.name, "-n",
                   "red.example")
    assert imsbox("sub", "add", "zoe", "-p", "zoes-password").returncode == 0
    reset = imsbox("reset", "--yes")
    assert reset.returncode == 0, reset.stderr
    assert re.match(r"red-hss: \d+ subscribers\n", reset.stdout)
    assert "blue" not in reset.stdout
    assert imsbox("sub", "show", "zoe").returncode == 66
    wrong = run(net.directory, "reset", "--yes", "-t", net.path.name, "-n",
                "green.example")
    assert wrong.returncode == 66 and "green.example" in wrong.stderr


def test_a_dead_node_cannot_be_reset(registered):
    launcher, _ = registered
    launcher.kill("icscf1")
    reset = run(launcher.directory, "reset", "--yes")
    assert reset.returncode == 69
    assert "icscf1" in reset.stderr
