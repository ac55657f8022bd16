#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How much one processor's load is worth: registrations with AKA, calls and
the rest from tens of thousands of phones, against a bare reflector on another
processor.

usage: tests/bench/reflector.py [--rate N] [--seconds N] [--phones N]
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from systems import LOAD, Block, Phones  # noqa: E402

EACH = 4  # phones a socket: a process may have 20,000 descriptors here
KINDS = ["registration", "re-registration", "call", "message", "mix"]


def pin(number):
    """To one processor, as far as there are several."""
    cpus = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cpus[number % len(cpus)])]


def show(kind, report, rate):
    units = sum(of["done"] for of in report["kinds"].values())
    failed = sum(of["begun"] - of["done"] + of["skipped"]
                 for of in report["kinds"].values())
    each = (report["user_us"] + report["system_us"]) / max(units, 1)
    latency = report["latency_us"]
    print(f"{kind:16}{rate:8,.0f}{units:10,}{failed:8,}{each:10.1f}"
          f"{1e6 / each:12,.0f}   " + " ".join(
              f"{latency[name] / 1000:8.2f}" for name in
              ("p50", "p90", "p99", "max")), flush=True)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rate", type=float, default=10000)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--phones", type=int, default=40000)
    options = parser.parse_args(argv)
    block = Block()
    where = ["--proxy", f"{block.address(1)}:5060", "--first",
             f"{block.address(100)}:20000", "--phones", str(options.phones),
             "--each", str(EACH)]
    reflector = subprocess.Popen([*pin(1), LOAD, "reflect", *where])
    time.sleep(0.3)
    phones = Phones([*pin(0), LOAD, "obey", *where], None)
    print(f"{options.phones:,} phones; microseconds of processor a unit, and "
          "what one processor is worth; milliseconds:\n"
          f"{'':16}{'units/s':>8}{'done':>10}{'failed':>8}{'us each':>10}"
          f"{'one does/s':>12}   " + " ".join(
              f"{name:>8}" for name in ("p50", "p90", "p99", "max")))
    try:
        for kind in KINDS:
            if kind == "re-registration":
                phones.round(kind="registration", rate=options.rate,
                             evenly=True, seconds=0, units=options.phones)
            show(kind, phones.round(kind=kind, rate=options.rate,
                                    seconds=options.seconds), options.rate)
    finally:
        phones.stop()
        reflector.terminate()
        reflector.wait(5)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
