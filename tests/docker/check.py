# SPDX-License-Identifier: MIT
"""What compose.yaml promises, on the engine that DOCKER_HOST names: builds,
starts, provisions, registers and calls through the published ports, kills each
container, keeps the store, stops. Prints the figures.

usage: check.py [--any-speed]     on a machine with other things to do, times
                                  are told and not judged; the tools profile,
                                  which takes a minute to build, is left out
"""
import difflib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import lan
import story
from compose import (BASE, DASHBOARD, ENVIRONMENT, IMAGE, NODES, PORT, PROJECT,
                     TOOLS, compose, container, found_healthy, free_port,
                     inspect, is_ready, run, shown_token, start_times, timed,
                     wait_healthy, wait_ready)
from story import ROOT
from waiting import until

MIB = 1 << 20
MOST_OVER_BASE = 60 * MIB
MOST_UNTIL_READY = 5
HEALED = 30  # seconds a killed node may take until calls succeed again
COPIES = 3
PROXY = f"127.0.0.1:{PORT}"


class Check:
    def __init__(self, any_speed):
        self.any_speed = any_speed
        self.first = None  # when `up` began
        self.passed = 0

    def say(self, what, text):
        print(f"{what:16} {text}", flush=True)

    def ask(self, path, method="GET", body=None):
        return story.ask(DASHBOARD, path, method, body, shown_token())

    # ---- one network, from its build to its first call ---------------------

    def builds(self):
        self.say("build", f"{timed(self.build):.0f} s")
        size = inspect(IMAGE)["Size"]
        over = size - inspect(BASE)["Size"]
        self.say("image size", f"{size / MIB:.1f} MiB, {over / MIB:.1f} MiB "
                 f"over {BASE}")
        assert over <= MOST_OVER_BASE, "the image is too large"

    def build(self):
        compose("build", "-q", NODES[0], seconds=900)

    def starts(self):
        self.first = time.monotonic()
        began = time.time()
        compose("up", "-d", "--no-build")
        wait_healthy()
        made, ran = start_times()
        healthy = found_healthy()
        self.say("time to ready", f"{healthy - began:.1f} s, in the words of "
                 f"`docker ps`: compose {made - began:.1f}, the engine's "
                 f"containers {ran - made:.1f}, until it has asked each node "
                 f"{healthy - ran:.1f}")
        assert self.any_speed or healthy - began < MOST_UNTIL_READY, "too slow"

    def calls(self):
        story.call(PROXY)
        self.say("first call", f"ended {time.monotonic() - self.first:.1f} s "
                 "after `up` began, over UDP")

    def tells_the_same_story(self):
        """As the box that `make run` starts: messages and decisions."""
        there = json.loads(run("tools/alone", sys.executable,
                               "tests/docker/story.py", seconds=90))
        here = story.story_of(DASHBOARD, shown_token())
        for at in sorted(here.keys() | there.keys()):
            differs = list(difflib.unified_diff(
                there.get(at, []), here.get(at, []), "on loopback",
                "in containers", lineterm=""))
            assert not differs, "\n".join(differs)
        count = sum(len(lines) for lines in here.values())
        self.say("same story", f"{count} messages and decisions of the first "
                 "call, as through `make run`")

    def calls_over_tcp(self):
        story.call(PROXY, "tcp")
        self.say("calls", "over TCP too")

    def lets_in_by_token(self):
        assert story.ask(DASHBOARD, "/network")[0] == 401, "no token is needed"
        assert story.ask(DASHBOARD, "/network", token="guessed")[0] == 401
        token = shown_token()
        until(lambda: story.all_ready(DASHBOARD, token), 10,
              "the dashboard sees all nodes")
        self.say("dashboard", "at the published port, with the token it showed")

    def is_confined(self):
        for node in NODES:
            i = inspect(container(node))
            host = i["HostConfig"]
            assert i["Config"]["User"] == "imsbox", f"{node} runs as root"
            assert host["ReadonlyRootfs"] and not host["Privileged"]
            assert host["CapDrop"] == ["ALL"] and not host["CapAdd"]
            assert host["NetworkMode"] != "host"
        self.say("confinement", "no root, no capabilities, read-only")

    # ---- what dies comes back ----------------------------------------------

    def call_again(self, users=("bob", "erin")):
        """New phones until it works: a node was away a moment ago."""
        def works():
            try:
                story.call(PROXY, users=users)
                return True
            except AssertionError:
                return False
        until(works, HEALED, "phones register and call again")

    def comes_back(self):
        for node in NODES:
            pid = str(inspect(container(node))["State"]["Pid"])
            began = time.monotonic()
            subprocess.run(["kill", "-KILL", pid], check=True)
            until(lambda: is_ready([node]), HEALED, f"{node} is back")
            back = time.monotonic() - began
            wait_ready(HEALED)
            self.call_again()
            self.say(f"{node} killed", f"back after {back:.1f} s, calls again "
                     f"after {time.monotonic() - began:.1f} s")

    def restarts(self):
        for node in NODES:
            began = time.monotonic()
            compose("restart", node)
            wait_ready(HEALED)
            self.call_again()
            self.say(f"{node} restart", "calls again after "
                     f"{time.monotonic() - began:.1f} s")

    def starts_in_any_order(self):
        """Who asks before who answers, and the other way round."""
        for order in (NODES, NODES[::-1]):
            compose("stop")
            for node in order:
                compose("start", node)
            wait_ready(HEALED)
            self.call_again()
        self.say("any order", "calls again, whoever is started first")

    def moves(self):
        """A container that comes back at another address is found again."""
        was = {node: address(node) for node in ("hss1", "scscf1")}
        compose("stop", *was)
        lodgers = [run("docker", "run", "-d", "--rm", "--network",
                       f"{PROJECT}_default", IMAGE, "sleep", "120").strip()
                   for _ in was]
        try:
            compose("start", *was)
            began = time.monotonic()
            wait_ready(HEALED)
            self.call_again()
            self.say("moved", f"{', '.join(was)}: calls again after "
                     f"{time.monotonic() - began:.1f} s")
            for node, before in was.items():
                assert address(node) != before, f"{node} is where it was"
        finally:
            run("docker", "kill", *lodgers)

    def keeps_its_store(self):
        """zoe is provisioned, calls, and is there after `down` and `up`."""
        body = json.dumps({"impu": "sip:zoe@ims.example",
                           "digest": {"password": "zoes-password"}})
        status, made = self.ask("/subscribers", "POST", body)
        assert status == 201, made
        token = shown_token()
        story.call(PROXY, users=("zoe", "erin"))
        compose("down")
        compose("up", "-d", "--no-build")
        wait_ready()
        until(lambda: "sip:zoe@ims.example" in story.ask(
            DASHBOARD, "/subscribers", token=token)[1], 10,
            "the store outlives the containers, and so does the token")
        self.call_again(("zoe", "erin"))
        self.say("store", "zoe, provisioned by HTTP, calls before and after "
                 "`down` and `up`")

    # ---- phones elsewhere ---------------------------------------------------

    def serves_the_lan(self):
        """IMSBOX_HOST is this machine's address there."""
        if os.geteuid() != 0:
            self.say("LAN", "SKIPPED: a LAN to try it in needs root")
            return
        ENVIRONMENT["IMSBOX_HOST"] = lan.OURS
        try:
            with lan.lan():
                compose("up", "-d", "--no-build")
                wait_ready()
                for transport in ("udp", "tcp"):
                    lan.calls(PORT, transport)
        finally:
            del ENVIRONMENT["IMSBOX_HOST"]
        self.say("LAN", "a phone on another machine and one on this call each "
                 "other by IMSBOX_HOST, over UDP and TCP")

    # ---- more than one ------------------------------------------------------

    def runs_two_networks(self):
        """Each with its proxy, beside the first."""
        for name in ("RED_PCSCF", "BLUE_PCSCF", "TWO_NETWORKS_DASHBOARD"):
            ENVIRONMENT[f"IMSBOX_PORT_{name}"] = str(free_port())
        compose("--profile", "two-networks", "up", "-d", "--no-build")
        names = [f"{colour}-{role}" for colour in ("red", "blue")
                 for role in ("pcscf", "icscf", "scscf", "hss")]
        until(lambda: is_ready(names, "compose-two-networks.yaml"), HEALED,
              "two networks more are ready")
        self.say("two-networks", "ready beside the first")

    def has_tools(self):
        """SIPp sends to the P-CSCF, tshark sees it, both beside it."""
        if self.any_speed:
            return
        took = timed(compose, "--profile", "tools", "build", "-q", "tools")
        compose("--profile", "tools", "up", "-d", "--no-build", "tools")
        name = container("tools")
        seen = subprocess.Popen(
            ["timeout", "30", "docker", "exec", name, "tshark", "-i", "any",
             "-l", "-a", "duration:20", "-f", "host 127.0.0.1 and udp port "
             "5060", "-c", "1"],  # -c counts what -Y would not show, too
            env=ENVIRONMENT, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        scenario = ROOT / "tests" / "docker" / "options.xml"
        with open(scenario) as file:
            subprocess.run(["docker", "exec", "-i", name, "sh", "-c",
                            "cat >/tmp/options.xml"], stdin=file, check=True,
                           env=ENVIRONMENT, timeout=20)
        until(lambda: sipp(name) and seen.poll() is not None, 25,
              "SIPp is answered and tshark has seen it")
        assert "OPTIONS" in seen.stdout.read(), "tshark saw nothing"
        self.say("tools", f"built in {took:.0f} s; SIPp is answered, tshark "
                 "sees it")

    def runs_a_class(self):
        """docker/class.sh: copies beside each other, without a clash."""
        name = f"imsbox-test-class-{PORT}-"
        more = {"IMSBOX_CLASS": name, "IMSBOX_HOST": "127.0.0.1",
                "IMSBOX_PORT_PCSCF1": str(free_port(10, COPIES + 1)),
                "IMSBOX_PORT_DASHBOARD": str(free_port(10, COPIES + 1))}

        def copies(action):
            return run("docker/class.sh", action, str(COPIES), seconds=300,
                       **more)
        began = time.monotonic()
        try:
            copies("up")
            for i in range(1, COPIES + 1):
                wait_healthy(f"{name}{i}")
            took = time.monotonic() - began
            for i in range(1, COPIES + 1):
                port = int(more["IMSBOX_PORT_PCSCF1"]) + 10 * i
                story.call(f"127.0.0.1:{port}")
            assert copies("list").count("5 of 5 healthy") == COPIES
            copies("down")
            assert copies("list").count("0 of 5 healthy") == COPIES
            self.say("class.sh", f"{COPIES} networks healthy after "
                     f"{took:.1f} s, a call in each")
        finally:
            copies("remove")
        left = run("docker", "volume", "ls", "-q", "--filter", f"name={name}")
        assert not left, f"class.sh remove leaves {left}"


def address(node):
    networks = inspect(container(node))["NetworkSettings"]["Networks"]
    return networks[f"{PROJECT}_default"]["IPAddress"]


def sipp(name):
    """Is one OPTIONS answered, with whatever?"""
    return subprocess.run(
        ["docker", "exec", name, "timeout", "5", "sipp", "-sf",
         "/tmp/options.xml", "-m", "1", "-i", "127.0.0.1", "127.0.0.1:5060"],
        env=ENVIRONMENT, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=20).returncode == 0


CHECKS = (Check.builds, Check.starts, Check.calls, Check.tells_the_same_story,
          Check.calls_over_tcp, Check.lets_in_by_token, Check.is_confined,
          Check.comes_back, Check.restarts, Check.starts_in_any_order,
          Check.moves, Check.keeps_its_store, Check.serves_the_lan,
          Check.has_tools, Check.runs_two_networks, Check.runs_a_class)


def clean():
    """Only what is ours; the images too, of which others have no use."""
    compose("--profile", "two-networks", "--profile", "tools", "down", "-v",
            "--remove-orphans")
    for image in (IMAGE, TOOLS):
        subprocess.run(["docker", "image", "rm", "--no-prune", image],
                       env=ENVIRONMENT, capture_output=True, timeout=60)


def end(*_):
    sys.exit("ended from outside")


def main(any_speed):
    signal.signal(signal.SIGTERM, end)
    check = Check(any_speed)
    missing = [p for p in ("baresip",) if not shutil.which(p)]
    assert not missing, f"{missing} is missing: tools/install-deps test"
    began = time.monotonic()
    try:
        for one in CHECKS:
            one(check)
            check.passed += 1
    except BaseException as error:
        print(f"{one.__name__}: {error}")
        print(subprocess.run(["docker", "ps", "-a"], env=ENVIRONMENT,
                             capture_output=True, text=True).stdout)
        print(f"{check.passed} passed, 1 failed")
        raise
    finally:
        clean()
    print(f"{check.passed} passed in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(any_speed="--any-speed" in sys.argv[1:])
