"""Splits of pairs: rows held out of train in groups, repeated pairs, and pairs that training leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.data.fewer import fewer_rows
from rnnlab.data.pair_settings import SPLITS, PairSpec
from rnnlab.data.pair_table import PairTable
from rnnlab.data.split import folded, hold_out
from rnnlab.errors import SettingError

NO_TEST = "no rows are held out to test on: the figures at the end are those of the validation"
REASONS = ("empty", "long", "ratio")  # why a training pair is left out, in the order in which they count


class PairPart(NamedTuple):
    """Rows of one split in the table of a file: their places (M,) ascending."""

    file: str
    rows: np.ndarray


def distinct_pairs(table: PairTable, name: str) -> PairTable:
    """Return the table without repetitions of a pair; the first is kept, and a note gives the count."""
    seen: set[tuple[str, str]] = set()
    places = []
    for place, pair in enumerate(zip(table.sources, table.targets, strict=True)):
        if pair not in seen:
            seen.add(pair)
            places.append(place)
    count = len(table.sources) - len(places)
    if not count:
        return table
    note = f"{count:,} of {len(table.sources):,} pairs of {name} repeat an earlier one: left out"
    return table.taken(places)._replace(notes=(*table.notes, note))


def groups_of(table: PairTable, length: int | None) -> list[str]:
    """Return the group of each row, which stays on one side of a split.

    That is the row's source text or, with a group column, the group in which its source text comes first, so
    that neither a group nor a text stands on both sides.
    """
    if table.groups is None:
        return table.sources
    groups = [f"group {folded(group)[:length]}" for group in table.groups]
    first: dict[str, str] = {}
    return [
        first.setdefault(folded(source), group) for source, group in zip(table.sources, groups, strict=True)
    ]


def split_pairs(tables: Mapping[str, PairTable], spec: PairSpec) -> tuple[dict[str, PairPart], list[str]]:
    """Return the rows of each split and a note on every split that is held out of train."""
    parts = {name: PairPart(name, np.arange(len(table.sources))) for name, table in tables.items()}
    groups = None
    notes = []
    for name, fraction in (("test", spec.test_fraction), ("validation", spec.validation_fraction)):
        if name in parts:
            continue
        if name == "test" and fraction == 0:
            notes.append(NO_TEST)
            continue
        groups = groups_of(tables["train"], spec.group_length) if groups is None else groups
        train = parts["train"].rows
        kept, held = _hold_out([groups[row] for row in train], fraction, spec.split_seed, name)
        parts["train"], parts[name] = PairPart("train", train[kept]), PairPart("train", train[held])
        by = f", groups of {spec.group_column} kept together" if spec.group_column else ""
        notes.append(
            f"the {name} split is {len(held):,} rows held out of train (split_seed={spec.split_seed}{by})"
        )
    parts.setdefault("test", parts["validation"])
    rows = parts["train"].rows
    few, said = fewer_rows(np.zeros(len(rows), np.int64), spec.train_rows, spec.split_seed)
    parts["train"] = PairPart("train", rows[few])
    return {name: parts[name] for name in SPLITS}, notes + said


def _hold_out(groups: list[str], fraction: float, seed: int, name: str) -> tuple[np.ndarray, np.ndarray]:
    try:
        return hold_out(groups, [0] * len(groups), fraction, seed)
    except SettingError as error:
        rule = error.rule.replace("texts", "sources or groups")
        raise SettingError(f"data.{name}_fraction", error.value, rule) from error


def wrong_pairs(sources: np.ndarray, targets: np.ndarray, spec: PairSpec) -> np.ndarray:
    """Return for each pair the number of its reason in `REASONS`, or -1 for a pair to train on.

    Args:
        sources, targets: (N,) tokens of each side; 0 of an empty text.
    """
    found = np.full(len(sources), -1)
    if spec.max_ratio is not None:
        longer, shorter = np.maximum(sources, targets), np.maximum(np.minimum(sources, targets), 1)
        found[longer > spec.max_ratio * shorter] = REASONS.index("ratio")
    long = targets > spec.max_target_length
    if spec.long_sources == "drop":
        long |= sources > spec.max_length
    found[long] = REASONS.index("long")
    found[(sources == 0) | (targets == 0)] = REASONS.index("empty")
    return found


def notes_on(name: str, counts: Sequence[int], rows: int, spec: PairSpec) -> list[str]:
    """Return a note on each reason for which pairs are left out of training or, elsewhere, kept."""
    sources = f"data.max_length={spec.max_length} or " if spec.long_sources == "drop" else ""
    said = {
        "empty": "have an empty side",
        "long": f"are longer than {sources}data.max_target_length={spec.max_target_length}",
        "ratio": f"have a side more than data.max_ratio={spec.max_ratio} times as long as the other",
    }
    what = "left out of training" if name == "train" else "kept"
    pairs = zip(REASONS, counts, strict=True)
    return [f"{count:,} of {rows:,} {name} pairs {said[reason]}: {what}" for reason, count in pairs if count]
