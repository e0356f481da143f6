"""Two texts of a row encoded apart: as each would be alone."""

from __future__ import annotations

import pytest
import torch

from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.pairs import apart, combined
from rnnlab.model.sequence import to_pre

MARK = 2
TOKENS = torch.tensor([[3, 4, MARK, 5, 0, 0], [6, MARK, 7, 8, 5, 4], [MARK, 3, 0, 0, 0, 0]])
LENGTHS = torch.tensor([4, 6, 2])


def network(pooling="mean", padding="post", **more):
    torch.manual_seed(0)
    encoder = RecurrentEncoder("gru", 4, 5, bidirectional=True)
    return Classifier(9, 4, encoder, pooling, 3, padding=padding, separator=MARK, **more).eval()


def test_rows_are_split_at_their_mark_which_both_texts_keep():
    vectors = TOKENS.unsqueeze(2).float()
    halves, lengths = apart(vectors, TOKENS, LENGTHS, MARK)
    texts = [half[:length, 0].int().tolist() for half, length in zip(halves, lengths, strict=True)]
    assert texts == [[3, 4, MARK], [6, MARK], [MARK], [MARK, 5], [MARK, 7, 8, 5, 4], [MARK, 3]]
    beyond = [half[length:].abs().sum().item() for half, length in zip(halves, lengths, strict=True)]
    assert beyond == [0.0] * 6


def test_a_row_without_a_mark_still_has_two_texts():
    tokens = torch.tensor([[3, 4, 5]])
    lengths = apart(tokens.unsqueeze(2).float(), tokens, torch.tensor([3]), MARK)[1]
    assert lengths.tolist() == [3, 1]


def test_a_pair_is_u_v_their_difference_and_product():
    found = combined(torch.tensor([[1.0, 2.0], [3.0, -1.0]]))
    assert found.tolist() == [[1.0, 2.0, 3.0, -1.0, 2.0, 3.0, 3.0, -2.0]]


@pytest.mark.parametrize("pooling", ["last", "last_mean_max", "attention"])
def test_features_are_those_of_each_text_alone(pooling):
    own = network(pooling)

    def alone(*ids):
        tokens = torch.tensor([ids])
        steps = own.encoder(own.embedding(tokens), torch.tensor([len(ids)]))
        return own.pooling(steps, torch.ones(1, len(ids), dtype=torch.bool))

    expected = combined(torch.cat([alone(6, MARK), alone(MARK, 7, 8, 5, 4)]))
    torch.testing.assert_close(own.features(TOKENS, LENGTHS)[1:2], expected)
    torch.testing.assert_close(own(TOKENS, LENGTHS)[1:2], own.head(expected))


def test_padding_on_the_left_changes_nothing_nor_does_a_batch():
    post, pre = network(), network(padding="pre")
    logits = post(TOKENS, LENGTHS)
    torch.testing.assert_close(pre(to_pre(TOKENS, LENGTHS), LENGTHS), logits)
    torch.testing.assert_close(post(TOKENS[:1, :4], LENGTHS[:1]), logits[:1])


def test_gradients_reach_both_texts():
    own = network().train()
    vectors = own.embedding.vectors.weight
    own(TOKENS[:1], LENGTHS[:1]).sum().backward()
    assert (vectors.grad[[3, 4, 5]].abs().sum(1) > 0).all()
    assert vectors.grad[6].abs().sum() == 0
