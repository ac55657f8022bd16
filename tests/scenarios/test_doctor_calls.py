# SPDX-License-Identifier: MIT
"""The doctor says what went wrong: calls."""
import json

from diameter import FreeDiameter
from doctor import SECONDS, check
from launcher import run
from raw import Socket, header, request
from sse import Events
from waiting import until


def impatient(tree):
    """Nobody waits for a silent phone or node for half a minute."""
    tree["timers"].update(t1="50ms", cx_answer="1s")


def call(box, pair, caller, callee, code, values=()):
    """Two registered SIPps: the callee's scenario answers the caller's."""
    (alice, at), (bob, where) = pair
    there = box.sipp(callee, where, box.net.proxy(), [box.row(bob)],
                     values=values)
    here = box.sipp(caller, at, box.net.proxy(), [box.row(alice, bob)],
                    values={"code": code})
    assert [here.failure(), there.failure()] == [None, None]


def test_calls_to_whom_nobody_knows_are_explained(clinic, account):
    box = clinic(more=[{"impu": [{"impu": "sip:ivy@ims.example"},
                                 {"impu": "sip:ivy2@ims.example",
                                  "barred": True}],
                        "digest": {"password": "ivys-password"}},
                       {"impu": "sip:1130@ims.example",
                        "digest": {"password": "desk"}}])
    bob = account(box.net, "bob")
    ivy = box.account("ivy")

    # Not registered at all.
    box.ask("MESSAGE", bob, "sip:dave@ims.example", 403)
    check(box.finding("not-registered", user="bob"), "pcscf1", "register")

    at = box.address()
    box.run("register", bob, at=at)
    box.run("register", ivy)
    box.ask("MESSAGE", bob, "sip:daev@ims.example", 404, at=at)
    found = box.finding("callee-unknown", user="daev")
    check(found, "hss1", "Did you mean sip:dave@ims.example?")
    assert (found["subject"], found["about"]) == (
        "sip:bob@ims.example", "sip:daev@ims.example")
    box.ask("MESSAGE", bob, "sip:5551004@ims.example", 404, at=at)
    check(box.finding("number-form", user="5551004"), "hss1",
          "Did you mean tel:+15551004?")
    box.ask("MESSAGE", bob, "tel:5551004;phone-context=ims.example", 404,
            at=at)
    check(box.finding("number-form", user="5551004"), "hss1",
          "tel:+15551004")
    box.ask("MESSAGE", bob, "sip:1131@ims.example", 404, at=at)
    check(box.finding("callee-unknown", user="1131"), "hss1",
          "Did you mean sip:1130@ims.example?")
    box.ask("MESSAGE", bob, "sip:ivy2@ims.example", 404, at=at)
    found = box.finding("callee-barred", user="ivy2")
    check(found, "scscf1", "barred")
    assert found["about"] == "sip:ivy2@ims.example"
    box.ask("MESSAGE", bob, "sip:dave@ims.example", 480, at=at)
    check(box.finding("callee-not-registered", user="dave"), "hss1",
          "sip:dave@ims.example")

    # Another S-CSCF's life: it knows nobody any more.
    status, text = box.net.scscf.request("POST", "/api/v1/reset")
    assert status == 204, text
    box.ask("MESSAGE", bob, "sip:dave@ims.example", 403, at=at)
    check(box.finding("gone-at-scscf", user="bob"), "scscf1", "Register")


def test_a_pcscf_that_lost_the_called_phone_is_named(clinic, account):
    box = clinic()
    bob, erin = account(box.net, "bob"), box.account("erin")
    at = box.address()
    box.run("register", erin)
    status, text = box.net.pcscf.request("POST", "/api/v1/reset")
    assert status == 204, text
    box.run("register", bob, at=at)
    box.ask("MESSAGE", bob, erin.impu, 480, at=at)
    found = box.finding("callee-gone-at-pcscf", user="erin")
    check(found, "pcscf1", "Register the phone of sip:erin@ims.example again")
    assert (found["subject"], found["about"]) == (bob.impu, erin.impu)


