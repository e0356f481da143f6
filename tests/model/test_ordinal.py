"""The cumulative link model against its definition."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.model.ordinal import CumulativeLink

numbers = st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=7, unique=True).map(sorted)


@given(numbers, st.floats(-20, 20, width=32))
def test_probabilities_are_differences_of_sigmoids_and_their_mean_is_the_expected_number(levels, score):
    link = CumulativeLink(levels)
    scores = torch.tensor([score])
    below = torch.sigmoid(link.thresholds() - scores[:, None]).double()  # (1, K - 1)
    edges = torch.cat([torch.zeros(1, 1), below, torch.ones(1, 1)], dim=1).double()
    probabilities = link.log_probabilities(scores).exp().double()
    torch.testing.assert_close(probabilities, edges.diff(), atol=2e-5, rtol=0)
    expected = (probabilities * link.levels.double()).sum(1)
    torch.testing.assert_close(link.expected(scores).double(), expected, atol=2e-3, rtol=1e-4)


@pytest.mark.parametrize("score", [-80.0, 0.0, 80.0])
def test_the_loss_of_a_far_score_is_finite_and_has_a_gradient(score):
    link = CumulativeLink([1.0, 2.0, 3.0, 4.0])
    scores = torch.full((4,), score, requires_grad=True)
    link.loss(scores, torch.tensor([1.0, 2.0, 3.0, 4.0])).backward()
    assert scores.grad.isfinite().all()
    assert all(one.grad.isfinite().all() for one in link.parameters())


def test_it_starts_at_the_frequencies_of_the_levels():
    link = CumulativeLink([1.0, 2.0, 5.0], [0.5, 0.3, 0.2])
    found = link.log_probabilities(torch.zeros(1)).exp()[0]
    torch.testing.assert_close(found, torch.tensor([0.5, 0.3, 0.2]), atol=2e-3, rtol=0)


def test_a_label_counts_as_its_own_level():
    link = CumulativeLink([1.0, 2.0, 5.0])
    scores = torch.tensor([0.3, -1.0])
    logs = link.log_probabilities(scores)
    torch.testing.assert_close(link.loss(scores, torch.tensor([5.0, 1.0])), -(logs[0, 2] + logs[1, 0]) / 2)


@pytest.mark.parametrize("levels", [[1.0], [1.0, 1.0], [2.0, 1.0]])
def test_levels_that_do_not_increase_are_refused(levels):
    with pytest.raises(ValueError, match="must be at least two increasing numbers"):
        CumulativeLink(levels)


def test_fractions_of_another_number_are_refused():
    with pytest.raises(ValueError, match="must be 2 numbers, one a level"):
        CumulativeLink([1.0, 2.0], [1.0])
