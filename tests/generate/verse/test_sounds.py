import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.generate.verse.sounds import onset, perfect, rhyme_part, syllable_count

VOWELS = ["AA", "EH", "IY", "ER"]
sounds = st.lists(
    st.one_of(
        st.sampled_from(["B", "S", "T", "R", "NG"]),
        st.builds("{}{}".format, st.sampled_from(VOWELS), st.integers(0, 2)),
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(
    ("said", "count", "part", "start"),
    [
        ("D EY1", 1, "EY", "D"),
        ("K AH0 M P EH1 R", 2, "EH R", "P"),
        ("S AH1 M ER0", 2, "AH M ER0", "S"),
        ("D IH0 S T R EH1 S", 2, "EH S", "S T R"),
        ("M AY0 S EH1 L F", 2, "EH L F", "S"),
        ("HH IH0 M S EH1 L F", 2, "EH L F", "S"),
        ("AA1 R T", 1, "AA R T", ""),
        ("DH AH0", 1, "", ""),
        ("K AH1 M P AH0 N IY2", 3, "IY", "N"),
        ("DH", 0, "", ""),
    ],
)
def test_what_sounds_tell(said, count, part, start):
    assert (syllable_count(said), rhyme_part(said)) == (count, part)
    if part:
        assert onset(said) == start


@given(sounds, sounds)
def test_rhyme_is_symmetric_and_never_of_the_same(one, other):
    assert perfect(one, other) == perfect(other, one)
    assert not perfect(one, one)
    if perfect(one, other):
        assert rhyme_part(one) == rhyme_part(other) != ""


@given(sounds)
def test_syllables_are_vowels(said):
    assert syllable_count(said) == sum(sound[:2] in VOWELS for sound in said.split())
