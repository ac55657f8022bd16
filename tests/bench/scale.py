#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a unit costs as a network grows, and what memory and disk it takes.

usage: tests/bench/scale.py [--most N] [--seconds N] [--only LIST] [--out DIR]
                            [--write]

Each part starts networks of its own, grows one thing by powers of ten up to
--most, and fits the exponent b of cost = a * size^b: 0 is flat, 1 is as the
size. A part that fails is told and left where it was, the rest goes on.
Leaves scale.json in DIR; --write puts the tables into docs/bench.md.
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
from start_and_memory import LIVES_S, short  # noqa: E402

RATES = {"registration": 200, "re-registration": 200, "call": 100,
         "message": 200}
GROW_RATE = 600
MEASURED_FROM = 10000
SEARCH_S = 1.5
TOLERATED = 0.01  # failures, on a machine that does something else too
TRIES = 4
SHARED = 10  # phones a socket: a process has only so many descriptors
BEGIN, END = "<!-- scale -->\n", "<!-- /scale -->\n"
NODES = systems.CSCFS + ["hss"]


def say(*words, began=time.monotonic()):
    at = time.monotonic() - began
    print(f"{at // 60:3.0f}:{at % 60:02.0f} ", *words, file=sys.stderr,
          flush=True)


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
    """{unit: {node: microseconds}}; a round with failures is done again."""
    of = {}
    for unit in units:
        for left in reversed(range(TRIES)):
            report, used = system.measure(kind=unit, rate=RATES[unit],
                                          seconds=system.seconds, among=among)
            if is_fine(report):
                break
            say(f"{unit}: {bench.failures(report)} failed"
                + (", again" if left else ""))
            system.register_all(GROW_RATE / 4, among)
        of[unit] = {name: used[name].cpu_us / max(bench.done(report), 1)
                    for name in NODES}
    return of


def is_fine(report):
    begun = sum(kind["begun"] for kind in report["kinds"].values())
    return bench.failures(report) <= TOLERATED * begun


class Network:
    """A core that stops when it is done with."""

    def __init__(self, options, phones, at_once=0, **more):
        """at_once: units that may run at a time; 0: as phones are."""
        self.at_once = {"at-once": at_once} if at_once else {}
        self.system = systems.Imsbox(options.out / "scale", phones, **more)
        self.system.seconds = options.seconds

    def __enter__(self):
        began = time.monotonic()
        try:
            self.system.start()
            self.started_s = time.monotonic() - began
            self.system.open_phones(each=SHARED, **self.at_once)
        except BaseException:
            self.system.stop()
            raise
        return self.system

    def __exit__(self, *_):
        self.system.stop()


# ---- the parts --------------------------------------------------------------

def subscribers(options, rows):
    """How many the HSS knows."""
    for size in powers(options.most):
        network = Network(options, 100, subscribers=size)
        with network as system:
            files = system.directory.glob("box.db*")
            disk = sum(path.stat().st_size for path in files)
            say(f"{size:,} subscribers: ready after {network.started_s:.1f} s, "
                f"{disk / size:,.0f} bytes of disk each")
            system.register_all(100)
            rows.append({"size": size, "start_s": network.started_s,
                         "disk_bytes": disk / size,
                         "units": costs(system, ["registration", "call",
                                                 "message"], 100)})
    return [f"{rows[-1]['size']:,} subscribers: imported from an empty store "
            f"and ready after {rows[-1]['start_s']:.1f} s; "
            f"{rows[-1]['disk_bytes']:,.0f} bytes of disk each."]


def quiet_memory(system):
    """Of each node, when the transactions that led here are gone."""
    time.sleep(LIVES_S)
    return system.memory()


def users(options, rows):
    """How many are registered."""
    most = min(options.most, 100000)
    with Network(options, most, change=short) as system:
        for size in powers(most):
            have = system.register_all(GROW_RATE, size)
            memory = quiet_memory(system)
            say(f"{have:,} users are registered, memory {told(memory)}")
            rows.append({"size": size, "have": have, "memory": memory,
                         "units": costs(system, ["re-registration", "call",
                                                 "message"], size)})
    return [memory_note(rows, "registered user", ["pcscf", "scscf", "icscf"])]


def calls(options, rows):
    """How many calls are in progress."""
    most = min(options.most, 100000)
    with Network(options, 1000, change=short, at_once=most + 20000) as system:
        system.register_all(GROW_RATE)
        have = 0
        for size in powers(most):
            have = more_calls(system, size, have, "talking")
            memory = quiet_memory(system)
            say(f"{have:,} calls are in progress, memory {told(memory)}")
            rows.append({"size": size, "have": have, "memory": memory,
                         "units": costs(system, ["call", "message"], 1000)})
    return [memory_note(rows, "established call", systems.CSCFS),
            ringing(options)]


