"""The chain without torch: equal to counting every sequence of tags."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.entities import Span, allowed, spans_of
from rnnlab.kinds.tagging.chain import (
    Chain,
    best_paths,
    entity_probability,
    joins,
    marginals,
    summed,
)

BIO = ["O", "B-x", "I-x", "B-y", "I-y"]
BIOES = ["O", "B-x", "I-x", "E-x", "S-x"]
SCHEMES = {"BIO": BIO, "IOB1": BIO, "BIOES": BIOES, "IO": ["O", "I-x", "I-y"]}


def drawn(tags, steps, seed, scheme=None):
    """Random scores; with a scheme, -inf for what it forbids."""
    generator = np.random.default_rng(seed)
    number = len(tags)
    parts = [generator.standard_normal(shape) for shape in (number, (number, number), number)]
    if scheme is not None:
        parts = [
            np.where(mask, part, -np.inf) for mask, part in zip(allowed(tags, scheme), parts, strict=True)
        ]
    return generator.standard_normal((steps, number)), Chain(*parts)


def every(emissions, chain):
    """Every sequence of tags and its score."""
    steps, number = emissions.shape
    for path in itertools.product(range(number), repeat=steps):
        score = (
            chain.start[path[0]] + chain.end[path[-1]] + sum(emissions[t, tag] for t, tag in enumerate(path))
        )
        yield path, score + sum(chain.steps[pair] for pair in itertools.pairwise(path))


def read(emissions, chain):
    """The sums, the best path and the marginals of one row."""
    lengths = np.array([len(emissions)])
    sums = summed(emissions[None], lengths, chain)
    best = best_paths(emissions[None], lengths, chain)[0]
    return sums.row(0), best, marginals(emissions[None], sums)[0]


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=15)
@given(steps=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_everything_equals_the_sum_over_all_sequences(scheme, steps, seed):
    tags = SCHEMES[scheme]
    emissions, chain = drawn(tags, steps, seed, scheme)
    paths, scores = zip(*every(emissions, chain), strict=True)
    weights = np.exp(np.array(scores))
    sums, best, probabilities = read(emissions, chain)
    assert tuple(best) == paths[int(np.argmax(scores))]
    assert sums.total == pytest.approx(np.log(weights.sum()))
    expected = np.zeros_like(emissions)
    for path, weight in zip(paths, weights, strict=True):
        expected[np.arange(steps), path] += weight
    assert probabilities == pytest.approx(expected / weights.sum())
    entities = [set(spans_of([tags[tag] for tag in path])) for path in paths]
    for span in spans_of([tags[tag] for tag in best]):
        having = sum(weight for weight, found in zip(weights, entities, strict=True) if span in found)
        found = entity_probability(span, best, emissions, chain, sums, joins(tags))
        if scheme != "IOB1":  # whose entity after another of its type begins with another tag
            assert found == pytest.approx(having / weights.sum())
        assert found <= having / weights.sum() + 1e-9


def test_forbidden_tags_never_come_out_however_high_they_score():
    emissions, chain = drawn(BIO, 6, 0, "BIO")
    emissions[:, BIO.index("I-x")] += 50
    tags = [BIO[tag] for tag in read(emissions, chain)[1]]
    assert tags == ["B-x", *["I-x"] * 5]


def test_a_row_of_one_word_and_equal_scores():
    chain = Chain(np.zeros(3), np.zeros((3, 3)), np.zeros(3))
    emissions = np.zeros((1, 3))
    _, best, probabilities = read(emissions, chain)
    assert best.tolist() == [0]
    assert probabilities == pytest.approx(np.full((1, 3), 1 / 3))


def test_a_tag_of_no_scheme_is_as_probable_as_its_marginal():
    tags = ["NOUN", "VERB"]
    emissions, chain = drawn(tags, 4, 1)
    sums, path, probabilities = read(emissions, chain)
    found = entity_probability(Span("x", 2, 3), path, emissions, chain, sums, joins(tags))
    assert found == pytest.approx(probabilities[2, path[2]])


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5), seed=st.integers(0, 10**6))
def test_a_row_in_a_batch_equals_the_row_alone(lengths, seed):
    generator = np.random.default_rng(seed)
    _, chain = drawn(BIOES, 1, seed, "BIOES")
    batch = generator.standard_normal((len(lengths), max(lengths), len(BIOES)))
    sums = summed(batch, np.array(lengths), chain)
    paths, probabilities = best_paths(batch, np.array(lengths), chain), marginals(batch, sums)
    for row, size in enumerate(lengths):
        own, path, each = read(batch[row, :size], chain)
        assert sums.total[row] == pytest.approx(own.total)
        assert paths[row, :size].tolist() == path.tolist()
        assert probabilities[row, :size] == pytest.approx(each)
