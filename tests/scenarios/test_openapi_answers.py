# SPDX-License-Identifier: MIT
"""Each answer that docs/openapi.json tells of comes: every operation of every
program, every status that it names; and each door of each operation is kept.
What is not reached, and what is reached without being told, fails."""
import contextlib
import http.client
import json

import pytest

import test_openapi as openapi
from launcher import SECONDS, Phone
from test_openapi import DOC, PROBE, Client, fill, fresh, url
from waiting import until

BIG = b"x" * (16 * 1024 * 1024 + 1)
NOBODY = {"id": "sip:nobody@ims.example", "impi": "nobody@ims.example",
          "impu": "sip:nobody@ims.example", "name": "nobody",
          "number": 999999, "path": "state"}


class At:
    """An address as Client wants one."""

    def __init__(self, admin):
        self.admin = admin


def known(op):
    """The statuses that an operation names."""
    return {int(s) for s in op["responses"] if s != "default"}


class Ledger:
    """What was asked for and came."""

    def __init__(self):
        self.came = set()
        self.told = {(op["operationId"], s) for methods in DOC["paths"].values()
                     for op in methods.values() for s in known(op)}

    def note(self, op, answer, what):
        came = op["operationId"], answer.status
        if came not in self.told or answer.status < 500:
            openapi.check(op, answer, what)
        self.came.add(came)
        return answer

    def missing(self):
        return sorted(self.told - self.came)


class Asker:
    """One program, every operation by its name."""

    def __init__(self, ledger, admin):
        self.ledger, self.client = ledger, Client(At(admin))

    def __call__(self, name, body=None, kind=None, /, *, more="",
                 headers=None, path=None, **values):
        at, method, op = OPERATIONS[name]
        for key, value in values.items():
            at = at.replace("{" + key + "}", str(value))
        answer = self.client.ask(
            method, (path or at) + more, body,
            kind or ("application/json" if body is not None else None),
            **headers or {})
        return self.ledger.note(op, answer, f"{name} {more}")


OPERATIONS = {op["operationId"]: (path, method.upper(), op)
              for path, methods in DOC["paths"].items()
              for method, op in methods.items()}


def generic(ask, role):
    """What an operation's description alone says how to bring about."""
    client = ask.client
    for path, method, op in openapi.operations(role):
        name, told = op["operationId"], known(op)
        kind, media = (openapi.bodies(op) or [(None, {})])[0]
        body = media.get("example")

        def now(more="", at=None, sent=body, mime=kind, **headers):
            target = at or (fill(client, path) if role == "hss" else
                            path.format(**NOBODY))
            joined = more.replace("?", "&", 1) if "?" in target else more
            answer = ask(name, sent, mime, more=joined, headers=headers,
                         path=target)
            openapi.done_with(client, target, answer)
            return answer

        if role == "hss":
            fresh(client)
        needed = url("", openapi.query(op))
        if "dry" in str(op.get("parameters")).lower() and role == "hss":
            now((needed + "&" if needed else "?") + "dry_run=true")
            fresh(client)
        if told & {200, 201, 202, 204}:
            now(needed)
        if {201, 409} <= told and method == "POST":
            now(needed)
        if 400 in told:
            now((needed + "&" if needed else "?") + "%zz=%")
        if 404 in told:
            nobody = path.format(**NOBODY)
            now(needed, nobody)
        if 412 in told:
            fresh(client)
            now(at=fill(client, path), If_Match='"none"')
        if 413 in told:
            now(needed, sent=BIG)
        if 415 in told:
            now(needed, sent=b"\x89PNG", mime="image/png")


# ---- what takes more than a description ------------------------------------

BOB, ERIN = "sip:bob@ims.example", "sip:erin@ims.example"
BOBS = {"impu": BOB, "digest": {"password": "p"}}
CSV = "impu,password\nsip:filed{}@ims.example,p\n"


