"""Classes of series as it is typed, through every command: handwritten digits, without text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from hydra import compose, initialize_config_dir
from sklearn.datasets import load_digits

import rnnlab
import rnnlab.run.train.command
from rnnlab.cli import main
from rnnlab.errors import SettingError
from rnnlab.evaluation.adjusted import adjusted
from rnnlab.kinds.classification.series.answer import adjusted_shares
from rnnlab.run.build.assemble import build_data
from rnnlab.run.config.check import check
from rnnlab.runtime import open_model

CONF = Path(__file__).parents[3] / "conf"

TEXT = ("text", "tokenizer", "embedding", "augment", "ngrams", "pretraining", "objective")
SMALL = ["task=digits", "model=gru", "model.hidden_size=24", "model.dropout=0", "optimizer.lr=0.01"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory, train_run):
    folder = tmp_path_factory.mktemp("digits")
    return lambda name, *more: train_run(folder / name, *SMALL, "trainer.max_epochs=2", *more)


@pytest.fixture(scope="module")
def run(trained):
    return trained("run", "task.prior=uniform")


@pytest.fixture(scope="module")
def pixels():
    return (load_digits().data / 16).tolist()


def result(folder):
    return json.loads((folder / "result.json").read_text())


def shown(capsys, *arguments):
    """What a command prints that is to succeed."""
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_it_learns_and_its_config_knows_no_text(run):
    found = result(run)
    assert found["metrics"]["test/accuracy"] > 0.25
    assert found["baselines"]["linear on values"]["metrics"]["test/accuracy"] > 0.95
    assert found["baselines"]["majority class"]["metrics"]["test/accuracy"] < 0.15
    assert found["facts"]["input_size"] == 1
    assert not set(TEXT) & set(yaml.safe_load((run / "config.yaml").read_text()))
    assert not (run / "tokenizer.json").exists()
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "not the official split" in page
    assert "linear on values" in page


def test_evaluated_on_its_splits_and_on_a_file(run, pixels, capsys, tmp_path):
    said = shown(capsys, "evaluate", run, "--bootstrap", "100")
    assert "as the run predicted it, 359 rows" in said
    assert "validation split, 359 rows" in shown(
        capsys, "evaluate", run, "--split", "validation", "--bootstrap", "0"
    )
    labels = load_digits().target
    rows = [{"values": pixels[row], "label": str(labels[row])} for row in range(20)]
    rows += [{"values": [], "label": "1"}, {"values": [1.0], "label": "ten"}]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = ["evaluate", run, "--path", tmp_path / "new.jsonl", "--text-column", "values"]
    assert main([*map(str, asked)]) == 2
    assert "row 21 (line 21) is no series: values=[]: must be a list of steps of 1" in capsys.readouterr().err
    out = shown(capsys, *asked, "--bootstrap", "0", "--on-error", "skip", "--output", tmp_path / "out")
    assert "20 rows; 2 left out" in out


def test_predicted_and_exported_alike(run, pixels, capsys, tmp_path):
    answer = json.loads(shown(capsys, "predict", run, json.dumps(pixels[0]), "--json"))
    opened = rnnlab.open_run(run)
    assert opened.predict(pixels[:1])[0].probabilities == pytest.approx(answer["probabilities"])
    assert "differs from torch by" in shown(capsys, "export", run, "--output", tmp_path / "exported")
    found = open_model(tmp_path / "exported")([pixels[0]])[0]
    assert found["label"] == answer["label"]
    assert found["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-5)
    assert main(["explain", str(run), json.dumps(pixels[0])]) == 2
    assert "it has no rnnlab explain" in capsys.readouterr().err


def test_two_runs_are_compared_and_an_ensemble_is_one(trained, run, pixels, capsys):
    other = trained("other", "trainer.max_epochs=1", "model.members=2", "report=false")
    found = json.loads(shown(capsys, "compare", run, other, "--json", "--bootstrap", "100"))
    assert "accuracy" in found["significance"]["bootstrap"]
    assert sum(rnnlab.open_run(other).predict(pixels[:1])[0].probabilities.values()) == pytest.approx(1)
    assert main(["export", str(other)]) == 2
    assert "model.members=2: cannot be exported: a graph of series holds one" in capsys.readouterr().err


def test_probabilities_without_torch_are_those_of_a_run():
    logits = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32) * 4
    for shift in (None, [0.5, -1.0, 0.0]):
        own = adjusted(torch.from_numpy(logits), shift, 1.7).exp().numpy()
        assert np.allclose(adjusted_shares(logits, shift, 1.7), own, atol=1e-12)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            ["task=classification", "data=digits"],
            "data=digits: task=classification needs labelled texts, and this is series with a class each",
        ),
        (
            ["task=digits", "data=synthetic"],
            "data=synthetic: task=digits needs series with a class each, and this is labelled texts",
        ),
        (
            ["task=digits", "model=hierarchical"],
            "model=hierarchical: reads sentences of texts, and task=digits has series: choose a flat model",
        ),
    ],
)
def test_refused(choices, message):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("train", overrides=[*choices, "paths.cache_dir=cache", "paths.run_dir=run"])

    def begin():
        check(config)
        build_data(config)

    with pytest.raises(SettingError) as error:
        begin()
    assert str(error.value) == message
