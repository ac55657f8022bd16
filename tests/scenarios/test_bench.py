# SPDX-License-Identifier: MIT
"""The tools of tests/bench run; what they measure is nothing here."""
import json
import shutil
import subprocess
import sys

import pytest

import network as networks

BENCH = networks.ROOT / "tests/bench"


def run(tool, *words):
    """What it printed."""
    done = subprocess.run([sys.executable, BENCH / tool, *words],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def programs():
    for name in ("load", "floor", "floor-load"):
        if not (networks.BIN.parent / name).exists():
            pytest.skip(f"{name} is not built")


def test_units_are_measured_beside_kamailio_and_the_floor(tmp_path):
    names = ["imsbox", "kamailio", "floor"]
    if not shutil.which("kamailio"):
        names.remove("kamailio")
    text = run("bench.py", "--smoke", "--phones", "20", "--seconds", "0.5",
               "--rounds", "1", "--units", "registration,call,message,mix",
               "--systems", ",".join(names), "--out", str(tmp_path))
    result = json.loads((tmp_path / "bench.json").read_text())
    for unit in ("registration", "call", "message", "mix"):
        for name in names:
            one = result["units"][unit][name]["full"][0]
            assert one["units"] > 0
            assert all(node["cpu_us"] > 0 for node in one["nodes"].values())
            assert one["latency_us"]["p50"] <= one["latency_us"]["max"]
        assert f"| {unit} |" in text
    assert (tmp_path / "bench.svg").read_text().startswith("<svg")


def test_costs_are_measured_as_networks_grow(tmp_path):
    text = run("scale.py", "--most", "100", "--seconds", "0.5", "--only",
               "subscribers,ifcs", "--out", str(tmp_path))
    parts = json.loads((tmp_path / "scale.json").read_text())["parts"]
    assert parts["subscribers"]["rows"][0]["disk_bytes"] > 0
    assert [row["size"] for row in parts["ifcs"]["rows"]] == [1, 10, 100]
    assert "| call | scscf |" in text


def test_the_load_is_measured_against_a_reflector():
    text = run("reflector.py", "--phones", "40", "--rate", "100",
               "--seconds", "0.5")
    for unit in ("registration", "re-registration", "call", "message", "mix"):
        line = next(line for line in text.splitlines()
                    if line.startswith(unit + " "))
        assert int(line.split()[2]) > 10 and line.split()[3] == "0"
