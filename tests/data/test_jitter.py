"""Windows of random length."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.jitter import JitteredLanes, JitterSampler
from rnnlab.data.loader import make_loader


@given(size=st.integers(61, 900), lanes=st.integers(1, 5), window=st.integers(1, 12), epoch=st.integers(0, 3))
def test_windows_cover_the_lanes_exactly(size, lanes, window, epoch):
    data = JitteredLanes(np.arange(size), lanes, window)
    sampler = JitterSampler(data, jitter=3.0, seed=1)
    sampler.set_epoch(epoch)
    batches = [data[place] for place in sampler]
    assert len(batches) == len(sampler)
    assert [batch.fresh for batch in batches] == [True] + [False] * (len(batches) - 1)
    tokens = torch.cat([batch.tokens for batch in batches], dim=1)
    targets = torch.cat([batch.targets for batch in batches], dim=1)
    assert tokens.shape == (lanes, data.steps * window)
    assert torch.equal(tokens + 1, targets)
    assert torch.equal(tokens.flatten(), tokens[0, 0] + torch.arange(tokens.numel()))
    assert all(batch.lengths.tolist() == [batch.tokens.size(1)] * lanes for batch in batches)
    assert all(batch.scale == batch.tokens.size(1) / window for batch in batches)


def lengths_of(epoch: int, seed: int = 1) -> np.ndarray:
    sampler = JitterSampler(JitteredLanes(np.arange(400_000), 4, 70), 5.0, seed)
    sampler.set_epoch(epoch)
    return np.array([end - start for _, start, end in sampler])


def test_lengths_are_those_of_the_paper():
    lengths = lengths_of(0)
    short = lengths < 50
    assert short.mean() == pytest.approx(0.05, abs=0.02)
    assert lengths[~short].mean() == pytest.approx(70, abs=1)
    assert lengths[~short].std() == pytest.approx(5, abs=0.5)
    assert lengths[short].mean() == pytest.approx(35, abs=2)


def test_they_depend_on_seed_and_epoch_alone():
    assert lengths_of(2).tolist() == lengths_of(2).tolist()
    assert lengths_of(2).tolist() != lengths_of(3).tolist()
    assert lengths_of(2).tolist() != lengths_of(2, seed=2).tolist()
    assert len(lengths_of(2)) == len(lengths_of(3))


def test_an_epoch_can_be_entered_anywhere():
    data = JitteredLanes(np.arange(3000), 2, 20)

    def batches(state=None):
        loader = make_loader(data, JitterSampler(data, 4.0, 1))
        if state is not None:
            loader.load_state_dict(state)
        loader.sampler.set_epoch(2)
        return list(loader)

    whole, rest = batches(), batches({"batches": 7, "epoch": 2})
    assert len(rest) == len(whole) - 7
    assert all(torch.equal(a.tokens, b.tokens) for a, b in zip(rest, whole[7:], strict=True))
