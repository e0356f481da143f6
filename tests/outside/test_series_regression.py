"""Series regression, a kind from another package without any text, through every command."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
import yaml

from rnnlab.runtime import open_model

from . import life as checks
from .life import Life

TEXT = ("text", "tokenizer", "embedding", "augment", "ngrams", "pretraining", "objective")
SERIES = [[0.0, 1.0], [0.6, 0.8], [1.0, 0.0], [0.6, -0.8], [0.0, -1.0]]


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    made = Life(tmp_path_factory.mktemp("series"), ["task=series_regression", "trainer.max_epochs=4"])
    made.once("run")
    return made


def test_it_learns_and_its_config_knows_no_text(life):
    assert life.metrics("run")["test/mae"] < 0.3
    config = yaml.safe_load(life.path("run/config.yaml").read_text())
    assert not set(TEXT) & set(config)
    assert life.result("run")["facts"] == {"input_size": 2}
    assert not life.path("run/tokenizer.json").exists()
    table = pq.read_table(life.path("run/predictions.parquet"))
    assert table.column_names == ["row", "label", "predicted"]


def test_killed_and_resumed(life):
    checks.check_that_a_killed_run_goes_on_to_the_same_numbers(life, 30)


@pytest.mark.long
def test_swept(life):
    checks.check_that_a_sweep_finds_the_better_of_two(life)


def test_a_learning_rate_and_a_batch_size_are_found(life):
    own = ["--config-dir", str(checks.HERE / "conf"), *life.choices]
    rates = life.rnnlab("lr_find", *own, "--steps", "12", "--lowest", "0.001", "--highest", "10")
    assert "optimizer.lr=" in rates.splitlines()[-1]
    wrong = life.rnnlab("lr_find", "--config-dir", "nowhere", *life.choices, code=2)
    assert "--config-dir=nowhere: must be a folder" in wrong
    sizes = ["--first", "4", "--last", "8", "--seconds", "0.01"]
    assert "data.batch_size=" in life.rnnlab("batch_find", *own, *sizes).splitlines()[-1]


def test_evaluated_with_intervals(life):
    checks.check_that_intervals_hold_the_scores_of_the_training(life, "mae")


def test_evaluated_on_a_file(life):
    rows = [{"values": SERIES, "hertz": 1.0}, {"values": [[0.0, 1.0]] * 9, "hertz": 0.5}]
    life.path("new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    columns = ["--text-column", "values", "--label-column", "hertz"]
    life.rnnlab("evaluate", "run", "--path", "new.jsonl", *columns, "--output", "new")
    assert json.loads(life.path("new/metrics.json").read_text())["rows"] == 2


def test_predicted(life):
    typed = json.dumps(SERIES)
    (line,) = life.rnnlab("predict", "run", typed, "--json").splitlines()
    assert json.loads(line)["values"] == SERIES
    wrong = life.rnnlab("predict", "run", "[[1, 2, 3]]", code=2)
    assert "must be a list of steps of 2 numbers each" in wrong
    assert "must be a row as JSON" in life.rnnlab("predict", "run", "a text", code=2)


def test_reported(life):
    life.rnnlab("report", "run")
    page = life.path("run/report.html").read_text(encoding="utf-8")
    assert "series_regression" in page
    assert "farthest from their labels" in page
    assert "95 % interval" in life.rnnlab("report", "run", "--table", "markdown")


def test_exported_and_served_and_not_explained(life, listening, monkeypatch):
    answer = json.loads(life.rnnlab("predict", "run", json.dumps(SERIES), "--json"))
    del answer["values"]
    assert "differs from torch by" in life.rnnlab("export", "run", "--output", "exported")
    monkeypatch.syspath_prepend(checks.HERE)
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", life.environment["RNNLAB_CONFIG_DIR"])
    assert open_model(life.path("exported"))([SERIES]) == [pytest.approx(answer, abs=1e-4)]
    refused = life.rnnlab("explain", "run", "a text", code=2)
    assert "is a series regression model's: it has no rnnlab explain" in refused
    checks.check_the_service(life, listening, monkeypatch, {"values": [SERIES]}, [answer])


def test_commands_for_texts_are_refused_in_one_line(life):
    for command in (["tokenize", "run", "a text"], ["generate", "run"], ["embeddings", "run", "word"]):
        refused = life.rnnlab(*command, code=2)
        assert "Traceback" not in refused
        assert len(refused.splitlines()) <= 2


def test_compared(life):
    checks.check_that_two_runs_are_compared_on_the_same_rows(life, "mae")


@pytest.mark.long
def test_reproduced(life):
    checks.check_that_it_is_reproduced_to_the_last_bit(life)
