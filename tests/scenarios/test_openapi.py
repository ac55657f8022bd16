# SPDX-License-Identifier: MIT
"""Every operation of docs/openapi.json, asked rightly and wrongly.

The cases are made from the file: an operation's parameters and the schema of
its body say what is right, and each thing that they forbid is tried. Whatever
is asked, the answer has a status and a body that the file tells of, no status
is 5xx, and the node lives on."""
import concurrent.futures
import copy
import http.client
import json
import pathlib
import random
import re
import urllib.parse

import jsonschema
import pytest

DOC = json.loads((pathlib.Path(__file__).parents[2] / "docs/openapi.json")
                 .read_text())
PROBE = "/api/v1/subscribers/sip:probe@ims.example"
ENDLESS = {"getEvents"}  # an answer without an end
NODES = ("hss", "icscf", "pcscf", "scscf")
# Answers that tell of the node's own state, not of its mistake.
HONEST = {("getReadyz", 503)}


def operations(program):
    for path, methods in DOC["paths"].items():
        for method, op in methods.items():
            if (program in op["x-nodes"] and not op.get("x-planned")
                    and op["operationId"] not in ENDLESS):
                yield path, method.upper(), op


def resolve(thing):
    while isinstance(thing, dict) and "$ref" in thing:
        at = DOC
        for key in thing["$ref"].split("/")[1:]:
            at = at[key]
        thing = at
    return thing


def validator(schema):
    return jsonschema.Draft202012Validator(
        {**schema, "components": DOC["components"]})


class Client:
    """Raw HTTP, so that wrong requests can be sent too."""

    def __init__(self, node):
        self.node = node
        self.host, self.port = node.admin.split("//")[1].split(":")

    def ask(self, method, path, body=None, kind="application/json", **headers):
        connection = http.client.HTTPConnection(self.host, int(self.port),
                                                timeout=30)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None and kind:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path,
                               body.encode() if isinstance(body, str) else body,
                               {k.replace("_", "-"): v
                                for k, v in headers.items()})
            answer = connection.getresponse()
            return Answer(answer, answer.read())
        finally:
            connection.close()


class Answer:
    def __init__(self, answer, body):
        self.status = answer.status
        self.headers = answer.headers
        self.kind = (answer.headers["Content-Type"] or "").split(";")[0]
        self.body = body

    def json(self):
        return json.loads(self.body)


def check(op, answer, what):
    """The answer is one that the file tells of."""
    story = f"{op['operationId']}, {what}: {answer.status} {answer.body[:600]}"
    assert (answer.status < 500
            or (op["operationId"], answer.status) in HONEST), story
    told = op["responses"].get(str(answer.status), op["responses"]["default"])
    told = resolve(told)
    if not answer.body:
        assert answer.status in (204, 304) or not told.get("content"), story
        return
    assert answer.kind in told["content"], story
    schema = told["content"][answer.kind]["schema"]
    if answer.kind.endswith("json"):
        errors = [e.message for e in
                  validator(schema).iter_errors(answer.json())]
        assert not errors, f"{story}\n{errors[:3]}"
    if answer.status >= 400 and answer.kind == "application/problem+json":
        assert len(answer.json()["detail"]) > 4, story


def parameters(op, place):
    return [p for p in map(resolve, op.get("parameters", []))
            if p["in"] == place]


def fresh(client):
    """A subscriber with two of everything, whatever was done to it."""
    put = DOC["paths"]["/api/v1/subscribers/{id}"]["put"]
    example = put["requestBody"]["content"]["application/json"]["example"]
    client.ask("DELETE", PROBE)
    client.ask("DELETE", "/api/v1/faults")
    for other in ("probe2@ims.example", "sip:carol@ims.example"):
        client.ask("DELETE", f"/api/v1/subscribers/{other}")
    answer = client.ask("PUT", PROBE, example)
    assert answer.status == 201, answer.body


def make_entry(client, path, values):
    """Of the catalogue, and used by nobody."""
    put = DOC["paths"][path]["put"]["requestBody"]["content"]
    answer = client.ask("PUT", path.format(**values),
                        put["application/json"]["example"])
    assert answer.status in (200, 201), answer.body


