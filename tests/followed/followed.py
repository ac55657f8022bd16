# SPDX-License-Identifier: MIT
"""What being followed by the dashboard costs the nodes.

usage: followed.py BUILD [--viewers N] [--rounds N] [--calls N] [--seconds N]
                   [--block A.B]

A network of four nodes on loopback carries the same calls in turn without the
dashboard, with it, and with many open ladders, each time started anew. Compared
are the nodes' processor times a call (/proc/PID/schedstat).
"""
import argparse
import json
import pathlib
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

NODES = ["pcscf", "icscf", "scscf", "hss"]
WAYS = ["alone", "dashboard", "viewers"]
PHONES, REGISTRATIONS = 400, 200    # so many, so many a second
SETTLE_S = 1.0          # at the ends of a phase, not counted
SLOW_BUFFER = 4096      # what the kernel takes for who does not read

TOPOLOGY = """\
name: followed
dashboard: {block}.5.1:8080
networks:
  - domain: ims.example
    nodes:
      - {{name: pcscf, role: pcscf, host: {block}.1.1, gm: [udp:5060], mw: [udp:5070], admin: 8081}}
      - {{name: icscf, role: icscf, host: {block}.2.1, mw: [udp:5060], admin: 8081}}
      - {{name: scscf, role: scscf, host: {block}.3.1, mw: [udp:5060], admin: 8081}}
      - {{name: hss, role: hss, host: {block}.4.1, diameter: tcp:3868, store: followed.db, admin: 8081}}
    subscribers: {{import: subscribers.yaml}}
"""


