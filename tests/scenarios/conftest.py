# SPDX-License-Identifier: MIT
"""Fixtures of the live tests."""
import json
import os
import shutil
import sys

import pytest

import network as networks
from capture import Capture
from clients import Account
from doctor import Clinic
from nameserver import Dnsmasq
from launcher import Launcher, Phone
from sipp import Sipp

HOUSE = ("pcscf", "icscf", "scscf", "hss")


def pytest_configure(config):
    missing = [name for name in HOUSE if not (networks.BIN / name).exists()]
    if missing:
        pytest.exit(f"{networks.BIN} lacks {', '.join(missing)}: build first",
                    returncode=2)


def skip(why):
    print(f"SKIPPED: {why}", file=sys.stderr)
    pytest.skip(why)


@pytest.fixture
def need():
    """need("sipp", "tshark") skips the test, loudly, without them."""
    def check(*programs):
        for program in programs:
            if not shutil.which(program):
                skip(f"{program} is not installed")
    return check


@pytest.fixture
def offered():
    """offered("post", "/reset") skips the test, loudly, as long as the API's
    description calls that planned; what it does not have fails."""
    text = (networks.ROOT / "docs/openapi.json").read_text()
    paths = json.loads(text)["paths"]

    def check(method, path):
        operation = paths.get("/api/v1" + path, {}).get(method)
        if operation is None:
            pytest.fail(f"{method.upper()} {path} is not described")
        if operation.get("x-planned"):
            skip(f"{method.upper()} {path} is not offered yet")
    return check


@pytest.fixture
def block():
    mine = networks.Block()
    yield mine
    mine.free()


@pytest.fixture
def make_network(block, tmp_path, request):
    """Starts networks; at the end all programs must stop by themselves with
    status 0 and no sanitizer may have complained."""
    started = []

    def make(topology="box.yaml", start=True, directory="", **options):
        where = tmp_path / directory
        where.mkdir(exist_ok=True)
        net = networks.Network(where, block, topology, **options)
        started.append(net)
        if start:
            net.start()
            net.wait_ready()
        return net

    yield make
    failed = getattr(request.node, "failed", True)
    complaints = [end(net, failed) for net in started]
    assert not any(complaints), "\n".join(filter(None, complaints))


def end(net, failed):
    """Stops a network, whatever happened; what is to be complained of."""
    if failed:
        show_story(net)
    try:
        status = net.stop()
    finally:
        net.kill()
    if failed:
        show_logs(net)
    reports = net.sanitizer_reports()
    if set(status.values()) - {0}:
        return f"exit statuses {status}\n{reports}"
    return reports


def show_story(net):
    try:
        print(net.story()[-20000:])
    except AssertionError as error:  # a node that does not answer any more
        print(f"no story: {error}")


def show_logs(net):
    for node in net.nodes.values():
        if node.log_path.exists():
            print(f"---- {node.name}\n{node.log()[-6000:]}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed


@pytest.fixture
def box(make_network):
    """box.yaml, running."""
    return make_network()


@pytest.fixture
def account():
    """account(net, "alice") makes what a phone must know from the entry of
    the subscriber file."""
    def make(net, user, proxy=None, domain=None):
        domain = domain or net.tree["networks"][0]["domain"]
        entry = net.subscribers(domain)[user]
        if "aka" in entry:
            secret = {"k": entry["aka"]["k"].encode(),
                      "op": bytes.fromhex(entry["aka"]["op"])}
        else:
            secret = {"password": entry["digest"]["password"]}
        return Account(user, domain, proxy or net.proxy(), **secret)
    return make


@pytest.fixture
def phones(tmp_path):
    """phones(Twinkle, account, ...) opens a phone, which is closed in the
    end."""
    opened = []

    def make(kind, account, *where, **options):
        home = tmp_path / f"{kind.__name__.lower()}-{account.user}"
        phone = kind(account, home, *where, **options)
        opened.append(phone)
        return phone

    yield make
    for phone in opened:
        phone.close()


@pytest.fixture
def sipp(tmp_path, need):
    """sipp("register", local, proxy, rows, ...) runs SIPp; .wait() for it."""
    need("sipp")
    runs = []

    def make(scenario, local, proxy, rows, **options):
        run = Sipp(tmp_path, scenario, local, proxy, rows, **options)
        runs.append(run)
        return run

    yield make
    for run in runs:
        run.kill()


@pytest.fixture
def capture(block, tmp_path, need):
    """capture() begins; .stop() answers the packets."""
    need("dumpcap", "tshark")
    running = []

    def make(name="packets"):
        if os.geteuid() != 0:
            skip("capturing on loopback needs root")
        running.append(Capture(tmp_path / f"{name}.pcapng", block))
        return running[-1]

    yield make
    for one in running:
        one.kill()


@pytest.fixture
def launch(make_network):
    """launch() runs box.yaml under imsbox up."""
    launched = []

    def make(**options):
        launched.append(Launcher(make_network(start=False, **options)))
        return launched[-1]

    yield make
    running = [one for one in launched if one.process.poll() is None]
    for launcher in launched:
        launcher.stop()
    for launcher in launched:
        launcher.assert_ended_well(launcher in running)


@pytest.fixture
def registered(launch, block):
    """A running box, and the Call-ID by which bob registered."""
    launcher = launch(change=networks.unhurried)
    launcher.wait_for("box is ready")
    phone = Phone(launcher.net, "bob", "bobs-password", block.address(9))
    phone.register()
    return launcher, phone.call


@pytest.fixture
def clinic(launch, block, sipp):
    """clinic() runs a network with its doctor."""
    def make(**options):
        launcher = launch(**options)
        launcher.wait_for("is ready")
        return Clinic(launcher, block, sipp)
    return make


@pytest.fixture
def nameserver(block, tmp_path, need):
    """The address of one that knows nothing."""
    need("dnsmasq")
    server = Dnsmasq(tmp_path, block.address(53), "--local=/nowhere.example/")
    yield f"{block.address(53)}:53"
    server.stop()
