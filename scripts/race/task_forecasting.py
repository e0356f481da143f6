"""Forecasting: 48 hours ahead of the 414 hourly series of M4, measured by MASE as in the competition.

S series, H = 48 steps.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from lanes import OURS, TORCH, Peer, Task

from rnnlab.evaluation.series.forecasts import mase_scale
from rnnlab.public import attribute

HORIZON, SEASON = 48, 24
QUICK = 60  # series of the quick race
ENDS = {"validation": 2 * HORIZON, "test": HORIZON}  # where a split begins, from the end of a series
Row = tuple[np.ndarray, float]  # what came (H,), and MASE's divisor of everything before it


def prepare(folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write the series as CSV with the columns unique_id, ds (hours from 1) and y, and the truth apart.

    `validation` is the 48 hours before the test, which every peer may read when it forecasts the test.
    """
    table = attribute("load_data")("task=forecast", "data=m4_hourly").table
    ends = zip(table.starts[:-1], table.starts[1:], strict=True)
    series = [np.asarray(table.values[start:end, 0], dtype=np.float64) for start, end in ends]
    series = series[: QUICK if quick else None]
    for split, before in ENDS.items():
        label = np.stack([values[len(values) - before :][:HORIZON] for values in series])
        scale = [mase_scale(values[:-before, None], SEASON)[0] for values in series]
        np.savez(folder / f"truth_{split}.npz", label=label, scale=np.array(scale))
    files = {split: folder / f"{split}.csv" for split in ("train", "validation", "test")}
    write(files["train"], [values[: -2 * HORIZON] for values in series], [1] * len(series))
    starts = [len(values) - 2 * HORIZON + 1 for values in series]
    write(files["validation"], [values[-2 * HORIZON : -HORIZON] for values in series], starts)
    unknown = [np.full(HORIZON, np.nan)] * len(series)
    write(files["test"], unknown, [start + HORIZON for start in starts])
    return files, {"horizon": HORIZON, "season": SEASON}


def write(path: Path, series: Sequence[np.ndarray], starts: Sequence[int]) -> None:
    """Write a row an hour; y is empty where it is not known."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unique_id", "ds", "y"])
        for number, (values, start) in enumerate(zip(series, starts, strict=True)):
            for place, value in enumerate(values.tolist(), start):
                writer.writerow([f"H{number:03d}", place, "" if np.isnan(value) else value])


def truth(folder: Path, split: str) -> list[Row]:
    found = np.load(folder / f"truth_{split}.npz")
    return [(label, float(scale)) for label, scale in zip(found["label"], found["scale"], strict=True)]


def score(predicted: np.ndarray, truth: Sequence[Row]) -> dict[str, float]:
    """Return MASE and sMAPE (percent) of the forecasts (N, H) of the first N series.

    Raises:
        ValueError: forecasts of another shape, or that are not finite.
    """
    label = np.stack([one[0] for one in truth[: len(predicted)]])
    scale = np.array([one[1] for one in truth[: len(predicted)]])
    if predicted.shape != label.shape or not np.isfinite(predicted).all():
        told = f"{predicted.shape}, {np.isfinite(predicted).mean():.0%} finite"
        raise ValueError(f"the forecasts are {told}; they must be {label.shape}, all finite")
    error = np.abs(predicted - label)
    size = np.abs(predicted) + np.abs(label)
    percent = np.divide(200 * error, size, out=np.zeros_like(error), where=size > 0)
    return {"mase": float((error.mean(1) / scale).mean()), "smape": float(percent.mean())}


NIXTLA = "https://nixtlaverse.nixtla.io"
NEURAL = (TORCH, "numpy==2.4.6", "pandas==3.1.1", "pytorch-lightning==2.6.6", "neuralforecast==3.3.0")
PEERS = (
    Peer(
        OURS, "rnnlab, SegRNN", "docs/forecasting.md", "rnnlab_series.py", once_per_mark=True, typical=150.0
    ),
    Peer(
        "neuralforecast-lstm",
        "neuralforecast, LSTM",
        f"{NIXTLA}/neuralforecast/docs/getting-started/quickstart.html",
        "neuralforecast_series.py",
        NEURAL,
        once_per_mark=True,
        settings={"model": "LSTM"},
    ),
    Peer(
        "neuralforecast-deepar",
        "neuralforecast, DeepAR",
        f"{NIXTLA}/neuralforecast/models.deepar.html",
        "neuralforecast_series.py",
        NEURAL,
        once_per_mark=True,
        settings={"model": "DeepAR"},
    ),
    Peer(
        "darts",
        "Darts, RNNModel (LSTM)",
        "https://unit8co.github.io/darts/examples/04-RNN-examples.html",
        "darts_series.py",
        (TORCH, "numpy==2.4.6", "pandas==3.1.1", "pytorch-lightning==2.6.6", "darts==0.48.1"),
        once_per_mark=True,
    ),
    Peer(
        "statsforecast",
        "statsforecast, the best of five models for each series",
        f"{NIXTLA}/statsforecast/docs/getting-started/getting_started_complete.html",
        "statsforecast_series.py",
        ("numpy==2.4.6", "pandas==2.3.3", "statsforecast==2.1.1"),
        neural=False,
    ),
)

TASKS = (
    Task(
        "m4_hourly",
        "414 hourly series of M4, 48 hours ahead, MASE",
        "mase",
        PEERS,
        prepare,
        truth,
        score,
        marks=(120.0,),
        higher=False,
        rows="series",
    ),
)