def cpu_us(pid):
    """Of all threads."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1000


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(fine, what, seconds=30):
    end = time.monotonic() + seconds
    while not fine():
        if time.monotonic() > end:
            sys.exit(f"followed: {what}: not within {seconds} s")
        time.sleep(0.1)


class Network:
    def __init__(self, build, block, folder):
        self.build, self.block, self.folder = build, block, folder
        self.file = folder / "followed.yaml"
        self.file.write_text(TOPOLOGY.format(block=block))
        self.processes = {}
        with open(folder / "subscribers.yaml", "w") as f:
            subprocess.run([build / "load", "subscribers", "--auth", "digest",
                            "--phones", str(PHONES)], stdout=f, check=True)

    def run(self, name, *words):
        log = open(self.folder / f"{name}.log", "a")
        self.processes[name] = subprocess.Popen(
            [self.build / "bin" / words[0], *words[1:]],
            cwd=self.folder, stdout=log, stderr=log)

    def start(self):
        for name in reversed(NODES):
            self.run(name, name, "-t", str(self.file), "-n", name)
        for number, name in enumerate(NODES, 1):
            until(lambda at=number: answers(
                f"http://{self.block}.{at}.1:8081/readyz"), f"{name} is ready")

    def start_dashboard(self):
        self.run("dashboard", "imsbox", "dashboard", str(self.file))
        until(lambda: answers(self.dashboard("/network")), "the dashboard")

    def dashboard(self, path):
        return f"http://{self.block}.5.1:8080/api/v1{path}"

    def stop(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self):
        for name in reversed(list(self.processes)):
            self.stop(name)

    def load(self, *words):
        return subprocess.run(
            [self.build / "load", "run", "--proxy", f"{self.block}.1.1:5060",
             "--first", f"{self.block}.8.1:20000", "--auth", "digest",
             "--phones", str(PHONES), *map(str, words)],
            check=True, capture_output=True, text=True).stdout


class Viewers(threading.Thread):
    """Open ladders, each of its own user's steps but for the first, which
    shows all; and one that never reads."""

    def __init__(self, network, count):
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()
        self.received, self.lost, self.over = 0, 0, False
        for number in range(count):
            user = f"&user=user{number:06}" if number else ""
            self.selector.register(self.open(network, user),
                                   selectors.EVENT_READ)
        self.slow = self.open(network, "", SLOW_BUFFER)

    @staticmethod
    def open(network, user, buffer=0):
        s = socket.socket()
        if buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        s.connect((f"{network.block}.5.1", 8080))
        s.sendall(f"GET /api/v1/events?limit=1{user} HTTP/1.1\r\n"
                  f"Host: {network.block}.5.1:8080\r\n\r\n".encode())
        return s

    def run(self):
        while not self.over:
            for key, _ in self.selector.select(0.2):
                some = key.fileobj.recv(1 << 20)
                self.received += len(some)
                if not some:
                    self.lost += 1
                    self.selector.unregister(key.fileobj)

    def end(self):
        self.over = True
        self.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        return self.slow_was_dropped()

    def slow_was_dropped(self):
        """What came before may be read, and then it is over."""
        self.slow.settimeout(2)
        try:
            while self.slow.recv(1 << 20):
                pass
            return True
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        finally:
            self.slow.close()


def measure(network, calls, seconds):
    """The nodes' (and the dashboard's) processor time a call."""
    taken = {}
    names = list(network.processes)

    def sample():
        return {n: cpu_us(network.processes[n].pid) for n in names}

    def watch():
        time.sleep(PHONES / REGISTRATIONS + SETTLE_S)
        before, began = sample(), time.monotonic()
        time.sleep(seconds - 2 * SETTLE_S)
        after = sample()
        lasted = time.monotonic() - began
        taken.update({n: (after[n] - before[n]) / (calls * lasted)
                      for n in names})

    watcher = threading.Thread(target=watch)
    watcher.start()
    report = json.loads(network.load(
        "--kind", "call", "--rate", calls, "--evenly", "--seconds", seconds,
        "--register", REGISTRATIONS))
    watcher.join()
    done = report["kinds"]["call"]
    if done["done"] != done["begun"]:
        sys.exit(f"followed: {done['begun'] - done['done']} calls failed")
    return taken


def phase(network, way, o):
    viewers = None
    network.start()
    if way != "alone":
        network.start_dashboard()
    if way == "viewers":
        viewers = Viewers(network, o.viewers)
        viewers.start()
    try:
        taken = measure(network, o.calls, o.seconds)
        if viewers:
            lost = viewers.lost
            if not viewers.end():
                sys.exit("followed: who does not read was not dropped")
            if lost:
                sys.exit(f"followed: {lost} viewers who read were dropped")
            taken["bytes a viewer"] = viewers.received / o.viewers
        return taken
    finally:
        network.stop_all()


def show(results, o):
    def median(way, name):
        return statistics.median(r[name] for r in results[way])

    def nodes(of):
        return sum(of[n] for n in NODES)

    print(f"processor time a call in us, medians of {o.rounds} rounds, "
          f"{o.calls} calls/s, {o.viewers} viewers")
    print(f"{'':12}" + "".join(f"{n:>10}" for n in NODES)
          + f"{'nodes':>10}{'more':>18}{'dashboard':>12}")
    for way in WAYS:
        # Neighbours of one round alone are compared.
        more = [100 * (nodes(r) / nodes(a) - 1)
                for r, a in zip(results[way], results["alone"])]
        row = "".join(f"{median(way, n):10.1f}" for n in NODES)
        row += f"{statistics.median(nodes(r) for r in results[way]):10.1f}"
        if way != "alone":
            row += (f"{statistics.median(more):+7.1f} %"
                    f" ({min(more):+.1f}..{max(more):+.1f})".rjust(18))
            row += f"{median(way, 'dashboard'):12.1f}"
        print(f"{way:12}{row}")
    print(f"a viewer got {median('viewers', 'bytes a viewer') / 1024:.0f} KB "
          f"in {o.seconds} s; who did not read was dropped in each round")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build", type=lambda s: pathlib.Path(s).resolve())
    p.add_argument("--viewers", type=int, default=100)
    p.add_argument("--rounds", type=int, default=4)
    p.add_argument("--calls", type=int, default=200)
    p.add_argument("--seconds", type=int, default=12)
    p.add_argument("--block", default="127.74")
    o = p.parse_args()
    results = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        network = Network(o.build, o.block, pathlib.Path(folder))
        for number in range(o.rounds):
            for way in WAYS:
                print(f"round {number + 1}: {way}", file=sys.stderr)
                results[way].append(phase(network, way, o))
    show(results, o)


if __name__ == "__main__":
    main()
