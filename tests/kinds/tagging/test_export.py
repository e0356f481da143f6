"""An exported tagger: the run's answers, without torch."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from rnnlab.export.parity import Unequal
from rnnlab.export.write import export
from rnnlab.kinds.tagging import KIND
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.runtime import open_model

pytest.importorskip("onnxruntime")
TEXTS = ["Dan Wu lives in New York.", "", "nobody saw 😂", ["Bob", "Lee", "left"], "Ann " * 50]


@pytest.fixture(scope="module")
def exported(entity_run, tmp_path_factory):
    run, folder = OpenRun(RunFolder(entity_run)), tmp_path_factory.mktemp("models") / "tagger"
    export(run, KIND.export(run), folder)
    return folder


def test_it_answers_as_its_run_token_for_token(exported, opened):
    rows = [*TEXTS, *(list(row) for row in opened.data().inputs("test"))]
    own, other = opened.predict(rows), open_model(exported).predict_batch(rows)
    for first, second in zip(own, other, strict=True):
        assert (first.tags, first.words, first.note) == (second.tags, second.words, second.note)
        assert [span[:4] for span in first.spans] == [span[:4] for span in second.spans]
        assert first.probabilities == pytest.approx(second.probabilities, abs=1e-4)


def test_the_card_says_that_test_sentences_were_compared(exported):
    assert "the tags of 60 sentences of its test are the same" in (exported / "README.md").read_text()


def test_a_graph_that_tags_otherwise_is_refused(opened, tmp_path, monkeypatch):
    parts = KIND.export(opened)
    with torch.no_grad():
        opened.network.head.emit.bias += 0.5 * torch.arange(len(opened.facts["tags"]))
    with pytest.raises(Unequal, match="differs from the network"):
        export(opened, parts, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_it_needs_no_torch(exported):
    code = (
        "import sys, json; from rnnlab.runtime import open_model;"
        f"found = open_model({str(exported)!r}).predict('Dan Wu lives in New York');"
        "print(json.dumps([found.spans, 'torch' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    spans, torch = json.loads(done.stdout)
    assert not torch
    assert [span[:2] for span in spans] == [["person", "Dan Wu"], ["place", "New York"]]


def test_8_bits_keep_nearly_every_tag(entity_run, opened, tmp_path):
    notes = export(opened, KIND.export(opened), tmp_path / "small", quantised=True).notes
    assert any(note.startswith("F1 on validation: ") for note in notes)
    rows = [list(row) for row in opened.data().inputs("test")]
    own, other = opened.predict(rows), open_model(tmp_path / "small").predict_batch(rows)
    same = [
        a == b for one, two in zip(own, other, strict=True) for a, b in zip(one.tags, two.tags, strict=True)
    ]
    assert np.mean(same) > 0.95


def test_words_without_a_scheme_are_exported_too(word_run, tmp_path):
    run = OpenRun(RunFolder(word_run))
    export(run, KIND.export(run), tmp_path / "words")
    model = open_model(tmp_path / "words")
    assert model.scheme is None
    assert model.predict("Ann lives in Rome").tags == run.predict("Ann lives in Rome")[0].tags
