"""`rnnlab export`: one folder, whole or not at all, that says what the run says."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from rnnlab.cli import main
from rnnlab.export import parity, write
from rnnlab.serve.runtime import open_model
from rnnlab.sweep.best_run import open_run

TEXTS = ["the plot was not good", "", "😂 the CAST was fine!!!", "good " * 10_000, "\0", "a\nb"]
FILES = ["README.md", "model.onnx", "runtime.json", "tokenizer.json"]


@pytest.fixture
def copied(classifier_run, tmp_path):
    return shutil.copytree(classifier_run, tmp_path / "run")


def exported(run, capsys, *arguments):
    code = main(["export", str(run), *map(str, arguments)])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


def test_a_classifier_without_torch_predicts_the_same(copied, capsys):
    out = exported(copied, capsys)
    assert "differs from torch by" in out
    folder = copied / "export"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    model, run = open_model(folder), open_run(copied)
    np.testing.assert_allclose(model.probabilities(TEXTS), run.probabilities(TEXTS), atol=1e-5)
    for text, expected in zip(TEXTS, run.predict(TEXTS), strict=True):
        found = model.predict(text)
        assert found.label == expected.label
        assert found.probability == pytest.approx(expected.probability, abs=1e-5)
    assert [p.label for p in model.predict_batch(TEXTS)] == [p.label for p in run.predict(TEXTS)]


def test_the_card_says_what_it_is(copied, capsys):
    exported(copied, capsys)
    card = (copied / "export" / "README.md").read_text()
    run = open_run(copied)
    for part in (
        "negative, positive",
        "## Data",
        "train 400",
        "## Limits",
        f"{run.metrics['test/accuracy']:.4f}",
    ):
        assert part in card


def test_quantising_tells_its_cost(copied, capsys):
    out = exported(copied, capsys, "--quantize", "--output", copied / "small")
    for line in ("accuracy on validation: ", "latency: ", "file: "):
        assert line in out
    model, run = open_model(copied / "small"), open_run(copied)
    np.testing.assert_allclose(model.probabilities(TEXTS), run.probabilities(TEXTS), atol=0.1)


def test_a_language_model_writes_on_from_its_state(language_run, tmp_path, capsys):
    exported(language_run, capsys, "--output", tmp_path / "model")
    model = open_model(tmp_path / "model")
    once = model.generate("([", 30, temperature=0.9, seed=3)
    assert once == model.generate("([", 30, temperature=0.9, seed=3)
    assert once.startswith("([")
    assert len(once) == 32
    assert once[2:] == "".join(model.stream("([", 30, temperature=0.9, seed=3))


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_the_text_is_that_of_torch(language_run, tmp_path, capsys, temperature):
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.generate.fused import engine_of
    from rnnlab.generate.write import write

    exported(language_run, capsys, "--output", tmp_path / "model")
    run = open_run(language_run)
    decoding = Decoding(temperature=temperature)
    expected = write(engine_of(run.network), run.tokenizer, ["(["], 40, decoding, seed=5)[0].text
    assert open_model(tmp_path / "model").generate("([", 40, temperature, seed=5) == expected


@pytest.mark.parametrize("stop", [(), (")",)])
def test_texts_side_by_side_are_those_of_torch(language_run, tmp_path, capsys, monkeypatch, stop):
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.generate.fused import engine_of
    from rnnlab.generate.write import write

    monkeypatch.setattr("rnnlab.kinds.language_modeling.runtime.SIDE_BY_SIDE", 2)
    exported(language_run, capsys, "--output", tmp_path / "model")
    run, prompts = open_run(language_run), ["([", "(", "[(", "([", "["]
    engine, decoding = engine_of(run.network), Decoding(temperature=0.9, stop=stop)
    found = open_model(tmp_path / "model").generate_batch(prompts, 30, seed=5, decoding=decoding)
    for row, (prompt, text) in enumerate(zip(prompts, found, strict=True)):
        assert text == write(engine, run.tokenizer, [prompt], 30, decoding, seed=5, first=row)[0].text
    assert open_model(tmp_path / "model").generate("([", 30, seed=5, decoding=decoding) == found[0]


def test_an_earlier_export_is_replaced_and_nothing_else(copied, capsys):
    exported(copied, capsys)
    exported(copied, capsys)
    (copied / "figures" / "mine.txt").write_text("precious")
    assert main(["export", str(copied), "--output", str(copied / "figures")]) == 2
    assert "is there already and is no exported model" in capsys.readouterr().err
    assert (copied / "figures" / "mine.txt").is_file()


def test_a_graph_that_differs_is_refused_and_leaves_nothing(copied, capsys, monkeypatch):
    check = parity.check_parity
    monkeypatch.setattr(parity, "check_parity", lambda *parts: check(*parts[:3], 1e-12))
    assert main(["export", str(copied)]) == 2
    assert "differs from the network" in capsys.readouterr().err
    assert not (copied / "export").exists()
    assert not list(copied.glob("export*"))


FEW = ["data.train_rows=80", "data.validation_rows=20", "data.test_rows=20"]
SMALL = ["task=imdb", "data=synthetic", *FEW, "model.embedding_size=8", "model.hidden_size=6"]


def test_a_cell_without_an_operator_predicts_the_same(train_run, tmp_path, capsys):
    folder = train_run(tmp_path / "run", *SMALL, "model=mingru")
    exported(folder, capsys)
    model, run = open_model(folder / "export"), open_run(folder)
    np.testing.assert_allclose(model.probabilities(TEXTS), run.probabilities(TEXTS), atol=1e-5)


def test_a_network_that_onnx_cannot_hold(train_run, tmp_path, capsys):
    run = train_run(tmp_path / "run", *SMALL, "model=bilstm_self_attention")
    assert main(["export", str(run)]) == 2
    assert "model.encoder.attention=SelfAttention: cannot be exported" in capsys.readouterr().err
    assert not list(run.glob("export*"))


def test_the_runtime_imports_no_torch(copied, capsys):
    exported(copied, capsys)
    code = """
import json, sys
from rnnlab.serve.runtime import open_model
print(json.dumps(open_model(sys.argv[1]).predict("the plot was not good")._asdict()))
heavy = {"torch", "pytorch_lightning", "datasets", "hydra", "omegaconf", "onnx"} & set(sys.modules)
assert not heavy, heavy
"""
    command = [sys.executable, "-c", code, str(copied / "export")]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found["label"] == open_run(copied).predict("the plot was not good")[0].label


def test_files_that_a_write_leaves_are_known():
    assert sorted((write.MODEL, write.TOKENIZER, write.SETTINGS, write.CARD)) == sorted(FILES)
