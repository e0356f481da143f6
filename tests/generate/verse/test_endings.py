import pytest

from rnnlab.generate.verse.endings import elided, join, parts_of, without_vowel


@pytest.mark.parametrize(
    ("before", "sounds", "after", "whole"),
    [
        ("", "T AH1 CH", "d", "T AH1 CH T"),
        ("", "L AH1 V", "d", "L AH1 V D"),
        ("", "W EY1 T", "d", "W EY1 T IH0 D"),
        ("", "R OW1 Z", "s", "R OW1 Z IH0 Z"),
        ("", "N AY1 T", "s", "N AY1 T S"),
        ("", "D EY1", "s", "D EY1 Z"),
        ("", "L AH1 V", "S T", "L AH1 V S T"),
        ("", "W IH1 SH", "S T", "W IH1 SH AH0 S T"),
        ("", "DH AW1", "L", "DH AW1 L"),
        ("", "DH AE1 T", "L", "DH AE1 T AH0 L"),
        ("AH0 N", "S IY1 N", "", "AH0 N S IY1 N"),
    ],
)
def test_joined_sounds(before, sounds, after, whole):
    assert join(before, sounds, after) == whole


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("lov'd", "love"),
        ("stopp'd", "stop"),
        ("carri'd", "carry"),
        ("mak'st", "make"),
        ("goeth", "go"),
        ("unkind", "kind"),
        ("honour", "honor"),
        ("think'st", "think"),
    ],
)
def test_the_base_is_among_the_parts(word, base):
    assert base in [parts.base for parts in parts_of(word)]


def test_a_vowel_for_an_apostrophe():
    assert "heaven" in list(elided("heav'n"))
    assert list(elided("heaven")) == list(elided("'tis")) == []


@pytest.mark.parametrize(
    ("sounds", "fewer"),
    [("HH EH1 V AH0 N", "HH EH1 V N"), ("P AW1 ER0", "P AW1 R"), ("D EY1", "D EY1")],
)
def test_a_vowel_less(sounds, fewer):
    assert without_vowel(sounds) == fewer