def subscribers(hss):
    hss("createSubscriber", BOBS)
    hss("createRange", example("createRange"), more="?dry_run=true")
    hss.client.ask("DELETE", PROBE)
    hss("putSubscriber", example("putSubscriber"), path=PROBE)
    hss("putSubscriber", example("putSubscriber"),
        path="/api/v1/subscribers/999999")
    whole = hss.client.ask("GET", PROBE).json()
    taken = json.loads(json.dumps(whole).replace("sip:probe2@", "sip:bob@"))
    hss("putSubscriber", taken, path=PROBE)
    hss("patchSubscriber", {"sets": taken["sets"]}, path=PROBE)
    hss("putPrivate", {"digest": {"password": "p"}},
        path=f"{PROBE}/private/bob@ims.example")
    hss("putPublic", {}, path=f"{PROBE}/public/{BOB}")
    whole = hss.client.ask("GET", f"/api/v1/subscribers/{BOB}").json()
    bob = f"/api/v1/subscribers/{whole['id']}"
    hss("deletePrivate", path=f"{bob}/private/bob@ims.example")
    for one in (one for s in whole["sets"] for one in s["publics"]):
        hss("deletePublic", path=f"{bob}/public/{one['impu']}")
    hss("putSqn", {"sqn": "000000000001"},
        path=f"{bob}/private/bob@ims.example/sqn")
    hss("getSecrets", path=f"{bob}/private/bob@ims.example/secrets",
        headers={"X-Imsbox-Role": "viewer"})


def example(name):
    content = OPERATIONS[name][2]["requestBody"]["content"]
    return next(iter(content.values()))["example"]


def catalogue(hss):
    """What is new, and what is in use."""
    hss("putSharedIfc", example("putSharedIfc"), number=4711)
    hss("putChargingSet", example("putChargingSet"), name="fresh")
    hss("putProfile", {**example("putProfile"), "shared_ifc": [4711]},
        name="fresh")
    whole = hss.client.ask("GET", PROBE).json()
    whole["charging"] = "fresh"
    whole["sets"][0]["publics"][0]["profile"] = "fresh"
    hss("putSubscriber", whole, path=PROBE)
    hss("deleteProfile", name="fresh")
    hss("deleteSharedIfc", number=4711)
    hss("deleteChargingSet", name="fresh")


def imports(hss):
    begun = hss("importFile", CSV.format(1), "text/csv", more="?wait=false")
    until(lambda: hss("getImport", number=begun.json()["id"]).json()["state"]
          == "done", SECONDS, "one is imported")
    opened = [hss("openImport", {"format": "csv"}).json()["id"]
              for _ in range(4)]
    assert hss("openImport", {"format": "csv"}).headers["Retry-After"]
    hss("importFile", CSV.format(2), "text/csv")
    one = opened[0]
    hss("putImportPart", b"x", "application/octet-stream", more="?offset=9",
        number=one)
    hss("putImportPart", CSV.format(3).encode(), "application/octet-stream",
        more="?offset=0", number=one)
    hss("runImport", number=one)
    hss("runImport", number=one)
    for number in opened[1:]:
        hss("cancelImport", number=number)
    hss.client.ask("POST", "/api/v1/subscribers", {
        "impu": "sip:undone@ims.example", "digest": {"password": "p"}})
    newest = hss.client.ask("GET", "/api/v1/audit?limit=1").json()
    number = newest["entries"][0]["number"]
    hss("undo", number=number)
    hss("undo", number=number)


def registrations(launcher, address, hss, scscf, hub):
    Phone(launcher.net, "erin", "erins-password", address).register()
    for at in (scscf, hub):
        at("getRegistration", impu=BOB)
    hss("push", {}, id=BOB)
    for name in ("reauthenticateRegistration", "expireRegistration"):
        scscf(name, impu=BOB, more="?contact=sip:not@here")
    scscf("reauthenticateRegistration", impu=BOB)
    scscf("expireRegistration", impu=BOB)
    hss("deregister", {"reason": "PERMANENT_TERMINATION"}, id=ERIN)
    hss("deregister", {}, id=ERIN)


def faults(node, hub):
    rule = {"action": "loss", "peer": "192.0.2.1", "name": "once"}
    node("addFault", rule)
    node("addFault", rule)
    hub("clearFault", name="once")


def events(ledger, at):
    """The head is enough: the rest has no end."""
    path, _, op = OPERATIONS["getEvents"]
    for more in ("", "?limit=x", "?after=x"):
        with contextlib.closing(http.client.HTTPConnection(
                at.client.host, int(at.client.port), timeout=30)) as c:
            c.request("GET", path + more)
            ledger.came.add((op["operationId"], c.getresponse().status))


