# SPDX-License-Identifier: MIT
"""imsbox dashboard: the whole network under one address."""
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

import network as networks
import test_openapi as openapi
from launcher import IMSBOX, SECONDS, Phone, environment
from sse import Events
from waiting import stop, until


def ask(url, method="GET", body=None, **headers):
    """(status, headers, text)"""
    headers = {name.replace("_", "-"): text for name, text in headers.items()}
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body).encode()
    request = urllib.request.Request(url, method=method, data=body,
                                     headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return (answer.status, answer.headers,
                    answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def get(url, **headers):
    status, _, text = ask(url, **headers)
    assert status == 200, f"{url}: {status} {text}"
    return json.loads(text)


def nodes(api):
    return {node["name"]: node
            for network in get(f"{api}/network")["networks"]
            for node in network["nodes"]}


def trace(api, query=""):
    return get(f"{api}/trace?{query}")["steps"]


@pytest.fixture
def seen(registered):
    """(launcher, API of the dashboard, Call-ID): bob's registration is in the
    story."""
    launcher, call = registered
    api = f"{launcher.dashboard}/api/v1"
    until(lambda: trace(api, f"call={call}&method=REGISTER&result=200"),
          SECONDS, "the registration is told")
    until(lambda: all(node["ready"] for node in nodes(api).values()), SECONDS,
          "all nodes are ready")
    return launcher, api, call


# ---- what there is ---------------------------------------------------------


def test_the_network_is_shown_as_it_lives(seen):
    _, api, _ = seen
    network = get(f"{api}/network")
    assert network["name"] == "box"
    assert [n["domain"] for n in network["networks"]] == ["ims.example"]
    by_name = nodes(api)
    assert [n["role"] for n in by_name.values()] == [
        "pcscf", "icscf", "scscf", "hss"]
    assert all(n["state"] == "alive" and n["ready"]
               for n in by_name.values())
    assert by_name["scscf1"]["capabilities"] == [1, 2]
    # What nodes say of themselves is read from time to time.
    until(lambda: nodes(api)["scscf1"]["status"]["registered_sets"] == 1,
          SECONDS, "the registration counts")
    assert by_name["scscf1"]["status"]["peers"][0]["open"]
    gm = [at["at"] for at in by_name["pcscf1"]["listeners"]
          if at["trust"] == "gm"]
    assert gm == [f"{by_name['pcscf1']['host']}:5060"] * 2


def test_a_registration_is_one_story_across_all_nodes(seen):
    _, api, call = seen
    steps = trace(api, f"call={call}")
    arrows = [(s["from"], s["to"], s["text"].split()[0])
              for s in steps if s["kind"] == "message"]
    assert arrows[:5] == [
        ("bob", "pcscf1", "REGISTER"), ("pcscf1", "icscf1", "REGISTER"),
        ("icscf1", "hss1", "UAR"), ("hss1", "icscf1", "UAA"),
        ("icscf1", "scscf1", "REGISTER")]
    assert arrows[-1] == ("pcscf1", "bob", "200")
    assert any(s["kind"] == "says" and "chosen" in s["says"] and s["clause"]
               for s in steps)
    ids = [s["id"] for s in steps]
    assert ids == sorted(ids)


def test_what_nodes_say_while_all_start_is_told_once_and_in_order(seen):
    _, api, _ = seen
    hello = [(s["from"], s["to"], s["text"]) for s in trace(api, "q=C")
             if s.get("method") in ("CER", "CEA")]
    assert len(hello) >= 4 and sorted(hello) == sorted(set(hello))
    assert not [s for s in trace(api, "method=CER") if s.get("lost")]


def test_steps_are_chosen_by_user_method_result_and_node(seen, block):
    launcher, api, call = seen
    stranger = Phone(launcher.net, "nobody", "wrong", block.address(10))
    stranger.request(1, 'nonce="", response=""')
    until(lambda: trace(api, "user=nobody&result=failed"), SECONDS,
          "the refusal is told")
    for user in ("bob", "sip:bob@ims.example", "bob@ims.example"):
        assert {s["call"] for s in trace(api, f"user={user}")} == {call}
    assert {s["method"] for s in trace(api, "method=uar")} == {"UAR"}
    assert {s["result"] for s in trace(api, "result=401")} == {401}
    assert {s["result"] for s in trace(api, "result=5001")} == {5001}
    assert all(s.get("result", 0) >= 400 or s.get("lost") or s.get("dropped")
               for s in trace(api, "result=failed"))
    assert all("icscf1" in (s["from"], s["to"])
               for s in trace(api, "node=icscf1"))
    assert all("First" in s["text"] or "FIRST" in s["text"]
               for s in trace(api, "q=FIRST_REG"))
    assert trace(api, "user=bo") == []
    assert ask(f"{api}/trace?result=bad")[0] == 400
    calls = get(f"{api}/calls")["calls"]
    assert [c["users"] for c in calls if c["call"] == call] == [
        ["sip:bob@ims.example"]]
    assert [c["result"] for c in calls if c["call"] == call] == [200]
    assert get(f"{api}/calls?user=nobody")["calls"][0]["call"] != call


def test_what_failed_is_not_what_was_challenged(seen, block):
    launcher, api, call = seen
    given_up = Phone(launcher.net, "bob", "", block.address(10))
    assert " 401 " in given_up.request(1, 'nonce="", response=""')
    until(lambda: trace(api, f"call={given_up.call}&result=401"), SECONDS,
          "the challenge is told")
    failed = get(f"{api}/calls?result=failed")["calls"]
    assert [c["call"] for c in failed] == [given_up.call]
    assert get(f"{api}/calls?result=failed&node=scscf1")["calls"] == failed
    assert get(f"{api}/calls?result=failed&node=nowhere")["calls"] == []
    assert trace(api, f"call={call}&result=failed") == []


def test_steps_are_read_page_by_page(seen):
    _, api, call = seen
    whole = trace(api, f"call={call}")
    after, pages = 0, []
    while True:
        page = get(f"{api}/trace?call={call}&after={after}&limit=4")
        pages += page["steps"]
        after = page["next_after"]
        if not page["more"]:
            break
    assert pages == whole
    assert trace(api, f"call={call}&limit=2") == whole[-2:]


def test_a_message_is_read_whole_with_both_its_copies(seen):
    _, api, call = seen
    step = [s for s in trace(api, f"call={call}")
            if (s["from"], s["to"]) == ("pcscf1", "icscf1")][0]
    whole = get(f"{api}/trace/{step['id']}")
    assert whole["message"].startswith("REGISTER sip:ims.example SIP/2.0\r\n")
    assert whole["sender"]["node"] == "pcscf1"
    assert whole["receiver"]["node"] == "icscf1"
    assert whole["sender"]["remote"] == whole["receiver"]["local"]
    assert ask(f"{api}/trace/999999999")[0] == 404
    assert ask(f"{api}/trace/x")[0] == 400


def test_the_story_is_a_capture_too(seen, tmp_path, need):
    need("tshark")
    _, api, call = seen
    path = tmp_path / "story.pcapng"
    with urllib.request.urlopen(f"{api}/trace.pcapng?call={call}") as answer:
        path.write_bytes(answer.read())
    packets = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "_ws.col.Protocol",
         "-e", "frame.comment"], capture_output=True, text=True,
        check=True).stdout.splitlines()
    assert len(packets) == len([s for s in trace(api, f"call={call}")
                                if s["kind"] == "message"])
    assert {line.split("\t")[0] for line in packets} >= {"SIP", "DIAMETER"}
    assert any("scscf1 chosen" in line for line in packets)


