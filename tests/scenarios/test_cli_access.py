# SPDX-License-Identifier: MIT
"""Commands beside a network that asks for a token."""
import subprocess

import pytest

from launcher import IMSBOX, SECONDS, Launcher, environment


@pytest.fixture
def guarded(make_network):
    """guarded("sub", "list", IMSBOX_TOKEN="x") beside a box that asks for a
    token on loopback too."""
    def ask_for_tokens(tree):
        tree["access"] = {"loopback": "token"}
    net = make_network(start=False, change=ask_for_tokens)
    launcher = Launcher(net)

    def call(*arguments, **more):
        return subprocess.run(
            [IMSBOX, *arguments], cwd=net.directory,
            env={**environment(net.directory), **more}, capture_output=True,
            text=True, timeout=SECONDS)
    call.launcher = launcher
    launcher.wait_for("Ctrl-C stops")
    yield call
    launcher.stop()


def test_the_token_of_the_run_directory_opens_all_doors(guarded):
    token = guarded.launcher.directory / "imsbox/box/admin-token"
    assert token.stat().st_mode & 0o077 == 0
    assert "user    sip:bob@ims.example" in guarded.launcher.log()
    for command in (["status"], ["sub", "list"], ["sub", "show", "bob"],
                    ["trace"], ["reset", "--yes"]):
        result = guarded(*command)
        assert result.returncode == 0, (command, result.stderr)
        assert token.read_text().strip() not in result.stdout + result.stderr


def test_a_wrong_token_is_told_as_such(guarded):
    wrong = guarded("sub", "list", IMSBOX_TOKEN="not-the-right-one")
    assert wrong.returncode == 77
    assert "IMSBOX_TOKEN" in wrong.stderr


def test_trace_with_a_wrong_token_is_denied(guarded):
    wrong = guarded("trace", IMSBOX_TOKEN="not-the-right-one")
    assert wrong.returncode == 77
    assert "that token is not right" in wrong.stderr
    assert "{" not in wrong.stderr


def test_who_is_ready_is_told_without_the_right_token(guarded):
    status = guarded("status", IMSBOX_TOKEN="not-the-right-one")
    assert status.returncode == 0, status.stdout
    assert "not ready" not in status.stdout
    assert "that token is not right" in status.stderr


def test_a_token_is_looked_for_where_the_nodes_have_it(guarded):
    """Not where they had it before the topology named another place."""
    launcher = guarded.launcher
    assert launcher.stop() == 0
    launcher.net.tree["access"]["tokens"] = "tokens"
    launcher.net.write()
    launcher.log_path.unlink()
    launcher.start()
    launcher.wait_for("Ctrl-C stops")
    assert (launcher.directory / "tokens/admin-token").exists()
    for command in (["status"], ["sub", "list"], ["trace"]):
        result = guarded(*command)
        assert (result.returncode, result.stderr.count("token")) == (0, 0), \
            (command, result.stdout, result.stderr)


def test_a_viewer_may_look_and_no_more(guarded):
    run_directory = guarded.launcher.directory / "imsbox/box"
    viewer = (run_directory / "viewer-token").read_text().strip()
    assert guarded("sub", "list", IMSBOX_TOKEN=viewer).returncode == 0
    for command in (["sub", "rm", "bob"], ["reset", "--yes"],
                    ["sub", "show", "bob", "--secrets"]):
        result = guarded(*command, IMSBOX_TOKEN=viewer)
        assert result.returncode == 77, (command, result.stderr)
    assert guarded("sub", "show", "bob").returncode == 0
