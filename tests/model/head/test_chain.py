"""Sums, gradients and best paths of chains, against all sequences written out and against pytorch-crf."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchcrf import CRF as Other

from rnnlab.model.head import chain
from rnnlab.model.head.chain import LogPartition, Transitions, best_path, marginals, path_score, summed

ROWS, STEPS, TAGS = 5, 6, 4
LENGTHS = torch.tensor([6, 1, 3, 5, 2])


def drawn(seed: int, scale: float = 1.0, forbid: bool = False):
    """Emissions (B, T, K), transitions, and tags (B, T) that no mask forbids."""
    generator = torch.Generator().manual_seed(seed)
    emissions = scale * torch.randn(ROWS, STEPS, TAGS, generator=generator)
    parts = [scale * torch.randn(*shape, generator=generator) for shape in ((TAGS,), (TAGS, TAGS), (TAGS,))]
    if forbid:  # as in BIO: tag 2 stands after 1 or 2 alone, never first
        parts[0][2] = -math.inf
        parts[1][[0, 3], 2] = -math.inf
    tags = torch.randint(2, (ROWS, STEPS), generator=generator)
    return emissions, Transitions(*parts), tags


def every_path(emissions, transitions, row):
    """Score of each sequence of a row, by the sequence."""
    length = int(LENGTHS[row])
    found = {}
    for path in itertools.product(range(TAGS), repeat=length):
        score = transitions.start[path[0]] + transitions.end[path[-1]]
        score = score + sum(emissions[row, step, tag] for step, tag in enumerate(path))
        found[path] = float(score + sum(transitions.steps[a, b] for a, b in itertools.pairwise(path)))
    return found


@pytest.mark.parametrize("forbid", [False, True])
def test_sums_marginals_and_paths_are_those_of_all_sequences(forbid):
    emissions, transitions, tags = drawn(0, forbid=forbid)
    total = summed(emissions, LENGTHS, transitions).total
    found, best = marginals(emissions, LENGTHS, transitions), best_path(emissions, LENGTHS, transitions)
    scores = path_score(emissions, LENGTHS, tags, transitions)
    for row, length in enumerate(LENGTHS.tolist()):
        paths = every_path(emissions, transitions, row)
        sums = torch.logsumexp(torch.tensor(list(paths.values()), dtype=torch.float64), 0)
        assert total[row].item() == pytest.approx(float(sums), abs=1e-5)
        assert tuple(best[row, :length].tolist()) == max(paths, key=paths.__getitem__)
        assert scores[row].item() == pytest.approx(paths[tuple(tags[row, :length].tolist())], abs=1e-5)
        for step, tag in itertools.product(range(length), range(TAGS)):
            share = sum(math.exp(s - float(sums)) for path, s in paths.items() if path[step] == tag)
            assert found[row, step, tag].item() == pytest.approx(share, abs=1e-5)
        assert not found[row, length:].any()
        assert not best[row, length:].any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.1, 1.0, 5.0]))
def test_loss_gradients_and_paths_equal_pytorch_crf(seed, scale):
    emissions, transitions, tags = drawn(seed, scale)
    other = Other(TAGS, batch_first=True)
    theirs = (other.start_transitions, other.transitions, other.end_transitions)
    for own, their in zip(transitions, theirs, strict=True):
        their.data.copy_(own)
    ours = [emissions.clone().requires_grad_(), *(part.clone().requires_grad_() for part in transitions)]
    leaf = emissions.clone().requires_grad_()
    weights = torch.rand(ROWS, generator=torch.Generator().manual_seed(seed))
    mask = torch.arange(STEPS) < LENGTHS.unsqueeze(1)
    loss = LogPartition.apply(ours[0], LENGTHS, *ours[1:])
    loss = loss - path_score(ours[0], LENGTHS, tags, Transitions(*ours[1:]))
    expected = -other(leaf, tags, mask, reduction="none")
    torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-4)
    found = torch.autograd.grad((loss * weights).sum(), ours)
    wanted = torch.autograd.grad((expected * weights).sum(), [leaf, *theirs])
    for one, two in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, two, rtol=1e-3, atol=1e-4)
    paths = best_path(emissions, LENGTHS, transitions)
    assert [paths[row, :n].tolist() for row, n in enumerate(LENGTHS)] == other.decode(emissions, mask)


def test_gradients_agree_with_differences():
    emissions, transitions, _ = drawn(3, forbid=True)
    start, steps, end = (part.clamp(min=-5) for part in transitions)
    parts = [part.double().requires_grad_() for part in (emissions, start, steps, end)]
    torch.autograd.gradcheck(lambda e, *rest: LogPartition.apply(e, LENGTHS, *rest), parts)


def test_steps_by_products_and_by_logarithms_agree(monkeypatch):
    emissions, transitions, _ = drawn(4, scale=3.0, forbid=True)
    quick = summed(emissions, LENGTHS, transitions)
    monkeypatch.setattr(chain, "LEAST", math.inf)
    slow = summed(emissions, LENGTHS, transitions)
    assert (quick.mild, slow.mild) == (True, False)
    for one, two in zip(quick[:3], slow[:3], strict=True):
        torch.testing.assert_close(one, two, rtol=1e-5, atol=1e-4)
    gradients = torch.ones(ROWS)
    pairs = [chain.pair_marginals(LENGTHS, transitions.steps, sums, gradients) for sums in (quick, slow)]
    torch.testing.assert_close(*pairs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [1e3, 1e4])
def test_scores_that_no_exponential_can_hold_keep_their_sums(size):
    emissions, transitions, _ = drawn(5)
    wide = (size * emissions).requires_grad_()
    total = LogPartition.apply(wide, LENGTHS, *transitions)
    exact = summed(size * emissions.double(), LENGTHS, Transitions(*(p.double() for p in transitions))).total
    torch.testing.assert_close(total, exact.float(), rtol=1e-5, atol=1e-2)
    gradient = torch.autograd.grad(total.sum(), wide)[0]
    real = (torch.arange(STEPS) < LENGTHS.unsqueeze(1)).float()
    torch.testing.assert_close(gradient.sum(2), real, rtol=0, atol=4e-6 * size)  # digits that are left


def test_padding_changes_nothing_and_a_row_alone_equals_the_row_in_a_batch():
    emissions, transitions, _ = drawn(6)
    other = emissions.masked_fill(~(torch.arange(STEPS) < LENGTHS.unsqueeze(1)).unsqueeze(2), 7.0)
    torch.testing.assert_close(
        summed(emissions, LENGTHS, transitions).total, summed(other, LENGTHS, transitions).total
    )
    for row, length in enumerate(LENGTHS.tolist()):
        alone = emissions[row : row + 1, :length], LENGTHS[row : row + 1], transitions
        torch.testing.assert_close(
            summed(*alone).total[0], summed(emissions, LENGTHS, transitions).total[row]
        )
        assert torch.equal(best_path(*alone)[0], best_path(emissions, LENGTHS, transitions)[row, :length])


def test_forbidden_transitions_never_come_out():
    emissions, transitions, _ = drawn(7, forbid=True)
    emissions[:, :, 2] += 50  # the tag that may not stand everywhere is the best everywhere
    for row, length in zip(
        best_path(emissions, LENGTHS, transitions).tolist(), LENGTHS.tolist(), strict=True
    ):
        path = row[:length]
        assert path[0] != 2
        assert all(b != 2 or a in (1, 2) for a, b in itertools.pairwise(path))


def test_under_autocast_sums_keep_their_digits():
    emissions, transitions, _ = drawn(8)
    plain = summed(emissions, LENGTHS, transitions)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = summed(emissions, LENGTHS, transitions)
        half = summed(emissions.bfloat16(), LENGTHS, transitions)
    for one, two in zip(plain[:3], mixed[:3], strict=True):
        torch.testing.assert_close(one, two)
    assert half.total.dtype == torch.float32
    torch.testing.assert_close(half.total, plain.total, rtol=1e-2, atol=5e-2)
