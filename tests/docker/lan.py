# SPDX-License-Identifier: MIT
"""A LAN that this machine is in, with a phone on another machine: a network
namespace, and a cable to it. 198.51.100.0/24 is for documentation (RFC 5737):
nobody else has it."""
import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from story import Account, Baresip, talk

OURS, THEIRS = "198.51.100.1", "198.51.100.2"
NAME = f"imsbox-lan-{os.getpid()}"
CABLE = f"lan{os.getpid()}"


class FarPhone(Baresip):
    """On that other machine."""

    def open(self, argv):
        super().open(["ip", "netns", "exec", NAME, *argv])


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, timeout=20)


@contextlib.contextmanager
def lan():
    ip("netns", "add", NAME)
    try:
        ip("link", "add", CABLE, "type", "veth", "peer", "name", "eth0",
           "netns", NAME)
        ip("addr", "add", f"{OURS}/24", "dev", CABLE)
        ip("link", "set", CABLE, "up")
        ip("-n", NAME, "addr", "add", f"{THEIRS}/24", "dev", "eth0")
        ip("-n", NAME, "link", "set", "eth0", "up")
        ip("-n", NAME, "link", "set", "lo", "up")
        yield
    finally:
        ip("netns", "del", NAME)


@contextlib.contextmanager
def phones(port, transport):
    """erin on the other machine, bob on this one, both by its address in the
    LAN."""
    home = Path(tempfile.mkdtemp(prefix="imsbox-lan-"))
    made = []
    try:
        for kind, user, at in ((FarPhone, "erin", THEIRS),
                               (Baresip, "bob", OURS)):
            account = Account(user, "ims.example", f"{OURS}:{port}",
                              password=f"{user}s-password")
            made.append(kind(account, home / user, f"{at}:5092", transport))
            made[-1].register()
        yield made
    finally:
        for phone in made:
            phone.close()
        shutil.rmtree(home, ignore_errors=True)


def calls(port, transport):
    """Each calls the other."""
    with phones(port, transport) as (far, near):
        talk(far, near)
        talk(near, far)
