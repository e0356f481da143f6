"""Seconds of a step of neuralforecast's LSTM and Darts' RNNModel, for `scripts/benchmark_forecasting.py`.

Each trains in the Python of its race, on the series, windows, sizes and steps of rnnlab:

    PYTHON scripts/race/peers/steps_series.py neuralforecast FOLDER

reads settings.json and series.npy (S, N) in the folder and prints the seconds of each training step.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

WARM_UP = 3  # steps that are not counted
LINE = "seconds of steps: "


def settings_of(cfg: Any, steps: int, threads: int) -> dict[str, Any]:
    """Return what both libraries need of a config of rnnlab."""
    model, data = cfg.model, cfg.data
    return {
        "cell": str(model.cell).upper(),
        "hidden_size": model.hidden_size,
        "num_layers": model.num_layers,
        "dropout": model.dropout,
        "horizon": data.horizon,
        "input_length": data.input_length,
        "batch_size": data.batch_size,
        "lr": cfg.optimizer.lr,
        "clip": cfg.trainer.gradient_clip_val,
        "steps": steps + WARM_UP,
        "threads": threads,
    }


def seconds_per_step(
    python: str, library: str, folder: Path, series: np.ndarray, settings: dict[str, Any]
) -> float:
    """Return the median of the seconds of a training step of the library.

    Args:
        series: (S, N) float32.

    Raises:
        RuntimeError: it ends with an error.
    """
    np.save(folder / "series.npy", series)
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [python, str(Path(__file__).resolve()), library, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(LINE)]
    if done.returncode or not lines:
        raise RuntimeError(f"{library} ended with {done.returncode}: {done.stderr[-2000:]}")
    seconds: list[float] = json.loads(lines[-1].removeprefix(LINE))
    return statistics.median(seconds[WARM_UP:])


def clock(base: Any) -> Any:
    """Return a Lightning callback, of the library's own Lightning, that keeps the seconds of each step."""

    class Clock(base):  # type: ignore[misc]
        times: ClassVar[list[float]] = []  # of the class: neuralforecast trains a copy of its model

        def on_train_batch_end(self, *_: Any) -> None:
            self.times.append(time.perf_counter())

    return Clock()


def neuralforecast(series: np.ndarray, given: dict[str, Any]) -> list[float]:
    """Train its LSTM or GRU with a direct decoder, and return the seconds between its steps."""
    pandas, library = import_module("pandas"), import_module("neuralforecast")
    models, losses = import_module("neuralforecast.models"), import_module("neuralforecast.losses.pytorch")
    timer = clock(import_module("pytorch_lightning").Callback)
    model = getattr(models, given["cell"])(
        h=given["horizon"],
        input_size=given["input_length"],
        encoder_hidden_size=given["hidden_size"],
        encoder_n_layers=given["num_layers"],
        encoder_dropout=given["dropout"] if given["num_layers"] > 1 else 0.0,
        recurrent=False,
        loss=losses.MSE(),
        max_steps=given["steps"],
        learning_rate=given["lr"],
        batch_size=len(series),
        windows_batch_size=given["batch_size"],
        accelerator="cpu",
        devices=1,
        logger=False,
        enable_progress_bar=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        callbacks=[timer],
    )
    times = pandas.date_range("2000-01-01", periods=series.shape[1], freq="h")
    frames = [
        pandas.DataFrame({"unique_id": str(number), "ds": times, "y": values})
        for number, values in enumerate(series)
    ]
    library.NeuralForecast(models=[model], freq="h").fit(pandas.concat(frames))
    return np.diff(timer.times).tolist()


def darts(series: np.ndarray, given: dict[str, Any]) -> list[float]:
    """Train its RNNModel, which reads window and horizon step by step; return the seconds of its steps."""
    library, models = import_module("darts"), import_module("darts.models")
    timer = clock(import_module("pytorch_lightning").Callback)
    model = models.RNNModel(
        model=given["cell"],
        hidden_dim=given["hidden_size"],
        n_rnn_layers=given["num_layers"],
        dropout=given["dropout"] if given["num_layers"] > 1 else 0.0,
        input_chunk_length=given["input_length"],
        training_length=given["input_length"] + given["horizon"],
        batch_size=given["batch_size"],
        n_epochs=1_000,
        optimizer_kwargs={"lr": given["lr"]},
        pl_trainer_kwargs={
            "accelerator": "cpu",
            "callbacks": [timer],
            "max_steps": given["steps"],
            "logger": False,
            "enable_progress_bar": False,
            "enable_model_summary": False,
        },
    )
    model.fit([library.TimeSeries.from_values(values.astype(np.float32)) for values in series])
    return np.diff(timer.times).tolist()


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    import_module("torch").set_num_threads(settings["threads"])
    train = {"neuralforecast": neuralforecast, "darts": darts}[name]
    print(f"{LINE}{json.dumps(train(np.load(folder / 'series.npy'), settings))}")


if __name__ == "__main__":
    main()
