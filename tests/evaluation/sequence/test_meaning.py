"""Word vectors of the train texts: repeatable, and close for words that occur in like places."""

import random

import numpy as np
import pytest

from rnnlab.evaluation.sequence.meaning import train_vectors
from rnnlab.evaluation.similarity import similarity


@pytest.fixture(scope="module")
def texts():
    rng = random.Random(0)
    animals, colours = ["dog", "cat", "horse", "cow"], ["red", "green", "blue", "grey"]
    said = [f"the {rng.choice(animals)} runs and eats grass" for _ in range(600)]
    return said + [f"she paints her wall {rng.choice(colours)} with a brush" for _ in range(600)]


def test_words_of_like_places_are_closer_than_others(texts):
    embed = train_vectors(texts)
    same, other = similarity(["dog", "dog"], ["cat", "blue"], embed)
    assert same > other + 0.2
    assert similarity(["The dog!"], ["the dog"], embed) == pytest.approx([1])


def test_vectors_are_repeatable_and_an_unknown_text_has_none(texts):
    first, second = (train_vectors(texts)(["the dog", "zzz"]) for _ in range(2))
    assert np.array_equal(first, second)
    assert not first[1].any()
    assert not train_vectors(["once", "only"])(["once"]).any()