# ---- passing on ------------------------------------------------------------


def test_requests_reach_the_node_that_they_are_for(seen):
    launcher, api, _ = seen
    assert get(f"{api}/nodes/hss1/state")["name"] == "hss1"
    assert "imsbox_ready" in ask(f"{api}/nodes/pcscf1/metrics")[2]
    assert get(f"{api}/subscribers?limit=1")["total"] == 6
    status, _, text = ask(f"{api}/nodes/nowhere/state")
    assert status == 404 and "/api/v1/network lists them" in text
    status, headers, text = ask(f"{api}/nodes/hss1/nothing")
    assert status == 404
    assert headers["Content-Type"] == "application/problem+json"
    bob = launcher.net.hss.get("/api/v1/subscribers/sip:bob@ims.example")
    assert get(f"{api}/subscribers/sip:bob@ims.example") == bob
    assert get(f"{api}/subscribers/sip%3Abob%40ims.example") == bob


def test_head_is_answered_as_get_without_the_body(seen):
    _, api, _ = seen
    for url in (f"{api}/subscribers/sip:bob@ims.example",
                f"{api}/nodes/hss1/subscribers/sip:bob@ims.example"):
        _, whole, text = ask(url)
        status, head, nothing = ask(url, "HEAD")
        assert (status, nothing) == (200, "")
        assert int(head["Content-Length"]) == len(text)
        assert head["ETag"] == whole["ETag"]
    assert ask(f"{api}/nodes/hss1/nothing", "HEAD")[0] == 404


