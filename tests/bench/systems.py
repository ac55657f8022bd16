# SPDX-License-Identifier: MIT
"""What is measured: imsbox, Kamailio, and the floor, each with phones of its
own that stay registered between rounds."""
import contextlib
import json
import select
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "scenarios"), str(HERE.parent / "peers")]

import usage  # noqa: E402
from kamailio import Kamailio as KamailioNode  # noqa: E402
from network import BIN, Block, Network  # noqa: E402
from waiting import stop, until  # noqa: E402

LOAD = BIN.parent / "load"
FLOOR = BIN.parent / "floor"
FLOOR_LOAD = BIN.parent / "floor-load"
DOMAIN = "ims.example"
CSCFS = ["pcscf", "icscf", "scscf"]
WORKERS = 4
PATIENCE_S = 60  # more than a round takes: the load or what it loads hangs
TRIES, NEARLY_ALL = 8, 0.99


class Phones:
    """A load that lives on (tests/load/obey.h)."""

    def __init__(self, argv, log):
        self.registered = 0
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            text=True)

    def round(self, **options):
        """Its report."""
        words = [f"--{name} {value}" if value is not True else f"--{name}"
                 for name, value in options.items()]
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        wait_s = (options.get("seconds", 10) + PATIENCE_S
                  + options.get("units", 0) / options.get("rate", 100))
        if not select.select([self.process.stdout], [], [], wait_s)[0]:
            raise TimeoutError(f"no end of a round after {wait_s:.0f} s")
        report = json.loads(self.process.stdout.readline())
        assert "error" not in report, words
        self.registered = report["registered"]
        return report

    def stop(self):
        with contextlib.suppress(OSError):  # it may be gone
            self.process.stdin.close()
        stop(self.process, 10)


class System:
    """A core that runs; `nodes` are the process ids of each."""
    name = ""
    has_registrations = True

    def __init__(self, directory, phones):
        self.directory = Path(directory) / self.name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.block = Block()
        self.count = phones
        self.nodes = {}
        self.phones = None

    def open_phones(self, program=LOAD, **options):
        options = {"proxy": f"{self.block.address(1)}:5060", **options}
        words = [word for name, value in options.items()
                 for word in (f"--{name}", str(value))]
        self.log = open(self.directory / "load.log", "w")
        self.phones = Phones(
            [program, "obey", "--first", f"{self.block.address(100)}:20000",
             "--phones", str(self.count), *words], self.log)

    def usage(self):
        return {name: usage.of(pids) for name, pids in self.nodes.items()}

    def memory(self):
        """Of each node."""
        return {name: usage.memory(pids) for name, pids in self.nodes.items()}

    def allocated(self):
        """Bytes that each node's allocator has given out, its own overhead
        included; None: it does not tell."""
        return None

    def measure(self, **options):
        """A round: its report, and what it cost each node."""
        before = self.usage()
        report = self.phones.round(**options)
        after = self.usage()
        return report, {name: after[name].since(before[name])
                        for name in after}

    def register_all(self, rate, count=None):
        """Who is not registered of the first `count` phones (of all); who
        fails tries again, slower each time. How many are in the end: nearly
        all."""
        count = count or self.count
        report = {}
        for _ in range(TRIES):
            if self.phones.registered >= count:
                break
            report = self.phones.round(
                kind="registration", rate=rate, evenly=True, seconds=0,
                units=count - self.phones.registered, among=count,
                missing=True)
            rate /= 1.5
        if self.phones.registered < NEARLY_ALL * count:
            raise RuntimeError(
                f"{self.name}: only {self.phones.registered} of {count} "
                f"register: {report.get('kinds')}")
        return self.phones.registered

    def stop(self):
        if self.phones:
            self.phones.stop()
        self.block.free()


def write_subscribers(directory, count, edit=None):
    """An import file of as many."""
    path = directory / "load.yaml"
    with open(path, "w") as out:
        subprocess.run([LOAD, "subscribers", "--phones", str(count)],
                       stdout=out, check=True)
    if edit:
        path.write_text(edit(path.read_text()))
    return path.name


