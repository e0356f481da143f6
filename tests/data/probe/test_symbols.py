"""Places drawn without repetition: every set equally often."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from rnnlab.data.probe.symbols import draw_places


def test_every_set_of_places_is_equally_likely():
    within = torch.tensor([4, 3]).repeat(3000)
    places = draw_places(within, 2, torch.Generator().manual_seed(0))
    longer = Counter(map(tuple, places[::2].tolist()))
    shorter = Counter(map(tuple, places[1::2].tolist()))
    assert set(longer) == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}
    assert set(shorter) == {(0, 1), (0, 2), (1, 2)}
    assert all(count == pytest.approx(500, abs=100) for count in longer.values())
    assert all(count == pytest.approx(1000, abs=130) for count in shorter.values())
