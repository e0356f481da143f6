"""`result.json`, the one file with a run's facts and results; whole at every moment."""

from __future__ import annotations

import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from rnnlab.run.folder.code import code_state, digest, packages, typed_line
from rnnlab.run.folder.process import started
from rnnlab.untrusted import read_json

Status = Literal["running", "finished", "failed", "interrupted", "preempted", "pruned"]
ENDED = ("finished", "pruned")  # runs that cannot be resumed
BLOCK = 4096  # bytes; a file has at least as many on its disk
PACKAGES = ("rnnlab", "torch", "pytorch-lightning", "hydra-core", "omegaconf", "torchmetrics", "numpy")

NUMBER, MAPPING = (int, float), dict
KINDS: dict[str, Any] = {  # of the fields that other code reads
    "status": str,
    "task": str,
    "model": MAPPING,
    "metrics": MAPPING,
    "size": MAPPING,
    "data": MAPPING,
    "baselines": MAPPING,
    "sweep": MAPPING,
    "git": MAPPING,
    "versions": MAPPING,
    "overrides": list,
    "seconds": NUMBER,
    "starts": int,
    "pid": int,
    "host": str,
    "error": str,
    "cause": str,
}


class Result:
    """The run's record: filled as things become known, written in one step each time.

    Args:
        folder: the run folder.
        fields: what is known at the start (task, seed, overrides).
        primary: whether this process writes; of several devices' processes only the first one does.

    Attributes:
        patch: how the code differs from its commit.
        before: the file's fields at this start.
    """

    def __init__(self, folder: Path, fields: dict[str, Any], primary: bool = True) -> None:
        self.primary = primary
        self.path = folder / "result.json"
        before = self.before = read(self.path)
        self.seconds_before = float(before.get("seconds", 0.0))
        self.start = time.monotonic()
        code = code_state()
        self.patch = "" if code is None else code["patch"]
        self.fields: dict[str, Any] = {
            "status": "running",
            "metrics": {},
            **fields,
            "command": typed_line(),
            "git": None if code is None else {"commit": code["commit"], "dirty": code["dirty"]},
            "packages": digest(packages()),
            "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
            "cwd": before.get("cwd") or os.getcwd(),  # the base of relative paths in the settings
            "host": platform.node(),
            "pid": os.getpid(),
            "pid_started": started(os.getpid()),
            "starts": before.get("starts", 0) + 1,
            **({"data": before["data"]} if before.get("data") else {}),  # kept if this start is killed early
        }

    def update(self, **fields: Any) -> None:
        """Set fields and write the file.

        Raises:
            OSError: it cannot be written.
        """
        self.fields.update(fields)
        if not self.primary:
            return
        self.fields["seconds"] = round(self.seconds_before + time.monotonic() - self.start, 3)
        part = self.path.with_suffix(".json.part")
        part.write_text(self._text(), encoding="utf-8")
        os.replace(part, self.path)

    def end(self, status: Status, **fields: Any) -> None:
        """Record how the run ended; on a full disk overwrite the old file, as far as it has room.

        Raises:
            OSError: it cannot be written.
        """
        try:
            self.update(status=status, **fields)
        except OSError:
            self._squeeze()

    def take_over(self) -> None:
        """Write for the first process, which waits for this one and will be killed; not if it has ended."""
        before = read(self.path)
        if not self.primary and before.get("status") == "running":
            self.primary, self.fields = True, before

    def _text(self) -> str:
        return json.dumps(self.fields, indent=2, default=str) + "\n"

    def _squeeze(self) -> None:
        """Overwrite the file, whose disk space it has already."""
        self.path.with_suffix(".json.part").unlink(missing_ok=True)
        room = max(BLOCK, self.path.stat().st_size)
        for name in (None, "traceback", "versions", "command", "overrides"):
            self.fields.pop(name, None)  # type: ignore[arg-type]
            data = self._text().encode()
            if len(data) <= room:
                break
        with self.path.open("r+b", buffering=0) as file:
            file.write(data)
            file.truncate(len(data))


def read(path: Path) -> dict[str, Any]:
    """Read a result.json; empty if it is missing or broken, and without fields of a wrong type."""
    return load(path)[0]


def broken(path: Path) -> str | None:
    """Return a phrase on why an existing result.json cannot be used; None if it can or does not exist."""
    return load(path)[1]


def load(path: Path) -> tuple[dict[str, Any], str | None]:
    """Return what `read` and `broken` say of a file, which is read once."""
    try:
        found = read_json(path)
    except FileNotFoundError:
        return {}, None
    except OSError as error:
        return {}, f"cannot be read: {error.strerror}"
    except ValueError as error:
        return {}, f"is broken: {str(error).splitlines()[0]}"
    if not isinstance(found, dict):
        return {}, f"is broken: it holds a {type(found).__name__} and no mapping"
    wrong = [name for name, kind in KINDS.items() if name in found and not _fits(found[name], kind)]
    said = f"is broken: {wrong[0]} is a {type(found[wrong[0]]).__name__}" if wrong else None
    fields = {name: value for name, value in found.items() if name not in wrong}
    if "metrics" in fields:
        metrics = fields["metrics"] or {}
        fields["metrics"] = {k: v for k, v in metrics.items() if v is not None and _fits(v, NUMBER)}
    return fields, said


def _fits(value: object, kind: Any) -> bool:
    """Return whether a field has the type; null fits every field."""
    return value is None or (isinstance(value, kind) and not (isinstance(value, bool) and kind is not object))
