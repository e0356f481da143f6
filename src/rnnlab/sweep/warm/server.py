"""A process that has imported what trainings need, and forks each of them.

    python -m rnnlab.sweep.warm.server SOCKET [MODULE...]

A worker starts it with the sweep's frozen code (see warm/process.py) and sends it one message for each
training: its arguments, folder and environment, with its log. The answers are the number of the new process,
and its exit code when it has ended. It leaves, with all trainings, when the worker closes the socket.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module

from rnnlab.sweep.warm.become import Request, become, leave

LARGEST = 1 << 20  # bytes of a message
LATER = ("torch", "pytorch_lightning", "pandas", "sklearn.linear_model", "pyarrow.parquet", "optuna")
ROOMS = "text", "tokenizer", "embedding", "data", "model", "training", "evaluation", "explain", "kinds", "run"
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def modules() -> list[str]:
    """Return all that a training may need, also classes that a config names."""
    names = [*LATER, "rnnlab.commands.train", "rnnlab.run.train.train_run"]
    for room in ROOMS:
        package = import_module(f"rnnlab.{room}")
        found = pkgutil.walk_packages(package.__path__, f"rnnlab.{room}.", onerror=lambda name: None)
        names += [module.name for module in found if not module.name.endswith("__main__")]
    return names


def preload(names: Iterable[str]) -> int:
    """Import modules; return the number of threads, which has to be 1: others would be lost in a fork."""
    for name in names:
        with suppress(ImportError):  # of an optional package: the training that asks for it reports it
            import_module(name)
    gc.collect()
    gc.freeze()  # a collection in a child would copy all pages
    return len(os.listdir("/proc/self/task"))


class Server:
    """Forks trainings and reports how they end, until its channel is closed."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel, self.children = channel, set[int]()
        self.ended, self.wake = socket.socketpair()
        self.wake.setblocking(False)
        self.selector = selectors.DefaultSelector()
        for source in (channel, self.ended):
            self.selector.register(source, selectors.EVENT_READ)

    def serve(self) -> Request | None:
        """Return None when the worker has left; in each child, return what it is to become."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake.fileno(), warn_on_full_buffer=False)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.ended:
                    self.ended.recv(4096)
                    self._report()
                    continue
                message, files, _, _ = socket.recv_fds(self.channel, LARGEST, 1)
                if not message:
                    self._leave()
                    return None
                request = Request(**json.loads(message), log=files[0], parent=os.getpid())
                if self._fork(request):
                    return request

    def _fork(self, request: Request) -> bool:
        """Return True in the child. The worker hears of it once it leads a process group of its own."""
        there, here = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        child = os.fork()
        if child == 0:
            self._detach()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(there)
            os.close(here)
            return True
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(here)
        os.read(there, 1)  # it ends when the child has closed its side
        os.close(there)
        os.close(request.log)
        self.children.add(child)
        self._tell(pid=child)
        return False

    def _detach(self) -> None:
        """In the child: a session of its own, a new process's signals, and nothing of the server open."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (*IGNORED, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.selector.close()
        for opened in (self.channel, self.ended, self.wake):
            opened.close()

    def _report(self) -> None:
        while self.children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            self.children.discard(child)
            self._tell(pid=child, code=os.waitstatus_to_exitcode(status))

    def _tell(self, **fields: int) -> None:
        with suppress(OSError):  # the worker has just left, which the next reading shows
            self.channel.send(json.dumps(fields).encode())

    def _leave(self) -> None:
        for child in self.children:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)


def main() -> None:
    for number in IGNORED:  # Slurm sends them to a whole job; its worker reacts
        signal.signal(number, signal.SIG_IGN)
    atexit.register(leave)  # first of all, so that it is called last
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.send(json.dumps({"threads": preload(sys.argv[2:] or modules())}).encode())
    request = Server(channel).serve()
    if request is not None:
        become(request)


if __name__ == "__main__":
    main()
