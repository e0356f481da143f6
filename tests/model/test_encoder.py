"""What every encoder keeps, and that it computes what torch's packed modules compute."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.profiler import ProfilerActivity, profile

from rnnlab.model.causal_attention import CausalAttention
from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.self_attention import SelfAttention
from rnnlab.model.sequence import padding_mask

TORCH = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
LENGTHS = torch.tensor([4, 9, 1, 6])
NUM_STEPS = 9


def make(cell: str, bidirectional: bool, num_layers: int) -> RecurrentEncoder:
    torch.manual_seed(0)
    return RecurrentEncoder(cell, 5, 3, num_layers, bidirectional).double()


def batch(seed: int = 1) -> Tensor:
    return torch.randn(
        len(LENGTHS), NUM_STEPS, 5, dtype=torch.double, generator=torch.Generator().manual_seed(seed)
    )


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def row_equals_row_alone(encoder: RecurrentEncoder) -> None:
    inputs = batch()
    together = encoder(inputs, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = encoder(inputs[row : row + 1, :length])
        close(together.outputs[row, :length], alone.outputs[0])
        close(together.final[row], alone.final[0])


def pad_values_change_nothing(encoder: RecurrentEncoder) -> None:
    inputs, padding = batch(), ~padding_mask(LENGTHS, NUM_STEPS)
    other = inputs.masked_fill(padding.unsqueeze(-1), 1e6)
    results = []
    for each in (inputs, other):
        encoder.zero_grad()
        encoded = encoder(each, LENGTHS)
        (encoded.outputs.square().sum() + encoded.final.sum()).backward()
        gradients = [parameter.grad.clone() for parameter in encoder.parameters()]
        results.append([encoded.outputs, encoded.final, *(encoded.state or ()), *gradients])
    for one, same in zip(*results, strict=True):
        close(one, same)


def outputs_past_a_length_are_zero(encoder: RecurrentEncoder) -> None:
    outputs, mask = encoder(batch(), LENGTHS).outputs, padding_mask(LENGTHS, NUM_STEPS)
    assert (outputs[~mask] == 0).all()
    assert (outputs[mask] != 0).any(dim=-1).float().mean() > 0.5  # rectified units may be silent


def past_ignores_the_future(encoder: RecurrentEncoder) -> None:
    inputs, changed = batch(), batch()
    changed[:, 5:] = batch(seed=2)[:, 5:]
    before, after = encoder(inputs).outputs, encoder(changed).outputs
    ahead = encoder.attention is not None and not encoder.attention.causal
    assert torch.equal(before[:, :5], after[:, :5]) is not (encoder.bidirectional or ahead)
    assert not torch.equal(before[:, 5:], after[:, 5:])


def chunks_equal_the_whole(encoder: RecurrentEncoder) -> None:
    inputs = batch()
    if not encoder.causal:
        with pytest.raises(ValueError, match=r"takes no state: .* (both ends|each other)"):
            encoder(inputs, LENGTHS, RecurrentEncoder("lstm", 5, 3).initial_state(4))
        return
    whole = encoder(inputs)
    first = encoder(inputs[:, :4])
    second = encoder(inputs[:, 4:], None, first.state)
    close(whole.outputs, torch.cat((first.outputs, second.outputs), dim=1))
    close(whole.final, second.final)
    for one, other in zip(whole.state, second.state, strict=True):
        close(one, other)


PROPERTIES = [
    row_equals_row_alone,
    pad_values_change_nothing,
    outputs_past_a_length_are_zero,
    past_ignores_the_future,
    chunks_equal_the_whole,
]
ENCODERS = [(cell, both, layers) for cell in TORCH for both in (False, True) for layers in (1, 3)]
OPTIONS = {
    "rnn relu": {"cell": "rnn", "options": CellOptions(nonlinearity="relu", recurrent_init="identity")},
    "rnn dropout": {"cell": "rnn", "options": CellOptions(recurrent_dropout=0.3)},
    "lstm peephole": {"cell": "lstm", "options": CellOptions(peephole=True)},
    "lstm coupled": {"cell": "lstm", "options": CellOptions(coupled=True)},
    "lstm projection": {"cell": "lstm", "options": CellOptions(projection_size=2)},
    "lstm peephole projection": {"cell": "lstm", "options": CellOptions(peephole=True, projection_size=2)},
    "lstm variational": {"cell": "lstm", "options": CellOptions(recurrent_dropout=0.3)},
    "lstm weight drop": {
        "cell": "lstm",
        "options": CellOptions(recurrent_dropout=0.3, recurrent_dropout_kind="weight_drop"),
    },
    "lstm zoneout": {"cell": "lstm", "options": CellOptions(zoneout=0.2, memory_zoneout=0.1)},
    "gru zoneout": {"cell": "gru", "options": CellOptions(zoneout=0.2)},
    "mogrifier": {"cell": "mogrifier_lstm", "options": CellOptions(rounds=3)},
    "slstm heads": {"cell": "slstm", "hidden_size": 4, "options": CellOptions(heads=2)},
    "residual": {"cell": "gru", "connection": "residual"},
    "highway": {"cell": "lstm", "connection": "highway", "norm": "layer"},
    "dense": {"cell": "mingru", "connection": "dense"},
    "dense norm": {"cell": "lstm", "connection": "dense", "norm": "layer", "dropout": 0.2},
    "self-attention": {"cell": "lstm", "hidden_size": 4, "attention": partial(SelfAttention, num_heads=2)},
    "causal attention": {"cell": "gru", "attention": partial(CausalAttention, memory=3)},
    "causal attention lstm": {"cell": "lstm", "attention": partial(CausalAttention, memory=20)},
    "batch norm": {"cell": "gru", "input_norm": "batch"},
}
BLOCK = {"block": "residual", "mlp_ratio": 1.5}
BLOCKS = {
    **{f"block {cell}": {"cell": cell, "conv_size": 3, **BLOCK} for cell in ("lstm", "gru", "deltanet")},
    "block lstm alone": {"cell": "lstm", "block": "residual", "mlp_ratio": 0},
    "block projection": {"cell": "lstm", "options": CellOptions(projection_size=2), **BLOCK},
}
MIXINGS = {
    "sum": {"cell": "lstm", "mixing": "sum", "connection": "residual"},
    "linear": {"cell": "gru", "mixing": "linear", "connection": "dense"},
    "linear lstm": {"cell": "lstm", "mixing": "linear", "norm": "layer"},
}
CASES = (
    [({"cell": cell}, both, layers) for cell in CELLS for both in (False, True) for layers in (1, 2)]
    + [(arguments, both, 2) for arguments in OPTIONS.values() for both in (False, True)]
    + [(arguments, True, 2) for arguments in MIXINGS.values()]
    + [(arguments, both, 2) for arguments in BLOCKS.values() for both in (False, True)]
)


def case_name(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    named = [name for name, each in (OPTIONS | MIXINGS | BLOCKS).items() if each is value]
    return named[0] if named else value["cell"]


def case(arguments: dict, bidirectional: bool, num_layers: int) -> RecurrentEncoder:
    torch.manual_seed(0)
    settings = {"hidden_size": 3, **arguments}
    encoder = RecurrentEncoder(
        input_size=5, num_layers=num_layers, bidirectional=bidirectional, **settings
    ).double()
    if encoder.input_norm is not None:
        encoder(batch(seed=5))  # running means that are not 0
    return encoder.eval()


@pytest.mark.parametrize(("arguments", "bidirectional", "num_layers"), CASES, ids=case_name)
@pytest.mark.parametrize("keeps", PROPERTIES)
def test_every_encoder_keeps_the_five_properties(keeps, arguments, bidirectional, num_layers):
    keeps(case(arguments, bidirectional, num_layers))


@pytest.mark.parametrize(("arguments", "bidirectional", "num_layers"), CASES, ids=case_name)
def test_gradients_are_those_of_finite_differences(arguments, bidirectional, num_layers):
    encoder = case(arguments, bidirectional, num_layers)
    inputs, lengths = batch()[:2, :4].requires_grad_(), torch.tensor([4, 2])
    names = [name for name, _ in encoder.named_parameters()]

    def encode(inputs: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
        encoded = torch.func.functional_call(
            encoder, dict(zip(names, weights, strict=True)), (inputs, lengths)
        )
        return encoded.outputs, encoded.final

    # away from 0, where rectifiers have no gradient
    moved = [parameter.detach() + 0.1 * torch.randn_like(parameter) for parameter in encoder.parameters()]
    weights = [parameter.requires_grad_() for parameter in moved]
    assert torch.autograd.gradcheck(encode, (inputs, *weights), fast_mode=True)


@pytest.mark.parametrize(("arguments", "bidirectional", "num_layers"), CASES, ids=case_name)
def test_an_encoder_that_was_trained_and_saved_says_the_same_when_loaded(
    arguments, bidirectional, num_layers, tmp_path
):
    encoder = case(arguments, bidirectional, num_layers).train()
    optimizer = torch.optim.SGD(encoder.parameters(), lr=0.01)
    before = encoder(batch(), LENGTHS).final.detach()
    for _ in range(2):
        optimizer.zero_grad()
        encoder(batch(), LENGTHS).final.square().sum().backward()
        assert all(parameter.grad is not None for parameter in encoder.parameters())
        optimizer.step()
    torch.save(encoder.eval().state_dict(), tmp_path / "weights.ckpt")
    loaded = case(arguments, bidirectional, num_layers)
    loaded.load_state_dict(torch.load(tmp_path / "weights.ckpt", weights_only=True))
    expected, encoded = encoder(batch(), LENGTHS), loaded(batch(), LENGTHS)
    assert torch.equal(encoded.outputs, expected.outputs)
    assert torch.equal(encoded.final, expected.final)
    assert not torch.equal(encoded.final, before)


def torch_twin(encoder: RecurrentEncoder) -> nn.RNNBase:
    sizes = (encoder.input_size, encoder.hidden_size, encoder.num_layers)
    twin = TORCH[encoder.cell](*sizes, bidirectional=not encoder.causal, batch_first=True).double()
    for layers, direction in ((encoder.forward_layers, ""), (encoder.backward_layers, "_reverse")):
        for number, layer in enumerate(layers):
            for name, parameter in layer.named_parameters():
                ours = name.removesuffix("_l0")
                getattr(twin, f"{ours}_l{number}{direction}").data.copy_(parameter.data)
    return twin


@pytest.mark.parametrize(("cell", "bidirectional", "num_layers"), ENCODERS)
def test_outputs_final_and_gradients_equal_torch_on_packed_rows(cell, bidirectional, num_layers):
    encoder = make(cell, bidirectional, num_layers)
    twin = torch_twin(encoder)
    packed = pack_padded_sequence(batch(), LENGTHS, batch_first=True, enforce_sorted=False)
    expected, hidden = twin(packed)
    expected, _ = pad_packed_sequence(expected, batch_first=True)
    hidden = hidden[0] if isinstance(hidden, tuple) else hidden
    final = torch.cat(tuple(hidden[-2:] if bidirectional else hidden[-1:]), dim=-1)
    encoded = encoder(batch(), LENGTHS)
    torch.testing.assert_close(encoded.outputs, expected, rtol=0, atol=1e-9)
    torch.testing.assert_close(encoded.final, final, rtol=0, atol=1e-9)
    (encoded.outputs.square().sum() + encoded.final.sum()).backward()
    (expected.square().sum() + final.sum()).backward()
    ours = sum(parameter.grad.square().sum() for parameter in encoder.parameters())
    theirs = sum(parameter.grad.square().sum() for parameter in twin.parameters())
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("arguments", "bidirectional", "num_layers"), [each for each in CASES if not each[1]], ids=case_name
)
def test_state_after_rows_of_different_lengths_is_exact(arguments, bidirectional, num_layers):
    encoder = case(arguments, bidirectional, num_layers)
    if not encoder.causal:
        return
    before = encoder(batch(seed=3)).state
    encoded = encoder(batch(), LENGTHS, before)
    for row, length in enumerate(LENGTHS.tolist()):
        part = tuple(each[:, row : row + 1] for each in before)
        alone = encoder(batch()[row : row + 1, :length], None, part)
        close(encoded.outputs[row, :length], alone.outputs[0])
        for together, single in zip(encoded.state, alone.state, strict=True):
            close(together[:, row], single[:, 0])


def test_an_lstm_over_uneven_rows_keeps_its_state_to_itself_unless_one_is_given():
    assert make("lstm", False, 2)(batch(), LENGTHS).state is None
    assert make("lstm", False, 2)(batch()).state is not None
    assert make("gru", False, 2)(batch(), LENGTHS).state is not None


def ran(encoder: RecurrentEncoder, *arguments: Tensor | None, train: bool) -> set[str]:
    encoder.train(train)
    with profile(activities=[ProfilerActivity.CPU]) as seen, torch.set_grad_enabled(train):
        encoded: Encoded = encoder(*arguments)
        if train:
            encoded.outputs.sum().backward()
    return {event.key for event in seen.key_averages()}


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch without oneDNN")
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_an_lstm_on_cpu_takes_the_fast_path(train, bidirectional):
    encoder = RecurrentEncoder("lstm", 8, 8, 2, bidirectional, dropout=0.5)
    operations = ran(encoder, torch.randn(3, 7, 8), torch.tensor([7, 2, 5]), train=train)
    assert "aten::mkldnn_rnn_layer" in operations
    assert ("aten::mkldnn_rnn_layer_backward" in operations) == train
    assert "aten::_pack_padded_sequence" not in operations
    if not bidirectional:
        full = torch.tensor([7, 7, 7])
        operations = ran(encoder, torch.randn(3, 7, 8), full, encoder.initial_state(3), train=train)
        assert "aten::mkldnn_rnn_layer" in operations


def test_the_fast_path_computes_what_double_precision_computes():
    encoder = make("lstm", True, 2)
    expected = encoder(batch(), LENGTHS)
    encoded = encoder.float()(batch().float(), LENGTHS)
    torch.testing.assert_close(encoded.outputs, expected.outputs.float(), rtol=0, atol=1e-5)
    torch.testing.assert_close(encoded.final, expected.final.float(), rtol=0, atol=1e-5)


def test_dropout_between_layers_drops_the_same_features_at_each_step():
    encoder = RecurrentEncoder("gru", 5, 64, num_layers=2, dropout=0.5)
    seen: list[Tensor] = []
    encoder.forward_layers[1].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    encoder(torch.randn(2, 6, 5))
    dropped = seen[0] == 0  # (T, B, H)
    assert torch.equal(dropped, dropped[:1].expand_as(dropped))
    assert 0.2 < dropped.float().mean() < 0.8
    assert not torch.equal(dropped[:, 0], dropped[:, 1])
    encoder.eval()(torch.randn(2, 6, 5))
    assert (seen[1] != 0).all()


def test_output_size_and_causal_tell_what_comes_out():
    for both, size in ((False, 3), (True, 6)):
        encoder = make("gru", both, 2)
        encoded = encoder(batch(), LENGTHS)
        assert encoder.causal is not both
        assert encoded.outputs.shape == (4, NUM_STEPS, size) == (4, NUM_STEPS, encoder.output_size)
        assert encoded.final.shape == (4, size)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cell": "lstn"}, "cell=lstn must be one of rnn, lstm, gru, layernorm_lstm"),
        ({"hidden_size": 0}, "hidden_size=0 must be a whole number >= 1"),
        ({"hidden_size": "abc"}, "hidden_size=abc must be a whole number >= 1"),
        ({"input_size": -1}, "input_size=-1 must be a whole number >= 1"),
        ({"num_layers": True}, "num_layers=True must be a whole number >= 1 and <= 1000"),
        ({"dropout": 0.3}, "dropout=0.3 needs num_layers > 1: it acts between layers"),
        ({"norm": "layer"}, "norm=layer needs num_layers > 1: it acts between layers"),
        ({"connection": "residual"}, "connection=residual needs num_layers > 1 or an input of the output's"),
        ({"mixing": "sum"}, "mixing=sum needs bidirectional=True: it makes one of two directions"),
        ({"input_norm": "layer"}, "input_norm=layer must be one of none, batch"),
        ({"dropout": 1.0, "num_layers": 2}, r"dropout=1.0 must be a number >= 0 and < 1"),
    ],
)
def test_bad_arguments_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        RecurrentEncoder(**{"cell": "lstm", "input_size": 5, "hidden_size": 3, **changes})


def test_bad_batches_are_named():
    encoder = make("lstm", False, 1)
    with pytest.raises(ValueError, match=r"lengths=\[4, 0, 1, 6\] must be 4 of 1 to 9"):
        encoder(batch(), torch.tensor([4, 0, 1, 6]))
    with pytest.raises(ValueError, match=r"inputs of shape \(4, 9, 4\) must be \(B, T, 5\)"):
        encoder(batch()[..., :4])
    with pytest.raises(
        ValueError, match=r"state of shapes \[\(1, 2, 3\)\] must be \[\(1, 4, 3\), \(1, 4, 3\)\]"
    ):
        encoder(batch(), None, (torch.zeros(1, 2, 3),))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_with_weights_of_each_type(cell, dtype):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, 4, 4, num_layers=2, connection="residual", norm="layer").to(dtype)
    encoded = encoder(torch.randn(3, 5, 4, dtype=dtype), torch.tensor([5, 2, 3]))
    assert encoded.outputs.dtype == encoded.final.dtype == dtype
    gradients = torch.autograd.grad(encoded.outputs.float().sum(), list(encoder.parameters()))
    assert all(gradient.isfinite().all() for gradient in gradients)


def times() -> Tensor:
    return 3 * torch.rand(
        len(LENGTHS), NUM_STEPS, dtype=torch.double, generator=torch.Generator().manual_seed(3)
    )


@pytest.mark.parametrize("arguments", [{}, {"block": "residual", "conv_size": 3}], ids=["plain", "block"])
def test_every_layer_reads_the_elapsed_time_from_chunk_to_chunk(arguments):
    torch.manual_seed(0)
    encoder, elapsed = RecurrentEncoder("cfc", 5, 3, 2, **arguments).double(), times()
    whole = encoder(batch(), None, None, elapsed)
    first = encoder(batch()[:, :4], None, None, elapsed[:, :4])
    second = encoder(batch()[:, 4:], None, first.state, elapsed[:, 4:])
    close(torch.cat((first.outputs, second.outputs), 1), whole.outputs)
    other = encoder(batch(), None, None, 2 * elapsed).state
    assert (other[0] != whole.state[0]).any(dim=-1).all()  # in each layer and row
    given = elapsed.requires_grad_()
    final = encoder(batch(), LENGTHS, encoder.initial_state(4), given).final
    (gradient,) = torch.autograd.grad(final.pow(3).sum(), given)
    assert torch.equal(gradient != 0, padding_mask(LENGTHS, NUM_STEPS))


def test_a_pass_from_the_end_reads_the_time_to_the_step_that_it_has_just_read():
    torch.manual_seed(0)
    both, elapsed = RecurrentEncoder("cfc", 5, 3, bidirectional=True).double(), times()
    outputs = both(batch(), LENGTHS, None, elapsed).outputs
    for row, length in enumerate(LENGTHS.tolist()):
        inputs = batch()[row : row + 1, :length]
        to_next = torch.cat((elapsed[row, 1:length], elapsed.new_ones(1))).view(1, -1)
        ahead = both.forward_layers[0](inputs.mT.permute(2, 0, 1), None, None, elapsed[row, :length, None])
        back = both.backward_layers[0](inputs.flip(1).transpose(0, 1), None, None, to_next.flip(1).t())
        expected = torch.cat((ahead.outputs, back.outputs.flip(0)), -1)[:, 0]
        close(outputs[row, :length], expected)


def test_cells_that_read_no_time_do_not_change_with_it():
    torch.manual_seed(0)
    encoder = RecurrentEncoder("gru", 5, 3).double()
    assert not encoder.reads_elapsed
    close(encoder(batch(), LENGTHS, None, times()).outputs, encoder(batch(), LENGTHS).outputs)
