"""Answers of any network that reads padded rows: their order, their padding, and rows that cannot be read."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnlab.data.truncation import Truncation
from rnnlab.errors import SettingError
from rnnlab.kinds.row_answers import SeriesAnswers, TextAnswers, exported_network, network_of
from rnnlab.tokenizer.word import WordTokenizer


def total(padded, lengths):
    """The sum of each row's real steps, (B, F)."""
    mask = np.arange(padded.shape[1]) < lengths[:, None]
    return (padded * mask[..., None]).sum(1)


def plain(output):
    return {"sum": output.tolist()}


def test_series_are_answered_in_their_order_whatever_their_length():
    answers = SeriesAnswers(total, plain, {"sum": list}, features=2)
    rows = [[[1, 2]] * 3, [[1, 0]], [[0, 1]] * 5]
    assert answers(rows) == [{"sum": [3, 6]}, {"sum": [1, 0]}, {"sum": [0, 5]}]
    assert answers([answers.example])[0] == {"sum": [0, 0]}
    assert answers.read("[[1, 2]]") == [[1, 2]]


def test_one_feature_needs_no_inner_lists():
    assert SeriesAnswers(total, plain, {"sum": list}, features=1)([[1, 2.5, 3]]) == [{"sum": [6.5]}]


@pytest.mark.parametrize("row", [[], [[1]], [[1, 2], [3]], "words", None, [["a", "b"]], {"a": 1}, [[[1, 2]]]])
def test_what_is_no_series_is_refused(row):
    answers = SeriesAnswers(total, plain, {"sum": list}, features=2)
    with pytest.raises(SettingError, match="must be a list of steps of 2 numbers each"):
        answers([row])


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_numbers_that_are_not_finite_are_refused(number):
    with pytest.raises(SettingError, match="finite"):
        SeriesAnswers(total, plain, {"sum": list}, features=1)([[0, number]])


def test_texts_are_answered_with_a_note_where_nothing_was_read():
    tokenizer = WordTokenizer()
    tokenizer.train(["good bad"] * 3)

    def length(padded, lengths):
        return lengths

    shape = Truncation(3, "head", 0.25, "post")
    answers = TextAnswers(
        length, lambda output: {"tokens": int(output)}, {"tokens": int}, str, tokenizer, shape
    )
    found = answers(["good bad good bad good", "", "good"])
    assert [one["tokens"] for one in found] == [3, 1, 1]
    assert [bool(one["note"]) for one in found] == [False, True, False]
    assert answers.columns == ("tokens", "note")
    assert answers.cells(found[2]) == {"tokens": 1, "note": ""}


def test_a_runs_network_takes_arrays():
    class Sum(torch.nn.Module):
        def forward(self, values, lengths):
            return values.sum(1) / lengths[:, None]

    compute = network_of(SimpleNamespace(network=Sum(), device="cpu"))
    assert compute(np.ones((2, 4, 1), np.float32), np.array([4, 2])).tolist() == [[1.0], [2.0]]


def test_an_exported_graph_is_fed_by_the_names_of_its_inputs():
    class Session:
        def get_inputs(self):
            return [SimpleNamespace(name="values"), SimpleNamespace(name="lengths")]

        def run(self, outputs, feed):
            return [feed["values"] + feed["lengths"], "more"]

    compute = exported_network(SimpleNamespace(session=Session()))
    assert compute(np.array([1.0]), np.array([2])).tolist() == [3.0]
