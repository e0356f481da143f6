"""statsforecast: several models of each series, the best of them by the hours before the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# user: begin
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS, DynamicOptimizedTheta, HoltWinters, SeasonalNaive

# user: end
from protocol import Clock, Job, run


def models(season: int) -> dict[str, Any]:
    """Return the models, the fastest first; when the budget is over, no further one is begun."""
    # user: begin
    return {
        "SeasonalNaive": SeasonalNaive(season),
        "DynamicOptimizedTheta": DynamicOptimizedTheta(season),
        "HoltWinters": HoltWinters(season),
        "MSTL": MSTL([season, 7 * season], trend_forecaster=AutoETS(model="ZZN")),
    }
    # user: end


def history(job: Job, *splits: str) -> pd.DataFrame:
    # user: begin
    return pd.concat([pd.read_csv(job.files[split]) for split in splits]).sort_values(["unique_id", "ds"])
    # user: end


def forecasts(model: Any, frame: pd.DataFrame, horizon: int, jobs: int = 1) -> np.ndarray:
    """Return the forecasts (S, H) of a model, in the order of the series' names."""
    # user: begin
    found = StatsForecast([model], freq=1, n_jobs=jobs).forecast(df=frame, h=horizon)
    return found.sort_values(["unique_id", "ds"]).iloc[:, -1].to_numpy().reshape(-1, horizon)
    # user: end


def train(job: Job, clock: Clock) -> None:
    horizon, season = job.settings["horizon"], job.settings["season"]
    # user: begin
    past, whole = history(job, "train"), history(job, "train", "validation")
    came = history(job, "validation")["y"].to_numpy().reshape(-1, horizon)
    error, chosen = np.inf, np.full(len(came), "", dtype=object)
    best: dict[str, np.ndarray] = {}
    for name, model in models(season).items():
        # user: end
        if best and clock.over():
            break
        # user: begin
        found = {"validation": forecasts(model, past, horizon, job.threads)}
        own = np.abs(found["validation"] - came).mean(1)
        better = own < error
        found["test"] = forecasts(model, whole, horizon, job.threads)
        best = {
            split: np.where(better[:, None], rows, best.get(split, rows)) for split, rows in found.items()
        }
        error, chosen = np.minimum(own, error), np.where(better, name, chosen)
        # user: end
        clock.mark(best.__getitem__)
    (job.folder / "model.json").write_text(json.dumps(chosen.tolist()), encoding="utf-8")
    clock.mark(best.__getitem__, final=True)


def load(job: Job) -> Callable[[list[tuple[str, pd.DataFrame]]], Any]:
    horizon, known = job.settings["horizon"], models(job.settings["season"])

    def answer(rows: list[tuple[str, pd.DataFrame]]) -> list[np.ndarray]:
        return [forecasts(known[name], frame, horizon) for name, frame in rows]

    return answer


def rows(job: Job) -> Sequence[tuple[str, pd.DataFrame]]:
    chosen = json.loads((job.folder / "model.json").read_text(encoding="utf-8"))
    frames = [frame for _, frame in history(job, "train", "validation").groupby("unique_id")]
    return list(zip(chosen, frames, strict=True))


if __name__ == "__main__":
    run(train, load, rows)
