# SPDX-License-Identifier: MIT
"""From the start of all four processes to the first registration, and what a
registered subscriber takes in the CSCFs."""
import statistics
import time

import systems

STARTS = 3
RATE = 300
SHARE = 0.25  # of the rate that a system carries, when that is less
LIVES_S = 15  # longer than transactions do, see `short`


def short(tree):
    """Transactions stay for 64 T1, the record is full at once. Memory is
    compared at two moments of one rate, when as many transactions live: what
    they take is no subscriber's, and none of it stands empty."""
    tree["timers"]["t1"] = "200ms"
    tree["limits"]["record_bytes"] = "1MiB"


KINDS = {kind.name: kind for kind in (systems.Imsbox, systems.Kamailio)}


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
        raise RuntimeError(f"{kind.name} registers nobody")
    finally:
        system.stop()


def start_s(directory, name):
    return statistics.median(
        first_registration(directory / "apart", KINDS[name])
        for _ in range(STARTS))


def per_subscriber(directory, name, count, carries):
    """Bytes each node grows by, for each of `count` who register while as
    many transactions live as before; and how many did. carries: registrations
    a second at most; None: not known."""
    rate = min(RATE, SHARE * carries) if carries else RATE
    warm = 2 * round(rate * LIVES_S / 2)
    system = KINDS[name](directory / "apart", count + warm, change=short)
    try:
        system.start()
        system.open_phones()
        first = system.register_all(rate, warm)
        before = system.memory()
        registered = system.register_all(rate) - first
        after = system.memory()
    finally:
        system.stop()
    return {"of": count, "registered": registered,
            **{node: round((after[node] - before[node]) / registered)
               for node in systems.CSCFS}}
