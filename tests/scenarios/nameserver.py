# SPDX-License-Identifier: MIT
"""Debian's dnsmasq as a name server of the tests."""
import subprocess

from network import PATIENCE
from waiting import stop, until


class Dnsmasq:
    """A name server with what it is told."""

    def __init__(self, directory, address, *options, port=53):
        self.log = open(directory / "dnsmasq.log", "wb")
        self.path = directory / "dnsmasq.log"
        self.process = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
             "--no-resolv", "--no-hosts", "--bind-interfaces", "--user=root",
             "--log-queries", "--log-facility=-", "--pid-file=",
             f"--listen-address={address}", f"--port={port}",
             "--except-interface=none",
             *options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        until(lambda: "started" in self.said(), 5 * PATIENCE, "dnsmasq starts")

    def said(self):
        assert self.process.poll() is None, self.path.read_text()
        return self.path.read_text()

    def stop(self):
        stop(self.process, 5)
        self.log.close()
