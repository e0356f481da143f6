"""Baselines of text to text: what they write, which rows they are tested on, and when they are left out."""

from types import SimpleNamespace

import pytest

from rnnlab.kinds.baselines import LeftOut, measure_all
from rnnlab.kinds.text_to_text.baselines import BASELINES, CopiedSource, Lead, NearestSource, lead, nearest
from rnnlab.kinds.work import Work

TRAIN = {
    "a dog runs in the snow": "ein Hund rennt im Schnee",
    "two men play chess": "zwei Männer spielen Schach",
    "a woman reads a book": "eine Frau liest ein Buch",
}
TEST = {
    "a dog runs in the grass": "ein Hund rennt im Gras",
    "three women read books": "drei Frauen lesen Bücher",
}


def work_of(
    test=TEST, validation=None, train=TRAIN, rows=None, measures=("exact_match", "chrf"), monitor="val/chrf"
):
    splits = {"train": train, "validation": test if validation is None else validation, "test": test}
    data = SimpleNamespace(
        inputs=lambda split: list(splits[split]), targets=lambda split: list(splits[split].values())
    )
    outputs = dict.fromkeys(range(len(test)) if rows is None else rows)
    task = SimpleNamespace(outputs=outputs, test_measures=list(measures), monitor=monitor)
    return Work(None, None, None, data, {}, task=task)


def test_a_copied_source_is_right_where_source_and_target_are_the_same():
    found = CopiedSource().measure(CopiedSource().read(work_of({"ok": "ok", "no": "nein"})))
    assert found.metrics["exact_match"] == 0.5


@pytest.mark.parametrize("by_characters", [True, False])
def test_the_nearest_source_shares_most_of_what_is_rare(by_characters):
    known = ["the cat sat", "the dog sat", "zebra crossing here", "zebra crossing there"]
    found = nearest(["a zebra crossing there", "the dog sat there"], known, by_characters)
    assert found == [3, 1]


def test_the_nearest_train_sources_target_is_written():
    baseline = NearestSource()
    found = baseline.measure(baseline.read(work_of({"a dog runs in snow": "ein Hund rennt im Schnee"})))
    assert found.metrics["exact_match"] == 1
    assert found.chosen == {"features": "characters"}


def test_sources_without_a_common_feature_are_left_out_and_it_is_said(tmp_path):
    found = measure_all([NearestSource()], work_of(train={" ": "x"}), tmp_path)
    assert "left_out" in found["nearest train source"]


def test_only_the_rows_that_the_network_wrote_are_measured():
    inputs = CopiedSource().read(work_of(rows=[1], measures=["chrf", "similarity_train_vectors"]))
    assert inputs.sources == ["three women read books"]
    assert inputs.references == ["drei Frauen lesen Bücher"]
    assert inputs.measures == ["chrf"]


def test_the_number_of_first_words_is_chosen_on_validation_alone():
    validation = {
        f"{word} runs fast over all the green hills": f"{word} runs" for word in ("he", "she", "it")
    }
    test = {"we walk home now and then we sleep": "we walk home"}
    baseline = Lead()
    found = baseline.measure(
        baseline.read(work_of(test, validation, measures=["rouge1"], monitor="val/rouge1"))
    )
    assert found.chosen == {"words": 2}
    assert found.metrics["rouge1"] == pytest.approx(80)  # two of two, and two of three


def test_first_words_are_for_summaries_alone():
    with pytest.raises(LeftOut, match="sources are not 2 times as long as their targets"):
        Lead().read(work_of())


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [("  a  b c", 2, "a  b"), ("a b", 5, "a b"), ("", 3, ""), ("a\nb", 1, "a")],
)
def test_first_words_stand_as_in_the_text(text, count, expected):
    assert lead(text, count) == expected


def test_figures_are_kept_by_content_and_are_the_same_again(tmp_path):
    first, again = (measure_all(BASELINES, work_of(), tmp_path) for _ in range(2))
    assert not first["copied source"]["cached"]
    assert again["copied source"]["cached"]
    assert again["nearest train source"]["metrics"] == first["nearest train source"]["metrics"]
    other = measure_all(BASELINES, work_of(rows=[0]), tmp_path)
    assert not other["copied source"]["cached"]
