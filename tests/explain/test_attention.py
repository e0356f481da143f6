"""Attention weights, of words and of sentences."""

import pytest
import torch

from rnnlab.explain.attention import attention, has_attention
from rnnlab.model.ensemble import Ensemble

from .test_gradients import classifier, hierarchical

IDS = [5, 3, 2, 7, 4, 6, 2, 8]  # 2 closes a sentence


@pytest.mark.parametrize("padding", ["post", "pre"])
def test_weights_are_those_of_the_pooling(padding):
    network = classifier("attention", padding=padding)
    with torch.no_grad():
        vectors = network.embed(torch.tensor([IDS]), torch.tensor([8]))
        outputs = network.encoder(vectors, torch.tensor([8])).outputs
        score = network.pooling.attention.query(torch.tanh(network.pooling.attention.project(outputs)))
    found = attention(network, IDS)
    torch.testing.assert_close(found.weights, score[0, :, 0].softmax(0))
    assert found.words is None
    assert has_attention(network)


def test_a_documents_weights_are_those_of_words_times_those_of_sentences():
    found = attention(hierarchical(), IDS)
    assert found.places == [(0, 1), (3, 5), (7, 7)]
    assert float(found.sentences.sum()) == pytest.approx(1)
    for (first, last), weight in zip(found.places, found.sentences, strict=True):
        words = found.words[first : last + 1]
        assert float(words.sum()) == pytest.approx(1)
        torch.testing.assert_close(found.weights[first : last + 1], words * weight)
    assert found.weights[[2, 6]].tolist() == [0, 0]


def test_an_ensembles_weights_are_its_members_mean():
    members = [classifier("attention", seed=1), classifier("attention", seed=2)]
    each = [attention(member, IDS).weights for member in members]
    torch.testing.assert_close(attention(Ensemble(members).eval(), IDS).weights, (each[0] + each[1]) / 2)
    assert not has_attention(Ensemble([members[0], classifier("mean")]))
