"""A worker's side of warm starts: the process that forks trainings, and a training that it forked."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BINDER = Path(__file__).parents[1] / "child.py"
LARGEST = 1 << 16  # bytes of an answer
START = 300.0  # seconds that the imports may take
ANSWER = 60.0  # seconds that a fork may take


class WarmTraining:
    """A forked training, with the part of `subprocess.Popen`'s interface that an attempt uses."""

    def __init__(self, server: WarmServer, pid: int) -> None:
        self.server, self.pid = server, pid

    @property
    def returncode(self) -> Any:  # int or None, as Popen types it
        return self.server.codes.get(self.pid)

    def poll(self) -> int | None:
        self.server.hear(0.0)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Return the exit code. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("training", timeout)
            self.server.hear(left)
        return int(self.returncode)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class WarmServer:
    """Process that has imported what trainings need and forks them; it dies with this process.

    Args:
        cwd: its folder.
        modules: to import; none for all that a training may need.

    Attributes:
        codes: exit codes by process number; None for a training that is running.
    """

    def __init__(self, cwd: str, modules: Sequence[str] = ()) -> None:
        self.codes: dict[int, int | None] = {}
        self.threads: int | None = None  # of the server; None while it imports
        self.channel, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._forked: int | None = None
        module = ["-m", "rnnlab.sweep.warm.server", str(there.fileno()), *modules]
        with there:
            self.process = subprocess.Popen(
                [sys.executable, str(BINDER), str(os.getpid()), *module],
                cwd=cwd,
                env=one_thread(os.environ),
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def ready(self, seconds: float) -> bool:
        """Wait up to `seconds` for the imports; return whether waiting is over: see `usable`."""
        if self.threads is None and self.process.returncode is None:
            self.hear(seconds)
            if time.monotonic() - self.started > START:
                self.end()
        return self.threads is not None or self.process.returncode is not None

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    @property
    def usable(self) -> bool:
        """Whether it can fork: it lives, and no thread runs in it that a fork would lack."""
        return self.threads == 1 and self.lives

    def start(
        self, arguments: Sequence[str], folder: str, environment: Mapping[str, str], log: int
    ) -> WarmTraining | None:
        """Fork a training; None if the server did not.

        Args:
            arguments: a script and its arguments.
            log: descriptor of the file for its output.
        """
        request = {"arguments": list(arguments), "folder": folder, "environment": dict(environment)}
        self._forked, deadline = None, time.monotonic() + ANSWER
        try:
            socket.send_fds(self.channel, [json.dumps(request).encode()], [log])
        except OSError:  # it has died, or the message is too long
            self.end()
            return None
        while self._forked is None:
            if self.process.returncode is not None or time.monotonic() > deadline:
                self.end()
                return None
            self.hear(1.0)
        return WarmTraining(self, self._forked)

    def hear(self, seconds: float) -> None:
        """Read one answer, if it comes within `seconds`."""
        if self.process.returncode is not None or not select.select([self.channel], [], [], seconds)[0]:
            return
        try:
            message = self.channel.recv(LARGEST)
        except OSError:
            message = b""
        if not message:
            self.end()
            return
        fields = json.loads(message)
        self.threads = fields.get("threads", self.threads)
        if "code" in fields:
            self.codes[fields["pid"]] = fields["code"]
        elif "pid" in fields:
            self._forked = fields["pid"]
            self.codes[fields["pid"]] = None

    def end(self) -> None:
        """Kill the server and its trainings; they count as killed."""
        self.process.kill()
        self.process.wait()
        for pid, code in self.codes.items():
            if code is None:
                self.codes[pid] = -signal.SIGKILL  # the kernel kills it with its parent


def one_thread(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which imported libraries start no threads of their own."""
    return {**environment, "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
