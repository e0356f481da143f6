"""Batches over two lengths: every row once, a budget of both sides, little padding, an order by the epoch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.limited import Limits
from rnnlab.data.pair_batching import PairSampler
from rnnlab.data.ranks import DistributedRank

SIDES = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=120).map(np.array)
RNG = np.random.default_rng(0)
SOURCE = RNG.lognormal(2.5, 0.4, 6000).astype(int) + 3
PAIRS = np.stack([SOURCE, np.maximum(2, (SOURCE * RNG.normal(1, 0.2, 6000)).astype(int))], axis=1)


def rows(batches):
    return sorted(row for batch in batches for row in batch)


def padded(lengths, batch):
    return int(lengths[batch].max(axis=0).sum()) * len(batch)


@given(
    lengths=SIDES,
    tokens=st.one_of(st.none(), st.integers(120, 800)),
    size=st.integers(1, 20),
    epoch=st.integers(0, 5),
    shuffle=st.booleans(),
    bucketing=st.booleans(),
)
def test_every_row_comes_once_and_the_budget_holds_in_every_epoch(
    lengths, tokens, size, epoch, shuffle, bucketing
):
    sampler = PairSampler(lengths, size, tokens, 3, shuffle, bucketing=bucketing)
    expected = len(sampler)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert rows(batches) == list(range(len(lengths)))
    assert len(batches) == expected
    assert max(map(len, batches)) <= size
    if tokens is not None:
        assert all(padded(lengths, batch) <= tokens for batch in batches)


def test_a_row_longer_than_the_budget_is_a_batch_by_itself():
    batches = list(PairSampler(np.array([[5, 5], [30, 40], [5, 4]]), None, 20, shuffle=False))
    assert sorted(batches, key=len) == [[1], [2, 0]]


@given(lengths=SIDES, world=st.integers(1, 4), tokens=st.integers(120, 400))
def test_ranks_share_the_rows_in_equal_numbers_of_batches(lengths, world, tokens):
    samplers = [PairSampler(lengths, None, tokens, rank=rank, world_size=world) for rank in range(world)]
    shares = [list(sampler) for sampler in samplers]
    assert len({len(share) for share in shares}) == 1
    assert {row for share in shares for batch in share for row in batch} == set(range(len(lengths)))


@pytest.mark.parametrize("limits", [(None, 4096), (64, None)])
def test_little_is_padded(limits):
    sampler = PairSampler(PAIRS, *limits)
    spread = PairSampler(PAIRS, *limits, bucketing=False)
    assert sampler.padding_fraction() < 0.14
    assert spread.padding_fraction() > 0.45
    order = [padded(PAIRS, batch) for batch in sampler]
    assert sampler.padding_fraction() == pytest.approx(1 - PAIRS.sum() / sum(order))


def test_the_order_is_a_function_of_seed_and_epoch():
    def order(seed, epoch):
        sampler = PairSampler(PAIRS, None, 2000, seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)


def test_rows_meet_in_other_batches_from_epoch_to_epoch():
    sampler = PairSampler(PAIRS, 32)
    first = {frozenset(batch) for batch in sampler}
    sampler.set_epoch(1)
    assert len(first & {frozenset(batch) for batch in sampler}) < 0.05 * len(first)


def test_an_epoch_can_be_entered_in_its_middle():
    sampler = PairSampler(PAIRS, None, 2000)
    sampler.set_epoch(3)
    whole = list(sampler)
    sampler.start_at(5)
    assert list(sampler) == whole[5:]


def test_a_limit_reads_rows_of_every_length():
    limits = Limits("rows")
    limits.wanted["validation"] = 5

    def make(lengths, place):
        return PairSampler(lengths, None, 4000, 0, False, place.rank, place.world_size)

    sampler = limits.sampler("validation", PAIRS, DistributedRank(), make)
    batches = list(sampler)
    read = np.array(rows(batches))
    assert len(batches) <= 5
    assert limits.read["validation"].read == len(read)
    assert abs(PAIRS[read].mean() - PAIRS.mean()) < 2
