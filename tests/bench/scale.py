#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a unit costs as a network grows, and what memory and disk it takes.

usage: tests/bench/scale.py [--most N] [--seconds N] [--only LIST] [--out DIR]
                            [--write]

Each part starts networks of its own, grows one thing by powers of ten up to
--most, and fits the exponent b of cost = a * size^b: 0 is flat, 1 is as the
size. Leaves scale.json in DIR; --write puts the tables into docs/bench.md.
"""
import argparse
import json
import math
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench  # noqa: E402
import machine  # noqa: E402
import systems  # noqa: E402
import table  # noqa: E402
from start_and_memory import LINGER_S, short  # noqa: E402

RATES = {"registration": 200, "re-registration": 200, "call": 100,
         "message": 200}
GROW_RATE = 500
TOLERATED = 0.01  # failures, on a machine that does something else too
SHARED = 10  # phones a socket: a process has only so many descriptors
BEGIN, END = "<!-- scale -->\n", "<!-- /scale -->\n"
NODES = systems.CSCFS + ["hss"]


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def powers(most, first=100):
    while first <= most:
        yield first
        first *= 10


def exponent(points):
    """Of the least squares' line through the logarithms."""
    points = [(math.log(size), math.log(value)) for size, value in points
              if size > 0 and value > 0]
    if len(points) < 2:
        return None
    x = sum(a for a, _ in points) / len(points)
    y = sum(b for _, b in points) / len(points)
    return (sum((a - x) * (b - y) for a, b in points)
            / sum((a - x) ** 2 for a, _ in points))


def costs(system, units, among):
    """{unit: {node: microseconds}}"""
    of = {}
    for unit in units:
        report, used = system.measure(kind=unit, rate=RATES[unit],
                                      seconds=system.seconds, among=among)
        check(report)
        of[unit] = {name: used[name].cpu_us / bench.done(report)
                    for name in NODES}
    return of


def registered(system, first, count, rate=GROW_RATE):
    """Phones first to count."""
    report = system.phones.round(
        kind="registration", rate=rate, evenly=True, seconds=0,
        units=count - first, among=count)
    check(report)


def check(report):
    begun = sum(kind["begun"] for kind in report["kinds"].values())
    assert bench.failures(report) <= TOLERATED * begun, report


class Network:
    """A core that stops when it is done with."""

    def __init__(self, options, phones, **more):
        self.system = systems.Imsbox(options.out / "scale", phones, **more)
        self.system.seconds = options.seconds

    def __enter__(self):
        began = time.monotonic()
        self.system.start()
        self.started_s = time.monotonic() - began
        self.system.open_phones(each=SHARED)
        return self.system

    def __exit__(self, *_):
        self.system.stop()


# ---- the parts --------------------------------------------------------------

def subscribers(options):
    """How many the HSS knows."""
    rows = []
    for size in powers(options.most):
        network = Network(options, 100, subscribers=size)
        with network as system:
            files = system.directory.glob("box.db*")
            disk = sum(path.stat().st_size for path in files)
            registered(system, 0, 100, rate=100)
            rows.append({"size": size, "start_s": network.started_s,
                         "disk_bytes": disk / size,
                         "units": costs(system, ["registration", "call",
                                                 "message"], 100)})
        say(f"{size:,} subscribers: ready after {network.started_s:.1f} s, "
            f"{disk / size:,.0f} bytes of disk each")
    return {"rows": rows, "notes": [
        f"{rows[-1]['size']:,} subscribers: imported from an empty store and "
        f"ready after {rows[-1]['start_s']:.1f} s; "
        f"{rows[-1]['disk_bytes']:,.0f} bytes of disk each."]}


def users(options):
    """How many are registered."""
    most = min(options.most, 100000)
    rows = []
    with Network(options, most, change=short) as system:
        before = 0
        for size in powers(most):
            registered(system, before, size)
            time.sleep(LINGER_S)
            rows.append({"size": size, "memory": system.memory(),
                         "units": costs(system, ["re-registration", "call",
                                                 "message"], size)})
            say(f"{size:,} users are registered")
            before = size
    return {"rows": rows, "notes": [
        memory_note(rows, "registered user", ["pcscf", "scscf", "icscf"])]}


def calls(options):
    """How many calls are in progress."""
    most = min(options.most, 100000)
    rows = []
    with Network(options, 1000, change=short) as system:
        registered(system, 0, 1000)
        before = 0
        for size in powers(most):
            stays(system, size - before, "talking")
            time.sleep(LINGER_S)
            rows.append({"size": size, "memory": system.memory(),
                         "units": costs(system, ["call", "message"], 1000)})
            say(f"{size:,} calls are in progress")
            before = size
    return {"rows": rows, "notes": [
        memory_note(rows, "established call", systems.CSCFS),
        ringing(options)]}


def stays(system, count, where):
    report = system.phones.round(kind="call", rate=GROW_RATE / 2, evenly=True,
                                 seconds=0, units=count, stay=where)
    check(report)


