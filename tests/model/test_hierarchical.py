"""The hierarchical classifier against a loop over sentences, and what it keeps whatever the batch."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.hierarchical import HierarchicalClassifier
from rnnlab.model.sentences import SENTENCE_ID
from rnnlab.model.sequence import padding_mask, to_pre
from rnnlab.model.settings import POOLINGS

ROWS = [
    [3, 4, 5, 2, 6, 2, 7, 8, 9, 10, 2],  # closed
    [2, 2, 3, 5, 2, 2, 9],  # begins with a separator, an empty sentence, and ends in mid-sentence
    [2, 2],  # separators alone
    [11],
]
LENGTHS = torch.tensor([len(row) for row in ROWS])
TOKENS = torch.tensor([row + [0] * (11 - len(row)) for row in ROWS])


def make(
    pooling: str = "attention", cell: str = "gru", both: bool = True, **settings: Any
) -> HierarchicalClassifier:
    torch.manual_seed(0)
    words = RecurrentEncoder(cell, 6, 5, bidirectional=both)
    sentences = partial(RecurrentEncoder, cell, hidden_size=4, bidirectional=both)
    return HierarchicalClassifier(30, 6, words, sentences, pooling, 3, **settings).double()


def real_sentences(row: list[int]) -> list[list[int]]:
    runs = groupby(row, key=lambda token: token != SENTENCE_ID)
    return [list(run) for are_words, run in runs if are_words] or [row[:1]]


def by_hand(model: HierarchicalClassifier, row: list[int]) -> tuple[Tensor, list[Tensor], Tensor]:
    """Logits (C,), each sentence's weights and the sentences' weights, one sentence at a time."""
    vectors, weights = [], []
    for sentence in real_sentences(row):
        encoded = model.encoder(model.embedding(torch.tensor([sentence])))
        mask = torch.ones(1, len(sentence), dtype=torch.bool)
        vectors.append(model.pooling(encoded, mask))
        weights.append(model.pooling.weights(encoded, mask)[0] if model.pooling.attention else mask[0])
    encoded = model.sentence_encoder(torch.stack(vectors, dim=1))
    mask = torch.ones(1, len(vectors), dtype=torch.bool)
    whole = model.sentence_pooling.weights(encoded, mask)[0] if model.pooling.attention else mask[0]
    return model.head(model.sentence_pooling(encoded, mask))[0], weights, whole


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize(("cell", "both"), [("lstm", True), ("gru", False), ("rnn", True)])
def test_logits_are_those_of_a_loop_over_rows_and_sentences(pooling, cell, both):
    model = make(pooling, cell, both).eval()
    together = model(TOKENS, LENGTHS)
    assert together.shape == (4, 3)
    for row, logits in zip(ROWS, together, strict=True):
        torch.testing.assert_close(logits, by_hand(model, row)[0], rtol=0, atol=1e-12)


def test_gradients_are_those_of_the_loop():
    model = make()
    model(TOKENS, LENGTHS).square().sum().backward()
    together = [parameter.grad.clone() for parameter in model.parameters()]
    assert all(gradient.any() for gradient in together)
    model.zero_grad()
    torch.stack([by_hand(model, row)[0] for row in ROWS]).square().sum().backward()
    for one, other in zip(together, model.parameters(), strict=True):
        torch.testing.assert_close(one, other.grad, rtol=0, atol=1e-10)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_row_alone_equals_the_row_in_a_batch(pooling):
    model = make(pooling, "lstm").eval()
    together = model(TOKENS, LENGTHS)
    for row, length in enumerate(LENGTHS):
        alone = model(TOKENS[row : row + 1, :length], length.unsqueeze(0))
        torch.testing.assert_close(together[row], alone[0], rtol=0, atol=1e-12)


def test_what_lies_in_the_padding_changes_nothing():
    model = make().eval()
    other = TOKENS.masked_fill(~padding_mask(LENGTHS, 11), SENTENCE_ID)
    wide = torch.cat((TOKENS, torch.full((4, 3), 7)), dim=1)
    for changed in (other, wide):
        torch.testing.assert_close(model(changed, LENGTHS), model(TOKENS, LENGTHS), rtol=0, atol=1e-12)


def test_the_last_separator_and_separators_without_words_change_nothing():
    model = make().eval()
    plain = model(torch.tensor([[3, 4, 2, 5]]), torch.tensor([4]))
    for row in ([2, 3, 4, 2, 5], [3, 4, 2, 2, 5, 2, 2]):
        torch.testing.assert_close(model(torch.tensor([row]), torch.tensor([len(row)])), plain)


def test_sentences_are_read_apart_and_in_their_order():
    model = make().eval()
    rows = torch.tensor([[3, 4, 2, 5, 6], [5, 6, 2, 3, 4], [3, 2, 4, 5, 6]])
    one, other_order, other_cut = model(rows, torch.tensor([5, 5, 5]))
    assert not torch.allclose(one, other_order)
    assert not torch.allclose(one, other_cut)
    words = model.attention(rows, torch.tensor([5, 5, 5]))
    torch.testing.assert_close(words[0, :2], words[1, 3:])


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("both", [True, False])
def test_left_padding_gives_what_right_padding_gives(pooling, both):
    post, pre = make(pooling, "lstm", both).eval(), make(pooling, "lstm", both, padding="pre").eval()
    left = to_pre(TOKENS, LENGTHS)
    assert torch.equal(pre(left, LENGTHS), post(TOKENS, LENGTHS))


def test_attention_of_both_levels_can_be_looked_at():
    model = make().eval()
    words = model.attention(TOKENS, LENGTHS)
    sentences = model.sentence_attention(TOKENS, LENGTHS)
    shares = model.document_attention(TOKENS, LENGTHS)
    assert (words.shape, sentences.shape, shares.shape) == ((4, 11), (4, 3), (4, 11))
    for row, tokens in enumerate(ROWS):
        _, weights, whole = by_hand(model, tokens)
        torch.testing.assert_close(words[row][words[row] != 0], torch.cat(weights))
        torch.testing.assert_close(sentences[row, : len(whole)], whole)
        assert not sentences[row, len(whole) :].any()
        combined = torch.cat([own * share for own, share in zip(weights, whole, strict=True)])
        torch.testing.assert_close(shares[row][shares[row] != 0], combined)
    assert not words[:2][TOKENS[:2] == SENTENCE_ID].any()
    assert not words[TOKENS == 0].any()
    assert words[2].tolist() == [1] + [0] * 10
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(4).double())


def test_attention_comes_out_in_the_layout_that_the_tokens_have():
    post, pre = make().eval(), make(padding="pre").eval()
    left = to_pre(TOKENS, LENGTHS)
    for name in ("attention", "document_attention"):
        expected = to_pre(getattr(post, name)(TOKENS, LENGTHS), LENGTHS)
        assert torch.equal(getattr(pre, name)(left, LENGTHS), expected)
    assert torch.equal(pre.sentence_attention(left, LENGTHS), post.sentence_attention(TOKENS, LENGTHS))


@pytest.mark.parametrize("name", ["attention", "sentence_attention", "document_attention"])
def test_a_pooling_without_weights_says_so(name):
    with pytest.raises(ValueError, match="pooling=max has no attention to look at"):
        getattr(make("max"), name)(TOKENS, LENGTHS)


@pytest.mark.parametrize("name", ["dropout", "embedding_dropout", "word_dropout"])
def test_each_dropout_acts_in_training_and_not_in_evaluation(name):
    model = make(**{name: 0.5})
    assert not torch.equal(model(TOKENS, LENGTHS), model(TOKENS, LENGTHS))
    assert torch.equal(model.eval()(TOKENS, LENGTHS), make().eval()(TOKENS, LENGTHS))


def test_features_and_score_are_the_two_halves_of_forward():
    model = make().eval()
    features = model.features(TOKENS, LENGTHS)
    assert features.shape == (4, 8)
    assert torch.equal(model.score(features), model(TOKENS, LENGTHS))


def test_it_starts_from_given_vectors_of_any_size():
    model = make(pretrained=Pretrained(torch.randn(30, 8), projection=6)).eval()
    assert model.embedding.vectors.weight.shape == (30, 8)
    assert model(TOKENS, LENGTHS).shape == (4, 3)


def test_it_runs_under_autocast():
    model = make().float().eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, weights = model(TOKENS, LENGTHS), model.document_attention(TOKENS, LENGTHS)
    torch.testing.assert_close(logits.float(), model(TOKENS, LENGTHS), rtol=0.05, atol=0.05)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(4), rtol=0.05, atol=0.05)


def test_which_sentence_a_word_is_in_can_be_learnt():
    """Whether 3 and 4 share a sentence: the cut alone tells."""
    torch.manual_seed(0)
    rows = torch.tensor([[3, 4, 2, 5, 6, 2], [3, 2, 4, 5, 6, 2], [6, 3, 4, 2, 5, 2], [6, 3, 2, 4, 5, 2]])
    labels, lengths = torch.tensor([0, 1, 0, 1]), torch.full((4,), 6)
    model = make("max").float()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(40):
        loss = nn.functional.cross_entropy(model(rows, lengths), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_classes": 0}, "num_classes=0 must be a whole number >= 1"),
        ({"embedding_size": 8}, "embedding_size=8 must equal the encoder's input_size=6"),
        ({"pooling": "maximum"}, "pooling=maximum must be one of"),
        ({"padding": "left"}, "padding=left must be one of post, pre"),
    ],
)
def test_bad_arguments_are_named(changes, message):
    given = {"vocab_size": 30, "embedding_size": 6, "pooling": "max", "num_classes": 2, **changes}
    encoder = RecurrentEncoder("lstm", 6, 5)
    with pytest.raises(ValueError, match=message):
        HierarchicalClassifier(
            encoder=encoder,
            sentence_encoder=lambda input_size: RecurrentEncoder("gru", input_size, 4),
            **given,
        )
