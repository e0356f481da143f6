"""Answers of a tagger: words, tags and entities of a text, however it is asked."""

import itertools
import json

import numpy as np
import pytest
import torch

from rnnlab.evaluation.entities import first_break
from rnnlab.kinds.tagging import answer as answers
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

TEXT = "Dan Wu lives in New York. It's Ann's"
STRANGE = ["", " ", "😂 \x00 \u202e", "a" * 3000, "New York " * 200, "Ann\nBob Lee"]


def test_entities_stand_where_they_say(opened):
    (found,) = opened.answerer()([TEXT])
    named = [(span["type"], span["text"]) for span in found["spans"]]
    assert named[:2] == [("person", "Dan Wu"), ("place", "New York")]
    for span in found["spans"]:
        assert TEXT[span["start"] : span["end"]] == span["text"]
        assert 0 < span["probability"] <= 1
    assert len(found["words"]) == len(found["tags"]) == len(found["probabilities"])
    assert found["words"][-2:] == ["Ann", "'s"]


def test_a_row_alone_equals_the_row_among_others(opened, monkeypatch):
    answerer, rows = opened.answerer(), [TEXT, *STRANGE, "nobody saw Eve"]
    together = answerer(rows)
    alone = [answerer([row])[0] for row in rows]
    monkeypatch.setattr(answers, "MOST_WORDS", 8)
    for others in (alone, answerer(rows)):
        for one, other in zip(together, others, strict=True):
            assert one["tags"] == other["tags"]
            assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)


@pytest.mark.parametrize("name", ["entity_run", "weak_run"])
def test_what_the_scheme_forbids_never_comes_out(name, request):
    run = OpenRun(RunFolder(request.getfixturevalue(name)))
    generator = np.random.default_rng(0)
    words = [*["Ann", "Bob", "Lee", "New", "York", "in", "lives", ",", "."], "ünseen", "XXX"]
    rows = [generator.choice(words, size).tolist() for size in generator.integers(1, 30, 60)]
    for found in run.answerer()(rows):
        assert first_break(found["tags"], "BIOES") is None


def test_tags_are_those_of_torch(opened):
    """The path in numpy equals the network's own decoding, and the probabilities its marginals."""
    from rnnlab.kinds.tagging.network import inputs_of

    answerer, words = opened.answerer(), [list(row) for row in opened.data().inputs("test")]
    sentences = answerer.encode(words)
    padded = answerer.encoder.padded([one.encoded for one in sentences])
    found = answerer.compute(sentences)
    with torch.no_grad():
        lengths = torch.from_numpy(padded.lengths)
        emissions = opened.network(*inputs_of(padded))
        paths = opened.network.decode(emissions, lengths)
        sure = opened.network.marginals(emissions, lengths)
    for row, own in enumerate(found):
        size = int(lengths[row])
        assert own.tags == [opened.facts["tags"][tag] for tag in paths[row, :size]]
        expected = sure[row, torch.arange(size), paths[row, :size]]
        assert own.probabilities == pytest.approx(expected.tolist(), abs=1e-4)


def test_lists_of_words_are_taken_as_they_are(opened):
    found = opened.predict([["Bob", "Lee", "left", "Rome."]])[0]
    assert found.words == ["Bob", "Lee", "left", "Rome."]
    assert found.spans[0][:4] == ("person", "Bob Lee", 0, 7)


def test_texts_without_words_are_noted(opened, word_run):
    found = opened.answerer()(["", " \n"])
    assert [one["note"] for one in found] == ["empty text"] * 2
    assert found[0]["tags"] == found[0]["spans"] == []
    assert opened.answerer()(["qqq"])[0]["note"] == ""  # its letters are read
    letterless = OpenRun(RunFolder(word_run)).answerer()
    assert letterless(["qqq zzz"])[0]["note"] == "no known token"


def test_words_of_no_scheme_are_spans_by_themselves(word_run):
    (found,) = OpenRun(RunFolder(word_run)).answerer()(["Ann lives in Rome"])
    assert [span["type"] for span in found["spans"]] == found["tags"]
    assert [span["probability"] for span in found["spans"]] == pytest.approx(found["probabilities"])
    assert found["tags"] == ["NOUN", "VERB", "ADP", "NOUN"]


def test_cells_of_a_file_are_text(opened):
    answerer = opened.answerer()
    (found,) = answerer([TEXT])
    cells = answerer.cells(found)
    assert tuple(cells) == answerer.columns
    assert json.loads(cells["spans"]) == found["spans"]
    assert cells["tags"].split() == found["tags"]


def test_batches_hold_every_row_once():
    lengths = [5, 1, 9000, 3, 3]
    found = list(answers.batches(lengths))
    assert sorted(itertools.chain(*found)) == list(range(5))
    assert [2] in found
