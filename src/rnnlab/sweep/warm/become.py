"""Turn a forked process into the one that `python ARGUMENTS` would have started."""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import traceback
from typing import Any, NamedTuple, NoReturn

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
CODES: list[int] = []  # exit code of this process, once its program has ended


class Request(NamedTuple):
    """A program to become: arguments of Python, folder, environment, and descriptor of its output's file.

    Attributes:
        parent: the process that forks.
    """

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    log: int
    parent: int


def become(request: Request) -> NoReturn:
    """Run the program, and end this process as the interpreter would have ended."""
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != request.parent:  # it died before it could be watched
        os._exit(1)
    take_on(request)
    CODES.append(execute(request.arguments))
    sys.exit(CODES[0])  # threads are waited for and exit functions called; the last one is `leave`


def take_on(request: Request) -> None:
    """Take over the request's streams, folder, environment and search path."""
    for stream in (1, 2):
        os.dup2(request.log, stream)
    os.close(request.log)
    os.chdir(request.folder)
    before = set(os.environ.get("PYTHONPATH", "").split(os.pathsep))
    own = [path for path in request.environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    os.environ.clear()
    os.environ.update(request.environment)
    program = os.path.dirname(os.path.realpath(request.arguments[0]))
    sys.path[:] = [program, *own, *(path for path in sys.path[1:] if path not in before)]
    sys.argv = list(request.arguments)
    sys.orig_argv = [sys.executable, *request.arguments]
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    reseed()


def reseed() -> None:
    """Draw NumPy's global state anew, which all forks would share, and give its BLAS back its threads."""
    import numpy as np

    np.random.seed()
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS")
    if threads is not None and threads.isdecimal() and int(threads) > 1:
        from threadpoolctl import threadpool_limits

        threadpool_limits(int(threads), user_api="blas")


def execute(arguments: list[str]) -> int:
    """Run a script as `__main__`; return its exit code."""
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as stop:
        return exit_code(stop.code)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def exit_code(code: Any) -> int:
    """Return the exit code of `sys.exit(code)`; a text is printed, as the interpreter does."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)
    return 1


def leave() -> None:
    """End a forked process without freeing the objects of all modules, which takes a third of a second."""
    if not CODES:
        return
    code = CODES[0]
    for output in (sys.stdout, sys.stderr):
        try:
            output.flush()
        except (OSError, ValueError):  # a full disk, or a closed stream
            code = code or 120
    ctypes.CDLL(None).fflush(None)
    os._exit(code)
