"""neuralforecast: an LSTM or DeepAR on many series, stopped early by the last hours before the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

# user: begin
import pandas as pd
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MAE, DistributionLoss
from neuralforecast.models import LSTM, DeepAR

# user: end
from protocol import Clock, Job, run

MOST_STEPS = 1_000_000  # more than any budget has


def network(job: Job, seconds: float) -> Any:
    """Return the model with the settings of its documentation's examples; the budget ends its training."""
    horizon = job.settings["horizon"]
    # user: begin
    shared = {
        "h": horizon,
        "max_steps": MOST_STEPS,
        "max_time": timedelta(seconds=seconds),
        "early_stop_patience_steps": 10,
        "random_seed": job.seed,
        "accelerator": "cpu",
        "enable_progress_bar": False,
        "logger": False,
    }
    # user: end
    if job.settings["model"] == "LSTM":
        # user: begin
        return LSTM(
            input_size=4 * horizon, scaler_type="robust", encoder_n_layers=2, encoder_hidden_size=128,
            decoder_hidden_size=128, decoder_layers=2, loss=MAE(), **shared,
        )  # fmt: skip
        # user: end
    return DeepAR(
        input_size=4 * horizon, lstm_n_layers=1, trajectory_samples=100, scaler_type="standard",
        loss=DistributionLoss(distribution="StudentT", level=[80, 90]), valid_loss=MAE(),
        learning_rate=0.005, **shared,
    )  # fmt: skip


def history(job: Job, split: str) -> pd.DataFrame:
    """Return everything before a split."""
    # user: begin
    parts = [pd.read_csv(job.files["train"])]
    if split == "test":
        parts.append(pd.read_csv(job.files["validation"]))
    return pd.concat(parts).sort_values(["unique_id", "ds"])
    # user: end


def train(job: Job, clock: Clock) -> None:
    # user: begin
    forecaster = NeuralForecast(models=[network(job, clock.rest())], freq=1)
    forecaster.fit(history(job, "test"), val_size=job.settings["horizon"])
    # user: end
    with clock.stopped():
        # user: begin
        forecaster.save(str(job.folder / "model"), save_dataset=False, overwrite=True)
        # user: end
    clock.mark(lambda split: forecasts(forecaster, history(job, split)), final=True)


def forecasts(forecaster: Any, frame: pd.DataFrame) -> np.ndarray:
    """Return the forecasts (S, H) of the series, in the order of their names."""
    # user: begin
    found = forecaster.predict(df=frame)
    medians = [name for name in found.columns if name.endswith("-median")]
    column = medians[0] if medians else found.columns[-1]
    return np.stack([rows[column].to_numpy() for _, rows in found.groupby("unique_id")])
    # user: end


def load(job: Job) -> Callable[[list[pd.DataFrame]], Any]:
    # user: begin
    forecaster = NeuralForecast.load(str(job.folder / "model"))
    # user: end
    return lambda frames: forecasts(forecaster, pd.concat(frames))


def rows(job: Job) -> Sequence[pd.DataFrame]:
    return [frame for _, frame in history(job, "test").groupby("unique_id")]


if __name__ == "__main__":
    run(train, load, rows)
