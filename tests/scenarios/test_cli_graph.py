# SPDX-License-Identifier: MIT
"""imsbox graph: every node once, every reference point."""
import html
import re
import shutil
import subprocess
from collections import Counter

import yaml

import network as networks

BOX = networks.ROOT / "topology/box.yaml"
TWO = networks.ROOT / "topology/two-networks.yaml"


def graph(*arguments):
    return subprocess.run([networks.BIN / "imsbox", "graph", *arguments],
                          capture_output=True, text=True, timeout=10)


def links(text):
    """[(name, label, name)] of a Mermaid flowchart."""
    names = dict(re.findall(r'^ +(n\d+)\["([^<]+)<', text, re.M))
    return [(names[a], label, names[b]) for a, label, b in
            re.findall(r'^ +(n\d+) ---\|"([^"]+)"\| (n\d+)$', text, re.M)]


def test_the_box_as_a_flowchart():
    result = graph(BOX)
    assert result.returncode == 0
    assert result.stdout.startswith("---\ntitle: box\n---\nflowchart LR\n")
    assert sorted(links(result.stdout)) == sorted([
        ("phones", "Gm udp:5060 tcp:5060", "pcscf1"),
        ("pcscf1", "Mw", "icscf1"), ("pcscf1", "Mw", "scscf1"),
        ("icscf1", "Mw", "scscf1"), ("icscf1", "Cx", "hss1"),
        ("scscf1", "Cx", "hss1")])


def test_two_networks_meet_at_their_icscfs():
    found = links(graph("mermaid", TWO).stdout)
    between = [link for link in found
               if link[0].split("-")[0] != link[2].split("-")[0]
               and link[0] != "phones"]
    assert between
    for _, label, to in between:
        assert label == "Mw" and to.endswith("icscf")


def test_external_nodes_hang_where_they_belong(tmp_path):
    tree = yaml.safe_load(BOX.read_text())
    tree["external"] = [
        {"name": "as1", "role": "as", "host": "127.0.0.9", "trust": "isc",
         "sip": "udp:5060"},
        {"name": "other", "role": "icscf", "host": "127.0.0.10",
         "trust": "mw", "sip": "udp:5060", "domains": ["other.example"]}]
    (tmp_path / "box.yaml").write_text(yaml.safe_dump(tree))
    shutil.copy(BOX.parent / "box-subscribers.yaml", tmp_path)
    found = links(graph(tmp_path / "box.yaml").stdout)
    assert ("scscf1", "ISC", "as1") in found
    assert ("icscf1", "Mw", "other") in found
    assert Counter(label for _, label, _ in found)["ISC"] == 1


def test_graphviz_draws_it(need):
    result = graph("dot", TWO)
    assert result.returncode == 0
    assert result.stdout.count("subgraph cluster") == 2
    assert result.stdout.count("{") == result.stdout.count("}")
    need("dot")
    drawn = subprocess.run(["dot", "-Tsvg"], input=result.stdout, text=True,
                           capture_output=True, timeout=30)
    assert drawn.returncode == 0, drawn.stderr
    assert "red-scscf" in html.unescape(drawn.stdout)


def test_what_is_no_topology_and_what_is_no_language():
    assert graph("nowhere.yaml").returncode == 69
    assert graph("svg", BOX).returncode == 64
    wrong = graph(networks.ROOT / "README.md")
    assert wrong.returncode == 78 and "README.md:" in wrong.stderr
