"""Sums and best paths over the tag sequences of a linear chain, with gradients by marginals.

A sequence of tags has as its score the sum of its emissions and transitions. Shapes: B rows, T steps, K tags,
right-padded. Forbidden transitions have the score -inf.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.model.sequence import flip, flip_index, padding_mask

LEAST = 1e-26  # least sum of products for which terms below 1e-38, which float32 loses, do not matter


class Transitions(NamedTuple):
    """Scores of the first tag `start` (K,), of a tag after another `steps` (K, K), of the last tag `end`."""

    start: Tensor
    steps: Tensor
    end: Tensor


class Sums(NamedTuple):
    """Log of the summed scores of all sequences `total` (B,), and of their parts up to a step, `ahead`, and
    from it on, `back` (B, T, K), by the tag at the step, whose emission both hold.

    `mild`: whether products of exponentials lose nothing, see `LEAST`.
    """

    total: Tensor
    ahead: Tensor
    back: Tensor
    mild: bool


def summed(emissions: Tensor, lengths: Tensor, transitions: Transitions) -> Sums:
    """Return the forward and backward sums; both run in one loop, the rows flipped by length for the second.

    A step is a matrix product of exponentials, relative to the greatest; where scores are too far apart for
    that, all steps are taken again in logarithms.

    Args:
        emissions: (B, T, K). lengths: (B,), at least 1.
    """
    rows, steps, _ = emissions.shape
    emissions = emissions.to(torch.promote_types(emissions.dtype, torch.float32))
    index = flip_index(lengths, steps)
    ahead = emissions.transpose(0, 1)  # (T, B, K)
    both = torch.stack((ahead, flip(ahead, index)), dim=1)  # (T, 2, B, K)
    both[0] += torch.stack((transitions.start, transitions.end)).unsqueeze(1)
    moves = torch.stack((transitions.steps, transitions.steps.t()))  # (2, K, K)
    with torch.autocast(emissions.device.type, enabled=False):  # sums need more digits than bfloat16 has
        whole, mild = by_products(both, moves)
        if not mild:
            whole = by_logarithms(both, moves)
    last = whole[lengths - 1, 0, torch.arange(rows, device=lengths.device)]  # (B, K)
    total = torch.logsumexp(last + transitions.end, dim=1)
    back = flip(whole[:, 1].contiguous(), index)
    return Sums(total, whole[:, 0].transpose(0, 1), back.transpose(0, 1), mild)


def by_products(scores: Tensor, moves: Tensor) -> tuple[Tensor, bool]:
    """Return the sums (T, 2, B, K) of chains of scores and moves (2, K, K), and whether they are exact."""
    factors = moves.exp()
    state, found, mixed = scores[0], [scores[0]], []
    for step in range(1, len(scores)):
        highest = state.amax(2, keepdim=True)
        mixed.append(torch.bmm((state - highest).exp_(), factors))
        state = mixed[-1].log().add_(highest).add_(scores[step])
        found.append(state)
    least = torch.stack([part.amin() for part in mixed]).amin() if mixed else scores.new_ones(())
    return torch.stack(found), bool(least >= LEAST)


def by_logarithms(scores: Tensor, moves: Tensor) -> Tensor:
    """Return the sums of `by_products` for scores of any size."""
    before = moves.transpose(1, 2).unsqueeze(1)  # (2, 1, K, K), the tag before along the last axis
    found = [scores[0]]
    for step in range(1, len(scores)):
        found.append(torch.logsumexp(found[-1].unsqueeze(2) + before, dim=3) + scores[step])
    return torch.stack(found)


def marginals(emissions: Tensor, lengths: Tensor, transitions: Transitions) -> Tensor:
    """Return the probability of each tag at each step (B, T, K), zero for padding."""
    sums = summed(emissions, lengths, transitions)
    return tag_marginals(emissions, lengths, sums)


def tag_marginals(emissions: Tensor, lengths: Tensor, sums: Sums) -> Tensor:
    """Return the probability of each tag at each step (B, T, K) from the sums, zero for padding."""
    real = padding_mask(lengths, emissions.shape[1]).unsqueeze(2)
    logs = sums.ahead + sums.back - emissions - sums.total[:, None, None]
    return logs.exp().masked_fill(~real, 0)


class LogPartition(torch.autograd.Function):
    """Log of the summed scores of all sequences, (B,): its gradients are the marginals of the chain.

    The sums of both directions are computed once, in the forward pass; the backward pass has no loop.
    """

    @staticmethod
    def forward(
        ctx: Any, emissions: Tensor, lengths: Tensor, start: Tensor, steps: Tensor, end: Tensor
    ) -> Any:
        sums = summed(emissions, lengths, Transitions(start, steps, end))
        ctx.save_for_backward(emissions, lengths, steps, *sums[:3])
        ctx.mild = sums.mild
        return sums.total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        emissions, lengths, steps, total, ahead, back = ctx.saved_tensors
        sums, rows = Sums(total, ahead, back, ctx.mild), torch.arange(len(lengths), device=lengths.device)
        weights = gradients[0]  # (B,)
        tags = tag_marginals(emissions, lengths, sums) * weights[:, None, None]  # (B, T, K)
        ends = tags[rows, lengths - 1].sum(0)
        return tags, None, tags[:, 0].sum(0), pair_marginals(lengths, steps, sums, weights), ends


def pair_marginals(lengths: Tensor, steps: Tensor, sums: Sums, weights: Tensor) -> Tensor:
    """Return the expected number of each transition (K, K), over rows of weights (B,)."""
    if sums.ahead.shape[1] == 1:
        return torch.zeros_like(steps)
    pairs = padding_mask(lengths - 1, sums.ahead.shape[1] - 1)  # (B, T - 1): both steps are real
    before = sums.ahead[:, :-1][pairs]  # (N, K)
    after = (sums.back[:, 1:] - sums.total[:, None, None])[pairs]  # (N, K)
    share = weights[:, None].expand(pairs.shape)[pairs]  # (N,)
    if sums.mild:
        highest = before.amax(1, keepdim=True)
        products = (before - highest).exp_().t() @ ((after + highest).exp_() * share[:, None])
        return products * steps.exp()
    logs = before.unsqueeze(2) + steps + after.unsqueeze(1)  # (N, K, K)
    return torch.mv(logs.exp_().view(len(share), -1).t(), share).view(steps.shape)


def path_score(emissions: Tensor, lengths: Tensor, tags: Tensor, transitions: Transitions) -> Tensor:
    """Return the score (B,) of the tags (B, T), whose padding may be any tag."""
    real = padding_mask(lengths, emissions.shape[1])
    own = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)  # (B, T)
    moves = transitions.steps[tags[:, :-1], tags[:, 1:]]  # (B, T - 1)
    last = tags.gather(1, (lengths - 1).unsqueeze(1)).squeeze(1)  # (B,)
    inner = own.masked_fill(~real, 0).sum(1) + moves.masked_fill(~real[:, 1:], 0).sum(1)
    score: Tensor = inner + transitions.start[tags[:, 0]] + transitions.end[last]
    return score


def best_path(emissions: Tensor, lengths: Tensor, transitions: Transitions) -> Tensor:
    """Return the tags (B, T) of the best sequence of each row by Viterbi's algorithm, 0 in the padding.

    Of equal scores the tag with the lower number wins.
    """
    rows, steps, _ = emissions.shape
    state, moves = emissions[:, 0] + transitions.start, transitions.steps.t()  # (B, K), (K, K)
    pointers, last = [], torch.zeros(rows, dtype=torch.int64, device=emissions.device)
    for step in range(steps):
        if step:
            best, pointer = (state.unsqueeze(1) + moves).max(2)  # (B, K)
            pointers.append(pointer)
            state = best + emissions[:, step]
        last = torch.where(lengths - 1 == step, (state + transitions.end).argmax(1), last)
    tags = [last]
    for step in range(steps - 1, 0, -1):
        before = pointers[step - 1].gather(1, tags[-1].unsqueeze(1)).squeeze(1)
        tags.append(torch.where(step < lengths, before, tags[-1]))  # in the padding the last tag waits
    path = torch.stack(tags[::-1], dim=1)
    return path.masked_fill(~padding_mask(lengths, steps), 0)
