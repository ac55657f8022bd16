# SPDX-License-Identifier: MIT
"""A million subscribers, by the admin interface, while Cx is being asked:
one table, the limits beside what was measured."""
import http.client
import itertools
import json
import multiprocessing
import os
import pathlib
import select
import sqlite3
import sys
import tempfile
import time

import network as networks
from diameter import (Client, LIR, MAR, SAR, UAR, USER_NAME, PUBLIC_IDENTITY,
                      SERVER_NAME, VISITED_NETWORK, AUTH_DATA_ITEM, SCHEME,
                      AUTH_ITEMS, REQUEST, avp, tgpp)
from waiting import until

PART = 8 << 20           # bytes of the file in one request
RATE = 200               # Cx requests a second
USERS = 400              # of whom
FORMAT = os.environ.get("FORMAT", "csv")
ASSIGNMENT, DATA_AVAILABLE = 614, 624
# the limits that the project has set itself
IMPORT_S, DISK_BYTES, API_MS, CX_P99_MS, RESET_MS = 60, 1024, 100, 20, 2000
# of the doctor's question who has a name like that of nobody: while the HSS
# looks, Cx waits
NEAREST_MS = 20


class Table:
    """Rows as they are measured; a row with a limit can fail."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, unit, limit=None, more=""):
        good = limit is None or value < limit
        self.rows.append((what, f"{value:,.1f} {unit}",
                          "" if limit is None else f"< {limit:,} {unit}",
                          ("" if good else "TOO MUCH ") + more, good))

    def print(self):
        head = ("", "measured", "limit", "")
        widths = [max(len(row[i]) for row in [head, *self.rows])
                  for i in range(4)]
        for row in [head, *self.rows]:
            print(f"  {row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  "
                  f"{row[2]:>{widths[2]}}  {row[3]}".rstrip())

    def is_good(self):
        return all(row[4] for row in self.rows)


def note(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def goes_first(*pids, priority=2):
    """With FIRST=1, for a machine on which others compute: their noise is not
    what is to be measured."""
    if os.environ.get("FIRST"):
        for pid in pids:
            os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(priority))


def threads(pid, *names):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() in names:
            yield int(task.name)


# ---- Cx ---------------------------------------------------------------------

def users(realm):
    """Who registers meanwhile: enough that none waits for itself."""
    return "impu,password\n" + "".join(
        f"sip:load{n}@{realm},secret\n" for n in range(USERS))


def requests(realm):
    """What registrations ask, again and again."""
    return itertools.chain.from_iterable(
        registration(realm, n % USERS) for n in itertools.count())


def registration(realm, n):
    public = tgpp(PUBLIC_IDENTITY, f"sip:load{n}@{realm}")
    private = avp(USER_NAME, f"load{n}@{realm}")
    server = tgpp(SERVER_NAME, f"sip:scscf1.{realm}:5060")
    yield UAR, [private, public, tgpp(VISITED_NETWORK, realm)]
    yield MAR, [private, public, server, tgpp(AUTH_ITEMS, 1),
                tgpp(AUTH_DATA_ITEM, [tgpp(SCHEME, "Unknown")])]
    yield SAR, [private, public, server, tgpp(ASSIGNMENT, 1),
                tgpp(DATA_AVAILABLE, 0)]
    yield LIR, [public]


def receive(client, sent, times):
    """Everything that is there, without waiting."""
    while select.select([client.socket], [], [], 0)[0]:
        answer = client.receive()
        now = time.monotonic()
        if answer.flags & REQUEST:
            client.answer(answer)
            continue
        command, due = sent.pop(answer.hop)
        times[command].append(1000 * (now - due))
        assert answer.result()[1] == "2", answer.result()


def load(host, realm, over, out):
    """At a fixed rate, whether or not the ones before are answered."""
    goes_first(os.getpid())
    client = Client((host, 3868), realm, "scscf1")
    times, sent = {UAR: [], MAR: [], SAR: [], LIR: []}, {}
    due = time.monotonic()
    for command, avps in requests(realm):
        due += 1 / RATE
        while time.monotonic() < due:
            select.select([client.socket], [], [],
                          max(0, due - time.monotonic()))
            receive(client, sent, times)
        sent[client.send_request(command, *avps)] = command, due
        if over.is_set():
            break
    while sent:
        time.sleep(0.01)
        receive(client, sent, times)
    client.close()
    out.put(times)


class Load:
    def __init__(self, hss, realm):
        self.over, self.out = multiprocessing.Event(), multiprocessing.Queue()
        self.process = multiprocessing.Process(
            target=load, args=(hss.host, realm, self.over, self.out))
        self.process.start()

    def end(self, table, what, limit=None):
        self.over.set()
        times = self.out.get(timeout=30)
        self.process.join()
        everything = sum(times.values(), [])
        for name, values, bound in [("all", everything, limit)] + [
                (n, times[c], None) for n, c in (
                    ("UAR", UAR), ("MAR", MAR), ("SAR", SAR), ("LIR", LIR))]:
            table.add(f"Cx {what}, {name}, p99", percentile(values, .99), "ms",
                      bound, f"p50 {percentile(values, .5):.2f}, max "
                      f"{max(values):.2f}, {len(values)} answers")


# ---- the admin interface ----------------------------------------------------

class Admin:
    def __init__(self, node):
        host, port = node.admin.split("//")[1].split(":")
        self.connection = http.client.HTTPConnection(host, int(port),
                                                     timeout=600)

    def ask(self, method, path, body=None, kind="application/json"):
        headers = {"Content-Type": kind} if body is not None else {}
        self.connection.request(method, "/api/v1" + path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text[:500])
        return json.loads(text) if text else None


def yaml_lines(count):
    yield "subscribers:\n"
    for n in range(count):
        yield (f'- {{impu: "sip:+1555{n:07}@ims.example", display_name: Carol'
               f' Number {n}, aka: {{algorithm: AKAv1-MD5, k: "{n:032x}",'
               f' opc: cd63cb71954a9f4e48a5994e37a02baf}}}}\n')


def csv_lines(count):
    yield "impu,display_name,algorithm,k,opc\n"
    for n in range(count):
        yield (f"sip:+1555{n:07}@ims.example,Carol Number {n},AKAv1-MD5,"
               f"{n:032x},cd63cb71954a9f4e48a5994e37a02baf\n")


def parts(lines):
    part, size = [], 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size > PART:
            yield "".join(part)
            part, size = [], 0
    yield "".join(part)


def upload(admin, count):
    began, offset = time.monotonic(), 0
    lines = {"csv": csv_lines, "yaml": yaml_lines}[FORMAT](count)
    number = admin.ask("POST", "/imports", json.dumps(
        {"format": FORMAT, "name": f"million.{FORMAT}"}))["id"]
    for part in parts(lines):
        admin.ask("PUT", f"/imports/{number}/part?offset={offset}", part,
                  "application/octet-stream")
        offset += len(part)
    note(f"uploaded {offset / 1e6:.0f} MB in "
         f"{time.monotonic() - began:.1f} s")
    return number


def run(admin, number, table):
    began, told = time.monotonic(), 0
    admin.ask("POST", f"/imports/{number}/run")
    while True:
        job = admin.ask("GET", f"/imports/{number}")
        if job["state"] not in ("checking", "storing"):
            break
        if time.monotonic() - told > 10:
            told = time.monotonic()
            note(f"{told - began:5.0f} s  {job['state']}  {job['stored']} "
                 f"of {job['subscribers']}")
        time.sleep(0.25)
    seconds = time.monotonic() - began
    assert job["state"] == "done", job
    table.add(f"import of {job['inserted']:,}", seconds, "s", IMPORT_S,
              f"{job['inserted'] / seconds:,.0f} a second")


def size(path):
    """Of the database, as it is when the log is in it."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    pages, = db.execute("PRAGMA page_count").fetchone()
    free, = db.execute("PRAGMA freelist_count").fetchone()
    page, = db.execute("PRAGMA page_size").fetchone()
    db.close()
    return (pages - free) * page


