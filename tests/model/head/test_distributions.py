"""Heads of forecasters: densities, quantiles and samples against scipy and torch.distributions."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rnnlab.model.head.beta import betainc
from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.mixture import Mixture
from rnnlab.model.head.negative_binomial import NegativeBinomial
from rnnlab.model.head.point import Point
from rnnlab.model.head.quantile import Quantile
from rnnlab.model.head.student_t import StudentT, exact_quantile

LEVELS = (0.001, 0.025, 0.1, 0.5, 0.75, 0.975, 0.999)
HEADS = [Point(), Point("mae"), Quantile(), Gaussian(), StudentT(), Mixture(3), NegativeBinomial()]
SHIFTED = [head for head in HEADS if not head.counts]


def name_of(head: object) -> str:
    return type(head).__name__


def params_of(head: DistributionHead, *shape: int, seed: int = 0) -> Tensor:
    raw = torch.randn(*shape, head.num_parameters, generator=torch.Generator().manual_seed(seed))
    return head.constrain(2 * raw.double())


def known(head: DistributionHead, params: Tensor) -> list[object]:
    """scipy's distribution of each row of parameters (N, P)."""
    rows = params.tolist()
    if isinstance(head, Gaussian):
        return [scipy.stats.norm(mean, spread) for mean, spread in rows]
    if isinstance(head, StudentT):
        return [scipy.stats.t(freedom, loc, scale) for loc, scale, freedom in rows]
    return [scipy.stats.nbinom(1 / a, 1 / (1 + a * mean)) for mean, a in rows]


@pytest.mark.parametrize("head", [Gaussian(), StudentT(), NegativeBinomial()], ids=name_of)
def test_losses_and_quantiles_are_those_of_scipy(head):
    params = params_of(head, 40)
    target = torch.arange(40).double() % 7
    log = "logpmf" if head.counts else "logpdf"
    expected = [-getattr(one, log)(x) for one, x in zip(known(head, params), target.tolist(), strict=True)]
    np.testing.assert_allclose(head.loss(params, target), expected, rtol=1e-9)
    quantiles = [one.ppf(LEVELS) for one in known(head, params)]
    np.testing.assert_allclose(head.quantiles(params, LEVELS), quantiles, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(head.point(params), [one.mean() for one in known(head, params)], rtol=1e-9)


def test_a_mixture_has_the_loss_of_torch_and_quantiles_where_its_distribution_function_is_the_level():
    head, params = Mixture(3), params_of(Mixture(3), 20)
    weights, means, scales = params.chunk(3, -1)
    normals = torch.distributions.Normal(means, scales)
    same = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(weights), normals)
    target = torch.linspace(-3, 3, 20).double()
    torch.testing.assert_close(head.loss(params, target), -same.log_prob(target))
    torch.testing.assert_close(head.point(params), same.mean)
    quantiles = head.quantiles(params, LEVELS)
    reached = torch.stack([same.cdf(quantiles[:, place]) for place in range(len(LEVELS))], dim=-1)
    torch.testing.assert_close(
        reached, torch.tensor(LEVELS, dtype=torch.double).expand_as(reached), atol=1e-9, rtol=0
    )


def test_quantiles_of_the_trained_levels_are_the_parameters_and_others_lie_between():
    head = Quantile((0.1, 0.5, 0.9))
    params = torch.tensor([[1.0, 2.0, 4.0]])
    assert torch.equal(head.quantiles(params, (0.1, 0.5, 0.9)), params)
    found = head.quantiles(params, (0.05, 0.3, 0.7, 0.95))
    torch.testing.assert_close(found, torch.tensor([[1.0, 1.5, 3.0, 4.0]]))
    assert head.point(params).tolist() == [2.0]
    # pinball losses of 3: 0.1 * 2, 0.5 * 1, 0.1 * 1, twice their mean
    torch.testing.assert_close(head.loss(params, torch.tensor([3.0])), torch.tensor([2 * 0.8 / 3]))


