from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from rnnlab.model.classifier import Classifier
from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.sequence import to_pre
from rnnlab.model.settings import POOLINGS

LENGTHS = torch.tensor([3, 7, 1])


def make(pooling: str = "max", bidirectional: bool = True, **settings: Any) -> Classifier:
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 6, 5, bidirectional=bidirectional)
    return Classifier(30, 6, encoder, pooling, 4, **settings)


def tokens() -> torch.Tensor:
    rows = torch.randint(2, 30, (3, 7), generator=torch.Generator().manual_seed(1))
    return rows.masked_fill(torch.arange(7) >= LENGTHS.unsqueeze(1), 0)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_text_gets_the_same_logits_alone_and_in_any_batch(pooling, bidirectional):
    model = make(pooling, bidirectional).eval()
    together = model(tokens(), LENGTHS)
    assert together.shape == (3, 4)
    for row, length in enumerate(LENGTHS):
        alone = model(tokens()[row : row + 1, :length], length.unsqueeze(0))
        torch.testing.assert_close(together[row], alone[0], rtol=0, atol=1e-5)


def test_every_parameter_but_the_paddings_vector_learns():
    model = make("attention")
    model(tokens(), LENGTHS).square().sum().backward()
    assert all(parameter.grad.any() for parameter in model.parameters())
    assert not model.embedding.vectors.weight.grad[0].any()


@pytest.mark.parametrize("name", ["dropout", "embedding_dropout", "word_dropout"])
def test_each_dropout_acts_in_training_and_not_in_evaluation(name):
    model = make(**{name: 0.5})
    assert not torch.equal(model(tokens(), LENGTHS), model(tokens(), LENGTHS))
    model.eval()
    assert torch.equal(model(tokens(), LENGTHS), model(tokens(), LENGTHS))
    assert torch.equal(model(tokens(), LENGTHS), make().eval()(tokens(), LENGTHS))


def test_attention_can_be_looked_at():
    weights = make("attention").eval().attention(tokens(), LENGTHS)
    assert weights.shape == (3, 7)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3))
    assert not weights[tokens() == 0].any()
    with pytest.raises(ValueError, match="pooling=max has no attention"):
        make("max").attention(tokens(), LENGTHS)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_left_padding_gives_what_right_padding_gives(pooling, bidirectional):
    post, pre = (make(pooling, bidirectional, padding=padding) for padding in ("post", "pre"))
    left = to_pre(tokens(), LENGTHS)
    results = []
    for model, rows in ((post, tokens()), (pre, left)):
        logits = model(rows, LENGTHS)
        logits.square().sum().backward()
        results.append([logits, *(parameter.grad for parameter in model.parameters())])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)
    if pooling == "attention":
        assert torch.equal(pre.attention(left, LENGTHS), to_pre(post.attention(tokens(), LENGTHS), LENGTHS))
        assert not pre.attention(left, LENGTHS)[left == 0].any()


@pytest.mark.parametrize("padding", ["post", "pre"])
def test_forward_goes_through_vectors_and_through_features(padding):
    model = make("attention", padding=padding).eval()
    rows = tokens() if padding == "post" else to_pre(tokens(), LENGTHS)
    logits = model(rows, LENGTHS)
    vectors = model.embed(rows, LENGTHS)
    assert vectors.shape == (3, 7, 6)
    assert not vectors[tokens() == 0].any()
    assert torch.equal(model.from_vectors(vectors, LENGTHS), logits)
    assert model.features(rows, LENGTHS).shape == (3, 10)
    assert torch.equal(model.score(model.features(rows, LENGTHS)), logits)


def test_it_starts_from_given_vectors():
    given = torch.randn(30, 6)
    model = make(pretrained=Pretrained(given, freeze=True)).eval()
    assert torch.equal(model.embed(tokens(), LENGTHS)[0, :3], given[tokens()[0, :3]])
    model(tokens(), LENGTHS).sum().backward()
    assert model.embedding.vectors.weight.grad is None


def test_order_can_be_learnt():
    """Whether 2 comes before 3: a bag of words cannot tell."""
    torch.manual_seed(0)
    rows = torch.randint(4, 8, (64, 6))
    rows[:, 1], rows[:, 4] = 2, 3
    rows[::2, 1], rows[::2, 4] = 3, 2
    labels, lengths = torch.arange(64) % 2, torch.full((64,), 6)
    model = Classifier(8, 8, RecurrentEncoder("gru", 8, 8), "last", 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        loss = nn.functional.cross_entropy(model(rows, lengths), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.05


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_classes": 0}, "num_classes=0 must be a whole number >= 1"),
        ({"vocab_size": 0}, "vocab_size=0 must be a whole number >= 1"),
        ({"embedding_size": 8}, "embedding_size=8 must equal the encoder's input_size=6"),
        ({"dropout": 1.5}, r"^dropout=1.5 must be a number >= 0 and < 1"),
        ({"word_dropout": 1.5}, r"word_dropout=1.5 must be a number >= 0 and < 1"),
        ({"pooling": "maximum"}, "pooling=maximum must be one of"),
        ({"padding": "left"}, "padding=left must be one of post, pre"),
    ],
)
def test_bad_arguments_are_named(changes, message):
    given = {"vocab_size": 30, "embedding_size": 6, "pooling": "max", "num_classes": 2, **changes}
    with pytest.raises(ValueError, match=message):
        Classifier(encoder=RecurrentEncoder("lstm", 6, 5), **given)
