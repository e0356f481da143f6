"""The code of a run: its commit, the differences from that commit, and the installed packages."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]  # of a checkout; of an installed package some folder without train.py
OURS = ("src", "conf", "train.py", "pyproject.toml", "constraints.txt")  # what a result may depend on
FROZEN = "git.json"  # next to a sweep's frozen code: the `code_state` at the time of freezing


def in_clone() -> bool:
    """Return whether this code is that of a clone, or of a sweep's copy of the code."""
    return (ROOT / "train.py").is_file()


def training_program() -> list[str]:
    """Return Python's arguments for a training by the code that runs now."""
    return [str(ROOT / "train.py")] if in_clone() else ["-m", "rnnlab", "train"]


def typed_line() -> str:
    """Return the command of this process as it was typed."""
    program, *rest = sys.orig_argv[1:] or [""]
    return shlex.join(["rnnlab", *rest] if Path(program).name == "rnnlab" else ["python", program, *rest])


def train_command() -> str:
    """Return how a training is typed: `python train.py` in a clone, unless `rnnlab train` was typed."""
    return "rnnlab train" if typed_line().startswith("rnnlab train") or not in_clone() else "python train.py"


def code_state() -> dict[str, Any] | None:
    """Return `commit`, `dirty` and `patch` of the code; None outside a git checkout.

    `dirty` is whether the working tree differs from the commit; `patch` is how what a result may depend on
    differs, new files included.
    """
    frozen = ROOT / FROZEN
    if frozen.is_file():
        state: dict[str, Any] | None = json.loads(frozen.read_text(encoding="utf-8"))
        return state
    if not in_clone():
        return None
    try:
        dirty = bool(git("status", "--porcelain", "-uno").strip())
        return {"commit": git("rev-parse", "HEAD").strip(), "dirty": dirty, "patch": patch()}
    except (OSError, subprocess.SubprocessError):
        return None


def patch(commit: str = "HEAD") -> str:
    """Return the difference of the code from a commit, as `git diff` writes it; new files come last."""
    there = [name for name in OURS if (ROOT / name).exists()]
    told = git("diff", "--no-color", "--no-ext-diff", commit, "--", *there)
    new = git("ls-files", "--others", "--exclude-standard", "-z", "--", *there)
    for name in sorted(filter(None, new.split("\0"))):
        digest = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        told += f"diff --git a/{name} b/{name}\nnew file {digest}\n"
    return told


def by_file(told: str) -> dict[str, str]:
    """Return the parts of a patch by their file."""
    parts = re.split(r"^diff --git a/(.*?) b/.*\n", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def changed_files(before: str, now: str) -> list[str]:
    """Return the files that differ between two patches of one commit."""
    then, there = by_file(before), by_file(now)
    names = then.keys() | there.keys()
    return sorted(name for name in names if _content(then, name) != _content(there, name))


def _content(parts: dict[str, str], name: str) -> str:
    """Return a file's part without the line of blob names: its length depends on the checkout's objects."""
    return re.sub(r"^index .*\n", "", parts.get(name, ""), flags=re.MULTILINE)


def packages() -> list[str]:
    """Return `name-version` of every package that can be imported, sorted."""
    places = (Path(entry) for entry in sys.path if entry)
    found = {info.stem for place in places if place.is_dir() for info in place.glob("*.dist-info")}
    return sorted(found, key=str.lower)


def digest(names: Iterable[str]) -> str:
    """Return 16 hex digits of a list."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, capture_output=True, check=True, timeout=20)
    return done.stdout.decode("utf-8", "replace")
