"""What every encoder-decoder keeps, whatever its decoder, cell and encoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from rnnlab.generate.state import select
from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.decoder.bahdanau import BahdanauDecoder
from rnnlab.model.decoder.base import Decoder
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.decoder.pointer import PointerDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.sequence import padding_mask

V, END, BEGIN = 14, 12, 13
LENGTHS, TARGET_LENGTHS = torch.tensor([5, 2, 1]), torch.tensor([3, 4, 1])
DECODERS: dict[str, Callable[..., Decoder]] = {
    "luong": LuongDecoder,
    "luong additive": partial(LuongDecoder, score="additive", bridge="zero"),
    "luong feeding": partial(LuongDecoder, input_feeding=True),
    "luong coverage": partial(LuongDecoder, coverage=1.0),
    "bahdanau": BahdanauDecoder,
    "pointer": partial(PointerDecoder, score="additive"),
    "pointer all": partial(PointerDecoder, score="additive", coverage=1.0, input_feeding=True),
    "none": PlainDecoder,
}


def make(decoder: str = "luong", cell: str = "lstm", both: bool = False, layers: int = 1, **settings):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, 6, 4, layers, both)
    of = partial(DECODERS[decoder], cell=cell, hidden_size=4, num_layers=layers)
    network = EncoderDecoder(20, 6, encoder, of, V, BEGIN, END, **settings).double()
    for name, parameter in network.named_parameters():
        if "cover" in name:  # zero at first, and then without effect
            nn.init.normal_(parameter)
    return network.eval()


def drawn(low: int, high: int, *shape: int, seed: int = 1) -> Tensor:
    return torch.randint(low, high, shape, generator=torch.Generator().manual_seed(seed))


def batch(copying: bool = False) -> dict[str, Tensor]:
    """Sources of 5, 2 and 1 tokens, and targets of 3, 4 and 1; with ids of copied words up to 16."""
    targets = drawn(2, 17 if copying else 12, 3, 4, seed=2)
    inputs = torch.cat((torch.full((3, 1), BEGIN), targets[:, :-1]), dim=1)
    sources = {"sources": drawn(2, 18, 3, 5), "lengths": LENGTHS, "copies": drawn(2, 17, 3, 5, seed=3)}
    return {**sources, "inputs": inputs, "target_lengths": TARGET_LENGTHS}


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-10)


def teacher_forced_equals_stepwise(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    whole = network(**given)
    memory, state = network.encode(given["sources"], given["lengths"], given["copies"])
    for place in range(given["inputs"].shape[1]):
        step = network.step(given["inputs"][:, place], memory, state)
        close(step.scores, whole.scores[:, place])
        if network.attends:
            close(step.attention, whole.attention[:, place])
        state = step.state
        assert all(part.shape[1] == len(LENGTHS) for part in state)


def row_equals_row_alone(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    together = network(**given)
    for row, (length, target) in enumerate(zip(LENGTHS.tolist(), TARGET_LENGTHS.tolist(), strict=True)):
        one = slice(row, row + 1)
        sources, copies = given["sources"][one, :length], given["copies"][one, :length]
        alone = network(sources, LENGTHS[one], given["inputs"][one, :target], copies).scores[0]
        close(together.scores[row, :target, : alone.shape[1]].log_softmax(-1), alone.log_softmax(-1))


def padding_changes_nothing(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    padded = ~padding_mask(LENGTHS, 5)
    other = {**given, "sources": given["sources"].masked_fill(padded, 7)}
    real = padding_mask(TARGET_LENGTHS, 4)
    other["inputs"] = given["inputs"].masked_fill(~real, 9)
    results = []
    for each in (given, other):
        network.zero_grad()
        decoded = network(**each, only_real=True)
        loss = decoded.scores.log_softmax(-1).clamp_min(-50).square().sum()
        (loss if decoded.coverage_loss is None else loss + decoded.coverage_loss).backward()
        gradients = [parameter.grad.clone() for parameter in network.parameters()]
        assert all(gradient.isfinite().all() for gradient in gradients)
        results.append([decoded.scores, *gradients])
    for one, same in zip(*results, strict=True):
        close(one, same)


def only_real_are_the_scores_of_real_tokens(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    close(network(**given, only_real=True).scores, network(**given).scores[padding_mask(TARGET_LENGTHS, 4)])


def attention_sums_to_one_on_real_steps(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    attention = network(**given).attention
    if not network.attends:
        assert attention is None
        return
    close(attention.sum(-1), torch.ones(3, 4, dtype=attention.dtype))
    assert (attention.transpose(1, 2)[~padding_mask(LENGTHS, 5)] == 0).all()


def rows_can_be_selected(network: EncoderDecoder, given: dict[str, Tensor]) -> None:
    memory, state = network.encode(given["sources"], given["lengths"], given["copies"])
    before = network.step(given["inputs"][:, 0], memory, state)
    rows, tokens = [2, 0, 0], torch.tensor([3, 4, 5])
    chosen = network.step(tokens, memory.select(rows), select(before.state, rows))
    for place, row in enumerate(rows):
        every = network.step(tokens[place].expand(3), memory, before.state)
        close(chosen.scores[place], every.scores[row])


PROPERTIES = [
    teacher_forced_equals_stepwise,
    row_equals_row_alone,
    padding_changes_nothing,
    only_real_are_the_scores_of_real_tokens,
    attention_sums_to_one_on_real_steps,
    rows_can_be_selected,
]


@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("decoder", DECODERS)
def test_every_decoder_keeps_its_properties_with_every_cell(decoder, cell, both):
    network = make(decoder, cell, both, layers=1 if both else 2)
    for keeps in PROPERTIES:
        keeps(network, batch(network.decoder.copies))


OPTIONS = {
    "projection": {"options": CellOptions(projection_size=3)},
    "peephole": {"options": CellOptions(peephole=True)},
    "weight drop": {"options": CellOptions(recurrent_dropout=0.3)},
    "variational": {"options": CellOptions(recurrent_dropout=0.3, recurrent_dropout_kind="variational")},
    "zoneout": {"options": CellOptions(zoneout=0.2, memory_zoneout=0.1)},
    "relu": {"cell": "rnn", "options": CellOptions(nonlinearity="relu")},
    "residual": {"num_layers": 2, "connection": "residual"},
    "highway": {"num_layers": 2, "connection": "highway", "norm": "layer", "dropout": 0.3},
    "dense": {"num_layers": 3, "connection": "dense", "dropout": 0.3},
}


@pytest.mark.parametrize("decoder", ["luong", "luong feeding", "bahdanau", "none"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_options_of_cells_and_layers_keep_the_properties(decoder, options):
    settings = {"cell": "lstm", "hidden_size": 4, **options}
    torch.manual_seed(0)
    of = partial(DECODERS[decoder], **settings)
    network = EncoderDecoder(20, 6, RecurrentEncoder("gru", 6, 4), of, V, BEGIN, END).double().eval()
    for keeps in PROPERTIES:
        keeps(network, batch())
    loss = network.train()(**batch()).scores.log_softmax(-1).square().sum()  # with dropout
    loss.backward()
    assert all(parameter.grad.isfinite().all() for parameter in network.parameters())


@pytest.mark.parametrize("decoder", DECODERS)
def test_each_decoder_computes_the_same_under_bfloat16_but_for_rounding(decoder):
    network = make(decoder, both=True, layers=2).float()
    given = batch(network.decoder.copies)
    exact = network(**given)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = network(**given)
        memory, state = network.encode(given["sources"], given["lengths"], given["copies"])
        step = network.step(given["inputs"][:, 0], memory, state)
        step = network.step(given["inputs"][:, 1], memory, step.state)
    assert rounded.scores.dtype == torch.float32
    likely = exact.scores.log_softmax(-1)
    kept = likely > -20
    for scores, reference in ((rounded.scores, likely), (step.scores, likely[:, 1])):
        difference = (scores.log_softmax(-1) - reference)[kept if scores.dim() == 3 else kept[:, 1]]
        assert difference.abs().max() < 0.1
    loss = rounded.scores.log_softmax(-1).clamp_min(-50).mean()
    loss.backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in network.parameters())
