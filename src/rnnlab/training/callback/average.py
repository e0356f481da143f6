"""The base class of weight averages: a run validates and tests the average, and keeps it as its best."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor

RAW = "raw_weights"
# torch's private kernels for lists of tensors: a loop over the tensors takes twice as long.
VERSIONS = tuple(f"2.{minor}." for minor in range(6, 14))


class Average(Callback):
    """After each optimizer step: average += share * (weights - average); a subclass gives the `share`.

    Validation and everything after the training use the average. In every checkpoint `state_dict` is the
    average, and `raw_weights` (not in best.ckpt) are the weights that training continues from. Buffers are
    not averaged.
    """

    def __init__(self) -> None:
        self.updates = 0
        self._step = 0
        self._weights: list[Tensor] = []  # the module's own parameters
        self._averages: list[Tensor] = []  # float32
        self._kept: list[Tensor] | None = None  # the raw weights while the module has the average
        self._loaded: dict[str, Tensor] = {}

    @abstractmethod
    def share(self, trainer: pl.Trainer) -> float:
        """Return the weight of the newest weights in the average, in [0, 1]; called once a step."""

    def on_load_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        if trainer.state.fn == "fit" and RAW in checkpoint:
            self._loaded = {name: checkpoint["state_dict"][name] for name in checkpoint[RAW]}
            pl_module.load_state_dict(checkpoint[RAW], strict=False)

    @torch.no_grad()
    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        named = trainable(pl_module)
        self._weights, self._kept, self._step = list(named.values()), None, trainer.global_step
        self._averages = [
            self._loaded.get(name, weight).to(weight.device, torch.float32, copy=True)
            for name, weight in named.items()
        ]
        self._loaded = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._step = trainer.global_step

    @torch.no_grad()
    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if trainer.global_step == self._step:  # gradients were only accumulated
            return
        self._step = trainer.global_step
        share = self.share(trainer)
        if share == 1:
            copy_all(self._weights, self._averages)
        else:
            move_all(self._averages, self._weights, share)

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.state.fn == "fit":
            self._show_average()

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.state.fn == "fit":
            self._show_weights()

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._show_average()
        self._kept = None  # for good

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self._show_weights()

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        if not self._averages:
            return
        kept = self._weights if self._kept is None else self._kept
        raw = {id(weight): copy.detach() for weight, copy in zip(self._weights, kept, strict=True)}
        average = {id(w): mean.to(w.dtype) for w, mean in zip(self._weights, self._averages, strict=True)}
        named = trainable(pl_module, every_name=True)
        checkpoint[RAW] = {name: raw[id(weight)] for name, weight in named.items()}
        checkpoint["state_dict"].update({name: average[id(weight)] for name, weight in named.items()})

    def state_dict(self) -> dict[str, Any]:
        return {"updates": self.updates}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.updates = state_dict["updates"]

    @torch.no_grad()
    def _show_average(self) -> None:
        if self._kept is None and self._weights:
            self._kept = [weight.detach().clone() for weight in self._weights]
            copy_all(self._averages, self._weights)

    @torch.no_grad()
    def _show_weights(self) -> None:
        if self._kept is not None:
            copy_all(self._kept, self._weights)
            self._kept = None


def copy_all(values: list[Tensor], places: list[Tensor]) -> None:
    for place, value in zip(places, values, strict=True):
        place.copy_(value)


def move_all(averages: list[Tensor], weights: list[Tensor], share: float) -> None:
    """Move each average (float32) towards its weight, by a fraction `share` of their distance."""
    targets = [weight.float() for weight in weights]
    if torch.__version__.startswith(VERSIONS):
        torch._foreach_lerp_(averages, targets, share)
        return
    for average, target in zip(averages, targets, strict=True):
        average.lerp_(target, share)


def trainable(module: pl.LightningModule, every_name: bool = False) -> dict[str, Tensor]:
    """Return the parameters that an optimizer changes, by name. A tied one has its first name, or with
    `every_name` all its names, as in a checkpoint's `state_dict`.
    """
    named = module.named_parameters(remove_duplicate=not every_name)
    return {name: weight for name, weight in named if weight.requires_grad}
