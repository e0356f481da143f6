import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.batching import Batching, BucketSampler, check_batching
from rnnlab.errors import SettingError

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=120).map(np.array)
RNG = np.random.default_rng(0)
REVIEWS = np.minimum(RNG.lognormal(5.3, 0.6, 5000).astype(int) + 1, 500)


def rows(batches):
    return sorted(row for batch in batches for row in batch)


def limits(sampler, batches):
    return max(len(b) for b in batches), max(sampler.lengths[b].max() * len(b) for b in batches)


@given(lengths=LENGTHS, size=st.integers(1, 40), epoch=st.integers(0, 5), shuffle=st.booleans())
def test_every_row_comes_once_in_batches_of_at_most_batch_size(lengths, size, epoch, shuffle):
    sampler = BucketSampler(lengths, size, seed=3, shuffle=shuffle)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert rows(batches) == list(range(len(lengths)))
    assert len(batches) == len(sampler) == -(-len(lengths) // size)
    sizes = [len(batch) for batch in batches]
    assert max(sizes) <= size
    assert max(sizes) - min(sizes) <= 1


@given(
    lengths=LENGTHS,
    tokens=st.integers(60, 400),
    size=st.one_of(st.none(), st.integers(1, 9)),
    epoch=st.integers(0, 5),
    shuffle=st.booleans(),
)
def test_a_token_budget_holds_with_padding_in_every_epoch(lengths, tokens, size, epoch, shuffle):
    sampler = BucketSampler(lengths, size, tokens, seed=1, shuffle=shuffle)
    expected = len(sampler)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert rows(batches) == list(range(len(lengths)))
    assert len(batches) == expected
    most_rows, most_tokens = limits(sampler, batches)
    assert most_tokens <= tokens
    assert size is None or most_rows <= size


def test_a_row_longer_than_the_budget_is_a_batch_by_itself():
    batches = list(BucketSampler(np.array([5, 50, 5]), None, 10, shuffle=False))
    assert batches == [[1], [0, 2]]


@given(
    lengths=LENGTHS,
    world=st.integers(1, 5),
    size=st.integers(1, 12),
    tokens=st.one_of(st.none(), st.integers(60, 200)),
    shuffle=st.booleans(),
)
def test_ranks_share_the_rows_in_equal_numbers_of_batches(lengths, world, size, tokens, shuffle):
    samplers = [
        BucketSampler(lengths, size, tokens, shuffle=shuffle, rank=r, world_size=world) for r in range(world)
    ]
    shares = [list(sampler) for sampler in samplers]
    assert [len(share) for share in shares] == [len(sampler) for sampler in samplers]
    drawn = rows(batch for share in shares for batch in share)
    assert set(drawn) == set(range(len(lengths)))
    counts = {len(share) for share in shares}
    if len(lengths) >= world * len(shares[0]) or shuffle:
        assert len(counts) == 1
    if not shuffle or len(lengths) >= world * len(shares[0]):
        assert drawn == list(range(len(lengths)))


def test_evaluation_with_fewer_rows_than_ranks_repeats_none():
    shares = [list(BucketSampler(np.array([3, 4]), 8, shuffle=False, rank=r, world_size=3)) for r in range(3)]
    assert shares == [[[1]], [[0]], []]
    shares = [list(BucketSampler(np.array([3, 4]), 8, shuffle=True, rank=r, world_size=3)) for r in range(3)]
    assert [len(share) for share in shares] == [1, 1, 1]


def test_ranks_get_batches_of_like_length_at_the_same_step():
    samplers = [BucketSampler(REVIEWS, 32, rank=r, world_size=2) for r in range(2)]
    longest = [[REVIEWS[batch].max() for batch in sampler] for sampler in samplers]
    assert np.abs(np.subtract(*longest)).mean() < 10


def test_the_order_is_a_function_of_seed_and_epoch():
    def order(seed, epoch):
        sampler = BucketSampler(REVIEWS, 32, seed=seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)


def test_epochs_differ_in_the_order_of_batches_and_in_what_they_hold():
    sampler = BucketSampler(REVIEWS, 32)
    first = {frozenset(batch) for batch in sampler}
    longest = [int(REVIEWS[batch].max()) for batch in sampler]
    sampler.set_epoch(1)
    assert len(first & {frozenset(batch) for batch in sampler}) < 0.01 * len(first)
    assert longest != sorted(longest)
    assert longest != [int(REVIEWS[batch].max()) for batch in sampler]


def test_rows_ordered_by_label_are_mixed():
    labels = np.arange(5000) >= 2500
    share = [labels[batch].mean() for batch in BucketSampler(REVIEWS, 32)]
    assert 0.4 < np.mean(share) < 0.6
    assert np.mean([0.2 < s < 0.8 for s in share]) > 0.95


def test_a_fixed_sampler_keeps_its_first_epoch():
    sampler = BucketSampler(REVIEWS, 32, fixed=True)
    first = list(sampler)
    sampler.set_epoch(4)
    assert list(sampler) == first


def test_little_is_padded():
    sampler = BucketSampler(REVIEWS, 32)
    padded = sum(len(batch) * REVIEWS[batch].max() for batch in sampler)
    assert sampler.padding_fraction() == pytest.approx(1 - REVIEWS.sum() / padded)
    assert sampler.padding_fraction() < 0.03


def test_evaluation_begins_with_the_longest_rows():
    sampler = BucketSampler(REVIEWS, 128, shuffle=False)
    longest = [REVIEWS[batch].max() for batch in sampler]
    assert longest == sorted(longest, reverse=True)
    assert sampler.padding_fraction() < 0.03


def test_an_epoch_can_be_entered_anywhere():
    sampler = BucketSampler(REVIEWS, 32)
    whole = list(sampler)
    sampler.start_at(7)
    assert list(sampler) == whole[7:]
    sampler.start_at(0)
    assert list(sampler) == whole


@pytest.mark.parametrize(
    ("size", "tokens", "message"),
    [
        (0, None, "data.batch_size=0: must be at least 1"),
        (8, -3, "data.batch_tokens=-3: must be at least 1"),
        (None, None, "data.batch_size=null: data.batch_size or data.batch_tokens must be a number"),
    ],
)
def test_limits_that_cannot_be_are_refused(size, tokens, message):
    with pytest.raises(SettingError, match=message):
        BucketSampler(REVIEWS, size, tokens)


@given(
    lengths=LENGTHS,
    tokens=st.one_of(st.none(), st.integers(60, 400)),
    size=st.integers(1, 40),
    world=st.integers(1, 3),
    epoch=st.integers(0, 5),
)
def test_without_bucketing_every_row_comes_once_within_the_limits(lengths, tokens, size, world, epoch):
    samplers = [
        BucketSampler(lengths, size, tokens, rank=r, world_size=world, bucketing=False) for r in range(world)
    ]
    number = len(samplers[0])
    for sampler in samplers:
        sampler.set_epoch(epoch)
    shares = [list(sampler) for sampler in samplers]
    assert {len(share) for share in shares} == {number}
    drawn = rows(batch for share in shares for batch in share)
    assert set(drawn) == set(range(len(lengths)))
    assert world > 1 or len(drawn) == len(lengths)
    most_rows, most_tokens = limits(samplers[0], [batch for share in shares for batch in share])
    assert most_rows <= size
    assert tokens is None or most_tokens <= tokens


def test_without_bucketing_rows_are_in_random_order_that_seed_and_epoch_decide():
    def order(seed, epoch):
        sampler = BucketSampler(REVIEWS, 32, seed=seed, bucketing=False)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)
    longest = [REVIEWS[batch].max() for batch in order(1, 2)]
    assert np.std(longest) < 60  # that of all lengths is above 100
    assert BucketSampler(REVIEWS, 32, bucketing=False).padding_fraction() > 0.3


