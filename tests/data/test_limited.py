from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.batching import BucketSampler
from rnnlab.data.limited import Limits, draw
from rnnlab.data.ranks import DistributedRank

LENGTHS = np.random.default_rng(0).integers(1, 500, 25_000)


def bucketed(lengths, place, batch_size=128, batch_tokens=None):
    shares = (place.rank, place.world_size)
    return BucketSampler(lengths, batch_size, batch_tokens, 0, False, *shares)


def sampler(limit, unit="rows", place=None, seed=0, make=bucketed, lengths=LENGTHS):
    limits = Limits(unit, seed)
    if limit is not None:
        limits.wanted["test"] = limit
    return limits.sampler("test", lengths, place or DistributedRank(), make), limits.read.get("test")


def rows_of(found):
    return np.array([row for batch in found for row in batch])


def test_60_of_196_batches_are_an_even_draw_of_7653_of_25000_rows():
    found, part = sampler(60)
    rows = rows_of(found)
    assert part == (7653, 25_000, "rows")
    assert len(rows) == len(set(rows)) == 7653
    assert len(found) == 60
    assert LENGTHS[rows].mean() == pytest.approx(LENGTHS.mean(), rel=0.01)  # the first batches: the longest


@pytest.mark.parametrize(("limit", "same"), [(60 / 196 + 1e-9, 60), (0.5, 98), (1e-6, 1)])
def test_a_fraction_is_of_the_batches_and_at_least_one(limit, same):
    assert np.array_equal(rows_of(sampler(limit)[0]), rows_of(sampler(same)[0]))


@pytest.mark.parametrize("limit", [None, 196, 1000])
def test_without_a_limit_or_with_one_that_is_not_reached_the_batches_are_those_of_the_whole(limit):
    found, part = sampler(limit)
    assert part is None
    assert list(found) == list(bucketed(LENGTHS, DistributedRank()))


def test_the_draw_is_the_same_for_a_seed_and_another_for_another():
    first, again, other = (rows_of(sampler(10, seed=seed)[0]) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_file_in_the_order_of_its_labels_gives_as_many_rows_of_each():
    rows = draw(25_000, 1000, seed=0)
    assert (rows < 12_500).sum() == 500
    assert (np.diff(rows) > 0).all()


def test_batches_of_a_number_of_tokens_are_never_more_than_wanted():
    found, part = sampler(20, make=lambda lengths, place: bucketed(lengths, place, None, 16_384))
    assert 15 <= len(found) <= 20
    assert part.read == len(rows_of(found))


def test_processes_share_one_draw():
    parts = [sampler(10, place=DistributedRank(rank, 2))[0] for rank in range(2)]
    rows = np.concatenate([rows_of(part) for part in parts])
    assert len(rows) == len(set(rows)) == round(25_000 * 10 / 98)
    assert all(len(part) == 10 for part in parts)


def test_a_running_text_counts_its_tokens():
    found, part = sampler(3, "tokens")
    assert part == (int(LENGTHS[rows_of(found)].sum()), int(LENGTHS.sum()), "tokens")


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 9), st.integers(1, 3))
def test_any_limit_reads_some_rows_once_and_no_more_batches_than_allowed(count, limit, size, world):
    lengths = np.arange(1, count + 1)

    def make(lengths, place):
        return bucketed(lengths, place, size)

    parts = [
        sampler(limit, place=DistributedRank(rank, world), make=make, lengths=lengths)[0]
        for rank in range(world)
    ]
    rows = np.concatenate([rows_of(part) for part in parts])
    assert len(rows) == len(set(rows)) >= 1
    assert all(len(part) <= limit for part in parts)


def test_the_loader_of_a_data_module_is_limited(tmp_path):
    from rnnlab.data.synthetic import SyntheticSentiment
    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer import WordTokenizer

    sizes = {"train_rows": 40, "validation_rows": 60, "test_rows": 100}
    data = SyntheticSentiment(
        cache_dir=tmp_path, tokenizer=WordTokenizer(), cleaner=Cleaner({}), batch_size=2, workers=1, **sizes
    )
    data.prepare()
    data.trainer = SimpleNamespace(global_rank=0, world_size=1, overfit_batches=0)
    data.limits.wanted["test"] = 5
    rows = np.concatenate([batch.rows.numpy() for batch in data.test_dataloader()])
    assert data.limits.read == {"test": (38, 100, "rows")}
    assert len(rows) == 38
    assert sum(len(batch.rows) for batch in data.val_dataloader()) == 60
