"""Random binary trees, all shapes equally likely, and where their brackets stand.

Shapes: B trees, N nodes in the order of their first symbols: a node, its left side, its right side.
"""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import torch
from torch import Tensor


class Trees(NamedTuple):
    """Trees of inner nodes with two children each, written as ( left operator right ), and leaves.

    inner: (B, N) bool. left, right: (B, N), the numbers of an inner node's children; 0 for leaves.
    start: (B, N), the step of a leaf or of an inner node's opening bracket.
    middle, end: (B, N), the steps of an inner node's operator and closing bracket.
    height: most inner nodes on one path.

    Where a step does not exist (a leaf's end, the nodes past a row's own), it is the one after the longest
    row's last.
    """

    inner: Tensor
    left: Tensor
    right: Tensor
    start: Tensor
    middle: Tensor
    end: Tensor
    height: int


def draw_trees(operations: Tensor, generator: torch.Generator) -> Trees:
    """Draw trees of these numbers of inner nodes (B,), each at least 1."""
    nodes = 2 * operations[:, None] + 1  # (B, 1)
    place = torch.arange(int(nodes.max()))  # (N,)
    real = place < nodes
    inner = draw_words(operations, real, generator)
    leaf = real & ~inner
    needed = 1 + (inner.long() - leaf.long()).cumsum(1)  # (B, N), nodes that are still to come
    before = needed - inner.long() + leaf.long()
    later = (needed[:, None, :] < before[:, :, None]) & (place > place[:, None])  # (B, N, N)
    last = torch.where(inner, later.long().argmax(2), place)  # (B, N), the last leaf of each subtree
    closing = torch.zeros_like(place).expand_as(last).clone().scatter_add_(1, last, inner.long())
    start = place + exclusive(leaf.long()) + exclusive(closing)
    none = 2 * int(nodes.max()) - 1  # the step after the longest row's last
    left = (place + 1).clamp(max=len(place) - 1).expand_as(last)
    side = last.gather(1, left)  # (B, N), the last leaf of the left side
    middle = (start + closing + 1).gather(1, side)
    order = exclusive_within(last, inner)  # inner nodes with the same last leaf that begin later
    end = start.gather(1, last) + 1 + order
    depth = (place >= place[:, None]) & (place <= last[..., None]) & inner[..., None]  # (B, N, N)
    right = (side + 1).clamp(max=len(place) - 1)
    return Trees(
        inner,
        left.masked_fill(~inner, 0),
        right.masked_fill(~inner, 0),
        start.masked_fill(~real, none),
        middle.masked_fill(~inner, none),
        end.masked_fill(~inner, none),
        int(depth.sum(1).max()),
    )


def draw_words(operations: Tensor, real: Tensor, generator: torch.Generator) -> Tensor:
    """Draw (B, N) bool, which nodes are inner ones.

    A shuffled row of n inner nodes and n + 1 leaves has exactly one rotation that is a tree, the one that
    begins after its first lowest point (the cycle lemma, Dvoretzky & Motzkin 1947), so that every tree is
    equally likely.
    """
    keys = torch.rand(real.shape, generator=generator).masked_fill_(~real, 2)
    inner = keys.argsort(1).argsort(1) < operations[:, None]
    walk = (2 * inner.long() - 1).cumsum(1).masked_fill_(~real, real.shape[1])
    start = walk.argmin(1, keepdim=True) + 1  # argmin is the first
    turned = (start + torch.arange(real.shape[1])) % (2 * operations[:, None] + 1)
    return inner.gather(1, turned) & real


def exclusive(counts: Tensor) -> Tensor:
    """Return the sums (B, N) of all earlier entries."""
    return counts.cumsum(1) - counts


def exclusive_within(last: Tensor, inner: Tensor) -> Tensor:
    """Return (B, N), how many inner nodes after each have the same last leaf."""
    place = torch.arange(last.shape[1])
    same = (last[:, :, None] == last[:, None, :]) & inner[:, None, :] & (place > place[:, None])
    return same.sum(2)


def subtree_counts(operations: int) -> tuple[Tensor, Tensor]:
    """Return expected numbers of subtrees and the odds of splits, of trees of up to `operations` inner nodes.

    Returns:
        (n + 1, n), how many subtrees with 1 to n inner nodes a tree has on average, the tree itself included;
        (n + 1, n), the odds that the left side of a tree has 0 to n - 1 of them.
    """
    shapes = [comb(2 * size, size) // (size + 1) for size in range(operations + 1)]  # Catalan numbers
    counts = torch.zeros((operations + 1, operations), dtype=torch.float64)
    splits = torch.zeros_like(counts)
    for size in range(1, operations + 1):
        odds = [shapes[left] * shapes[size - 1 - left] / shapes[size] for left in range(size)]
        splits[size, :size] = torch.tensor(odds, dtype=torch.float64)
        counts[size] = 2 * splits[size, :size] @ counts[:size]
        counts[size, size - 1] += 1
    return counts, splits