def fill(client, path):
    """The path with parameters of things that exist."""
    values = {"id": "sip:probe@ims.example", "impi": "probe2@ims.example",
              "impu": "sip:probe2@ims.example", "name": "gold",
              "number": 7}
    for entry in ("/profiles/{name}", "/charging/{name}",
                  "/shared-ifc/{number}"):
        if path.endswith(entry):
            make_entry(client, path, values)
    if path.endswith("/faults/{name}"):
        client.ask("POST", "/api/v1/faults",
                   {"action": "loss", "peer": "192.0.2.1",
                    "name": values["name"]})
    if "/audit/{number}" in path:
        values["number"] = client.ask(
            "GET", "/api/v1/audit?limit=1").json()["entries"][0]["number"]
    elif "/imports/{number}" in path:
        values["number"] = client.ask("POST", "/api/v1/imports",
                                      {"format": "csv"}).json()["id"]
    for key, value in values.items():
        path = path.replace("{" + key + "}",
                            urllib.parse.quote(str(value), safe=""))
    return path.replace("{path}", "x")


def query(op, **given):
    """Parameters of the query that must be there."""
    needed = {p["name"]: 0 for p in parameters(op, "query") if
              p.get("required")}
    return {**needed, **given}


def url(path, values):
    return path + ("?" + urllib.parse.urlencode(values) if values else "")


def bodies(op):
    """Kinds of bodies, each with an example: nothing, where that is right."""
    request = op.get("requestBody", {})
    if not request.get("required"):
        return [(kind, {"example": {}, **media})
                for kind, media in request.get("content", {}).items()]
    return list(request["content"].items())


def may_refuse(op, status):
    """The state of the network may be against it: nobody is registered."""
    return status == 409 and not op.get(
        "requestBody", {"required": True}).get("required")


def is_json(kind):
    return kind.endswith("json")


def done_with(client, path, answer=None):
    """Uploads that are open are few."""
    if answer and "/imports/" in (answer.headers["Location"] or ""):
        path = answer.headers["Location"]
    if "/imports/" in path:
        client.ask("DELETE", "/".join(path.split("?")[0].split("/")[:5]))


@pytest.fixture
def client(box):
    return Client(box.hss)


def test_each_operation_asked_rightly(client):
    for path, method, op in operations("hss"):
        for kind, media in bodies(op) or [(None, {})]:
            fresh(client)
            target = url(fill(client, path), query(op))
            assert kind is None or "example" in media, op["operationId"]
            answer = client.ask(method, target, media.get("example"), kind)
            check(op, answer, "asked rightly")
            assert answer.status < 300 or may_refuse(op, answer.status), (
                op["operationId"], answer.status, answer.body)
            done_with(client, target)


def test_what_is_read_twice_is_the_same(client):
    fresh(client)
    for path, method, op in operations("hss"):
        if method != "GET" or "/subscribers/" not in path:
            continue
        target = fill(client, path)
        assert client.ask(method, target).body == client.ask(method,
                                                             target).body


WRONG = {"string": [7, {"a": 1}], "integer": ["seven", -1, 2.5, [1]],
         "boolean": ["maybe", 7], "array": [{"x": 1}], "object": ["x", [1]]}


def wrong_values(schema):
    """Values that the schema does not allow, as far as it says so."""
    schema = resolve(schema)
    for kind, values in WRONG.items():
        if schema.get("type") == kind:
            yield from values
    if "pattern" in schema:
        yield "~"
    if "enum" in schema:
        yield "none-of-them"
    if "maximum" in schema:
        yield schema["maximum"] + 1


def broken(schema, right):
    """(what, body) for each way to break a right body at its top."""
    schema = resolve(schema)
    for key in schema.get("required", []):
        less = {k: v for k, v in right.items() if k != key}
        yield f"without {key}", less
    for key, member in schema.get("properties", {}).items():
        for value in wrong_values(member):
            if not list(validator(member).iter_errors(value)):
                continue
            yield f"{key} = {value!r}", {**right, key: value}
    if schema.get("additionalProperties") is False:
        yield "with something unknown", {**right, "nonsense": 1}


