"""Small files of series in the form of the benchmarks that recipes read, under the same names."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np


def write_series(folder: Path) -> None:
    """Write every file of series that conf/experiment/ reads into a data folder."""
    for name in ("ett", "m4", "energy", "exchange_rate"):
        (folder / name).mkdir()
    variables = ",".join(f"{{{name}}}" for name in "abcdefg")
    rows = by_time("2016-07-01T00", 14_400, 60, lambda t: variables.format(**waves(t)))
    write(folder / "ett" / "ETTh1.csv", "date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT", rows)
    write_m4(folder / "m4", "Hourly", 500, 48)
    write_m4(folder / "m4", "Weekly", 200, 13)
    rows = by_time("2014-06-01T00", 6_500, 30, lambda t: f"{4000 + t % 48},{t % 20},2014-06-01,FALSE", "Z")
    write(folder / "energy" / "vic_electricity.csv", "Time,Demand,Temperature,Date,Holiday", rows)
    rows = by_time("2012-04-01T00", 4_000, 60, lambda t: f"0,1,clear,9.8,14.4,{50 + t % 20},{t % 5},{t % 24}")
    heading = "date_time,holiday,workingday,weather,temp,atemp,hum,windspeed,users"
    write(folder / "energy" / "bike_sharing_dataset_clean.csv", heading, rows)
    rows = [",".join(str(1 + 0.01 * ((day * k) % 7)) for k in range(1, 9)) for day in range(1_200)]
    with gzip.open(folder / "exchange_rate" / "exchange_rate.txt.gz", "wt") as file:
        file.write("\n".join(rows))
    write_nab(folder / "nab")


def waves(hour: int) -> dict[str, int]:
    return {name: (hour * step) % 24 + step for step, name in enumerate("abcdefg", start=1)}


def by_time(start: str, number: int, minutes: int, row: Callable[[int], str], zone: str = "") -> list[str]:
    """Return lines of a time and what `row` has of its number."""
    first, apart = np.datetime64(start, "m"), np.timedelta64(minutes, "m")
    return [f"{first + t * apart}{zone},{row(t)}" for t in range(number)]


def write(path: Path, heading: str, rows: list[str]) -> None:
    path.write_text("\n".join([heading, *rows]), encoding="utf-8")


def write_m4(folder: Path, name: str, points: int, horizon: int) -> None:
    """Write four series and their official test part."""
    for part, number in (("train", points), ("test", horizon)):
        rows = [
            f"S{row}," + ",".join(str(5 + (row + t) % 24 + t % 7) for t in range(number))
            for row in range(1, 5)
        ]
        write(folder / f"{name}-{part}.csv", ",".join(f"V{t}" for t in range(1, number + 2)), rows)


def write_nab(folder: Path) -> None:
    """Write two series of NAB's form, one of them with a labelled window."""
    (folder / "labels").mkdir(parents=True)
    (folder / "data" / "real").mkdir(parents=True)
    windows = {"real/a.csv": [["2014-01-06 00:00:00.000000", "2014-01-06 04:00:00.000000"]], "real/b.csv": []}
    (folder / "labels" / "combined_windows.json").write_text(json.dumps(windows), encoding="utf-8")
    rows = by_time("2014-01-01T00", 2_000, 5, lambda t: str(t % 24 + 50 * (1440 <= t < 1480)))
    for name in windows:
        lines = [line.replace("T", " ", 1).replace(",", ":00,", 1) for line in rows]
        write(folder / "data" / name, "timestamp,value", lines)
