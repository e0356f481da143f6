"""Pairs of texts as they are typed: is this the description of that Debian package?"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.cli import main
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.runtime import open_model

CONF = Path(__file__).parents[3] / "conf"
DEBIAN = Path(os.environ.get("RNNLAB_DATA_DIR", "")) / "debian_descriptions"
PAIRS = "data.text_column=[synopsis,description]"
SMALL = ["model=gru", "model.hidden_size=16", "model.embedding_size=16", "optimizer.lr=0.01"]
SMALL += ["model.dropout=0", "model.embedding_dropout=0", "model.word_dropout=0", "data.max_length=40"]


def descriptions(most):
    """Synopsis and description of packages: of Debian, or of words where there are none."""
    found = sorted(DEBIAN.glob("*summ*.gz"))
    if found:
        with gzip.open(found[0], "rt", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split("\t") for line in file]
        return [(synopsis, text) for text, synopsis in lines[::25]][:most]
    words = [f"word{n}" for n in range(30)]
    draw = random.Random(2)
    return [(" ".join(own := draw.sample(words, 2)), f"the {own[0]} and a {own[1]}") for _ in range(most)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder, draw = tmp_path_factory.mktemp("pairs"), random.Random(0)
    rows = descriptions(800)
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["synopsis", "description", "label"])
        for number, (synopsis, text) in enumerate(rows):
            same = draw.random() < 0.5
            other = text if same else rows[(number + 7) % len(rows)][1]
            writer.writerow([synopsis, other, "same" if same else "other"])
    return folder


@pytest.fixture(scope="module")
def trained(place, train_run):
    def make(name, *more):
        files = f"data.files.train='{place / 'pairs.csv'}'"
        chosen = ["task=classification", "data=csv", files, PAIRS, *SMALL, "trainer.max_epochs=4"]
        return train_run(place / name, *chosen, "report=false", "baselines=false", *more)

    return make


@pytest.fixture(scope="module")
def joined(trained):
    return trained("joined")


@pytest.fixture(scope="module")
def apart(trained):
    return trained("apart", "model.pairs=apart")


def shown(capsys, *arguments):
    """What a command prints that is to succeed."""
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["joined", "apart"])
def test_predicted_evaluated_and_explained(name, place, capsys, request):
    run = request.getfixturevalue(name)
    tab = json.loads(shown(capsys, "predict", run, "a puzzle game\tA game for children", "--json"))
    listed = json.loads(shown(capsys, "predict", run, '["a puzzle game", "A game for children"]', "--json"))
    assert tab["probabilities"] == listed["probabilities"]
    assert main(["predict", str(run), "one text"]) == 2
    assert "must be a pair of texts" in capsys.readouterr().err
    shown(capsys, "evaluate", run, "--path", place / "pairs.csv", "--output", place / name / "whole")
    assert json.loads((place / name / "whole" / "metrics.json").read_text())["rows"] == 800
    shown(capsys, "predict", run, "--input", place / "pairs.csv", "--output", place / "out.jsonl")
    assert len((place / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 800
    assert "‖" in shown(capsys, "explain", run, "a puzzle game\tA game for children")


def test_joined_pairs_are_exported_and_pairs_apart_are_not(joined, apart, place, capsys):
    exported = place / "exported"
    assert "differs from torch by" in shown(capsys, "export", joined, "--output", exported)
    typed = "a puzzle game\t" + "A game for children " * 20  # longer than what is read
    answer = json.loads(shown(capsys, "predict", joined, typed, "--json"))
    found = open_model(exported).predict(typed)
    assert found.probabilities == pytest.approx(answer["probabilities"], abs=1e-4)
    assert main(["export", str(apart), "--output", str(place / "no")]) == 2
    assert "choose model.pairs=joined" in capsys.readouterr().err


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="needs RNNLAB_DATA_DIR")
def test_two_encoders_learn_their_train_rows(apart):
    result = json.loads((apart / "result.json").read_text())
    assert result["model"]["parameters"] > 0
    assert result["facts"]["separator"] > 1
    assert result["metrics"]["test/accuracy"] > 0.4


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["model.pairs=apart"], r"it needs data.text_column=\[premise,hypothesis\]"),
        ([PAIRS, "augment=eda"], "augment.swap=0.1: would move or drop the mark"),
        ([PAIRS, "model=hierarchical", "tokenizer=sentence"], "model=hierarchical reads single ones"),
        ([PAIRS, "model.pairs=apart", "objective=adversarial"], "changes the word vectors of single texts"),
        ([PAIRS, "model.pairs=both"], "must be one of joined, apart"),
        (["data.text_column=[a]"], "or a list of two for pairs of texts"),
        ([PAIRS, "task=regression", "model.pairs=apart"], "task=regression reads both texts as one"),
    ],
)
def test_settings_that_do_not_go_together(overrides, said):
    first = [] if "task=regression" in overrides else ["task=classification", "data=csv"]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", overrides=[*first, "data.files.train=a.csv", *overrides])
    with pytest.raises(SettingError, match=said):
        check(cfg)
