"""Measure the baselines of forecasts on official test parts, beside the figures that were published.

    RNNLAB_DATA_DIR=... python scripts/forecast_baselines.py [m4_hourly m4_weekly etth1 exchange_rate] [--all]

They are the figures that a run shows beside its own: that those of repeat, seasonal naive and Naive2 come out
as published shows that data, splits, scaling and measures are those of the tables. `--all` adds NLinear,
DLinear and, where statsforecast is installed, AutoETS and AutoARIMA.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting.baseline_inputs import material, places_of
from rnnlab.kinds.forecasting.baselines import BASELINES, NaiveForecast
from rnnlab.report.tables import number, render
from rnnlab.run.build.assemble import build_data

CONFIG_DIR = Path(__file__).parents[1] / "conf"
HORIZONS = (96, 192, 336, 720)
LONG = {"etth1": HORIZONS, "exchange_rate": HORIZONS}
SHOWN = ("scaled_mse", "scaled_mae", "smape", "mase", "owa", "weighted_quantile_loss", "coverage_95")
PUBLISHED = {
    "m4_hourly": "seasonal naive: sMAPE 13.912, MASE 1.193, OWA .628 (Makridakis et al. 2020)",
    "m4_weekly": "naive: sMAPE 9.161, MASE 2.777, OWA 1",
    "etth1": "scaled MSE of repeat 1.294 1.325 1.330 1.335, of the seasonal naive .512 .581 .650 .655",
    "exchange_rate": "scaled MSE of repeat .081 .167 .306 .810",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="*", default=list(PUBLISHED), help="names of conf/data")
    parser.add_argument("--all", action="store_true", help="those that learn as well")
    arguments = parser.parse_args()
    for name in arguments.data:
        rows: list[list[str]] = []
        for horizon in LONG.get(name, (None,)):
            rows += measured(name, horizon, arguments.all)
        print(render([f"{name}, horizon", "baseline", *SHOWN, "seconds"], rows))
        print(f"published: {PUBLISHED.get(name, 'unknown')}\n")


def measured(name: str, horizon: int | None, learned: bool) -> list[list[str]]:
    """Return a line for each baseline."""
    choices = ["task=forecast", f"data={name}", "paths.run_dir=run"]
    choices += [] if horizon is None else [f"data.horizon={horizon}"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=choices)
    data = build_data(cfg)
    data.prepare()
    inputs = material(data, places_of(data, "test"), cfg.task.levels)
    lines = []
    for baseline in BASELINES:
        if not (learned or isinstance(baseline, NaiveForecast)):
            continue
        start = time.perf_counter()
        try:
            found = baseline.measure(inputs).metrics
        except LeftOut as reason:
            print(f"{name}, {baseline.name} left out: {reason}")
            continue
        seconds = f"{time.perf_counter() - start:.1f}"
        lines.append(
            [str(data.facts["horizon"]), baseline.name, *(number(found.get(key)) for key in SHOWN), seconds]
        )
    return lines


if __name__ == "__main__":
    main()
