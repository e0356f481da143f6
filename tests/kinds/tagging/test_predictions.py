"""predictions.parquet of a tagger: read whole, and refused where it is another's or broken."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.entities import spans_of
from rnnlab.kinds.tagging.predictions import Predictions, errors_of, marked_words, read_predictions, varied

WHOLE = {
    "row": [0, 3],
    "words": [["Ann", "in", "Rome"], ["no"]],
    "label": [["B-x", "O", "B-y"], ["O"]],
    "predicted": [["B-x", "O", "B-x"], ["B-y"]],
    "probability": [[0.9, 0.8, 0.7], [0.6]],
}


def written(path, **changes):
    pq.write_table(pa.table({**WHOLE, **changes}), path)
    return read_predictions(path, "BIO")


def test_a_table_is_read(tmp_path):
    found = written(tmp_path / "a.parquet")
    assert found.rows == [0, 3]
    assert found.unit == "entities"
    assert [(error.match.name, error.probability) for error in errors_of(found)] == [
        ("wrong type", 0.7),
        ("spurious", 0.6),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"label": [["B-x", "O"], ["O"]]},  # a word without a label
        {"label": [["B-x", "O", "NOUN"], ["O"]]},  # a tag of no scheme
        {"label": [["B-x", "O", None], ["O"]]},
        {"words": ["Ann in Rome", "no"]},
        {"probability": [[0.9], [0.1]]},
        {name: [] for name in WHOLE},
    ],
)
def test_a_broken_table_is_none(tmp_path, changes):
    assert written(tmp_path / "a.parquet", **changes) is None


def test_a_missing_file_or_column_and_another_format_are_none(tmp_path):
    assert read_predictions(tmp_path / "none.parquet", "BIO") is None
    pq.write_table(pa.table({"row": [1], "label": ["x"]}), tmp_path / "b.parquet")
    assert read_predictions(tmp_path / "b.parquet", "BIO") is None
    (tmp_path / "c.parquet").write_text("no table")
    assert read_predictions(tmp_path / "c.parquet", "BIO") is None


@given(st.lists(st.sampled_from(["O", "B-x", "I-x", "B-y"]), max_size=9))
def test_a_sentence_is_marked_in_parts_that_are_the_whole(tags):
    words = [f"w{place}" for place in range(len(tags))]
    spans = spans_of(tags)
    parts = list(marked_words(words, spans))
    assert " ".join(text for text, _ in parts) == " ".join(words)
    assert [span for _, span in parts if span] == spans


def test_kinds_of_errors_take_turns():
    words = [["a"]] * 5
    labels = [["B-x"], ["B-x"], ["B-x"], ["O"], ["B-x"]]
    predicted = [["O"], ["O"], ["O"], ["B-x"], ["B-y"]]
    sure = [[0.9], [0.8], [0.7], [0.3], [0.5]]
    found = Predictions(list(range(5)), words, labels, predicted, sure, "BIO")
    assert [error.place for error in varied(errors_of(found))] == [0, 3, 4, 1, 2]
