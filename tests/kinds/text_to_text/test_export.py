"""An exported run without torch: the graphs, the folder, what it writes and what it refuses."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from rnnlab.cli import main
from rnnlab.errors import SettingError
from rnnlab.export.parity import Unequal
from rnnlab.generate.sequence.engine import Source, StepOutput
from rnnlab.generate.sequence.sessions import SessionEngine
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.kinds.text_to_text.export import check_targets
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.runtime import open_model

WORDS = {"one": "eins", "two": "zwei", "three": "drei", "four": "vier", "five": "fünf"}
SMALL = [
    "task=text_to_text",
    "tokenizer=word",
    "tokenizer.lowercase=false",
    "tokenizer.min_count=1",
    "model=bilstm",
    "model.hidden_size=16",
    "model.embedding_size=16",
    "optimizer.lr=0.02",
    "trainer.max_epochs=2",
    "task.decoding.beam=3",
    "report=false",
]
POINTER = ["decoder=pointer", "decoder.coverage=1.0", "data.shared_vocabulary=true", "tokenizer.vocab_size=8"]
TEXTS = ["one two", "", "five Unheard two", "one " * 40, "\0 three"]


@pytest.fixture(
    scope="module",
    params=[pytest.param([], id="luong"), pytest.param(POINTER, id="pointer", marks=pytest.mark.long)],
)
def run(request, train_run, tmp_path_factory):
    """A finished run, to be read and not changed."""
    folder = tmp_path_factory.mktemp("export")
    draw, rows = random.Random(0), ["source\ttarget"]
    for number in range(200):
        words = [*draw.choices(list(WORDS), k=draw.randint(1, 4)), f"Name{number}"]
        rows.append(" ".join(words) + "\t" + " ".join(WORDS.get(word, word) for word in words))
    (folder / "pairs.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return train_run(folder / "run", *SMALL, *request.param, f"data.files.train={folder / 'pairs.tsv'}")


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    target = tmp_path_factory.mktemp("exported") / "model"
    assert main(["export", str(run), "--output", str(target)]) == 0
    return target


def opened(run):
    return OpenRun(RunFolder(run))


def test_the_folder_is_whole_and_its_card_tells_of_the_check(folder):
    names = ["README.md", "encoder.onnx", "model.onnx", "runtime.json", "tokenizer.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "it writes what torch writes, token for token, for 20 texts of its test and random ones" in card
    assert "A recurrent encoder-decoder over" in card


@pytest.mark.parametrize("options", [{}, {"beam": 4, "nbest": 3}, {"temperature": 1.0, "seed": 4}])
def test_it_writes_what_the_run_writes(run, folder, options):
    texts = [*TEXTS, *pq.read_table(run / "predictions.parquet")["source"].to_pylist()]
    expected, found = opened(run).predict(texts, **options), open_model(folder).changed(options)(texts)
    for mine, theirs in zip(found, expected, strict=True):
        assert [one["predicted"] for one in mine["alternatives"]] == [
            one["predicted"] for one in theirs["alternatives"]
        ]
        assert mine["score"] == pytest.approx(theirs["score"], abs=1e-4)
        assert mine["note"] == theirs["note"]


def test_one_text_gives_a_text_and_a_stream_its_pieces(folder):
    model = open_model(folder).changed({"beam": 1})
    for text in TEXTS:
        assert "".join(model.stream(text)) == model(text) == model([text])[0]["predicted"]


def test_it_opens_and_writes_without_torch(folder):
    code = (
        "import sys; from rnnlab.runtime import open_model\n"
        f"model = open_model({str(folder)!r}); print(model('one two'))\n"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == open_model(folder)("one two") + "\n"


def test_eight_bits_tell_what_they_cost(run, tmp_path, capsys):
    assert main(["export", str(run), "--quantize", "--output", str(tmp_path / "small")]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^\w+ of \d+ validation texts, greedy: [\d.]+ as float32, [\d.]+ as int8$", out, re.M)
    assert "latency: " in out
    assert "int8" in (tmp_path / "small" / "README.md").read_text(encoding="utf-8")
    assert isinstance(open_model(tmp_path / "small")("one"), str)


def test_a_graph_that_writes_something_else_is_not_exported(run, tmp_path, capsys, monkeypatch):
    step = SessionEngine.step

    def wrong(self, tokens, position, count=0):
        said = step(self, tokens, position, count)
        return said if not count else said._replace(logs=-said.logs[:, ::-1] - 50)

    monkeypatch.setattr(SessionEngine, "step", wrong)
    assert main(["export", str(run), "--output", str(tmp_path / "model")]) == 2
    assert "the exported graphs write other tokens for text 1 of" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_other_targets_are_found_but_for_ties():
    sources, settings = [Source(np.array([2]))], SequenceDecoding()
    with pytest.raises(Unequal, match=r"other tokens for text 1 of 1, with scores 0\.1 apart"):
        check_targets(Always(3), Always(4), sources, settings)
    check_targets(Always(3), Always(3), sources, settings)
    check_targets(Always(3), Always(4, log=-0.3 - 1e-6), sources, settings)


class Always:
    """An engine whose every step writes the same token with the same certainty."""

    begin_id, end_id, size, attends = 7, 6, 8, False

    def __init__(self, token, log=None):
        self.token, self.log = token, -0.1 * token if log is None else log

    def encode(self, sources):
        return len(sources)

    def step(self, tokens, position, count=0):
        ids = np.array([[self.token, self.end_id]] * len(tokens))
        return StepOutput(ids, np.array([[self.log, -9.0]] * len(tokens)), None, position)

    def select(self, position, rows):
        return len(rows)


def test_a_wrong_setting_is_refused_in_one_line(folder):
    with pytest.raises(SettingError, match=r"--beam=0: must be a whole number"):
        open_model(folder).changed({"beam": 0})
    with pytest.raises(SettingError, match=r"--beems=2: no such setting"):
        open_model(folder).changed({"beems": 2})


@pytest.mark.parametrize(
    ("name", "message"), [("encoder.onnx", "it has no encoder.onnx"), (None, "decoding")]
)
def test_a_broken_folder_is_refused(folder, tmp_path, name, message):
    for path in folder.iterdir():
        if path.name != name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    if name is None:
        settings = json.loads((tmp_path / "runtime.json").read_text())
        del settings["decoding"]
        (tmp_path / "runtime.json").write_text(json.dumps(settings))
    with pytest.raises(SettingError, match=f"is no whole exported model: .*{message}"):
        open_model(tmp_path)


def test_what_onnx_cannot_hold_is_refused_in_one_line(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rnnlab.export.decoder.KNOWN", ())
    assert main(["export", str(run), "--output", str(tmp_path / "model")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: decoder=")
    assert "cannot be exported: ONNX holds luong" in error
    assert len(error.splitlines()) == 1
