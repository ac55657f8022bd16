# SPDX-License-Identifier: MIT
"""imsbox sub, against a running network."""
import http.server
import json
import os
import re
import signal
import subprocess
import threading

import pytest

from launcher import IMSBOX, SECONDS, environment, run
from waiting import until


@pytest.fixture
def cli(launch):
    """cli("sub", "list") runs a command beside a running box."""
    launcher = launch()
    launcher.wait_for("box is ready")

    def call(*arguments, stdin=None):
        return subprocess.run(
            [IMSBOX, *arguments], cwd=launcher.directory, input=stdin,
            env=environment(launcher.directory), capture_output=True,
            text=True, timeout=6 * SECONDS)
    call.launcher = launcher
    return call


def rows(result):
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert all(len(line) <= 100 for line in lines)
    return [re.split(r"  +", line.strip()) for line in lines]


def test_a_table_of_all_of_some_and_of_none(cli):
    table = rows(cli("sub", "list"))
    assert table[0] == ["id", "public identities", "private identity",
                        "authentication"]
    users = {row[2].split(" ")[0]: row for row in table[1:]}
    assert users["bob@ims.example"][3] == "digest MD5"
    assert users["alice@ims.example"][3] == "AKAv1-MD5"
    assert len(users) == 6
    some = rows(cli("sub", "list", "bob"))
    assert [row[2] for row in some[1:]] == ["bob@ims.example"]
    first = cli("sub", "list", "--limit", "2")
    assert len(rows(first)) == 3
    assert "2 of 6; --limit shows more" in first.stderr
    none = cli("sub", "list", "nobody-like-this")
    assert (none.returncode, none.stdout) == (0, "")
    assert "no subscriber has nobody-like-this" in none.stderr


def test_the_same_as_json(cli):
    everybody = json.loads(cli("sub", "list", "--json").stdout)
    assert {user["privates"][0]["impi"] for user in everybody} >= {
        "alice@ims.example", "bob@ims.example"}
    assert all(isinstance(user["id"], int) for user in everybody)
    one = json.loads(cli("sub", "show", "bob", "--json").stdout)
    listed, = [user for user in everybody if user["id"] == one["id"]]
    assert listed["privates"] == one["privates"]
    assert one["registration"][0]["state"] == "not registered"
    assert json.loads(cli("sub", "list", "-j", "nobody").stdout) == []


def test_added_shown_and_removed(cli):
    added = cli("sub", "add", "zoe", "--tel", "+15559999", "--password", "-",
                stdin="zoes-password\n")
    assert added.returncode == 0, added.stderr
    assert "added: sip:zoe@ims.example" in added.stdout
    assert "tel:+15559999" in added.stdout
    assert "private identity zoe@ims.example" in added.stdout
    assert "zoes-password" not in added.stdout
    for name in ("zoe", "zoe@ims.example", "sip:zoe@ims.example",
                 "+15559999", "tel:+15559999"):
        shown = cli("sub", "show", name)
        assert shown.returncode == 0, shown.stderr
        assert re.search(r"^private +zoe@ims.example$", shown.stdout, re.M)
        assert re.search(r"^state +not registered$", shown.stdout, re.M)
    number = re.search(r"^id +(\d+)$", shown.stdout, re.M)[1]
    again = cli("sub", "add", "zoe", "--password", "x-password")
    assert again.returncode == 65
    assert "zoe@ims.example" in again.stderr
    assert cli("sub", "rm", "#" + number).returncode == 0
    gone = cli("sub", "show", "zoe")
    assert gone.returncode == 66
    assert "sip:zoe@ims.example" in gone.stderr


