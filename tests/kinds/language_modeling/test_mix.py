"""Styles by their names: mixtures that a user types, and a run that has learned some."""

import json

import numpy as np
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.kinds.language_modeling.evaluation import text_metrics
from rnnlab.kinds.language_modeling.mix import parse_mix, styles_of
from rnnlab.sweep.best_run import open_run

NAMES = ("hamlet", "sonnets", "windsor")


@pytest.mark.parametrize(
    ("mix", "weights"),
    [
        ("hamlet", [1, 0, 0]),
        ("hamlet:0.7,sonnets:0.3", [0.7, 0.3, 0]),
        (" windsor : 3 , hamlet:1 ", [0.25, 0, 0.75]),
        ("sonnets,windsor", [0, 0.5, 0.5]),
        ("hamlet:0,sonnets:2", [0, 1, 0]),
    ],
)
def test_a_mixture_is_weights_whose_sum_is_one(mix, weights):
    assert parse_mix(mix, NAMES) == pytest.approx(np.array(weights))


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        ("hamlt:1", r"--mix=hamlt: is no style of this run\ndid you mean hamlet\?"),
        ("hamlet:1,hamlet:2", "names hamlet twice"),
        ("hamlet:x", "--mix=hamlet:x: the weight must be a number >= 0"),
        ("hamlet:-1", "must be a number >= 0"),
        ("hamlet:nan", "must be a number >= 0"),
        ("hamlet:inf", "must be a number >= 0"),
        ("hamlet:", "must be a number >= 0"),
        ("hamlet:0", "must have a weight above 0"),
        ("", "--mix=: is no style"),
    ],
)
def test_what_is_no_mixture_is_refused(mix, message):
    with pytest.raises(SettingError, match=message):
        parse_mix(mix, NAMES)


def test_a_plain_run_has_no_styles(language_run):
    assert styles_of(open_run(language_run)) == ()
    with pytest.raises(SettingError, match=r"--style=hamlet: this run has learned no styles"):
        parse_mix("hamlet", (), "--style")


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for name, text in (("up", "ABAB CDCD\n"), ("down", "abab cdcd\n"), ("odd", "12 34 56 \n")):
        (folder / f"{name}.txt").write_text(text * 80)
    return folder


SMALL = ["task=shakespeare", "data=styles", "model=lstm", "model.hidden_size=12", "task.samples.length=20"]
SMALL += ["data.batch_size=6", "data.window=16", "data.test_fraction=0.1", "data.workers=1"]


@pytest.fixture(scope="module")
def styled_run(train_run, texts, tmp_path_factory):
    paths = ",".join(f"'{texts / name}.txt'" for name in ("up", "down", "odd"))
    folder = tmp_path_factory.mktemp("styled") / "run"
    quick = ["trainer.max_epochs=20", "optimizer.lr=0.02", "model.style_size=4", "task.state_reset=0.5"]
    return train_run(folder, *SMALL, *quick, f"data.paths=[{paths}]")


def test_a_run_learns_its_styles_and_opens_with_them(styled_run):
    run = open_run(styled_run)
    assert styles_of(run) == ("up", "down", "odd")
    assert run.network.styles == 3
    assert run.network.style_vectors.weight.shape == (3, 4)
    metrics = json.loads((styled_run / "result.json").read_text())["metrics"]
    parts = [metrics[f"test/nats_windows_{name}"] for name in styles_of(run)]
    lengths = [len(row) - 1 for row in rows_of(run.data(), "test")]
    assert metrics["test/nats_windows"] == pytest.approx(np.average(parts, weights=lengths))
    start = torch.tensor([run.tokenizer.encode("\n")])
    with torch.inference_mode():
        said = [run.network(start, style=row[None]).logits[0, -1].argmax() for row in torch.eye(3)]
    assert [run.tokenizer.decode([int(token)]) for token in said] == ["A", "a", "1"]


def rows_of(data, split):
    encoded = data.encoded(split)
    return np.split(encoded.ids, encoded.offsets[1:-1])


def test_evaluation_reads_each_text_in_its_style(styled_run):
    run, result = open_run(styled_run), json.loads((styled_run / "result.json").read_text())["metrics"]
    metrics = text_metrics(run, "test", None)
    for name in ("nats_windows", "nats_stream", *(f"nats_windows_{style}" for style in styles_of(run))):
        assert metrics[name] == pytest.approx(result[f"test/{name}"], rel=1e-5)
    assert metrics["tokens"] == sum(len(row) - 1 for row in rows_of(run.data(), "test"))
    assert metrics["bits_per_character_stream"] == pytest.approx(metrics["bits_stream"])


def test_texts_of_styles_also_train_a_model_without(train_run, texts, tmp_path):
    paths = ",".join(f"'{texts / name}.txt'" for name in ("up", "down"))
    folder = train_run(tmp_path / "run", *SMALL, f"data.paths=[{paths}]", "data.names=[one,two]")
    run = open_run(folder)
    assert styles_of(run) == ()
    assert run.network.styles == 0
    assert "test/nats_windows_two" in run.metrics