class Imsbox(System):
    name = "imsbox"
    foreign = []

    def __init__(self, directory, phones, change=None, subscribers=None,
                 edit_subscribers=None):
        """subscribers: how many, if more than phones; edit_subscribers gets
        the text of their file and answers another."""
        super().__init__(directory, phones)
        self.change = change
        self.subscribers = subscribers or phones
        self.edit_subscribers = edit_subscribers
        self.network = Network(self.directory, self.block,
                               change=self.edit)

    def edit(self, tree):
        # All stands on one host: the MTU of its path is known, and nothing
        # goes over TCP, as nothing of Kamailio's does.
        tree["limits"] = {"datagram_bytes": 65335}
        network = tree["networks"][0]
        network["subscribers"]["import"] = write_subscribers(
            self.directory, self.subscribers, self.edit_subscribers)
        network["nodes"] = [node for node in network["nodes"]
                            if node["name"] not in self.foreign]
        if self.change:
            self.change(tree)

    def begin(self):
        self.network.start()

    def start(self):
        """And waits until all can work."""
        self.begin()
        self.network.wait_ready(300)
        self.find_nodes()

    def find_nodes(self):
        for node in self.network.nodes.values():
            pids = self.nodes.setdefault(node.role, [])
            pids.append(node.process.pid)

    def stop(self):
        super().stop()
        self.network.stop()
        self.network.kill()


class Kamailio(Imsbox):
    """Debian's, as the three CSCFs on our HSS, with the configurations of
    tests/peers."""
    name = "kamailio"
    foreign = ["pcscf1", "icscf1", "scscf1"]
    ENTRY = {
        "pcscf1": {"role": "pcscf"},
        "icscf1": {"role": "icscf", "realm": DOMAIN, "domains": [DOMAIN]},
        "scscf1": {"role": "scscf", "realm": DOMAIN},
    }

    def __init__(self, directory, phones, change=None):
        super().__init__(directory, phones, change)
        self.theirs = [KamailioNode(self.directory, self.block, name,
                                    workers=WORKERS, memory=1024, level=-1,
                                    modules=["ctl", "kex"])
                       for name in self.foreign]

    def edit(self, tree):
        super().edit(tree)
        tree["external"] = [
            {"name": name, "identity": f"{name}.{DOMAIN}", "trust": "mw",
             "host": self.block.address(n), "sip": ["udp:5060"], **entry}
            for n, (name, entry) in enumerate(self.ENTRY.items(), 1)]

    def begin(self):
        self.network.start()
        for node in self.theirs:
            node.start()

    def start(self):
        self.begin()
        self.network.wait_ready(60)
        for node in self.theirs:
            node.wait_ready(30)
        until(self.has_peers, 30, "Kamailio is connected to the HSS")
        self.find_nodes()
        for node in self.theirs:
            self.nodes[node.name[:-1]] = usage.group(node.process.pid)

    def allocated(self):
        """What its processes share, and what they have for themselves."""
        return {node.name[:-1]: node.memory_used() for node in self.theirs}

    def has_peers(self):
        """cdp connects late."""
        peers = self.network.hss.get("/api/v1/peers")
        return sum(peer["open"] for peer in peers) >= 2

    def find_nodes(self):
        self.nodes["hss"] = [self.network.hss.process.pid]

    def stop(self):
        for node in self.theirs:
            node.stop()
        super().stop()


class Floor(System):
    """Bare forwarders (floor.h). Its phones are only their sockets."""
    name = "floor"
    has_registrations = False
    ORDER = {"hss": "H", "pcscf": "P", "icscf": "I", "scscf": "S"}

    def start(self):
        self.processes = []
        for node, letter in self.ORDER.items():
            process = subprocess.Popen([FLOOR, letter, str(self.block)])
            self.processes.append(process)
            self.nodes[node] = [process.pid]

    def open_phones(self, **options):
        super().open_phones(program=FLOOR_LOAD, **options)

    def register_all(self, rate, count=None):
        return count

    def stop(self):
        super().stop()
        for process in self.processes:
            stop(process, 5)
