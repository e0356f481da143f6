"""Changes since a run was trained: code, packages, machine, data."""

from __future__ import annotations

import platform
from typing import Any

from rnnlab.run.folder.code import packages
from rnnlab.run.folder.code_changes import listed
from rnnlab.run.folder.open_run import OpenRun


def package_differences(run: OpenRun) -> list[str]:
    """Return a line on the packages that differ from those of the run."""
    if not run.folder.packages.is_file():
        return ["packages: the run does not say which it had"]
    then = set(run.folder.packages.read_text(encoding="utf-8").split("\n")) - {""}
    now = set(packages())
    gone, new = sorted(then - now), sorted(now - then)
    parts = [f"{what} {listed(names)}" for what, names in (("not here:", gone), ("new:", new)) if names]
    return [f"packages: {'; '.join(parts)}"] if parts else []


def machine_differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return lines on differences of device, threads and Python between two result.json."""
    found = []
    for key in ("device", "threads"):
        if then.get(key) is not None and then.get(key) != now.get(key):
            found.append(f"{key}: was {then[key]}, is {now.get(key)}")
    python = (then.get("versions") or {}).get("python")
    if python and python != platform.python_version():
        found.append(f"python: was {python}, is {platform.python_version()}")
    return found


def data_differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return a line for each difference in the files of the data, or in their rows or vocabulary."""
    before, after = then.get("data") or {}, now.get("data") or {}
    keys = [key for key in ("fingerprint", "rows", "vocabulary") if before.get(key) != after.get(key)]
    return [f"data: {key} was {before.get(key)}, is {after.get(key)}" for key in keys]
