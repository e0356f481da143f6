"""A tagger's part of the report: the numbers of its evaluation, and sentences in colour."""

import shutil

import pytest

from rnnlab.kinds.tagging import KIND
from rnnlab.kinds.tagging.sections import cards, score_table, sections
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.paired import paired_table
from rnnlab.report.page.parts import drawn
from rnnlab.report.page.settings import settings_of


def page(run):
    return "".join(drawn(part) for part in sections(RunFiles(run, KIND)))


def test_scores_are_those_of_the_run(entity_run):
    files = RunFiles(entity_run, KIND)
    found = {score.metric: score for score in score_table(files)}
    for name in ("test/f1", "test/accuracy", "test/macro_f1"):
        assert found[name].value == pytest.approx(files.metrics[name])
        assert found[name].low <= found[name].value <= found[name].high
    assert [name for name, _, _ in cards(files)] == ["F1", "precision", "recall"]


def test_sentences_are_marked_by_type(weak_run, entity_run):
    html = page(weak_run)
    assert "Errors worth reading" in html
    assert '<mark class="s0 wrong">' in html
    assert "<small>person</small>" in html
    assert "Sentences that it has right" in page(entity_run)


def test_words_without_a_scheme_have_their_accuracy(word_run):
    files = RunFiles(word_run, KIND)
    assert [name for name, _, _ in cards(files)] == ["accuracy of tags", "macro F1"]
    assert "NOUN" in page(word_run)


def test_a_run_without_predictions_has_no_sections(entity_run, tmp_path):
    shutil.copy(entity_run / "result.json", tmp_path / "result.json")
    files = RunFiles(tmp_path, KIND)
    assert sections(files) == []
    assert list(cards(files)) == score_table(files) == []


def test_two_settings_are_tested_on_the_same_sentences(entity_run, weak_run, word_run):
    files = [RunFiles(run, KIND) for run in (entity_run, weak_run, word_run)]
    settings = settings_of(files[:2])
    html = paired_table(settings)
    first, second = (setting.first.metrics["test/f1"] for setting in settings)
    assert f"{first - second:+.4f}" in html
    assert "p of F1" in html
    assert paired_table(settings_of([files[0], files[2]])) == ""
