# SPDX-License-Identifier: MIT
"""What compose.yaml promises, on the engine that DOCKER_HOST names: builds,
starts, registers and calls through the published ports, kills each container,
keeps the store, stops. Prints the figures."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "scenarios"))

from clients import Account, Baresip, talk  # noqa: E402
from waiting import until  # noqa: E402

BASE = os.environ.get("IMSBOX_BASE", "debian:bookworm-slim")
NODES = ("pcscf1", "icscf1", "scscf1", "hss1", "dashboard")
MIB = 1 << 20
MOST_OVER_BASE = 60 * MIB
MOST_UNTIL_READY = 5
HEALED = 30  # seconds a killed node may take until calls succeed again


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


IMAGE = os.environ.get("IMSBOX_IMAGE", "imsbox:latest")
PORT = free_port()
DASHBOARD = free_port()
LOOPBACK = "127.52.1"  # of the phones
PROJECT = f"imsbox-test-{os.getpid()}"
ENVIRONMENT = {**os.environ, "COMPOSE_PROJECT_NAME": PROJECT,
               "IMSBOX_PORT_PCSCF1": str(PORT),
               "IMSBOX_PORT_DASHBOARD": str(DASHBOARD)}
COMPOSE = (["docker-compose"] if shutil.which("docker-compose")
           else ["docker", "compose"])
SEPARATOR = "_" if COMPOSE[0] == "docker-compose" else "-"  # in names


def run(*argv, **options):
    return subprocess.run(argv, cwd=ROOT, env=ENVIRONMENT, check=True,
                          text=True, capture_output=True, **options).stdout


def compose(*arguments):
    try:
        return run(*COMPOSE, *arguments)
    except subprocess.CalledProcessError as e:
        raise AssertionError(
            f"compose {arguments}: {e.stdout[-3000:]}{e.stderr[-3000:]}")


def container(node):
    return compose("ps", "-q", node).strip()


def is_ready(nodes=NODES, topology="compose.yaml"):
    """Each node's own word, all asked at once."""
    asked = [subprocess.Popen(
        ["docker", "exec", f"{PROJECT}{SEPARATOR}{node}{SEPARATOR}1",
         "imsbox", "status", f"/etc/imsbox/{topology}", node],
        env=ENVIRONMENT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) for node in nodes]
    return all([one.wait() == 0 for one in asked])


def wait_ready(seconds=20):
    until(is_ready, seconds, "all nodes are ready")


def shown_token():
    """The token that a person finds in the logs of the first start."""
    found = re.search(rf"http://127\.0\.0\.1:{DASHBOARD}/\?token=(\w+)",
                      compose("logs", "dashboard"))
    assert found, "no address to open in the logs"
    return found[1]


