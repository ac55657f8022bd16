# SPDX-License-Identifier: MIT
"""What processes used of the machine, out of /proc."""
import os
from dataclasses import dataclass
from pathlib import Path

TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


@dataclass
class Usage:
    """Microseconds of processor, and context switches. `cpu_us` is the
    scheduler's own sum; user and system, which the kernel tells in ticks,
    share it."""
    cpu_us: float = 0
    user_us: float = 0
    system_us: float = 0
    switches: int = 0

    def __add__(self, other):
        return Usage(self.cpu_us + other.cpu_us, self.user_us + other.user_us,
                     self.system_us + other.system_us,
                     self.switches + other.switches)

    def since(self, before):
        cpu = self.cpu_us - before.cpu_us
        user = self.user_us - before.user_us
        system = self.system_us - before.system_us
        part = user / (user + system) if user + system else 0.5
        return Usage(cpu, cpu * part, cpu * (1 - part),
                     self.switches - before.switches)

    def each(self, units):
        return Usage(self.cpu_us / units, self.user_us / units,
                     self.system_us / units, self.switches / units)


def of_process(pid):
    proc = Path(f"/proc/{pid}")
    fields = (proc / "stat").read_text().rsplit(")", 1)[1].split()
    usage = Usage(user_us=int(fields[11]) * TICK_US,
                  system_us=int(fields[12]) * TICK_US)
    for task in (proc / "task").iterdir():
        usage.cpu_us += int((task / "schedstat").read_text().split()[0]) / 1e3
        for line in (task / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                usage.switches += int(line.split()[1])
    return usage


def of(pids):
    return sum(map(of_process, pids), Usage())


def memory(pids):
    """Bytes; what processes share counts once (proportional set size)."""
    total = 0
    for pid in pids:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in text.splitlines()
                      if line.startswith("Pss:"))
    return total * 1024


def group(leader):
    """All processes of a process group."""
    pids = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        if int(stat.rsplit(")", 1)[1].split()[2]) == leader:
            pids.append(int(entry.name))
    return pids
