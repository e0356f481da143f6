import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.balance import Balance

LABELS = st.lists(st.sampled_from([0, 0, 0, 0, 1, 1, 3]), min_size=1, max_size=60).map(np.array)


@given(labels=LABELS, seed=st.integers(0, 99))
def test_classes_are_equally_frequent_and_so_are_the_rows_of_each(labels, seed):
    drawn = Balance(labels).draw(np.random.default_rng(seed))
    assert len(drawn) == len(labels)
    present = np.unique(labels)
    counts = np.array([(labels[drawn] == one).sum() for one in present])
    assert counts.max() - counts.min() <= 1
    times = np.bincount(drawn, minlength=len(labels))
    for one, count in zip(present, counts, strict=True):
        own = times[labels == one]
        assert set(own) <= {count // len(own), -(-count // len(own))}


def test_another_draw_takes_other_rows_and_all_come_in_time():
    labels = np.repeat([0, 1], [80, 20])
    rng = np.random.default_rng(0)
    draws = [Balance(labels).draw(rng) for _ in range(40)]
    times = np.bincount(np.concatenate(draws), minlength=100)
    assert not np.array_equal(np.sort(draws[0]), np.sort(draws[1]))
    assert abs(times[:80] - 25).max() < 13  # 50 of 80 in each of 40 draws
    assert abs(times[80:] - 100).max() < 16  # 2.5 times in each


@given(labels=LABELS, seed=st.integers(0, 99))
def test_no_draw_is_longer_at_any_place_than_the_longest(labels, seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 30, len(labels))
    balance = Balance(labels)
    most = np.sort(lengths[balance.longest(lengths)])
    assert (np.sort(lengths[balance.draw(rng)]) <= most).all()
