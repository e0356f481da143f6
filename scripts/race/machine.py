"""What a race ran on: processor, memory, versions, commit."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from rnnlab.run.folder.code import code_state

PACKAGES = ("torch", "pytorch-lightning", "numpy", "onnxruntime")


def machine_lines(threads: int) -> list[str]:
    """Return lines on the machine and on this code, for the start of a race and for its page."""
    code = code_state()
    commit = (
        "no git checkout" if code is None else code["commit"][:8] + (" and changes" if code["dirty"] else "")
    )
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{processor()}, {threads} of {os.cpu_count()} cores, {memory()}",
        f"Python {platform.python_version()}, rnnlab {version('rnnlab')} at {commit}, {packages}",
    ]


def processor() -> str:
    """Return the processor's name."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
