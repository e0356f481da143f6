"""constraints-oldest.txt, which `make test-oldest` installs, has the oldest versions that are allowed."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]


def numbers(version: str) -> list[int]:
    """`2.10.0` as [2, 10]: zeros at the end do not count."""
    found = [int(number) for number in version.split(".")]
    while found and not found[-1]:
        found.pop()
    return found


def not_oldest(requirements: list[str], constraints: str) -> list[str]:
    """Requirements whose lower bound is not the version that the constraints take."""
    pins = dict(re.findall(r"(?m)^([\w.-]+)==([\d.]+)", constraints))
    bounds = {}
    for line in requirements:
        name, _, rest = line.partition(">=")
        bounds[name.partition("[")[0]] = re.split(r"[^\d.]", rest, maxsplit=1)[0]
    return [name for name, low in bounds.items() if numbers(pins.get(name, "0")) != numbers(low)]


def test_the_oldest_constraints_are_the_lower_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    others = [line for line in lines if not line.startswith("rnnlab[")]
    assert not_oldest(others, (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8")) == []


def test_a_bound_that_is_not_tested_is_found():
    assert not_oldest(["a>=2", "b>=1.2,<2", "c>=1", "d>=1.10"], "a==2.0.0\nb==1.3.0\nd==1.1\n") == [
        "b",
        "c",
        "d",
    ]
