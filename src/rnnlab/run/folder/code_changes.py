"""Differences between the code now and the code of a run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from rnnlab.run.folder.code import changed_files, code_state, patch
from rnnlab.run.folder.run_folder import RunFolder

SHOWN = 8  # names of a longer list


def code_differences(then: Mapping[str, Any] | None, folder: RunFolder) -> list[str]:
    """Return a line for each difference between the run's code and the present one; none if they are equal.

    Args:
        then: the `git` field of the run's result.json.
        folder: the run's folder, which holds its code.diff.
    """
    now = code_state()
    if not then or now is None:
        return [f"code: {'the run' if not then else 'this rnnlab'} does not know its commit"]
    commit = then["commit"]
    before = folder.patch.read_text(encoding="utf-8") if folder.patch.is_file() else ""
    if then["dirty"] and not folder.packages.is_file():  # an older rnnlab wrote no code.diff
        return [f"code: the run's differed from commit {commit[:12]}, and how was not kept"]
    try:
        after = now["patch"] if now["commit"] == commit else patch(commit)
    except (OSError, subprocess.SubprocessError):  # the commit is not in this checkout
        after = None
    if after is None:
        return [
            f"code: the run's commit {commit[:12]} is not in this checkout, which is at {now['commit'][:12]}"
        ]
    files = changed_files(before, after)
    return [f"code: {listed(files)} differ{'s' * (len(files) == 1)} from the run's"] if files else []


def listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
