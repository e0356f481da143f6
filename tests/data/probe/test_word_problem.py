"""Word problems: things that are moved about one permutation after the other."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from rnnlab.data.probe.settings import PROBE_RULES
from rnnlab.data.probe.word_problem import GROUPS, WordProblem
from rnnlab.errors import SettingError

SIZES = {"S3": 6, "S4": 24, "S5": 120, "A5": 60}


@pytest.mark.parametrize("generators", [False, True], ids=["all", "generators"])
@pytest.mark.parametrize("group", SIZES)
def test_each_step_asks_for_the_product_so_far(group, generators):
    probe = WordProblem(group, generators)
    rows = probe.sample(40, 2, 17, torch.Generator().manual_seed(0))
    assert probe.num_classes == SIZES[group]
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        where = {thing: thing for thing in probe.tokens[1]}  # each thing at its own place
        for token, target in zip(ids[:length], targets[:length], strict=True):
            element = probe.tokens[token]
            where = {thing: element[int(place) - 1] for thing, place in where.items()}
            assert probe.classes[target] == "".join(where[thing] for thing in sorted(where))


def test_a5_is_the_even_permutations():
    """Of five places these have no cycle, one of three, two of two, or one of five."""
    shapes = Counter()
    for one in WordProblem("A5").classes:
        cycles, left = [], set("12345")
        while left:
            start = place = min(left)
            length = 0
            while place in left:
                left.remove(place)
                place, length = one[int(place) - 1], length + 1
                assert place in left or place == start
            cycles.append(length)
        shapes[tuple(sorted(cycles))] += 1
    assert shapes == {(1, 1, 1, 1, 1): 1, (1, 1, 3): 20, (1, 2, 2): 15, (5,): 24}


@pytest.mark.parametrize("group", SIZES)
def test_two_generators_reach_every_element(group):
    probe = WordProblem(group, generators=True)
    assert len(probe.tokens) == 3
    lengths = (4, 30)
    rows = [probe.sample(2000, one, one, torch.Generator().manual_seed(0)) for one in lengths]
    assert len(rows[1].targets.unique()) == SIZES[group]
    for length, found in zip(lengths, rows, strict=True):
        counted = float(found.targets.flatten().bincount().max() / found.targets.numel())
        assert probe.chance(length) == pytest.approx(counted, abs=0.01)


def test_a_group_is_one_of_the_known():
    assert PROBE_RULES["probe.group"].names == tuple(GROUPS)
    with pytest.raises(SettingError, match=r"probe.group=A4: must be one of S3, S4, S5, A5"):
        WordProblem("A4")


def test_the_name_is_that_of_the_group():
    assert WordProblem("A5").name == "a5"
