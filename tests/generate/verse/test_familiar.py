import pytest

from rnnlab.generate.verse.familiar import familiar, letters_after, proposed
from rnnlab.generate.verse.pronounce import known


@pytest.mark.parametrize(
    "word", ["day", "I", "O", "a", "lov'd", "mak'st", "o'er", "'tis", "Richard", "heav'n", "lords'"]
)
def test_words_of_verse(word):
    assert familiar(word)


@pytest.mark.parametrize("word", ["b", "they'", "'justice", "petruchio", "zawada", "hetland", "'"])
def test_others(word):
    assert not familiar(word)


def test_a_surname_is_known_and_not_used():
    assert known("zawada")
    assert not proposed("zawada")
    assert proposed("day")
    assert proposed("beguile")


def test_letters_lead_to_words():
    assert set("aeiou") <= set(letters_after("th"))
    assert letters_after("summe") == "dr"
    assert letters_after("xq") == ""
