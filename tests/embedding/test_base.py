from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.embedding.base import corpora
from rnnlab.tokenizer import CharTokenizer


def tokenizer_of(text: str) -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train([text])
    return tokenizer


def test_the_key_is_that_of_the_content():
    ids, offsets = np.array([2, 3, 2], dtype=np.uint8), np.array([0, 1, 3])
    first = corpora(tokenizer_of("ab"), [ids], [offsets]).key
    assert corpora(tokenizer_of("ab"), [ids.copy()], [offsets]).key == first
    others = [
        corpora(tokenizer_of("ac"), [ids], [offsets]),
        corpora(tokenizer_of("ab"), [np.roll(ids, 1)], [offsets]),
        corpora(tokenizer_of("ab"), [ids], [np.array([0, 2, 3])]),
        corpora(tokenizer_of("ab"), [ids, ids], [offsets, offsets]),
    ]
    assert len({first, *(other.key for other in others)}) == 5


@given(vocabulary=st.sets(st.characters(), min_size=1, max_size=5))
def test_any_vocabulary_has_a_key(vocabulary):
    corpus = corpora(tokenizer_of("".join(vocabulary)), [np.array([1])], [np.array([0, 1])])
    assert len(corpus.key) == 64


def test_train_tokens_are_counted_and_all_are_summed():
    ids = [np.array([2, 1, 2], dtype=np.uint8), np.array([3], dtype=np.uint8)]
    corpus = corpora(tokenizer_of("ab"), ids, [np.array([0, 3]), np.array([0, 1])])
    assert corpus.counts().tolist() == [0, 1, 2, 0]
    assert corpus.num_tokens == 4
