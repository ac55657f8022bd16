# SPDX-License-Identifier: MIT
"""Where it was measured."""
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def processors():
    return len(os.sched_getaffinity(0))


def describe():
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(),
                    re.M)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {"processor": cpu[1] if cpu else platform.machine(),
            "processors": processors(),
            "memory_gib": round(int(memory[1]) / 2**20, 1),
            "kernel": platform.release()}


def first_line(*argv):
    try:
        run = subprocess.run(argv, capture_output=True, text=True)
    except OSError:
        return "none"
    return (run.stdout or run.stderr).split("\n", 1)[0].strip()


def versions():
    return {
        "imsbox": first_line("git", "-C", str(ROOT), "describe", "--always",
                             "--dirty"),
        "kamailio": first_line("kamailio", "-v").removeprefix(
            "version: kamailio ").split(" ", 1)[0],
        "compiler": first_line("gcc", "-dumpfullversion"),
        "libc": first_line("getconf", "GNU_LIBC_VERSION"),
    }
