"""Several labels a text as it is typed, through every command: which entities a real tweet names."""

from __future__ import annotations

import csv
import json
import os
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import rnnlab
from rnnlab.cli import main
from rnnlab.runtime import open_model

TWEETS = Path(os.environ.get("RNNLAB_DATA_DIR", "")) / "btc" / "btc.test"
WORDS = {"war": ["army", "siege"], "law": ["court", "judge"], "art": ["canvas", "museum"]}
OTHER = ["the", "of", "a", "in", "old", "new"]
SMALL = ["model=gru", "model.hidden_size=12", "model.embedding_size=12", "optimizer.lr=0.02"]
SMALL += ["model.dropout=0", "model.embedding_dropout=0", "model.word_dropout=0"]


def write_topics(path, rows=400):
    """Texts with words of none to three topics, and the topics."""
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "topics"])
        for _ in range(rows):
            topics = [topic for topic in WORDS if draw.random() < 0.4]
            words = [draw.choice(WORDS[topic]) for topic in topics] + draw.choices(OTHER, k=3)
            draw.shuffle(words)
            writer.writerow([" ".join(words), "; ".join(topics)])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    write_topics(folder / "topics.csv")
    return folder


@pytest.fixture(scope="module")
def trained(place, train_run):
    def make(name, *more):
        chosen = ["task=multi_label", "data=csv", f"data.files.train='{place / 'topics.csv'}'"]
        chosen += ["data.label_column=topics", "data.label_separator=';'", *SMALL]
        return train_run(place / name, *chosen, "trainer.max_epochs=10", *more)

    return make


@pytest.fixture(scope="module")
def run(trained):
    return trained("run")


def result(folder):
    return json.loads((folder / "result.json").read_text())


def shown(capsys, *arguments):
    """What a command prints that is to succeed."""
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_it_learns_the_topics_and_keeps_its_predictions(run):
    found = result(run)
    assert found["metrics"]["test/micro_f1"] > 0.9
    assert set(found["baselines"]) == {"label frequencies", "linear on tf-idf"}
    assert found["facts"]["classes"] == ["art", "law", "war"]
    assert len(found["thresholds"]["values"]) == 3
    table = pq.read_table(run / "predictions.parquet").to_pydict()
    assert list(table)[:4] == ["row", "text", "label", "predicted"]
    exact = [set(a) == set(b) for a, b in zip(table["label"], table["predicted"], strict=True)]
    assert sum(exact) / len(exact) == pytest.approx(found["metrics"]["test/subset_accuracy"])
    assert [] in table["label"]
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "labels that come together" in page
    assert "linear on tf-idf" in page


def test_evaluated_with_intervals_on_its_split_and_on_a_file(run, place, capsys):
    said = shown(capsys, "evaluate", run)
    assert "label frequencies" in said
    assert "threshold" in said
    measured = json.loads((run / "evaluation" / "metrics.json").read_text())["metrics"]
    metrics = result(run)["metrics"]
    for name in ("micro_f1", "average_precision", "f1_law"):
        assert measured[name]["value"] == pytest.approx(metrics[f"test/{name}"], rel=1e-5)
        assert measured[name]["low"] <= measured[name]["value"] <= measured[name]["high"]
    lines = ["text,topics", "army court,war;law", "the old,", "army,war;tax"]
    (place / "new.csv").write_text("\n".join(lines), encoding="utf-8")
    asked = ["evaluate", run, "--path", place / "new.csv", "--label-column", "topics"]
    assert main([*map(str, asked)]) == 2
    assert "has the topics 'tax', which is none of art, law, war" in capsys.readouterr().err
    assert "2 rows; 1 left out" in shown(capsys, *asked, "--on-error", "skip", "--output", place / "new")


def test_predicted_exported_and_explained_alike(run, place, capsys):
    answer = json.loads(shown(capsys, "predict", run, "the army and the judge", "--json"))
    assert set(answer["labels"]) == {"war", "law"}
    assert "(none)" in shown(capsys, "predict", run, "the old of a")
    chances = rnnlab.open_run(run).probabilities(["the army and the judge", "a"])
    assert chances[0].tolist() == pytest.approx(list(answer["probabilities"].values()))
    exported = place / "exported"
    assert "differs from torch by" in shown(capsys, "export", run, "--output", exported)
    found = open_model(exported)(["the army and the judge"])[0]
    assert found["labels"] == answer["labels"]
    assert found["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-4)
    assert "the log-odds of law" in shown(capsys, "explain", run, "the army and the judge", "--class", "law")
    assert main(["explain", str(run), "the army", "--class", "tax"]) == 2
    assert "must be a label of the run" in capsys.readouterr().err
    (place / "in.csv").write_text("text\nmuseum\nthe old\n", encoding="utf-8")
    shown(capsys, "predict", run, "--input", place / "in.csv", "--output", place / "out.csv")
    with (place / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["labels"] for row in rows] == ["art", ""]
    assert list(rows[0]) == ["row", "text", "labels", *(f"probability_{n}" for n in WORDS_SORTED), "note"]


WORDS_SORTED = sorted(WORDS)


def test_compared_and_reported(trained, run, capsys):
    more = ["task.thresholds=one", "task.class_weights=balanced", "trainer.max_epochs=1", "report=false"]
    other = trained("other", *more)
    assert len(set(result(other)["thresholds"]["values"])) == 1
    found = json.loads(shown(capsys, "compare", run, other, "--json"))
    apart = found["significance"]["bootstrap"]["micro_f1"]
    metrics = [result(one)["metrics"]["test/micro_f1"] for one in (run, other)]
    assert apart["value"] == pytest.approx(metrics[1] - metrics[0], rel=1e-4)
    assert "95 % interval" in shown(capsys, "report", run, "--table", "markdown")


def tweets():
    """Texts of the Broad Twitter Corpus with the kinds of entities that they name, often none."""
    blocks = TWEETS.read_text(encoding="utf-8").split("\n\n")
    for block in blocks:
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if pairs:
            kinds = {tag.strip()[2:] for _, tag in pairs} - {""}
            yield {"text": " ".join(word for word, _ in pairs), "label": sorted(kinds)}


@pytest.mark.skipif(not TWEETS.is_file(), reason="needs RNNLAB_DATA_DIR")
def test_which_entities_a_tweet_names_from_lists_in_json(train_run, place):
    rows = list(tweets())
    (place / "tweets.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    files = f"data.files.train='{place / 'tweets.jsonl'}'"
    chosen = ["task=multi_label", "data=csv", files, "text=tweet", *SMALL, "report=false"]
    found = result(train_run(place / "tweets", *chosen, "trainer.max_epochs=4"))
    assert found["facts"]["classes"] == ["LOC", "ORG", "PER"]
    floor = found["baselines"]["label frequencies"]["metrics"]
    assert found["metrics"]["test/average_precision"] > floor["test/average_precision"] + 0.1