def test_calls_that_the_other_phone_ends_are_explained(clinic, account):
    box = clinic(change=impatient)
    bob, erin = account(box.net, "bob"), box.account("erin")
    pair = [(bob, box.address()), (erin, box.address())]
    for who, at in pair:
        box.run("register", who, at=at)

    call(box, pair, "caller_refused", "callee_busy", 486)
    busy = box.finding("callee-busy", user="erin")
    assert busy["kind"] == "note" and "Nothing is wrong" in busy["what"]
    answer = run(box.launcher.directory, "doctor")
    assert answer.returncode == 0 and "callee-busy" in answer.stdout

    for code, cause in ((603, "callee-declined"), (488, "no-codec"),
                        (500, "callee-refused")):
        call(box, pair, "caller_refused", "callee_refuses", code,
             {"code": code})
        found = box.finding(cause, user="erin")
        assert "sip:erin@ims.example" in found["what"], found
        assert found["result"] == code
    codec = box.finding("no-codec", user="erin")
    assert {"name": "offered", "value": "a=rtpmap:0 PCMU/8000"} in (
        codec["evidence"])

    # She is registered, and her phone is off.
    box.run("outside_dialog", bob, peer=erin, at=pair[0][1],
            values={"method": "MESSAGE", "code": 500})
    found = box.finding("callee-unreachable", user="erin")
    check(found, "erin", "register")
    assert pair[1][1] in found["what"]


def test_a_phone_that_leaves_a_message_unanswered_is_named(clinic, account):
    """Nobody is told so by SIP: a 408 comes too late (RFC 4320)."""
    def quick(tree):
        tree["timers"].update(t1="100ms", t2="800ms")

    box = clinic(change=quick)
    bob, erin = account(box.net, "bob"), box.account("erin")
    here, there = box.address(), box.address()
    box.run("register", bob, at=here)
    box.run("register", erin, at=there)
    silent = Socket(there, box.net.proxy())
    caller = Socket(here, box.net.proxy())
    caller.send(request("MESSAGE", erin.impu, "bob", "ims.example", here,
                        to=erin.impu))
    found = box.finding("callee-unreachable", user="erin")
    check(found, "erin", "register")
    assert there in found["what"] and found["where"].startswith("pcscf1 sent")
    assert (found["subject"], found["about"], found["method"]) == (
        bob.impu, erin.impu, "MESSAGE")
    # It went to her once, and nobody on the way is taken for dead.
    branches = set()
    while message := silent.receive(1):
        branches.add(header(message, "Via"))
    assert len(branches) == 1, branches
    assert {f["cause"] for f in box.findings()} <= {
        "callee-unreachable", "service-route-ignored"}
    silent.close()
    caller.close()


def test_a_request_without_its_call_is_explained(clinic, account):
    box = clinic()
    bob = account(box.net, "bob")
    at = box.address()
    box.run("register", bob, at=at)
    box.ask("BYE", bob, "sip:dave@ims.example", 403, at=at,
            to="sip:dave@ims.example", tag=";tag=over")
    check(box.finding("no-such-call", user="bob"), "pcscf1", "call again")


def test_a_call_that_goes_well_is_no_finding(clinic, account):
    box = clinic()
    bob, erin = account(box.net, "bob"), box.account("erin")
    pair = [(bob, box.address()), (erin, box.address())]
    for who, at in pair:
        box.run("register", who, at=at)
    there = box.sipp("callee", pair[1][1], box.net.proxy(), [box.row(erin)])
    here = box.sipp("caller", pair[0][1], box.net.proxy(),
                    [box.row(bob, erin)])
    assert [here.failure(), there.failure()] == [None, None]
    box.is_told("bob", "BYE")
    # SIPp does not follow the Service-Route; the P-CSCF mends it.
    assert {(f["cause"], f["kind"]) for f in box.findings()} == {
        ("service-route-ignored", "note")}
    answer = run(box.launcher.directory, "doctor")
    assert answer.returncode == 0, answer.stdout


# ---- nodes -----------------------------------------------------------------


def test_an_hss_that_is_away_or_silent_is_named(clinic):
    box = clinic(change=impatient)
    bob = box.account("bob")
    box.launcher.send("STOP", "hss1")
    box.ask("REGISTER", bob, "sip:ims.example", 480)
    check(box.finding("hss-silent", user="bob"), "hss1", "Faults")
    box.launcher.send("KILL", "hss1")
    box.finding("link-lost")
    box.ask("REGISTER", bob, "sip:ims.example", 480)
    found = box.finding("hss-unreachable", user="bob")
    check(found, "hss1", "icscf1")
    assert "no connection to hss1" in found["what"]


def test_an_scscf_that_does_not_answer_is_named(clinic):
    box = clinic()
    bob = box.account("bob")
    box.launcher.send("KILL", "scscf1")
    box.ask("REGISTER", bob, "sip:ims.example", 504)
    check(box.finding("scscf-unreachable", user="bob"), "scscf1", "Network")
    box.launcher.send("KILL", "icscf1")
    box.ask("REGISTER", bob, "sip:ims.example", 500)
    check(box.finding("node-unreachable", user="bob"), "icscf1", "Network")


