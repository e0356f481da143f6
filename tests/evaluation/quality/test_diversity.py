from __future__ import annotations

import pytest

from rnnlab.evaluation.quality.diversity import distinct, ends_in_loop, loops, self_bleu, words


def test_words_keep_their_apostrophes():
    assert words("Don't, o'er—thou'rt 3 times!") == ["don't", "o'er", "thou'rt", "times"]


def test_distinct_counts_over_all_texts():
    assert distinct(["a b a", "a b"], 1) == pytest.approx(2 / 5)
    assert distinct(["a b a", "a b"], 2) == pytest.approx(2 / 3)
    assert distinct(["a"], 2) == 0


def test_self_bleu_is_100_for_equal_texts_and_low_for_different_ones():
    same = "the cat sat on the mat today"
    assert self_bleu([same] * 3) == pytest.approx(100)
    assert self_bleu([same, "dogs run far over green hills there"]) < 10
    assert self_bleu([same]) == 0


@pytest.mark.parametrize(
    ("text", "looped"),
    [
        ("so and the world and the world and the world", True),
        ("x" * 12, True),
        ("no no no", False),  # too short a stretch
        ("the end is near", False),
        ("again again", False),
        ("", False),
    ],
)
def test_a_loop_is_said_three_times(text, looped):
    assert ends_in_loop(text) == looped


def test_shares_of_loops():
    assert loops(["x" * 12, "abc"]) == 0.5
    assert loops([]) == 0
