# SPDX-License-Identifier: MIT
"""Every page at two widths, light and dark, of a box in which something has
happened: make screenshots. Not a test: pictures to look at."""
import os
from pathlib import Path

import pytest

import network as networks
from test_faults import register
from test_pages import FILLED, VIEWS

TO = Path(os.environ.get("SCREENSHOTS", networks.ROOT / "build/screenshots"))
MORE = ["faults", "network?link=hss1,icscf1", "network?node=scscf1"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width, height", [(1280, 800), (1920, 1080)])
def test_screenshots(page, box, bob, block, width, height, theme):
    assert register(box, block.address(11)) == 401
    TO.mkdir(parents=True, exist_ok=True)
    page.script("localStorage.setItem('theme', arguments[0])", theme)
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": False})
    try:
        for view in VIEWS + MORE:
            page.go(view)
            page.until(lambda: page.script(FILLED) or view == "faults",
                       f"{view} has its content")
            name = "".join(c if c.isalnum() else "-" for c in view)
            path = TO / f"{name}-{width}-{theme}.png"
            assert page.driver.save_screenshot(str(path))
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride",
                                    {})
        page.script("localStorage.removeItem('theme')")
