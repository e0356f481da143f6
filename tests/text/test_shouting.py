import pytest

from rnnlab.text.shouting import is_shouted, shouting


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("I am SO HAPPY today", "I am SO happy <shout> today"),
        ("I LOVE it", "I love <shout> it"),
        ("that is SOOOO bad", "that is soooo <shout> bad"),
        ("we CAN'T go", "we can't <shout> go"),
        ("WHAT THE HELL, USA <user>", "what the hell, usa <user> <shout>"),
        ("GO HOME NOW #BestDay", "go home now #BestDay <shout>"),
    ],
)
def test_shouting_is_marked(text, marked):
    assert shouting(text) == marked
    assert shouting(marked) == marked


@pytest.mark.parametrize(
    "text", ["the USA and the NBA", "LOL OMG", "I AM", "Mixed Case", "#LOVE", "U.S.A.", "A B C"]
)
def test_acronyms_short_words_and_hashtags_are_not_shouted(text):
    assert shouting(text) == text


@pytest.mark.parametrize(("word", "yes"), [("LOVE", True), ("Love", False), ("NBA", False), ("NO", False)])
def test_a_shouted_word_is_plain_english_in_capitals(word, yes):
    assert is_shouted(word) is yes
