from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.prompt import map_unknown, refuse_unknown, shorten, unknown_pieces
from rnnlab.tokenizer.char import CharTokenizer


@pytest.fixture
def plain() -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefEO'- .s"])
    return tokenizer


def test_what_is_lacking_is_named_once(plain):
    assert unknown_pieces(plain, "abc") == []
    assert unknown_pieces(plain, "aQbQ!") == ["Q", "!"]
    refuse_unknown(plain, "abc")
    with pytest.raises(SettingError, match="--prompt=aQb: the model's vocabulary lacks: Q "):
        refuse_unknown(plain, "aQb")


def test_the_nearest_is_read(plain):
    assert map_unknown(plain, "a’b – é È o…Q") == ("a'b - e E O...", ["’", "–", "é", "È", "o", "…", "Q"])
    assert map_unknown(plain, "abc") == ("abc", [])


def test_a_long_prompt_is_shown_on_one_line():
    assert shorten("a\nb") == "a b"
    assert len(shorten("word " * 100)) == 40