def test_blanks_and_capitals_are_no_other_user(cli):
    """Trimmed, or at least asked back."""
    assert cli("sub", "add", " sip:zoe@IMS.Example ", "--password",
               "abc-def").returncode == 0
    for name in (" zoe ", "sip:zoe@IMS.example", "SIP:zoe@ims.example:5060"):
        shown = cli("sub", "show", name)
        assert "sip:zoe@ims.example" in shown.stdout, shown.stderr
    for words in (("sub", "show", "Zoe"), ("sub", "rm", "zo"),
                  ("reg", "show", "zoee"), ("reg", "drop", "ZOE"),
                  ("push", "z0e"), ("ifc", "test", "zoe1")):
        refused = cli(*words)
        assert refused.returncode == 66, (words, refused.stderr)
        assert "Did you mean sip:zoe@ims.example?" in refused.stderr, words
    assert "Did you mean" not in cli("sub", "show", "nobody").stderr
    assert "Did you mean zoe@ims.example?" in cli(
        "sub", "show", "zoe@IMS.example").stderr


def test_what_the_called_see(cli):
    for who in ("zoe", "sip:eve@ims.example"):
        added = cli("sub", "add", who, "--password", "abc-def",
                    "--display-name", "Zoë")
        assert added.returncode == 0, added.stderr
    assert '"Zoë"' in cli("sub", "show", "zoe").stdout
    assert '"Zoë"' in cli("sub", "show", "eve").stdout


def test_a_range_of_numbers(cli, offered):
    offered("post", "/subscribers/ranges")
    added = cli("sub", "add", "2001", "--count", "3")
    table = rows(added)
    assert [row[0] for row in table[1:]] == ["2001", "2002", "2003"]
    assert all(len(row[2]) >= 8 for row in table[1:])
    assert len(rows(cli("sub", "list", "200"))) == 4
    alike = json.loads(cli("sub", "add", "3001", "--count", "2", "--password",
                           "pass-{n}", "--json").stdout)
    assert alike["created"] == 2
    assert cli("sub", "add", "2002", "--count", "2").returncode == 65
    assert cli("sub", "add", "4001", "--count", "x").returncode == 64


def test_secrets_come_only_when_asked_for(cli, offered):
    cli("sub", "add", "zoe", "-k", "00112233445566778899aabbccddeeff",
        "--opc", "ffeeddccbbaa99887766554433221100")
    usual = cli("sub", "show", "zoe").stdout + cli("sub", "show", "zoe",
                                                   "--json").stdout
    assert "00112233" not in usual and "ffeeddcc" not in usual
    offered("get", "/subscribers/{id}/private/{impi}/secrets")
    asked = cli("sub", "show", "zoe", "--secrets")
    assert re.search(r"^  k +00112233445566778899aabbccddeeff$",
                     asked.stdout, re.M)
    assert re.search(r"^  opc +ffeeddccbbaa99887766554433221100$",
                     asked.stdout, re.M)


def test_a_dry_run_changes_nothing(cli):
    would = cli("sub", "add", "zoe", "--password", "pass-word", "--dry-run")
    assert would.returncode == 0, would.stderr
    assert "would be added: sip:zoe@ims.example" in would.stdout
    assert cli("sub", "show", "zoe").returncode == 66
    would = cli("sub", "rm", "bob", "--dry-run")
    assert would.returncode == 0 and "would be removed" in would.stdout
    assert cli("sub", "show", "bob").returncode == 0


def test_one_that_cannot_be_removed_keeps_no_other(cli):
    result = cli("sub", "rm", "nobody", "bob", "alice")
    assert result.returncode == 66
    assert result.stdout == "bob is removed\nalice is removed\n"
    assert "nobody" in result.stderr


def test_as_json_from_a_file(cli):
    body = {"name": "zoe", "password": "zoes-password", "profile": "telephony"}
    added = cli("sub", "add", "--file", "-", "--json",
                stdin=json.dumps(body))
    assert added.returncode == 0, added.stderr
    answer = json.loads(added.stdout)
    assert answer["privates"][0]["impi"] == "zoe@ims.example"
    wrong = cli("sub", "add", "--file", "-", stdin='{"nam": "zoe"}')
    assert wrong.returncode == 65 and "nam" in wrong.stderr
    broken = cli("sub", "add", "--file", "-", stdin='{"name"')
    assert broken.returncode == 74 and "-:1:" in broken.stderr
    assert cli("sub", "add", "--file", "nowhere.json").returncode == 74
    assert cli("sub", "add").returncode == 64
    assert cli("sub", "add", "zoe", "--file", "-").returncode == 64


