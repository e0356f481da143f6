"""Plain means of weights: from a share of the training on, or from where validations stand still."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.training.callback import average
from rnnlab.training.callback.nt_asgd import NonMonotonicAverage
from rnnlab.training.callback.signals import Interrupted
from rnnlab.training.callback.swa import StochasticWeightAverage


class Record(pl.Callback):
    """The raw weights after each step."""

    def __init__(self) -> None:
        self.steps: list[torch.Tensor] = []

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.steps.append(weights(pl_module))


def weights(module: pl.LightningModule) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()]).clone()


def fit(tiny: Any, folder: Path, *callbacks: Any, **settings: Any) -> Any:
    last = folder / "checkpoints" / "last.ckpt"
    task = tiny.task(lr=0.05)
    path = str(last) if last.is_file() else None
    tiny.trainer(folder, *callbacks, **settings).fit(
        task, datamodule=tiny.data("classification"), ckpt_path=path
    )
    return task


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("start", "every"), [(0.5, 1), (0.5, 4), (0.0, 5)])
def test_swa_ends_with_the_mean_of_the_weights_after_every_nth_step_of_the_last_part(
    tiny: Any, tmp_path: Path, start: float, every: int
) -> None:
    record = Record()
    task = fit(tiny, tmp_path, StochasticWeightAverage(start, every), record)
    first = next(step for step in range(24) if (step + 1) / 24 >= start)  # of 3 epochs of 8 steps
    close(weights(task), torch.stack(record.steps[first::every]).mean(0))


def test_swa_before_its_start_is_the_weights_themselves(tiny: Any, tmp_path: Path) -> None:
    record = Record()
    task = fit(tiny, tmp_path, StochasticWeightAverage(0.9), record, max_epochs=3, limit_train_batches=1)
    assert torch.equal(weights(task), record.steps[-1])


class Scripted(pl.Callback):
    """Gives the monitored metric a value of its own after each validation."""

    def __init__(self, values: list[float]) -> None:
        self.values = iter(values)

    def on_validation_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        pl_module.log("scripted", next(self.values), logger=False)


def test_nt_asgd_begins_once_a_validation_is_worse_than_the_best_of_the_older_ones(
    tiny: Any, tmp_path: Path
) -> None:
    record, average = Record(), NonMonotonicAverage("scripted", "min", patience=2)
    values = [3.0, 2.0, 2.5, 2.6, 2.1, 2.2]
    task = fit(tiny, tmp_path, Scripted(values), average, record, max_epochs=6)
    # 2.6 is below 3.0, the only one older than two validations; 2.1 is above 2.0: epochs from the sixth on
    assert average.started
    close(weights(task), torch.stack(record.steps[5 * 8 :]).mean(0))


def test_nt_asgd_that_never_begins_keeps_the_weights(tiny: Any, tmp_path: Path) -> None:
    record, average = Record(), NonMonotonicAverage("scripted", "max", patience=1)
    task = fit(tiny, tmp_path, Scripted([1.0, 2.0, 3.0]), average, record)
    assert not average.started
    assert torch.equal(weights(task), record.steps[-1])


AVERAGES = {
    "swa": lambda: StochasticWeightAverage(0.2, 3),
    "nt_asgd": lambda: NonMonotonicAverage("val/loss", "max", patience=1),
}


@pytest.mark.parametrize("kind", AVERAGES)
@pytest.mark.parametrize("step", [12, 20])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(
    tiny: Any, tmp_path: Path, kind: str, step: int
) -> None:
    whole = fit(tiny, tmp_path / "whole", AVERAGES[kind]())
    with pytest.raises(Interrupted):
        fit(
            tiny,
            tmp_path / "broken",
            AVERAGES[kind](),
            tiny.At(step, lambda: signal.raise_signal(signal.SIGINT)),
        )
    assert torch.equal(weights(fit(tiny, tmp_path / "broken", AVERAGES[kind]())), weights(whole))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StochasticWeightAverage(1.0), r"start=1.0 must be a number >= 0 and < 1"),
        (lambda: StochasticWeightAverage(0.5, 0), "every=0 must be a whole number >= 1"),
        (lambda: NonMonotonicAverage("x", "min", 0), "patience=0 must be a whole number >= 1"),
        (lambda: NonMonotonicAverage("x", "low"), "mode=low must be one of max, min"),
    ],
)
def test_bad_arguments_are_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_without_the_kernels_of_a_known_torch_the_averages_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    weights = [torch.randn(size, 3, dtype=dtype) for size in (1, 5) for dtype in (torch.float, torch.half)]
    known = [torch.randn(*weight.shape) for weight in weights]
    unknown = [one.clone() for one in known]
    assert torch.__version__.startswith(average.VERSIONS)
    average.move_all(known, weights, 0.123)
    monkeypatch.setattr(average, "VERSIONS", ("0.0.",))
    average.move_all(unknown, weights, 0.123)
    assert all(map(torch.equal, known, unknown))
