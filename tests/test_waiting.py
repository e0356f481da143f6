"""What importing rnnlab asks of the threads that torch computes with."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import os, rnnlab; print(os.environ.get('GOMP_SPINCOUNT'))"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, "30000"),
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "PASSIVE"}, "None"),  # it would be overruled
    ],
)
def test_threads_wait_awake_for_a_moment_unless_told_otherwise(own, expected):
    chosen = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    inherited = {name: value for name, value in os.environ.items() if name not in chosen}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=inherited | own, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
