# SPDX-License-Identifier: MIT
"""SIPp: our scenario files, in which @name@ stands for a value."""
import os
import re
import subprocess
from pathlib import Path

from milenage import has_unlucky_res
from network import PATIENCE
from waiting import stop, until

SCENARIOS = Path(__file__).parent / "sipp"
USER, DOMAIN, AUTH, PEER, PEER_DOMAIN, ADDRESS = range(6)


def quoted(key):
    """A key of letters. One in hexadecimal is not ended by SIPp, which then
    reads on in what lay on its stack, and fails where a bracket is there."""
    text = key.decode("ascii")
    assert re.fullmatch(r"[\w!-]{16}", text), f"SIPp cannot be told {text}"
    return f'"{text}"'


def credentials(account):
    """What SIPp writes in place of an Authorization header."""
    secret = account.secret
    if "k" in secret:
        return (f"[authentication username={account.impi}"
                f" aka_K={quoted(secret['k'])} aka_OP={quoted(secret['op'])}"
                " aka_AMF=0x8000]")
    return (f"[authentication username={account.impi}"
            f" password={secret['password']}]")


def row(account, peer=None, address=""):
    """A line of the injection file: who calls, whom, from where."""
    peer = peer or account
    return [account.user, account.domain, credentials(account),
            peer.user, peer.domain, address]


def secret_in(text):
    """The keys out of what credentials() wrote."""
    found = re.search(r'aka_K="([^"]+)" aka_OP="([^"]+)"', text)
    return {name: value.encode() for name, value in
            zip(("k", "op"), found.groups())} if found else {}


class Sipp:
    """One run. `local` and `proxy` are address:port; one call a row."""

    def __init__(self, directory, scenario, local, proxy, rows, values=(),
                 transport="u1", rate=10, at_once=10, expires=600):
        self.scenario = scenario
        number = len(list(directory.glob("sipp-*")))
        self.directory = directory / f"sipp-{number}-{scenario}"
        self.directory.mkdir()
        host, port = local.rsplit(":", 1)
        self.write(scenario, rows, port, {
            "user": rows[0][USER], "domain": rows[0][DOMAIN], "talk": 100,
            **dict(values)}, transport)
        argv = ["sipp", proxy, "-sf", "scenario.xml", "-inf", "rows.csv",
                "-i", host, "-p", port, "-mi", host, "-t", transport,
                "-m", str(len(rows)), "-r", str(rate), "-l", str(at_once),
                "-nostdin", "-trace_err", "-error_file", "errors.log",
                "-trace_msg", "-message_file", "messages.log",
                "-trace_stat", "-stf", "counts.csv", "-fd", "1",
                "-key", "expires", str(expires),
                "-timeout", "30", "-timeout_error", "-recv_timeout", "12000",
                "-default_behaviors", "none", "-max_socket", "500"]
        if transport == "ui":
            argv += ["-ip_field", str(ADDRESS)]
        self.argv = argv
        self.secret = secret_in(rows[0][AUTH])
        self.local = (host, int(port), transport)
        self.start()

    def start(self):
        with open(self.directory / "screen.log", "wb") as screen:
            self.process = subprocess.Popen(
                self.argv, cwd=self.directory, stdin=subprocess.DEVNULL,
                stdout=screen, stderr=screen,
                env={**os.environ, "TERM": "dumb"})
        self.wait_bound()

    def write(self, scenario, rows, port, values, transport):
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        left = re.search(r"@[a-z]+@", text)
        assert not left, f"{scenario}.xml wants a value for {left.group()}"
        if transport == "ui":
            text = text.replace("[local_ip]", f"[field{ADDRESS}]")
            text = text.replace("[local_port]", port)
        (self.directory / "scenario.xml").write_text(text)
        (self.directory / "rows.csv").write_text(
            "SEQUENTIAL\n" + "".join(";".join(r) + "\n" for r in rows))

    def wait_bound(self):
        """Until it listens: a callee must be there before it is called."""
        host, port, transport = self.local
        table = "tcp" if transport.startswith("t") else "udp"
        address = "".join(f"{int(b):02X}" for b in
                          reversed(host.split("."))) + f":{port:04X}"

        def bound():
            if self.process.poll() is not None:
                return True
            return address in Path(f"/proc/net/{table}").read_text()
        until(bound, 5 * PATIENCE, f"sipp listens at {host}:{port}")

    def log(self, name):
        path = self.directory / name
        return path.read_text(errors="replace") if path.exists() else ""

    def failure(self, seconds=35):
        """Waits until all calls are over; what went wrong, or None."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = f"no end, {stop(self.process, 1)}"
        if status == 0:
            return None
        if has_unlucky_res(self.secret, self.log("messages.log"), b"\0"):
            self.start()
            return self.failure(seconds)
        return (f"sipp {self.scenario} ended with {status}\n"
                f"{self.log('errors.log')[-3000:]}\n"
                f"{self.log('messages.log')[-5000:]}")

    def wait(self):
        """Until all calls are over; none may have failed."""
        failure = self.failure()
        assert failure is None, failure

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
