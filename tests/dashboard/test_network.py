# SPDX-License-Identifier: MIT
"""The map: nodes that are not ours, connections that are closed, and what can
be done with a node."""
import json
import subprocess

import pytest

from test_faults import on, register
from test_pages import violations


@pytest.fixture
def others(chromium, launch, block):
    """The pages of a box whose S-CSCF asks an HSS of another vendor, which
    is not there; beside it an application server and another network."""
    def change(tree):
        tree["external"] = [
            {"name": "as1", "role": "as", "host": block.address(64),
             "trust": "isc", "sip": "udp:5060"},
            {"name": "other", "role": "icscf", "host": block.address(65),
             "trust": "mw", "sip": "udp:5060", "domains": ["other.example"]},
            {"name": "deaf", "role": "hss", "host": block.address(66),
             "diameter": "tcp:3868", "realm": "ims.example"}]
        for node in tree["networks"][0]["nodes"]:
            if node["role"] == "scscf":
                node["hss"] = "deaf"
    box = launch(change=change)
    box.wait_for("dashboard")
    chromium.visit(box.dashboard)
    yield chromium
    assert chromium.complaints() == []


def test_the_network_map_has_nodes_that_are_not_ours(others):
    others.go("network")
    for name, role in (("as1", "AS"), ("other", "I-CSCF"),
                       ("deaf", "HSS")):
        others.find(".map [role=button]", f"↗ {name} {role} · not ours")
    others.sees("other.example (not ours)")
    others.find(".map [role=button]", "Link of as1 and scscf1: 0/s")
    others.find(".map [role=button]", "Link of other and icscf1: 0/s")
    others.click("↗ as1", ".map [role=button]")
    others.sees("Not one of this network's nodes")
    assert "Break it" not in others.text()
    others.click("Show its messages", within="dialog")
    others.until(lambda: "#/ladder?node=as1" in others.driver.current_url,
                 "its ladder")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_network_map_shows_a_closed_connection_in_words(others, axe,
                                                            theme):
    others.script("localStorage.setItem('theme', arguments[0])", theme)
    others.go("network")
    link = "Link of deaf and scscf1: 0/s, ✗ down: Diameter not connected"
    others.find(".map .down[role=button]", link)
    others.until(lambda: "✗" not in others.find(
        ".map [role=button]",
        "Link of hss1 and icscf1").get_attribute("aria-label"),
                 "the other connection is open")
    found = {"map": violations(others, axe)}
    others.click(link, ".map [role=button]")
    others.sees("scscf1 to deaf (Diameter):", "not connected", "watchdog")
    found["link"] = violations(others, axe)
    others.script("localStorage.removeItem('theme')")
    assert not any(found.values()), json.dumps(found, indent=1)


def test_the_focus_of_a_link_is_drawn_along_its_line(page):
    from selenium.webdriver.common.keys import Keys
    page.go("network")
    for shut in Keys.ESCAPE, "Close":
        page.find(".map [role=button]", "Link of hss1 and icscf1").send_keys(
            Keys.ENTER)
        page.sees("Nothing is broken here on purpose.")
        if shut is Keys.ESCAPE:
            page.press(shut)
        else:
            page.click(shut, within="dialog")
        page.sees_not("Nothing is broken here on purpose.")
        page.until(lambda: "Link of hss1" in page.focused(), "the focus")
        assert page.script(
            "const wire = document.activeElement;"
            "return [wire, ...wire.children].map("
            "(e) => getComputedStyle(e).outlineStyle)"
            ".every((s) => s === 'none')")


def test_a_node_of_the_network_is_broken_captured_and_mended(
        page, box, block, axe, need):
    need("tshark")
    page.go("network")
    page.click("✓ hss1", ".map [role=button]")
    page.sees("hss1 · HSS", "icscf1.ims.example (Diameter): ✓ connected")
    assert violations(page, axe) == []
    assert register(box, block.address(11)) == 401
    page.find("a", "Capture it (pcapng)", "dialog").click()
    path = page.downloads / "imsbox.pcapng"
    page.until(path.exists, "the capture is there")
    shown = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "_ws.col.Protocol"],
        capture_output=True, text=True, check=True).stdout.split()
    path.unlink()
    assert shown and set(shown) == {"DIAMETER"}
    page.click("Break it", within="dialog")
    page.sees("At this node, on purpose:", "dead on purpose")
    assert [f["node"] for f in on(box)] == ["hss1"]
    page.click("Mend it: dead-hss1", "button", within="dialog")
    page.sees_not("dead on purpose")
    assert on(box) == []
