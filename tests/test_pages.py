"""What importing rnnlab asks of the machine's memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNEL = Path("/sys/kernel/mm/transparent_hugepage/enabled")
CHOICE = KERNEL.read_text() if KERNEL.exists() else "[never]"
PROGRAM = """
import rnnlab, torch
tensor = torch.ones(64 << 20, dtype=torch.uint8)
lines = open("/proc/self/smaps").read().splitlines()
print(sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages")))
"""


def huge_kilobytes(**environment: str) -> int:
    inherited = {name: value for name, value in os.environ.items() if name != "THP_MEM_ALLOC_ENABLE"}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=inherited | environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif("[never]" in CHOICE, reason="the kernel gives none")
def test_large_tensors_lie_in_large_pages():
    assert huge_kilobytes() > 32 << 10


@pytest.mark.skipif("[madvise]" not in CHOICE, reason="the kernel does not wait to be asked")
def test_large_pages_can_be_declined():
    assert huge_kilobytes(THP_MEM_ALLOC_ENABLE="0") == 0
