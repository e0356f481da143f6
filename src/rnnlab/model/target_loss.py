"""The training loss of an encoder-decoder. Shapes: B rows, S source, T target steps, N real target tokens."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.linear_cross_entropy import linear_cross_entropy, smoothed
from rnnlab.model.sequence import padding_mask
from rnnlab.model.sequence_ensemble import EncoderDecoderEnsemble, average


class TargetLoss(NamedTuple):
    """Means over the real target tokens of a batch, each ().

    nats: the cross-entropy, without a gradient.
    trained: the same with label smoothing, to train on.
    coverage: unweighted, see `Decoded`; None without coverage.
    """

    nats: Tensor
    trained: Tensor
    coverage: Tensor | None


def target_loss(
    network: EncoderDecoder | EncoderDecoderEnsemble,
    sources: tuple[Tensor, Tensor, Tensor | None],
    inputs: Tensor,
    targets: Tensor,
    target_lengths: Tensor,
    smoothing: float = 0.0,
) -> TargetLoss:
    """Return the losses of targets that are known, with the scores of a chunk of tokens at a time.

    Args:
        sources: (B, S) with lengths (B,), and the ids of copied words (B, S) or None.
        inputs, targets: (B, T), what each step reads and what it is to write; with copies the ids of a row's
            own words, from `network.target_size` on.
        target_lengths: (B,).
        smoothing: probability in [0, 1) that is spread over the ids of the vocabulary.
    """
    given = (sources, inputs, targets, target_lengths, smoothing)
    if not isinstance(network, EncoderDecoderEnsemble):
        return own_loss(network, *given)
    nats, trained, coverage = zip(*(own_loss(member, *given) for member in network.members), strict=True)
    return TargetLoss(torch.stack(nats).mean(), torch.stack(trained).mean(), average(list(coverage)))


def own_loss(
    network: Any,
    sources: tuple[Tensor, Tensor, Tensor | None],
    inputs: Tensor,
    targets: Tensor,
    target_lengths: Tensor,
    smoothing: float,
) -> TargetLoss:
    """Return the losses of a single network; arguments as in `target_loss`."""
    read, memory = network.read(*sources, inputs)
    mask = padding_mask(target_lengths, inputs.shape[1])
    coverage = read.coverage_loss(mask)
    if read.generate is None:
        features = network.dropout(read.features)[mask]  # (N, A)
        head = network.head
        losses = linear_cross_entropy(features, head.weight, head.bias, targets[mask], smoothing)
        return TargetLoss(losses[0].detach(), losses[1], coverage)
    logs = network.scores(read, memory, mask).log_softmax(1)  # (N, V + X)
    nats, trained = smoothed(logs, targets[mask], smoothing, network.target_size)
    return TargetLoss(nats.detach(), trained, coverage)
