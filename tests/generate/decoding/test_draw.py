"""Chance by rows, and all filters in their order."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.generate.decoding.draw import Chooser, RandomStream, pick
from rnnlab.generate.decoding.forbidden import Forbidden
from rnnlab.generate.decoding.settings import Decoding

SHARES = np.array([0.1, 0.4, 0.3, 0.2])
FREE = Forbidden(())


def chooser(decoding: Decoding, rows: int = 1, forbidden: Forbidden = FREE, seed: int = 0) -> Chooser:
    return Chooser(
        decoding, RandomStream(seed, range(rows)), forbidden, [[] for _ in range(rows)], len(SHARES)
    )


def drawn(decoding: Decoding, count: int, forbidden: Forbidden = FREE) -> np.ndarray:
    logits = np.log(SHARES)[None].astype(np.float32)
    found = chooser(decoding, 1, forbidden)
    return np.array([found.choose(logits)[0] for _ in range(count)])


def test_pick_is_where_the_sum_passes_the_number():
    logits = np.repeat(np.log(SHARES)[None], 6, axis=0)
    numbers = np.array([0.0, 0.0999, 0.1001, 0.4999, 0.5001, 0.99999])
    assert pick(logits, numbers).tolist() == [0, 0, 1, 1, 2, 3]


def test_what_is_impossible_is_never_picked():
    logits = np.array([[-np.inf, 0.0, -np.inf]] * 2)
    assert pick(logits, np.array([0.0, 1 - 1e-16])).tolist() == [1, 1]


def test_shares_of_many_draws():
    found = np.bincount(drawn(Decoding(), 20_000), minlength=4) / 20_000
    np.testing.assert_allclose(found, SHARES, atol=0.015)
    found = np.bincount(drawn(Decoding(temperature=0.5), 20_000), minlength=4) / 20_000
    np.testing.assert_allclose(found, SHARES**2 / (SHARES**2).sum(), atol=0.015)
    found = np.bincount(drawn(Decoding(top_k=3, min_p=0.6), 20_000), minlength=4) / 20_000
    np.testing.assert_allclose(found, [0, 4 / 7, 3 / 7, 0], atol=0.015)


def test_temperature_0_takes_the_likeliest_that_is_allowed():
    assert set(drawn(Decoding(temperature=0), 5)) == {1}
    assert set(drawn(Decoding(temperature=0), 5, Forbidden((1,)))) == {2}


def test_a_row_draws_the_same_in_every_batch_and_after_a_break():
    alone = RandomStream(3, [5])
    together = RandomStream(3, range(8))
    first = [(alone.draw()[0], together.draw()[5]) for _ in range(600)]
    assert all(a == b for a, b in first)
    again = RandomStream(3, [5], skip=300)
    assert [again.draw()[0] for _ in range(300)] == [a for a, _ in first[300:]]
    assert RandomStream(4, [5]).draw()[0] != first[0][0]


def test_penalties_count_what_was_read_and_what_was_chosen():
    logits = np.array([[1.0, 0.9, 0.8, 0.7]])
    by = Decoding(temperature=0, frequency_penalty=0.25)
    found = Chooser(by, RandomStream(0, [0]), FREE, [[0]], 4)
    assert [int(found.choose(logits)[0]) for _ in range(4)] == [1, 2, 0, 3]


def test_no_repeat_looks_at_what_was_chosen():
    logits = np.array([[1.0, 0.5, 0.0, -1.0]])
    found = chooser(Decoding(temperature=0, no_repeat=1))
    assert [int(found.choose(logits)[0]) for _ in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_logits_are_left_as_they_were(kind):
    logits = np.log(SHARES)[None].astype(kind)
    before = logits.copy()
    by = Decoding(top_k=2, top_p=0.5, min_p=0.1, repetition_penalty=1.5, no_repeat=2)
    found = Chooser(by, RandomStream(0, [0]), Forbidden((0,), ((1, 2),)), [[1]], 4)
    found.choose(logits)
    np.testing.assert_array_equal(logits, before)