def test_without_bucketing_or_shuffling_rows_come_as_they_stand():
    batches = list(BucketSampler(REVIEWS, 128, shuffle=False, bucketing=False))
    assert [row for batch in batches for row in batch] == list(range(5000))


def test_an_epoch_without_bucketing_can_be_entered_anywhere():
    sampler = BucketSampler(REVIEWS, 32, bucketing=False)
    whole = list(sampler)
    sampler.start_at(7)
    assert list(sampler) == whole[7:]


LABELS = np.repeat([0, 1, 2], [700, 2200, 2100])


def balanced(size=32, tokens=None, epoch=0, **settings):
    sampler = BucketSampler(REVIEWS, size, tokens, labels=LABELS, **settings)
    sampler.set_epoch(epoch)
    return sampler


@pytest.mark.parametrize("bucketing", [True, False])
def test_balanced_batches_hold_every_class_equally_often(bucketing):
    for epoch in range(3):
        sampler = balanced(epoch=epoch, bucketing=bucketing)
        drawn = np.array(rows(sampler))
        assert np.bincount(LABELS[drawn]).tolist() == [1667, 1667, 1666]
        times = np.bincount(drawn, minlength=5000)
        assert set(times[:700]) == {2, 3}
        assert set(times[700:]) == {0, 1}
        assert len(list(sampler)) == len(sampler) == 157


def test_another_epoch_draws_other_rows_of_the_large_classes_and_the_same_one_the_same():
    first, again, second = (rows(balanced(epoch=epoch)) for epoch in (0, 0, 1))
    assert first == again != second
    assert rows(balanced(seed=1)) != first


def test_balanced_batches_are_bucketed_as_well():
    assert balanced().padding_fraction() < 0.03
    shares = [share.mean() for share in (LABELS[batch] == 0 for batch in balanced())]
    assert 0.3 < np.mean(shares) < 0.37
    assert np.mean([0.05 < share < 0.7 for share in shares]) > 0.95


@given(epoch=st.integers(0, 20), tokens=st.integers(500, 3000))
def test_a_token_budget_holds_for_every_balanced_draw(epoch, tokens):
    sampler = balanced(None, tokens, epoch)
    batches = list(sampler)
    assert len(batches) == len(sampler) == len(balanced(None, tokens))
    assert max(REVIEWS[batch].max() * len(batch) for batch in batches) <= tokens


def test_ranks_share_a_balanced_draw_and_it_can_be_entered_anywhere():
    shares = [list(balanced(epoch=4, rank=rank, world_size=2)) for rank in range(2)]
    assert len(shares[0]) == len(shares[1])
    drawn = np.array(rows(batch for share in shares for batch in share))
    assert np.bincount(LABELS[drawn]).tolist() == [1667, 1667, 1666]
    sampler = balanced(epoch=4)
    whole = list(sampler)
    sampler.start_at(9)
    assert list(sampler) == whole[9:]


@pytest.mark.parametrize(
    ("batching", "message"),
    [
        (Batching(0), "data.batch_size=0: must be at least 1"),
        (Batching(bucketing="on"), "data.bucketing=on: must be true or false"),
        (Batching(sampling="balance"), "task.sampling=balance: must say .*\ndid you mean balanced"),
    ],
)
def test_settings_that_are_none_are_refused(batching, message):
    with pytest.raises(SettingError, match=message):
        check_batching(batching)
