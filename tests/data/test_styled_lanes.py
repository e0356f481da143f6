"""Several texts as windows, each row within one text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.cache import Split
from rnnlab.data.lanes import WindowSampler
from rnnlab.data.styled_lanes import StyledLanes, StyledLaneSampler, StyledWindows, shared
from rnnlab.errors import SettingError


def split_of(*lengths: int) -> Split:
    """Texts whose tokens are 1000 times their number and counted from there."""
    ids = np.concatenate([1000 * (text + 1) + np.arange(length) for text, length in enumerate(lengths)])
    labels = np.arange(len(lengths))
    return Split(ids, np.concatenate([[0], np.cumsum(lengths)]), labels, labels)


@given(lengths=st.lists(st.integers(1, 900), min_size=1, max_size=5), more=st.integers(0, 20))
def test_lanes_are_shared_so_that_the_shortest_is_longest(lengths, more):
    lanes = len(lengths) + more
    given_lanes = shared(np.array(lengths), lanes)
    assert given_lanes.sum() == lanes
    assert given_lanes.min() >= 1
    shortest = (np.array(lengths) / given_lanes).min()
    for source in np.flatnonzero(given_lanes > 1):  # no lane moved elsewhere makes it longer
        for target in range(len(lengths)):
            moved = given_lanes.copy()
            moved[source] -= 1
            moved[target] += 1
            assert (np.array(lengths) / moved).min() <= shortest + 1e-9


@given(
    lengths=st.lists(st.integers(30, 400), min_size=2, max_size=4),
    more=st.integers(0, 4),
    window=st.integers(1, 5),
    seed=st.integers(0, 9),
)
def test_each_lane_goes_on_in_one_text_and_none_reads_another_s_tokens(lengths, more, window, seed):
    lanes = StyledLanes(split_of(*lengths), len(lengths) + more, window)
    sampler = StyledLaneSampler(lanes, seed)
    batches = [lanes[place] for place in sampler.batches()]
    assert [batch.fresh for batch in batches] == [True] + [False] * (len(batches) - 1)
    assert len(batches) == len(sampler) == len(lanes)
    read = np.concatenate([batch.tokens.numpy() for batch in batches], 1)  # (B, steps)
    ahead = np.concatenate([batch.targets.numpy() for batch in batches], 1)
    assert (ahead == read + 1).all()
    assert (np.diff(read) == 1).all()
    assert (read // 1000 - 1 == batches[0].styles.numpy()[:, None]).all()
    assert len(np.unique(read)) == read.size
    assert set(batches[0].styles.tolist()) == set(range(len(lengths)))


def test_the_lanes_of_ranks_are_those_of_one_process():
    split, whole = split_of(90, 50), StyledLanes(split_of(90, 50), 4, 3)
    halves = [StyledLanes(split, 2, 3, rank, 2) for rank in (0, 1)]
    place = StyledLaneSampler(whole, 1).batches()[2]
    assert [StyledLaneSampler(half, 1).batches()[2] for half in halves] == [place, place]
    together = whole[place]
    assert [row for half in halves for row in half[place].tokens.tolist()] == together.tokens.tolist()
    assert [style for half in halves for style in half[place].styles.tolist()] == together.styles.tolist()


def test_where_lanes_begin_is_drawn_from_seed_and_epoch():
    sampler = StyledLaneSampler(StyledLanes(split_of(200, 300), 4, 10), seed=1)
    first = sampler.batches()[0]
    sampler.set_epoch(1)
    second = sampler.batches()[0]
    sampler.set_epoch(0)
    assert sampler.batches()[0] == first != second


def test_texts_that_are_too_short_and_too_few_lanes_are_refused():
    with pytest.raises(SettingError, match=r"data\.batch_size=2: must be at least 3, a lane for each text"):
        StyledLanes(split_of(50, 50, 50), 2, 5)
    with pytest.raises(SettingError, match=r"1 lanes of 20 steps in text 2 of 2 need 21 tokens .* are 9"):
        StyledLanes(split_of(500, 9), 4, 20)


@given(lengths=st.lists(st.integers(2, 60), min_size=1, max_size=4), window=st.integers(1, 20))
def test_every_token_but_a_text_s_first_is_a_target_once(lengths, window):
    split = split_of(*lengths)
    windows = StyledWindows(split, window)
    expected = np.delete(split.ids, split.offsets[:-1]).tolist()
    found = []
    for index in WindowSampler(len(windows), 3).batches():
        batch = windows[index]
        assert batch.fresh
        rows = zip(batch.tokens, batch.targets, batch.lengths, batch.styles, strict=True)
        for tokens, targets, length, style in rows:
            assert not tokens[length:].any()
            assert (targets[:length] == tokens[:length] + 1).all()
            assert (tokens[:length] // 1000 - 1 == style).all()
            found += targets[:length].tolist()
    assert found == expected


def test_a_stream_is_fresh_where_a_text_begins():
    windows = StyledWindows(split_of(7, 5), 3, carried=True)
    assert [windows[[i]].fresh for i in range(len(windows))] == [True, False, True, False]
    with pytest.raises(SettingError, match="too few to predict one"):
        StyledWindows(split_of(7, 1), 3)
