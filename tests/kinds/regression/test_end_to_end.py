"""Regression as it is typed, through every command: stars, and the sentiment of real tweets as a number."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import forked
import pyarrow.parquet as pq
import pytest

from rnnlab.cli import main
from rnnlab.runtime import open_model

ROOT = Path(__file__).parents[3]
TWEETS = Path(os.environ.get("RNNLAB_DATA_DIR", "")) / "tweet_eval_sentiment" / "validation.parquet"
GOOD, BAD, OTHER = ["great", "superb", "clever"], ["dull", "awful", "silly"], ["the", "plot", "cast", "film"]
SMALL = ["model=gru", "model.hidden_size=8", "model.embedding_size=8", "optimizer.lr=0.02"]
SMALL += ["model.dropout=0", "model.embedding_dropout=0", "model.word_dropout=0"]


def write_reviews(path, rows=240):
    """Reviews of four opinions each, and a star more for each good one."""
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "stars"])
        for _ in range(rows):
            good = draw.randint(0, 4)
            words = draw.choices(GOOD, k=good) + draw.choices(BAD, k=4 - good) + draw.choices(OTHER, k=4)
            draw.shuffle(words)
            writer.writerow([" ".join(words), 1 + good])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regression")
    write_reviews(folder / "reviews.csv")
    return folder


@pytest.fixture(scope="module")
def trained(place, train_run):
    def make(name, *more):
        reviews = f"data.files.train='{place / 'reviews.csv'}'"
        chosen = ["task=regression", "data=csv", reviews, "data.label_column=stars", *SMALL]
        return train_run(place / name, *chosen, "trainer.max_epochs=6", *more)

    return make


@pytest.fixture(scope="module")
def run(trained):
    return trained("run")


def metrics(folder):
    return json.loads((folder / "result.json").read_text())["metrics"]


def shown(capsys, *arguments):
    """What a command prints that is to succeed."""
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_it_beats_the_mean_and_keeps_its_predictions(run):
    result = json.loads((run / "result.json").read_text())
    assert set(result["baselines"]) == {"train mean", "train median", "ridge on tf-idf"}
    assert metrics(run)["test/mae"] < 0.5 * result["baselines"]["train mean"]["metrics"]["test/mae"]
    table = pq.read_table(run / "predictions.parquet").to_pydict()
    assert list(table) == ["row", "text", "label", "predicted"]
    errors = [abs(a - b) for a, b in zip(table["label"], table["predicted"], strict=True)]
    assert sum(errors) / len(errors) == pytest.approx(metrics(run)["test/mae"])
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Predicted against label" in page
    assert "ridge on tf-idf" in page


def test_evaluated_with_intervals_on_its_split_and_on_a_file(run, place, capsys):
    said = shown(capsys, "evaluate", run)
    assert "| score    |" in said
    assert "ridge on tf-idf" in said
    measured = json.loads((run / "evaluation" / "metrics.json").read_text())["metrics"]
    assert measured["mae"]["value"] == pytest.approx(metrics(run)["test/mae"], rel=1e-5)
    assert measured["spearman"]["low"] <= measured["spearman"]["value"] <= measured["spearman"]["high"]
    (place / "new.csv").write_text("text,stars\nsuperb great great clever,5\ndull,nan\n", encoding="utf-8")
    asked = ["evaluate", run, "--path", place / "new.csv", "--label-column", "stars"]
    assert main([*map(str, asked)]) == 2
    assert "row 2" in (error := capsys.readouterr().err)
    assert "has the stars 'nan', which cannot be read" in error
    assert "1 rows; 1 left out" in shown(capsys, *asked, "--on-error", "skip", "--output", place / "new")


@pytest.mark.parametrize("loss", ["squared", "ordinal"])
def test_predicted_exported_and_explained_alike(trained, run, place, loss, capsys):
    own = run if loss == "squared" else trained("ordinal", "task.loss=ordinal", "report=false")
    typed = "great superb dull film"
    answer = json.loads(shown(capsys, "predict", own, typed, "--json"))
    assert 1 < answer["predicted"] < 5
    exported = place / f"exported_{loss}"
    assert "differs from torch by" in shown(capsys, "export", own, "--output", exported)
    found = open_model(exported)([typed, "dull"])[0]
    assert found == {"predicted": pytest.approx(answer["predicted"], abs=1e-4), "note": ""}
    assert f"the number: {answer['predicted']:.3f}" in shown(capsys, "explain", own, typed)


def test_compared_and_reported(trained, run, capsys):
    other = trained("absolute", "task.loss=absolute", "report=false", "trainer.max_epochs=2")
    found = json.loads(shown(capsys, "compare", run, other, "--json"))
    apart = found["significance"]["bootstrap"]["mae"]
    assert apart["value"] == pytest.approx(metrics(other)["test/mae"] - metrics(run)["test/mae"], rel=1e-4)
    assert "95 % interval" in shown(capsys, "report", run, "--table", "markdown")


@pytest.mark.skipif(not TWEETS.is_file(), reason="needs RNNLAB_DATA_DIR")
def test_the_sentiment_of_tweets_as_a_number(train_run, place):
    shutil.copy(TWEETS, place / "tweets.parquet")
    tweets = f"data.files.train='{place / 'tweets.parquet'}'"
    chosen = ["task=regression", "data=csv", tweets, "task.loss=huber", "task.monitor=val/rmse", "text=tweet"]
    run = train_run(place / "tweets", *chosen, *SMALL, "trainer.max_epochs=2", "report=false")
    facts = json.loads((run / "result.json").read_text())["facts"]
    assert facts["levels"] == [0.0, 1.0, 2.0]
    assert metrics(run)["test/rmse"] < 0.8


@pytest.mark.parametrize(
    ("cells", "more", "said"),
    [
        ("fine,four", [], "row 2 of wrong.csv has the label 'four', which is no number"),
        ("fine,2", [], "every train row of .*wrong.csv has the number 2; at least two numbers are needed"),
        ("fine,3", ["task.huber_delta=2"], "acts in task.loss=huber alone"),
        ("fine,3", ["task.loss=l2"], "must be one of squared, absolute, huber, ordinal"),
        ("fine,3", ["data=synthetic"], "needs texts with a number each, and this is labelled texts"),
        ("fine,3", ["model=hierarchical", "tokenizer=sentence"], "choose a flat model, such as model=bilstm"),
    ],
)
def test_what_cannot_be_learned_is_one_line(place, cells, more, said):
    rows = ["text,label", "good,2", cells, *[f"text {n},2" for n in range(8)]]
    (place / "wrong.csv").write_text("\n".join(rows), encoding="utf-8")
    files = [] if more == ["data=synthetic"] else ["data=csv", "data.files.train=wrong.csv"]
    command = [sys.executable, str(ROOT / "train.py"), "task=regression", *files, "threads=1", *more]
    if more == ["data=synthetic"]:
        command += ["data.train_rows=50"]
    done = forked.run(
        command, cwd=place, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 2, done.stdout
    assert re.search(said, done.stdout), done.stdout
    assert "Traceback" not in done.stdout
