"""What each word adds to an entity: log-odds with the word and without it."""

import math

import pytest

from rnnlab.errors import SettingError
from rnnlab.explain.attribution import explain_text
from rnnlab.kinds.tagging.explainer import MOST, TagExplainer, left_out

TEXT = "Dan Wu lives in New York"


def test_the_outcome_is_the_log_odds_of_the_entity(opened):
    found = explain_text(opened, TEXT, target="place")
    (span,) = [span for span in opened.predict([TEXT])[0].spans if span.type == "place"]
    assert found.label == "New York = place"
    assert found.probability == pytest.approx(span.probability)
    assert found.outcome == pytest.approx(math.log(span.probability / (1 - span.probability)), rel=1e-4)
    assert [TEXT[slice(*place)] for place in found.spans] == found.tokens == TEXT.split()


def test_a_score_is_what_falls_without_the_word(opened):
    found = explain_text(opened, TEXT, target="place")
    answers = TagExplainer(opened).answers
    (sentence,) = answers.encode([TEXT])
    hidden = left_out(sentence.encoded, 0, opened.tokenizer.unknown_id)
    padded = answers.encoder.padded([hidden])
    (without,) = answers.tagged(answers.network(padded), padded.lengths)
    place = [span[1:] for span in without.spans].index((4, 6))
    assert without.spans[place].type == "place"
    odds = math.log(without.sure[place] / (1 - without.sure[place]))
    assert found.scores[0] == pytest.approx(found.outcome - odds, abs=1e-3)


def test_of_a_long_text_the_first_words_are_explained(opened):
    found = explain_text(opened, "Ann lives in Rome . " * 100)
    assert len(found.scores) == len(found.tokens) == MOST
    assert found.left_out == 500 - MOST


def test_the_default_is_the_surest_entity_and_an_absent_type_is_refused(opened):
    spans = opened.predict([TEXT])[0].spans
    best = max(spans, key=lambda span: span.probability)
    assert explain_text(opened, TEXT).label == f"{best.text} = {best.type}"
    with pytest.raises(SettingError, match="must be a type that is found in the text"):
        explain_text(opened, "nobody saw Eve", target="place")
    with pytest.raises(SettingError, match="has no entity that this run finds"):
        explain_text(opened, "nothing happened today")
    with pytest.raises(SettingError, match="has no entity"):
        explain_text(opened, "")
