from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch.autograd.functional import hessian

from rnnlab.kinds.classification.objective.virtual_adversarial import (
    divergence,
    entropy,
    noise_like,
    virtual_adversarial,
)

LENGTHS = torch.tensor([2, 1])


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.double)


def test_the_divergence_and_the_entropy_by_hand():
    p, q = torch.tensor([[0.25, 0.75], [0.5, 0.5]]), torch.tensor([[0.5, 0.5], [0.5, 0.5]])
    expected = torch.tensor([0.25 * math.log(0.5) + 0.75 * math.log(1.5), 0.0])
    torch.testing.assert_close(divergence(p.log() + 3, q.log() - 2), expected)
    expected = torch.tensor([-0.25 * math.log(0.25) - 0.75 * math.log(0.75), math.log(2)])
    torch.testing.assert_close(entropy(p.log() + 3), expected)


def test_sure_predictions_have_finite_terms_and_gradients():
    logits = torch.tensor([[500.0, -500.0]], requires_grad=True)
    (entropy(logits) + divergence(torch.tensor([[-500.0, 500.0]]), logits)).sum().backward()
    assert logits.grad.isfinite().all()


def test_it_is_torchs_own_divergence():
    one, other = random(5, 3), random(5, 3, seed=1)
    expected = F.kl_div(other.log_softmax(1), one.log_softmax(1), log_target=True, reduction="none").sum(1)
    torch.testing.assert_close(divergence(one, other).double(), expected, rtol=1e-5, atol=1e-6)


def test_with_two_classes_it_is_the_first_eigenvector_of_the_hessian():
    """With logits that are linear in the words and two classes, the Hessian of the divergence has rank 1, so
    that one step of the power iteration is exact.
    """
    weight, vectors = random(2 * 3, 2), random(1, 2, 3, seed=1)

    def predict(given):
        return given.flatten(1) @ weight

    clean = predict(vectors)
    matrix = hessian(
        lambda d: divergence(clean, predict(vectors + d.view(1, 2, 3))).sum(), torch.zeros(6).double()
    )
    values, directions = torch.linalg.eigh(matrix)
    assert values[-1] > 1e-3 > values[-2].abs()
    torch.manual_seed(0)
    found = virtual_adversarial(predict, vectors, torch.tensor([2]), clean, 1.0, 5.0, 1e-3).flatten()
    assert found.norm().item() == pytest.approx(5.0)
    assert abs(found @ directions[:, -1]).item() == pytest.approx(5.0, abs=1e-3)


def test_it_is_one_step_of_the_power_iteration():
    """With three classes: the Hessian times the random start, up to the finite difference."""
    weight, vectors = random(2 * 3, 3), random(1, 2, 3, seed=1)

    def predict(given):
        return given.flatten(1) @ weight

    clean = predict(vectors)
    matrix = hessian(
        lambda d: divergence(clean, predict(vectors + d.view(1, 2, 3))).sum(), torch.zeros(6).double()
    )
    torch.manual_seed(0)
    found = virtual_adversarial(predict, vectors, torch.tensor([2]), clean, 1.0, 5.0, 1e-3).flatten()
    torch.manual_seed(0)
    start = noise_like(vectors, torch.tensor([2])).flatten()
    expected = matrix @ start
    torch.testing.assert_close(found, 5 * expected / expected.norm(), rtol=0, atol=0.02)


def test_it_moves_the_predictions_more_than_a_random_change():
    weight, vectors = random(4, 3), random(6, 5, 4, seed=1)
    lengths = torch.tensor([5, 5, 4, 3, 2, 1])
    real = (torch.arange(5) < lengths[:, None])[..., None]

    def predict(given):
        return torch.tanh(given * real).sum(dim=1) @ weight

    clean = predict(vectors)
    torch.manual_seed(0)
    change = virtual_adversarial(predict, vectors, lengths, clean, 1.0, 0.5, 0.1)
    assert not change[~real.expand_as(change)].any()
    torch.testing.assert_close(change.flatten(1).norm(dim=1), torch.full((6,), 0.5).double())
    moved = divergence(clean, predict(vectors + change)).mean()
    for seed in range(10):
        other = noise_like(vectors, lengths) * 0.5
        other = 0.5 * other / other.flatten(1).norm(dim=1).view(6, 1, 1)
        assert divergence(clean, predict(vectors + other)).mean() < moved, seed


def test_no_gradient_reaches_weights_vectors_or_targets():
    weight, vectors = random(4, 3).requires_grad_(), random(2, 2, 4, seed=1).requires_grad_()

    def predict(given):
        return given.sum(dim=1) @ weight

    logits = predict(vectors)
    change = virtual_adversarial(predict, vectors, LENGTHS, logits, 1.0, 5.0, 0.1)
    assert not change.requires_grad
    assert weight.grad is None
    assert vectors.grad is None


def test_it_works_where_gradients_are_off_around_it():
    with torch.no_grad():
        vectors = random(2, 2, 4)

        def predict(given):
            return given.sum(dim=1)

        assert virtual_adversarial(predict, vectors, LENGTHS, predict(vectors), 1.0, 5.0, 0.1).any()


def test_noise_is_normal_at_real_words_and_zero_at_padding():
    vectors = torch.zeros(300, 2, 50).transpose(0, 1).contiguous().transpose(0, 1)
    lengths = torch.ones(300, dtype=torch.int64)
    torch.manual_seed(0)
    noise = noise_like(vectors, lengths)
    assert not noise[:, 1].any()
    assert noise[:, 0].std().item() == pytest.approx(1, abs=0.03)
    assert noise.stride() == vectors.stride()


def test_half_precision_around_it_does_not_round_the_small_change_away():
    weight, vectors = random(4, 3).float(), 30 + random(6, 5, 4, seed=1).float()
    lengths = torch.full((6,), 5)

    def predict(given):
        return F.linear(given - 30, weight.T).sum(dim=1)

    found = []
    for enabled in (False, True):
        torch.manual_seed(0)
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            found.append(
                virtual_adversarial(predict, vectors, lengths, predict(vectors).float(), 1.0, 5.0, 1e-3)
            )
    similarity = F.cosine_similarity(*(change.flatten(1) for change in found))
    assert found[1].dtype == torch.float32
    torch.testing.assert_close(found[1].flatten(1).norm(dim=1), torch.full((6,), 5.0))
    assert similarity.isfinite().all()
