"""Residual blocks: equal to their equations written out, with a convolution whose state goes in and out."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.block import Blocks
from rnnlab.model.cell_options import CELLS
from rnnlab.model.depth import Depth
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.fused import FusedLSTM
from rnnlab.model.settings import mlp_width


def encoder(cell: str = "lstm", hidden_size: int = 4, **settings) -> RecurrentEncoder:
    torch.manual_seed(0)
    made = RecurrentEncoder(cell, 5, hidden_size, 2, **{"block": "residual", **settings}).double()
    for parameter in made.parameters():  # biases and gains that are not at their start
        parameter.data += 0.1 * torch.randn_like(parameter)
    return made.eval()


def batch(rows: int = 3, steps: int = 7) -> Tensor:
    return torch.randn(rows, steps, 5, dtype=torch.double, generator=torch.Generator().manual_seed(1))


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def mlp_by_hand(mlp: nn.Module, values: Tensor) -> Tensor:
    gate, value = mlp.read.weight.chunk(2)
    return (F.silu(values @ gate.T) * (values @ value.T)) @ mlp.write.weight.T


def test_blocks_around_an_lstm_are_their_equations():
    made, inputs = encoder(), batch()
    stream = made.depth.entry(inputs)
    for layer, block in zip(made.forward_layers, made.depth.blocks, strict=True):
        assert isinstance(layer, FusedLSTM)  # the fused kernel stays
        stream = stream + layer(block.norm(stream).transpose(0, 1)).outputs.transpose(0, 1)
        stream = stream + mlp_by_hand(block.mlp, block.mlp_norm(stream))
    close(made(inputs).outputs, made.depth.norm(stream))


def test_both_directions_of_a_block_are_mapped_back_to_the_stream():
    made, inputs = encoder("gru", bidirectional=True, mlp_ratio=0), batch()
    stream = made.depth.entry(inputs).transpose(0, 1)
    for ahead, back, block in zip(made.forward_layers, made.backward_layers, made.depth.blocks, strict=True):
        read = block.norm(stream)
        both = torch.cat((ahead(read).outputs, back(read.flip(0)).outputs.flip(0)), -1)
        stream = stream + block.project(both)
    encoded = made(inputs)
    assert made.output_size == 4
    close(encoded.outputs, made.depth.norm(stream).transpose(0, 1))
    close(encoded.final, (encoded.outputs[:, 0] + encoded.outputs[:, -1]) / 2)


def test_inputs_of_the_streams_size_are_not_mapped():
    assert RecurrentEncoder("gru", 4, 4, block="residual").depth.entry is None


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_at_a_time_equals_the_whole_with_the_convolutions_state(cell):
    made, inputs = encoder(cell, conv_size=4), batch()
    whole, state, found = made(inputs), made.initial_state(3), []
    for step in inputs.unbind(1):
        encoded = made(step.unsqueeze(1), None, state)
        state = encoded.state
        found.append(encoded.outputs)
    close(torch.cat(found, 1), whole.outputs)
    for one, other in zip(state, whole.state, strict=True):
        close(one, other)


@pytest.mark.parametrize("cell", CELLS)
def test_the_state_after_uneven_rows_is_that_of_each_row_alone(cell):
    made, inputs, lengths = encoder(cell, conv_size=4), batch(), torch.tensor([7, 2, 4])
    more = batch(3, 9)
    before = made(more[:, :2]).state
    together = made(inputs, lengths, before)
    for row, length in enumerate(lengths.tolist()):
        own = tuple(part[:, row : row + 1] for part in before)
        alone = made(inputs[row : row + 1, :length], None, own)
        for one, other in zip(together.state, alone.state, strict=True):
            close(one[:, row], other[:, 0])


def test_gradients_reach_inputs_before_a_chunk_through_the_carried_state():
    made, inputs = encoder("mingru", conv_size=3), batch().requires_grad_()
    first = made(inputs[:, :4])
    made(inputs[:, 4:], None, first.state).outputs.sum().backward()
    parts = inputs.grad.clone()
    inputs.grad = None
    made(inputs).outputs[:, 4:].sum().backward()
    close(parts, inputs.grad)


@pytest.mark.parametrize("cell", CELLS)
def test_blocks_in_bfloat16_stay_close_to_float32(cell):
    made, inputs = encoder(cell, conv_size=4).float(), batch().float()
    exact = made(inputs).outputs
    with torch.autocast("cpu", torch.bfloat16):
        rough = made(inputs).outputs
    torch.testing.assert_close(rough.float(), exact, rtol=0, atol=0.1)


def test_without_blocks_nothing_is_added():
    made = RecurrentEncoder("lstm", 5, 4)
    assert isinstance(made.depth, Depth)
    assert {name.partition(".")[0] for name, _ in made.named_parameters()} == {"forward_layers"}


def test_units_of_the_mlp_come_from_its_ratio():
    assert [mlp_width(ratio, 52) for ratio in (0, 0.001, 2, 118 / 52)] == [0, 1, 104, 118]
    blocks = Blocks(5, 52, 52, 2, 118 / 52, 0.0)
    assert [block.mlp.write.in_features for block in blocks.blocks] == [118, 118]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"connection": "residual"}, "connection=residual has no place in block=residual"),
        ({"norm": "layer"}, "norm=layer has no place in block=residual"),
        ({"block": "none", "conv_size": 4}, "conv_size=4 needs block=residual"),
        ({"conv_size": 1}, "conv_size=1 must be"),
        ({"mlp_ratio": -1}, "mlp_ratio=-1 must be"),
        ({"block": "dense"}, "block=dense must be one of none, residual"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings_without_a_place_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        encoder(**settings)


def test_dropout_between_blocks_needs_two():
    with pytest.raises(ValueError, match=r"dropout=0\.1 needs num_layers > 1"):
        RecurrentEncoder("gru", 5, 4, dropout=0.1, block="residual")
