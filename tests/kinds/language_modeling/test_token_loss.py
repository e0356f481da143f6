"""Loss sums of a language model: weighted by tokens, padding left out."""

from __future__ import annotations

import math

import pytest
import torch

from rnnlab.kinds.language_modeling.token_loss import NO_TARGET, TokenLoss, real_targets, total


def test_padding_is_masked() -> None:
    masked = real_targets(torch.tensor([[3, 4, 5], [6, 0, 0]]), torch.tensor([3, 1]))
    assert masked.tolist() == [[3, 4, 5], [6, NO_TARGET, NO_TARGET]]


def logits_with(probabilities: list[list[float]]) -> torch.Tensor:
    """Two ids; the probability of id 1 at each place."""
    right = torch.tensor(probabilities)
    return torch.stack([1 - right, right], dim=-1).log()


def test_perplexity_is_that_of_the_mean_and_the_mean_is_over_tokens() -> None:
    nats = TokenLoss()
    nats.add(logits_with([[0.9, 0.9, 0.9]]), torch.tensor([[1, 1, 1]]))
    nats.add(logits_with([[0.2, 0.5, 0.5]]), torch.tensor([[1, NO_TARGET, NO_TARGET]]))
    got = nats.metrics("windows")
    mean = -(3 * math.log(0.9) + math.log(0.2)) / 4
    assert got["nats_windows"] == pytest.approx(mean, rel=1e-6)
    assert got["bits_windows"] == pytest.approx(mean / math.log(2), rel=1e-6)
    assert got["perplexity_windows"] == pytest.approx(math.exp(mean), rel=1e-6)
    assert got["accuracy_windows"] == 3 / 4


def test_sums_of_several_processes_are_one_mean() -> None:
    assert total([TokenLoss(3.0, 2, 1), TokenLoss(1.0, 6, 5)]).metrics("stream")["nats_stream"] == 0.5


def test_a_hopeless_model_has_an_infinite_perplexity() -> None:
    assert TokenLoss(1e6, 10, 0).metrics("windows")["perplexity_windows"] == math.inf


def test_nothing_to_predict_is_an_error() -> None:
    with pytest.raises(ValueError, match="the stream hold no token to predict"):
        TokenLoss().metrics("stream")
