# SPDX-License-Identifier: MIT
"""From the start of all four processes to the first registration, and what a
registered subscriber takes in the CSCFs."""
import statistics
import time

import systems

STARTS = 3
RATE = 300
LINGER_S = 15  # transactions have ended, see `short`


def short(tree):
    """Transactions stay for 64 T1, the record is full at once: what they take
    is no subscriber's."""
    tree["timers"]["t1"] = "200ms"
    tree["limits"]["record_bytes"] = "1MiB"


def kinds(names):
    return [kind for kind in (systems.Imsbox, systems.Kamailio)
            if kind.name in names]


def first_registration(directory, kind):
    system = kind(directory, 20)
    try:
        system.open_phones(timeout=0.03)
        began = time.monotonic()
        system.begin()
        while time.monotonic() < began + 30:
            report = system.phones.round(kind="registration", seconds=0,
                                         units=1)
            if report["kinds"]["registration"]["done"]:
                return time.monotonic() - began
        raise AssertionError(f"{kind.name} registers nobody")
    finally:
        system.stop()


def per_subscriber(directory, kind, count):
    """Bytes each node grows by, for each of `count` who register after so
    many that as many transactions live as ever will."""
    warm = RATE * LINGER_S
    system = kind(directory, count + warm, change=short)
    try:
        system.start()
        system.open_phones()
        _, before = settled(system, warm)
        registered, after = settled(system, count)
        return {name: round((after[name] - before[name]) / registered)
                for name in systems.CSCFS}
    finally:
        system.stop()


def settled(system, count):
    """How many of `count` more registered, and the memory then."""
    report = system.phones.round(kind="registration", rate=RATE, evenly=True,
                                 seconds=0, units=count)
    registered = report["kinds"]["registration"]["done"]
    assert registered > 0.95 * count, report
    time.sleep(LINGER_S)
    return registered, system.memory()


def measure(directory, names, count):
    directory = directory / "apart"
    return {
        "start_s": {kind.name: statistics.median(
            first_registration(directory, kind) for _ in range(STARTS))
            for kind in kinds(names)},
        "subscriber_bytes": {kind.name: per_subscriber(directory, kind, count)
                             for kind in kinds(names)},
    }
