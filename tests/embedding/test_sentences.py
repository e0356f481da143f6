"""Rows of ids as lists of words: every real token once a pass, in order, no piece too long for gensim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.embedding import sentences
from rnnlab.embedding.base import Corpora, corpora
from rnnlab.embedding.sentences import Sentences, words_of
from rnnlab.tokenizer import CharTokenizer

ROWS = st.lists(st.lists(st.integers(0, 4), max_size=12), min_size=1, max_size=12)


def corpus_of(*parts: list[list[int]]) -> Corpora:
    tokenizer = CharTokenizer()
    tokenizer.train(["abc"])
    ids = [np.array([number for row in rows for number in row], dtype=np.uint8) for rows in parts]
    return corpora(tokenizer, ids, [np.cumsum([0, *map(len, rows)]) for rows in parts])


@given(train=ROWS, more=ROWS, longest=st.integers(1, 5), block=st.integers(5, 20))
def test_each_pass_gives_every_real_token_in_order_and_no_row_runs_into_the_next(
    train: list[list[int]], more: list[list[int]], longest: int, block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnlab.bar.Bar.in_terminal", lambda: True)  # elsewhere the bar counts nothing
        patch.setattr(sentences, "LONGEST", longest)
        patch.setattr(sentences, "BLOCK", block)
        read = Sentences(corpus_of(train, more), 2, "test")
        first, second = list(read), list(read)
        read.close()
    pieces = [row[start : start + longest] for row in train + more for start in range(0, len(row), longest)]
    words = [["abc"[number - 2] for number in piece if number > 1] for piece in pieces]
    assert first == second == [piece for piece in words if piece]
    assert read.bar.n == read.bar.total


def test_lone_surrogates_become_text_that_can_be_encoded() -> None:
    assert words_of(["a", "\ud800", "ü"]) == ["a", "\\ud800", "ü"]
