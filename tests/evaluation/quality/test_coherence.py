"""What stays with its subject is more coherent than what does not."""

from __future__ import annotations

import math
import random

import pytest

from rnnlab.evaluation.quality.coherence import Coherence, units

SUBJECTS = [
    "sea ship sail wave storm sailor harbour captain anchor island tide wind",
    "king crown throne queen battle sword army castle knight banner war siege",
    "garden rose flower bee summer leaf tree spring bird blossom rain seed",
]


@pytest.fixture(scope="module")
def told() -> list[str]:
    """Texts of one subject each, of 120 words."""
    draw = random.Random(0)
    return [" ".join(draw.choices(SUBJECTS[place % 3].split(), k=120)) for place in range(60)]


def test_it_ranks_subjects_above_mixed_words_above_shuffled_characters(told):
    judge, draw = Coherence("\n".join(told[:45])), random.Random(1)
    held = told[45:]
    pool = " ".join(held).split()
    draw.shuffle(pool)
    mixed = [" ".join(pool[start : start + 120]) for start in range(0, len(pool), 120)]
    shuffled = ["".join(draw.sample(text, len(text))) for text in held]
    found = [judge.of(texts) for texts in (held, mixed, shuffled)]
    assert found[0] > found[1] + 0.1
    assert found[1] > found[2] + 0.1


def test_short_texts_tell_nothing(told):
    judge = Coherence("\n".join(told))
    assert math.isnan(judge.of(["sea ship"]))
    assert judge.of([told[0], "sea ship"]) == pytest.approx(judge.of([told[0]]))


def test_units_are_runs_of_thirty_words():
    assert [len(unit.split()) for unit in units("word " * 70)] == [30, 30]


def test_a_training_text_of_few_words_tells_nothing():
    assert math.isnan(Coherence("the sea and the ship " * 60).of(["sea ship " * 40]))