def test_names_and_limits_are_explained(clinic, account, nameserver):
    def small(tree):
        impatient(tree)
        tree["dns"] = {"servers": [nameserver]}
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "pcscf":
                node["limits"] = {"dialogs": 1}

    box = clinic(change=small)
    bob = account(box.net, "bob")
    at = box.address()
    box.run("register", bob, at=at)
    box.ask("MESSAGE", bob, "sip:zoe@nowhere.example", 404, at=at)
    found = box.finding("dns-failed", user="zoe")
    check(found, "scscf1", "domain")
    assert {"name": "address", "value": "sip:zoe@nowhere.example"} in (
        found["evidence"])


def test_a_fault_on_purpose_is_named_as_the_cause(clinic):
    box = clinic(change=impatient)
    bob = box.account("bob")
    status, text = box.net.hss.request(
        "POST", "/api/v1/faults", {"action": "answer", "answer": 5001,
                                   "vendor": 10415, "method": "UAR",
                                   "count": 1, "name": "liar"})
    assert status == 201, text
    box.ask("REGISTER", bob, "sip:ims.example", 403)
    check(box.finding("injected-fault", user="bob"), "hss1", "liar")
    status, text = box.net.icscf.request(
        "POST", "/api/v1/faults", {"action": "loss", "peer": "hss1",
                                   "name": "cut"})
    assert status == 201, text
    box.ask("REGISTER", bob, "sip:ims.example", 480)
    found = until(lambda: [f for f in box.findings() if "cut" in f["do"]],
                  SECONDS, "the fault is named")
    check(found[0], "icscf1", "cut")


def test_a_link_that_is_cut_names_the_fault_long_after_its_marks(clinic):
    """Nothing of the registration itself was struck."""
    def watchful(tree):
        impatient(tree)
        tree["timers"]["watchdog"] = "500ms"

    box = clinic(change=watchful)
    status, text = box.net.icscf.request(
        "POST", "/api/v1/faults", {"action": "loss", "peer": "hss1",
                                   "name": "cut"})
    assert status == 201, text
    found = box.finding("link-lost")
    check(found, "icscf1", "A fault is set on this link", "at icscf1",
          "Faults page", "imsbox fault clear cut")
    assert (found["subject"], found["fault"]) == ("icscf1", "cut")
    box.ask("REGISTER", box.account("bob"), "sip:ims.example", 480)
    found = box.finding("hss-unreachable", user="bob")
    check(found, "hss1", "A fault is set on this link", "clear cut")
    box.launcher.send("KILL", "dashboard")
    alone = run(box.launcher.directory, "doctor", "--json")
    assert {f.get("fault") for f in json.loads(alone.stdout)["findings"]} == {
        "cut"}, alone.stdout


def test_what_a_fault_doubled_is_a_note(clinic):
    box = clinic()
    status, text = box.net.pcscf.request(
        "POST", "/api/v1/faults", {"action": "duplicate", "copies": 2,
                                   "peer": "ue", "result": "401",
                                   "name": "echo"})
    assert status == 201, text
    box.run("register", box.account("bob"))
    found = box.finding("injected-repeats", user="bob")
    assert found["kind"] == "note" and "Nothing failed" in found["what"]
    assert found["fault"] == "echo" and "echo" in found["do"]
    box.is_told("bob")
    assert {f["cause"] for f in box.findings()} == {"injected-repeats"}
    assert run(box.launcher.directory, "doctor").returncode == 0


def test_a_node_that_is_full_or_stopping_is_named(clinic, account):
    def small(tree):
        tree["timers"]["drain"] = "5s"
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "pcscf":
                node["limits"] = {"dialogs": 1}

    box = clinic(change=small)
    bob, erin = account(box.net, "bob"), box.account("erin")
    pair = [(bob, box.address()), (erin, box.address())]
    for who, at in pair:
        box.run("register", who, at=at)
    dave = box.account("dave", password="daves-password")
    there = box.sipp("callee_busy", pair[1][1], box.net.proxy(),
                     [box.row(erin)], values={"talk": 4000})
    here = box.sipp("caller_refused", pair[0][1], box.net.proxy(),
                    [box.row(bob, erin)], values={"code": 486})
    box.is_told("bob", "INVITE", 180)
    other = box.address()
    box.run("register", erin, at=other)
    box.ask("INVITE", erin, bob.impu, 503, at=other)
    check(box.finding("overload", user="erin"), "pcscf1", "limits")
    box.launcher.deaths.append("pcscf1 died: exit status 0")
    box.launcher.send("TERM", "pcscf1")
    box.ask("REGISTER", dave, "sip:ims.example", 503)
    check(box.finding("stopping", user="dave"), "pcscf1", "runs again")
    assert [here.failure(), there.failure()] == [None, None]


# ---- who reads it ----------------------------------------------------------


