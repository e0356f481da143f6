import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.generate.verse.pronounce import known, rhymes, rhymes_by_spelling, say, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("thou", 1),
        ("Feed'st", 1),
        ("mak'st", 1),
        ("deserv'd", 2),
        ("look'd", 1),
        ("goeth", 2),
        ("heav'n", 1),
        ("o'er", 1),
        ("'tis", 1),
        ("ne'er", 1),
        ("gentle", 2),
        ("buriest", 3),
        ("unear'd", 2),
        ("honour", 2),
        ("beauty's", 2),
        ("fairest", 2),
        ("perform'd", 2),
        ("deliver'd", 3),
        ("banish'd", 2),
        ("in't", 1),
        ("selfsame", 2),
        ("’TIS", 1),
    ],
)
def test_syllables_of_shakespeare(word, count):
    assert known(word)
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("day", "May"),
        ("thee", "see"),
        ("increase", "decease"),
        ("lies", "eyes"),
        ("prov'd", "mov'd"),
        ("brow", "now"),
        ("shines", "declines"),
        ("o'er", "before"),
        ("pleasure", "treasure"),
        ("wind", "find"),
        ("thine", "mine"),
    ],
)
def test_rhymes(one, other):
    assert rhymes(one, other)
    assert rhymes(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("day", "day"),
        ("Day", "day"),
        ("right", "write"),
        ("light", "delight"),
        ("myself", "himself"),
        ("love", "move"),
        ("prov'd", "lov'd"),
        ("memory", "die"),
        ("the", "a"),
        ("summer", "drummers"),
        ("zzxq", "mzzxq"),
    ],
)
def test_no_rhymes(one, other):
    assert not rhymes(one, other)
    assert not rhymes(other, one)


def test_what_is_not_known_is_guessed():
    assert not known("Petruchio")
    assert say("Petruchio") == []
    assert syllables("Petruchio") == 4
    assert rhymes_by_spelling("Blorake", "lake")
    assert not rhymes_by_spelling("make", "lake"), "two known words rhyme by the dictionary alone"


@given(st.text(max_size=12))
def test_any_text_is_some_number_of_syllables(word):
    assert syllables(word) >= 0
    assert not rhymes(word, word)
