from __future__ import annotations

from typing import Any

import pytest
import torch

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.hierarchical import HierarchicalClassifier
from rnnlab.model.settings import POOLINGS

LENGTHS = torch.tensor([12, 9, 10])
TOKENS = torch.randint(2, 30, (3, 12), generator=torch.Generator().manual_seed(1))
TOKENS = TOKENS.masked_fill(torch.arange(12) >= LENGTHS.unsqueeze(1), 0)


def make(bptt: int | None, cell: str = "lstm", pooling: str = "mean", **settings: Any) -> Classifier:
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, 6, 5, num_layers=2, **settings).double()
    return Classifier(30, 6, encoder, pooling, 4, bptt=bptt).double()


CASES: list[dict[str, Any]] = [{"cell": cell} for cell in ("rnn", "lstm", "gru", "mingru", "indrnn")]
CASES += [{"pooling": name} for name in POOLINGS]
CASES += [{"connection": "dense", "norm": "layer"}, {"options": CellOptions(peephole=True)}]


@pytest.mark.parametrize("settings", CASES)
@pytest.mark.parametrize("bptt", [1, 4, 8, 100])
def test_the_logits_are_those_of_the_whole_pass(settings, bptt):
    whole, truncated = make(None, **settings), make(bptt, **settings)
    assert truncated.training
    torch.testing.assert_close(truncated(TOKENS, LENGTHS), whole(TOKENS, LENGTHS), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("pooling", ["last", "max", "attention"])
def test_the_gradient_reaches_the_last_words_alone(pooling):
    model = make(4, pooling=pooling)
    vectors = model.embed(TOKENS, LENGTHS).detach().requires_grad_()
    model.from_vectors(vectors, LENGTHS).square().sum().backward()
    reached = vectors.grad.abs().sum(dim=2) > 0
    assert not reached[:, :5].any()  # the shortest row's last four begin at its sixth word
    for row, length in enumerate(LENGTHS):
        assert reached[row, 5 if pooling != "max" else int(length) - 1 : length].any()
        assert not reached[row, length:].any()
    if pooling == "last":
        assert reached.sum(dim=1).tolist() == [7, 4, 5]


def test_a_gradient_through_the_tail_is_the_whole_passs_where_the_head_is_a_constant():
    model = make(4, pooling="last")
    vectors = model.embed(TOKENS, LENGTHS).detach().requires_grad_()
    grads = []
    for bptt in (4, None):
        model.bptt = bptt
        (grad,) = torch.autograd.grad(model.from_vectors(vectors, LENGTHS).sum(), vectors)
        grads.append(grad)
    torch.testing.assert_close(grads[0][:, 5:], grads[1][:, 5:], rtol=1e-9, atol=1e-12)
    assert grads[1][:, :5].any()


def test_every_parameter_learns_and_short_texts_are_read_as_ever():
    model = make(4, pooling="attention")
    model(TOKENS, LENGTHS).square().sum().backward()
    assert all(parameter.grad.any() for parameter in model.parameters())
    short, full = make(9), make(None)
    for one in (short, full):
        one(TOKENS, LENGTHS).sum().backward()
    for mine, theirs in zip(short.parameters(), full.parameters(), strict=True):
        assert torch.equal(mine.grad, theirs.grad)


def test_evaluation_takes_one_pass(monkeypatch):
    model, calls = make(4).eval(), []
    monkeypatch.setattr(
        model.encoder,
        "forward",
        lambda *a, **k: calls.append(a) or RecurrentEncoder.forward(model.encoder, *a, **k),
    )
    model(TOKENS, LENGTHS)
    assert len(calls) == 1


def test_what_is_not_causal_is_refused():
    for settings in ({"bidirectional": True}, {"input_norm": "batch"}):
        with pytest.raises(ValueError, match="bptt=4 needs a causal encoder"):
            make(4, **settings)
    with pytest.raises(ValueError, match="bptt=0 must be a whole number >= 1"):
        make(0)
    with pytest.raises(
        ValueError, match="bptt=4 needs one encoder that reads a text's words from end to end"
    ):
        HierarchicalClassifier(
            9, 4, RecurrentEncoder("gru", 4, 3), lambda input_size: None, "mean", 2, bptt=4
        )
