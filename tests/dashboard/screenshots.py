# SPDX-License-Identifier: MIT
"""Every page at two widths, light and dark, and once as large as for a
projector, of a box in which something has happened: make screenshots. Not a
test: pictures to look at."""
import os
from pathlib import Path

import pytest

import network as networks
from test_faults import register
from test_pages import FILLED, VIEWS, ask

TO = Path(os.environ.get("SCREENSHOTS", networks.ROOT / "build/screenshots"))
BOB = "subscribers/sip%3Abob%40ims.example"
MORE = ["faults", "network?link=hss1,icscf1", "network?node=scscf1",
        "subscribers?add=", f"{BOB}?edit=1"]
WIDE = [(1280, 800), (1920, 1080)]


@pytest.fixture
def camera(page, request):
    """Takes pictures with names of their own, in a window of that size."""
    width, height, theme, size = request.param
    for key, value in (("theme", theme), ("size", size)):
        page.script("localStorage.setItem(...arguments)", key, value)
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": False})
    TO.mkdir(parents=True, exist_ok=True)
    look = theme if size == "normal" else size

    def take(name):
        name = "".join(c if c.isalnum() else "-" for c in name)
        path = TO / f"{name}-{width}-{look}.png"
        assert page.driver.save_screenshot(str(path))
    yield take
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.script("localStorage.removeItem('theme');"
                "localStorage.removeItem('size')")


@pytest.mark.parametrize("camera", [
    *((*size, theme, "normal") for size in WIDE
      for theme in ("light", "dark")),
    (1280, 800, "light", "projector")],
    ids=lambda c: "-".join(map(str, c)), indirect=True)
def test_screenshots(page, box, bob, block, camera):
    assert register(box, block.address(11)) == 401
    for view in VIEWS + MORE:
        page.go(view)
        page.until(lambda: page.script(FILLED), f"{view} has its content")
        if "edit" in view:
            page.sees("Private identity 1")
        camera(view)
    page.go("ladder?user=bob")
    page.open_step("REGISTER", "pcscf1 to icscf1")
    page.click("Changes", "[role=tab]")
    page.sees("Max-Forwards")
    camera("step")
    page.open_step("MAA", "hss1 to scscf1")
    page.sees("Public-Identity")
    camera("step of Diameter")
    page.go(BOB)
    page.click("QR code")
    page.until(lambda: page.script("return document.querySelector('.qr')"),
               "the QR code is drawn")
    camera("qr")
    page.click("Edit", "button", within="[aria-label=Services]")
    page.click("Add a criterion")
    camera("criteria")
    page.go("network?link=hss1,icscf1")
    page.click("Late by 200 ms", within="dialog")
    page.click("Break it", within="dialog")
    page.sees("broken")
    camera("link broken")
    register(box, block.address(12))
    for view in ("network", "faults", "ladder", "doctor", "charts"):
        page.go(view)
        page.sees("on purpose")
        page.until(lambda: page.script(FILLED), f"{view} has its content")
        camera(f"{view} at fault")
    ask(box, "DELETE", "faults")
