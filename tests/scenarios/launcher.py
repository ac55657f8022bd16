# SPDX-License-Identifier: MIT
"""imsbox as a user calls it: one command, or `imsbox up` in the background,
and a phone that registers there."""
import hashlib
import json
import os
import re
import signal
import socket
import subprocess

import network as networks
from waiting import stop, until

IMSBOX = networks.BIN / "imsbox"
SECONDS = 10 * networks.PATIENCE
# The launcher's own patience with its nodes must end first.
SECONDS_TO_STOP = 3 * SECONDS


def run(directory, *arguments):
    """One command that ends by itself."""
    return subprocess.run(
        [IMSBOX, *arguments], cwd=directory, env=environment(directory),
        capture_output=True, text=True, timeout=SECONDS)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def environment(directory):
    return {**os.environ, **networks.sanitizer_options(directory, "imsbox"),
            "XDG_RUNTIME_DIR": str(directory), "NO_COLOR": "1",
            "PATH": os.environ["PATH"]}


class Launcher:
    """imsbox up in the background."""

    def __init__(self, net):
        self.net = net
        self.directory = net.directory
        self.log_path = net.directory / "up.log"
        self.dashboard = f"http://{net.tree['dashboard']}"
        self.deaths = [" died: killed by signal 9 "]  # which the test wants
        self.start()

    def start(self, *options, ignored=(), terminal=None):
        """`ignored`: the signals that who starts it ignores, whatever who
        started the tests does. `terminal`: where it writes to, not the log."""
        def ignore():
            for number in (signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_IGN if number in ignored
                              else signal.SIG_DFL)

        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [IMSBOX, "up", *options, self.net.path.name],
                cwd=self.directory,
                env=environment(self.directory), stdin=subprocess.DEVNULL,
                stdout=terminal or log, stderr=log, start_new_session=True,
                preexec_fn=ignore)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_for(self, text):
        until(lambda: text in self.log() or self.process.poll() is not None,
              SECONDS, text)
        assert text in self.log(), self.log()

    def pids(self):
        run_json = self.directory / "imsbox" / "box" / "run.json"
        told = json.loads(run_json.read_text())
        pids = {node["name"]: node["pid"] for node in told["nodes"]}
        if "dashboard_pid" in told:
            pids["dashboard"] = told["dashboard_pid"]
        return pids

    def send(self, name, node):
        os.kill(self.pids()[node], getattr(signal, f"SIG{name}"))

    def kill(self, node):
        """At once; it has gone when this returns."""
        pid = self.pids()[node]
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid), SECONDS, f"{node} has gone")

    def stop(self, number=signal.SIGINT):
        return stop(self.process, SECONDS_TO_STOP, number)

    def assert_ended_well(self, was_running):
        """It was stopped, and no node had hung, or died but as the test wants
        it. was_running: until it was stopped."""
        log = self.log()
        died = re.findall(r"^.* died: .*$", log, re.M)
        wanted = [one for one in died if any(w in one for w in self.deaths)]
        assert died == wanted and "does not stop" not in log, log
        assert not was_running or died or self.process.returncode == 0, log


class Phone:
    """Registers with a password over UDP, as simply as it goes."""

    def __init__(self, net, user, password, address, domain="ims.example",
                 pcscf=None):
        self.net, self.user, self.password = net, user, password
        self.domain = domain
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 5060))
        self.socket.settimeout(SECONDS)
        self.at = f"{address}:5060"
        self.call = f"{user}-{os.getpid()}@{address}"
        host, port = net.proxy(pcscf).rsplit(":", 1)
        self.proxy = (host, int(port))

    def send(self, number, authorization):
        lines = [
            f"REGISTER sip:{self.domain} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.at};branch=z9hG4bK{number};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.domain}>;tag=1",
            f"To: <sip:{self.user}@{self.domain}>",
            f"Call-ID: {self.call}",
            f"CSeq: {number} REGISTER",
            f"Contact: <sip:{self.user}@{self.at}>",
            f"Authorization: Digest username=\"{self.user}@{self.domain}\", "
            f"realm=\"{self.domain}\", uri=\"sip:{self.domain}\", "
            f"{authorization}",
            "Content-Length: 0", "", ""]
        self.socket.sendto("\r\n".join(lines).encode(), self.proxy)

    def request(self, number, authorization):
        self.send(number, authorization)
        while True:
            answer = self.socket.recv(65535).decode()
            if not answer.startswith("SIP/2.0 100"):
                return answer

    def register(self):
        answer = self.try_to_register()
        assert answer.startswith("SIP/2.0 200"), answer

    def try_to_register(self):
        """The answer to the answer to the challenge."""
        def md5(text):
            return hashlib.md5(text.encode()).hexdigest()

        challenge = self.request(1, 'nonce="", response=""')
        assert challenge.startswith("SIP/2.0 401"), challenge
        nonce = re.search('nonce="([^"]*)"', challenge)[1]
        secret = md5(f"{self.user}@{self.domain}:{self.domain}:"
                     + self.password)
        response = md5(f"{secret}:{nonce}:00000001:abc:auth:"
                       + md5(f"REGISTER:sip:{self.domain}"))
        answer = self.request(
            2, f'nonce="{nonce}", response="{response}", algorithm=MD5, '
               f'qop=auth, nc=00000001, cnonce="abc"')
        self.socket.close()
        if answer.startswith("SIP/2.0 200"):
            # Who sends it knows the password too: RFC 7616 3.5.
            proof = md5(f"{secret}:{nonce}:00000001:abc:auth:"
                        + md5(f":sip:{self.domain}"))
            assert re.search(f'^Authentication-Info: .*rspauth="{proof}"',
                             answer, re.M), answer
        return answer