def test_findings_come_as_events_and_at_the_command_line(clinic, tmp_path):
    box = clinic()
    events = Events(f"{box.api}/events")
    box.run("register_unknown", box.account("alcie"))
    events.wait_for(lambda seen: any(
        name == "finding" and data["cause"] == "unknown-public"
        for name, _, data in seen), "finding")
    events.close()
    first = box.findings()[0]
    assert box.get("/doctor", after=first["id"])["findings"] == []
    assert box.get("/doctor", call="none")["findings"] == []
    assert box.get("/doctor", call=first["call"])["findings"] == [first]

    def doctor(*words):
        return run(box.launcher.directory, "doctor", *words)

    by_hub = json.loads(doctor("--json").stdout)["findings"]
    assert by_hub == [first]
    people = doctor("--user", "alcie")
    assert people.returncode == 1
    assert "unknown-public" in people.stdout
    assert "Did you mean sip:alice@ims.example?" in people.stdout
    # What went well since is nothing wrong any more.
    bob = box.account("bob")
    box.run("register_refused", box.account("bob", password="wrong"))
    assert "solved" not in box.finding("wrong-password", user="bob")
    assert doctor("--user", "bob").returncode == 1
    box.run("register", bob)
    box.is_told("bob")
    assert box.finding("wrong-password", user="bob")["solved"]
    solved = doctor("--user", "bob")
    assert solved.returncode == 0 and "went well at" in solved.stdout
    nobody = doctor("--user", "dave")
    assert (nobody.returncode, nobody.stdout) == (0, "Nothing is wrong.\n")

    # The same without a dashboard, out of the nodes' own records.
    box.launcher.send("KILL", "dashboard")
    alone = doctor("--json")
    assert alone.returncode == 1, alone.stderr
    found = json.loads(alone.stdout)["findings"]
    assert [f["cause"] for f in found] == ["unknown-public", "wrong-password"]
    assert found[0]["do"] == first["do"] and found[1]["solved"]
    assert doctor("--user", "bob").returncode == 0


def test_who_fails_again_and_again_is_one_finding_that_counts(clinic):
    box = clinic()
    events = Events(f"{box.api}/events")
    wrong = box.account("bob", password="wrong")
    for times in range(1, 4):
        before = {f["id"]: f["change"] for f in box.findings()}
        box.run("register_refused", wrong)
        until(lambda: box.finding("wrong-password")["times"] == times,
              SECONDS, f"{times} times")
        if times == 1:
            box.run("register_unknown", box.account("alcie"))
            box.finding("unknown-public")
    found = box.findings()
    assert [f["cause"] for f in found] == ["wrong-password", "unknown-public"]
    bob = found[0]
    assert bob["id"] == 1 and bob["change"] == 4
    assert bob["first"] < found[1]["at"] < bob["at"]
    # each of its calls finds it; what came again comes again
    assert len(set(bob["calls"])) == 3 and bob["call"] == bob["calls"][0]
    for call_id in bob["calls"]:
        assert box.findings(call=call_id) == [bob]
    assert box.findings(after=before[1]) == [bob]
    assert box.findings(after=bob["change"]) == []
    steps = box.get("/trace", call=bob["call"])["steps"]
    assert bob["steps"][-1] in {step["id"] for step in steps}

    def told():
        return [f["times"] for f in events.all("finding") if f["id"] == 1]
    until(lambda: told() == [1, 2, 3], SECONDS, "each time is an event")
    events.close()
    by_hub = run(box.launcher.directory, "doctor").stdout
    assert f"3 times since {bob['first'][11:19]}" in by_hub
    box.launcher.send("KILL", "dashboard")
    alone = run(box.launcher.directory, "doctor", "--json")
    assert [(f["cause"], f["times"])
            for f in json.loads(alone.stdout)["findings"]] == [
        ("unknown-public", 1), ("wrong-password", 3)]


def test_an_hss_that_cannot_do_what_it_is_asked_is_named(clinic, block,
                                                         tmp_path, need):
    """The S-CSCF's way to the HSS is freeDiameter, which knows none."""
    need("freeDiameterd", "openssl")
    relay = FreeDiameter(tmp_path / "relay", "relay.ims.example",
                         "ims.example", block.port(50), "hss9.ims.example",
                         block.address(99))

    def relayed(tree):
        tree["external"] = [{
            "name": "relay", "role": "hss", "identity": "relay.ims.example",
            "realm": "ims.example", "host": "127.0.0.1",
            "diameter": f"tcp:{relay.port}"}]
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "scscf":
                node["hss"] = "relay"

    relay.start()
    try:
        box = clinic(change=relayed)
        box.ask("REGISTER", box.account("bob"), "sip:ims.example", 504)
        found = box.finding("hss-refused", user="bob")
        check(found, "relay", "peers")
        assert "DIAMETER_UNABLE_TO_DELIVER" in found["what"]
    finally:
        relay.stop()
