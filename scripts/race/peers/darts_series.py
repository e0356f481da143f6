"""Darts: an RNNModel on many scaled series, the best epoch on the hours before the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

# user: begin
import pandas as pd
from darts import TimeSeries
from darts.dataprocessing.transformers import Scaler
from darts.models import RNNModel

# user: end
from protocol import Clock, Job, run

WEEK = 168


def series(job: Job, *splits: str) -> list[TimeSeries]:
    # user: begin
    frame = pd.concat([pd.read_csv(job.files[split]) for split in splits]).sort_values(["unique_id", "ds"])
    found = TimeSeries.from_group_dataframe(frame, "unique_id", time_col="ds", value_cols="y", freq=1)
    return [one.astype(np.float32) for one in found]
    # user: end


def train(job: Job, clock: Clock) -> None:
    horizon = job.settings["horizon"]
    # user: begin
    past, whole = series(job, "train"), series(job, "train", "validation")
    scaler = Scaler()
    scaled = scaler.fit_transform(past)
    later = [one[-(WEEK + horizon + 1) :] for one in scaler.transform(whole)]
    model = RNNModel(
        model="LSTM",
        input_chunk_length=WEEK,
        training_length=WEEK + horizon,
        hidden_dim=64,
        n_rnn_layers=1,
        batch_size=32,
        n_epochs=1000,
        optimizer_kwargs={"lr": 1e-3},
        model_name="race",
        work_dir=str(job.folder),
        save_checkpoints=True,
        force_reset=True,
        random_state=job.seed,
        pl_trainer_kwargs={
            "accelerator": "cpu",
            "max_time": timedelta(seconds=clock.rest()),
            "enable_progress_bar": False,
        },
    )
    model.fit(scaled, val_series=later, max_samples_per_ts=8)
    # user: end
    best = model
    if any((job.folder / "race" / "checkpoints").glob("best-*")):  # an epoch ended within the budget
        # user: begin
        best = RNNModel.load_from_checkpoint("race", work_dir=str(job.folder), best=True)
        # user: end
    with clock.stopped():
        # user: begin
        best.save(str(job.folder / "model.pt"))
        # user: end
    before = {"validation": past, "test": whole}
    clock.mark(lambda split: forecasts(best, before[split], horizon), final=True)


def forecasts(model: RNNModel, past: Sequence[TimeSeries], horizon: int) -> np.ndarray:
    """Return the forecasts (S, H), each series scaled by what is known of it."""
    # user: begin
    scaler = Scaler()
    found = model.predict(horizon, series=scaler.fit_transform(list(past)), verbose=False)
    return np.stack([one.values()[:, 0] for one in scaler.inverse_transform(found)])
    # user: end


def load(job: Job) -> Callable[[list[TimeSeries]], Any]:
    # user: begin
    model = RNNModel.load(str(job.folder / "model.pt"))
    # user: end
    return lambda past: forecasts(model, past, job.settings["horizon"])


def rows(job: Job) -> list[TimeSeries]:
    return series(job, "train", "validation")


if __name__ == "__main__":
    run(train, load, rows)
