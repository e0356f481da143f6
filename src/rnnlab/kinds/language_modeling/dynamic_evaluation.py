"""Dynamic evaluation: a language model keeps learning from the text that it is tested on.

Shapes: B lanes, T tokens, V ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.data.batch import Window
from rnnlab.kinds.language_modeling.settings import ADAPTATIONS
from rnnlab.kinds.language_modeling.token_loss import NO_TARGET, TokenLoss, real_targets
from rnnlab.rule import checked as checked_by


class Adaptation(NamedTuple):
    """The update rule of the weights (Krause et al. 2018), with the gradient g of a segment's mean loss.

    sgd: w <- w - learning_rate * g + decay * (w0 - w)
    rms: w <- w - learning_rate * g / (r + epsilon) + min(decay * r / mean(r), 1) * (w0 - w)

    w0 is the trained weight and r the root of the mean square of its gradient over training segments; mean(r)
    is over all weights of the network.

    Attributes:
        rule: rms or sgd.
        learning_rate: > 0. decay: in [0, 1]. epsilon: > 0.
    """

    rule: str = "rms"
    learning_rate: float = 1e-4
    decay: float = 0.01
    epsilon: float = 1e-4


class Adapter:
    """The update of a network's weights; `restore` brings the trained ones back, to the last bit.

    Args:
        roots: r of each weight that is trained, as `gradient_roots` gives them; sgd needs none.

    Raises:
        ValueError: an unknown rule, or rms without roots.
    """

    def __init__(self, network: nn.Module, adaptation: Adaptation, roots: list[Tensor] | None = None) -> None:
        checked_by("rule", adaptation.rule, ADAPTATIONS)
        self.adaptation, self.weights = adaptation, trained(network)
        self.start = [weight.detach().clone() for weight in self.weights]
        self._divisors: list[Tensor] | None = None
        self._pulls: list[Tensor] | list[float] = [adaptation.decay] * len(self.weights)
        if adaptation.rule == "rms":
            if roots is None:
                raise ValueError("rule=rms needs the roots of the mean squared gradients")
            mean = sum(float(root.double().sum()) for root in roots) / sum(root.numel() for root in roots)
            self._divisors = [root + adaptation.epsilon for root in roots]
            self._pulls = [(adaptation.decay * root / mean).clamp(max=1) for root in roots]

    @torch.no_grad()
    def step(self, gradients: list[Tensor]) -> None:
        """Move the weights once."""
        for index, (weight, gradient) in enumerate(zip(self.weights, gradients, strict=True)):
            pull = (self.start[index] - weight) * self._pulls[index]
            move = gradient if self._divisors is None else gradient / self._divisors[index]
            weight.add_(move, alpha=-self.adaptation.learning_rate).add_(pull)

    @torch.no_grad()
    def restore(self) -> None:
        for weight, start in zip(self.weights, self.start, strict=True):
            weight.copy_(start)


def trained(network: nn.Module) -> list[Tensor]:
    """Return the weights that training changes, a tied one once."""
    return [weight for weight in network.parameters() if weight.requires_grad]


def dynamic_nats(
    network: nn.Module, segments: Iterable[Window], adaptation: Adaptation, roots: list[Tensor] | None = None
) -> TokenLoss:
    """Return the loss of a stream of segments, each scored before the weights learn from it.

    The state is carried from segment to segment, the gradient stays within one. The network has its own
    weights again at the end, whatever happens.
    """
    nats, adapter = TokenLoss(), Adapter(network, adaptation, roots)
    with differentiable(network):
        try:
            for gradients in _gradients(network, segments, nats):
                adapter.step(gradients)
        finally:
            adapter.restore()
    return nats


def gradient_roots(network: nn.Module, segments: Iterable[Window]) -> list[Tensor]:
    """Return the root mean square of each weight's gradient over segments of training text."""
    squares, count = [torch.zeros_like(weight) for weight in trained(network)], 0
    with differentiable(network):
        for gradients in _gradients(network, segments, TokenLoss()):
            for square, gradient in zip(squares, gradients, strict=True):
                square.addcmul_(gradient, gradient)
            count += 1
    return [(square / max(count, 1)).sqrt() for square in squares]


def _gradients(network: nn.Module, segments: Iterable[Window], nats: TokenLoss) -> Iterator[list[Tensor]]:
    """Yield the gradient of each segment's mean loss, after the segment was added to `nats`."""
    weights, state = trained(network), None
    for segment in segments:
        logits, after = network(segment.tokens, None if segment.fresh else state)  # (B, T, V)
        state = tuple(part.detach() for part in after)
        targets = real_targets(segment.targets, segment.lengths)
        nats.add(logits.detach(), targets)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=NO_TARGET)
        found = torch.autograd.grad(loss, weights, allow_unused=True)
        yield [torch.zeros_like(w) if g is None else g for w, g in zip(weights, found, strict=True)]


def segments_of(chunks: Iterable[Window], length: int, device: torch.device, most: int) -> Iterator[Window]:
    """Split windows of a stream into segments of at most `length` steps; return the first `most` of them."""
    made = 0
    for chunk in chunks:
        tokens, targets, lengths = (tensor.to(device) for tensor in chunk[:3])
        for start in range(0, tokens.size(1), length):
            if made == most:
                return
            made += 1
            end = start + length
            real = (lengths - start).clamp(0, length)
            yield Window(tokens[:, start:end], targets[:, start:end], real, chunk.fresh and start == 0)


@contextmanager
def differentiable(network: nn.Module) -> Iterator[None]:
    """Evaluate with gradients: no dropout, and torch in place of cuDNN, which has none in evaluation."""
    was_training = network.training
    network.eval()
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        try:
            yield
        finally:
            network.train(was_training)