# JSON numbers where a text was told are read as text: 5 is the number "5".
LENIENT = (int, float)


def test_each_body_broken(client):
    count = 0
    for path, method, op in operations("hss"):
        for kind, media in bodies(op):
            if not is_json(kind):
                continue
            fresh(client)
            target = url(fill(client, path), query(op, dry_run="true")
                         if "dry_run" in str(op.get("parameters")) or
                         "dryRun" in str(op.get("parameters")) else query(op))
            for what, body in broken(media["schema"], media["example"]):
                answer = client.ask(method, target, body, kind)
                check(op, answer, what)
                value = body.get(what.split(" = ")[0])
                done_with(client, target, answer)
                if isinstance(value, LENIENT) or method == "PATCH":
                    continue
                assert 400 <= answer.status < 500, (
                    op["operationId"], what, answer.status, answer.body)
                count += 1
            done_with(client, target)
    assert count > 60


def test_each_body_of_another_kind(client):
    for path, method, op in operations("hss"):
        for kind, media in bodies(op):
            fresh(client)
            target = url(fill(client, path), query(op))
            cases = [("application/x-www-form-urlencoded", "a=b", 415),
                     ("image/png", b"\x89PNG\0\xff", 415)]
            if is_json(kind):
                cases += [(kind, text, 400) for text in
                          ("", "{", "[]", "null", "7", '{"a":1,"a":2}',
                           '{"name":"\\u0000"}', b"\xff\xfe", "[" * 5000,
                           '{"a":' * 3000)]
            if "octet-stream" in kind:
                cases = []
            for sent, body, expected in cases:
                answer = client.ask(method, target, body, sent)
                check(op, answer, f"{sent} {body[:20]!r}")
                if body == "" and not op["requestBody"].get("required"):
                    continue
                assert answer.status == expected, (
                    op["operationId"], sent, body[:20], answer.status,
                    answer.body)
            done_with(client, target)


def test_each_body_too_large(client):
    big = b"x" * (16 * 1024 * 1024 + 1)
    for path, method, op in operations("hss"):
        for kind, _ in bodies(op):
            target = url(fill(client, path), query(op))
            answer = client.ask(method, target, big, kind)
            check(op, answer, "too large")
            assert answer.status == 413, (op["operationId"], answer.status)
            done_with(client, target)


HOSTILE = ["", "0", "-1", "99999999999999999999", "9223372036854775807",
           "nobody@nowhere", "sip:", "tel:", "%00", "%ff%fe", "%zz", "%",
           "..%2f..", "a" * 5000, "%27%20OR%201%3D1", "sip:%22@x", "{id}",
           "%E2%80%AE", "sip:!.*!@ims.example"]


@pytest.mark.parametrize("role", NODES)
def test_each_path_with_hostile_parts(box, role):
    client = Client(getattr(box, role))
    for path, method, op in operations(role):
        if "{" not in path:
            continue
        for _, media in bodies(op)[:1] or [(None, {})]:
            for part in HOSTILE:
                pieces = ["x" if p.startswith("{") else p
                          for p in path.split("/")]
                first = next(i for i, p in enumerate(path.split("/"))
                             if p.startswith("{"))
                pieces[first] = part
                answer = client.ask(method, "/".join(pieces),
                                    media.get("example"))
                check(op, answer, f"path with {part[:40]!r}")
                if "/{name}" in path:
                    continue  # these may well be names
                assert 400 <= answer.status < 500, (path, part[:40],
                                                    answer.status)


@pytest.mark.parametrize("role", NODES)
def test_each_parameter_out_of_its_range(box, role):
    client = Client(getattr(box, role))
    if role == "hss":
        fresh(client)
    for path, method, op in operations(role):
        if method != "GET" or "{" in path:
            continue
        for p in parameters(op, "query"):
            for value in [*map(str, wrong_values(p["schema"])), "", "%",
                          "\0", "é", "a" * 4000]:
                answer = client.ask(method, url(path, {p["name"]: value}))
                check(op, answer, f"{p['name']}={value[:40]!r}")
        answer = client.ask(method, path + "?%zz=%")
        check(op, answer, "bad escapes")
        assert answer.status == 400, (path, answer.status)


