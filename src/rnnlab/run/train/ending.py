"""End a run that was stopped or failed: log the reason, write result.json, return the exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnlab.errors import UserError
from rnnlab.run.folder.code import train_command
from rnnlab.run.folder.result import ENDED, Result, Status
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.cause import cause_of, disk_of, loader_of
from rnnlab.training.callback.signals import INTERRUPTED, SIGNALS, Interrupted

log = logging.getLogger("rnnlab")


def broken_beside(error: Exception) -> bool:
    """Return whether the error comes from a child process, such as a DataLoader worker, hit by the signal."""
    return SIGNALS.code is not None and type(error) is RuntimeError and cause_of(error) == "error"


def stopped(stop: BaseException, result: Result, folder: RunFolder) -> int:
    """Return the exit code of a run that was asked to end; one that has just ended keeps its status."""
    SIGNALS.leaving = True
    if result.fields["status"] in ENDED:
        return 0
    code = stop.code if isinstance(stop, Interrupted) else SIGNALS.code or INTERRUPTED
    status: Status = "interrupted" if code == INTERRUPTED else "preempted"
    end(result, status)
    if not result.primary:
        return 0  # or Lightning would kill the process that leads this one
    log.info("%s; go on with: %s", status, again(folder))
    return code


def failed(error: Exception, result: Result, folder: RunFolder) -> int:
    SIGNALS.leaving = True
    cause, text = cause_of(error), f"{type(error).__name__}: {error}"
    loader = loader_of(error)
    if loader is not None:
        hint = "try data.num_workers=0, or a smaller data.batch_size; what was saved is whole"
        log.error("error: %s\n%s: %s", loader, hint, again(folder))
    elif cause == "disk":
        saved = f"what was saved is whole; make room and go on with: {again(folder)}"
        hint = saved if folder.config.is_file() and result.path.is_file() else "nothing could be saved"
        log.error("error: %s\n%s", disk_of(error), hint)
        for part in folder.path.rglob("*.part"):
            with suppress(OSError):  # a disk that cannot be written at all
                part.unlink(missing_ok=True)
    else:
        log.exception("the run failed; %s says how far it came", shown(folder.path))
    result.take_over()
    end(result, "failed", cause == "disk", cause=cause, error=text, traceback=traceback.format_exc())
    return 1


def again(folder: RunFolder) -> str:
    """Return the command that resumes a run."""
    return f"{train_command()} resume={shown(folder.path)}"


def end(result: Result, status: Status, told: bool = False, **fields: Any) -> None:
    """Write the final status to result.json if the disk allows; `told`: a disk error was reported already."""
    try:
        result.end(status, **fields)
    except OSError as full:
        if not told:
            print(f"error: {shown(result.path)} cannot be written: {full}", file=sys.stderr)


def wrong_input(error: UserError, result: Result) -> int:
    SIGNALS.leaving = True
    full = os.environ.get("HYDRA_FULL_ERROR") == "1"
    log.error("error: %s", error, exc_info=error if full else None)
    end(result, "failed", cause="setting", error=str(error))
    return 2


def shown(path: Path) -> str:
    """Return the path relative to the working folder if it is inside, else as it is."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
