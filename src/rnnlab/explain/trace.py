"""Traces of recurrent layers while they read: hidden states, cell states and gates.

Shapes: B rows, T tokens, I features that a layer reads, H units.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.explain.equations import cell_of
from rnnlab.explain.outcome import members_of
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.model.layer import Layer
from rnnlab.model.sequence import flip, flip_index
from rnnlab.model.short_convolution import Convolved


class Trace(NamedTuple):
    """The trace of one layer and direction, in text order; arbitrary past a row's length.

    Attributes:
        name: such as `layer 1` or `member 2, layer 1, backward`.
        inputs: (B, T, I), the layer's inputs; behind a short convolution, what that gives.
        hidden: (B, T, H), its outputs.
        memory: (B, T, H), an LSTM's c, else None.
        gates: name to (B, T, H); empty for a cell that `rnnlab.model.cells.stepwise` lacks.
    """

    name: str
    inputs: Tensor
    hidden: Tensor
    memory: Tensor | None
    gates: dict[str, Tensor]


def traceable(network: nn.Module) -> bool:
    """Return whether one recurrent encoder reads a text's tokens from end to end."""
    return all(
        isinstance(member.encoder, RecurrentEncoder) and not hasattr(member, "sentence_encoder")
        for member in members_of(network)
    )


@torch.no_grad()
def traces(network: nn.Module, tokens: Tensor, lengths: Tensor) -> list[Trace]:
    """Trace every layer while the network reads right-padded tokens (B, T) of `lengths` (B,).

    Hidden states are the layers' outputs; cell states and gates are computed step by step from the layers'
    inputs and weights. Not for a network in use by another thread: forward hooks watch its layers.
    """
    found = []
    members = members_of(network)
    for number, member in enumerate(members, start=1):
        prefix = f"member {number}, " if len(members) > 1 else ""
        found += [_traced(prefix + name, *seen) for name, *seen in _watched(member, tokens, lengths)]
    return found


def _watched(member: Any, tokens: Tensor, lengths: Tensor) -> list[tuple[str, Layer, Tensor, Tensor, Any]]:
    """Return for each layer its name, the layer, its inputs and outputs (T, B, F), and how it was flipped."""
    encoder, seen, handles = member.encoder, [], []
    back = flip_index(lengths, tokens.shape[1])

    def watch(name: str, index: Any, layer: Layer, args: Any, output: Any) -> None:
        seen.append((name, layer, args[0], output.outputs, index))

    sides = (("", encoder.forward_layers, None), (", backward", encoder.backward_layers, back))
    for kind, layers, index in sides:
        for number, layer in enumerate(layers, start=1):
            inner = layer.layer if isinstance(layer, Convolved) else layer
            handles.append(inner.register_forward_hook(partial(watch, f"layer {number}{kind}", index)))
    try:
        if isinstance(member, LanguageModel):
            member.read(tokens, lengths=lengths)  # appends a style to each token if there are styles
        else:
            encoder(member.embedding(tokens), lengths)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def _traced(name: str, layer: Layer, inputs: Tensor, outputs: Tensor, index: Tensor | None) -> Trace:
    gates = {gate: _in_order(part, index) for gate, part in _steps(layer, inputs).items()}
    memory = gates.pop("memory", None)
    return Trace(name, _in_order(inputs, index), _in_order(outputs, index), memory, gates)


def _in_order(steps: Tensor, index: Tensor | None) -> Tensor:
    """Reorder the steps (T, B, F) of a layer to (B, T, F) in text order."""
    return (steps if index is None else flip(steps, index)).transpose(0, 1)


def _steps(layer: Layer, inputs: Tensor) -> dict[str, Tensor]:
    """Return the cell state, if there is one, and the gates after each step (T, B, H)."""
    cell = cell_of(layer)
    if cell is None:
        return {}
    state, seen = cell.initial_state(inputs.shape[1]), []
    for step in inputs:
        state, gates = cell(step, state)
        seen.append({**gates, **({"memory": state[1]} if len(state) > 1 else {})})
    return {name: torch.stack([step[name] for step in seen]) for name in seen[0]}