def test_export_and_import_are_inverse(cli):
    whole = cli("sub", "export")
    assert whole.returncode == 0
    users = cli.launcher.net.subscribers()
    assert "sip:bob@ims.example" in whole.stdout and users
    csv = cli("sub", "export", "--format", "csv").stdout
    assert csv.count("\n") >= len(users) and "," in csv.split("\n")[0]
    directory = cli.launcher.directory
    assert cli("sub", "export", "all.csv").returncode == 0
    assert (directory / "all.csv").read_text() == csv
    same = cli("sub", "import", "box-subscribers.yaml")
    assert same.returncode == 0, same.stderr
    assert same.stdout == \
        "box-subscribers.yaml: 0 are new, 6 were there already\n"
    cli("sub", "rm", "bob")
    back = json.loads(cli("sub", "import", "box-subscribers.yaml",
                          "--json").stdout)
    assert (back["inserted"], back["unchanged"]) == (1, 5)
    assert cli("sub", "show", "bob").returncode == 0
    kept = cli("sub", "export", "--secrets")
    file = kept.stdout.rsplit(" ", 1)[1].strip()
    assert os.stat(directory / file).st_mode & 0o077 == 0


def test_a_dry_import_changes_nothing(cli, offered):
    offered("post", "/imports")
    cli("sub", "rm", "bob")
    would = cli("sub", "import", "box-subscribers.yaml", "--dry-run")
    assert "1 would be new" in would.stdout
    assert cli("sub", "show", "bob").returncode == 66


