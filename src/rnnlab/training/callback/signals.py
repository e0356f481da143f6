"""The signals that ask a run to end: Ctrl-C, and those that clusters send before reclaiming a machine.

Nothing heavy is imported here: the handlers are installed before torch is loaded.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP)
INTERRUPTED, PREEMPTED = 130, 143  # exit codes
NOTICES = {
    INTERRUPTED: b"\nstopping after this batch and saving; Ctrl-C again stops at once, without saving\n",
    PREEMPTED: b"\nasked to end: stopping after this batch and saving\n",
}


def exit_code(number: int) -> int:
    """Return the exit code of a process that ends after this signal; never 0, which means success."""
    return INTERRUPTED if number in (signal.SIGINT, signal.SIGHUP) else PREEMPTED


class Interrupted(BaseException):
    """The end of a run after a signal; `saved` is whether last.ckpt holds this very step.

    It is not a KeyboardInterrupt, because Lightning responds to one by ignoring SIGINT from then on and
    leaving the process.
    """

    def __init__(self, code: int = INTERRUPTED, saved: bool = False) -> None:
        self.code, self.saved = code, saved
        super().__init__("interrupted, saved in last.ckpt" if saved else "interrupted")


class Signals:
    """The signal handlers of this process. There is one instance, `SIGNALS`, as handlers are per process.

    The first signal raises `Interrupted` in whatever code is running, except while a training `waits`, which
    checks `code` after each batch, and while modules are `importing`, which would be left half initialised.
    Later signals (Slurm sends several) are ignored, except a second SIGINT, which raises at once.

    Attributes:
        code: the requested exit code; None before the first signal.
        leaving: the process is about to exit.
        raised: `Interrupted` was raised in running code, which may have turned it into another error or
            swallowed it.
        follows: the process is led by that of rank 0, and never raises by itself.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        self.waits = self.leaving = self.raised = self._imports = False
        self.follows = os.environ.get("LOCAL_RANK", "0") != "0"
        self._interrupts = self._process = 0
        self._before: dict[int, Any] = {}

    def install(self) -> bool:
        """Install the handlers; return whether that happened now. Only the main thread can install them."""
        if self._before or threading.current_thread() is not threading.main_thread():
            return False
        self.code, self.waits, self.leaving, self.raised, self._imports = None, False, False, False, False
        self._interrupts, self._process = 0, os.getpid()
        heeded = [n for n in NUMBERS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]  # nohup
        self._before = {number: signal.signal(number, self._on_signal) for number in heeded}
        return True

    def restore(self) -> None:
        """Restore the handlers that were installed before."""
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._before = {}

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Delay signals until the block has ended, then raise."""
        self._imports = True
        try:
            yield
        finally:
            self._imports = False
        self.check()

    def check(self) -> None:
        """Raise if a signal has come; call it after code that may have swallowed the exception."""
        if self.code is not None and not (self.waits or self.follows):
            self.raised = True
            raise self.leave(saved=False)

    def leave(self, saved: bool) -> Interrupted:
        """Return the exception to raise; from now on only a second SIGINT has an effect."""
        self.waits, self.leaving = False, True
        return Interrupted(self.code or INTERRUPTED, saved)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._process:
            in_fork(number)
            return
        first = self.code is None
        self.code = exit_code(number) if self.code is None else self.code
        self._interrupts += number == signal.SIGINT
        if number == signal.SIGHUP:
            mute()
        if number == signal.SIGINT and self._interrupts > 1:
            raise self.leave(saved=False)
        if self.waits and first:
            with suppress(OSError):
                os.write(2, NOTICES[self.code])  # logging is not safe in a signal handler
        if not (self.waits or self.leaving or self.follows or self._imports):
            self.raised = True
            raise self.leave(saved=False)


def mute() -> None:
    """Redirect output to the null device: the terminal is gone, and writing to it would raise an error."""
    for number in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(number).st_mode):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def in_fork(number: int) -> None:
    """Handle a signal in a forked process: one that loads batches continues until its training has saved;
    others end.
    """
    torch: Any = sys.modules.get("torch")
    if torch is None or torch.utils.data.get_worker_info() is None:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


SIGNALS = Signals()
