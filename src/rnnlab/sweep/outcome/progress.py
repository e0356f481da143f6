"""Progress of a run, from what it has written so far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnnlab.report.history import read_history
from rnnlab.report.names import split_of
from rnnlab.untrusted import read_yaml


def progress(folder: Path, metrics: Sequence[str]) -> str:
    """Return `epoch 2 of 4, step 812, val/loss 0.5012`; "" before the first line of metrics.csv."""
    try:
        history = read_history(folder / "metrics.csv")
    except (OSError, ValueError):  # it is being written
        return ""
    if not history:
        return ""
    step = max(series.steps[-1] for series in history.values())
    epoch = max(series.epochs[-1] for series in history.values()) + 1
    limits = _limits(folder / "config.yaml")
    parts = [f"epoch {epoch}{_of(limits.get('max_epochs'))}", f"step {step:,}{_of(limits.get('max_steps'))}"]
    shown = [name for name in metrics if name in history]
    shown = shown or [name for name in history if split_of(name) == "val"][:1]
    return ", ".join([*parts, *(f"{name} {history[name].values[-1]:.4f}" for name in shown)])


def _of(limit: Any) -> str:
    return f" of {limit:,}" if isinstance(limit, int) and limit > 0 else ""


def _limits(config: Path) -> dict[str, Any]:
    try:
        return dict(read_yaml(config)["trainer"])
    except (OSError, KeyError, TypeError, ValueError):
        return {}