def test_a_large_file_goes_in_parts_with_a_bar_on_a_terminal(cli, offered,
                                                            tmp_path):
    offered("post", "/imports")
    lines = "".join(f"sip:many{n}@ims.example,password-of-{n}\n"
                    for n in range(30000))
    file = tmp_path / "many.csv"
    file.write_text("impu,password\n" + lines)
    assert file.stat().st_size > 1 << 20
    done = cli("sub", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert "30000 are new" in done.stdout
    assert done.stderr == ""  # no terminal, no bar
    terminal = subprocess.run(
        ["script", "-qec", f"{IMSBOX} sub import {file}", "/dev/null"],
        cwd=cli.launcher.directory, env=environment(cli.launcher.directory),
        capture_output=True, text=True, timeout=6 * SECONDS)
    assert "30000 were there already" in terminal.stdout
    assert "sending    [" in terminal.stdout and "100 %" in terminal.stdout


def test_every_wrong_line_of_a_file_is_told_and_nothing_is_done(cli):
    wrong = ("subscribers:\n"
             "  - {impu: 'sip:new@ims.example', digest: {password: abcdef}}\n"
             "  - {impu: 'bob'}\n"
             "  - {impi: 7}\n")
    result = cli("sub", "import", "-", stdin=wrong)
    assert len(set(result.stderr.splitlines())) == \
        len(result.stderr.splitlines()), result.stderr
    assert result.returncode == 65
    assert re.search(r"3[:,]", result.stderr), result.stderr
    assert re.search(r"4[:,]", result.stderr), result.stderr
    assert cli("sub", "show", "new").returncode == 66
    assert cli("sub", "import", "nowhere.yaml").returncode == 74


def test_nodes_are_asked_when_the_dashboard_is_dead(cli):
    pids = cli.launcher.pids()
    running = cli.launcher.directory / "imsbox/box/run.json"
    os.kill(json.loads(running.read_text())["dashboard_pid"], signal.SIGKILL)
    assert cli("sub", "show", "bob").returncode == 0
    os.kill(pids["hss1"], signal.SIGKILL)
    until(lambda: cli("sub", "show", "bob").returncode == 69, SECONDS,
          "the HSS is missed")
    assert "hss1" in cli("sub", "show", "bob").stderr


class Dashboard(http.server.BaseHTTPRequestHandler):
    """Lives, and has the same 503 for whatever is for a node."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        alive = self.path == "/livez"
        self.server.asked += not alive
        body = b"" if alive else json.dumps(self.server.problem).encode()
        self.send_response(200 if alive else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *words):
        pass


@pytest.fixture
def beside_dashboard(make_network):
    """beside_dashboard({"detail": ...}, "sub", "list"): a command beside a
    dashboard that answers so, and nodes that live; how it ended, and how
    often the dashboard was asked."""
    net = make_network()
    host, port = net.tree["dashboard"].rsplit(":", 1)
    server = http.server.ThreadingHTTPServer((host, int(port)), Dashboard)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def call(problem, *arguments):
        server.problem, server.asked = problem, 0
        return run(net.directory, *arguments, "-t", net.path), server.asked
    yield call
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_may_be_under_way_is_not_asked_for_twice(beside_dashboard):
    late = {"status": 503, "detail": "hss1 does not answer: too late"}
    add = ("sub", "add", "zoe", "--password", "zoes-password")
    result, asked = beside_dashboard(late, *add)
    assert (result.returncode, asked) == (69, 1)
    assert "hss1 does not answer: too late" in result.stderr
    result, _ = beside_dashboard(late, "sub", "show", "zoe")
    assert result.returncode == 66, "nobody added her"
    dead = {"status": 503, "detail": "hss1 is dead", "error": "not-asked"}
    result, asked = beside_dashboard(dead, *add)
    assert (result.returncode, asked) == (0, 1), result.stderr
    assert beside_dashboard(late, "sub", "show", "zoe")[0].returncode == 0
    assert beside_dashboard(late, "sub", "rm", "zoe")[0].returncode == 0


def test_without_a_network_the_way_to_one_is_told(tmp_path):
    for command in (["sub", "list"], ["sub", "rm", "bob"],
                    ["sub", "export"], ["reg", "list"]):
        result = run(tmp_path, *command)
        assert result.returncode == 69
        assert "`imsbox up FILE` starts it" in result.stderr


@pytest.mark.parametrize("command,told", [
    (["sub", "lsit"], "sub list perhaps?"),
    (["sub", "ad"], "sub add perhaps?"),
    (["sub", "list", "--jsno"], "--json perhaps?"),
    (["sub", "list", "--limit"], "lacks its argument"),
    (["sub", "list", "--limit", "x"], "--limit takes a number, not x"),
    (["sub", "show"], "usage: imsbox sub show SUBSCRIBER"),
    (["sub", "export", "--format", "xml"], "--format takes yaml|csv, not xml"),
    (["sub"], "usage: imsbox sub COMMAND"),
])
def test_wrong_words_are_told_with_what_was_meant(tmp_path, command, told):
    result = run(tmp_path, *command)
    assert result.returncode == 64
    assert told in result.stderr


def test_help_is_a_command_too(tmp_path):
    for words in ([], ["sub"], ["sub", "add"], ["trace"]):
        told = run(tmp_path, "help", *words)
        assert told.returncode == 0
        assert told.stdout == run(tmp_path, *words, "-h").stdout
    unknown = run(tmp_path, "help", "sub", "lst")
    assert unknown.returncode == 64 and "sub lst is no" in unknown.stderr


def test_the_network_is_chosen_by_domain(make_network):
    net = make_network("two-networks.yaml")
    names = [network["domain"] for network in net.tree["networks"]]
    for name in names:
        result = subprocess.run(
            [IMSBOX, "sub", "list", "--json", "-t", net.path, "-n", name],
            cwd=net.directory, env=environment(net.directory),
            capture_output=True, text=True, timeout=SECONDS)
        users = json.loads(result.stdout)
        assert users and all(user["privates"][0]["impi"].endswith("@" + name)
                             for user in users)
    wrong = subprocess.run(
        [IMSBOX, "sub", "list", "-t", net.path, "-n", "green.example"],
        cwd=net.directory, env=environment(net.directory),
        capture_output=True, text=True, timeout=SECONDS)
    assert wrong.returncode == 66
    assert "no network green.example" in wrong.stderr
