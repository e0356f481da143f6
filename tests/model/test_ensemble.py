from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble, mean_log_probabilities
from rnnlab.model.hierarchical import HierarchicalClassifier

TOKENS, LENGTHS = torch.tensor([[3, 4, 2, 5], [6, 7, 0, 0]]), torch.tensor([4, 2])
LABELS = torch.tensor([0, 2])


def flat(**settings: float) -> Classifier:
    return Classifier(9, 4, RecurrentEncoder("gru", 4, 3, bidirectional=True), "attention", 3, **settings)


def deep() -> HierarchicalClassifier:
    encoder = RecurrentEncoder("gru", 4, 3)
    return HierarchicalClassifier(
        9, 4, encoder, lambda input_size: RecurrentEncoder("gru", input_size, 2), "attention", 3
    )


def make(number: int = 3, **settings: float) -> Ensemble:
    torch.manual_seed(0)
    return Ensemble([flat(**settings) for _ in range(number)])


def test_in_evaluation_it_predicts_the_mean_of_the_members_probabilities():
    model = make().eval()
    expected = sum(member(TOKENS, LENGTHS).softmax(1) for member in model.members) / 3
    logits = model(TOKENS, LENGTHS)
    torch.testing.assert_close(logits.exp(), expected)
    torch.testing.assert_close(logits.softmax(1), expected)


def test_in_training_each_member_gets_the_gradient_of_its_own_loss():
    model = make()
    logits = model(TOKENS, LENGTHS)
    assert logits.shape == (3, 2, 3)
    torch.stack([F.cross_entropy(own, LABELS) for own in logits]).mean().backward()
    together = [[p.grad.clone() for p in member.parameters()] for member in model.members]
    for member, gradients in zip(model.members, together, strict=True):
        member.zero_grad()
        F.cross_entropy(member(TOKENS, LENGTHS), LABELS).backward()
        for parameter, gradient in zip(member.parameters(), gradients, strict=True):
            torch.testing.assert_close(gradient * 3, parameter.grad)


def test_members_start_apart_and_draw_their_own_dropout():
    model = make()
    one, other, _ = model(TOKENS, LENGTHS)
    assert not torch.allclose(one, other)
    model = make(dropout=0.5)
    model.members[1].load_state_dict(model.members[0].state_dict())
    one, other, _ = model(TOKENS, LENGTHS)
    assert not torch.allclose(one, other)


def test_the_first_member_is_the_single_network_of_the_same_seed():
    torch.manual_seed(0)
    single = flat()
    for one, other in zip(single.parameters(), make().members[0].parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("training", [True, False])
def test_words_and_features_of_all_members_can_be_mixed(training):
    model = make().train(training)
    expected = model(TOKENS, LENGTHS)
    vectors, features = model.embed(TOKENS, LENGTHS), model.features(TOKENS, LENGTHS)
    assert (vectors.shape, features.shape) == ((3, 2, 4, 4), (3, 2, 6))
    torch.testing.assert_close(model.from_vectors(vectors, LENGTHS), expected)
    torch.testing.assert_close(model.score(features), expected)
    assert model.mixable == ("embedding", "hidden")
    assert Ensemble([deep()]).mixable == ("hidden",)


def mean(weights: list[Tensor]) -> Tensor:
    return torch.stack(weights).mean(dim=0)


def test_attention_is_the_mean_of_the_members():
    model = make().eval()
    expected = mean([member.attention(TOKENS, LENGTHS) for member in model.members])
    torch.testing.assert_close(model.attention(TOKENS, LENGTHS), expected)
    nested = Ensemble([deep(), deep()]).eval()
    for name in ("attention", "sentence_attention", "document_attention"):
        expected = mean([getattr(member, name)(TOKENS, LENGTHS) for member in nested.members])
        torch.testing.assert_close(getattr(nested, name)(TOKENS, LENGTHS), expected)


def test_its_weights_are_plain_and_load_into_another():
    model, other = make().eval(), Ensemble([flat() for _ in range(3)]).eval()
    assert {name.split(".")[1] for name in model.state_dict()} == {"0", "1", "2"}
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(TOKENS, LENGTHS), model(TOKENS, LENGTHS))


def test_log_probabilities_are_exact_where_the_members_are_sure():
    logits = torch.tensor([[[200.0, 0.0]], [[0.0, 200.0]]])
    torch.testing.assert_close(mean_log_probabilities(logits), torch.tensor([[0.5, 0.5]]).log())
    assert mean_log_probabilities(torch.zeros(2, 4, dtype=torch.bfloat16)).dtype == torch.float32
    assert mean_log_probabilities(torch.zeros(2, 4, dtype=torch.double)).dtype == torch.double


def test_no_members_are_refused():
    with pytest.raises(ValueError, match=r"members=\[\] must be at least one network"):
        Ensemble([])
