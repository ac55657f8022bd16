# SPDX-License-Identifier: MIT
"""imsbox ifc test, against a running network."""
import json
import subprocess

import pytest
import yaml

from launcher import IMSBOX, SECONDS, environment

# One group of conditions each, all of which must hold (TS 29.228 annex C).
PROFILE = {
    "name": "with-services",
    "ifc": [
        {"priority": 10, "server": "sip:messages.example",
         "match": "any", "when": [{"method": "MESSAGE"},
                                  {"session_case": "originating"}]},
        {"priority": 20, "server": "sip:calls.example",
         "match": "any", "when": [{"method": "INVITE"},
                                  {"session_case": "terminating"}]}]}
USER = {"impu": "sip:zoe@ims.example", "profile": "with-services",
        "digest": {"password": "zoes-password"}}


@pytest.fixture
def ifc(make_network, offered):
    """ifc("zoe", ...) beside a box whose zoe has two filter criteria."""
    offered("post", "/ifc/test")
    net = make_network(start=False)
    path = net.directory / "box-subscribers.yaml"
    tree = yaml.safe_load(path.read_text())
    tree.setdefault("profiles", []).append(PROFILE)
    tree["subscribers"].append(USER)
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    net.start()
    net.wait_ready()

    def call(*arguments, stdin=None):
        return subprocess.run(
            [IMSBOX, "ifc", "test", *arguments, "-t", net.path.name],
            cwd=net.directory, env=environment(net.directory), input=stdin,
            capture_output=True, text=True, timeout=SECONDS)
    return call


def test_what_matches_and_which_condition_failed(ifc):
    told = ifc("zoe", "MESSAGE", "--registered", "yes")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0] == "MESSAGE of sip:zoe@ims.example, originating registered"
    assert lines[1].split() == ["matches", "10", "sip:messages.example"]
    assert lines[3].split() == ["skipped", "20", "sip:calls.example"]
    assert "iFC 20 skipped: " in lines[4]  # and why
    assert lines[-1] == "goes to sip:messages.example first"


def test_none_matches_is_the_answer_no(ifc):
    told = ifc("zoe", "INVITE sip:bob@ims.example", "--case", "originating")
    assert told.returncode == 1, told.stderr
    assert told.stdout.endswith("goes to no application server\n")
    assert told.stdout.count("\nskipped ") == 2


def test_the_session_case_counts(ifc):
    told = ifc("zoe", "--case", "terminating", "-r", "yes")
    assert told.returncode == 0, told.stderr
    assert "goes to sip:calls.example first" in told.stdout


def test_a_whole_request_and_its_answer_for_programs(ifc):
    request = ("MESSAGE sip:bob@ims.example SIP/2.0\n"
               "From: <sip:zoe@ims.example>;tag=1\n\nhello\n")
    told = json.loads(ifc("zoe", "--message", "-", "--json", "-r", "yes",
                          stdin=request).stdout)
    assert told["method"] == "MESSAGE"
    assert told["next"] == "sip:messages.example"
    assert [one["matched"] for one in told["criteria"]] == [True, False]


def test_wrong_questions_are_refused(ifc):
    assert ifc("nobody").returncode == 66
    broken = ifc("zoe", "--message", "-", stdin="hello\n")
    assert broken.returncode == 65 and broken.stderr
    assert ifc("zoe", "--message", "nowhere.txt").returncode == 74
    assert ifc("zoe", "INVITE", "--message", "-", stdin="").returncode == 64
    assert ifc("zoe", "--case", "sideways").returncode == 64
