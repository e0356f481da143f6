"""Pairs of texts: how they are written, cleaned and marked."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.text.pairs import MARK, PairCleaner, joined, parted, separator_of
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.subword import BpeTokenizer, ByteBpeTokenizer, WordPieceTokenizer
from rnnlab.tokenizer.word import WordTokenizer

CLEAN = PairCleaner(Cleaner({"lowercase": True, "whitespace": True}))
TEXTS = [f"a {word} eats {MARK} some {word} has eaten" for word in ("man", "cat", "dog", "bird", "fish")] * 20


@given(st.text(), st.text())
def test_two_texts_come_out_as_they_were_joined(first, second):
    assert parted(joined(first, second)) == (first.replace("\t", " "), second.replace("\t", " "))
    assert parted(json.dumps([first, second])) == (first, second)


@given(st.text(), st.text())
def test_a_cleaned_pair_has_one_mark(first, second):
    assert CLEAN(joined(first, second)).count(MARK) == 1


def test_each_text_is_cleaned_by_itself():
    assert CLEAN(joined("  A Man ", f"eats {MARK} now")) == f"a man {MARK} eats   now"
    assert CLEAN("") == f" {MARK} "
    assert CLEAN.settings() == {**CLEAN.cleaner.settings(), "pairs": True}
    assert CLEAN.trace(joined("A ", "B"))[-1][1].endswith(f"{MARK} b")
    assert pickle.loads(pickle.dumps(CLEAN))("A\tB") == f"a {MARK} b"


@pytest.mark.parametrize("text", ["one text", "a\tb\tc", '["one"]', '["a", 1]', "[a, b]"])
def test_what_is_no_pair_is_refused(text):
    with pytest.raises(SettingError, match="must be a pair of texts: both with a tab between them"):
        parted(text)


@pytest.mark.parametrize(
    "tokenizer", [WordTokenizer(), CharTokenizer(), BpeTokenizer(40), WordPieceTokenizer(40)]
)
def test_the_mark_is_one_token(tokenizer):
    tokenizer.train(TEXTS)
    mark = separator_of(tokenizer)
    assert tokenizer.encode(f"a cat {MARK} a dog").count(mark) == 1


def test_a_tokenizer_that_splits_the_mark_is_refused():
    tokenizer = ByteBpeTokenizer(270)
    tokenizer.train(TEXTS)
    with pytest.raises(SettingError, match=r"splits the mark .* between two texts: choose word, bpe"):
        separator_of(tokenizer)
