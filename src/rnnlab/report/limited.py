"""Describe splits that were only partly read (`trainer.limit_test_batches` and the like)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.report.names import split_of

SPLITS = {"train": "train", "val": "validation", "test": "test"}  # by the prefix of a metric


def part_of(result: Mapping[str, Any], split: str) -> str:
    """Return `7,653 of 25,000 rows` for a split that was only partly read, else "".

    Args:
        result: a run's result.json.
    """
    limited = result.get("limited")
    part = limited.get(split) if isinstance(limited, Mapping) else None
    part = part if isinstance(part, Mapping) else {}
    read, whole = part.get("read"), part.get("of")
    if not isinstance(read, int) or not isinstance(whole, int):
        return ""
    return f"{read:,} of {whole:,} {part.get('unit', 'rows')}"


def part_of_metric(result: Mapping[str, Any], name: str) -> str:
    """Return what `part_of` does for the split of a metric, such as `test/accuracy`.

    Metrics of a language model's stream ignore limits: the stream is always read whole.
    """
    whole = split_of(name) not in SPLITS or name.endswith(("_stream", "_dynamic"))
    return "" if whole else part_of(result, SPLITS[split_of(name)])


def parts_of(result: Mapping[str, Any]) -> list[str]:
    """Return `test: 7,653 of 25,000 rows` for every split that was only partly read."""
    found = {split: part_of(result, split) for split in SPLITS.values()}
    return [f"{split}: {part}" for split, part in found.items() if part]
