"""The board of a small run: what it holds and what it refuses."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from rnnlab.cli import main
from rnnlab.commands.judging.board import finite

SUBJECTS = [
    "the sea and the ship sail on a wave in the storm and a sailor sees the harbour",
    "the king and his crown in battle with a sword and the knight before the castle",
    "a garden of roses and a bee in summer under the leaf of a tree in the spring rain",
]


@pytest.fixture(scope="module")
def run(train_run, tmp_path_factory) -> Path:
    """A model of characters on a text whose scenes each have a subject."""
    place, draw = tmp_path_factory.mktemp("judge"), random.Random(0)
    scenes = []
    for number in range(90):
        words = SUBJECTS[number % 3].split()
        lines = [" ".join(draw.choices(words, k=9)) + draw.choice(",.!?") for _ in range(16)]
        scenes.append("\n".join(["SPEAKER:", *lines]) + "\n\n")
    (place / "scenes.txt").write_text("".join(scenes))
    options = ["task=shakespeare", "data=textfile", f"data.files.train={place / 'scenes.txt'}"]
    options += ["data.batch_size=16", "data.window=32", "model.hidden_size=48", "model.embedding_size=16"]
    return train_run(place / "run", *options, "trainer.max_epochs=3", "task.samples.length=10")


@pytest.fixture(scope="module")
def board(run, tmp_path_factory) -> tuple[Path, dict[str, dict[str, float]]]:
    folder = tmp_path_factory.mktemp("board") / "board"
    options = ["--temperature", "0.5,1.0", "--count", "6", "--length", "900", "--output", str(folder)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WANDB_MODE", "offline")
        assert main(["judge", str(run), *options, "--wandb"]) == 0
    rows = json.loads((folder / "board.json").read_text())["rows"]
    return folder, {row["name"]: row["measured"] for row in rows}


def test_people_are_above_the_model_and_the_model_above_shuffled_characters(board):
    _, rows = board
    model = [measured["coherence"] for name, measured in rows.items() if " at " in name]
    assert rows["held-out text"]["coherence"] > max(model)
    assert min(model) > rows["its characters shuffled"]["coherence"]
    assert rows["held-out text"]["coherence"] > rows["its lines shuffled"]["coherence"]


def test_every_row_has_its_measures(board):
    _, rows = board
    assert list(rows) == [
        "held-out text",
        "its lines shuffled",
        "its characters shuffled",
        "bilstm at 0.5",
        "bilstm at 1",
    ]
    for measured in rows.values():
        assert {"longest copy", "16-grams copied", "distinct-2", "real words", "loops"} <= set(measured)
    assert rows["bilstm at 0.5"]["entropy"] < rows["bilstm at 1"]["entropy"]
    assert rows["bilstm at 1"]["nats (windows)"] > 0
    assert "BLEU" in rows["bilstm at 1"]
    assert "BLEU" not in rows["held-out text"]
    assert rows["held-out text"]["real words"] > 0.95
    assert rows["its characters shuffled"]["real words"] < 0.5


def test_texts_figure_and_page_are_left(board):
    folder, _ = board
    assert {path.name for path in folder.iterdir() if "wandb" not in path.name} == {
        "board.json",
        "samples.jsonl",
        "board.png",
        "board.html",
    }
    texts = [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]
    assert len(texts) == 5 * 6
    assert all(one["copied"] in one["text"] and one["copied"] in one["training"] for one in texts)
    assert all(len(one["text"]) == 900 for one in texts if " at " in one["name"])
    page = (folder / "board.html").read_text()
    assert "held-out text" in page
    assert "longest copy" in page
    assert not re.search(r"(?:src|href)=.?http", page)


def test_the_board_goes_to_wandb(board):
    folder, rows = board
    (file,) = (folder / "wandb").glob("offline-run-*/run-*.wandb")
    content = file.read_bytes()
    assert all(name in content for name in (b"board", b"samples", b"board/figure"))
    (table,) = (folder / "wandb").glob("offline-run-*/files/media/table/board_*.json")
    assert len(json.loads(table.read_text())["data"]) == len(rows)


WRONG = [
    (["--count", "1"], "--count=1: must be at least 2"),
    (["--length", "50"], "--length=50: must be at least 400"),
    (["--temperature", "-1"], "--temperature=-1: must be a number >= 0"),
    (["--length", "1000000"], "--length=1000000: the held-out text has"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_what_cannot_be_is_one_line(run, capsys, options, message):
    assert main(["judge", str(run), *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    lines = error.strip("\n").split("\n")
    assert len(lines) <= 2
    assert any(line.startswith("error: ") for line in lines)
    assert "\r" not in error


def test_what_is_no_number_is_none_in_the_file():
    assert finite({"a": 1.0, "b": float("inf"), "c": float("nan")}) == {"a": 1.0, "b": None, "c": None}


def test_other_data_and_classifiers_are_refused(run, language_run, classifier_run, capsys):
    assert main(["judge", str(classifier_run)]) == 2
    assert "is a classifier's: it has no rnnlab judge" in capsys.readouterr().err
    assert main(["judge", str(run), str(language_run), "--count", "2", "--length", "400"]) == 2
    assert "has other data than" in capsys.readouterr().err
