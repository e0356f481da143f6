"""Means over tokens."""

import math

import pytest

from rnnlab.evaluation.perplexity import surprise


def test_a_batch_counts_by_its_tokens():
    found = surprise([10.0, 30.0], [10, 90])
    assert found.nats == pytest.approx(0.4)
    assert found.perplexity == pytest.approx(math.exp(0.4))
    assert found.perplexity != pytest.approx((math.exp(1.0) + math.exp(1 / 3)) / 2)
    assert found.bits_per_character is None


def test_a_fair_coin_is_one_bit():
    found = surprise(100 * math.log(2), 100, characters=400)
    assert (found.bits, found.perplexity, found.bits_per_character) == pytest.approx((1, 2, 0.25))


def test_a_loss_that_blew_up_is_infinite_and_no_error():
    assert surprise(10_000.0, 1).perplexity == math.inf


def test_no_token_has_no_perplexity():
    with pytest.raises(ValueError, match="tokens=0 must be above 0"):
        surprise([], [])
