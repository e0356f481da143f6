"""Command lines in processes that are forked from one that has imported everything already.

`forked.run` and `forked.Popen` take what `subprocess.run` and `subprocess.Popen` take, with `sys.executable`
as the first argument and after it a script, `-m MODULE` or `-c CODE`. The process has its own arguments,
folder, environment, standard streams, exit code and signals; only the seconds of its imports are saved. Where
imports, start-up time, flags of the interpreter or process groups are tested, a test uses `subprocess`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

SERVER, CLIENT = (str(Path(__file__).with_name(f"fork_{name}.py")) for name in ("server", "client"))


@cache
def server() -> tuple[subprocess.Popen[bytes], str]:
    """The process that all others of this one are forked from, and its socket; it ends with this process."""
    folder = tempfile.mkdtemp(prefix="fork")
    address = os.path.join(folder, "socket")
    # without threads of its own, which would be missing after a fork
    own = {**os.environ, "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    process = subprocess.Popen(
        [sys.executable, SERVER, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n", "the server of forks has not started"
    return process, address


def command(arguments: Sequence[str | os.PathLike[str]]) -> list[str]:
    """The command line that has the server fork a process for these arguments."""
    assert arguments[0] == sys.executable, arguments
    return [sys.executable, "-I", "-S", CLIENT, server()[1], *map(str, arguments[1:])]


def run(arguments: Sequence[str | os.PathLike[str]], **given: Any) -> subprocess.CompletedProcess[Any]:
    return subprocess.run(command(arguments), **given)


def Popen(arguments: Sequence[str | os.PathLike[str]], **given: Any) -> subprocess.Popen[Any]:
    return subprocess.Popen(command(arguments), **given)