def ask(path, method="GET", body=None, token=None):
    """(status, text) of the dashboard, at its published port."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{DASHBOARD}/api/v1{path}", method=method,
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


def check_dashboard():
    """Lets in who has the token, and shows all nodes alive."""
    token = shown_token()
    assert ask("/network")[0] == 401, "no token is needed"
    assert ask("/network", token="guessed-it")[0] == 401

    def all_alive():
        status, text = ask("/network", token=token)
        nodes = status == 200 and json.loads(text)["networks"][0]["nodes"]
        return nodes and all(node["ready"] for node in nodes)
    until(all_alive, 10, "the dashboard sees all nodes")
    status, text = ask("/trace?user=bob&result=200", token=token)
    assert status == 200 and json.loads(text)["steps"], text
    print("dashboard        at the published port, with the token it showed")


def size(image):
    return json.loads(run("docker", "image", "inspect", image))[0]["Size"]


class Phones:
    """bob and erin, outside the network, at the published port."""

    def __init__(self, transport):
        self.transport = transport
        self.home = Path(tempfile.mkdtemp(prefix="imsbox-docker-"))
        self.phones = []

    def __enter__(self):
        for last, user in enumerate(("bob", "erin"), 1):
            account = Account(user, "ims.example", f"127.0.0.1:{PORT}",
                              password=f"{user}s-password")
            self.phones.append(Baresip(account, self.home / user,
                                       f"{LOOPBACK}.{last}:5060",
                                       self.transport))
        return self

    def register_and_call(self):
        for phone in self.phones:
            phone.register()
        talk(*self.phones)

    def __exit__(self, *_):
        for phone in self.phones:
            phone.close()
        shutil.rmtree(self.home, ignore_errors=True)


def call(transport="udp"):
    with Phones(transport) as phones:
        phones.register_and_call()


def call_again():
    """New phones until it works: a node was away a moment ago."""
    def works():
        try:
            call()
            return True
        except AssertionError:
            return False
    until(works, HEALED, "phones register and call again")


def check_image():
    over = size(IMAGE) - size(BASE)
    print(f"image size       {size(IMAGE) / MIB:.1f} MiB, "
          f"{over / MIB:.1f} MiB over {BASE}")
    assert over <= MOST_OVER_BASE, "the image is too large"


def check_confinement():
    for node in NODES:
        i = json.loads(run("docker", "inspect", container(node)))[0]
        host = i["HostConfig"]
        assert i["Config"]["User"] == "imsbox", f"{node} runs as root"
        assert host["ReadonlyRootfs"] and not host["Privileged"]
        assert host["CapDrop"] == ["ALL"] and not host["CapAdd"]
        assert host["NetworkMode"] != "host"
    print("confinement      no root, no capabilities, read-only")


def check_start():
    started = time.monotonic()
    compose("up", "-d", "--no-build")
    up = time.monotonic() - started
    wait_ready()
    ready = time.monotonic() - started
    print(f"time to ready    {ready:.1f} s, of which `up` took {up:.1f} s")
    assert ready < MOST_UNTIL_READY, "too slow"
    call("udp")
    print(f"time to first call ended  {time.monotonic() - started:.1f} s")
    call("tcp")
    print("calls            over UDP and TCP, from outside the network")


def check_restarts():
    for node in NODES:
        pid = run("docker", "inspect", "-f", "{{.State.Pid}}",
                  container(node)).strip()
        started = time.monotonic()
        subprocess.run(["kill", "-KILL", pid], check=True)
        until(lambda: is_ready([node]), HEALED, f"{node} is back")
        back = time.monotonic() - started
        wait_ready(HEALED)
        call_again()
        print(f"{node} killed    back after {back:.1f} s, calls again after "
              f"{time.monotonic() - started:.1f} s")


def check_move():
    """A container that comes back at another address is found again."""
    was = {node: address(node) for node in ("hss1", "scscf1")}
    compose("stop", *was)
    lodgers = [run("docker", "run", "-d", "--rm", "--network",
                   f"{PROJECT}_default", IMAGE, "sleep", "120").strip()
               for _ in was]
    try:
        compose("start", *was)
        started = time.monotonic()
        wait_ready(HEALED)
        call_again()
        print(f"moved            {', '.join(was)}: calls again after "
              f"{time.monotonic() - started:.1f} s")
        for node, before in was.items():
            assert address(node) != before, f"{node} is where it was"
    finally:
        run("docker", "kill", *lodgers)


def address(node):
    return run("docker", "inspect", "-f", "{{range .NetworkSettings.Networks}}"
               "{{.IPAddress}}{{end}}", container(node)).strip()


def check_store():
    body = json.dumps({"impu": "sip:zoe@ims.example",
                       "digest": {"password": "zoes-password"}})
    token = shown_token()
    status, made = ask("/subscribers", "POST", body, token)
    assert status == 201, made
    compose("down")
    compose("up", "-d", "--no-build")
    wait_ready()
    until(lambda: "sip:zoe@ims.example" in ask("/subscribers", token=token)[1],
          10, "the store outlives the containers, and so does the token")
    print("store            a subscriber outlives `down` and `up`")


def check_profiles():
    """Two networks more, each with its proxy, beside the first."""
    ENVIRONMENT.update({"IMSBOX_PORT_RED_PCSCF": str(free_port()),
                        "IMSBOX_PORT_BLUE_PCSCF": str(free_port()),
                        "IMSBOX_PORT_TWO_NETWORKS_DASHBOARD":
                        str(free_port())})
    compose("--profile", "two-networks", "up", "-d", "--no-build")
    names = [f"{colour}-{role}" for colour in ("red", "blue")
             for role in ("pcscf", "icscf", "scscf", "hss")]
    until(lambda: is_ready(names, "compose-two-networks.yaml"), HEALED,
          "two networks more are ready")
    print("two-networks     ready beside the first")


def main():
    started = time.monotonic()
    compose("build", "-q")
    print(f"build            {time.monotonic() - started:.0f} s")
    try:
        check_image()
        check_start()
        check_dashboard()
        check_confinement()
        check_restarts()
        check_move()
        check_store()
        check_profiles()
    except BaseException:
        print(compose("logs", "--tail=30"))
        raise
    finally:
        compose("--profile", "two-networks", "down", "-v", "--remove-orphans")
    print("test-docker passed")


if __name__ == "__main__":
    main()
