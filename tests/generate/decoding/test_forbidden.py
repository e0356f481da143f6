from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.forbidden import forbidden
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.tokenizer.char import CharTokenizer


@pytest.fixture
def letters() -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train(["abcd"])  # ids 2 to 5
    return tokenizer


def test_padding_and_the_unknown_token_never_come(letters):
    assert forbidden(letters, Decoding()) == ((0, 1), ())


def test_a_banned_character_never_comes_and_a_banned_word_is_not_finished(letters):
    assert forbidden(letters, Decoding(banned=("b",))) == ((0, 1, 3), ())
    assert forbidden(letters, Decoding(banned=("ab", "cda"))) == ((0, 1), ((2, 3), (4, 5, 2)))
    assert forbidden(letters, Decoding(banned=("b", "ab"))) == ((0, 1, 3), ())


def test_nothing_but_what_is_allowed(letters):
    assert forbidden(letters, Decoding(only=("a", "c"))).ids == (0, 1, 3, 5)


@pytest.mark.parametrize(
    ("decoding", "message"),
    [(Decoding(only=("x",)), "--only=x: leaves"), (Decoding(banned=tuple("abcd")), "--ban=abcd: leaves")],
)
def test_something_must_be_left(letters, decoding, message):
    with pytest.raises(SettingError, match=message):
        forbidden(letters, decoding)
