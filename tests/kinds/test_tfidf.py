"""TF-IDF of ids against scikit-learn's own of the same words."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from rnnlab.data.cache import Split
from rnnlab.kinds.tfidf import Texts, texts_of, tfidf

SIZE = 12


def texts(*rows):
    return Texts(np.concatenate([np.array(row, np.uint8) for row in rows]), np.cumsum([0, *map(len, rows)]))


def test_it_weighs_as_scikit_learn_does():
    draw = np.random.default_rng(0)
    train, other = ([draw.integers(0, SIZE, draw.integers(1, 9)).tolist() for _ in range(30)] for _ in "ab")
    found = tfidf(texts(*train), [texts(*other)], SIZE)
    words = [[" ".join(f"w{token}" for token in row) for row in rows] for rows in (train, other)]
    theirs = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", min_df=2, sublinear_tf=True)
    expected = [theirs.fit_transform(words[0]), theirs.transform(words[1])]
    for own, right in zip(found, expected, strict=True):
        assert own.shape == right.shape
        gram = (right @ right.T).toarray()  # without the order of the features
        np.testing.assert_allclose((own @ own.T).toarray(), gram, atol=1e-12)


def test_a_pair_does_not_reach_over_the_end_of_a_text():
    apart = tfidf(texts([1], [2], [1], [2]), [], SIZE)[0]
    assert apart.shape == (4, 2)
    assert tfidf(texts([1, 2], [1, 2]), [], SIZE)[0].shape == (2, 3)


@pytest.mark.parametrize(("rows", "expected"), [(None, [[1, 2], [3], [4, 5]]), ([0, 2], [[1, 2], [4, 5]])])
def test_rows_of_a_split(rows, expected):
    split = Split(np.array([1, 2, 3, 4, 5]), np.array([0, 2, 3, 5]), np.zeros(3), np.arange(3))
    found = texts_of(split, None if rows is None else np.array(rows))
    ends = zip(found.offsets, found.offsets[1:], strict=False)
    assert [found.ids[start:end].tolist() for start, end in ends] == expected
