"""The real series under RNNLAB_DATA_DIR, as their YAML reads them: counts, frequencies and edges."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

import rnnlab.run.train.command  # noqa: F401  (registers the resolvers that configs use)

CONF = Path(__file__).parents[3] / "conf"
DATA = Path(os.environ.get("RNNLAB_DATA_DIR", "nowhere"))


def data_of(name: str, needed: str, tmp_path: Path):
    if not (DATA / needed).is_file():
        pytest.skip(f"needs {needed} under RNNLAB_DATA_DIR")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        settings = compose("train", overrides=[f"data={name}", f"paths.cache_dir={tmp_path}"]).data
    return instantiate(settings)


@pytest.mark.parametrize(
    ("name", "needed", "points", "series", "alias", "windows"),
    [
        ("etth1", "ett/ETTh1.csv", 17_420, 1, "h", 2785),
        ("etth2", "ett/ETTh2.csv", 17_420, 1, "h", 2785),
        ("m4_hourly", "m4/Hourly-train.csv", 373_372, 414, "h", 414),
        ("m4_weekly", "m4/Weekly-train.csv", 371_579, 359, "W", 359),
        ("electricity_demand", "energy/vic_electricity.csv", 26_304, 1, "h", 2184),
        ("bike_sharing", "energy/bike_sharing_dataset_clean.csv", 17_544, 1, "h", 2905),
        ("exchange_rate", "exchange_rate/exchange_rate.txt.gz", 7588, 1, "step", 1422),
        ("air_passengers", "small_series/AirPassengers.csv", 144, 1, "MS", 13),
        ("sunspots", "small_series/monthly-sunspots.csv", 2820, 1, "MS", 553),
    ],
)
def test_a_data_set_has_its_published_points_and_windows(
    name, needed, points, series, alias, windows, tmp_path
):
    data = data_of(name, needed, tmp_path)
    data.prepare()
    table = data.table
    assert (len(table.times), len(table.names), table.frequency.alias) == (points, series, alias)
    assert len(data.rows("test")) == windows
    assert all(
        (np.diff(table.times[a:b]) > 0).all() for a, b in zip(table.starts, table.starts[1:], strict=False)
    )


def test_the_official_test_part_of_etth1_is_its_hours_11520_to_14400(tmp_path):
    data = data_of("etth1", "ett/ETTh1.csv", tmp_path)
    data.prepare()
    assert {part: bound[0].tolist() for part, bound in data.bounds.items()} == {
        "train": [0, 8640],
        "validation": [8640, 11520],
        "test": [11520, 14400],
    }


def test_the_demand_of_a_summer_day_is_that_of_its_local_hours(tmp_path):
    data = data_of("electricity_demand", "energy/vic_electricity.csv", tmp_path)
    data.prepare()
    halves = np.genfromtxt(DATA / "energy/vic_electricity.csv", delimiter=",", skip_header=1, usecols=(1, 2))
    assert np.allclose(data.table.values[:, 0], halves[:, 0].reshape(-1, 2).mean(axis=1), rtol=1e-6)
    assert np.allclose(data.table.known[:, 0], halves[:, 1].reshape(-1, 2).mean(axis=1), rtol=1e-6)
    assert data.table.times[0] == np.datetime64("2011-12-31T13:00", "ns").astype(int)  # midnight in Melbourne


def test_the_last_points_of_an_m4_series_are_its_official_test_part(tmp_path):
    data = data_of("m4_hourly", "m4/Hourly-train.csv", tmp_path)
    data.prepare()
    line = (DATA / "m4/Hourly-test.csv").read_text().splitlines()[1].replace('"', "").split(",")
    assert line[0] == data.table.names[0]
    assert data.rows("test").labels([0])[0, :, 0].tolist() == [float(cell) for cell in line[1:]]
