"""Predicting the next token, with the state carried along the text. Shapes: B lanes or windows, T tokens, V
ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.batch import Window
from rnnlab.scheduler.base import Scheduler
from rnnlab.task.base import Task
from rnnlab.task.gather import gather
from rnnlab.task.nats import NO_TARGET, Nats, real_targets, total


class LanguageModeling(Task):
    """Trains by truncated backpropagation through time: a batch goes on from the detached state of the one
    before.

    Validation and test are in the windows protocol, each window from an empty state. The means are over
    tokens, and the perplexity is that of the mean, never a mean of perplexities.

    Args:
        state_reset: probability in [0, 1) that a lane starts a batch from an empty state. A model that sees
            one at an epoch's start alone is lost in windows.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str = "val/nats_windows",
        mode: str = "min",
        state_reset: float = 0.0,
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode, running=("loss",))
        if not 0 <= state_reset < 1:
            raise ValueError(f"state_reset={state_reset} must be in [0, 1)")
        self.state_reset = state_reset
        self.state: tuple[Tensor, ...] | None = None
        self._nats = Nats()

    def training_step(self, batch: Window, batch_idx: int) -> Tensor:
        logits, state = self.network(batch.tokens, None if batch.fresh else self._carried(batch))  # (B, T, V)
        self.state = tuple(s.detach() for s in state)
        targets = real_targets(batch.targets, batch.lengths)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=NO_TARGET)
        self.running.add(batch.lengths.sum(), loss.detach())
        return loss

    def _carried(self, batch: Window) -> tuple[Tensor, ...] | None:
        """The state to go on from, emptied in the lanes that a draw picks."""
        if self.state is None:
            return None
        state = tuple(part.to(batch.tokens.device) for part in self.state)  # each (layers, B, H)
        if not self.state_reset:
            return state
        kept = torch.rand(len(batch.tokens), 1, device=batch.tokens.device) >= self.state_reset  # (B, 1)
        return tuple(part * kept for part in state)

    def on_train_epoch_end(self) -> None:
        super().on_train_epoch_end()
        self.state = None

    def validation_step(self, batch: Window, batch_idx: int) -> None:
        self._nats.add(self.network(batch.tokens).logits, real_targets(batch.targets, batch.lengths))

    def test_step(self, batch: Window, batch_idx: int) -> None:
        self.validation_step(batch, batch_idx)

    def on_validation_epoch_start(self) -> None:
        self._nats = Nats()

    def on_test_epoch_start(self) -> None:
        self._nats = Nats()

    def on_validation_epoch_end(self) -> None:
        self._score("val")

    def on_test_epoch_end(self) -> None:
        self._score("test")

    def _score(self, split: str) -> None:
        metrics = total(gather(self._nats)).metrics("windows")
        self.log_validation(split, {"loss": metrics["nats_windows"], **metrics})

    @torch.no_grad()
    def evaluate_stream(self, loader: Iterable[Window], split: str = "test") -> dict[str, float]:
        """The text as one stream, the state carried from its first token to its last: `test/nats_stream` and
        so on.
        """
        was_training, nats, state = self.network.training, Nats(), None
        self.network.eval()
        for batch in loader:
            tokens, targets, lengths = (t.to(self.device) for t in batch[:3])
            logits, state = self.network(tokens, None if batch.fresh else state)
            nats.add(logits, real_targets(targets, lengths))
        self.network.train(was_training)
        return {f"{split}/{name}": value for name, value in nats.metrics("stream").items()}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_save_checkpoint(checkpoint)
        state = None if self.state is None else [s.cpu() for s in self.state]
        checkpoint["task"]["state"] = gather(state)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        super().on_load_checkpoint(checkpoint)
        states = checkpoint.get("task", {}).get("state", [])
        if self.trainer.global_rank < len(states):
            saved = states[self.trainer.global_rank]
            self.state = None if saved is None else tuple(saved)
