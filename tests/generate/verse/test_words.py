import pytest

from rnnlab.generate.verse.words import WEAK, known_share, last_word, line_syllables, words_of


def test_words_of_a_line():
    assert words_of("'Tis thy self-same 'heart', o'er th' sea!") == [
        "'Tis",
        "thy",
        "self",
        "same",
        "'heart'",
        "o'er",
        "th'",
        "sea",
    ]
    assert words_of("-- 12 !") == []


@pytest.mark.parametrize(
    "line",
    [
        "Shall I compare thee to a summer's day?",
        "Sometime too hot the eye of heaven shines,",
        "Rough winds do shake the darling buds of May,",
        "And summer's lease hath all too short a date:",
        "But thou contracted to thine own bright eyes,",
        "And dig deep trenches in thy beauty's field,",
        "So long as men can breathe or eyes can see,",
    ],
)
def test_ten_syllables(line):
    assert line_syllables(line) == 10
    assert known_share(line)[0] == known_share(line)[1] == len(words_of(line))


def test_the_last_word():
    assert last_word("So long lives this, and this gives life to thee.") == "thee"
    assert last_word("...") == ""


def test_weak_words_are_lower_case():
    assert {"the", "of", "my"} <= WEAK
    assert not {"me", "day", "so"} & WEAK
