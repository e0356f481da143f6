"""How much of a split a figure was measured on, where that is not all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.report.names import split_of

SPLITS = {"train": "train", "val": "validation", "test": "test"}  # of a metric's name, as data name them


def part_of(result: Mapping[str, Any], split: str) -> str:
    """`7,653 of 25,000 rows` of a split by its name; empty where it was read whole.

    Args:
        result: a run's result.json.
    """
    limited = result.get("limited")
    part = limited.get(split) if isinstance(limited, Mapping) else None
    if not isinstance(part, Mapping):
        return ""
    return f"{part.get('read', 0):,} of {part.get('of', 0):,} {part.get('unit', 'rows')}"


def part_of_metric(result: Mapping[str, Any], name: str) -> str:
    """The same for the split of a metric, such as `test/accuracy`.

    A language model's stream is read whole under any limit.
    """
    whole = split_of(name) not in SPLITS or name.endswith(("_stream", "_dynamic"))
    return "" if whole else part_of(result, SPLITS[split_of(name)])


def parts_of(result: Mapping[str, Any]) -> list[str]:
    """`test: 7,653 of 25,000 rows` of every split that was not read whole."""
    found = {split: part_of(result, split) for split in SPLITS.values()}
    return [f"{split}: {part}" for split, part in found.items() if part]
