# SPDX-License-Identifier: MIT
"""Every page at two widths, light and dark, and once as large as for a
projector, of a box in which something has happened: make screenshots. Not a
test: pictures to look at. Those whose names begin with README are for
docs/images."""
import os
import threading
from pathlib import Path

import pytest

import network as networks
from launcher import Phone
from test_faults import register
from test_pages import FILLED, VIEWS, CarelessPhone, ask

TO = Path(os.environ.get("SCREENSHOTS", networks.ROOT / "build/screenshots"))
BOB = "subscribers/sip%3Abob%40ims.example"
MORE = ["faults", "network?link=hss1,icscf1", "network?node=scscf1",
        "subscribers?add=", f"{BOB}?edit=1"]
# What comes a moment after the rest.
SETTLED = {"edit": "Private identity 1", "catalogue": "Profile telephony",
           "network": "subscribers\n6\nusers registered\n1"}
WIDE = [(1280, 800), (1920, 1080)]


def resize(page, width, height):
    TO.mkdir(parents=True, exist_ok=True)
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": False})


@pytest.fixture
def camera(page, request):
    """Takes pictures with names of their own, in a window of that size."""
    width, height, theme, size = request.param
    for key, value in (("theme", theme), ("size", size)):
        page.script("localStorage.setItem(...arguments)", key, value)
    resize(page, width, height)
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
        for part, text in SETTLED.items():
            if part in view:
                page.sees(text)
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
    page.sees("Not noticed yet")
    camera("link broken")
    register(box, block.address(12))
    for view in ("network", "faults", "ladder", "doctor", "charts"):
        page.go(view)
        page.sees("on purpose")
        page.until(lambda: page.script(FILLED), f"{view} has its content")
        camera(f"{view} at fault")
    ask(box, "DELETE", "faults")


# ---- for README ------------------------------------------------------------


@pytest.fixture
def picture(chromium):
    """One picture of a page, light, of that size."""
    def take(name, width, height, draw):
        resize(chromium, width, height)
        draw()
        chromium.script("document.activeElement.blur()")
        path = TO / f"README-{name}.png"
        assert chromium.driver.save_screenshot(str(path))
    yield take
    chromium.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.script("localStorage.removeItem('theme')")


def lightly(page, view):
    page.script("localStorage.setItem('theme', 'light')")
    page.go(view)


def test_pictures_of_a_registration_and_of_the_doctor(page, box, bob, block,
                                                      picture):
    def ladder():
        lightly(page, "ladder?user=bob")
        page.open_step("REGISTER", "pcscf1 to icscf1")
        page.click("Changes", "[role=tab]")
        page.sees("Max-Forwards")
        page.script("document.querySelector('.detail').scrollTop = 0")

    def doctor():
        lightly(page, "doctor")
        page.click("An OP was taken for an OPc")
        page.click("What shows it", "summary")
        page.sees("the stored OPc taken for an OP give this answer")

    picture("ladder", 1400, 820, ladder)
    key, op = bytes(range(16)), b"operator-of-test"
    ask(box, "POST", "subscribers",
        {"name": "frida", "k": key.hex(), "opc": op.hex()})
    for n, (user, k) in enumerate([("nobody", b""), ("frida", key)]):
        phone = CarelessPhone(box.net, user, k, op, block.address(31 + n))
        if k:
            assert phone.register() == 403
        else:
            assert phone.status('nonce="", response=""')[0] == 403
    phone = CarelessPhone(box.net, "mallory", b"", b"", block.address(33))
    assert phone.status('nonce="", response=""')[0] == 403
    picture("doctor", 1400, 860, doctor)


def test_picture_of_two_networks(chromium, launch, block, picture):
    box = launch(topology="two-networks.yaml")
    box.wait_for("two-networks is ready")
    over = threading.Event()

    def drive():
        """Phones of both networks, at both P-CSCFs, that are challenged."""
        phones = [Phone(box.net, user, "", block.address(41 + n), pcscf=pcscf,
                        domain=domain)
                  for n, (user, domain, pcscf) in enumerate([
                      ("alice", "red.example", "red-pcscf"),
                      ("alice", "red.example", "blue-pcscf"),
                      ("bob", "blue.example", "blue-pcscf")])]
        number = 0
        while not over.wait(0.2):
            number += 1
            for phone in phones:
                phone.request(number, 'nonce="", response=""')

    def network():
        lightly(chromium, "network")
        chromium.until(lambda: len(chromium.script(
            "return [...document.querySelectorAll('.map .rate')]")) >= 10,
            "all links are busy")

    chromium.visit(box.dashboard, "red.example")
    driver = threading.Thread(target=drive)
    driver.start()
    try:
        picture("network", 1280, 588, network)
    finally:
        over.set()
        driver.join()
