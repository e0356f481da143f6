from __future__ import annotations

import pytest

from rnnlab.evaluation.quality.language import balanced, likeness, profile, real_words

PLAY = "x\n\nROMEO:\nShe speaks.\nO speak again!\n\nJULIET:\nO Romeo, Romeo!\n\nx"


def test_real_words_are_those_that_are_known():
    assert real_words(["the cat zzz", "The"], frozenset({"the", "cat"})) == pytest.approx(3 / 4)
    assert real_words(["..."], frozenset()) == 0


def test_a_profile_counts_whole_lines_and_speeches():
    found = profile([PLAY])
    assert found.lines == [6, 11, 14, 7, 15]
    assert found.speeches == [3, 2]
    assert found.headed == 1
    assert found.marks[0] == pytest.approx(1000 / len(PLAY))  # one full stop


def test_a_text_is_like_itself():
    like = likeness([PLAY], profile([PLAY]))
    assert (like.lines, like.speeches, like.marks, like.headed, like.balanced) == (0, 0, 0, 1, 1)


def test_other_texts_are_apart_by_their_lengths_and_marks():
    other = PLAY.replace("O speak again!", "O speak again, and again, for ever and a day")
    like = likeness([other], profile([PLAY]))
    assert like.lines == pytest.approx(30 / 5)
    assert 0 < like.marks < 1
    assert likeness(["no lines here"], profile([PLAY])).lines == float("inf")
    assert likeness(["no marks"], profile([PLAY])).marks == 1


def test_brackets_are_closed_or_not():
    assert balanced(["(a) [b", "(c)"]) == pytest.approx(2 / 3)
    assert balanced(["none"]) == 1