def test_who_is_told_that_the_box_is_ready_reaches_all_nodes_by_it(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    api = f"{launcher.dashboard}/api/v1"
    assert {n["state"] for n in nodes(api).values()} == {"alive"}


def test_each_network_has_its_own_hss(make_network):
    net = make_network("two-networks.yaml", start=False)
    with open(net.directory / "up.log", "wb") as log:
        process = subprocess.Popen(
            [IMSBOX, "up", net.path.name], cwd=net.directory,
            env=environment(net.directory), stdout=log, stderr=log)
    try:
        api = f"http://{net.tree['dashboard']}/api/v1"
        until(lambda: b"is ready" in (net.directory / "up.log").read_bytes(),
              SECONDS, "all is ready")
        for hss in ("blue-hss", "red-hss"):
            until(lambda: nodes(api)[hss]["ready"], SECONDS, hss)
        assert ask(f"{api}/subscribers/sip:bob@blue.example")[0] == 200
        assert ask(f"{api}/subscribers/sip:alice@red.example")[0] == 200
        assert get(f"{api}/subscribers?network=blue.example")["total"] == 1
        assert get(f"{api}/subscribers?network=red.example")["total"] == 2
        assert ask(f"{api}/subscribers?network=green.example")[0] == 404
    finally:
        assert stop(process, SECONDS, signal.SIGINT) == 0


# ---- dead nodes ------------------------------------------------------------


def test_a_dead_node_is_shown_as_dead_and_stops_nothing_else(seen, block):
    launcher, api, call = seen
    before = trace(api, f"call={call}")
    killed = time.time()
    os.kill(launcher.pids()["hss1"], signal.SIGKILL)
    until(lambda: nodes(api)["hss1"]["state"] == "dead", SECONDS, "it is dead")
    hss = nodes(api)["hss1"]
    assert not hss["ready"] and hss["reason"]
    assert abs(hss["since_us"] / 1e6 - time.time()) < SECONDS
    until(lambda: not nodes(api)["icscf1"]["ready"], SECONDS, "who asks it")
    assert nodes(api)["icscf1"]["since_us"] / 1e6 > killed - 0.1
    status, _, text = ask(f"{api}/subscribers")
    assert status == 503 and "hss1 is dead since" in text
    assert trace(api, f"call={call}") == before
    assert get(f"{api}/nodes/scscf1/state")["name"] == "scscf1"
    phone = Phone(launcher.net, "carol", "", block.address(11))
    phone.request(1, 'nonce="", response=""')
    until(lambda: trace(api, "user=carol"), SECONDS, "what goes on is told")


def test_a_node_that_hangs_is_found_out_and_comes_back(seen):
    launcher, api, call = seen
    before = trace(api, f"call={call}")
    hss = launcher.pids()["hss1"]
    events = Events(f"{api}/events")
    os.kill(hss, signal.SIGSTOP)
    try:
        events.wait_for_state("hss1", "dead")
        assert "does not answer" in nodes(api)["hss1"]["reason"]
    finally:
        os.kill(hss, signal.SIGCONT)
    until(lambda: nodes(api)["hss1"]["state"] == "alive", SECONDS, "it is back")
    assert ask(f"{api}/subscribers")[0] == 200
    assert trace(api, f"call={call}") == before  # nothing twice
    events.close()


def test_what_reaches_a_slow_node_is_not_told_as_lost(seen, block):
    launcher, api, _ = seen
    scscf = launcher.pids()["scscf1"]
    os.kill(scscf, signal.SIGSTOP)
    threading.Timer(1, os.kill, (scscf, signal.SIGCONT)).start()
    phone = Phone(launcher.net, "bob", "bobs-password", block.address(16))
    phone.register()
    until(lambda: trace(api, f"call={phone.call}&result=200&node=pcscf1&"
                             "peer=ue"), SECONDS, "the registration is told")
    registers = trace(api, f"call={phone.call}&method=REGISTER&node=icscf1&"
                           "peer=scscf1")
    assert len(registers) >= 2
    assert not [step["text"] for step in registers if step.get("lost")]


def test_what_was_told_as_lost_and_arrives_is_mended(seen, block):
    launcher, api, _ = seen
    scscf = launcher.pids()["scscf1"]
    events = Events(f"{api}/events?user=dave")
    phone = Phone(launcher.net, "dave", "daves-password", block.address(17))
    os.kill(scscf, signal.SIGSTOP)
    try:
        events.wait_for_state("scscf1", "dead")
        phone.send(1, 'nonce="", response=""')
        until(lambda: any(step.get("lost") for step in trace(
            api, f"call={phone.call}&node=icscf1&peer=scscf1")), SECONDS,
              "it is told as lost")
    finally:
        os.kill(scscf, signal.SIGCONT)
    events.wait_for(lambda seen: mended_of(seen, phone.call), "what arrived")
    mended = mended_of(events.seen, phone.call)[0]
    before = [step for step in events.steps() if step["id"] == mended["id"]]
    assert before[0]["lost"] and "lost" not in mended
    step = get(f"{api}/trace/{mended['id']}")
    assert "lost" not in step and step["receiver"]["node"] == "scscf1"
    events.close()


def mended_of(seen, call):
    return [step for name, _, data in seen if name == "mended"
            for step in data["steps"] if step.get("call") == call]


def test_a_node_that_starts_again_goes_on_in_the_story(make_network, block):
    net = make_network()
    log = open(net.directory / "dashboard.log", "wb")
    process = subprocess.Popen(
        [IMSBOX, "dashboard", net.path], stdout=log, stderr=log,
        env=environment(net.directory))
    api = f"http://{net.tree['dashboard']}/api/v1"
    try:
        until(lambda: socket_is_open(api), SECONDS, "it listens")
        Phone(net, "bob", "bobs-password", block.address(9)).register()
        until(lambda: trace(api, "user=bob&result=200"), SECONDS, "bob")
        net.pcscf.kill()
        until(lambda: nodes(api)["pcscf1"]["state"] == "dead", SECONDS,
              "it is dead")
        net.pcscf.start()
        until(lambda: nodes(api)["pcscf1"]["state"] == "alive", SECONDS,
              "it lives again")
        Phone(net, "dave", "daves-password", block.address(12)).request(
            1, 'nonce="", response=""')
        until(lambda: trace(api, "user=dave&node=pcscf1"), SECONDS, "dave")
        assert trace(api, "user=bob&node=pcscf1")
    finally:
        assert stop(process, SECONDS) == 0
        log.close()


def socket_is_open(api):
    try:
        return ask(f"{api}/me")[0] == 200
    except OSError:
        return False


# ---- live ------------------------------------------------------------------


def test_events_are_a_snapshot_and_then_what_is_new(seen, block):
    launcher, api, call = seen
    events = Events(f"{api}/events?user=bob")
    events.wait_for_step("200 OK")
    assert [name for name, _, _ in events.seen[:3]] == [
        "hello", "network", "steps"]
    assert {s["call"] for s in events.steps()} == {call}
    other = Events(f"{api}/events?user=bob&limit=3")
    other.wait_for(lambda seen: any(name == "steps" for name, _, _ in seen),
                   "snapshot")
    assert len(other.steps()) == 3
    phone = Phone(launcher.net, "bob", "bobs-password", block.address(13))
    phone.request(1, 'nonce="", response=""')
    for one in (events, other):
        one.wait_for_step("401", "the new registration")
    Phone(launcher.net, "dave", "", block.address(14)).request(
        1, 'nonce="", response=""')
    until(lambda: trace(api, "user=dave"), SECONDS, "dave's is told")
    time.sleep(0.3)
    assert all("dave" not in json.dumps(s) for s in events.steps())
    ids = [s["id"] for s in events.steps()]
    assert ids == sorted(set(ids))
    events.close()
    other.close()


def test_events_go_on_where_they_were_left(seen, block):
    launcher, api, _ = seen
    first = Events(f"{api}/events")
    first.wait_for_step("200 OK")
    left = first.last_id()
    had = {s["id"] for s in first.steps()}
    first.close()
    Phone(launcher.net, "dave", "", block.address(14)).request(
        1, 'nonce="", response=""')
    until(lambda: trace(api, "user=dave&result=401"), SECONDS, "dave")
    again = Events(f"{api}/events", **{"Last-Event-ID": left})
    again.wait_for_step("401")
    assert not had & {s["id"] for s in again.steps()}
    assert [s["id"] for s in again.steps()] == list(
        range(max(had) + 1, max(had) + 1 + len(again.steps())))
    again.close()
    # as a page does that opens a new stream
    again = Events(f"{api}/events?last_event_id={left}")
    again.wait_for_step("401")
    assert not had & {s["id"] for s in again.steps()}
    again.close()
    # of another life of the dashboard: everything anew
    other = Events(f"{api}/events", **{"Last-Event-ID": "123abc-7"})
    other.wait_for_step("REGISTER")
    assert had & {s["id"] for s in other.steps()}
    other.close()


def test_what_is_forgotten_is_told_once(launch, block):
    def little_memory(tree):
        tree["dashboard"] = {"listen": tree["dashboard"],
                             "limits": {"trace_bytes": "1MiB"}}

    launcher = launch(change=little_memory)
    launcher.wait_for("box is ready")
    api = f"http://{launcher.net.tree['dashboard']['listen']}/api/v1"
    phone = Phone(launcher.net, "bob", "bobs-password", block.address(9))
    numbers = itertools.count(1)

    def first():
        phone.call = os.urandom(8).hex()
        phone.request(next(numbers), 'nonce="", response=""')
        return get(f"{api}/network")["trace"]["first"]

    until(lambda: first() > 1, 60, "the first step is forgotten")
    until(lambda: trace(api, f"call={phone.call}&result=401"), SECONDS,
          "all has been told")
    boot = get(f"{api}/network")["trace"]["boot"]
    one = Events(f"{api}/events?user=dave&last_event_id={boot}-0")
    one.wait_for(lambda seen: any(
        name == "missed" for name, _, _ in seen), "what is forgotten")
    left = one.last_id()
    one.close()
    again = Events(f"{api}/events?user=dave&last_event_id={left}")
    Phone(launcher.net, "dave", "", block.address(14)).request(
        1, 'nonce="", response=""')
    again.wait_for_step("401")
    assert again.all("missed") == []
    again.close()


def test_who_does_not_read_is_dropped_and_others_are_served(launch, block):
    def little_patience(tree):
        tree["dashboard"] = {"listen": tree["dashboard"],
                             "limits": {"events_bytes": "1MiB"}}

    launcher = launch(change=little_patience)
    launcher.dashboard = f"http://{launcher.net.tree['dashboard']['listen']}"
    launcher.wait_for("box is ready")
    api = f"{launcher.dashboard}/api/v1"
    host, port = launcher.net.tree["dashboard"]["listen"].rsplit(":", 1)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect((host, int(port)))
    slow.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
    quick = Events(f"{api}/events")
    phone = Phone(launcher.net, "bob", "bobs-password", block.address(9))

    numbers = itertools.count(1)

    def is_cut():
        for _ in range(40):
            phone.call = os.urandom(8).hex()
            phone.request(next(numbers), 'nonce="", response=""')
        figures = ask(f"{launcher.dashboard}/metrics")[2]
        return "imsbox_viewers_cut_total 1" in figures

    until(is_cut, 60, "the slow one is dropped")
    until(lambda: trace(api, f"call={phone.call}&result=401"), SECONDS,
          "what is new")
    quick.wait_for(lambda seen: any(
        s["call"] == phone.call for name, _, data in seen if name == "steps"
        for s in data["steps"] if "call" in s), "what is new")
    assert "imsbox_viewers 1" in ask(f"{launcher.dashboard}/metrics")[2]
    slow.close()
    quick.close()


# ---- access ----------------------------------------------------------------


def test_other_pages_and_names_are_refused(seen):
    launcher, api, _ = seen
    own = launcher.dashboard
    assert ask(f"{api}/me", Origin=own)[0] == 200
    assert ask(f"{api}/me", Origin="http://evil.example")[0] == 403
    assert ask(f"{api}/me", Host="evil.example")[0] == 403
    assert ask(f"{api}/me", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(f"{api}/me", Sec_Fetch_Site="cross-site",
               Sec_Fetch_Mode="navigate")[0] == 200


def test_a_token_is_needed_where_the_topology_says_so(launch):
    def closed(tree):
        tree["access"] = {"loopback": "token"}

    launcher = launch(change=closed)
    launcher.wait_for("Ctrl-C stops")
    api = f"{launcher.dashboard}/api/v1"
    where = launcher.directory / "imsbox/box"
    admin = (where / "admin-token").read_text().strip()
    viewer = (where / "viewer-token").read_text().strip()
    assert (where / "admin-token").stat().st_mode & 0o777 == 0o600
    assert f"{launcher.dashboard}/?token={admin}" in launcher.log()
    as_admin = {"Authorization": f"Bearer {admin}"}
    as_viewer = {"Authorization": f"Bearer {viewer}"}
    until(lambda: json.loads(ask(f"{api}/network", **as_admin)[2])
          ["networks"][0]["nodes"][3]["state"] == "alive", SECONDS,
          "the dashboard itself has the token")
    status, headers, _ = ask(f"{api}/network")
    assert status == 401 and "Bearer" in headers["WWW-Authenticate"]
    assert get(f"{api}/me", **as_admin)["role"] == "admin"
    assert get(f"{api}/me", **as_viewer)["role"] == "viewer"
    assert get(f"{api}/me", X_Imsbox_User="teacher@192.0.2.7", **as_viewer)[
        "name"] == "teacher@192.0.2.7@127.0.0.1"
    assert get(f"{api}/me")["role"] == "nobody"
    assert ask(f"{api}/subscribers", **as_viewer)[0] == 200
    assert ask(f"{api}/subscribers", "POST", {}, **as_viewer)[0] == 403
    status, _, text = ask(f"{api}/subscribers", "POST", {}, **as_admin)
    assert status in (400, 422), text
    assert ask(f"{api}/events")[0] == 401
    for _ in range(11):
        status, headers, _ = ask(f"{api}/me", Authorization="Bearer guess-it")
    assert status == 429 and int(headers["Retry-After"]) > 0
    for log in (launcher.log(),):
        assert log.count(admin) == 1
    with open(f"/proc/{launcher.pids()['hss1']}/cmdline") as line:
        assert admin not in line.read()


def test_a_port_that_is_taken_does_not_keep_the_network_from_running(
        make_network, launch):
    taken = []

    def take(tree):
        host, port = tree["dashboard"].rsplit(":", 1)
        taken.append(socket.create_server((host, int(port))))

    launcher = launch(change=take)
    launcher.wait_for("box is ready")
    assert "dashboard died: exit status 1" in launcher.log()
    launcher.deaths.append("dashboard died: exit status 1")
    assert launcher.stop() == 0
    taken[0].close()


# ---- who is registered -----------------------------------------------------


def test_a_registration_is_seen_side_by_side(seen):
    launcher, api, _ = seen
    for name in ("sip:bob@ims.example", "tel:+15551002", "%20bob@ims.example"):
        both = get(f"{api}/registrations/{name}")
        assert both["differences"] == []
        by_node = {one["node"]: one for one in both["nodes"]
                   if one["status"] == 200}
        assert by_node["scscf1"]["answer"]["bindings"]
        assert by_node["pcscf1"]["answer"][0]["registered"]
        assert by_node["hss1"]["answer"]["state"] == "registered"
    assert ask(f"{api}/registrations/sip:nobody@ims.example")[0] == 404
    assert ask(f"{api}/registrations/bob@")[0] == 400
    everywhere = get(f"{api}/registrations")["nodes"]
    assert {one["node"]: one["answer"]["total"] for one in everywhere} == {
        "pcscf1": 1, "scscf1": 1, "hss1": 1}


def test_what_nodes_do_not_agree_on_is_said(seen):
    launcher, api, _ = seen
    status, _, _ = ask(f"{api}/nodes/scscf1/reset", "POST")
    assert status == 204
    both = get(f"{api}/registrations/sip:bob@ims.example")
    assert [d["what"] for d in both["differences"]] == ["state", "contact"]
    os.kill(launcher.pids()["pcscf1"], signal.SIGKILL)
    until(lambda: nodes(api)["pcscf1"]["state"] == "dead", SECONDS, "dead")
    both = get(f"{api}/registrations/sip:bob@ims.example")
    assert [d["what"] for d in both["differences"]] == ["state"]
    dead = [one for one in both["nodes"] if one["node"] == "pcscf1"][0]
    assert dead["state"] == "dead" and "is dead since" in dead["reason"]


# ---- reset -----------------------------------------------------------------


def test_the_network_begins_anew(seen, block):
    launcher, api, call = seen
    events = Events(f"{api}/events")
    events.wait_for_step("200 OK")
    dave = f"{api}/subscribers/sip:dave@ims.example"
    assert ask(dave, "DELETE")[0] in (200, 204)
    assert ask(dave)[0] == 404
    began = time.monotonic()
    status, _, text = ask(f"{api}/reset", "POST")
    assert status == 200 and json.loads(text)["complete"], text
    until(lambda: all(n["ready"] for n in nodes(api).values()), SECONDS,
          "all is ready again")
    assert time.monotonic() - began < 5 * networks.PATIENCE
    events.wait_for(lambda seen: any(name == "reset" for name, _, _ in seen),
                    "reset")
    assert trace(api, f"call={call}") == []
    assert ask(dave)[0] == 200
    bob = get(f"{api}/subscribers/sip:bob@ims.example/registration")
    assert bob["sets"][0]["state"] != "registered"
    for node in ("pcscf1", "scscf1"):
        assert get(f"{api}/nodes/{node}/registrations")["total"] == 0
    Phone(launcher.net, "dave", "", block.address(15)).request(
        1, 'nonce="", response=""')
    events.wait_for_step("401")
    events.close()
    assert ask(f"{api}/reset", "POST", X_Imsbox_Role="viewer")[0] == 403


# ---- what was --------------------------------------------------------------


def test_charts_begin_with_what_was_before_anybody_looked(seen, block):
    launcher, api, _ = seen
    history = until(lambda: known(api, lambda last: last["registered_sets"]),
                    SECONDS, "a sample has bob's registration")
    assert history["nodes"] == ["pcscf1", "icscf1", "scscf1", "hss1"]
    numbers = [s["number"] for s in history["samples"]]
    assert numbers == list(range(1, len(numbers) + 1))
    last = of(history, history["samples"][-1], "scscf1")
    assert last["accepted"] == 1 and last["challenged"] == 1
    assert last["resident_bytes"] > 1 << 20 and last["cpu_seconds"] > 0
    newest = get(f"{api}/history?after={numbers[-1] - 1}")["samples"]
    assert newest[0] == history["samples"][-1]
    launcher.send("KILL", "hss1")
    until(lambda: get(f"{api}/history")["samples"][-1]["nodes"][3] is None,
          SECONDS, "a dead node has no figures")
    assert ask(f"{api}/history?after=x")[0] == 400


def of(history, sample, node):
    values = sample["nodes"][history["nodes"].index(node)]
    return dict(zip(history["figures"], values or []))


def known(api, condition):
    history = get(f"{api}/history")
    samples = history["samples"]
    return (samples and condition(of(history, samples[-1], "scscf1") or
                                  {"registered_sets": 0}) and history)


# ---- pages -----------------------------------------------------------------


def test_the_page_and_what_it_needs_are_there(seen):
    launcher, _, _ = seen
    status, headers, text = ask(f"{launcher.dashboard}/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    policy = dict(part.split(" ", 1) for part in
                  headers["Content-Security-Policy"].split("; "))
    assert policy.pop("img-src") == "'self' data: blob:"
    assert {name: text for name, text in policy.items()
            if text != "'self'"} == {
        "default-src": "'none'", "base-uri": "'none'",
        "frame-ancestors": "'none'"}
    assert not re.search(r"<style|<script(?![^>]* src=)| style=| on\w+=",
                         text), "nothing inline"
    links = re.findall('(?:href|src)="([^"]*)"', text)
    assert len(links) >= 3
    for link in links:
        where = f"{launcher.dashboard}/{link.lstrip('/')}"
        assert ask(where)[0] == 200, link
        assert ask(where, Accept_Encoding="gzip")[1][
            "Content-Encoding"] in ("gzip", None)
    assert ask(f"{launcher.dashboard}/", "POST")[0] == 405
    assert ask(f"{launcher.dashboard}/ladder")[2] == text
    status, _, _ = ask(f"{launcher.dashboard}/",
                       If_None_Match=headers["ETag"])
    assert status == 304


# ---- docs/openapi.json -----------------------------------------------------


class Address:
    """What test_openapi asks: a node by its address."""

    def __init__(self, admin):
        self.admin = admin


def fill(api, path):
    step = trace(api, "method=REGISTER")[-1]["id"]
    for name, value in {"name": "hss1", "path": "state", "id": step,
                        "impu": "sip:bob@ims.example"}.items():
        path = path.replace("{" + name + "}", str(value))
    return path


def test_each_operation_asked_rightly_and_wrongly(seen):
    launcher, api, _ = seen
    client = openapi.Client(Address(launcher.dashboard))
    resets = []
    for path, method, op in openapi.operations("dashboard"):
        if op["operationId"] == "reset":
            resets.append((path, method, op))
            continue
        target = fill(api, path)
        answer = client.ask(method, target, None if method == "GET" else {})
        openapi.check(op, answer, "asked rightly")
        assert method != "GET" or answer.status == 200, (path, answer.status)
        for p in openapi.parameters(op, "query"):
            for value in [*map(str, openapi.wrong_values(p["schema"])), "",
                          "%", "\0", "é", "a" * 4000]:
                url = openapi.url(target, {p["name"]: value})
                openapi.check(op, client.ask(method, url),
                              f"{p['name']}={value[:40]!r}")
        assert client.ask(method, target + "?%zz=%").status == 400, path
        if "{" not in path:
            continue
        for part in openapi.HOSTILE:
            hostile = path.replace("{path}", "x").split("{")[0] + part
            openapi.check(op, client.ask(method, hostile), hostile[:60])
    assert ask(f"{api}/me", "PATCH")[0] == 405
    for path, method, op in resets:
        openapi.check(op, client.ask(method, path), "asked rightly")
    assert ask(f"{launcher.dashboard}/livez")[0] == 200
