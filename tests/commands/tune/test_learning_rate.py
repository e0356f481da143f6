"""What the range test's losses say, on curves whose answer is known."""

import math
from itertools import pairwise

import pytest

from rnnlab.commands.tune.learning_rate import centred, has_diverged, lowest, rate_at, smoothed, suggestion
from rnnlab.errors import UserError

STEPS = 100
RATES = [rate_at(step, STEPS, 1e-5, 10.0) for step in range(STEPS)]


def valley(rate: float, middle: float = 1e-3, end: float = 0.5) -> float:
    """Falls from 2 to 1 around `middle`, and rises beyond `end`."""
    return 2 - 1 / (1 + (middle / rate) ** 2) + (rate / end) ** 4


def test_rates_grow_by_equal_factors_from_the_first_to_the_last():
    assert RATES[0] == pytest.approx(1e-5)
    assert RATES[-1] == pytest.approx(10)
    factors = [after / before for before, after in pairwise(RATES)]
    assert max(factors) == pytest.approx(min(factors))


def test_the_mean_of_equal_losses_is_that_loss_from_the_first_step_on():
    assert smoothed([3.0] * 4) == pytest.approx([3.0] * 4)
    assert centred([3.0] * 4) == pytest.approx([3.0] * 4)


def test_the_suggestion_is_where_the_loss_is_half_way_down():
    rate = suggestion(RATES, [valley(rate) for rate in RATES])
    assert 0.5e-3 < rate < 2e-3


@pytest.mark.parametrize("middle", [1e-4, 1e-2])
def test_the_suggestion_moves_with_the_curve(middle):
    rate = suggestion(RATES, [valley(rate, middle) for rate in RATES])
    assert middle / 2.5 < rate < middle * 2.5


def test_a_spike_on_the_flat_end_does_not_move_it():
    losses = [valley(rate) for rate in RATES]
    calm, losses[70] = suggestion(RATES, losses), 50.0
    assert suggestion(RATES, losses) == pytest.approx(calm, rel=0.2)


def test_the_centred_mean_is_lowest_where_the_losses_are():
    losses = [abs(step - 60) / 20 + 1 for step in range(STEPS)]
    assert abs(lowest(losses) - 60) <= 2


@pytest.mark.parametrize("last", [math.nan, math.inf, 100.0])
def test_a_loss_out_of_bounds_is_a_divergence(last):
    assert not has_diverged(smoothed([1.0] * 10))
    assert has_diverged(smoothed([1.0] * 10 + [last]))


def test_a_loss_that_never_falls_is_said():
    with pytest.raises(UserError, match="no rate from 1e-05 to 10 made the loss fall from 2"):
        suggestion(RATES, [2.0] * STEPS)


def test_a_loss_that_is_no_number_from_the_start_is_said():
    with pytest.raises(UserError, match="begin at a lower rate"):
        suggestion(RATES[:2], [2.0, math.nan])
