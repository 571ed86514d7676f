"""Where there are two cores, what is measured has one for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASKED = """
import os, subprocess, sys
from benchmarks.machine import _on_server_core, all_cores, take_load_core
whole = os.sched_getaffinity(0)
take_load_core()
load = os.sched_getaffinity(0)
said = "import os; print(*os.sched_getaffinity(0))"
server = subprocess.run([sys.executable, "-c", said], preexec_fn=_on_server_core, stdout=subprocess.PIPE, text=True).stdout
assert {int(each) for each in server.split()}.isdisjoint(load), (server, load)
with all_cores():
    assert os.sched_getaffinity(0) == whole
assert os.sched_getaffinity(0) == load
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core")
def test_a_server_that_is_measured_has_a_core_of_its_own_beside_the_load():
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
