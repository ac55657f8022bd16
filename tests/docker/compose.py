# SPDX-License-Identifier: MIT
"""docker and its compose, on the engine that DOCKER_HOST names, for a project
of our own. Nothing waits without an end."""
import json
import os
import re
import shutil
import socket
import subprocess
import time
from datetime import datetime

from story import ROOT
from waiting import until

NODES = ("pcscf1", "icscf1", "scscf1", "hss1", "dashboard")
COMPOSE = (["docker-compose"] if shutil.which("docker-compose")
           else ["docker", "compose"])
SEPARATOR = "_" if COMPOSE[0] == "docker-compose" else "-"  # in names


def free_port(step=1, count=1):
    """The first of `count` ports, `step` apart, that nobody has."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
            s.bind(("127.0.0.1", 0))
            first = s.getsockname()[1]
        if all(is_free(first + step * i) for i in range(count)):
            return first


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        return port < 65536 and s.connect_ex(("127.0.0.1", port)) != 0


PORT = free_port()
DASHBOARD = free_port()
PROJECT = f"imsbox-test-{os.getpid()}"
ENVIRONMENT = {**os.environ, "COMPOSE_PROJECT_NAME": PROJECT,
               "IMSBOX_IMAGE": "imsbox-test:latest",
               "IMSBOX_TOOLS_IMAGE": "imsbox-test-tools:latest",
               "IMSBOX_PORT_PCSCF1": str(PORT),
               "IMSBOX_PORT_DASHBOARD": str(DASHBOARD)}
IMAGE = ENVIRONMENT["IMSBOX_IMAGE"]
TOOLS = ENVIRONMENT["IMSBOX_TOOLS_IMAGE"]
BASE = os.environ.get("IMSBOX_BASE", "debian:bookworm-slim")


class Failed(AssertionError):
    """A command, and what it said."""


def run(*argv, seconds=60, **more):
    """What a command prints; `more` are variables of its environment."""
    try:
        return subprocess.run(argv, cwd=ROOT, env={**ENVIRONMENT, **more},
                              check=True, text=True, capture_output=True,
                              timeout=seconds).stdout
    except subprocess.CalledProcessError as e:
        raise Failed(f"{' '.join(argv)}: status {e.returncode}\n"
                     f"{e.stdout[-3000:]}{e.stderr[-3000:]}") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(argv)}: not within {seconds} s") from None


def compose(*arguments, seconds=120):
    return run(*COMPOSE, *arguments, seconds=seconds)


def container(node):
    return f"{PROJECT}{SEPARATOR}{node}{SEPARATOR}1"


def inspect(thing):
    return json.loads(run("docker", "inspect", thing))[0]


def is_ready(nodes=NODES, topology="compose.yaml"):
    """Each node's own word, all asked at once."""
    asked = [subprocess.Popen(
        ["timeout", "10", "docker", "exec", container(node),
         "imsbox", "status", f"/etc/imsbox/{topology}", node],
        env=ENVIRONMENT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) for node in nodes]
    return all([one.wait() == 0 for one in asked])


def wait_ready(seconds=30):
    until(is_ready, seconds, "all nodes are ready")


def wait_healthy(project=PROJECT, count=len(NODES), seconds=60):
    """As `docker ps` says it."""
    until(lambda: len(run(
        "docker", "ps", "-q", "--filter", "health=healthy", "--filter",
        f"label=com.docker.compose.project={project}").split()) >= count,
        seconds, f"{count} containers of {project} are healthy")


def when(text):
    """Seconds since 1970 of what `docker inspect` gives: with nanoseconds."""
    second, fraction, zone = re.fullmatch(r"([^.Z+]*)(\.\d+)?(Z|[+-].*)",
                                          text).groups()
    return (datetime.fromisoformat(second + zone.replace("Z", "+00:00"))
            .timestamp() + float(fraction or 0))


def start_times(nodes=NODES):
    """When the first container was made, and when the last one ran."""
    all_of = [inspect(container(node)) for node in nodes]
    return (min(when(i["Created"]) for i in all_of),
            max(when(i["State"]["StartedAt"]) for i in all_of))


def found_healthy(nodes=NODES):
    """When Docker had the first good answer of the last one."""
    logs = [inspect(container(node))["State"]["Health"]["Log"]
            for node in nodes]
    return max(min(when(one["End"]) for one in log if one["ExitCode"] == 0)
               for log in logs)


def timed(action, *arguments):
    begin = time.monotonic()
    action(*arguments)
    return time.monotonic() - begin


def shown_token():
    """The token that a person finds in the logs of the first start."""
    found = re.search(rf"http://127\.0\.0\.1:{DASHBOARD}/\?token=(\w+)",
                      compose("logs", "dashboard"))
    assert found, "no address to open in the logs"
    return found[1]
