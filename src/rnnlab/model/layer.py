"""One recurrent layer in one direction: a torch module, and the state after each row's own length.

Shapes: B rows, T steps, I input features, H hidden size; steps are time-major.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnlab.model import check
from rnnlab.model.initialise import initialise
from rnnlab.model.sequence import last_step

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}

State = tuple[Tensor, ...]
"""(hidden,) for rnn and gru, (hidden, memory) for lstm, each (num_layers, B, H)."""


def make_layer(cell: str, input_size: int, hidden_size: int) -> nn.RNNBase:
    """A layer with its starting weights. Raises ValueError for a bad argument."""
    check.one_of("cell", cell, CELLS)
    check.positive("input_size", input_size)
    check.positive("hidden_size", hidden_size)
    layer: nn.RNNBase = CELLS[cell](input_size, hidden_size)
    initialise(layer)
    return layer


def run_layer(
    layer: nn.Module, steps: Tensor, lengths: Tensor | None, state: State | None
) -> tuple[Tensor, State | None]:
    """(T, B, I) to the outputs (T, B, H), arbitrary past a length, and the state after each row's length.

    Rows of different lengths: an LSTM does not show its memory in mid-sequence, so its state is None unless
    one was given; then it runs packed, which is exact and, on CPUs, slow.
    """
    given = state[0] if state is not None and len(state) == 1 else state
    if lengths is None:
        outputs, after = layer(steps, given)
        return outputs, after if isinstance(after, tuple) else (after,)
    if isinstance(layer, nn.LSTM) and given is not None:
        packed = pack_padded_sequence(steps, lengths.cpu(), enforce_sorted=False)
        outputs, after = layer(packed, given)
        return pad_packed_sequence(outputs, total_length=len(steps))[0], after
    outputs, _ = layer(steps, given)
    return outputs, None if isinstance(layer, nn.LSTM) else (last_step(outputs, lengths).unsqueeze(0),)
