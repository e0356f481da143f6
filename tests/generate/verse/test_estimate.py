import pytest

from rnnlab.generate.verse.dictionary import dictionary
from rnnlab.generate.verse.estimate import estimate_syllables, plain, spelled_rhyme
from rnnlab.generate.verse.sounds import syllable_count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("day", 1),
        ("bolingbroke", 3),
        ("petruchio", 4),
        ("loved", 1),
        ("wanted", 2),
        ("table", 2),
        ("élan", 2),
        ("x", 1),
        ("", 0),
        ("'", 0),
    ],
)
def test_syllables_by_spelling(word, count):
    assert estimate_syllables(word) == count


def test_most_guesses_are_the_dictionary_s():
    words = [word for word in dictionary().first if word.isalpha()][::25]
    right = sum(estimate_syllables(word) == syllable_count(dictionary().first[word]) for word in words)
    assert right > 0.88 * len(words)


def test_accents_are_taken_off():
    assert plain("Éloïse") == "eloise"


@pytest.mark.parametrize(
    ("one", "other", "rhyme"),
    [
        ("frale", "dale", True),
        ("dale", "dale", False),
        ("knight", "Kright", True),
        ("sea", "tree", False),
        ("b", "c", False),
    ],
)
def test_rhymes_by_spelling(one, other, rhyme):
    assert spelled_rhyme(one, other) is rhyme
