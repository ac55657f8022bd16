#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a unit costs imsbox, Kamailio and the floor, in one run.

usage: tests/bench/bench.py [--quick | --smoke] [--seconds N] [--rounds N]
                            [--phones N] [--units LIST] [--systems LIST]
                            [--out DIR] [--write]

Three systems run at once, each with phones of its own; one at a time is
loaded. For each kind of unit first the light load, then each system's highest
rate without a failure is looked for, then half of it and all of it are
measured, the systems taking turns; a rate at which a unit fails after all is
lowered, and measured again. docs/bench.md tells how to read it. A part that
fails is told and left out, the rest goes on. Leaves bench.json and bench.svg
in DIR; --write puts them, and the table, into docs.
--smoke: does it run at all? Nothing is looked for, the figures mean nothing.
"""
import argparse
import json
import math
import sys
import time
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import chart  # noqa: E402
import machine  # noqa: E402
import start_and_memory  # noqa: E402
import systems  # noqa: E402
import table  # noqa: E402

UNITS = ["registration", "re-registration", "call", "message", "mix"]
LIGHT = {"registration": 100, "re-registration": 100, "call": 50,
         "message": 100, "mix": 100}
LATE_US = 250_000  # 99 of 100 units must be faster, or it does not keep up
STEP, NEAR = 1.3, 1.15
PROBES = 7
LOWER, LOWERED_MOST = 0.9, 12


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def failures(report):
    kinds = report["kinds"].values()
    return report["unsent"] + report["unreadable"] + sum(
        kind["begun"] - kind["done"] + kind["skipped"] for kind in kinds)


def keeps_up(report):
    """No unit failed, and hardly any had to wait."""
    return not failures(report) and report["latency_us"]["p99"] < LATE_US


def done(report):
    return sum(kind["done"] for kind in report["kinds"].values())


def run(system, unit, rate, seconds):
    """One round, as it goes into the result."""
    report, cost = system.measure(kind=unit, rate=round(rate), seconds=seconds)
    units = max(done(report), 1)
    return {
        "rate": round(rate),
        "units": units,
        "failures": failures(report),
        "sent_again": sum(kind["sent_again"]
                          for kind in report["kinds"].values()),
        "keeps_up": keeps_up(report),
        "latency_us": report["latency_us"],
        "nodes": {name: asdict(used.each(units))
                  for name, used in cost.items()},
        "phones_us": (report["user_us"] + report["system_us"]) / units,
    }


def cscfs(result):
    """Microseconds a unit, of the three CSCFs."""
    return sum(result["nodes"][name]["cpu_us"] for name in systems.CSCFS)


def guess(light):
    """The rate at which the machine's processors would be full, and a bit
    less: where the search begins. Under load a unit costs half."""
    all_us = light["phones_us"] + sum(node["cpu_us"]
                                      for node in light["nodes"].values())
    return machine.processors() * 1e6 / (all_us / 2) * 0.6


def highest(system, unit, first, seconds):
    """The highest rate without a failure, to about an eighth; of short
    rounds, so that it is lowered later."""
    def holds(rate):
        # Once more when it did not: the machine may have been elsewhere.
        return any(run(system, unit, rate, seconds)["keeps_up"]
                   for _ in range(2))

    rate, good, bad = first, None, None
    for _ in range(PROBES):
        if holds(rate):
            good = rate
        else:
            bad = rate
        if good and bad and bad / good < NEAR:
            break
        rate = (math.sqrt(good * bad) if good and bad else
                rate * STEP if good else rate / STEP)
    return good or rate


class Bench:
    def __init__(self, options):
        self.options = options
        self.out = options.out
        self.systems = []
        self.result = {"units": {}, "failed": []}

    def attempt(self, what, do, *arguments):
        """What it answers; None when it fails, which the result then says."""
        try:
            return do(*arguments)
        except Exception as error:  # whatever it is, the rest goes on
            say(f"{what} FAILED: {error!r}"[:600])
            self.result["failed"].append(f"{what}: {error!r}"[:300])
            return None

    def start(self):
        for kind in (systems.Imsbox, systems.Kamailio, systems.Floor):
            if kind.name not in self.options.systems:
                continue
            system = kind(self.out, self.options.phones)
            self.systems.append(system)
            if not self.attempt(f"start of {system.name}", self.start_one,
                                system):
                self.systems.remove(system)
                self.attempt(f"stop of {system.name}", system.stop)

    def start_one(self, system):
        system.start()
        system.open_phones(timeout=4)
        registered = system.register_all(300)
        say(f"{system.name} runs, {registered} of {self.options.phones} "
            "phones are registered")
        return True

    def light(self):
        for unit in self.options.units:
            for _ in range(self.options.rounds):
                for system in self.systems:
                    self.measure(system, unit, "light", LIGHT[unit])

    def loaded(self, unit):
        able = [system for system in self.systems
                if self.attempt(f"highest {unit} of {system.name}",
                                self.find_highest, system, unit)]
        for _ in range(LOWERED_MOST):
            self.half_and_full(able, unit)
            able = [system for system in able if self.lower(system, unit)]
            if not able:
                break
        for _ in range(self.options.rounds):
            self.equal(unit)

    def find_highest(self, system, unit):
        """True: `highest` of the system and unit is known."""
        of = self.of(system, unit)
        of["highest"] = LIGHT[unit]
        if self.options.smoke:
            return True
        of["highest"] = highest(system, unit, guess(of["light"][0]),
                                self.options.search)
        for _ in range(LOWERED_MOST):
            self.register_again(system, unit)
            if run(system, unit, of["highest"],
                   self.options.seconds)["keeps_up"]:
                break
            of["highest"] *= LOWER
        say(f"{unit}: {system.name} carries {of['highest']:.0f}/s")
        return True

    def register_again(self, system, unit):
        """Whom a rate that was too high has left without a registration."""
        system.register_all(self.of(system, unit)["highest"] / 4)

    def half_and_full(self, able, unit):
        for _ in range(self.options.rounds):
            for level, part in (("half", 0.5), ("full", 1)):
                for system in able:
                    self.measure(system, unit, level,
                                 self.of(system, unit)["highest"] * part)

    def equal(self, unit):
        """imsbox once more, at half of what Kamailio carries."""
        theirs = self.result["units"].get(unit, {}).get("kamailio", {})
        for system in self.systems:
            if system.name == "imsbox" and "highest" in theirs:
                self.measure(system, unit, "equal", theirs["highest"] * 0.5)

    def lower(self, system, unit):
        """False: no unit failed in the rounds that count, and it kept up at
        full load. Else they are forgotten, and the rate lowered."""
        of = self.of(system, unit)
        if (all(result["keeps_up"] for result in of.get("full", []))
                and not any(result["failures"]
                            for result in of.get("half", []))):
            return False
        of["lowered"] = of.get("lowered", 0) + 1
        if of["lowered"] == LOWERED_MOST or self.options.smoke:
            return False
        of["highest"] *= LOWER
        for level in ("half", "full"):
            of.pop(level, None)
        say(f"{unit}: {system.name} failed, it carries {of['highest']:.0f}/s")
        return self.attempt(f"registrations of {system.name}",
                            self.register_again, system, unit) or True

    def of(self, system, unit):
        units = self.result["units"].setdefault(unit, {})
        return units.setdefault(system.name, {})

    def measure(self, system, unit, level, rate):
        result = self.attempt(f"{level} {unit} of {system.name}", run, system,
                              unit, rate, self.options.seconds)
        if not result:
            return
        self.of(system, unit).setdefault(level, []).append(result)
        say(f"{unit:16} {system.name:9} {level:5} {result['rate']:6}/s "
            f"{cscfs(result):7.0f} us  p99 "
            f"{result['latency_us']['p99'] / 1000:8.1f} ms"
            + (f"  {result['failures']} FAILED" if result["failures"] else ""))

    def stop(self):
        for system in self.systems:
            self.attempt(f"stop of {system.name}", system.stop)
        self.systems = []

    def apart(self):
        """What wants systems of its own: start, and memory."""
        starts, memory = {}, {}
        for name in start_and_memory.KINDS:
            if name not in self.options.systems:
                continue
            starts[name] = self.attempt(
                f"start to first registration of {name}",
                start_and_memory.start_s, self.out, name)
            carries = self.result["units"].get("registration", {}).get(
                name, {}).get("highest")
            memory[name] = self.attempt(
                f"memory of {name}", start_and_memory.per_subscriber,
                self.out, name, 4000 if self.options.quick else 8000, carries)
            say(f"{name}: first registration after {starts[name]} s, bytes a "
                f"subscriber {memory[name]}")
        self.result |= {"start_s": starts, "subscriber_bytes": memory}


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--phones", type=int)
    parser.add_argument("--units")
    parser.add_argument("--systems", default="imsbox,kamailio,floor")
    parser.add_argument("--out", type=Path,
                        default=systems.BIN.parent / "bench")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    quick = options.quick
    usual = {"seconds": 1.5 if quick else 2.5, "rounds": 1 if quick else 3,
             "phones": 600 if quick else 2000}
    for name, value in usual.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.search = 1 if quick else 1.5
    options.units = (options.units.split(",") if options.units else
                     ["registration", "call", "message"] if quick else UNITS)
    options.systems = options.systems.split(",")
    return options


def main(argv):
    options = parse(argv)
    began = time.monotonic()
    bench = Bench(options)
    bench.result |= {"machine": machine.describe(),
                     "versions": machine.versions(), "seconds": options.seconds,
                     "phones": options.phones, "when": time.strftime("%F")}
    bench.out.mkdir(parents=True, exist_ok=True)
    try:
        bench.start()
        bench.light()
        for unit in options.units:
            bench.loaded(unit)
    finally:
        bench.stop()
    if not options.smoke:
        bench.apart()
    bench.result["took_s"] = round(time.monotonic() - began)
    (bench.out / "bench.json").write_text(
        json.dumps(bench.result, indent=1) + "\n")
    text = table.markdown(bench.result)
    (bench.out / "bench.svg").write_text(chart.draw(bench.result))
    print(text)
    if options.write:
        table.publish(text, bench.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
