# SPDX-License-Identifier: MIT
"""imsbox up, check, status and trace, as a user calls them."""
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import termios
import time

import yaml

import network as networks
from launcher import IMSBOX, SECONDS, SECONDS_TO_STOP, Launcher, Phone
from launcher import environment, is_alive, run
from waiting import stop, until


# ---- up ------------------------------------------------------------------


def test_up_tells_where_to_point_a_phone_and_stops_in_order(launch):
    launcher = launch()
    launcher.wait_for("Ctrl-C stops")
    log = launcher.log()
    assert "domain  ims.example" in log
    assert f"proxy   {launcher.net.proxy()} over udp (pcscf1)" in log
    assert "user    sip:alice@ims.example" in log
    assert f"Open {launcher.dashboard}/ to see" in log
    assert re.search(rf"hss1 +{launcher.net.hss.admin}/", log)
    pids = launcher.pids()
    assert launcher.stop() == 0
    said = re.findall(r"(\w+) +\| .* finishes what it has begun",
                      launcher.log())
    assert said == ["pcscf1", "icscf1", "scscf1", "hss1", "dashboard"]
    assert not any(is_alive(pid) for pid in pids.values())
    assert not (launcher.directory / "imsbox/box/run.json").exists()


def test_ctrl_c_stops_up_at_any_moment(launch):
    """A terminal sends it to the whole process group; nodes may not have
    begun to take signals yet."""
    launcher = launch()
    launcher.wait_for("box is ready")
    assert launcher.stop() == 0
    running = launcher.directory / "imsbox/box/run.json"
    for wait in (0, 0, 0, 0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2):
        launcher.start()
        until(running.exists, SECONDS, "the nodes are started")
        time.sleep(wait)
        os.killpg(launcher.process.pid, signal.SIGINT)
        assert launcher.process.wait(SECONDS_TO_STOP) == 0, launcher.log()
        assert not running.exists()
    assert "died" not in launcher.log()


def test_up_stops_cleanly_when_all_are_told_to(launch):
    """As systemd does it: SIGTERM to the launcher and its nodes at once.
    The P-CSCF takes longest, so that the others end before their turn."""
    launcher = launch()
    launcher.wait_for("box is ready")
    pids = launcher.pids()
    os.kill(pids["pcscf1"], signal.SIGSTOP)
    for pid in (launcher.process.pid, *pids.values()):
        os.kill(pid, signal.SIGTERM)
    until(lambda: not is_alive(pids["hss1"]), SECONDS, "the HSS ends")
    os.kill(pids["pcscf1"], signal.SIGCONT)
    assert launcher.process.wait(SECONDS_TO_STOP) == 0, launcher.log()


def test_up_takes_signals_as_who_started_it_wants_them(launch):
    """nohup ignores SIGHUP: the terminal's end does not end the network. Who
    ignores SIGCHLD leaves that to what he starts, which waits for its own."""
    launcher = launch()
    launcher.wait_for("box is ready")
    assert launcher.stop(signal.SIGHUP) == 0
    launcher.log_path.unlink()
    launcher.start(ignored=[signal.SIGHUP, signal.SIGCHLD])
    launcher.wait_for("box is ready")
    pids = launcher.pids()
    launcher.process.send_signal(signal.SIGHUP)
    launcher.kill("dashboard")
    launcher.wait_for("dashboard died: killed by signal 9")
    assert "stopping" not in launcher.log()
    assert launcher.stop(signal.SIGTERM) == 0, launcher.log()
    assert not any(is_alive(pid) for pid in pids.values())


def test_up_goes_on_while_its_terminal_is_stopped(launch, block):
    """By Ctrl-S; Ctrl-Q shows what was said meanwhile."""
    def talkative(tree):
        tree["log"] = "debug"

    launcher = launch(change=talkative)
    launcher.wait_for("box is ready")
    assert launcher.stop() == 0
    screen, terminal = pty.openpty()
    termios.tcflow(terminal, termios.TCOOFF)
    launcher.start(terminal=terminal)
    until(lambda: run(launcher.directory, "status").returncode == 0, SECONDS,
          "all are ready")
    Phone(launcher.net, "bob", "bobs-password", block.address(9)).register()
    assert not select.select([screen], [], [], 0)[0]
    termios.tcflow(terminal, termios.TCOON)
    shown = b""
    while b"box is ready" not in shown:
        assert select.select([screen], [], [], SECONDS)[0], shown
        shown += os.read(screen, 65536)
    termios.tcflow(terminal, termios.TCOOFF)
    assert launcher.stop() == 0
    os.close(terminal)
    os.close(screen)


