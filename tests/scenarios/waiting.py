# SPDX-License-Identifier: MIT
"""Waiting for a condition, always bounded, and programs on a terminal."""
import os
import pty
import re
import signal
import subprocess
import threading
import time


COLOUR = re.compile(r"\x1b\[[0-9;]*m|\r")


class Timeout(AssertionError):
    """Something did not happen in time."""


def until(condition, seconds, what):
    """Asks `condition` until it answers something true, and answers that."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Timeout(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def stop(process, seconds, first=signal.SIGTERM):
    """Asks a process to end, insists after `seconds`; its exit status."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
    return process.returncode


class Terminal:
    """A program on a pseudo-terminal of its own, as if someone typed."""

    def __init__(self, argv, cwd, env=None):
        self.name = os.path.basename(argv[0])
        self.text = ""
        self.seen = 0
        self.news = threading.Condition()
        master, slave = pty.openpty()
        self.fd = master
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, cwd=cwd,
            env={**os.environ, "TERM": "dumb", "COLUMNS": "200",
                 **(env or {})},
            start_new_session=True)
        os.close(slave)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        """In a thread: what the program writes goes to `text`."""
        while True:
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # nobody holds the other end any more
                return
            with self.news:
                self.text += COLOUR.sub("", data.decode(errors="replace"))
                self.news.notify_all()

    def type(self, line):
        """Types a line; what the program says from here on is new."""
        with self.news:
            self.seen = len(self.text)
        os.write(self.fd, line.encode() + b"\n")

    def wait_for(self, pattern, seconds=10):
        """Waits until it writes something that matches, since the last line
        that was typed or the last match; answers the match."""
        find = re.compile(pattern)
        with self.news:
            if not self.news.wait_for(
                    lambda: find.search(self.text, self.seen), seconds):
                raise Timeout(
                    f"{self.name} did not say /{pattern}/ within {seconds} s;"
                    f" it said:\n{self.text[-4000:]}")
            match = find.search(self.text, self.seen)
            self.seen = match.end()
            return match

    def close(self):
        self.process.kill()
        self.process.wait(5)
        self.reader.join(5)
        os.close(self.fd)
