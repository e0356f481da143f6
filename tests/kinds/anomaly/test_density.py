"""Densities in numpy are those of the heads in torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.kinds.anomaly.density import MEASURES
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.mixture import Mixture
from rnnlab.model.head.point import Point
from rnnlab.model.head.student_t import StudentT
from rnnlab.model.scoring.forecaster import StepDensity


@pytest.mark.parametrize(
    ("name", "head"), [("gaussian", Gaussian()), ("student_t", StudentT()), ("mixture", Mixture(2))]
)
def test_a_density_is_that_of_its_head(name, head):
    generator = np.random.default_rng(0)
    raw, values = generator.normal(0, 3, (50, 4, head.num_parameters)), generator.normal(0, 5, (50, 4))
    expected = head.loss(head.constrain(torch.from_numpy(raw)), torch.from_numpy(values))
    assert MEASURES[name](raw, values) == pytest.approx(expected.numpy(), rel=1e-9)
    raw[0] = np.nan
    assert np.isnan(MEASURES[name](raw, values)[0]).all()


@pytest.mark.parametrize("head", [Gaussian(), StudentT(), Mixture(2)])
def test_the_present_value_moves_a_distribution(head):
    network = StepDensity(RecurrentEncoder("gru", 3, 4), 1, head, skip="last")
    torch.nn.init.zeros_(network.head.weight)
    inputs = torch.tensor([[[2.0, 1.0, 0.0]]])
    moved, _ = network(inputs)
    network.skip = "none"
    raw, _ = network(inputs)
    one = torch.ones(1)
    expected = head.moved(head.constrain(raw), 2 * one, one)
    torch.testing.assert_close(head.constrain(moved), expected)


def test_a_head_without_a_density_is_refused():
    with pytest.raises(ValueError, match="head=Point must be one of gaussian, student_t, mixture"):
        StepDensity(RecurrentEncoder("gru", 3, 4), 1, Point())
