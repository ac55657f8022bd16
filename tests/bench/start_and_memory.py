# SPDX-License-Identifier: MIT
"""From the start of all four processes to the first registration, and what a
registered subscriber takes in the CSCFs."""
import statistics
import time

import systems

STARTS = 3
RATE = 300
SHARE = 0.25  # of the rate that a system carries, when that is less
LIVES_S = 15  # longer than transactions do, see `short`; Kamailio's for 10


def short(tree):
    """Transactions stay for 64 T1, the record is full at once."""
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


def populated(directory, name, count, rate):
    """A network from a fresh start with so many phones registered, when their
    transactions are gone: how many are, bytes of each node, and what its
    allocator says of itself (None: it does not)."""
    system = KINDS[name](directory / "apart", count, change=short)
    try:
        system.start()
        system.open_phones()
        registered = system.register_all(rate)
        time.sleep(LIVES_S)
        return registered, system.memory(), system.allocated()
    finally:
        system.stop()


def per_subscriber(directory, name, count, carries):
    """Bytes that each node takes more for each of `count` more subscribers.

    Two networks from fresh starts are compared, not two moments of one: there
    what transactions left behind takes up later subscribers, and they seem to
    cost nothing. Both register at one rate, the smaller one for as long as
    transactions live, so that what those took is the same in both. carries:
    registrations a second at most; None: not known."""
    rate = min(RATE, SHARE * carries) if carries else RATE
    few = 2 * round(rate * LIVES_S / 2)  # phones call each other
    small = populated(directory, name, few, rate)
    large = populated(directory, name, few + count, rate)
    more = large[0] - small[0]
    result = {"from": small[0], "to": large[0]}
    for key, place in (("", 1), ("_says", 2)):
        if small[place]:
            result |= {node + key: round(
                (large[place][node] - small[place][node]) / more)
                for node in systems.CSCFS}
    return result
