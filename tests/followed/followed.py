# SPDX-License-Identifier: MIT
"""What being followed by the dashboard costs the nodes.

usage: followed.py [--viewers N] [--rounds N] [--calls N] [--seconds N]
                   [--together] [--out DIR] [--write]

One network of four nodes runs all the time and carries the same calls. A
dashboard with its viewers is attached and detached, in rounds of four phases:
alone, followed, followed, alone. Compared are neighbours: the nodes' processor
time a call with followers to that without, so that what a machine does in the
course of minutes strikes both. Neighbours of one kind, compared as well, tell
what such a comparison is worth.

Nodes and phones have a processor of their own, and so has who follows: viewers
live elsewhere, and what they and the dashboard do to the caches of a processor
is no work of the nodes. --together lets all share all.
"""
import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

import machine  # noqa: E402
import systems  # noqa: E402
import told  # noqa: E402
import usage  # noqa: E402
from viewers import Viewers  # noqa: E402
from waiting import stop, until  # noqa: E402

ROUND = ["alone", "followed", "followed", "alone"]
PHONES, REGISTRATIONS = 400, 200  # so many, so many a second
# Longer than an ended transaction is kept: as many go as come.
WARM_S = 36
SETTLE_S = 3  # of calls, after who follows has come or gone


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Followed(systems.Imsbox):
    """A network, and who may follow it."""
    name = "followed"

    def edit(self, tree):
        super().edit(tree)
        tree["dashboard"] = f"{self.block.address(5)}:8080"

    def attach(self, count):
        self.dashboard = subprocess.Popen(
            [systems.BIN / "imsbox", "dashboard", self.network.path],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        until(self.is_followed, 10, "the dashboard hears all nodes")
        self.viewers = Viewers(
            (self.block.address(5), 8080),
            [f"user{n:06}" for n in range(count - 1)])

    def ask(self, path):
        url = f"http://{self.block.address(5)}:8080{path}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()

    def is_followed(self):
        try:
            told_by = json.loads(self.ask("/api/v1/network"))
        except OSError:
            return False
        return all(node["state"] == "alive"
                   for network in told_by["networks"]
                   for node in network["nodes"])

    def detach(self):
        """What came of the viewers."""
        lost = self.viewers.lost
        dropped = self.viewers.end()
        stop(self.dashboard, 10)
        return {"viewers_lost": lost, "slow_dropped": dropped}

    def call(self, calls, seconds):
        return self.measure(kind="call", rate=calls, evenly=True,
                            seconds=seconds)


def phase(system, way, o):
    """What a call cost in it."""
    after = {}
    if way == "followed":
        system.attach(o.viewers)
    system.call(o.calls, SETTLE_S)
    if way == "followed":
        before = usage.of_process(system.dashboard.pid)
        received = system.viewers.received
    began = time.monotonic()
    report, cost = system.call(o.calls, o.seconds)
    took = time.monotonic() - began
    done = max(report["kinds"]["call"]["done"], 1)
    if way == "followed":
        used = usage.of_process(system.dashboard.pid).since(before)
        after = {"dashboard_us": used.cpu_us / done,
                 "dashboard_share": used.cpu_us / 1e6 / took,
                 "viewer_bytes_s":
                     (system.viewers.received - received) / o.viewers / took,
                 **system.detach()}
    return {"way": way, "calls": done,
            "failed": report["kinds"]["call"]["begun"] - done,
            "nodes": {name: asdict(used.each(done))["cpu_us"]
                      for name, used in cost.items()}, **after}


def stay_on(processors, o):
    """This process, and those that it starts from now on."""
    if not o.together:
        os.sched_setaffinity(0, processors)


def measure(o):
    first, *others = sorted(os.sched_getaffinity(0))
    system = Followed(o.out, PHONES)
    phases = []
    try:
        stay_on({first}, o)
        system.start()
        system.open_phones()
        stay_on(others or {first}, o)
        system.register_all(REGISTRATIONS)
        say(f"{WARM_S} s of calls before anything is measured")
        system.call(o.calls, WARM_S)
        for number in range(o.rounds):
            for way in ROUND:
                phases.append(phase(system, way, o))
                say(f"round {number + 1} of {o.rounds}, {way}: "
                    f"{told.nodes_us(phases[-1]):.0f} us a call")
    finally:
        system.stop()
    return phases


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--out", type=Path,
                        default=systems.BIN.parent / "followed")
    parser.add_argument("--write", action="store_true")
    o = parser.parse_args(argv)
    result = {"machine": machine.describe(), "versions": machine.versions(),
              "when": time.strftime("%Y-%m-%d"), "viewers": o.viewers,
              "calls": o.calls, "seconds": o.seconds,
              "together": o.together, "phases": measure(o)}
    (o.out / "followed.json").write_text(json.dumps(result, indent=1) + "\n")
    text = told.markdown(result)
    print(text)
    if o.write:
        told.publish(text)
    return 0 if told.is_fine(result) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
