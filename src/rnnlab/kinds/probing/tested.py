"""Scores of the test rows of a finished probe: test_rows.json in its folder. N rows of a length."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.data.probe.base import ProbeRows
from rnnlab.data.probe.batches import TEST
from rnnlab.kinds.work import Work
from rnnlab.untrusted import Unreadable, read_json

FILE = "test_rows.json"


class RowScores(NamedTuple):
    """The test rows of a length.

    Attributes:
        rows: a digest of their inputs and targets.
        right, asked: (N,) right labels of each row, and labels.
    """

    rows: str
    right: np.ndarray
    asked: np.ndarray

    @property
    def solved(self) -> np.ndarray:
        """Return (N,), 1 for rows whose labels are all right, else 0."""
        return (self.right == self.asked).astype(np.int64)


def write_tested(work: Work) -> None:
    """Write how many labels of each test row are right, by length."""
    found = {}
    for length, scores in work.task.tested.items():
        right, asked = (scores[:, place].long().tolist() for place in (1, 2))
        found[str(length)] = {
            "rows": digest(work.data.rows(TEST, length)),
            "right": right,
            "asked": asked,
        }
    write_whole(work.folder.path / FILE, json.dumps(found, separators=(",", ":")))


def digest(rows: ProbeRows) -> str:
    """Return 16 hex digits of inputs and targets."""
    content = rows.inputs.numpy().tobytes() + rows.targets.numpy().tobytes()
    return hashlib.sha256(content).hexdigest()[:16]


def read_tested(folder: Path) -> dict[int, RowScores]:
    """Return the test rows of a run by length; empty where it has none, as one of an older version."""
    try:
        plain = read_json(folder / FILE)
        found = {}
        for length, own in plain.items():
            right, asked = (np.array(own[name], dtype=np.int64) for name in ("right", "asked"))
            if right.shape != asked.shape or right.ndim != 1 or not len(right):
                return {}
            found[int(length)] = RowScores(str(own["rows"]), right, asked)
    except (OSError, Unreadable, KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return {}
    return found
