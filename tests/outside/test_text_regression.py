"""Text regression, a kind from another package, through every command: the stars of generated reviews."""

from __future__ import annotations

import csv
import json
import random
import re
import shlex

import pyarrow.parquet as pq
import pytest

from rnnlab.runtime import open_model

from . import life as checks
from .life import Life
from .test_own_parts import Place

GOOD, BAD = ["great", "lovely", "superb", "moving", "clever"], ["dull", "awful", "weak", "boring", "silly"]
OTHER = ["the", "plot", "cast", "music", "film", "was", "and", "really", "quite"]


def write_reviews(path, rows=240):
    """Reviews of four opinions, and a star more for each good one."""
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "stars"])
        for _ in range(rows):
            good = draw.randint(0, 4)
            words = draw.choices(GOOD, k=good) + draw.choices(BAD, k=4 - good) + draw.choices(OTHER, k=5)
            draw.shuffle(words)
            writer.writerow([" ".join(words), 1 + good])


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    write_reviews(folder / "reviews.csv")
    small = ["model.embedding_size=8", "model.dropout=0", "model.embedding_dropout=0", "model.word_dropout=0"]
    made = Life(
        folder, ["task=text_regression", "data.files.train=reviews.csv", *small, "trainer.max_epochs=10"]
    )
    made.once("run")
    return made


def test_it_learns_and_its_config_has_no_classifiers_parts(life):
    assert life.metrics("run")["test/mae"] < 0.7
    config = life.path("run/config.yaml").read_text()
    assert not [part for part in ("augment:", "objective:", "ngrams:", "pretraining:") if part in config]
    table = pq.read_table(life.path("run/predictions.parquet")).to_pydict()
    assert list(table) == ["row", "text", "label", "predicted"]
    errors = [abs(a - b) for a, b in zip(table["label"], table["predicted"], strict=True)]
    assert sum(errors) / len(errors) == pytest.approx(life.metrics("run")["test/mae"])


def test_labels_that_are_no_numbers_are_one_line(life):
    life.path("words.csv").write_text("text,stars\nfine,four\n", encoding="utf-8")
    shown = life.once("wrong", "data.files.train=words.csv", code=2)
    assert "data.label_column=stars: holds something else than numbers in" in shown


def test_data_of_classes_are_refused(life):
    shown = life.once("wrong", "data=csv", "data.label_column=stars", code=2)
    assert "task=text_regression needs texts with a number each, and this is labelled texts" in shown


def test_killed_and_resumed(life):
    checks.check_that_a_killed_run_goes_on_to_the_same_numbers(life, 9)


@pytest.mark.long
def test_swept(life):
    checks.check_that_a_sweep_finds_the_better_of_two(life)


def test_evaluated_with_intervals(life):
    checks.check_that_intervals_hold_the_scores_of_the_training(life, "mae")


def test_evaluated_on_a_file(life):
    life.path("new.csv").write_text("text,stars\ngreat lovely superb great,5\ndull,one\n", encoding="utf-8")
    columns = ["--path", "new.csv", "--label-column", "stars"]
    assert "has the stars 'one', which cannot be read" in life.rnnlab("evaluate", "run", *columns, code=2)
    life.rnnlab("evaluate", "run", *columns, "--on-error", "skip", "--output", "new")
    found = json.loads(life.path("new/metrics.json").read_text())
    assert (found["rows"], found["skipped"][0]["row"]) == (1, 2)


def test_predicted_from_lines_and_files(life):
    assert "great" in life.rnnlab("predict", "run", "great lovely superb great", "")
    life.path("in.csv").write_text("text\ngreat lovely superb great\ndull awful\n", encoding="utf-8")
    life.rnnlab("predict", "run", "--input", "in.csv", "--output", "out.csv")
    with life.path("out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["row", "text", "predicted", "note"]
    assert float(rows[0]["predicted"]) > float(rows[1]["predicted"])


def test_reported(life):
    life.rnnlab("report", "run")
    page = life.path("run/report.html").read_text(encoding="utf-8")
    assert "text_regression" in page
    assert "farthest from their labels" in page
    assert "95 % interval" in life.rnnlab("report", "run", "--table", "markdown")


def test_exported_explained_and_served(life, listening, monkeypatch):
    typed = "great dull superb awful"
    answer = json.loads(life.rnnlab("predict", "run", typed, "--json"))
    assert answer.pop("text") == typed
    assert "differs from torch by" in life.rnnlab("export", "run", "--output", "exported")
    monkeypatch.syspath_prepend(checks.HERE)
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", life.environment["RNNLAB_CONFIG_DIR"])
    assert open_model(life.path("exported"))([typed]) == [pytest.approx(answer, abs=1e-4)]
    shown = life.rnnlab("explain", "run", typed)
    assert shown.startswith(f"the number: {answer['predicted']:.3f}")
    checks.check_the_service(life, listening, monkeypatch, {"text": [typed]}, [answer])


def test_compared(life):
    checks.check_that_two_runs_are_compared_on_the_same_rows(life, "mae")


@pytest.mark.long
def test_reproduced(life):
    checks.check_that_it_is_reproduced_to_the_last_bit(life)


def blocks(kind):
    page = (checks.HERE.parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_page_shows_this_kind_in_under_120_lines():
    shown = dict(block.split("\n", 1) for kind in ("python", "yaml") for block in blocks(kind))
    mine = {path.removeprefix("# mine/"): text for path, text in shown.items() if path.startswith("# mine/")}
    assert {path: (checks.HERE / path).read_text(encoding="utf-8") for path in mine} == mine
    assert {path.split("/")[0] for path in mine} == {"text_regression", "conf"}
    assert len([line for text in mine.values() for line in text.splitlines() if line.strip()]) < 120


@pytest.mark.long
def test_the_pages_commands_run_as_they_are_typed(tmp_path):
    place = Place(tmp_path)
    write_reviews(tmp_path / "reviews.csv")
    quick = [
        "threads=1",
        "trainer.max_epochs=1",
        "model.hidden_size=8",
        "model.embedding_size=8",
        "report=false",
    ]
    for line in blocks("sh")[0].splitlines():
        words = shlex.split(line)
        if words[0] == "python":
            assert words[1:4] == ["train.py", "--config-dir", "mine/conf"]
            place.train(*words[4:], *quick)
        elif words[:2] != ["rnnlab", "serve"] and words[0] != "export":  # which another test serves
            assert words[0] == "rnnlab"
            place.rnnlab(*words[1:])
    with next((tmp_path / "outputs" / "sweeps").glob("*/jobs.csv")).open(encoding="utf-8") as file:
        assert [job["state"] for job in csv.DictReader(file)] == ["finished", "finished"]
