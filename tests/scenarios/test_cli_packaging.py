# SPDX-License-Identifier: MIT
"""What `make install` leaves: units of systemd, manual pages, completion; and
what nodes and the launcher tell a service manager."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess

import pytest
import yaml

import launcher
import network as networks
from waiting import stop, until

SECONDS = 10 * networks.PATIENCE
ROLES = ("pcscf", "icscf", "scscf", "hss")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """make install into a directory of our own: (PREFIX, DESTDIR)."""
    if not shutil.which("scdoc"):
        pytest.skip("scdoc is not installed")
    base = tmp_path_factory.mktemp("installed")
    prefix, root = base / "usr", base / "root"
    subprocess.run(
        ["make", "-C", networks.ROOT, "install", f"PREFIX={prefix}",
         f"DESTDIR={root}", f"VARIANT={networks.VARIANT}",
         f"P={base / 'made'}"],
        check=True, capture_output=True, text=True, timeout=60)
    # DESTDIR for what goes to /etc; the rest to where it is to be.
    shutil.copytree(f"{root}{prefix}", prefix)
    return prefix, root


def units(prefix):
    return sorted((prefix / "lib/systemd/system").iterdir())


def instance(unit):
    """A name under which systemd knows it: templates want an instance."""
    if unit.name == "imsbox@.service":
        return "imsbox@topology.service"
    return re.sub(r"imsbox-(\w+)@", r"imsbox-\1@\g<1>1", unit.name)


def test_systemd_takes_the_units(installed, need):
    need("systemd-analyze")
    prefix, _ = installed
    assert len(units(prefix)) == 7
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no",
         *[instance(unit) for unit in units(prefix)]],
        env={**os.environ,
             "SYSTEMD_UNIT_PATH": f"{prefix}/lib/systemd/system:"},
        capture_output=True, text=True, timeout=6 * SECONDS)
    ours = [line for line in result.stderr.splitlines() if "imsbox" in line]
    assert ours == []
    assert result.returncode == 0, result.stderr


def test_the_units_confine_what_they_run(installed, need):
    need("systemd-analyze")
    prefix, _ = installed
    services = [unit for unit in units(prefix)
                if unit.suffix == ".service"]
    assert len(services) == 6
    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20",
         "--no-pager", *services],
        capture_output=True, text=True, timeout=6 * SECONDS)
    assert result.returncode == 0, result.stdout
    for unit in services:
        text = unit.read_text()
        assert re.search(r"^Type=notify$", text, re.M)
        assert re.search(r"^User=imsbox$", text, re.M)
        assert not re.search(r"@[A-Z]+@", text)
        program = re.search(r"^ExecStart=(\S+)", text, re.M).group(1)
        assert os.access(program, os.X_OK)
        if unit.name != "imsbox@.service":
            assert re.search(r"^WatchdogSec=", text, re.M)


def test_the_installed_topology_is_right(installed):
    prefix, root = installed
    right = subprocess.run(
        [prefix / "bin/imsbox", "check", root / "etc/imsbox/topology.yaml",
         prefix / "share/imsbox/topology/box.yaml",
         prefix / "share/imsbox/topology/two-networks.yaml"],
        capture_output=True, text=True, timeout=SECONDS)
    assert right.returncode == 0, right.stderr
    tree = yaml.safe_load((root / "etc/imsbox/topology.yaml").read_text())
    stores = [node["store"] for node in tree["networks"][0]["nodes"]
              if "store" in node]
    assert stores == ["/var/lib/imsbox/box.db"]


def test_a_second_install_keeps_what_was_edited(installed, tmp_path):
    root = tmp_path / "root"
    command = ["make", "-C", networks.ROOT, "install", f"DESTDIR={root}",
               "PREFIX=/usr", f"VARIANT={networks.VARIANT}",
               f"P={tmp_path / 'made'}"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    mine = root / "etc/imsbox/environment"
    mine.write_text("IMSBOX_TOKEN=mine\n")
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert mine.read_text() == "IMSBOX_TOKEN=mine\n"
    command[3] = "uninstall"
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    left = {str(path.relative_to(root)) for path in root.rglob("*")
            if path.is_file()}
    assert left == {"etc/imsbox/environment", "etc/imsbox/topology.yaml",
                    "etc/imsbox/box-subscribers.yaml"}


def test_the_installed_launcher_finds_the_nodes(installed, make_network):
    prefix, _ = installed
    net = make_network(start=False)
    with manager(net.directory) as (heard, environment):
        process = subprocess.Popen(
            [prefix / "bin/imsbox", "up", net.path.name], cwd=net.directory,
            env={**environment, "XDG_RUNTIME_DIR": str(net.directory)},
            stdout=subprocess.DEVNULL)
        said = []
        try:
            until(lambda: said.append(heard()) or said[-1] == "STATUS=box runs",
                  SECONDS, "it runs")
        finally:
            status = stop(process, SECONDS, signal.SIGTERM)
        until(lambda: said.append(heard()) or said[-1] == "STOPPING=1",
              SECONDS, "it stops")
    assert status == 0
    assert "READY=1" in said
    # Nothing comes of the nodes: it is the launcher's manager.
    assert not [text for text in said if not re.match(
        r"(READY=1|STOPPING=1|EXTEND_TIMEOUT_USEC=\d+|STATUS=box .*)$", text)]


# ---- manual pages --------------------------------------------------------


def page(prefix, name):
    section = name[-1]
    return subprocess.run(
        ["man", "-l", prefix / f"share/man/man{section}" / name],
        env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"},
        check=True, capture_output=True, text=True, timeout=SECONDS).stdout


def commands(prefix, *above):
    """{"sub add": help} of every command there is."""
    usage = subprocess.run([prefix / "bin/imsbox", *above, "-h"],
                           capture_output=True, text=True, check=True).stdout
    found = {}
    for name in re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\S", usage, re.M):
        words = name.split()
        helped = subprocess.run(
            [prefix / "bin/imsbox", *words, "-h"], capture_output=True,
            text=True, check=True).stdout
        if "COMMAND ..." in helped:
            found.update(commands(prefix, *words))
        else:
            found[name] = helped
    return found


def test_the_manual_has_every_command_and_option(installed, need):
    need("man")
    prefix, _ = installed
    manual = page(prefix, "imsbox.1")
    found = commands(prefix)
    assert len(found) >= 8
    for name, helped in found.items():
        assert f"imsbox {name}" in manual
        for option in re.findall(r"(--[a-z-]+)", helped):
            assert option in manual, f"{name} {option}"
    for number in (0, 1, 64, 65, 66, 69, 74, 77, 78):
        assert re.search(rf"^ +{number}$", manual, re.M)


def test_the_manual_has_every_key_of_a_topology(installed, need):
    need("man")
    prefix, _ = installed
    manual = page(prefix, "imsbox-topology.5")
    schema = (networks.ROOT / "topology/topology.schema.json").read_text()
    keys = set()

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            keys.update(node.get("properties", {}))
            for item in node.values():
                walk(item)
    walk(yaml.safe_load(schema))
    assert len(keys) > 40
    for key in keys:
        assert re.search(rf"^ +{key}$", manual, re.M), key


def test_each_node_has_its_page(installed, need):
    need("man")
    prefix, _ = installed
    for role in ROLES:
        text = page(prefix, f"{role}.8")
        assert "--check-config" in text and "SIGHUP" in text
        assert not re.search(r"@[A-Z]+@", text)


# ---- completion ----------------------------------------------------------


def complete(prefix, line):
    """What bash offers for the last word of a line."""
    words = line.split(" ")
    script = (f"source {prefix}/share/bash-completion/completions/imsbox\n"
              f"COMP_WORDS=({' '.join(repr(word) for word in words)})\n"
              f"COMP_CWORD={len(words) - 1}\n_imsbox\n"
              'printf "%s\\n" "${COMPREPLY[@]}"\n')
    return subprocess.run(["bash", "-c", script], capture_output=True,
                          text=True, check=True).stdout.split()


@pytest.mark.parametrize("line,wanted", [
    ("imsbox st", ["status"]),
    ("imsbox comp", ["compose", "completion"]),
    ("imsbox trace --fo", ["--follow"]),
    ("imsbox status --js", ["--json"]),
    ("imsbox up topology/box.y", ["topology/box.yaml"]),
    ("imsbox trace --call ", []),
])
def test_bash_completes(installed, line, wanted, monkeypatch):
    monkeypatch.chdir(networks.ROOT)
    prefix, _ = installed
    assert complete(prefix, line) == wanted


def test_zsh_takes_the_completion(installed, need):
    need("zsh")
    prefix, _ = installed
    script = (f"autoload -U compinit; compinit -u -D\n"
              f"source {prefix}/share/zsh/vendor-completions/_imsbox\n"
              "print ${_comps[imsbox]}\n")
    result = subprocess.run(["zsh", "-f", "-c", script], capture_output=True,
                            text=True, timeout=SECONDS)
    assert result.stdout.strip() == "_imsbox", result.stderr


# ---- a service manager ---------------------------------------------------


@contextlib.contextmanager
def manager(directory):
    """A socket as systemd has it: (next datagram, environment)."""
    path = directory / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        own.bind(str(path))
        own.settimeout(SECONDS)
        yield (lambda: own.recv(4096).decode(),
               {**os.environ, "NOTIFY_SOCKET": str(path)})


def test_a_node_tells_what_it_does(make_network):
    net = make_network(start=False)
    node = net.pcscf
    with manager(net.directory) as (heard, environment):
        log = open(net.directory / "pcscf1.log", "wb")
        process = subprocess.Popen(
            [networks.BIN / "pcscf", "-t", net.path, "-n", node.name],
            env={**environment, "WATCHDOG_USEC": "400000"},
            stdout=log, stderr=log)
        try:
            assert heard() == "READY=1"
            said = {heard() for _ in range(8)}
            assert said == {"WATCHDOG=1",
                            "STATUS=pcscf1 serves ims.example"}
            process.send_signal(signal.SIGHUP)
            said = []
            until(lambda: said.append(heard()) or "READY=1" in said, SECONDS,
                  "it read the topology again")
            assert re.match(r"RELOADING=1\nMONOTONIC_USEC=\d+$",
                            [text for text in said
                             if text.startswith("RELOADING")][0])
        finally:
            process.send_signal(signal.SIGTERM)
        until(lambda: heard() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=6000000",
              SECONDS, "it says that it stops")
        assert process.wait(SECONDS) == 0


def test_a_network_that_waits_for_a_neighbour_has_started(make_network,
                                                          block):
    """A restart would not bring it; and that the network lives is said as
    long as it waits. Who dies meanwhile is started again, alone."""
    def with_another_hss(tree):
        tree["external"] = [{
            "name": "away", "role": "hss", "host": block.address(66),
            "diameter": "tcp:3868", "realm": "ims.example"}]
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "scscf":
                node["hss"] = "away"
    net = make_network(start=False, change=with_another_hss)

    def pids():
        run_json = net.directory / "imsbox" / "box" / "run.json"
        told = json.loads(run_json.read_text())
        return {node["name"]: node["pid"] for node in told["nodes"]}
    with manager(net.directory) as (heard, environment):
        log = open(net.directory / "up.log", "wb")
        process = subprocess.Popen(
            [networks.BIN / "imsbox", "up", "--restart", net.path],
            env={**launcher.environment(net.directory), **environment,
                 "XDG_RUNTIME_DIR": str(net.directory),
                 "WATCHDOG_USEC": "400000"},
            stdout=log, stderr=log)
        try:
            until(lambda: heard() == "READY=1", SECONDS, "it has started")
            until(lambda: re.match("STATUS=box waits for scscf1: .*away",
                                   heard()), SECONDS, "why it waits")
            until(lambda: heard() == "WATCHDOG=1", SECONDS, "it lives")
            before = pids()
            os.kill(before["pcscf1"], signal.SIGKILL)
            until(lambda: heard() == "STATUS=box runs without pcscf1",
                  SECONDS, "who died")
            until(lambda: re.match("STATUS=box waits for scscf1", heard()),
                  SECONDS, "it is back")
            after = pids()
            assert after.pop("pcscf1") != before.pop("pcscf1")
            assert after == before
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(launcher.SECONDS_TO_STOP) == 0
