"""Answers of a probe to typed rows, with networks that are easy to follow."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.probing.answer import ProbeAnswers

BITS = {"tokens": ["", "0", "1"], "answers": ["even", "odd"], "features": None}
NAMES = {"tokens": ["", "s01", "s1"], "answers": ["a", "b"], "features": None}
VALUES = {"tokens": [], "answers": [], "features": 2}


def parity(padded, lengths):
    """Logits (B, T, 2) of the parity of the ids' ones."""
    odd = (padded == 2).cumsum(1) % 2
    return np.stack([1.0 - odd, odd * 3.0], axis=2).astype(np.float32)


def test_a_row_of_tokens_is_answered_at_its_last_step_and_at_each():
    first, second = ProbeAnswers(parity, BITS)(["1 0 1 1", "01"])
    assert first["steps"] == ["odd", "odd", "even", "odd"]
    assert first["answer"] == "odd"
    assert first["probability"] == pytest.approx(1 / (1 + np.exp(-3)), rel=1e-6)
    assert second["steps"] == ["even", "odd"]


def test_tokens_of_several_characters_stand_apart():
    encoded = ProbeAnswers(parity, NAMES).encode(["s1 s01"])
    assert encoded[0].tolist() == [2, 1]


def test_values_are_answered_with_numbers():
    answers = ProbeAnswers(lambda padded, lengths: padded.sum(2, keepdims=True), VALUES)
    assert answers([[[0.5, 0], [0.25, 1]]]) == [{"answer": 1.25, "steps": [0.5, 1.25]}]
    assert answers.shown(answers([[[0.5, 0]]])[0]) == {"answer": "0.5000", "steps": "0.5"}


@pytest.mark.parametrize(
    ("facts", "row", "said"),
    [
        (BITS, "0 2", "TEXT=0 2: 2 is no token of this probe"),
        (BITS, " ", "must have a token at least"),
        (VALUES, [[1, 2, 3]], "a list of 2 numbers"),
        (VALUES, [[1], [1, 2]], "a list of 2 numbers"),
        (VALUES, 3, "a list of 2 numbers"),
    ],
    ids=["token", "empty", "wide", "ragged", "number"],
)
def test_a_row_that_cannot_be_read_is_refused(facts, row, said):
    with pytest.raises(SettingError, match=said):
        ProbeAnswers(parity, facts).encode([row])