def steps(hub):
    first = until(lambda: hub("getTrace", more="?limit=1").json()["steps"],
                  SECONDS, "something has happened")
    hub("getStep", id=first[0]["id"])
    hub("getStep", id=2 ** 52)


def the_dead(launcher, icscf, hub):
    launcher.send("KILL", "hss1")
    path = "/api/v1/nodes/hss1/state"
    until(lambda: hub("getNode", path=path).status == 503,
          SECONDS, "the dashboard knows that the HSS is dead")
    for name in ("putNode", "postNode", "patchNode", "deleteNode"):
        hub(name, {}, path=path)
    until(lambda: icscf("getReadyz").status == 503, SECONDS,
          "the I-CSCF misses its HSS")


@pytest.fixture
def network(registered):
    launcher, _ = registered
    nodes = {node.role: node for node in launcher.net.nodes.values()}
    return launcher, nodes


def test_each_answer_that_is_told_comes(network, block):
    launcher, nodes = network
    ledger = Ledger()
    hss, icscf, pcscf, scscf, hub = (
        Asker(ledger, admin) for admin in (
            *(nodes[role].admin for role in openapi.NODES),
            launcher.dashboard))
    steps(hub)
    events(ledger, hub)
    registrations(launcher, block.address(10), hss, scscf, hub)
    subscribers(hss)
    catalogue(hss)
    imports(hss)
    faults(pcscf, hub)
    for role, ask in zip(openapi.NODES, (hss, icscf, pcscf, scscf)):
        generic(ask, role)
    generic(hub, "dashboard")
    the_dead(launcher, icscf, hub)
    missing = [f"{name} never answered {status}"
               for name, status in ledger.missing()]
    assert not missing, "\n".join(missing)
    untold = sorted(ledger.came - ledger.told)
    assert not untold, f"not in the file: {untold}"
    print(f"{len(OPERATIONS)} operations, {len(ledger.told)} answers told, "
          "each of them seen")


# ---- doors ------------------------------------------------------------------

# Whoever asks: is it there, who am I, and the page that asks for the token.
OPEN_TO_ALL = {"getLivez", "getReadyz", "getMe"}
PAGE = "dashboard", "getIndex"


@pytest.fixture
def guarded(launch):
    """A box that asks for a token on loopback too, and its two tokens."""
    def ask_for_tokens(tree):
        tree["access"] = {"loopback": "token"}

    launcher = launch(change=ask_for_tokens)
    launcher.wait_for("Ctrl-C stops")
    where = launcher.directory / "imsbox/box"
    return launcher, *((where / f"{role}-token").read_text().strip()
                       for role in ("admin", "viewer"))


def doors(launcher):
    """Every operation of every program."""
    for role in (*openapi.NODES, "dashboard"):
        admin = (launcher.dashboard if role == "dashboard" else next(
            n.admin for n in launcher.net.nodes.values() if n.role == role))
        for path, method, op in openapi.operations(role):
            yield Client(At(admin)), role, path.format(**NOBODY), method, op


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_each_door_is_kept(guarded):
    """Last of all a right request, after many wrong ones from here."""
    launcher, admin, viewer = guarded
    count = 0
    for client, role, path, method, op in doors(launcher):
        def status(**headers):
            answer = client.ask(method, path, {}, **headers)
            openapi.check(op, answer, f"{role} {headers}")
            return answer.status

        wrong = status(**bearer("not-the-right-one"))
        name = op["operationId"]
        if name in OPEN_TO_ALL or (role, name) == PAGE:
            assert status() in (200, 503), (role, path)
        else:
            assert status() == 401, (role, method, path)
            assert wrong in (401, 429), (role, method, path, wrong)
        look = status(**bearer(viewer))
        assert (look == 403) == (op.get("x-role") == "admin"), (
            role, method, path, look)
        assert status(Origin="http://evil.example",
                      **bearer(admin)) == 403, (role, method, path)
        if name != "reset":
            assert status(**bearer(admin)) not in (401, 403, 429), (
                role, method, path)
        count += 1
    print(f"{count} doors")
    assert count > 140
