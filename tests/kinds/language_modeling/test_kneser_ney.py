"""Modified Kneser-Ney: against counts by hand, a plain reference, and NLTK's interpolated model."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.kinds.language_modeling.kneser_ney import KneserNey
from rnnlab.kinds.language_modeling.ngram_levels import Rows, discounts


def rows(*texts):
    """Texts as rows, in which every token but the first is predicted."""
    return Rows(np.concatenate(texts).astype(np.int64), np.concatenate([np.arange(len(t)) for t in texts]))


def fitted(order, vocab_size, *texts):
    """A model of exactly this order, or of the longest n-gram that the texts have."""
    model = KneserNey(vocab_size, order)
    model.fit(rows(*texts), rows(*texts))  # on its own text the loss falls with every token more
    return model


class Reference:
    """The formulas of Chen & Goodman (1998), n-gram by n-gram, in dictionaries."""

    def __init__(self, order, vocab_size, texts):
        self.order, self.vocab_size = order, vocab_size
        self.raw, self.before = defaultdict(Counter), defaultdict(Counter)
        lefts = defaultdict(set)
        for text in texts:
            for end in range(1, len(text) + 1):
                for length in range(1, min(order, end) + 1):
                    ngram = tuple(text[end - length : end])
                    self.raw[length][ngram] += 1
                    lefts[ngram].add(text[end - length - 1] if end > length else None)
        for ngram, different in lefts.items():
            self.before[len(ngram)][ngram] = len(different)

    def probability(self, context, token):
        context = tuple(context)[max(len(context) - self.order + 1, 0) :]
        return self._mixed(self.raw, context, token)

    def _mixed(self, counts, context, token):
        table = counts[len(context) + 1]
        shorter = self._mixed(self.before, context[1:], token) if context else 1 / self.vocab_size
        of_context = {w: c for (*h, w), c in table.items() if tuple(h) == context}
        if not of_context:
            return shorter
        taken = discounts(np.array(sorted(table.values())))
        total = sum(of_context.values())
        count = of_context.get(token, 0)
        freed = sum(taken[min(c, 3)] for c in of_context.values())
        return (count - taken[min(count, 3)]) / total + freed / total * shorter


TEXTS = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=40), min_size=1, max_size=4)


@given(TEXTS, st.integers(1, 4), st.lists(st.integers(0, 5), max_size=5))
def test_the_model_equals_the_formulas_and_sums_to_one(texts, order, context):
    model = fitted(order, 6, *texts)
    reference = Reference(model.order, 6, texts)
    found = model.probabilities(context)
    assert found.sum() == pytest.approx(1, abs=1e-9)
    assert found.min() > 0
    expected = [reference.probability(context, token) for token in range(6)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@given(TEXTS, st.lists(st.integers(0, 5), min_size=2, max_size=20))
def test_the_loss_of_a_row_is_that_of_its_tokens_one_by_one(texts, row):
    model = fitted(3, 6, *texts)
    expected = [-np.log(model.probabilities(row[:end])[row[end]]) for end in range(1, len(row))]
    assert model.nats(rows(row)) == pytest.approx(np.mean(expected))
    both = (np.sum(expected) + np.sum(expected)) / (2 * len(expected))
    assert model.nats(rows(row, row)) == pytest.approx(both)


def test_a_bigram_model_by_hand():
    """Text a b a b a c; no count comes often enough for discounts of its own, so 0.5, 1 and 1.5 are taken.

    Before a stand the start and b, before b and c stands a: counts 2, 1, 1 of 4 in all.
    """
    model = fitted(2, 4, [0, 1, 0, 1, 0, 2])
    freed = (1.0 + 0.5 + 0.5) / 4
    lower = [(2 - 1.0) / 4 + freed / 4, (1 - 0.5) / 4 + freed / 4, (1 - 0.5) / 4 + freed / 4, freed / 4]
    after_a = (1.0 + 0.5) / 3  # freed by ab, which comes twice, and ac, of the three tokens after a
    expected = [after_a * p for p in lower]
    expected[1] += (2 - 1.0) / 3
    expected[2] += (1 - 0.5) / 3
    np.testing.assert_allclose(model.probabilities([0]), expected)
    np.testing.assert_allclose(model.probabilities([3]), lower)  # after a token that was never seen


def test_discounts_by_hand():
    counts = np.array([1] * 10 + [2] * 4 + [3] * 2 + [4] * 1)
    y = 10 / 18
    expected = [0, 1 - 2 * y * 4 / 10, 2 - 3 * y * 2 / 4, 3 - 4 * y * 1 / 2]
    np.testing.assert_allclose(discounts(counts), expected)
    assert discounts(np.array([1, 1, 3])).tolist() == [0, 0.5, 1.0, 1.5]


def test_it_stops_at_the_order_that_the_validation_text_likes_best():
    drawn = np.random.default_rng(0)
    noise = drawn.integers(0, 5, 4000)
    model = KneserNey(5)
    model.fit(rows(noise[:3000]), rows(noise[3000:]))
    assert model.order <= 2
    cycle = np.tile([0, 0, 0, 1], 300)  # what comes after a 0 depends on three tokens
    model.fit(rows(cycle[:1000]), rows(cycle[1000:]))
    assert model.order >= 4
    assert model.nats(rows(cycle[1000:])) < 0.1


def test_tokens_of_other_rows_are_no_context():
    together, apart = fitted(2, 3, [0, 1, 2, 0]), fitted(2, 3, [0, 1], [2, 0])
    assert together.probabilities([1])[2] > apart.probabilities([1])[2]


def test_nltks_interpolated_model_is_close():
    """NLTK takes one discount from all counts and starts at the 1-grams; on a text of many n-grams both
    models give nearly the same probabilities.
    """
    lm = pytest.importorskip("nltk.lm")
    drawn = np.random.default_rng(1)
    chain = drawn.dirichlet(np.full(8, 0.4), size=8)
    text = [0]
    for _ in range(4000):
        text.append(int(drawn.choice(8, p=chain[text[-1]])))
    ours = fitted(2, 8, text)
    theirs = lm.KneserNeyInterpolated(2, discount=0.75)
    words = [str(token) for token in text]
    theirs.fit([[*((w,) for w in words), *pairwise(words)]], words)
    for context in range(8):
        found = ours.probabilities([context])
        expected = [theirs.score(str(token), [str(context)]) for token in range(8)]
        np.testing.assert_allclose(found, expected, atol=0.02)
