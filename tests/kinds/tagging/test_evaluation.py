"""Evaluation of a tagger on splits and files: the numbers of its test, and what is said of strange files."""

import json

import pytest

from rnnlab.errors import SettingError
from rnnlab.evaluation.entities import convert
from rnnlab.kinds.tagging.evaluation import evaluate
from rnnlab.kinds.use import EvaluationRequest
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

from .conftest import conll, sentences


def values(found):
    return {name: one["value"] for name, one in found.results["metrics"].items()}


def test_the_split_has_the_numbers_of_the_training_s_test(opened):
    found = evaluate(opened, EvaluationRequest(resamples=50))
    expected = {name.removeprefix("test/"): value for name, value in opened.metrics.items()}
    for name in ("f1", "precision", "recall", "accuracy", "macro_f1", "f1_person", "recall_place"):
        assert values(found)[name] == pytest.approx(expected[name]), name
        one = found.results["metrics"][name]
        assert one["low"] <= one["value"] <= one["high"]
    assert found.results["rows"] == 60
    assert found.results["types"] == ["person", "place"]
    assert sum(found.results["support"]) == sum(map(sum, found.results["confusion"][:2]))
    assert json.loads(json.dumps(found.results)) == found.results
    assert "surface f1" in found.text


@pytest.mark.parametrize("scheme", ["BIO", "IOB1", "BIOES"])
def test_a_file_of_the_same_sentences_has_the_same_numbers_in_any_scheme(opened, scheme, tmp_path):
    rows = [
        list(zip([w for w, _ in pairs], convert([t for _, t in pairs], "BIO", scheme), strict=True))
        for pairs in sentences(60, 2)
    ]
    (tmp_path / "test.conll").write_text(conll(rows))
    found = evaluate(opened, EvaluationRequest(path=tmp_path / "test.conll", resamples=0))
    assert values(found)["f1"] == pytest.approx(opened.metrics["test/f1"])
    assert "low" not in found.results["metrics"]["f1"]


def test_jsonl_and_numbered_columns_are_read(opened, tmp_path):
    rows = sentences(20, 5)
    lines = [{"words": [w for w, _ in pairs], "ner": [t for _, t in pairs]} for pairs in rows]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    text = "".join("".join(f"{t} x {w}\n" for w, t in pairs) + "\n" for pairs in rows)
    (tmp_path / "rows.txt").write_text(text)
    asked = [("rows.jsonl", ("words", "ner")), ("rows.txt", ("2", "0"))]
    found = [
        values(evaluate(opened, EvaluationRequest(path=tmp_path / name, columns=columns, resamples=0)))
        for name, columns in asked
    ]
    assert found[0] == found[1]
    assert found[0]["f1"] > 0.5


def test_types_that_the_run_never_saw_count_as_missed_and_are_named(opened, tmp_path):
    (tmp_path / "more.conll").write_text("Ann B-person\nX B-ship\n\n")
    found = evaluate(opened, EvaluationRequest(path=tmp_path / "more.conll", resamples=0))
    assert found.results["notes"] == ["the run never saw ship, which count as missed"]
    assert values(found)["recall_ship"] == 0
    assert "note: the run never saw ship" in found.text


def refused(run, path, **asked):
    with pytest.raises(SettingError) as told:
        evaluate(run, EvaluationRequest(path=path, resamples=0, **asked))
    return str(told.value)


def test_files_that_cannot_be_evaluated_are_refused_in_a_line(opened, tmp_path):
    path = tmp_path / "bad.conll"
    path.write_text("Ann NOUN\nlives VERB\n\n")
    assert "has the tag 'NOUN', and the run's tags mark entities" in refused(opened, path)
    path.write_text("Ann B-ship\n\n")
    assert "none of its tags (ship) are the run's: person, place" in refused(opened, path)
    path.write_text("Ann B-person\nin\n\n")
    assert "line 2" in refused(opened, path)
    assert "is a table" in refused(opened, path, format="csv")
    assert "no such file" in refused(opened, tmp_path / "absent.conll")


def test_broken_sentences_can_be_left_out_and_are_counted(opened, tmp_path):
    path = tmp_path / "bad.conll"
    path.write_text("Ann B-person\nin\n\nRome B-place\n\n")
    found = evaluate(opened, EvaluationRequest(path=path, skip=True, resamples=0))
    assert found.results["rows"] == 1
    assert "1 left out, the first because line 2" in found.text


def test_words_without_a_scheme_have_an_accuracy_and_a_confusion_of_tags(word_run):
    run = OpenRun(RunFolder(word_run))
    found = evaluate(run, EvaluationRequest(resamples=20))
    assert values(found)["accuracy"] == pytest.approx(run.metrics["test/accuracy"])
    total = sum(map(sum, found.results["confusion"]))
    assert total == found.results["words"] == sum(found.results["support"])
    assert "| f1 " not in found.text.split("\n\n")[1]


def test_errors_are_listed_with_their_words(weak_run):
    run = OpenRun(RunFolder(weak_run))
    found = evaluate(run, EvaluationRequest(resamples=0)).results
    assert sum(found["errors"].values()) >= len(found["worst_errors"]) > 0
    for one in found["worst_errors"]:
        span = one["true"] or one["predicted"]
        assert " ".join(one["text"].split()[span["start"] : span["end"]]) == span["text"]


def test_errors_of_words_without_a_scheme_are_wrong_tags(word_run, tmp_path):
    path = tmp_path / "wrong.conll"
    path.write_text("Ann\tVERB\nin\tADP\n\n")
    found = evaluate(OpenRun(RunFolder(word_run)), EvaluationRequest(path=path, resamples=0))
    assert found.results["errors"] == {"wrong tag": 1}
    assert found.results["worst_errors"][0]["true"]["type"] == "VERB"
