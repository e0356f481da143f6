"""Where units are looked for."""

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.explain.corpus import PIECES, at, corpus_of
from rnnlab.sweep.best_run import open_run


def test_a_language_models_validation_text_is_cut_into_pieces(language_run):
    run = open_run(language_run)
    corpus = corpus_of(run)
    assert len(corpus.texts) == PIECES
    ids = [number for text in corpus.texts for number in text]
    assert ids == run.data().encoded("validation").ids[: len(ids)].tolist()
    for text, ends in zip(corpus.texts, corpus.facts["line end"], strict=True):
        assert [run.tokenizer.decode([i]) == "\n" for i in text] == ends.astype(bool).tolist()


def test_a_classifiers_texts_are_those_of_its_predictions_or_the_lines_of_a_file(classifier_run, tmp_path):
    run = open_run(classifier_run)
    corpus = corpus_of(run)
    assert len(corpus.texts) == 100
    known = zip(corpus.facts["after a negation"], corpus.texts, strict=True)
    assert all(len(facts) == len(ids) for facts, ids in known)
    file = tmp_path / "texts.txt"
    file.write_text("\ufeffthe plot was\x85good\n\nGood (bad) cast\n", encoding="utf-8")
    corpus = corpus_of(run, file)
    assert [len(ids) for ids in corpus.texts] == [5, 5]  # 0x85 is an ellipsis and ends no line
    assert corpus.facts["inside brackets"][1].tolist() == [0, 1, 1, 0, 0]


def test_facts_are_those_that_make_sense_for_the_tokens(language_run, classifier_run):
    letters, words = (set(corpus_of(open_run(run)).facts) for run in (language_run, classifier_run))
    assert letters - words == {"inside a word", "upper case", "digit", "blank", "line end", "punctuation"}
    assert words - letters == {"after a negation"}
    assert "inside quotes" in words & letters


def test_a_fact_of_a_token_is_that_of_its_last_character():
    assert at("ab Cd", [(0, 2), (3, 5)])["inside a word"].tolist() == [1, 1]
    assert at("ab Cd", [(0, 2), (3, 4)])["upper case"].tolist() == [0, 1]
    np.testing.assert_array_equal(at("", [(0, 0)])["blank"], [0])


@pytest.mark.parametrize("content", [b"one", b"\xff\xfe\n\xff", None])
def test_a_file_that_cannot_serve_is_named(classifier_run, tmp_path, content):
    file = tmp_path / "texts.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=r"--file=.*texts\.txt"):
        corpus_of(open_run(classifier_run), file)
