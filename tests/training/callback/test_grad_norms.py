"""Curves of gradient norms."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import nn

from rnnlab.training.callback.grad_norms import GradientNorms, gradient_norms, layer_of


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


class Norms(pl.Callback):
    """The whole gradient's norm before it is clipped, by step."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def on_before_optimizer_step(self, trainer: Any, pl_module: Any, optimizer: Any) -> None:
        gradients = [p.grad.flatten() for p in pl_module.parameters() if p.grad is not None]
        self.seen.append(float(torch.cat(gradients).norm()))


def test_each_row_of_the_training_has_the_norm_of_its_step_before_clipping(tiny: Any, tmp_path: Path) -> None:
    seen = Norms()
    trainer = tiny.trainer(tmp_path, GradientNorms(enabled=True), seen, gradient_clip_val=1e-3)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    logged = {int(r["step"]): r for r in rows(tmp_path) if r.get("train/grad_norm")}
    assert list(logged) == list(range(3, 25, 3))
    for step, row in logged.items():
        assert float(row["train/grad_norm"]) == pytest.approx(seen.seen[step - 1], rel=1e-5)
        parts = [float(v) for name, v in row.items() if name.startswith("train/grad_norm/")]
        assert sum(part**2 for part in parts) ** 0.5 == pytest.approx(seen.seen[step - 1], rel=1e-5)
        assert row["train/loss"]


def test_off_it_logs_nothing(tiny: Any, tmp_path: Path) -> None:
    tiny.trainer(tmp_path, GradientNorms(), max_epochs=1).fit(
        tiny.task(), datamodule=tiny.data("classification")
    )
    assert not any("grad_norm" in name for name in rows(tmp_path)[0])


def test_norms_are_euclidean_over_a_layer_and_leave_out_what_has_no_gradient() -> None:
    network = nn.ModuleDict({"one": nn.Linear(1, 1), "two": nn.Linear(1, 1)})
    network["one"].weight.grad, network["one"].bias.grad = torch.tensor([[3.0]]), torch.tensor([4.0])
    assert gradient_norms(network) == {"train/grad_norm": 5.0, "train/grad_norm/one": 5.0}


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("encoder.forward_layers.0.weight_hh_l0", "encoder.forward_layers.0"),
        ("members.2.encoder.backward_layers.1.bias_ih_l0", "members.2.encoder.backward_layers.1"),
        ("embedding.vectors.weight", "embedding"),
        ("head.bias", "head"),
        ("members.0.head.bias", "members.0"),
    ],
)
def test_a_layer_is_a_recurrent_one_or_an_outermost_part(name: str, layer: str) -> None:
    assert layer_of(name) == layer
