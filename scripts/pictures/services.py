"""Runs a command of rnnlab that serves a page, as long as it is photographed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STARTED = "http://"


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Start `rnnlab ARGUMENTS` on a free port, and end it afterwards.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", "rnnlab", *arguments, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = (line.strip() for line in process.stdout)
            address = next((line for line in lines if line.startswith(STARTED)), None)
            if address is None:
                sys.exit(f"error: rnnlab {arguments[0]} did not start")
            yield address
        finally:
            process.terminate()
