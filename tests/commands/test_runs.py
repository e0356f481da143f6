"""`rnnlab runs` and `rnnlab.runs()`: what is there, latest or best first."""

import csv
import io
import json
import os

import pytest

import rnnlab
from rnnlab.cli import main


@pytest.fixture
def outputs(tmp_path):
    """Three runs of two tasks; the second was started last."""
    folder = tmp_path / "outputs"
    write(
        folder / "imdb" / "gru" / "a",
        "imdb",
        "gru",
        1,
        {"val/accuracy": 0.8, "test/accuracy": 0.7, "test/loss": 0.4},
    )
    write(
        folder / "imdb" / "lstm" / "b",
        "imdb",
        "lstm",
        3,
        {"val/accuracy": 0.7, "test/accuracy": 0.9, "test/loss": 0.6},
    )
    write(folder / "tweets" / "gru" / "c", "tweets", "gru", 2, {}, "failed")
    return folder


def write(path, task, model, when, metrics, status="finished"):
    path.mkdir(parents=True)
    (path / "config.yaml").write_text("task: {}\n")
    os.utime(path / "config.yaml", (when, when))
    result = {"status": status, "task": task, "model": {"name": model, "parameters": 5}, "seed": 1}
    result |= {"seconds": 61.0, "metrics": metrics, "overrides": ["model.hidden_size=8"]}
    (path / "result.json").write_text(json.dumps(result))


def runs(capsys, outputs, *arguments):
    code = main(["runs", "--outputs", str(outputs), *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def names(out):
    return [line.split("|")[1].strip() for line in out.splitlines()[2:]]


def test_the_latest_run_is_first(capsys, outputs):
    code, out, _ = runs(capsys, outputs)
    assert code == 0
    assert names(out) == ["imdb/lstm/b", "tweets/gru/c", "imdb/gru/a"]
    assert "test/accuracy" in out.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--sort", "val/accuracy"], ["imdb/gru/a", "imdb/lstm/b", "tweets/gru/c"]),
        (["--sort", "test/accuracy", "--top", "1"], ["imdb/lstm/b"]),
        (["--sort", "test/loss"], ["imdb/gru/a", "imdb/lstm/b", "tweets/gru/c"]),
        (["--task", "tweets"], ["tweets/gru/c"]),
        (["--model", "gru", "--status", "finished"], ["imdb/gru/a"]),
    ],
)
def test_sorted_and_chosen(capsys, outputs, arguments, expected):
    assert names(runs(capsys, outputs, *arguments)[1]) == expected


def test_csv_and_json_have_everything(capsys, outputs):
    _, out, _ = runs(capsys, outputs, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["test/loss"] == "0.6"
    assert rows[0]["model.hidden_size"] == "8"
    _, out, _ = runs(capsys, outputs, "--json")
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["finished", "failed", "finished"]


def test_nothing_there_says_how_to_begin(capsys, tmp_path):
    (tmp_path / "outputs").mkdir()
    assert "python train.py" in runs(capsys, tmp_path / "outputs")[1]


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["--task", "imbd"], "did you mean imdb?"),
        (["--sort", "test/acuracy"], "did you mean test/accuracy?"),
        (["--top", "0"], "must be a whole number >= 1"),
    ],
)
def test_what_is_not_there_is_refused(capsys, outputs, arguments, rule):
    code, _, err = runs(capsys, outputs, *arguments)
    assert code == 2
    assert rule in err


def test_a_notebook_gets_a_data_frame(outputs):
    frame = rnnlab.runs(outputs)
    assert list(frame["task"]) == ["imdb", "tweets", "imdb"]
    assert frame.loc[0, "test/accuracy"] == 0.9
    assert set(frame["model.hidden_size"]) == {"8"}
    assert list(rnnlab.runs(outputs, task="tweets")["status"]) == ["failed"]


def test_rnnlab_has_no_other_names():
    with pytest.raises(AttributeError, match="it has open_run, OpenRun, runs"):
        _ = rnnlab.open_runs
