"""The search settings of a sweep, from its sweep.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnlab.report.page.markup import facts, table, text
from rnnlab.untrusted import read_yaml


def searched(sweep: Path) -> str:
    """Return the command, the search method and the space; empty for a sweep made by an older version."""
    try:
        spec = read_yaml(sweep / "sweep.yaml")
    except (OSError, ValueError):
        return ""
    if not isinstance(spec, Mapping):
        return ""
    metrics = zip(spec.get("metrics") or (), spec.get("directions") or (), strict=False)
    pairs = [
        ("command", _code(spec.get("command"))),
        ("all jobs", " ".join(_code(one) for one in spec.get("overrides") or ())),
        ("looks for", ", ".join(f"{_code(name)}, {text(direction)}" for name, direction in metrics)),
        ("chosen by", text(spec.get("sampler") or "")),
        ("ended early by", text(spec.get("pruner") or "")),
        ("trials", text(spec.get("trials") or "")),
        ("seeds each", text(spec.get("seeds") or "")),
    ]
    space = spec.get("space")
    dimensions = space.get("dimensions") if isinstance(space, Mapping) else None
    rows = [[_code(one.get("key")), _range(one)] for one in dimensions or () if isinstance(one, Mapping)]
    return facts(pairs) + (table(["searched", "among"], rows, left=2) if rows else "")


def _range(dimension: Mapping[str, Any]) -> str:
    if dimension.get("values"):
        return text(", ".join(str(value) for value in dimension["values"]))
    scale = " by ratios" if dimension.get("log") else ""
    when = f", where {dimension['when']}" if dimension.get("when") else ""
    return text(f"{dimension.get('low')} to {dimension.get('high')}{scale}{when}")


def _code(value: object) -> str:
    return f"<code>{text(value)}</code>" if value else ""
