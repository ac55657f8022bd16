# SPDX-License-Identifier: MIT
"""The fixtures of the scenarios, for the tests of this directory too."""
import importlib.util
import sys
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"

sys.path.insert(0, str(SCENARIOS))
_spec = importlib.util.spec_from_file_location("scenario_fixtures",
                                               SCENARIOS / "conftest.py")
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
globals().update({name: value for name, value in vars(_fixtures).items()
                  if not name.startswith("__")})

import pytest  # noqa: E402

import network as networks  # noqa: E402
from browser import Browser, why_not  # noqa: E402
from launcher import Phone  # noqa: E402

AXE = networks.ROOT / "pages/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """One browser for all tests of a worker."""
    missing = why_not()
    if missing:
        skip(missing)
    browser = Browser(tmp_path_factory.mktemp("downloads"))
    yield browser
    browser.close()


@pytest.fixture
def axe():
    """The source of axe-core."""
    if not AXE.exists():
        skip("axe-core is not there: run `make pages`")
    return AXE.read_text()


@pytest.fixture
def box(launch):
    """A running box under imsbox up, with nobody registered."""
    launcher = launch()
    launcher.wait_for("box is ready")
    return launcher


@pytest.fixture
def page(chromium, box):
    """The pages of that box. In the end the console must be empty."""
    chromium.visit(box.dashboard)
    yield chromium
    assert chromium.complaints() == []


@pytest.fixture
def bob(box, block):
    """bob is registered; his Call-ID."""
    phone = Phone(box.net, "bob", "bobs-password", block.address(9))
    phone.register()
    return phone.call
