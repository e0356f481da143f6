"""Strips of a network's internals over the tokens of one text: gates, hidden states, single units.

Shapes: T tokens, H units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rnnlab.explain.outcome import row_of
from rnnlab.explain.sheet import Strip, strip_of
from rnnlab.explain.trace import Trace, traces
from rnnlab.explain.unit_map import UnitMap, gate_map
from rnnlab.explain.units import Selective, states_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

GATES = ("input_gate", "forget_gate", "output_gate", "reset_gate", "update_gate")


def gates_of(run: FinishedRun, ids: list[int]) -> tuple[list[Strip], list[UnitMap]]:
    """Return each layer's gates token by token, on one scale from 0 to 1.

    The strips are means over the units, and the movement of the hidden state; the maps show every unit.
    """
    strips, maps = [], []
    for trace in traces(run.network, *row_of(run.network, ids)):
        for name in GATES:
            if name in trace.gates:
                values = trace.gates[name][0].cpu().numpy()  # (T, H)
                means, gate = values.mean(axis=1).tolist(), f"{trace.name}, {name.replace('_', ' ')}"
                note = f"mean over its units, {min(means):.3f} to {max(means):.3f}"
                strips.append(Strip(gate, means, False, note))
                maps.append(gate_map(f"{gate}, every unit", values))
        note = "how far the hidden state moved from the token before, as a share of its length"
        strips.append(strip_of(f"{trace.name}, movement", movement(trace).tolist(), False, note, 0.0))
    return strips, maps


def movement(trace: Trace) -> Tensor:
    """Return the step length (T,) of the hidden state at each token, in units of the mean length.

    A layer that reads backward starts at the text's end.
    """
    hidden = trace.hidden[0]  # (T, H)
    start = torch.zeros_like(hidden[:1])
    backward = trace.name.endswith("backward")
    before = torch.cat([hidden[1:], start]) if backward else torch.cat([start, hidden[:-1]])
    return (hidden - before).norm(dim=1) / hidden.norm(dim=1).mean().clamp(min=1e-12)


def unit_strips(run: FinishedRun, ids: list[int], chosen: Sequence[Selective]) -> list[Strip]:
    """Return the chosen units over the tokens: hidden states unchanged, cell states through tanh."""
    units, states = states_of(run.network, [ids])
    found = []
    for one in chosen:
        values = torch.from_numpy(states[0, :, units.index(one.unit)])
        values = values.tanh() if one.unit.kind == "memory" else values
        note = f"correlation {one.correlation:+.2f} on texts that it was not chosen on"
        found.append(strip_of(f"{one.predicate}: {one.unit}", values.tolist(), True, note))
    return found