def test_up_refuses_to_start_twice(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    second = run(launcher.directory, "up", "box.yaml")
    assert second.returncode == 1
    assert "box runs already" in second.stderr
    assert run(launcher.directory, "status").returncode == 0


def test_up_can_start_again_after_it_stopped(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    assert launcher.stop(signal.SIGTERM) == 0
    launcher.log_path.unlink()
    launcher.start()
    launcher.wait_for("box is ready")
    assert launcher.stop() == 0


def test_up_says_who_died_and_why_and_lets_the_others_run(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    os.kill(launcher.pids()["hss1"], signal.SIGKILL)
    launcher.wait_for("hss1 died: killed by signal 9 (Killed)")
    status = run(launcher.directory, "status")
    assert status.returncode == 1
    assert re.search(r"^hss1 .*no answer", status.stdout, re.M)
    until(lambda: re.search(r"^scscf1 .*not ready: ",
                            run(launcher.directory, "status").stdout, re.M),
          SECONDS, "the S-CSCF misses its HSS")
    assert launcher.stop() == 1


def test_up_starts_again_who_died_when_told_so(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    assert launcher.stop() == 0
    launcher.start("--restart")
    until(lambda: launcher.log().count("box is ready") == 2, SECONDS, "ready")
    before = launcher.pids()
    for name in ("hss1", "pcscf1"):
        os.kill(before[name], signal.SIGKILL)

    def is_whole():
        return (launcher.pids()["hss1"] != before["hss1"]
                and launcher.pids()["pcscf1"] != before["pcscf1"]
                and run(launcher.directory, "status").returncode == 0)
    until(is_whole, SECONDS, "both are back and ready")
    after = launcher.pids()
    assert after["scscf1"] == before["scscf1"]
    assert launcher.stop() == 0
    assert not any(is_alive(pid) for pid in after.values())


def test_up_stops_all_when_one_cannot_start(make_network):
    net = make_network(start=False)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((net.hss.host, 3868))
        taken.listen()
        launcher = Launcher(net)
        assert launcher.process.wait(SECONDS) != 0
    assert "hss1 died: exit status" in launcher.log()
    assert f"{net.hss.host}:3868" in launcher.log()


def test_up_refuses_a_wrong_topology(tmp_path):
    (tmp_path / "wrong.yaml").write_text("name: wrong\nnetworks: 3\n")
    result = run(tmp_path, "up", "wrong.yaml")
    assert result.returncode == 78
    assert result.stderr == \
        "wrong.yaml:2:11: networks: the number 3; expected a list\n"


def test_nodes_do_not_outlive_a_launcher_that_was_killed(launch):
    launcher = launch()
    launcher.wait_for("box is ready")
    pids = launcher.pids()
    launcher.process.kill()
    launcher.process.wait(SECONDS)
    until(lambda: not any(is_alive(pid) for pid in pids.values()), SECONDS,
          "the nodes end")
    assert run(launcher.directory, "status").returncode == 69


def test_down_stops_what_its_file_started_and_nothing_else(launch):
    """A copy of the file has the same name and is not what runs; the one that
    was started is, however wrong it has become."""
    launcher = launch()
    launcher.wait_for("box is ready")
    other = launcher.directory / "other"
    other.mkdir()
    for name in ("box.yaml", "box-subscribers.yaml"):
        shutil.copy(launcher.directory / name, other / name)
    status = run(launcher.directory, "status", "other/box.yaml")
    assert str(launcher.pids()["hss1"]) not in status.stdout
    down = run(launcher.directory, "down", "other/box.yaml")
    assert down.returncode == 69, down.stdout
    assert "no `imsbox up` runs" in down.stderr
    launcher.net.path.write_text("name: [\n")
    assert run(launcher.directory, "status", "box.yaml").returncode == 78
    assert launcher.process.poll() is None
    down = run(launcher.directory, "down", "box.yaml")
    assert (down.returncode, down.stdout) == (0, "box is stopped\n")
    assert launcher.process.wait(SECONDS) == 0


# ---- check, status, schema -----------------------------------------------


def test_check_reads_files_without_starting_anything(tmp_path):
    right = run(networks.ROOT, "check", "topology/box.yaml",
                "topology/two-networks.yaml")
    assert right.returncode == 0
    assert right.stdout.splitlines() == [
        "topology/box.yaml: right: box, 1 network, 4 nodes",
        "topology/two-networks.yaml: right: two-networks, 2 networks, "
        "8 nodes"]
    wrong = run(networks.ROOT, "check", "topology/box.yaml", "nowhere.yaml")
    assert wrong.returncode == 78
    assert "nowhere.yaml: No such file" in wrong.stderr
    assert run(tmp_path, "check").returncode == 64


def test_the_examples_fit_the_published_schema():
    schema = run(networks.ROOT, "schema").stdout
    published = networks.ROOT / "topology" / "topology.schema.json"
    assert schema == published.read_text()
    for name in ("box.yaml", "two-networks.yaml", "compose.yaml",
                 "compose-two-networks.yaml"):
        first = (published.parent / name).read_text().split("\n", 1)[0]
        assert first == \
            "# yaml-language-server: $schema=topology.schema.json"


def test_compose_writes_the_file_that_docker_compose_finds():
    topologies = ("topology/compose.yaml",
                  "topology/compose-two-networks.yaml")
    written = run(networks.ROOT, "compose", *topologies)
    assert written.returncode == 0, written.stderr
    assert written.stdout == (networks.ROOT / "compose.yaml").read_text()
    services = yaml.safe_load(written.stdout)["services"]
    assert len(services) == 4 + 8 + 1 + 2
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert not service.get("privileged") and name != "host"
    assert services["pcscf1"]["ports"] == [
        f"${{IMSBOX_BIND:-0.0.0.0}}:${{IMSBOX_PORT_PCSCF1:-5060}}:5060/{way}"
        for way in ("udp", "tcp")]
    assert services["dashboard"]["ports"] == [
        "${IMSBOX_DASHBOARD_BIND:-127.0.0.1}:${IMSBOX_PORT_DASHBOARD:-8080}"
        ":8080/tcp"]
    assert services["red-hss"]["profiles"] == ["two-networks"]
    assert "profiles" not in services["hss1"]


def test_compose_refuses_a_topology_that_is_not_for_containers():
    refused = run(networks.ROOT, "compose", "topology/box.yaml")
    assert refused.returncode == 78
    assert refused.stdout == ""
    assert "pcscf1: host 127.0.0.1 is an address" in refused.stderr
    assert run(networks.ROOT, "compose").returncode == 64
    assert run(networks.ROOT, "compose", "nowhere.yaml").returncode == 78


def test_status_tells_of_one_node(registered):
    launcher, _ = registered
    one = run(launcher.directory, "status", "box.yaml", "hss1")
    assert one.returncode == 0
    assert len(one.stdout.splitlines()) == 2 and "hss1" in one.stdout
    none = run(launcher.directory, "status", "box.yaml", "hss9")
    assert none.returncode == 66
    assert "no node named hss9" in none.stderr


def test_status_finds_a_network_by_name_by_file_or_alone(registered):
    launcher, _ = registered
    for which in ([], ["box"], ["box.yaml"]):
        status = run(launcher.directory, "status", *which)
        assert status.returncode == 0, status.stderr
        rows = [line.split() for line in status.stdout.splitlines()]
        assert [row[0] for row in rows] == \
            ["node", "pcscf1", "icscf1", "scscf1", "hss1"]
        assert all(row[-1] == "ready" for row in rows[1:])
        assert rows[3][2] == str(launcher.pids()["scscf1"])
        assert rows[3][3] == "1"


def test_status_without_anything_running_says_so(tmp_path):
    status = run(tmp_path, "status")
    assert status.returncode == 69
    assert "nothing runs here" in status.stderr
    status = run(tmp_path, "status", "elsewhere")
    assert "neither a topology file nor the name of one" in status.stderr


# ---- trace ---------------------------------------------------------------


def test_trace_shows_one_ladder_across_all_nodes(registered):
    launcher, call = registered
    calls = run(launcher.directory, "trace")
    assert call in calls.stdout
    ladder = run(launcher.directory, "trace", "--call", call)
    assert ladder.returncode == 0, ladder.stderr
    lines = ladder.stdout.splitlines()
    assert lines[0].split() == ["bob", "pcscf1", "icscf1", "scscf1", "hss1"]
    wanted = ["REGISTER sip:ims.example", "UAR", "FIRST_REGISTRATION", "MAR",
              "[S-REG-1, TS 24.229", "401 Unauthorized", "SAR",
              "[H-CX-2, TS 29.228", "[S-REG-3, TS 24.229", "200 OK"]
    at = 0
    for text in wanted:
        while at < len(lines) and text not in lines[at]:
            at += 1
        assert at < len(lines), f"{text}: not in order in\n{ladder.stdout}"
    assert "not received" not in ladder.stdout
    same = run(launcher.directory, "trace", "box", "--user",
               "sip:bob@ims.example")
    assert same.stdout == ladder.stdout
    nobody = run(launcher.directory, "trace", "--user", "sip:x@ims.example")
    assert nobody.returncode == 66
    assert nobody.stdout == ""


def test_trace_writes_a_capture_that_tshark_reads(registered, need, tmp_path):
    need("tshark")
    launcher, call = registered
    written = run(launcher.directory, "trace", "--call", call, "--pcapng",
                  str(tmp_path / "call.pcapng"))
    assert written.returncode == 0, written.stderr
    fields = ["_ws.col.Source", "_ws.col.Protocol", "_ws.col.Info",
              "frame.comment", "ip.checksum.status", "_ws.expert.severity"]
    shown = subprocess.run(
        ["tshark", "-r", tmp_path / "call.pcapng", "-N", "n", "-T", "fields",
         "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
         "-o", "tcp.check_checksum:TRUE",
         *[word for field in fields for word in ("-e", field)]],
        capture_output=True, text=True, timeout=6 * SECONDS)
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert {row[0] for row in rows} == \
        {"bob", "pcscf1", "icscf1", "scscf1", "hss1"}
    assert {row[1].split("/")[0] for row in rows} == {"SIP", "DIAMETER"}
    assert all(row[4] == "1" for row in rows)
    assert any("[S-REG-3, TS 24.229" in row[3] for row in rows)
    summary = subprocess.run(
        ["tshark", "-r", tmp_path / "call.pcapng", "-q", "-z", "expert,warn",
         "-o", "tcp.check_checksum:TRUE"],
        capture_output=True, text=True, timeout=6 * SECONDS)
    assert "Malformed" not in summary.stdout
    assert "Errors" not in summary.stdout, summary.stdout
    assert "Warns" not in summary.stdout, summary.stdout


def test_trace_follows_what_happens(launch, block):
    launcher = launch()
    launcher.wait_for("box is ready")
    follow = subprocess.Popen(
        [IMSBOX, "trace", "--user", "sip:bob@ims.example", "--follow"],
        cwd=launcher.directory, env=environment(launcher.directory),
        stdout=open(launcher.directory / "follow.log", "wb"))
    try:
        Phone(launcher.net, "bob", "bobs-password",
              block.address(9)).register()
        log = launcher.directory / "follow.log"
        until(lambda: re.search(r"pcscf1 +-> bob +200 OK", log.read_text()),
              SECONDS, "the registration is followed to its end")
        assert len(re.findall(r"-> hss1 +SAR", log.read_text())) == 1
    finally:
        follow.terminate()
        follow.wait(SECONDS)


def test_trace_follows_a_node_that_was_started_again(launch, block):
    """It counts its entries from 1 anew."""
    launcher = launch()
    launcher.wait_for("box is ready")
    assert launcher.stop() == 0
    launcher.start("--restart")
    until(lambda: launcher.log().count("box is ready") == 2, SECONDS, "ready")
    log = launcher.directory / "follow.log"
    follow = subprocess.Popen(
        [IMSBOX, "trace", "--user", "sip:bob@ims.example", "--follow"],
        cwd=launcher.directory, env=environment(launcher.directory),
        stdout=open(log, "wb"), stderr=subprocess.STDOUT)
    decision = re.compile(r"icscf1 .*\[I-REG-2, ")
    try:
        Phone(launcher.net, "bob", "bobs-password",
              block.address(9)).register()
        until(lambda: decision.search(log.read_text()), SECONDS,
              "the I-CSCF decides")
        before = launcher.pids()["icscf1"]
        launcher.kill("icscf1")
        until(lambda: launcher.pids()["icscf1"] != before
              and run(launcher.directory, "status").returncode == 0,
              SECONDS, "it is back and ready")
        count = len(decision.findall(log.read_text()))
        Phone(launcher.net, "bob", "bobs-password",
              block.address(10)).register()
        until(lambda: len(decision.findall(log.read_text())) > count, SECONDS,
              "it decides again")
        assert "imsbox: icscf1 was started again" in log.read_text()
    finally:
        follow.terminate()
        follow.wait(SECONDS)


def test_a_launcher_needs_no_runtime_directory(launch):
    """Without XDG_RUNTIME_DIR the run directory lies beside the file."""
    launcher = launch()
    launcher.wait_for("box is ready")
    launcher.stop()
    clean = {key: value for key, value in os.environ.items()
             if key != "XDG_RUNTIME_DIR"}
    process = subprocess.Popen(
        [IMSBOX, "up", "box.yaml"], cwd=launcher.directory, env=clean,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until((launcher.directory / ".imsbox/box/run.json").exists, SECONDS,
              "the run directory")
        status = subprocess.run([IMSBOX, "status"], cwd=launcher.directory,
                                env=clean, capture_output=True, text=True)
        assert "pcscf1" in status.stdout
    finally:
        assert stop(process, SECONDS_TO_STOP, signal.SIGINT) == 0
    shutil.rmtree(launcher.directory / ".imsbox")
