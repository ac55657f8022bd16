# SPDX-License-Identifier: MIT
"""The last lines of make test."""
import subprocess

import pytest

from network import ROOT

SAID = """\
  PASSED  release/unit/test_a: 7 test(s).
  PASSED  release/unit/test_b: 3 test(s).
  PASSED  asan/unit/test_a: 7 test(s).
SKIPPED: no IPv6 on this machine
  LADDERS 111 in the simulator (release)
111 passed, 0 failed, 0 skipped
  SCENARIOS (asan)
SKIPPED [2] tests/scenarios/conftest.py:27: sipp is not installed
{scenarios}
30 worlds, {broken} broken: 3 requests
"""


@pytest.mark.parametrize("scenarios, broken, status, rows, last", [
    ("118 passed, 2 skipped in 64.81s (0:01:04)", 0, 0,
     ["scenarios (sanitizers)                   118 passed, 2 skipped",
      "random worlds                            30 passed"],
     "PASSED: all 276 tests, 2 skipped"),
    ("=== 3 failed, 115 passed, 1 error in 64.81s ===", 2, 2,
     ["scenarios (sanitizers)                   115 passed, 3 failed, 1 error",
      "random worlds                            28 passed, 2 failed"],
     "FAILED: 6 tests; the whole story is in build/test.log"),
    ("", 0, 7, [], "FAILED: something beside the tests; "
                   "the whole story is in build/test.log"),
])
def test_the_end_tells_what_became_of_the_tests(tmp_path, scenarios, broken,
                                                status, rows, last):
    (tmp_path / "said").write_text(SAID.format(scenarios=scenarios,
                                               broken=broken))
    run = subprocess.run([ROOT / "tools/tell-tests", "sh", "-c",
                          f"cat said; exit {status}"],
                         cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == status
    lines = run.stdout.splitlines()
    for row in ["unit tests                               10 passed",
                "unit tests (sanitizers)                  7 passed",
                "ladders, simulated                       111 passed",
                "  skipped 2: sipp is not installed",
                "  skipped 1: no IPv6 on this machine", *rows]:
        assert row in lines
    assert lines[-1] == last
    assert (tmp_path / "build/test.log").read_text() in run.stdout