def measure(table, what, limit, ask, times=20):
    """The slowest counts. The last answer."""
    values = []
    for _ in range(times):
        began = time.monotonic()
        answer = ask()
        values.append(1000 * (time.monotonic() - began))
    found = len(answer.get("subscribers", answer.get("nearest", [answer])))
    table.add(what, max(values), "ms", limit,
              f"p50 {percentile(values, .5):.1f}, {found} found")


def look(admin, table, count):
    last = count - 1
    cases = [
        ("list, first page", "/subscribers?limit=100"),
        ("list, far behind", f"/subscribers?limit=100&after={count * 9 // 10}"),
        ("search, a number", f"/subscribers?q=%2B1555{last:07}"),
        ("search, end of a number", f"/subscribers?q={last:07}"),
        ("search, part of a number", f"/subscribers?q={str(last)[1:6]}"),
        ("search, part of every number", "/subscribers?q=1555"),
        ("search, two words", f"/subscribers?q=carol%20{last}"),
        ("search, every name", "/subscribers?q=number"),
        ("search, two characters", "/subscribers?q=ca"),
        ("search, nothing", "/subscribers?q=zebra"),
        ("open, by identity", f"/subscribers/tel:%2B1555{last:07}"),
        ("open, by number", f"/subscribers/{count // 2}"),
    ]
    for what, path in cases:
        measure(table, what, API_MS, lambda: admin.ask("GET", path))


