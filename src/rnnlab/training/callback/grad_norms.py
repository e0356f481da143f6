"""Gradient norms of each layer, before clipping."""

from __future__ import annotations

import re
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor
from torch.linalg import vector_norm
from torch.optim import Optimizer

from rnnlab.training.task.metric_log import log_row

LAYER = re.compile(r"(.*?(?:forward_layers|backward_layers)\.\d+|[^.]+(?:\.\d+(?=\.))?)")


class GradientNorms(Callback):
    """Logs `train/grad_norm` and `train/grad_norm/LAYER` with every logged row of the training, if enabled.

    The norms are those of the logged step, over all parameters and over those of each layer; steps that are
    not logged cost nothing.

    Args:
        enabled: whether to compute and log anything.
    """

    def __init__(self, enabled: bool = False) -> None:
        self.enabled = enabled
        self._norms: dict[str, float] = {}

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: Optimizer
    ) -> None:
        every = trainer.log_every_n_steps  # type: ignore[attr-defined]
        if self.enabled and (trainer.global_step + 1) % every == 0:
            self._norms = gradient_norms(pl_module.network)  # type: ignore[arg-type]

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if self._norms:
            log_row(trainer, self._norms)
            self._norms = {}


def gradient_norms(network: torch.nn.Module) -> dict[str, float]:
    """Return `train/grad_norm` and that of each layer, Euclidean; parameters without gradient are skipped."""
    layers: dict[str, list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        if parameter.grad is not None:
            layers.setdefault(layer_of(name), []).append(parameter.grad)
    squares = {layer: _norm(gradients) ** 2 for layer, gradients in layers.items()}
    norms = {f"train/grad_norm/{layer}": square**0.5 for layer, square in squares.items()}
    return {"train/grad_norm": sum(squares.values()) ** 0.5, **norms}


def layer_of(name: str) -> str:
    """Return a parameter's layer, `encoder.forward_layers.0` of `encoder.forward_layers.0.weight_hh_l0`;
    elsewhere its outermost module.
    """
    found = LAYER.match(name)
    return found.group(1) if found else name


def _norm(gradients: list[Tensor]) -> float:
    return float(torch.stack([vector_norm(gradient) for gradient in gradients]).norm())
