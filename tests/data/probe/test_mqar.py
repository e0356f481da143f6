"""Associative recall: a dictionary."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.probe.base import IGNORED
from rnnlab.data.probe.mqar import Mqar
from rnnlab.errors import SettingError


@pytest.mark.parametrize("spread", [1, 3])
def test_a_key_that_comes_again_asks_for_its_value(spread):
    probe = Mqar(keys=9, values=5, spread=spread)
    rows = probe.sample(200, 1, 7, torch.Generator().manual_seed(0))
    pairs_seen, places = set(), set()
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        symbols = [probe.tokens[one] for one in ids[:length]]
        answers = [None if one == IGNORED else probe.classes[one] for one in targets[:length]]
        pairs = length // (2 + spread)
        known = dict(zip(symbols[: 2 * pairs : 2], symbols[1 : 2 * pairs : 2], strict=True))
        assert len(known) == pairs, "keys differ"
        queries = symbols[2 * pairs :]
        assert sorted(one for one in queries if one != ".") == sorted(known), "each once"
        assert answers == [None] * (2 * pairs) + [known.get(one) for one in queries]
        pairs_seen.add(pairs)
        places |= {step for step, one in enumerate(queries) if one != "."}
    assert pairs_seen == set(range(1, 8))
    assert places == set(range(7 * spread))


def test_more_pairs_than_keys_are_refused():
    sizes = {"laptop": {"shortest": 2, "longest": 4, "test_lengths": [4, 32]}}
    with pytest.raises(SettingError) as error:
        Mqar(keys=16, sizes=sizes)
    assert str(error.value) == "probe.sizes.laptop.test_lengths=32: is too long for mqar: at most 16 pairs"