def ringing(options):
    """A note."""
    sizes = [1000, 10000]
    rows = []
    with Network(options, 1000, change=short) as system:
        registered(system, 0, 1000)
        for size, more in zip(sizes, (sizes[0], sizes[1] - sizes[0])):
            stays(system, more, "ringing")
            time.sleep(LINGER_S)
            rows.append({"size": size, "memory": system.memory()})
    return memory_note(rows, "ringing call", systems.CSCFS)


def memory_note(rows, what, nodes):
    """Of the last growth, so that what is there anyhow does not count."""
    if len(rows) < 2:
        return f"Memory of a {what}: not measured."
    a, b = rows[-2:]
    more = b["size"] - a["size"]
    each = {name: (b["memory"][name] - a["memory"][name]) / more
            for name in nodes}
    return (f"Memory of {'an' if what[0] in 'aeiou' else 'a'} {what}, from "
            f"{a['size']:,} to {b['size']:,}: " + ", ".join(
                f"{name} {number:,.0f}" for name, number in each.items())
            + f"; together {sum(each.values()):,.0f} bytes.")


def ifcs(options):
    """How many filter criteria a profile has, none of which match."""
    rows = []
    for size in (1, 10, 100):
        def many(text, size=size):
            criteria = "".join(
                f"      - priority: {n}\n"
                f"        server: sip:as{n}.ims.example\n"
                "        when: [{group: 0, method: PUBLISH}]\n"
                for n in range(1, size + 1))
            return ("profiles:\n  - name: many\n    ifc:\n" + criteria
                    + text.replace("\"aka\":", "\"profile\": \"many\", "
                                   "\"aka\":"))
        with Network(options, 100, edit_subscribers=many) as system:
            registered(system, 0, 100, rate=100)
            rows.append({"size": size, "units": costs(
                system, ["registration", "call", "message"], 100)})
        say(f"{size} iFCs a profile")
    return {"rows": rows, "notes": []}


def more_of(role, count):
    """Edits a tree so that it has so many nodes of the role."""
    def change(tree):
        nodes = tree["networks"][0]["nodes"]
        one = next(node for node in nodes if node["role"] == role)
        base = one["host"].rsplit(".", 1)[0]
        for n in range(2, count + 1):
            nodes.append({**one, "name": f"{role}{n}",
                          "host": f"{base}.{10 * n + int(one['name'][-1])}"})
    return change


def several(options, role, counts):
    rows = []
    for size in counts:
        with Network(options, 1000, change=more_of(role, size)) as system:
            proxies = [f"{node.host}:5060"
                       for node in system.network.nodes.values()
                       if node.role == "pcscf"]
            system.phones.stop()
            system.open_phones(each=1, proxy=",".join(proxies), timeout=4)
            registered(system, 0, 1000, rate=300)
            row = {"size": size, "units": costs(
                system, ["registration", "call", "message"], 1000)}
            row["highest"] = {
                unit: bench.highest(system, unit, first, 2)
                for unit, first in (("registration", 1000), ("call", 500))}
            rows.append(row)
        say(f"{size} {role}")
    return {"rows": rows, "notes": [
        f"{row['size']}: carries " + ", ".join(
            f"{rate:,.0f} {unit}s/s" for unit, rate in row["highest"].items())
        + "." for row in rows]}


def scscfs(options):
    """S-CSCFs, over all of which each figure is the sum."""
    return several(options, "scscf", (1, 2, 4))


def pcscfs(options):
    """P-CSCFs."""
    return several(options, "pcscf", (1, 2))


PARTS = {"subscribers": subscribers, "users": users, "calls": calls,
         "ifcs": ifcs, "scscfs": scscfs, "pcscfs": pcscfs}


# ---- the tables -------------------------------------------------------------

def lines_of(rows):
    """A line a unit and node: the cost at each size, and the exponent."""
    for unit in rows[0]["units"]:
        for node in NODES + ["all"]:
            values = [sum(row["units"][unit].values()) if node == "all"
                      else row["units"][unit][node] for row in rows]
            b = exponent([(row["size"], value)
                          for row, value in zip(rows, values)])
            yield [unit, node, *(f"{value:.0f}" for value in values),
                   "—" if b is None else f"{b:+.2f}"]


def markdown(result):
    parts = []
    for name, part in result["parts"].items():
        rows = part["rows"]
        parts += ["", f"**{PARTS[name].__doc__}** Microseconds of processor a "
                  "unit, and the exponent:", "", *table.rows(
                      ["unit", "node", *(f"{row['size']:,}" for row in rows),
                       "exponent"], lines_of(rows)), ""]
        parts += [f"- {note}" for note in part["notes"]]
    return "\n".join(parts) + "\n"


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--most", type=int, default=1000000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--out", type=Path,
                        default=systems.BIN.parent / "bench")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    result = {"machine": machine.describe(), "versions": machine.versions(),
              "parts": {}}
    for name in options.only.split(","):
        result["parts"][name] = PARTS[name](options)
        (options.out / "scale.json").write_text(
            json.dumps(result, indent=1) + "\n")
    text = markdown(result)
    print(text)
    if options.write:
        table.put(text, BEGIN, END)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
