"""The hand-written cells against torch's."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rnnlab.model.cells.stepwise import GRUCell, LSTMCell, RNNCell, StepwiseCell, unroll

CELLS: dict[type[StepwiseCell], tuple[type[nn.RNNCellBase], type[nn.RNNBase]]] = {
    RNNCell: (nn.RNNCell, nn.RNN),
    LSTMCell: (nn.LSTMCell, nn.LSTM),
    GRUCell: (nn.GRUCell, nn.GRU),
}


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("kind", CELLS)
def test_many_steps_and_gradients_equal_torchs_cell(kind):
    ours, theirs = kind(5, 4).double(), CELLS[kind][0](5, 4).double()
    ours.load_torch(theirs)
    inputs = torch.randn(3, 40, 5, dtype=torch.double)
    outputs, state, _ = unroll(ours, inputs)
    hidden = None
    expected = []
    for step in inputs.unbind(dim=1):
        hidden = theirs(step, hidden)
        expected.append(hidden[0] if isinstance(hidden, tuple) else hidden)
    reference = torch.stack(expected, dim=1)
    torch.testing.assert_close(outputs, reference, rtol=0, atol=1e-12)
    if kind is LSTMCell:
        torch.testing.assert_close(state[1], hidden[1], rtol=0, atol=1e-12)
    outputs.square().sum().backward()
    reference.square().sum().backward()
    for side, part in (("ih", "input"), ("hh", "recurrent")):
        for name in ("weight", "bias"):
            parts = [getattr(getattr(getattr(ours, gate), part), name).grad for gate in ours.gate_names]
            other = getattr(theirs, f"{name}_{side}").grad
            torch.testing.assert_close(torch.cat(parts), other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("suffix", ["_l0", "_l0_reverse"])
def test_a_torch_layers_weights_load_by_suffix_and_a_state_carries_on(kind, suffix):
    layer = CELLS[kind][1](5, 4, bidirectional=True, batch_first=True).double()
    cell = kind(5, 4).double()
    cell.load_torch(layer, suffix)
    inputs = torch.randn(2, 9, 5, dtype=torch.double)
    read = inputs.flip(1) if suffix.endswith("reverse") else inputs
    first, state, _ = unroll(cell, read[:, :4])
    second, _, _ = unroll(cell, read[:, 4:], state)
    outputs = torch.cat((first, second), dim=1)
    expected = layer(inputs)[0][..., 4:].flip(1) if suffix.endswith("reverse") else layer(inputs)[0][..., :4]
    torch.testing.assert_close(outputs, expected, rtol=0, atol=1e-12)


def test_gates_are_named_as_in_the_papers_and_show_what_they_let_through():
    _, _, gates = unroll(LSTMCell(5, 4), torch.randn(2, 7, 5))
    assert list(gates) == ["input_gate", "forget_gate", "cell_input", "output_gate"]
    assert all(gate.shape == (2, 7, 4) for gate in gates.values())
    assert ((gates["forget_gate"] > 0) & (gates["forget_gate"] < 1)).all()
    assert list(unroll(GRUCell(5, 4), torch.randn(2, 7, 5))[2]) == ["reset_gate", "update_gate", "candidate"]
    assert list(unroll(RNNCell(5, 4), torch.randn(2, 7, 5))[2]) == ["hidden"]


def test_an_lstm_remembers_through_an_open_forget_gate_and_a_shut_input_gate():
    cell = LSTMCell(1, 1)
    with torch.no_grad():
        cell.forget_gate.input.bias.fill_(50.0)
        cell.input_gate.input.bias.fill_(-50.0)
    _, (_, memory), gates = unroll(cell, torch.randn(1, 30, 1), (torch.zeros(1, 1), torch.full((1, 1), 0.7)))
    assert memory.item() == pytest.approx(0.7)
    assert gates["input_gate"].max() < 1e-12


def test_a_gru_keeps_its_past_where_the_update_gate_is_one():
    cell = GRUCell(1, 1)
    with torch.no_grad():
        cell.update_gate.input.bias.fill_(50.0)
    outputs, _, _ = unroll(cell, torch.randn(1, 30, 1), (torch.full((1, 1), 0.7),))
    assert outputs[0, -1].item() == pytest.approx(0.7)


def test_weights_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"weight_ih of GRUCell\(5, 4\) does not fit LSTMCell"):
        LSTMCell(5, 4).load_torch(nn.GRUCell(5, 4))
    with pytest.raises(ValueError, match=r"weight_ih_l1 of LSTM\(5, 4\) does not fit LSTMCell"):
        LSTMCell(5, 4).load_torch(nn.LSTM(5, 4), "_l1")
    with pytest.raises(ValueError, match="hidden_size=0 must be a whole number >= 1"):
        GRUCell(5, 0)
