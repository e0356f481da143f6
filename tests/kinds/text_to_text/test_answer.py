"""Answers: outputs of texts with scores and alternatives, as the run was tested but for the options."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rnnlab.data.truncation import Truncation
from rnnlab.errors import SettingError
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.settings import RULES, SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.kinds.text_to_text.answer import TextToTextAnswers, decoding_of
from rnnlab.kinds.text_to_text.options import OPTIONS
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.pair import PairTokenizer
from rnnlab.tokenizer.word import WordTokenizer


@pytest.fixture
def answers(letters, network):
    reader = Reader(Cleaner({}), letters.tokenizer, Truncation(100, "head", 0.25))
    engine = TorchEngine(network())
    return lambda **settings: TextToTextAnswers(engine, reader, SequenceDecoding(**settings))


def test_a_text_has_the_same_output_alone_and_among_others(answers):
    answerer = answers(beam=3, nbest=2)
    texts = ["abc", "f", "deadbeef", "cab"]
    together = answerer(texts)
    for text, one in zip(texts, together, strict=True):
        (alone,) = answerer([text])
        assert alone["predicted"] == one["predicted"]
        assert alone["score"] == pytest.approx(one["score"], rel=1e-5)
        assert one["predicted"] == one["alternatives"][0]["predicted"]
        scores = [each["score"] for each in one["alternatives"]]
        assert scores == sorted(scores, reverse=True)
        assert len({each["predicted"] for each in one["alternatives"]}) == 2


def test_fields_and_cells_are_what_is_declared(answers):
    answerer = answers(beam=3, nbest=3)
    (answer,) = answerer(["abc"])
    assert list(answer) == list(answerer.fields)
    assert tuple(answerer.cells(answer)) == answerer.columns
    assert answerer.columns == (
        "predicted",
        "score",
        "predicted_2",
        "score_2",
        "predicted_3",
        "score_3",
        "note",
    )
    assert [line["output"] for line in answerer.shown_rows(answer)] == [
        each["predicted"] for each in answer["alternatives"]
    ]


def test_texts_of_which_nothing_is_known_are_noted(answers):
    assert [one["note"] for one in answers()(["", "zzz", "abc"])] == ["empty text", "no known token", ""]


def run_of(result, task):
    return SimpleNamespace(result=result, settings={"task": task})


def test_a_run_answers_as_it_was_tested_with_one_output():
    tested = {"decoding": {"beam": 7, "nbest": 1, "alpha": 0.3}}
    assert decoding_of(run_of(tested, {})) == SequenceDecoding(beam=7, alpha=0.3)
    assert decoding_of(run_of({}, {"decoding": {"beam": 4}})) == SequenceDecoding(beam=4)
    assert decoding_of(run_of({}, {})) == SequenceDecoding()


def test_every_option_is_a_setting_of_decoding_and_checked_by_it():
    assert set(OPTIONS) <= set(RULES)
    with pytest.raises(SettingError, match=r"--nbest=9: must be at most --beam, 3"):
        SequenceDecoding(beam=5).changed({"beam": 3, "nbest": 9})


def test_a_copied_word_is_written_as_the_source_has_it():
    tokenizer = PairTokenizer(WordTokenizer(lowercase=False, min_count=1))
    tokenizer.train(["one two", "two one"], targets=["two"])
    reader = Reader(Cleaner({}), tokenizer, Truncation(100, "head", 0.25), copies=True)
    text, plain = "one Zebra two yak Zebra", "one two"
    source, other = reader.sources([text, plain])
    size = tokenizer.target_size
    assert source.copies.tolist()[1::3] == [size, size]
    assert (source.extras, other.extras) == (2, 0)
    found = Hypothesis((size, tokenizer.encode_target("two")[0], size + 1), -1.0, True)
    assert reader.write(text, [found]) == ["Zebra two yak"]


def test_an_unknown_token_is_replaced_by_the_source_word_that_it_attends_to():
    tokenizer = PairTokenizer(WordTokenizer(lowercase=False, min_count=1))
    tokenizer.train(["one two", "two one"], targets=["two"])
    reader = Reader(Cleaner({}), tokenizer, Truncation(100, "head", 0.25))
    found = Hypothesis((tokenizer.encode_target("two")[0], 1), -1.0, True, aligned=(0, 2))
    assert reader.write("one two Zebra", [found], replace_unknown=True) == ["two Zebra"]
