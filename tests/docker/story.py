# SPDX-License-Identifier: MIT
"""A first call, and how the network tells it afterwards: run on its own this
makes the call in the box that `make run` starts, on loopback, and prints the
story as JSON. The story in containers has to be the same."""
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "scenarios"))

from clients import Account, Baresip, talk  # noqa: E402
from waiting import stop, until  # noqa: E402

LOOPBACK = "127.52.1"  # of the phones
# What differs from one run to the next, or tells where a network runs.
FREE = [(re.compile(r"\b[1-9]\d{1,2}(\.\d{1,3}){3}(:\d+)?"), "ADDRESS"),
        (re.compile(r"-0x[0-9a-f]+"), "-PHONE"),
        (re.compile(r"^\d+ bytes"), "BYTES")]


def ask(port, path, method="GET", body=None, token=None):
    """(status, text) of the dashboard at this port of 127.0.0.1."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1{path}", method=method,
        data=body and body.encode(),
        headers={"Content-Type": "application/json",
                 **({"Authorization": f"Bearer {token}"} if token else {})})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def all_ready(port, token=None):
    """Does the dashboard see each node ready?"""
    status, text = ask(port, "/network", token=token)
    nodes = status == 200 and json.loads(text)["networks"][0]["nodes"]
    return bool(nodes) and all(node["ready"] for node in nodes)


@contextlib.contextmanager
def phones(proxy, transport="udp", users=("bob", "erin")):
    """Two phones outside the network, by its proxy, "address:port"."""
    home = Path(tempfile.mkdtemp(prefix="imsbox-docker-"))
    made = []
    try:
        for last, user in enumerate(users, 1):
            account = Account(user, "ims.example", proxy,
                              password=f"{user}s-password")
            made.append(Baresip(account, home / user,
                                f"{LOOPBACK}.{last}:5060", transport))
            made[-1].register()
        yield made
    finally:
        for phone in made:
            phone.close()
        shutil.rmtree(home, ignore_errors=True)


def call(proxy, transport="udp", users=("bob", "erin")):
    """Both register, the first calls the second; ends the call."""
    with phones(proxy, transport, users) as both:
        talk(*both)


def plain(text):
    for pattern, name in FREE:
        text = pattern.sub(name, text)
    return text


def tell(steps):
    """{node and neighbour: what passed between them and why, in the node's own
    order}. Between two neighbours there is none: a callee answers while its 180
    is still on the way. What was sent twice, because an answer was late, counts
    once; 100 Trying stands at the end, since it does not wait for a name to be
    looked up, and on loopback there are none."""
    story, at_once, seen = {}, {}, set()
    for step in sorted(steps, key=lambda s: (s["node"], s["seq"])):
        if step["kind"] == "message":
            which = step["node"], step.get("pair"), step["text"], step["to"]
            if which in seen:
                continue
            seen.add(which)
        line = f"{step['from']} -> {step['to']}: {plain(step['text'])}"
        part = at_once if "100 Trying" in step["text"] else story
        at = " ".join(sorted({step["node"], step["from"], step["to"]}))
        part.setdefault(at, []).append(line)
    return {at: story.get(at, []) + at_once.get(at, [])
            for at in story.keys() | at_once.keys()}


def story_of(port, token=None):
    """Of the first INVITE and of both REGISTERs before it, once the call has
    ended."""
    def told():
        status, text = ask(port, "/trace?user=bob&limit=500", token=token)
        steps = json.loads(text)["steps"] if status == 200 else []
        return steps if any(s["text"] == "200 OK (BYE)" and s["to"] == "bob"
                            for s in steps) else None
    steps = until(told, 10, "the dashboard has the whole call")
    status, text = ask(port, "/trace?user=erin&limit=500", token=token)
    assert status == 200, text
    ours = {s["id"] for s in steps}
    steps += [s for s in json.loads(text)["steps"] if s["id"] not in ours]
    return tell(steps)


def main():
    """In a network namespace of its own: the box has fixed addresses."""
    home = Path(tempfile.mkdtemp(prefix="imsbox-loopback-"))
    shutil.copytree(ROOT / "topology", home / "topology",
                    ignore=shutil.ignore_patterns("*.db*", ".imsbox"))
    box = subprocess.Popen(
        [ROOT / "build" / "release" / "bin" / "imsbox", "up",
         home / "topology" / "box.yaml"], stdout=subprocess.DEVNULL,
        env={**os.environ, "XDG_RUNTIME_DIR": str(home)})
    try:
        until(lambda: all_ready(8080), 20, "the box is ready")
        call("127.0.0.1:5060")
        json.dump(story_of(8080), sys.stdout)
    finally:
        stop(box, 10)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
