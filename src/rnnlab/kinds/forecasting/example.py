"""A made-up series for the page of the service, and to warm it up. Nothing heavy is imported here."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.data.series.prepare_input import SeriesReader


def example_of(reader: SeriesReader) -> dict[str, Any]:
    """Return a made-up row that the reader can read: a wave of two seasons at least."""
    points, season = max(reader.input_length, 2), max(reader.frequency.season, 2)
    loc, scale = reader.scaler.loc[0], reader.scaler.scale[0]
    if reader.scaler.kind == "log":
        loc, scale = np.ones_like(loc), np.ones_like(scale)
    wave = np.sin(2 * np.pi * np.arange(points) / season)
    values = np.round(loc + scale * (wave[:, None] + 1.2), 3)
    row: dict[str, Any] = {"values": (values[:, 0] if values.shape[1] == 1 else values).tolist()}
    ends = {"past": points, "known": points + reader.horizon}
    for role, length in ends.items():
        names = getattr(reader.columns, role)
        if names:
            row[role] = {name: [0.0] * length for name in names}
    if reader.frequency.alias is None:
        row["times"] = times_apart(points + reader.horizon if reader.columns.known else points, reader)
    elif reader.frequency.dated:
        row["start"] = "2024-01-01"
    return row


def times_apart(points: int, reader: SeriesReader) -> list[Any]:
    """Return times of irregular series at the usual distance."""
    step = int(reader.median_step or 1)
    if not reader.frequency.dated:
        return [place * step for place in range(points)]
    first = np.datetime64("2024-01-01", "us")
    return [str(first + np.timedelta64(place * step // 1000, "us")) for place in range(points)]
