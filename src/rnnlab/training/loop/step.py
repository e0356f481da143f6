"""One training step: the loss, its gradients, clipping and the optimizer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.loops.optimization.automatic import ClosureResult
from pytorch_lightning.loops.progress import _OptimizationProgress
from pytorch_lightning.plugins.precision import Precision
from pytorch_lightning.utilities import GradClipAlgorithmType
from torch import Tensor
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torch.optim import Optimizer

from rnnlab.training.loop.hooks import Hook


class LeanStep:
    """Lightning's automatic optimization: the same calls in the same order, without the layers around them.

    Args:
        progress: Lightning's counts, which checkpoints keep.
    """

    def __init__(
        self, trainer: pl.Trainer, task: pl.LightningModule, progress: _OptimizationProgress
    ) -> None:
        self.task, self.counts = task, progress.optimizer
        self.optimizer = trainer.optimizers[0]
        self.precision: Any = trainer.precision_plugin
        self.plain = type(self.precision) is Precision  # whose contexts do nothing
        self.parts = trainer.accumulate_grad_batches
        self.clip = self._clipping(trainer)
        self.before_zero_grad = Hook("on_before_zero_grad", trainer, task)
        self.before_backward = Hook("on_before_backward", trainer, task)
        self.after_backward = Hook("on_after_backward", trainer, task)
        self.before_optimizer_step = Hook("on_before_optimizer_step", trainer, task)

    def _clipping(self, trainer: pl.Trainer) -> Callable[[], None] | None:
        value, algorithm = trainer.gradient_clip_val, trainer.gradient_clip_algorithm
        if not value:
            return None
        by_value = algorithm == GradClipAlgorithmType.VALUE
        if not self.plain:
            kind = GradClipAlgorithmType.VALUE if by_value else GradClipAlgorithmType.NORM
            return partial(self.precision.clip_gradients, self.optimizer, value, kind)
        clip = self.precision.clip_grad_by_value if by_value else self.precision.clip_grad_by_norm
        if not by_value and trainer.strategy.root_device.type == "cpu":
            clip = clip_long
        return partial(clip, self.optimizer, value)

    def __call__(self, batch: Any, batch_idx: int, accumulating: bool) -> dict[str, Any]:
        """Train on a batch; return the output of `training_step`, its loss detached.

        Args:
            accumulating: only add to the gradients; the optimizer waits for more batches.
        """
        outputs: dict[str, Any] = {}
        if accumulating:
            outputs.update(self._differentiate(batch, batch_idx))
            return outputs

        def closure() -> Tensor | None:  # passed to the optimizer, which may call it more than once
            outputs.update(self._differentiate(batch, batch_idx))
            self.before_optimizer_step(self.optimizer)
            if self.clip is not None:
                self.clip()
            return outputs.get("loss")

        self.counts.step.increment_ready()
        self.optimizer.step(closure=closure)  # type: ignore[arg-type]
        self.counts.step.increment_completed()
        return outputs

    def _differentiate(self, batch: Any, batch_idx: int) -> dict[str, Any]:
        with torch.enable_grad():
            loss, outputs = self._loss(batch, batch_idx)
            if batch_idx % self.parts == 0:
                self._zero_grad()
            if loss is not None:
                self.before_backward(loss)
                loss.backward()
                self.after_backward()
        return outputs

    def _loss(self, batch: Any, batch_idx: int) -> tuple[Tensor | None, dict[str, Any]]:
        state, before = self.task.__dict__, self.task._current_fx_name
        state["_current_fx_name"] = "training_step"
        if self.plain:
            output = self.task.training_step(batch, batch_idx)
        else:
            with self.precision.train_step_context():
                output = self.task.training_step(batch, batch_idx)
        state["_current_fx_name"] = before
        if isinstance(output, Tensor):
            loss = output if self.parts == 1 else output / self.parts
            return loss, {"loss": loss.detach()}
        result = ClosureResult.from_training_step_output(output, self.parts)
        return result.closure_loss, {} if result.loss is None else result.asdict()

    def _zero_grad(self) -> None:
        self.counts.zero_grad.increment_ready()
        self.before_zero_grad(self.optimizer)
        self.counts.zero_grad.increment_started()
        self.optimizer.zero_grad()
        self.counts.zero_grad.increment_completed()


def clip_long(optimizer: Optimizer, most: float) -> None:
    """Scale the gradients to a norm of `most`, as torch does, but leave shorter ones as they are.

    torch multiplies those by 1, as asking would make a GPU wait; on CPUs that reads and writes all of them.
    """
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    norm = get_total_norm([weight.grad for weight in weights if weight.grad is not None])
    if not bool(most / (norm + 1e-6) >= 1):  # nor where the norm is not a number
        clip_grads_with_norm_(weights, most, norm)