def told(memory):
    return ", ".join(f"{name} {number / 1e6:.1f} MB"
                     for name, number in memory.items())


def more_calls(system, size, have, where):
    """Until nearly as many are there; how many are."""
    for n in range(TRIES):
        report = system.phones.round(
            kind="call", rate=GROW_RATE / 1.5 ** n, evenly=True, seconds=0,
            units=size - have, stay=where)
        have += report["kinds"]["call"]["done"]
        if have == size:
            return have
        say(f"{size - have:,} calls failed, again")
    if have < systems.NEARLY_ALL * size:
        raise RuntimeError(f"only {have} of {size} calls: {report['kinds']}")
    return have


def ringing(options):
    """A note. Who rings is given up after three minutes."""
    sizes = [size for size in (options.most // 10, options.most)
             if size <= MEASURED_FROM] or [MEASURED_FROM // 10, MEASURED_FROM]
    rows, have = [], 0
    with Network(options, 1000, change=short,
                 at_once=2 * MEASURED_FROM) as system:
        system.register_all(GROW_RATE)
        quiet_memory(system)
        for size in sizes:
            have = more_calls(system, size, have, "ringing")
            rows.append({"size": size, "have": have,
                         "memory": system.memory()})
            say(f"{have:,} calls ring, memory {told(rows[-1]['memory'])}")
    return memory_note(rows, "ringing call", systems.CSCFS)


def memory_note(rows, what, nodes):
    """Of the last growth, so that what is there anyhow does not count."""
    if len(rows) < 2:
        return f"Memory of a {what}: not measured."
    a, b = rows[-2:]
    more = b["have"] - a["have"]
    each = {name: (b["memory"][name] - a["memory"][name]) / more
            for name in nodes}
    return (f"Memory of {'an' if what[0] in 'aeiou' else 'a'} {what}, from "
            f"{a['have']:,} to {b['have']:,}: " + ", ".join(
                f"{name} {number:,.0f}" for name, number in each.items())
            + f"; together {sum(each.values()):,.0f} bytes.")


def ifcs(options, rows):
    """How many filter criteria a profile has, none of which match."""
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
            system.register_all(100)
            rows.append({"size": size, "units": costs(
                system, ["registration", "call", "message"], 100)})
        say(f"{size} iFCs a profile")
    return []


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


def several(options, rows, role, counts):
    for size in counts:
        with Network(options, 1000, change=more_of(role, size)) as system:
            proxies = [f"{node.host}:5060"
                       for node in system.network.nodes.values()
                       if node.role == "pcscf"]
            system.phones.stop()
            system.open_phones(each=1, proxy=",".join(proxies), timeout=4)
            system.register_all(300)
            row = {"size": size, "units": costs(
                system, ["registration", "call", "message"], 1000)}
            row["highest"] = {
                unit: bench.highest(system, unit, first, SEARCH_S)
                for unit, first in (("registration", 2000), ("call", 1000))}
            rows.append(row)
        say(f"{size} {role}: carries {row['highest']}")
    return [f"{row['size']}: carries " + ", ".join(
        f"{rate:,.0f} {unit}s/s" for unit, rate in row["highest"].items())
        + "." for row in rows]


def scscfs(options, rows):
    """S-CSCFs, over all of which each figure is the sum."""
    return several(options, rows, "scscf", (1, 2, 4))


def pcscfs(options, rows):
    """P-CSCFs."""
    return several(options, rows, "pcscf", (1, 2))


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
                  "unit, and the exponent:", ""]
        if rows:
            parts += [*table.rows(
                ["unit", "node", *(f"{row['size']:,}" for row in rows),
                 "exponent"], lines_of(rows)), ""]
        parts += [f"- {note}" for note in part["notes"]]
    return "\n".join(parts) + f"\n\nTook {result['took_s'] / 60:.0f} minutes.\n"


def measure(name, options):
    """A part; its rows as far as it came."""
    rows = []
    say(f"--- {name}")
    try:
        notes = PARTS[name](options, rows)
    except Exception as error:  # whatever it is, the rest goes on
        say(f"{name} FAILED: {error!r}"[:600])
        notes = [f"FAILED after {len(rows)} sizes: {error!r}"[:300]]
    return {"rows": rows, "notes": notes}


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
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for name in options.only.split(","):
        result["parts"][name] = measure(name, options)
        result["took_s"] = round(time.monotonic() - began)
        (options.out / "scale.json").write_text(
            json.dumps(result, indent=1) + "\n")
    text = markdown(result)
    print(text)
    if options.write:
        table.put(text, BEGIN, END)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
