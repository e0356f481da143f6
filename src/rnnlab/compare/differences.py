"""What is not as it was when a run was trained: code, packages, machine, data."""

from __future__ import annotations

import platform
from typing import Any

from rnnlab.opened.run import OpenRun
from rnnlab.run.code import changed_files, code_state, packages, patch

SHOWN = 8  # names of a longer list


def code_differences(run: OpenRun) -> list[str]:
    """Lines that say how the code differs; none where it is the same to the last character."""
    then, now = run.result.get("git"), code_state()
    if not then or now is None:
        return [f"code: {'the run' if not then else 'this rnnlab'} does not know its commit"]
    commit = then["commit"]
    before = run.folder.patch.read_text(encoding="utf-8") if run.folder.patch.is_file() else ""
    if then["dirty"] and not run.folder.packages.is_file():  # an older rnnlab wrote no code.diff
        return [f"code: the run's differed from commit {commit[:12]}, and how was not kept"]
    try:
        after = now["patch"] if now["commit"] == commit else patch(commit)
    except OSError:
        after = None
    except Exception:  # git's own: the commit is not in this checkout
        after = None
    if after is None:
        return [
            f"code: the run's commit {commit[:12]} is not in this checkout, which is at {now['commit'][:12]}"
        ]
    files = changed_files(before, after)
    return [f"code: {listed(files)} differ{'s' * (len(files) == 1)} from the run's"] if files else []


def package_differences(run: OpenRun) -> list[str]:
    """A line with the packages that are not those of the run."""
    if not run.folder.packages.is_file():
        return ["packages: the run does not say which it had"]
    then = set(run.folder.packages.read_text(encoding="utf-8").split("\n")) - {""}
    now = set(packages())
    gone, new = sorted(then - now), sorted(now - then)
    parts = [f"{what} {listed(names)}" for what, names in (("not here:", gone), ("new:", new)) if names]
    return [f"packages: {'; '.join(parts)}"] if parts else []


def machine_differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Lines for the device, the threads and Python of two result.json."""
    found = []
    for key in ("device", "threads"):
        if then.get(key) is not None and then.get(key) != now.get(key):
            found.append(f"{key}: was {then[key]}, is {now.get(key)}")
    python = (then.get("versions") or {}).get("python")
    if python and python != platform.python_version():
        found.append(f"python: was {python}, is {platform.python_version()}")
    return found


def data_differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """A line where the files of the data, or what was made of them, are others."""
    before, after = then.get("data") or {}, now.get("data") or {}
    keys = [key for key in ("fingerprint", "rows", "vocabulary") if before.get(key) != after.get(key)]
    return [f"data: {key} was {before.get(key)}, is {after.get(key)}" for key in keys]


def listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
