# SPDX-License-Identifier: MIT
"""imsbox capture and trace --json, against a running network."""
import json
import signal
import subprocess
import time

from launcher import IMSBOX, SECONDS, Phone, environment, run
from waiting import stop, until


def shown(capture):
    """[(source, protocol, comments)] as tshark sees them."""
    result = subprocess.run(
        ["tshark", "-r", capture, "-N", "n", "-T", "fields", "-e",
         "_ws.col.Source", "-e", "_ws.col.Protocol", "-e", "frame.comment"],
        capture_output=True, text=True, timeout=6 * SECONDS)
    return [line.split("\t") for line in result.stdout.splitlines()]


def calls(capture):
    """The Call-IDs in it."""
    return set(subprocess.run(
        ["tshark", "-r", capture, "-T", "fields", "-e", "sip.Call-ID"],
        capture_output=True, text=True,
        timeout=6 * SECONDS).stdout.split()) - {""}


def capturing(launcher, path, *arguments):
    process = subprocess.Popen(
        [IMSBOX, "capture", "-w", "-", *arguments], cwd=launcher.directory,
        env=environment(launcher.directory), stdout=open(path, "wb"),
        stderr=subprocess.PIPE)
    until(lambda: path.stat().st_size > 0, SECONDS, "the head of the capture")
    return process


def test_what_happens_from_now_on_goes_live_into_a_reader(
        registered, block, need, tmp_path):
    need("tshark")
    launcher, before = registered
    path = tmp_path / "live.pcapng"
    process = capturing(launcher, path)
    try:
        time.sleep(0.5)
        phone = Phone(launcher.net, "bob", "bobs-password", block.address(11))
        phone.register()
        until(lambda: len(shown(path)) >= 20, SECONDS,
              "a registration, while the capture goes on")
        assert process.poll() is None
    finally:
        stop(process, SECONDS, signal.SIGINT)
    rows = shown(path)
    # A second phone of bob's has its port behind its name.
    assert {row[0].split(":")[0] for row in rows} == \
        {"bob", "pcscf1", "icscf1", "scscf1", "hss1"}
    assert {row[1].split("/")[0] for row in rows} == {"SIP", "DIAMETER"}
    assert any("S-REG-3" in row[2] for row in rows)
    assert calls(path) and before not in calls(path)


def test_the_past_too_when_asked_for_and_only_of_one_user(
        registered, need, tmp_path):
    need("tshark")
    launcher, _ = registered
    past = tmp_path / "past.pcapng"
    process = capturing(launcher, past, "--past", "--user",
                        "sip:bob@ims.example")
    nobody = tmp_path / "nobody.pcapng"
    other = capturing(launcher, nobody, "--past", "--user",
                      "sip:nobody@ims.example")
    try:
        until(lambda: len(shown(past)) == 20, SECONDS, "bob's registration")
        assert shown(nobody) == []
    finally:
        stop(process, SECONDS, signal.SIGINT)
        stop(other, SECONDS, signal.SIGINT)


def test_a_reader_that_closes_is_a_good_end(registered, block):
    launcher, _ = registered
    process = subprocess.Popen(
        [IMSBOX, "capture", "-w", "-"], cwd=launcher.directory,
        env=environment(launcher.directory), stdout=subprocess.PIPE)
    process.stdout.read(1)
    process.stdout.close()
    time.sleep(0.5)
    Phone(launcher.net, "bob", "bobs-password", block.address(12)).register()
    assert process.wait(SECONDS) == 0


def test_a_capture_wants_a_place_to_go_to(registered):
    launcher, _ = registered
    nowhere = run(launcher.directory, "capture")
    assert nowhere.returncode == 64
    assert "imsbox capture -w - | wireshark -k -i -" in nowhere.stderr
    assert run(launcher.directory, "capture", "-w",
               "no/such/directory/file").returncode == 74


def test_a_trace_for_programs(registered):
    launcher, call = registered
    told = run(launcher.directory, "trace", "--json", "--call", call)
    assert told.returncode == 0
    steps = [json.loads(line) for line in told.stdout.splitlines()]
    messages = [step for step in steps if step["kind"] == "message"]
    says = [step for step in steps if step["kind"] == "says"]
    assert len(messages) == 20
    assert (messages[0]["from"], messages[0]["to"]) == ("bob", "pcscf1")
    assert messages[0]["message"].startswith("REGISTER sip:ims.example")
    assert any(step["procedure"] == "S-REG-3" and step["node"] == "scscf1"
               and step["clause"].startswith("TS 24.229") for step in says)
    nothing = run(launcher.directory, "trace", "--json", "--call", "none")
    assert (nothing.returncode, nothing.stdout) == (66, "")
