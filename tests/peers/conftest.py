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
