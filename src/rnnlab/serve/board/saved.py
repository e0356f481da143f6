"""The board as a file: everything that the page would ask the server for stands in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rnnlab.report.page.write import put
from rnnlab.serve.board.curves import Curve, curves_of
from rnnlab.serve.board.index import Index
from rnnlab.serve.board.page import page
from rnnlab.serve.board.reader import Reader

MOST_POINTS = 60  # of each curve


def save_board(root: Path, path: Path) -> int:
    """Write the page of all runs under `root`; links to reports are relative. Return the number of runs.

    Raises:
        OSError: it cannot be written.
    """
    index = Index(root)
    index.refresh()
    Reader(index).read_all()
    changes = index.changes()
    curves = {row["id"]: _thinned(curves_of(root / row["id"])) for row in changes["runs"]}
    data: dict[str, Any] = {**changes, "live": False, "root": str(root), "curves": curves}
    data["folder"] = Path(os.path.relpath(root, path.parent)).as_posix()
    put(page(data, root.name or "runs"), path)
    return len(index)


def _thinned(curves: dict[str, Curve]) -> dict[str, Curve]:
    """Keep every n-th point and the last one of long curves."""
    return {name: [_every(part) for part in curve] for name, curve in curves.items()}


def _every(values: list[float | None]) -> list[float | None]:
    step = -(-len(values) // MOST_POINTS)
    kept = values[::step]
    return kept if (len(values) - 1) % step == 0 else [*kept, values[-1]]