def look_for_nearest(admin, table, count):
    """Names of nobody: of each kind the one that costs most."""
    def nearest(impu):
        answer = admin.ask("POST", "/tools/examine",
                           json.dumps({"public": impu}))["public"]
        assert not answer["known"], impu
        return answer

    cases = [
        ("one digit wrong", f"sip:+1555{count // 2:07}7@ims.example"),
        ("ten letters, like nobody", "sip:zyxwvutsrq@ims.example"),
        ("a number, like nobody", "tel:+199988877766655"),
        ("like everybody", "sip:+1555-and-0000@ims.example"),
        ("as long as may be", f"sip:{'carol' * 45}@ims.example"),
    ]
    for what, impu in cases:
        measure(table, f"nearest, {what}", NEAREST_MS, lambda: nearest(impu))


def reset(admin, table):
    began = time.monotonic()
    left = admin.ask("POST", "/reset")["subscribers"]
    table.add("reset", 1000 * (time.monotonic() - began), "ms", RESET_MS,
              f"{left} subscribers are left")


def measure_all(net, admin, table, count):
    realm = "ims.example"
    store = next(net.directory / entry["store"]
                 for entry in net.tree["networks"][0]["nodes"]
                 if entry["role"] == "hss")
    admin.ask("POST", "/import", users(realm), "text/csv")
    calm = Load(net.hss, realm)
    time.sleep(5)
    calm.end(table, "alone")
    before = size(store)
    number = upload(admin, count)
    busy = Load(net.hss, realm)
    run(admin, number, table)
    busy.end(table, "meanwhile", CX_P99_MS)
    goes_first(os.getpid())
    table.add("disk, a subscriber", (size(store) - before) / count, "bytes",
              DISK_BYTES, "with indexes")
    look(admin, table, count)
    look_for_nearest(admin, table, count)
    reset(admin, table)
    admin.ask("POST", "/import", users(realm), "text/csv")
    behind = Load(net.hss, realm)
    time.sleep(5)
    behind.end(table, "behind the reset", CX_P99_MS)


def main(count):
    block = networks.Block()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="million-"))
    net = networks.Network(directory, block)
    table = Table()
    try:
        net.start(["hss1"])
        until(net.hss.is_ready, 5, "the HSS ready")
        goes_first(*threads(net.hss.process.pid, "hss"))
        goes_first(*threads(net.hss.process.pid, "store"), priority=1)
        measure_all(net, Admin(net.hss), table, count)
    finally:
        net.stop()
        net.kill()
        block.free()
    table.print()
    return 0 if table.is_good() else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
