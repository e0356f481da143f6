"""Integrated gradients: exact for a linear model, complete for others, and dependent on the weights."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from rnnlab.explain.gradients import integrated_gradients
from rnnlab.explain.occlusion import occlusion
from rnnlab.explain.outcome import Aim
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.hierarchical import HierarchicalClassifier

IDS = [5, 3, 7, 2, 4, 6, 3]


def classifier(pooling="last", cell="lstm", padding="post", num_classes=3, bidirectional=True, seed=0):
    torch.manual_seed(seed)
    encoder = RecurrentEncoder(cell, 6, 5, bidirectional=bidirectional)
    network = Classifier(12, 6, encoder, pooling, num_classes, padding=padding, dropout=0.5, word_dropout=0.2)
    nn.init.normal_(network.embedding.vectors.weight)
    nn.init.zeros_(network.embedding.vectors.weight.data[0])
    return network.eval()


def hierarchical(pooling="attention"):
    torch.manual_seed(1)

    def sentences(input_size):
        return RecurrentEncoder("gru", input_size, 4)

    network = HierarchicalClassifier(12, 6, RecurrentEncoder("gru", 6, 5), sentences, pooling, 2)
    nn.init.normal_(network.embedding.vectors.weight)
    return network.eval()


@pytest.mark.parametrize("steps", [1, 7])
def test_a_linear_models_scores_are_its_weights_times_the_vectors(bag, steps):
    found = integrated_gradients(bag, IDS, Aim(1), steps=steps)
    direction = bag.head.weight[1] - bag.head.weight[0]
    torch.testing.assert_close(found.scores, bag.embedding(torch.tensor(IDS)) @ direction)
    assert found.baseline_outcome == pytest.approx(float(bag.head.bias.diff().detach()), abs=1e-6)


def test_a_baseline_of_the_unknown_token_measures_from_its_vector(bag):
    found = integrated_gradients(bag, IDS, Aim(0), baseline_id=1)
    direction = bag.head.weight[0] - bag.head.weight[1]
    away = bag.embedding(torch.tensor(IDS)) - bag.embedding(torch.tensor(1))
    torch.testing.assert_close(found.scores, away @ direction)


@pytest.mark.parametrize("pooling", ["last", "mean", "attention", "last_mean_max"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "mingru"])
@pytest.mark.parametrize("target", [0, 2])
def test_scores_sum_to_the_difference_of_the_outcomes(pooling, cell, target):
    network = classifier(pooling, cell)
    found = integrated_gradients(network, IDS, Aim(target, temperature=0.7), steps=64)
    whole = found.outcome - found.baseline_outcome
    # the largest of several steps has a kink where another one takes over
    assert found.scores.sum().item() == pytest.approx(whole, abs=0.03 if "max" in pooling else 1e-4)
    logits = network(torch.tensor([IDS]), torch.tensor([len(IDS)]))[0] / 0.7
    p = logits.softmax(0)[target]
    assert found.outcome == pytest.approx((p / (1 - p)).log().item(), abs=1e-4)
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize(
    "network",
    [
        Ensemble([classifier(seed=1), classifier("mean", seed=2)]),
        hierarchical(),
        Ensemble([hierarchical(), hierarchical("mean")]),
    ],
    ids=["ensemble", "hierarchical", "both"],
)
def test_ensembles_and_hierarchical_networks_are_complete_too(network):
    found = integrated_gradients(network.eval(), IDS, Aim(1), steps=64)
    assert found.scores.sum().item() == pytest.approx(found.outcome - found.baseline_outcome, abs=1e-4)
    logits = network(torch.tensor([IDS]), torch.tensor([len(IDS)]))
    assert found.outcome == pytest.approx(Aim(1).outcome(logits).item(), abs=1e-5)


def test_a_separator_that_a_hierarchical_network_does_not_read_has_no_score():
    assert float(integrated_gradients(hierarchical(), IDS, Aim(1)).scores[3]) == 0


def test_the_side_of_padding_changes_nothing():
    ahead, behind = (classifier("attention", padding=padding) for padding in ("post", "pre"))
    behind.load_state_dict(ahead.state_dict())
    one, other = (integrated_gradients(network, IDS, Aim(0)).scores for network in (ahead, behind))
    assert torch.equal(one, other)
    other = occlusion(behind, IDS, Aim(0), 1)[0]
    torch.testing.assert_close(occlusion(ahead, IDS, Aim(0), 1)[0], other)


def test_long_texts_go_in_parts_with_the_same_result(monkeypatch):
    network = classifier()
    whole = integrated_gradients(network, IDS, Aim(1), steps=8)
    monkeypatch.setattr("rnnlab.explain.gradients.MOST_TOKENS", 3 * len(IDS))
    parts = integrated_gradients(network, IDS, Aim(1), steps=8)
    torch.testing.assert_close(parts.scores, whole.scores)


def test_no_steps_are_refused(bag):
    with pytest.raises(ValueError, match="steps=0 must be at least 1"):
        integrated_gradients(bag, IDS, Aim(1), steps=0)


@pytest.fixture(scope="module")
def trained():
    """A classifier that has learned which of the ids 2 to 11 speak for class 1: the odd ones."""
    network = classifier("mean", "gru", num_classes=2, bidirectional=False).train()
    tokens = torch.randint(2, 12, (256, 9), generator=torch.Generator().manual_seed(0))
    labels = ((tokens % 2).sum(1) > 4).long()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(tokens, torch.full((256,), 9)), labels)
        loss.backward()
        optimizer.step()
    network.zero_grad()
    return network.eval()


def scores_of(network, method, texts, steps=32):
    if method == "gradients":
        return [integrated_gradients(network, ids, Aim(1), steps=steps).scores.numpy() for ids in texts]
    return [occlusion(network, ids, Aim(1), 1)[0].numpy() for ids in texts]


def agreement(one, other):
    return np.mean([spearmanr(a, b).statistic for a, b in zip(one, other, strict=True)])


@pytest.mark.parametrize("method", ["gradients", "occlusion"])
@pytest.mark.parametrize("part", ["head", "all"])
def test_other_weights_give_other_explanations(trained, method, part):
    """The sanity check of Adebayo et al. (2018): what ignores the weights explains no model."""
    drawn = torch.Generator().manual_seed(3)
    texts = [torch.randint(2, 12, (12,), generator=drawn).tolist() for _ in range(20)]
    own = scores_of(trained, method, texts)
    assert agreement(own, scores_of(trained, method, texts, steps=64)) > 0.99
    odd = np.concatenate([np.array(ids) % 2 for ids in texts])
    assert np.corrcoef(odd, np.concatenate(own))[0, 1] > 0.8  # and those of the trained one are right
    agreed = []
    for seed in range(5):
        other = classifier("mean", "gru", num_classes=2, bidirectional=False, seed=100 + seed)
        if part == "head":
            head = {name: value.clone() for name, value in other.head.state_dict().items()}
            other.load_state_dict(trained.state_dict())
            other.head.load_state_dict(head)
        agreed.append(agreement(own, scores_of(other, method, texts)))
    if part == "all":
        assert np.mean(np.abs(agreed)) < 0.5
    else:  # what was learned lies along one direction of the features: a drawn head keeps or turns the order
        assert np.mean(agreed) < 0.6
        assert min(agreed) < 0
