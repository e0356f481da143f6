"""Training task of language modelling, with the state carried along the text.

Shapes: B lanes or windows, T tokens, V ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.batch import Window
from rnnlab.kinds.language_modeling.activation import ActivationPenalty
from rnnlab.kinds.language_modeling.sampled_softmax import SampledSoftmax
from rnnlab.kinds.language_modeling.settings import checked
from rnnlab.kinds.language_modeling.styles import OfStyles, style_weights, summed
from rnnlab.kinds.language_modeling.token_loss import NO_TARGET, TokenLoss, real_targets, total
from rnnlab.kinds.language_modeling.window_rate import WindowRate
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.task.base import Task
from rnnlab.training.task.gather import gather


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of logits (B, T, V) over real targets (B, T)."""
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=NO_TARGET)


class LanguageModeling(Task):
    """Trains by truncated backpropagation through time.

    A batch continues from the detached state of the one before.

    Validation and test are in the windows protocol, each window from an empty state. The means are over
    tokens, and the perplexity is that of the mean, never a mean of perplexities.

    Args:
        state_reset: probability in [0, 1) that a lane starts a batch from an empty state. A model that sees
            one at an epoch's start alone is lost in windows.
        activation_regularization, temporal_activation_regularization: see `ActivationPenalty`; the loss that
            is logged is the cross-entropy without them.
        sampled_softmax: candidates of a training step's softmax, see `SampledSoftmax`; the loss that is
            logged is theirs. None scores every token; validation and test always do.
        styles: names of the styles of the batches' rows. The test's loss is then logged for each of them too,
            as `test/nats_windows_NAME`; a network with styles gets the style of each row.
    """

    kind = "rnnlab.kinds.language_modeling:KIND"

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str = "val/nats_windows",
        mode: str = "min",
        state_reset: float = 0.0,
        activation_regularization: float = 0.0,
        temporal_activation_regularization: float = 0.0,
        sampled_softmax: int | None = None,
        styles: Sequence[str] = (),
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode, running=("loss",))
        checked("state_reset", state_reset)
        self.state_reset = state_reset
        self.state: tuple[Tensor, ...] | None = None
        self.penalty = ActivationPenalty(activation_regularization, temporal_activation_regularization)
        self.candidates: SampledSoftmax | None = None
        if sampled_softmax is not None:
            self.candidates = SampledSoftmax(sampled_softmax, network.head.out_features)  # type: ignore[union-attr, arg-type]
        self._rate = WindowRate()
        self._nats, self._of_styles = TokenLoss(), OfStyles(styles)

    def configure_optimizers(self) -> Any:
        parts = super().configure_optimizers()
        self._rate.attach(parts["optimizer"])
        return parts

    def on_before_optimizer_step(self, optimizer: Optimizer) -> None:
        super().on_before_optimizer_step(optimizer)
        self._rate.apply(optimizer)

    def training_step(self, batch: Window, batch_idx: int) -> Tensor:
        before, self._rate.scale = None if batch.fresh else self._carried(batch), batch.scale
        targets = real_targets(batch.targets, batch.lengths)  # (B, T)
        if self.candidates is None and not self.penalty.active:
            logits, state = self.logits_of(batch, before)  # (B, T, V)
            loss = total_loss = cross_entropy(logits, targets)
        else:
            network: Any = self.network
            style = style_weights(self.network, batch.styles)
            outputs, _, state = network.read(batch.tokens, before, style=style)  # (B, T, O)
            dropped = network.dropout(outputs)
            loss = self._loss(dropped, targets)
            total_loss = loss + self.penalty(outputs, dropped, batch.lengths)
        self.state = tuple(s.detach() for s in state)
        self.running.add(batch.lengths.sum(), loss.detach())
        return total_loss

    def logits_of(self, batch: Window, state: tuple[Tensor, ...] | None = None) -> Any:
        """Return the network's `Logits`, each row in its style where the network has styles."""
        style = style_weights(self.network, batch.styles)
        if style is None:
            return self.network(batch.tokens, state)
        return self.network(batch.tokens, state, style=style)

    def _loss(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss of features (B, T, O) over real targets (B, T)."""
        network: Any = self.network
        if self.candidates is None:
            return cross_entropy(network.score(features), targets)
        real = targets != NO_TARGET
        return self.candidates(features[real], targets[real], network.head.weight, network.head.bias)

    def _carried(self, batch: Window) -> tuple[Tensor, ...] | None:
        """Return the state to continue from, with randomly drawn lanes emptied."""
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
        self._nats.add(self.logits_of(batch).logits, real_targets(batch.targets, batch.lengths))

    def test_step(self, batch: Window, batch_idx: int) -> None:
        logits, targets = self.logits_of(batch).logits, real_targets(batch.targets, batch.lengths)
        self._nats.add(logits, targets)
        self._of_styles.add(logits, targets, batch.styles)

    def on_validation_epoch_start(self) -> None:
        self._nats = TokenLoss()

    def on_test_epoch_start(self) -> None:
        self._nats, self._of_styles = TokenLoss(), OfStyles(self._of_styles.names)

    def on_validation_epoch_end(self) -> None:
        self._score("val")

    def on_test_epoch_end(self) -> None:
        self._score("test")
        styles = summed(gather(self._of_styles)).metrics("windows")
        self.log_dict({f"test/{name}": value for name, value in styles.items()})

    def _score(self, split: str) -> None:
        metrics = total(gather(self._nats)).metrics("windows")
        self.log_validation(split, {"loss": metrics["nats_windows"], **metrics})

    @torch.no_grad()
    def evaluate_stream(self, loader: Iterable[Window], split: str = "test") -> dict[str, float]:
        """Test the text as one stream: `test/nats_stream` and so on.

        The state is carried from the first token to the last.
        """
        was_training, nats, state = self.network.training, TokenLoss(), None
        self.network.eval()
        for batch in loader:
            batch = self.transfer_batch_to_device(batch, self.device, 0)
            logits, state = self.logits_of(batch, None if batch.fresh else state)
            nats.add(logits, real_targets(batch.targets, batch.lengths))
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