def matches(template, path):
    """/subscribers/{id} could be /subscribers/ranges."""
    pieces = re.split(r"\{[^}]*\}", template)
    return re.fullmatch("[^/]+".join(map(re.escape, pieces)), path)


@pytest.mark.parametrize("role", NODES)
def test_other_methods_are_refused(box, role):
    client = Client(getattr(box, role))
    paths = {path for path, _, _ in operations(role)}
    for path in sorted(paths):
        has = {m.upper() for other in DOC["paths"] if matches(other, path)
               for m in DOC["paths"][other]}
        target = fill(client, path) if role == "hss" else (
            path.replace("{", "").replace("}", ""))
        for method in {"PUT", "POST", "DELETE", "PATCH"} - has:
            answer = client.ask(method, target, {})
            assert answer.status in (404, 405), (method, path, answer.status)
            assert answer.status == 404 or answer.headers["Allow"]
        done_with(client, target)


def test_edits_at_the_same_time(client):
    fresh(client)
    tag = client.ask("GET", PROBE).headers["ETag"]

    def edit(n):
        return client.ask("PATCH", PROBE, {"name": f"Nr {n}"}, If_Match=tag)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(a.status for a in pool.map(edit, range(24)))
    assert statuses == [200] + [412] * 23

    def other(n):
        return client.ask("PUT", f"{PROBE}/public/sip:probe{n}@ims.example",
                          {"display_name": str(n)})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = [a.status for a in pool.map(other, range(3, 27))]
    assert set(statuses) <= {200, 409}
    there = client.ask("GET", PROBE).json()["sets"][0]["publics"]
    assert len(there) == 2 + statuses.count(200)

    def create(n):
        return client.ask("PUT", "/api/v1/subscribers/sip:once@ims.example",
                          {"name": "once", "password": "p"},
                          If_None_Match="*")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(a.status for a in pool.map(create, range(12)))
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 412}


def mutate(dice, value, depth=0):
    """Something like value, with one thing or another changed."""
    strange = [None, True, -1, 0, 2**63, 1e308, "", "\x7f", "a" * 3000,
               "sip:a@b", "!.*!", [], {}, [[]], {"": ""}, "\u202e", "%s%n"]
    if depth > 6 or dice.random() < 0.15:
        return dice.choice(strange)
    if isinstance(value, dict):
        out = {k: mutate(dice, v, depth + 1) if dice.random() < 0.4 else v
               for k, v in value.items() if dice.random() > 0.1}
        if dice.random() < 0.2:
            out[dice.choice(["sets", "privates", "x", "impu", ""])] = (
                dice.choice(strange))
        return out
    if isinstance(value, list):
        out = [mutate(dice, v, depth + 1) for v in value]
        return out * dice.choice([1, 1, 2, 40])
    return value if dice.random() < 0.5 else dice.choice(strange)


def test_a_thousand_strange_bodies(client):
    dice = random.Random(4711)
    cases = [(p, m, op, kind, media) for p, m, op in operations("hss")
             for kind, media in bodies(op) if is_json(kind)]
    fresh(client)
    whole = client.ask("GET", PROBE).json()
    for n in range(1000):
        path, method, op, kind, media = cases[n % len(cases)]
        right = whole if "{id}" in path and path.endswith("}") and (
            dice.random() < 0.5) else media["example"]
        target = url(fill(client, path), query(op))
        answer = client.ask(method, target,
                            mutate(dice, copy.deepcopy(right)), kind)
        check(op, answer, f"strange body {n}")
        done_with(client, target, answer)
    assert client.ask("GET", "/livez").status == 200


def test_web_pages_are_not_served_and_roles_are_kept(client):
    for path, method, op in operations("hss"):
        answer = client.ask(method, fill(client, path), {},
                            Origin="http://evil.example")
        assert answer.status == 403, (path, answer.status)
        assert answer.kind == "application/problem+json"
