"""RNN, LSTM and GRU step by step with every gate exposed, as a reference for tests and for inspection.

Shapes: B rows, T steps, I input features, H hidden size. In the equations W x + U h stands for
W x + b + U h + c: torch's two biases are kept, so that weights and gradients correspond one to one.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.initialise import FORGET_BIAS
from rnnlab.model.layer import State
from rnnlab.model.settings import checked


class Step(NamedTuple):
    """state: (h,) or (h, c), each (B, H); gates: activations by gate name, each (B, H)."""

    state: State
    gates: dict[str, Tensor]


class Gate(nn.Module):
    """A gate's pre-activation: W x + U h."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.input = nn.Linear(input_size, hidden_size)
        self.recurrent = nn.Linear(hidden_size, hidden_size)
        nn.init.xavier_uniform_(self.input.weight)
        nn.init.orthogonal_(self.recurrent.weight)
        nn.init.zeros_(self.input.bias)
        nn.init.zeros_(self.recurrent.bias)

    def forward(self, inputs: Tensor, hidden: Tensor) -> Tensor:
        """Map (B, I) and (B, H) to (B, H)."""
        return self.input(inputs) + self.recurrent(hidden)


class StepwiseCell(nn.Module):
    """The common base of the three cells: named gates, weights from torch, an empty state.

    Args:
        input_size, hidden_size: features of a step, units.
    """

    gate_names: ClassVar[tuple[str, ...]]
    """Gate names in the order in which torch stacks their rows."""
    state_size: ClassVar[int] = 1

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.input_size = checked("input_size", input_size)
        self.hidden_size = checked("hidden_size", hidden_size)
        for name in self.gate_names:
            self.add_module(name, Gate(input_size, hidden_size))

    def initial_state(self, batch_size: int) -> State:
        """Return zeros, each (B, H)."""
        weight = next(self.parameters())
        return tuple(weight.new_zeros(batch_size, self.hidden_size) for _ in range(self.state_size))

    @torch.no_grad()
    def load_torch(self, module: nn.RNNCellBase | nn.RNNBase, suffix: str = "") -> None:
        """Copy a torch cell's weights, or a torch layer's with a suffix such as `_l0` or `_l1_reverse`.

        Raises:
            ValueError: a module that has no such weights or has them in another shape.
        """
        for side, part in (("ih", "input"), ("hh", "recurrent")):
            for kind in ("weight", "bias"):
                name = f"{kind}_{side}{suffix}"
                ours = [getattr(getattr(getattr(self, gate), part), kind) for gate in self.gate_names]
                theirs = getattr(module, name, None)
                if theirs is None or theirs.shape != torch.cat(ours).shape:
                    raise ValueError(f"{name} of {module} does not fit {self.__class__.__name__}")
                for own, rows in zip(ours, theirs.chunk(len(ours)), strict=True):
                    own.copy_(rows)


class RNNCell(StepwiseCell):
    """Elman (1990): h' = tanh(W x + U h)."""

    gate_names = ("hidden",)
    hidden: Gate

    def forward(self, inputs: Tensor, state: State) -> Step:
        """Map (B, I) and the state to the next `Step`."""
        (h,) = state
        h = torch.tanh(self.hidden(inputs, h))
        return Step((h,), {"hidden": h})


class LSTMCell(StepwiseCell):
    """Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000), without peepholes.

    i = sigmoid(W_i x + U_i h)    input gate: what is written
    f = sigmoid(W_f x + U_f h)    forget gate: what is kept
    g = tanh(W_g x + U_g h)       cell input
    o = sigmoid(W_o x + U_o h)    output gate: what is shown
    c' = f c + i g;  h' = o tanh(c')
    """

    gate_names = ("input_gate", "forget_gate", "cell_input", "output_gate")
    state_size = 2
    input_gate: Gate
    forget_gate: Gate
    cell_input: Gate
    output_gate: Gate

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size)
        nn.init.constant_(self.forget_gate.input.bias, FORGET_BIAS)

    def forward(self, inputs: Tensor, state: State) -> Step:
        """Map (B, I) and the state to the next `Step`."""
        h, c = state
        i = torch.sigmoid(self.input_gate(inputs, h))
        f = torch.sigmoid(self.forget_gate(inputs, h))
        g = torch.tanh(self.cell_input(inputs, h))
        o = torch.sigmoid(self.output_gate(inputs, h))
        c = f * c + i * g
        h = o * torch.tanh(c)
        return Step((h, c), {"input_gate": i, "forget_gate": f, "cell_input": g, "output_gate": o})


class GRUCell(StepwiseCell):
    """Cho et al. (2014), with the reset after the recurrent product as cuDNN and torch have it.

    r = sigmoid(W_r x + U_r h)          reset gate: what of the past the candidate sees
    z = sigmoid(W_z x + U_z h)          update gate: what of the past is kept
    n = tanh(W_n x + r (U_n h))         candidate; the paper has U_n (r h)
    h' = z h + (1 - z) n
    """

    gate_names = ("reset_gate", "update_gate", "candidate")
    reset_gate: Gate
    update_gate: Gate
    candidate: Gate

    def forward(self, inputs: Tensor, state: State) -> Step:
        """Map (B, I) and the state to the next `Step`."""
        (h,) = state
        r = torch.sigmoid(self.reset_gate(inputs, h))
        z = torch.sigmoid(self.update_gate(inputs, h))
        n = torch.tanh(self.candidate.input(inputs) + r * self.candidate.recurrent(h))
        h = z * h + (1 - z) * n
        return Step((h,), {"reset_gate": r, "update_gate": z, "candidate": n})


def unroll(
    cell: StepwiseCell, inputs: Tensor, state: State | None = None
) -> tuple[Tensor, State, dict[str, Tensor]]:
    """Run a cell over (B, T, I); return outputs (B, T, H), the last state, and every gate (B, T, H)."""
    state = cell.initial_state(len(inputs)) if state is None else state
    outputs, seen = [], []
    for step in inputs.unbind(dim=1):
        state, gates = cell(step, state)
        outputs.append(state[0])
        seen.append(gates)
    over_time = {name: torch.stack([gates[name] for gates in seen], dim=1) for name in cell.gate_names}
    return torch.stack(outputs, dim=1), state, over_time
