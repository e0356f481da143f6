"""Small series made by hand, and a data module of them without files."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.series_data import SeriesData
from rnnlab.data.series.table import Columns, SeriesTable

HOUR = 3600 * 10**9
NAMES = ("north", "south", "east", "west")
WHOLE = {"train": None, "validation": 0.1, "test": 0.2}


def made(points=(300, 200, 60), columns=None, missing=0.05, alias="h", seed=0) -> SeriesTable:
    """Return random series of these numbers of points, of some of whose values nothing is known."""
    columns = columns or Columns(("load", "price"), ("rain",), ("holiday",), ("size",))
    rng, count = np.random.default_rng(seed), sum(points)
    values = rng.standard_normal((count, len(columns.targets))).astype(np.float32) * 3 + 5
    values[rng.random(values.shape) < missing] = np.nan
    steps = (lambda n: np.arange(n)) if alias else (lambda n: np.cumsum(rng.integers(1, 9, n)))
    past, known = (
        rng.standard_normal((count, len(names))).astype(np.float32) for names in (columns.past, columns.known)
    )
    return SeriesTable(
        times=np.concatenate([steps(n) * HOUR for n in points]),
        values=values,
        past=past,
        known=known,
        static=rng.standard_normal((len(points), len(columns.static))).astype(np.float32),
        starts=np.concatenate([[0], np.cumsum(points)]).astype(np.int64),
        names=NAMES[: len(points)],
        columns=columns,
        frequency=Frequency.of(alias),
    )


class MadeData(SeriesData):
    """A data module of a table that is given."""

    def read(self):
        return self.given, {"source": "a test", "official": None, "fingerprint": "0" * 64, "notes": []}


def data_of(given, **settings) -> SeriesData:
    settings = {"horizon": 12, "input_length": 24, "split": WHOLE} | settings
    data = MadeData(name="made", **settings)
    data.given = given
    return data


@pytest.fixture(scope="session")
def make_table():
    return made


@pytest.fixture(scope="session")
def make_data():
    return data_of
