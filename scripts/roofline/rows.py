"""A row of the table: what a step needs at least, what it takes, and where the rest goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.report.tables import render
from roofline.machine import Peaks

PARTS = ("arithmetic", "calls", "memory", "optimizer", "data", "framework")


class Need(NamedTuple):
    """A step's FLOP of products, bytes that it must move, and operators that it calls."""

    flops: float
    bytes: float
    calls: float


class Taken(NamedTuple):
    """Seconds of a step: forward and backward, the update with clipping, loading the batch, and what the
    training loop of train.py adds.
    """

    passes: float
    optimizer: float = 0.0
    data: float = 0.0
    framework: float = 0.0


class Row(NamedTuple):
    """One cell or kind.

    Attributes:
        floor: seconds below which this machine cannot be: of its products or of its bytes.
        shares: of the time taken, by the names of `PARTS`; they sum to 1.
    """

    name: str
    about: str
    need: Need
    taken: Taken
    floor: float
    shares: dict[str, float]

    @property
    def seconds(self) -> float:
        return sum(self.taken)


def make_row(name: str, about: str, need: Need, taken: Taken, peaks: Peaks) -> Row:
    """Return the row of a step.

    Forward and backward are divided: arithmetic is the products at the machine's best rate, calls what the
    operators would take on single numbers, and memory the rest, mostly reading and writing element by
    element. A part takes no more than what those before it leave.
    """
    floor = max(need.flops / peaks.flops, need.bytes / peaks.bandwidth)
    arithmetic = min(taken.passes, need.flops / peaks.flops)
    calls = min(taken.passes - arithmetic, need.calls * peaks.call)
    rest = taken.passes - arithmetic - calls
    times = (arithmetic, calls, rest, taken.optimizer, taken.data, taken.framework)
    total = sum(taken)
    return Row(
        name, about, need, taken, floor, {part: t / total for part, t in zip(PARTS, times, strict=True)}
    )


def line(row: Row) -> str:
    """Return one line of progress."""
    return f"{row.name}: {1e3 * row.seconds:.2f} ms, {row.seconds / row.floor:.1f} times its floor"


def table(rows: Sequence[Row], first: str) -> str:
    """Return the table; columns of parts that no row has are left out."""
    parts = [part for part in PARTS if any(row.shares[part] for row in rows)]
    heading = [first, "GFLOP", "MB", "calls", "floor, ms", "taken, ms", "over floor", *parts]
    lines = [
        [
            row.name,
            f"{row.need.flops / 1e9:.3f}",
            f"{row.need.bytes / 1e6:.2f}",
            f"{row.need.calls:,.0f}",
            f"{1e3 * row.floor:.3f}",
            f"{1e3 * row.seconds:.2f}",
            f"{row.seconds / row.floor:.1f}",
            *(f"{100 * row.shares[part]:.0f} %" for part in parts),
        ]
        for row in rows
    ]
    return render(heading, lines)


def write_json(path: Path, machine: dict[str, Any], tables: dict[str, Sequence[Row]]) -> None:
    """Write the machine and the rows of each table."""
    found = {
        name: [
            {"name": row.name, "about": row.about, **row.need._asdict(), "seconds": row.seconds}
            | {"floor_seconds": row.floor, "taken": row.taken._asdict(), "shares": row.shares}
            for row in rows
        ]
        for name, rows in tables.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, **found}, indent=1) + "\n", encoding="utf-8")
