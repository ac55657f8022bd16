# SPDX-License-Identifier: MIT
"""Many networks at once on one machine, as a class has them.

usage: tests/thirty/run.py [COUNT]

Every network is a copy of topology/box.yaml on a block of loopback addresses
of its own, run by its own `imsbox up`; all are started together. In each, two
phones register and one calls the other (SIPp). Fails when a network does not
become ready, a call fails, or anything does not end well; prints how long the
networks took and what memory all their processes have.
"""
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenarios"))

from clients import Account  # noqa: E402
from launcher import Launcher, run  # noqa: E402
from network import Network  # noqa: E402
from sipp import Sipp, row  # noqa: E402
from waiting import until  # noqa: E402

PATIENCE = 120
CALLS_AT_ONCE = 4
MORE = [{"impu": "sip:zoe@ims.example",
         "digest": {"password": "zoes-password"}}]


class Block:
    """127.41.N.*: nobody else is in this network namespace."""

    def __init__(self, number):
        self.number = number

    def __str__(self):
        return f"127.41.{self.number}"

    def address(self, last):
        return f"{self}.{last}"


class Student:
    """One of the networks, and its two phones."""

    def __init__(self, directory, number):
        self.block = Block(number)
        self.directory = directory / f"network-{number}"
        self.directory.mkdir()
        self.net = Network(self.directory, self.block, more=MORE)
        self.call_seconds = 0

    def start(self):
        self.launcher = Launcher(self.net)

    def seconds_to_ready(self):
        """By its own word; None as long as it is not."""
        log = self.launcher.log()
        assert self.launcher.process.poll() is None, log
        found = re.search(r"box is ready after ([\d.]+) s", log)
        return float(found[1]) if found else None

    def account(self, user):
        entry = self.net.subscribers()[user]
        return Account(user, "ims.example", self.net.proxy(),
                       password=entry["digest"]["password"])

    def sipp(self, scenario, last, user, peer=None):
        return Sipp(self.directory, scenario,
                    self.block.address(last) + ":5060", self.net.proxy(),
                    [row(user, peer)])

    def register_and_call(self):
        begun = time.monotonic()
        bob, zoe = self.account("bob"), self.account("zoe")
        for last, user in ((101, bob), (102, zoe)):
            self.sipp("register", last, user).wait()
        callee = self.sipp("callee", 102, zoe, bob)
        try:
            self.sipp("caller", 101, bob, zoe).wait()
            callee.wait()
        finally:
            callee.kill()
        held = {one["public_identity"]
                for one in self.net.scscf.registrations()}
        assert held == {bob.impu, zoe.impu}, held
        self.call_seconds = time.monotonic() - begun

    def processes(self):
        """The launcher, the nodes, the dashboard."""
        pid = self.launcher.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def stop(self):
        """imsbox down; what went wrong, or None."""
        down = run(self.directory, "down", "box")
        status = self.launcher.process.wait(PATIENCE)
        if down.returncode or status:
            return (f"{self.block}: down {down.returncode}, up {status}\n"
                    f"{down.stderr}{self.launcher.log()[-3000:]}")
        return None


def memory(pids):
    """(resident, proportional) bytes: shared pages count once in the
    second."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        for name in sums:
            kib = re.search(rf"^{name}: +(\d+) kB", text, re.M)[1]
            sums[name] += int(kib) * 1024
    return sums["Rss"], sums["Pss"]


def spread(values):
    values = sorted(values)
    return (f"{values[0]:.2f} s at best, {values[len(values) // 2]:.2f} s "
            f"usually, {values[-1]:.2f} s at worst")


def everything_is_separate(students):
    """Nobody is registered in a network but its own two."""
    for student in students:
        contacts = [binding["contact"]
                    for one in student.net.scscf.registrations()
                    for binding in one["bindings"]]
        assert len(contacts) == 2
        assert all(str(student.block) + "." in c for c in contacts), contacts


def run_class(students):
    begun = time.monotonic()
    for student in students:
        student.start()
    until(lambda: all(s.seconds_to_ready() for s in students), PATIENCE,
          "all networks ready")
    ready = time.monotonic() - begun
    print(f"{len(students)} networks ready after {ready:.2f} s; each by "
          f"itself {spread([s.seconds_to_ready() for s in students])}")
    pids = [pid for s in students for pid in s.processes()]
    print(f"{len(pids)} processes; {tell_memory(pids, students)} when idle")
    begun = time.monotonic()
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        list(pool.map(Student.register_and_call, students))
    print(f"{2 * len(students)} registrations and {len(students)} calls in "
          f"{time.monotonic() - begun:.2f} s; {tell_memory(pids, students)} "
          f"afterwards")
    everything_is_separate(students)


def tell_memory(pids, students):
    resident, proportional = memory(pids)
    return (f"{proportional / 2**20:.0f} MiB of memory "
            f"({proportional / 2**20 / len(students):.1f} MiB a network; "
            f"resident sizes add up to {resident / 2**20:.0f} MiB)")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print(subprocess.run(["uname", "-srm"], capture_output=True, text=True,
                         check=True).stdout.strip(), flush=True)
    with tempfile.TemporaryDirectory(prefix="imsbox-thirty-") as directory:
        students = [Student(Path(directory), n + 1) for n in range(count)]
        try:
            run_class(students)
        finally:
            begun = time.monotonic()
            with ThreadPoolExecutor(count) as pool:
                wrong = list(filter(None, pool.map(Student.stop, students)))
        if wrong:
            sys.exit("\n".join(wrong))
        print(f"all stopped in {time.monotonic() - begun:.2f} s")
        print(f"PASSED: {count} networks at once")


if __name__ == "__main__":
    main()
