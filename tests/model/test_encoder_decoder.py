"""What every encoder-decoder keeps, whatever its decoder, cell and encoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnlab.generate.state import select
from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.decoder.bahdanau import BahdanauDecoder
from rnnlab.model.decoder.base import Decoder
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.decoder.pointer import PointerDecoder
from rnnlab.model.embedding import UNKNOWN_ID, Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.sequence import padding_mask
from rnnlab.model.target_loss import target_loss

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


# attention to steps that are not there: a decoder of it needs attention to the source
PAIRS = [(kind, cell) for kind in DECODERS for cell in CELLS if (kind, cell) != ("none", "window_attention")]


@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize(("decoder", "cell"), PAIRS, ids="-".join)
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
    "blocks": {"num_layers": 2, "block": "residual", "dropout": 0.3},
    "blocks without mlp": {"cell": "mamba", "block": "residual", "mlp_ratio": 0.0},
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


@pytest.mark.parametrize("decoder", ["luong", "luong coverage", "pointer all"])
def test_the_training_loss_is_that_of_the_scores_of_real_tokens(decoder):
    network = make(decoder)
    given = batch(network.decoder.copies)
    targets = drawn(2, 17 if network.decoder.copies else V, 3, 4, seed=7)
    if network.decoder.copies:
        targets = torch.where(targets >= V, given["copies"][:, :1], targets)  # a word of the source
    sources = (given["sources"], given["lengths"], given["copies"])
    loss = target_loss(network, sources, given["inputs"], targets, TARGET_LENGTHS, 0.1)
    decoded = network(**given)
    real = padding_mask(TARGET_LENGTHS, 4)
    logs = decoded.scores[real].log_softmax(-1)
    nats = F.nll_loss(logs, targets[real])
    close(loss.nats, nats)
    close(loss.trained, 0.9 * nats - 0.1 * logs[:, :V].mean())
    assert (loss.coverage is None) is (decoded.coverage_loss is None)
    if loss.coverage is not None:
        close(loss.coverage, decoded.coverage_loss)


def test_attention_and_features_are_the_equations_of_luong():
    network, given = make("luong"), batch()
    memory, state = network.encode(given["sources"], given["lengths"])
    decoder, row, length = network.decoder, 0, 5
    vectors = network.target_embedding(given["inputs"])
    h = decoder.layers(vectors, None, state).outputs[row]  # (T, H)
    values = network.encoder(network.embedding(given["sources"]), LENGTHS).outputs[row, :length]
    attention = (h @ decoder.score.key.weight @ values.T).softmax(-1)
    features = torch.tanh(torch.cat((h, attention @ values), 1) @ decoder.combine.linear.weight.T)
    decoded = network(**given)
    close(decoded.attention[row], attention)
    close(decoded.scores[row], network.head(features))
    close(memory.values[row], values)


def test_coverage_loss_is_the_overlap_of_attention_and_its_past_sum():
    network, given = make("luong coverage"), batch()
    decoded = network(**given)
    past = decoded.attention.cumsum(1) - decoded.attention
    overlap = torch.minimum(decoded.attention, past).sum(-1)
    close(decoded.coverage_loss, overlap[padding_mask(TARGET_LENGTHS, 4)].mean())


def test_a_pointer_adds_attention_to_the_ids_of_its_source_words():
    network, given = make("pointer"), batch(copying=True)
    read, memory = network.read(given["sources"], LENGTHS, given["copies"], given["inputs"])
    probability = network(**given).scores.exp()  # (B, T, V + X)
    assert probability.shape == (3, 4, 17)
    close(probability.sum(-1), torch.ones(3, 4, dtype=torch.double))
    generate = torch.sigmoid(read.generate)
    written = generate * network.head(read.features).softmax(-1)
    for row, step in ((0, 0), (0, 3), (1, 2)):
        expected = torch.cat((written[row, step], torch.zeros(3, dtype=torch.double)))
        for place in range(LENGTHS[row]):
            copied = (1 - generate[row, step, 0]) * read.attention[row, step, place]
            expected[given["copies"][row, place]] += copied
        close(probability[row, step], expected)
    assert memory.extra == 3


def test_extra_ids_are_read_as_the_unknown_word():
    network, given = make("pointer"), batch(copying=True)
    unknown = given["inputs"].masked_fill(given["inputs"] >= V, UNKNOWN_ID)
    assert not torch.equal(unknown, given["inputs"])
    close(network(**given).scores, network(**{**given, "inputs": unknown}).scores)


def test_inputs_begin_with_the_mark_and_end_before_the_last_target():
    targets = torch.tensor([[5, 6, END], [7, END, 0]])
    assert make().inputs_of(targets).tolist() == [[BEGIN, 5, 6], [BEGIN, 7, END]]


@pytest.mark.parametrize("decoder", ["luong", "luong feeding", "bahdanau", "pointer all", "none"])
def test_scheduled_sampling_replaces_all_tokens_by_the_greedy_ones_none_or_some(decoder):
    network = make(decoder, "gru")
    given = batch(network.decoder.copies)
    sources, inputs, copies = (given["sources"], LENGTHS), given["inputs"], given["copies"]
    assert torch.equal(network.sampled_inputs(*sources, inputs, 0.0, copies), inputs)
    memory, state = network.encode(*sources, copies)
    token, greedy = inputs[:, 0], [inputs[:, 0]]
    for _ in range(3):
        scores, _, state = network.step(token, memory, state)
        token = scores.argmax(1)
        greedy.append(token)
    assert torch.equal(network.sampled_inputs(*sources, inputs, 1.0, copies), torch.stack(greedy, 1))


def test_tied_weights_are_one_matrix():
    free, target = make(), make(tie_weights="target")
    assert free.head.weight is not free.target_embedding.vectors.weight
    assert target.head.weight is target.target_embedding.vectors.weight
    assert target.target_embedding is not target.embedding
    encoder = RecurrentEncoder("gru", 6, 4)
    of = partial(LuongDecoder, cell="gru", hidden_size=4)
    every = EncoderDecoder(V, 6, encoder, of, V, BEGIN, END, shared=True, tie_weights="all")
    assert every.head.weight is every.embedding.vectors.weight
    assert every.target_embedding is every.embedding
    assert sum(p.numel() == V * 6 for p in every.parameters()) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tie_weights": "both"}, "tie_weights=both must be one of none, target, all"),
        (
            {"tie_weights": "all"},
            "tie_weights=all needs one vocabulary for both sides: choose tie_weights=target",
        ),
        (
            {"tie_weights": "all", "shared": True},
            "tie_weights=all needs vocab_size=20 to equal target_size=14",
        ),
        ({"dropout": 1.0}, "dropout=1.0 must be a number >= 0 and < 1"),
    ],
)
def test_settings_of_the_network_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make(**settings)


def test_three_way_tied_weights_refuse_projected_vectors():
    encoder, of = RecurrentEncoder("gru", 6, 4), partial(LuongDecoder, cell="gru", hidden_size=4)
    vectors = Pretrained(torch.randn(V, 3), projection=6)
    with pytest.raises(ValueError, match=r"vectors without pretrained\.projection=6: the output"):
        EncoderDecoder(V, 6, encoder, of, V, BEGIN, END, shared=True, tie_weights="all", pretrained=vectors)


@pytest.mark.parametrize(
    ("decoder", "settings", "message"),
    [
        (LuongDecoder, {"bidirectional": True}, "bidirectional=True reads words that are not yet written"),
        (LuongDecoder, {"score": "cosine"}, "score=cosine must be one of dot, general, additive"),
        (
            LuongDecoder,
            {"score": "dot"},
            "score=dot needs a decoder of the encoder's output size 8, and it has 4: choose score=general",
        ),
        (LuongDecoder, {"coverage": -1.0}, "coverage=-1.0 must be a number >= 0"),
        (BahdanauDecoder, {"bridge": "copied"}, "bridge=copied must be one of learned, zero"),
        (
            PlainDecoder,
            {"bridge": "zero"},
            "bridge=zero of a gru leaves a decoder without attention nothing of its source",
        ),
        (PlainDecoder, {"num_layers": 0}, "num_layers=0 must be a whole number >= 1"),
        (PointerDecoder, {"cell": "lstn"}, "cell=lstn must be one of rnn, lstm, gru"),
    ],
)
def test_settings_of_decoders_that_cannot_be_are_refused(decoder, settings, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        decoder(
            **{
                "memory_size": 8,
                "input_size": 6,
                "output_size": None,
                "cell": "gru",
                "hidden_size": 4,
                **settings,
            }
        )


def test_a_pointer_without_the_ids_to_copy_is_refused():
    network, given = make("pointer"), batch(copying=True)
    with pytest.raises(ValueError, match="decoder=pointer needs copies, the target ids of the source words"):
        network.encode(given["sources"], LENGTHS)


def test_dot_fits_a_decoder_as_wide_as_the_encoder_and_its_keys_are_the_values():
    encoder = RecurrentEncoder("gru", 6, 2, bidirectional=True)
    of = partial(LuongDecoder, cell="gru", hidden_size=4, score="dot")
    network = EncoderDecoder(20, 6, encoder, of, V, BEGIN, END).double().eval()
    memory, _ = network.encode(batch()["sources"], LENGTHS)
    assert memory.keys is memory.values
    chosen = memory.select(torch.tensor([1, 1]))
    assert chosen.keys is chosen.values
    teacher_forced_equals_stepwise(network, batch())


@pytest.mark.parametrize("decoder", ["luong feeding", "bahdanau"])
def test_dropout_in_loops_keeps_one_mask_for_all_steps(decoder):
    """Two equal tokens from a state that does not change give equal outputs, with any mask."""
    torch.manual_seed(0)
    options = CellOptions(recurrent_dropout=0.5, recurrent_dropout_kind="variational")
    of = partial(DECODERS[decoder], cell="gru", hidden_size=4, num_layers=2, dropout=0.5, options=options)
    network = EncoderDecoder(20, 6, RecurrentEncoder("gru", 6, 4), of, V, BEGIN, END).double().train()
    step = network.decoder.stepper(2)
    vector, parts = (
        torch.randn(2, network.decoder.layers.input_size).double(),
        [[torch.zeros(2, 4).double()]] * 2,
    )
    first, second = step(vector, parts)[0], step(vector, parts)[0]
    assert torch.equal(first, second)
    assert not torch.equal(first, network.decoder.stepper(2)(vector, parts)[0])
