"""Several encoder-decoders as one network. Shapes: B rows, T target steps, S source steps, V target ids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.decoder.memory import Decoded, Memory, Step
from rnnlab.model.decoder.scheduled_sampling import mixed_inputs
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.layer import State


class Memories(NamedTuple):
    """The memory of each member, selected by rows as one."""

    parts: tuple[Memory, ...]

    @property
    def extra(self) -> int:
        return self.parts[0].extra

    def select(self, rows: Sequence[int] | Any) -> Memories:
        """Return the memories of some rows, in that order; a row may appear several times."""
        return Memories(tuple(part.select(rows) for part in self.parts))


class EncoderDecoderEnsemble(nn.Module):
    """An ensemble that predicts the mean of its members' probabilities at every step.

    It has the methods of an `EncoderDecoder`. Scores are the logarithms of the mean probabilities, attention
    is the mean of the members', and a state is the members' states one after the other. `target_loss` trains
    each member as it would be trained alone, with a fraction 1/K of the gradient.

    Args:
        members: at least one `EncoderDecoder`, all with the same target ids.

    Raises:
        ValueError: no members, or members with other target ids.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        if not members:
            raise ValueError("members=[] must be at least one network")
        self.members = nn.ModuleList(members)
        each = self._each()
        marks = [(member.target_size, member.begin_id, member.end_id) for member in each]
        if len(set(marks)) > 1:
            raise ValueError(f"members must have the same target_size, begin_id and end_id, and have {marks}")
        self.target_size, self.begin_id, self.end_id = marks[0]
        self.attends, self.coverage = each[0].attends, each[0].coverage

    def inputs_of(self, targets: Tensor) -> Tensor:
        """Map targets (B, T) to what each step reads; see `EncoderDecoder.inputs_of`."""
        return self._each()[0].inputs_of(targets)

    def _each(self) -> list[EncoderDecoder]:
        members: list[Any] = list(self.members)
        return members

    def encode(
        self, sources: Tensor, lengths: Tensor, copies: Tensor | None = None
    ) -> tuple[Memories, State]:
        """Return the members' memories and states; see `EncoderDecoder.encode`."""
        starts = [member.encode(sources, lengths, copies) for member in self._each()]
        return Memories(tuple(memory for memory, _ in starts)), tuple(p for _, state in starts for p in state)

    def step(self, tokens: Tensor, memory: Memories, state: State) -> Step:
        """Score what follows tokens (B,); see `EncoderDecoder.step`."""
        steps, parts = [], iter(state)
        for member, own in zip(self._each(), memory.parts, strict=True):
            before = tuple(next(parts) for _ in range(member.decoder.num_parts))
            steps.append(member.step(tokens, own, before))
        scores = mean_of([step.scores for step in steps])
        return Step(scores, average([s.attention for s in steps]), tuple(p for s in steps for p in s.state))

    def forward(
        self,
        sources: Tensor,
        lengths: Tensor,
        inputs: Tensor,
        copies: Tensor | None = None,
        target_lengths: Tensor | None = None,
        only_real: bool = False,
    ) -> Decoded:
        """Score every token of targets that are known; see `EncoderDecoder.forward`."""
        given = (sources, lengths, inputs, copies, target_lengths, only_real)
        each: list[Decoded] = [member(*given) for member in self.members]
        attention, coverage = average([d.attention for d in each]), average([d.coverage_loss for d in each])
        return Decoded(mean_of([decoded.scores for decoded in each]), attention, coverage)

    @torch.no_grad()
    def sampled_inputs(
        self,
        sources: Tensor,
        lengths: Tensor,
        inputs: Tensor,
        probability: float,
        copies: Tensor | None = None,
    ) -> Tensor:
        """Replace tokens of inputs (B, T) by the ensemble's own, without gradients; see `mixed_inputs`."""
        return mixed_inputs(self.step, self.encode(sources, lengths, copies), inputs, probability)


def mean_of(scores: list[Tensor]) -> Tensor:
    """Return the logarithm of the mean probability of each id, from scores (..., V)."""
    logs = torch.stack([each.log_softmax(-1) for each in scores])
    return logs.logsumexp(0) - math.log(len(logs))


def average(parts: list[Tensor | None]) -> Tensor | None:
    """Return the mean of what all members have; None where they have none."""
    known = [part for part in parts if part is not None]
    return torch.stack(known).mean(0) if known else None
