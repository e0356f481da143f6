from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from rnnlab.training.scheduler.plateau import Plateau


def put(plateau: Plateau, mode: str = "max", every: int | None = 1) -> tuple[torch.optim.Optimizer, Any]:
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    trainer: Any = SimpleNamespace(check_val_every_n_epoch=every)
    return optimizer, plateau.build(optimizer, trainer, "val/accuracy", mode)


def rates(plateau: Plateau, mode: str, metrics: list[float]) -> list[float]:
    optimizer, entry = put(plateau, mode)
    seen = []
    for metric in metrics:
        entry["scheduler"].step(metric)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


def test_the_rate_falls_once_the_metric_stood_still_for_longer_than_patience():
    metrics = [0.5, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7]
    assert rates(Plateau(0.5, patience=1), "max", metrics) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]
    assert rates(Plateau(0.5, patience=0), "max", metrics[:3]) == [1, 1, 0.5]


def test_mode_says_which_way_is_better():
    assert rates(Plateau(0.5, patience=0), "min", [3.0, 2.0, 1.0]) == [1, 1, 1]
    assert rates(Plateau(0.5, patience=0), "max", [3.0, 2.0, 1.0]) == [1, 0.5, 0.25]


def test_the_rate_does_not_fall_below_final():
    assert rates(Plateau(0.1, patience=0, final=0.05), "min", [1.0] * 5)[-1] == pytest.approx(0.05)


def test_the_entry_follows_the_monitored_metric_when_it_is_validated():
    assert {**put(Plateau())[1], "scheduler": None} == {
        "scheduler": None,
        "monitor": "val/accuracy",
        "interval": "epoch",
        "frequency": 1,
    }
    assert put(Plateau(), every=3)[1]["frequency"] == 3
    assert put(Plateau(), every=None)[1]["frequency"] == 1


def test_its_state_is_plain():
    state = put(Plateau())[1]["scheduler"].state_dict()
    assert not [name for name, value in state.items() if callable(value)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"factor": 1.0}, r"^factor=1.0 must be a number > 0 and < 1$"),
        ({"final": -1}, r"^final=-1 must be a number >= 0 and <= 1$"),
        ({"patience": 1.5}, "^patience=1.5 must be a whole number >= 0 and <= 1000000000$"),
        ({"patience": -1}, "^patience=-1 must be a whole number >= 0 and <= 1000000000$"),
    ],
)
def test_bad_arguments_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        Plateau(**changes)
