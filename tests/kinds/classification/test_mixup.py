from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification.mixup import check_mixup, mix, mixed_logits
from rnnlab.kinds.classification.settings import RULES
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.sequence import to_pre

LENGTHS = torch.tensor([2, 5, 3, 4])
TOKENS = torch.randint(2, 9, (4, 5), generator=torch.Generator().manual_seed(0))
TOKENS = TOKENS.masked_fill(torch.arange(5) >= LENGTHS.unsqueeze(1), 0)
BATCH = Batch(TOKENS, LENGTHS, torch.tensor([0, 1, 2, 0]), torch.arange(4))
LEVELS = RULES["mixup_level"].names


def flat(padding: str = "post", pooling: str = "mean") -> Classifier:
    torch.manual_seed(0)
    return Classifier(9, 4, RecurrentEncoder("gru", 4, 3, bidirectional=True), pooling, 3, padding=padding)


class Bag(nn.Module):
    """Logits that are the sum of the words' vectors: linear, so that a mix of rows is a mix of logits."""

    mixable = LEVELS

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(9, 3, padding_idx=0)

    def embed(self, tokens: Any, lengths: Any) -> Any:
        return self.words(tokens)

    def from_vectors(self, vectors: Any, lengths: Any) -> Any:
        self.lengths = lengths
        return vectors.sum(dim=1)

    def features(self, tokens: Any, lengths: Any) -> Any:
        return self.words(tokens).sum(dim=1)

    def score(self, features: Any) -> Any:
        return features

    forward = features


@pytest.mark.parametrize("level", LEVELS)
def test_each_row_is_mixed_with_its_partner_by_the_share(level):
    network = Bag()
    torch.manual_seed(3)
    mixed = mixed_logits(network, BATCH, 1.0, level)
    torch.manual_seed(3)
    torch.distributions.Beta(1.0, 1.0).sample()
    order = torch.randperm(4)
    assert not torch.equal(order, torch.arange(4))
    assert 0.5 <= mixed.share <= 1
    assert torch.equal(mixed.partners, BATCH.labels[order])
    alone = network.features(TOKENS, LENGTHS)
    torch.testing.assert_close(mixed.logits, mixed.share * alone + (1 - mixed.share) * alone[order])
    if level == "embedding":
        assert torch.equal(network.lengths, torch.maximum(LENGTHS, LENGTHS[order]))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("alpha", [1e-3, 0.2, 5.0])
def test_shares_and_logits_are_finite_and_the_draws_repeat(level, alpha):
    model = flat()
    torch.manual_seed(1)
    first = [mixed_logits(model, BATCH, alpha, level) for _ in range(20)]
    torch.manual_seed(1)
    again = [mixed_logits(model, BATCH, alpha, level) for _ in range(20)]
    assert all(mixed.logits.isfinite().all() and 0.5 <= mixed.share <= 1 for mixed in first)
    assert [mixed.share for mixed in first] == [mixed.share for mixed in again]
    assert all(torch.equal(one.logits, other.logits) for one, other in zip(first, again, strict=True))


def test_a_small_alpha_hardly_mixes_and_a_large_one_mixes_half_and_half():
    torch.manual_seed(0)
    shares = {a: [mixed_logits(Bag(), BATCH, a, "hidden").share for _ in range(50)] for a in (0.01, 200.0)}
    assert sum(shares[0.01]) / 50 > 0.97
    assert sum(shares[200.0]) / 50 < 0.56


@pytest.mark.parametrize("level", LEVELS)
def test_a_batch_of_one_row_and_a_share_of_one_change_nothing(level):
    model, one = flat(), Batch(*(part[1:2] for part in BATCH[:4]))
    torch.testing.assert_close(mixed_logits(model, one, 1.0, level).logits, model(one.tokens, one.lengths))
    values = torch.rand(4, 5)
    assert torch.equal(mix(values, torch.tensor([1, 0, 3, 2]), 1.0, dim=-2), values)


@pytest.mark.parametrize("level", LEVELS)
def test_left_padded_rows_mix_as_right_padded_ones(level):
    left = BATCH._replace(tokens=to_pre(TOKENS, LENGTHS))
    results = []
    for model, batch in ((flat("post"), BATCH), (flat("pre"), left)):
        torch.manual_seed(5)
        results.append(mixed_logits(model, batch, 1.0, level).logits)
    torch.testing.assert_close(*results)


@pytest.mark.parametrize("level", LEVELS)
def test_members_of_an_ensemble_see_the_same_mix(level):
    members = [flat(), flat("post", "max")]
    torch.manual_seed(5)
    together = mixed_logits(Ensemble(members), BATCH, 1.0, level)
    for own, logits in zip(members, together.logits, strict=True):
        torch.manual_seed(5)
        torch.testing.assert_close(mixed_logits(own, BATCH, 1.0, level).logits, logits)


@pytest.mark.parametrize("level", LEVELS)
def test_every_parameter_learns_from_a_mix(level):
    model = flat(pooling="attention")
    mixed = mixed_logits(model, BATCH, 1.0, level)
    F.cross_entropy(mixed.logits, mixed.partners).backward()
    assert all(parameter.grad.any() for parameter in model.parameters())


def test_what_cannot_be_mixed_is_named():
    check_mixup(nn.Identity(), 0.0, "embedding")
    with pytest.raises(ValueError, match="mixup_level=embedding must be what the network can mix: nothing"):
        check_mixup(nn.Identity(), 0.2, "embedding")
    with pytest.raises(ValueError, match=r"mixup=-1.0 must be a number >= 0"):
        check_mixup(flat(), -1.0, "embedding")
    with pytest.raises(ValueError, match="mixup_level=words must be one of embedding, hidden"):
        check_mixup(flat(), 0.2, "words")
