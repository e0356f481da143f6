"""Explaining a text under an opened run: every method, odd texts and wrong settings."""

import json
import math

import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.explain.attribution import explain_text
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.sweep.best_run import open_run
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.sentence import SentenceTokenizer

from .test_gradients import classifier, hierarchical

TEXT = "the plot was not good but the cast was fine"


@pytest.mark.parametrize("method", ["gradients", "occlusion", "attention"])
def test_a_runs_explanation_is_about_what_it_predicts(classifier_run, method):
    run = open_run(classifier_run)
    found = explain_text(run, TEXT, method)
    predicted = run.predict(TEXT)[0]
    assert (found.label, found.text) == (predicted.label, TEXT)
    assert found.probability == pytest.approx(predicted.probability, abs=1e-6)
    assert [TEXT[start:end] for start, end in found.spans] == found.tokens == TEXT.split()
    assert len(found.scores) == len(found.tokens)
    if found.outcome is not None:
        p = found.probability
        assert found.outcome == pytest.approx(math.log(p / (1 - p)), abs=1e-4)
    if method == "gradients":
        assert sum(found.scores) == pytest.approx(found.outcome - found.baseline_outcome, abs=1e-4)
    assert json.loads(json.dumps(found.to_json()))["spans"][0] == [0, 3]


def test_auto_takes_the_first_method_that_the_network_has(classifier_run, language_run):
    run = open_run(classifier_run)
    assert run.explainer.methods == ("gradients", "occlusion", "attention")
    assert explain_text(run, TEXT).method == "gradients"
    assert explain_text(open_run(language_run), "((()))").method == "surprisal"


def test_scores_of_the_other_class_are_the_negative_ones(classifier_run):
    run = open_run(classifier_run)
    one, other = (explain_text(run, TEXT, target=name) for name in run.classes)
    assert one.scores == pytest.approx([-score for score in other.scores], abs=1e-5)
    assert one.probability + other.probability == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " \t", "zzz", "🙂"])
@pytest.mark.parametrize("method", ["gradients", "occlusion"])
def test_texts_without_a_known_token_have_a_score(bag, opened, text, method):
    found = explain_text(opened(bag), text, method)
    assert len(found.scores) == len(found.tokens) == len(found.spans) == 1
    assert found.tokens[0] == (text.strip() or "<unk>")
    assert all(map(math.isfinite, found.scores))


def test_what_is_cut_has_no_score_and_the_count_is_told(bag, opened):
    found = explain_text(opened(bag), "good film " * 10)
    assert (len(found.scores), found.left_out) == (8, 12)
    head_tail = opened(bag)
    head_tail.shape = head_tail.shape._replace(truncation="tail")
    assert explain_text(head_tail, "good film " * 10).spans[0][0] == 60


def test_a_wrong_class_or_method_names_the_near_one(bag, opened):
    with pytest.raises(SettingError, match="did you mean positive"):
        explain_text(opened(bag), "good", target="positiv")
    with pytest.raises(SettingError, match="cannot give it; it has gradients, occlusion"):
        explain_text(opened(bag), "good", "attention")
    with pytest.raises(SettingError, match="steps=0: must be at least 1"):
        explain_text(opened(bag), "good", steps=0)


def test_a_hierarchical_model_has_weights_at_three_levels(opened):
    words = SentenceTokenizer(min_count=1)
    words.train(["good film. bad plot."])
    assert words.vocab_size <= 12
    found = explain_text(opened(hierarchical(), words=words), "Good film. Bad plot.", "attention")
    assert [found.text[s.start : s.end] for s in found.sentences] == ["Good film.", "Bad plot."]
    assert sum(s.score for s in found.sentences) == pytest.approx(1)
    assert sum(found.words) == pytest.approx(2)
    assert sum(found.scores) == pytest.approx(1)
    assert "<s>" in found.tokens


@pytest.mark.parametrize("padding", ["post", "pre"])
def test_padding_is_no_part_of_an_explanation(opened, tokenizer, padding):
    network = classifier("attention", padding=padding, num_classes=2)
    found = explain_text(opened(network), "good film", "attention")
    assert sum(found.scores) == pytest.approx(1)
    assert len(found.scores) == 2


def language_model(reading):
    torch.manual_seed(0)
    return LanguageModel(reading.vocab_size, 4, RecurrentEncoder("gru", 4, 5)).eval()


def test_a_language_model_says_what_surprised_it(opened):
    characters = CharTokenizer()
    characters.train(["abc\n"])
    run = opened(language_model(characters), "language_modeling", words=characters)
    found = explain_text(run, "abacab")
    assert (found.label, found.method, found.tokens) == (None, "surprisal", list("abacab"))
    assert found.probability == pytest.approx(math.exp(-sum(found.scores) / 5))
    assert explain_text(run, "a").probability is None
    found = explain_text(run, "abc" * 2000)
    assert (len(found.scores), found.left_out) == (5000, 1000)
    with pytest.raises(SettingError, match="a language model has no classes"):
        explain_text(run, "abc", target="positive")
    with pytest.raises(SettingError, match="it has surprisal"):
        explain_text(run, "abc", "gradients")


def test_a_model_that_reads_backward_is_surprised_from_the_end(opened):
    characters = CharTokenizer()
    characters.train(["abc\n"])
    network = language_model(characters)
    ahead, back = (
        opened(network, "language_modeling", words=characters, data=data) for data in ({}, {"reversed": True})
    )
    ahead = explain_text(ahead, "cbaab").scores
    assert explain_text(back, "baabc").scores == pytest.approx(ahead[::-1])
