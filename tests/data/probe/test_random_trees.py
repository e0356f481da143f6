"""Random trees: expected numbers of subtrees against all trees of a size."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.probe.random_trees import draw_trees, draw_words, subtree_counts


def trees(operations):
    """Every tree with that many operations, as nested pairs."""
    if operations == 0:
        return [None]
    return [
        (one, other)
        for left in range(operations)
        for one in trees(left)
        for other in trees(operations - 1 - left)
    ]


def sizes(tree):
    """The number of operations of each subtree, the tree's own last."""
    if tree is None:
        return []
    left, right = sizes(tree[0]), sizes(tree[1])
    return [*left, *right, 1 + (left[-1] if left else 0) + (right[-1] if right else 0)]


def test_subtrees_are_counted_as_in_all_trees():
    counts, splits = subtree_counts(5)
    for operations in range(1, 6):
        every = trees(operations)
        for size in range(1, 6):
            found = sum(sizes(tree).count(size) for tree in every) / len(every)
            assert float(counts[operations, size - 1]) == pytest.approx(found)
        assert float(splits[operations].sum()) == pytest.approx(1)


def test_words_are_trees_whose_nodes_are_needed_until_the_last():
    operations = torch.tensor([1, 4, 6])
    real = torch.arange(13) < 2 * operations[:, None] + 1
    for inner, row in zip(draw_words(operations, real, torch.Generator().manual_seed(0)), real, strict=True):
        needed = 1 + (2 * inner[row].long() - 1).cumsum(0)
        assert needed[-1] == 0
        assert (needed[:-1] > 0).all()


def test_symbols_have_places_of_their_own():
    drawn = draw_trees(torch.tensor([3, 5]), torch.Generator().manual_seed(1))
    for row, operations in enumerate((3, 5)):
        places = torch.cat([part[row] for part in (drawn.start, drawn.middle, drawn.end)])
        assert sorted(places[places < 21].tolist()) == list(range(4 * operations + 1))
