import pytest

from rnnlab.text.words import WORD, count, plain_english, word_pattern


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't go", ["don't", "go"]),
        ("u.s. t-mobile at&t and/or a@b", []),
        ("<url> word <not>", ["word"]),
        ("(word) 'word' word.", ["word", "word", "word"]),
    ],
)
def test_what_hangs_together_and_marks_are_no_words(text, words):
    assert WORD.findall(text) == words


def test_alternatives_stand_alone_in_any_case():
    assert word_pattern("not|no").findall("Not a knot, no-one, NO") == ["Not", "NO"]


def test_counts_are_of_english():
    assert count("good") > count("god") > count("sooo") > 0 == count("qwxzq")
    assert "love" in plain_english()