def test_the_point_of_each_loss():
    params, target = torch.tensor([[1.0], [1.0]]), torch.tensor([4.0, 1.5])
    assert Point("mse").loss(params, target).tolist() == [9.0, 0.25]
    assert Point("mae").loss(params, target).tolist() == [3.0, 0.5]
    assert Point("huber").loss(params, target).tolist() == [2.5, 0.125]
    assert Point().quantiles(params, (0.1, 0.9)).tolist() == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize("head", HEADS, ids=name_of)
@settings(max_examples=20)
@given(seed=st.integers(0, 1000), size=st.sampled_from([0.1, 1.0, 30.0]))
def test_quantiles_never_cross(head, seed, size):
    raw = torch.randn(6, head.num_parameters, generator=torch.Generator().manual_seed(seed))
    quantiles = head.quantiles(head.constrain(size * raw), LEVELS)
    assert torch.isfinite(quantiles).all()
    assert (quantiles.diff(dim=-1) >= 0).all()


@pytest.mark.parametrize("head", SHIFTED, ids=name_of)
def test_moved_parameters_are_those_of_the_moved_variable(head):
    params, target = params_of(head, 8), torch.randn(8).double()
    loc, scale = torch.randn(8).double(), torch.rand(8).double() + 0.5
    moved = head.moved(params, loc, scale)
    expected = head.quantiles(params, LEVELS) * scale.unsqueeze(1) + loc.unsqueeze(1)
    torch.testing.assert_close(head.quantiles(moved, LEVELS), expected)
    uniform = torch.rand(8, 2).double()
    torch.testing.assert_close(head.draw(moved, uniform), head.draw(params, uniform) * scale + loc)
    if type(head) in (Gaussian, StudentT, Mixture):  # densities shrink as the variable is stretched
        torch.testing.assert_close(
            head.loss(moved, loc + scale * target), head.loss(params, target) + scale.log()
        )


@pytest.mark.parametrize("head", [h for h in HEADS if h.probabilistic], ids=name_of)
def test_samples_have_the_quantiles_of_their_distribution(head):
    params = params_of(head, 3, seed=2)
    drawn = head.sample(params, 20_000, torch.Generator().manual_seed(1))
    assert drawn.shape == (20_000, 3)
    for level in (0.1, 0.5, 0.9):
        quantiles = head.quantiles(params, (level,)).squeeze(-1)
        below = (drawn <= quantiles).double().mean(0)
        expected = [level] * 3  # a whole number may have much of the probability
        if head.counts:
            expected = [one.cdf(k) for one, k in zip(known(head, params), quantiles.tolist(), strict=True)]
        np.testing.assert_allclose(below, expected, atol=0.015)


@pytest.mark.parametrize("head", HEADS, ids=name_of)
def test_the_gradient_of_a_loss_is_that_of_finite_differences(head):
    raw = torch.randn(4, head.num_parameters, generator=torch.Generator().manual_seed(3)).double()
    target = torch.tensor([0.0, 1.0, 3.0, 2.0]).double()
    assert torch.autograd.gradcheck(lambda x: head.loss(head.constrain(x), target), raw.requires_grad_())


def test_the_incomplete_beta_function_is_scipys():
    generator = np.random.default_rng(0)
    a, b = 10 ** generator.uniform(-2, 4, (2, 500))
    x = generator.uniform(0, 1, 500)
    found = betainc(*(torch.tensor(each) for each in (a, b, x)))
    np.testing.assert_allclose(found, scipy.special.betainc(a, b, x), rtol=1e-9, atol=1e-12)


def test_exact_quantiles_of_t_are_scipys():
    freedom = torch.tensor([2.0, 3.5, 30.0, 1e4]).double()
    for level in (0.5001, 0.6, 0.975, 0.999999):
        np.testing.assert_allclose(
            exact_quantile(level, freedom), scipy.stats.t.ppf(level, freedom), rtol=1e-9, atol=1e-8
        )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Point("rmse"), "loss=rmse must be one of mse, mae, huber"),
        (lambda: Quantile(()), r"levels=\[\] must be a list of at least 1"),
        (lambda: Quantile((0.5, 1.0)), r"levels=\[0.5, 1.0\] must be a list"),
        (lambda: Mixture(0), "components=0 must be a whole number >= 1"),
        (lambda: Gaussian().quantiles(torch.ones(1, 2), (0.5, 1.0)), r"levels=\[0.5, 1.0\] must each be > 0"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
