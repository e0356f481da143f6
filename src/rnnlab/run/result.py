"""`result.json`, the one file that says what a run was and what came out; whole at every moment."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

Status = Literal["running", "finished", "failed", "interrupted"]
PACKAGES = ("rnnlab", "torch", "pytorch-lightning", "hydra-core", "omegaconf", "torchmetrics", "numpy")


class Result:
    """The run's record: filled as things become known, written in one step each time.

    Args:
        folder: the run folder.
        fields: what is known at the start (task, seed, overrides).
        primary: whether this process writes; of several devices' processes only the first one does.
    """

    def __init__(self, folder: Path, fields: dict[str, Any], primary: bool = True) -> None:
        self.primary = primary
        self.path = folder / "result.json"
        before = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        self.seconds_before = float(before.get("seconds", 0.0))
        self.start = time.monotonic()
        self.fields: dict[str, Any] = {
            "status": "running",
            "metrics": {},
            **fields,
            "command": shlex.join(["python", *sys.orig_argv[1:]]),
            "git": git_state(),
            "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
            "host": platform.node(),
            "pid": os.getpid(),
            "starts": before.get("starts", 0) + 1,
        }

    def update(self, **fields: Any) -> None:
        """Set fields and write the file."""
        self.fields.update(fields)
        if not self.primary:
            return
        self.fields["seconds"] = round(self.seconds_before + time.monotonic() - self.start, 3)
        part = self.path.with_suffix(".json.part")
        part.write_text(json.dumps(self.fields, indent=2, default=str) + "\n", encoding="utf-8")
        os.replace(part, self.path)

    def end(self, status: Status, **fields: Any) -> None:
        self.update(status=status, **fields)


def git_state() -> dict[str, Any] | None:
    """Commit and whether the working tree differs from it; None outside a git checkout."""
    root = Path(__file__).parent
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "dirty": bool(changes)}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
