"""Normalisation sees real steps alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model.norm import MaskedBatchNorm

LENGTHS = torch.tensor([3, 5, 1])


def steps(seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(5, 3, 4, dtype=torch.double, generator=generator) * 3 + 1  # (T, B, F)


def real(values: Tensor) -> Tensor:
    return torch.cat([values[:length, row] for row, length in enumerate(LENGTHS.tolist())])


def test_in_training_real_steps_have_mean_0_and_variance_1():
    normed = real(MaskedBatchNorm(4).double()(steps(), LENGTHS))
    torch.testing.assert_close(normed.mean(0), torch.zeros(4, dtype=torch.double), rtol=0, atol=1e-9)
    torch.testing.assert_close(
        normed.var(0, correction=0), torch.ones(4, dtype=torch.double), rtol=1e-4, atol=0
    )


def test_it_equals_torch_on_the_real_steps_and_remembers_the_same_means():
    ours, theirs = MaskedBatchNorm(4).double(), nn.BatchNorm1d(4).double()
    for seed in range(3):
        torch.testing.assert_close(
            real(ours(steps(seed), LENGTHS)), theirs(real(steps(seed))), rtol=0, atol=1e-9
        )
    torch.testing.assert_close(ours.running_mean, theirs.running_mean, rtol=0, atol=1e-12)
    torch.testing.assert_close(ours.running_variance, theirs.running_var, rtol=0, atol=1e-12)
    ours.eval(), theirs.eval()
    torch.testing.assert_close(real(ours(steps(9), LENGTHS)), theirs(real(steps(9))), rtol=0, atol=1e-9)


def test_padding_changes_neither_outputs_nor_gradients():
    gradients = []
    for padding in (0.0, 1e6):
        inputs = steps()
        for row, length in enumerate(LENGTHS.tolist()):
            inputs[length:, row] = padding
        inputs.requires_grad_()
        norm = MaskedBatchNorm(4).double()
        real(norm(inputs, LENGTHS)).square().sum().backward()
        gradients.append((real(inputs.grad), norm.weight.grad, norm.running_mean))
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def test_gradients_are_those_of_finite_differences():
    norm = MaskedBatchNorm(4).double()
    assert torch.autograd.gradcheck(lambda x: real(norm(x, LENGTHS)), (steps().requires_grad_(),))


def test_evaluation_changes_no_means():
    norm = MaskedBatchNorm(4).eval()
    norm(torch.randn(2, 2, 4), None)
    assert torch.equal(norm.running_mean, torch.zeros(4))


def test_a_single_real_step_is_refused_in_training():
    with pytest.raises(
        ValueError, match="input_norm=batch needs two real steps in a training batch, and this has one"
    ):
        MaskedBatchNorm(4)(torch.randn(3, 1, 4), torch.tensor([1]))
