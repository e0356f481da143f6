"""Versions of Python and of the packages that rnnlab needs, and the extras that are missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires, version

from packaging.requirements import Requirement

from rnnlab.commands.diagnosing.finding import Finding
from rnnlab.run.config.conf_folder import PACKAGE, conf_folder

OURS = "rnnlab"
NAMED = ("torch", "pytorch-lightning", "hydra-core", "numpy", "datasets")  # whose versions are shown
MISSING = "not installed"
DEVELOPERS = ("dev", "bench")  # extras that nobody misses who only uses rnnlab


def packages() -> Iterator[Finding]:
    """Yield rnnlab and Python, the packages that it needs, and its extras."""
    conf = conf_folder()
    facts = {"version": "", "code": str(PACKAGE), "conf": str(conf), "python": sys.version}
    try:
        wanted = [Requirement(line) for line in requires(OURS) or []]
        facts["version"] = version(OURS)
    except PackageNotFoundError:
        yield Finding(OURS, "broken", "is not installed: type pip install -e . in its clone", facts)
        return
    python = f"Python {platform.python_version()} ({sys.executable})"
    yield Finding(OURS, "ok", f"{facts['version']} from {PACKAGE}, {python}", facts)
    yield needed([one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})])
    yield extras(wanted)


def needed(wanted: list[Requirement]) -> Finding:
    """Return whether each package that every training needs is there in a version that fits."""
    wrong = {one.name: why for one in wanted if (why := problem(one)) is not None}
    versions = {one.name: version(one.name) for one in wanted if wrong.get(one.name) != MISSING}
    if wrong:
        asked = " ".join(f'"{one.name}{one.specifier}"' for one in wanted if one.name in wrong)
        text = f"{', '.join(f'{name}: {why}' for name, why in wrong.items())}; pip install {asked}"
        return Finding("packages", "broken", text, {"versions": versions, "wrong": wrong})
    shown = ", ".join(f"{name} {versions[name]}" for name in NAMED if name in versions)
    text = f"all {len(wanted)} are there in versions that fit: {shown}, ..."
    return Finding("packages", "ok", text, {"versions": versions, "wrong": {}})


def extras(wanted: list[Requirement]) -> Finding:
    """Return the extras that lack a package, with the command that installs them."""
    there = distribution(OURS).metadata.get_all("Provides-Extra") or []
    names = [name for name in there if name not in DEVELOPERS]
    lacking: dict[str, list[str]] = {}
    for name in names:
        inside = [one for one in wanted if one.marker is not None and one.marker.evaluate({"extra": name})]
        wrong = [one.name for one in inside if one.name != OURS and problem(one) is not None]
        if wrong:
            lacking[name] = wrong
    if not lacking:
        return Finding("extras", "ok", f"all are there: {', '.join(names)}", {"missing": {}})
    said = "; ".join(f"{name} ({', '.join(lacks)})" for name, lacks in lacking.items())
    text = f'not installed: {said}. Where you need one: pip install "rnnlab[{next(iter(lacking))}]"'
    return Finding("extras", "note", text, {"missing": lacking})


def problem(one: Requirement) -> str | None:
    """Return why a requirement is not met; None if it is."""
    try:
        there = version(one.name)
    except PackageNotFoundError:
        return MISSING
    fits = one.specifier.contains(there, prereleases=True)
    return None if fits else f"{there} is not {one.specifier}"
