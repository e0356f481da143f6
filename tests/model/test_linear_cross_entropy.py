"""The cross-entropy in chunks is torch's of the whole, with its gradients."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from rnnlab.model import linear_cross_entropy as module
from rnnlab.model.linear_cross_entropy import linear_cross_entropy, smoothed


def parts(tokens: int, ids: int, size: int = 3, scale: float = 1.0) -> list[Tensor]:
    torch.manual_seed(tokens * 100 + ids)
    shapes = ((tokens, size), (ids, size), (ids,))
    return [(torch.randn(shape, dtype=torch.double) * scale).requires_grad_() for shape in shapes]


@given(
    tokens=st.integers(1, 9),
    ids=st.integers(2, 7),
    chunk=st.integers(1, 40),
    smoothing=st.sampled_from([0.0, 0.1, 0.9]),
    scale=st.sampled_from([0.01, 1.0, 100.0]),
)
@settings(max_examples=60, deadline=None)
def test_any_chunk_gives_the_loss_and_the_gradients_of_torch(tokens, ids, chunk, smoothing, scale):
    own = parts(tokens, ids, scale=scale)
    targets = torch.randint(0, ids, (tokens,))
    before, module.CHUNK = module.CHUNK, chunk
    try:
        nats, trained = linear_cross_entropy(*own, targets, smoothing)
    finally:
        module.CHUNK = before
    logits = F.linear(*own)
    torch.testing.assert_close(nats, F.cross_entropy(logits, targets))
    expected = F.cross_entropy(logits, targets, label_smoothing=smoothing)
    torch.testing.assert_close(trained, expected)
    gradients = torch.autograd.grad(3 * trained, own)  # noqa: RUF100
    for found, reference in zip(gradients, torch.autograd.grad(3 * expected, own), strict=True):
        torch.testing.assert_close(found, reference)


def test_parts_that_need_no_gradient_get_none():
    features, weight, bias = parts(5, 4)
    targets = torch.tensor([0, 1, 2, 3, 0])
    weight.requires_grad_(False)
    linear_cross_entropy(features, weight, bias, targets, 0.1)[1].backward()
    assert weight.grad is None
    assert features.grad is not None
    assert bias.grad is not None
    with torch.no_grad():
        assert not linear_cross_entropy(features, weight, bias, targets)[1].requires_grad


def test_the_first_mean_has_no_gradient():
    features, weight, bias = parts(5, 4)
    nats, trained = linear_cross_entropy(features, weight, bias, torch.tensor([0, 1, 2, 3, 0]))
    assert not nats.requires_grad
    assert trained.requires_grad


def test_under_autocast_it_is_the_loss_of_rounded_scores_in_float32():
    features, weight, bias = (part.detach().float().requires_grad_() for part in parts(6, 5))
    targets = torch.tensor([0, 1, 2, 3, 4, 0])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        nats, trained = linear_cross_entropy(features, weight, bias, targets, 0.1)
    assert trained.dtype == torch.float32
    exact = F.cross_entropy(F.linear(features, weight, bias), targets, label_smoothing=0.1)
    assert trained.item() == pytest.approx(exact.item(), abs=0.05)
    assert nats.item() != trained.item()


def test_smoothing_can_leave_out_the_last_ids():
    logs = torch.randn(4, 6).log_softmax(1)
    targets = torch.tensor([0, 1, 5, 5])
    _, trained = smoothed(logs, targets, 0.2, 5)
    by_hand = -0.8 * logs[range(4), targets].mean() - 0.2 * logs[:, :5].mean()
    torch.testing.assert_close(trained, by_hand)
