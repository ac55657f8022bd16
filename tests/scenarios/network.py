# SPDX-License-Identifier: MIT
"""Networks of real nodes: a topology moved into a block of loopback addresses
of its own, its programs started, asked, stopped."""
import contextlib
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import yaml

from waiting import stop, until

ROOT = Path(__file__).resolve().parents[2]
VARIANT = os.environ.get("VARIANT", "release")
BIN = ROOT / "build" / VARIANT / "bin"
NET = os.environ.get("IMSBOX_TEST_NET", "127.41")


def patience():
    """How much slower than on a machine that does nothing else: by sanitizers,
    and by the tests and whatever else runs beside."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    beside = 2 if "PYTEST_XDIST_WORKER" in os.environ else 1
    return (4 if VARIANT == "asan" else 1) * max(beside, min(4, round(busy)))


PATIENCE = patience()


def unhurried(tree):
    """For tests that count messages: none comes again because the machine is
    slow."""
    tree.setdefault("timers", {}).update(t1="4s", t2="32s")


class Block:
    """A /24 of loopback that nobody else on this machine has, for as long as
    the lock on its file lasts."""

    def __init__(self):
        numbers = list(range(1, 255))
        random.shuffle(numbers)
        for self.number in numbers:
            path = f"/tmp/imsbox-{NET}.{self.number}.lock"
            self.lock = open(path, "w")
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                self.lock.close()
        raise RuntimeError(f"no block of {NET} is free")

    def __str__(self):
        return f"{NET}.{self.number}"

    def address(self, last):
        return f"{self}.{last}"

    def port(self, n):
        """For programs that cannot be told an address: the n-th of sixty
        ports on 127.0.0.1 that go with this block."""
        return 15000 + self.number * 60 + n

    def free(self):
        self.lock.close()


def sanitizer_options(directory, name):
    """The environment in which a program's sanitizers write into files of
    the directory, and its exit status tells of it."""
    return {
        "ASAN_OPTIONS": f"log_path={directory}/asan.{name}:exitcode=99",
        "LSAN_OPTIONS": "exitcode=99",
        "UBSAN_OPTIONS": f"log_path={directory}/ubsan.{name}:"
                         "print_stacktrace=1"}


class Node:
    """One program of a topology."""

    def __init__(self, network, role, entry):
        self.network = network
        self.name = entry["name"]
        self.role = role
        self.host = entry["host"]
        self.admin = f"http://{self.host}:{entry['admin']}"
        self.log_path = network.directory / f"{self.name}.log"
        self.process = None

    def start(self):
        environment = {
            **os.environ,
            "IMSBOX_RUN_DIR": str(self.network.directory),
            **sanitizer_options(self.network.directory, self.name),
        }
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [BIN / self.role, "-t", self.network.path, "-n", self.name],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a power cut does it."""
        self.process.kill()
        self.process.wait(5)
        self.process = None

    def stop(self):
        """SIGTERM; the exit status."""
        status = stop(self.process, 10 * PATIENCE)
        self.process = None
        return status

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        return self.log_path.read_text(errors="replace")

    def request(self, method, path, body=None, seconds=5):
        """(status, text) of an admin request; (0, why) without an answer."""
        request = urllib.request.Request(
            self.admin + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} if body else {})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def get(self, path):
        """The JSON of an admin resource."""
        status, text = self.request("GET", path)
        assert status == 200, f"{self.name} GET {path}: {status} {text}"
        return json.loads(text)

    def is_ready(self):
        return self.request("GET", "/readyz")[0] == 200

    def metrics(self):
        """{"name{labels}": value}"""
        status, text = self.request("GET", "/metrics")
        assert status == 200, text
        pairs = (line.rsplit(" ", 1) for line in text.splitlines()
                 if line and not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def metric(self, pattern):
        """The sum of all samples whose name and labels match."""
        return sum(value for name, value in self.metrics().items()
                   if re.search(pattern, name))

    def record(self, call=None):
        """The entries of the node's record, oldest first."""
        entries, start = [], 0
        query = "" if call is None else f"&call={call}"
        while True:
            page = self.get(
                f"/api/v1/record?from={start}&limit=10000{query}")
            entries += page["entries"]
            if page["next"] > page["last"] or page["next"] <= start:
                return entries
            start = page["next"]

    def says(self, text):
        """The decisions and drops whose sentence has this text."""
        return [entry["says"] for entry in self.record()
                if text in entry.get("says", "")]

    def registrations(self):
        return self.get("/api/v1/registrations")["registrations"]


class Network:
    """A topology file of the repository, moved; `change` may edit its tree
    before it is written, `more` are subscribers beside those it imports."""

    def __init__(self, directory, block, topology="box.yaml", change=None,
                 more=()):
        self.directory = directory
        self.block = block
        self.path = directory / topology
        self.more = list(more)
        self.tree = self.move(ROOT / "topology" / topology)
        self.tree.setdefault("timers", {})["drain"] = "1s"
        if change:
            change(self.tree)
        self.write()
        self.nodes = {
            entry["name"]: Node(self, entry["role"], entry)
            for network in self.tree["networks"]
            for entry in network["nodes"]}

    def __getattr__(self, role):
        """The first node of a role: network.hss."""
        for node in self.__dict__.get("nodes", {}).values():
            if node.role == role:
                return node
        raise AttributeError(role)

    def __getitem__(self, name):
        return self.nodes[name]

    def move(self, path):
        """The tree of the file with its addresses in our block, its
        subscriber files beside it."""
        text = path.read_text().replace("127.0.0.", f"{self.block}.")
        tree = yaml.safe_load(text)
        for network in tree["networks"]:
            name = network["subscribers"]["import"]
            shutil.copy(path.parent / name, self.directory / name)
            if self.more:
                network["subscribers"]["import"] = [name, "more.yaml"]
        return tree

    def write(self):
        self.path.write_text(yaml.safe_dump(self.tree, sort_keys=False))
        if self.more:
            (self.directory / "more.yaml").write_text(
                yaml.safe_dump({"subscribers": self.more}))

    def start(self, names=None):
        for name in names or self.nodes:
            self.nodes[name].start()

    def wait_ready(self, seconds=3):
        """Until all that run are ready; fails at once when one died."""
        def all_ready():
            for node in self.nodes.values():
                if node.process is None:
                    continue
                if not node.is_running():
                    raise AssertionError(
                        f"{node.name} ended with {node.process.returncode}:\n"
                        + node.log())
                if not node.is_ready():
                    return False
            return True
        until(all_ready, seconds * PATIENCE, "all nodes ready")

    def stop(self):
        """All that still run, P-CSCFs first; {name: exit status}."""
        order = ["pcscf", "icscf", "scscf", "hss"]
        status = {}
        for node in sorted(self.nodes.values(),
                           key=lambda n: order.index(n.role)):
            if node.process is not None:
                died = node.process.poll()
                status[node.name] = node.stop() if died is None else died
        return status

    def kill(self):
        for node in self.nodes.values():
            if node.is_running():
                with contextlib.suppress(ProcessLookupError):
                    node.signal(signal.SIGKILL)
                node.process.wait(5)

    def story(self):
        """What all nodes recorded, for people: sends, drops, decisions."""
        lines = []
        for node in self.nodes.values():
            if node.is_running():
                lines += [(entry["wall_us"], node.name, entry)
                          for entry in node.record()]
        lines.sort(key=lambda line: line[0])
        return "\n".join(tell(name, entry) for _, name, entry in lines
                         if entry["kind"] != "rx")

    def sanitizer_reports(self):
        return "".join(path.read_text(errors="replace")
                       for path in self.directory.glob("*san.*"))

    def proxy(self, name=None):
        """Where a phone sends to: the gm listener of a P-CSCF."""
        node = self.nodes[name] if name else self.pcscf
        return f"{node.host}:5060"

    def subscribers(self, domain=None):
        """{user part: entry} of the file that a domain imports."""
        for network in self.tree["networks"]:
            if domain in (None, network["domain"]):
                names = network["subscribers"]["import"]
                name = names[0] if isinstance(names, list) else names
                text = (self.directory / name).read_text()
                entries = yaml.safe_load(text)["subscribers"] + self.more
                return {user_of(entry): entry for entry in entries
                        if "impu" in entry}
        raise KeyError(domain)


def tell(name, entry):
    """One line of a story."""
    line = f"{name:10} {entry['kind']:5}"
    if entry["kind"] != "says":
        first = entry.get("text", entry.get("base64", "")).split("\n", 1)[0]
        line += f"{entry['remote']:22} {first[:70].strip()} "
    if "says" in entry:
        line += f"{entry['proc']} {entry['says']}"
    return line


def user_of(entry):
    impu = entry["impu"]
    if isinstance(impu, list):
        impu = impu[0]
    if isinstance(impu, dict):
        impu = impu["impu"]
    return re.match(r"sip:([^@]+)@", impu).group(1)
