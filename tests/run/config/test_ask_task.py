"""A training without a chosen task is not started: the tasks are listed instead."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.errors import UserError
from rnnlab.run.config.ask_task import ask_task, chooses_task, first_sentence, tasks_of
from rnnlab.sweep.command import read_line

ROOT = Path(__file__).parents[3]
CONF = ROOT / "conf"


@pytest.mark.parametrize("chosen", ["task=imdb", "experiment=imdb_bilstm", "resume='x'", "+experiment=own"])
def test_what_chooses_a_task(chosen):
    assert chooses_task(["seed=1", chosen])
    ask_task([chosen], [CONF])


@pytest.mark.parametrize("typed", [[], ["task.name=mine"], ["model=gru", "data=synthetic"]])
def test_what_chooses_none(typed):
    assert not chooses_task(typed)
    with pytest.raises(UserError, match="no task is chosen: type task=NAME"):
        ask_task(typed, [CONF])


def test_every_task_is_listed_with_a_line_of_its_own(tmp_path):
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "own.yaml").write_text("# @package _global_\n# A task of mine. More.\ntask: {}\n")
    found = tasks_of([CONF, tmp_path])
    assert {"own", *(path.stem for path in (CONF / "task").glob("*.yaml"))} == set(found)
    assert found["own"] == "A task of mine"
    assert [name for name, line in found.items() if not 10 < len(line) < 100] == []


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("# @package _global_\n# A label (Maas et al. 2011).\nx: 1", "A label (Maas et al. 2011)"),
        ("# A score for each time, and\n# alarms: see\n#   python", "A score for each time, and alarms"),
        ("# A number\n#   python train.py\nx: 1", "A number"),
        ("x: 1\n# later", ""),
    ],
)
def test_the_first_sentence_of_a_comment(yaml, sentence):
    assert first_sentence(yaml) == sentence


@pytest.mark.parametrize("typed", [[], ["model=gru"], ["-m", "seed=1,2"], ["-m", "model=gru,lstm"]])
def test_trainings_and_sweeps_ask(capsys, monkeypatch, tmp_path, typed):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        read_line(typed, CONF)
    assert left.value.code == 2
    output = capsys.readouterr()
    assert "error: no task is chosen" in output.err
    assert "  tweets             Sentiment of tweets, three classes" in output.err
    assert "python train.py task=imdb model=bilstm" in output.err
    assert output.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_over_tasks_chooses_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    typed = ["-m", "task=imdb,tweets", "data=synthetic"]
    assert read_line(typed, CONF).arguments == typed


def test_hydras_own_flags_need_no_task():
    for flag in (["--cfg", "job"], ["--help"]):
        command = [sys.executable, str(ROOT / "train.py"), *flag]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_a_training_says_at_once_what_it_does(capsys, tmp_path):
    typed = ["task=imdb", "model=gru", "data=synthetic", f"hydra.run.dir={tmp_path / 'run'}"]
    assert read_line(typed, CONF).arguments == typed
    assert capsys.readouterr().out == f"training gru on imdb in {tmp_path / 'run'}\n"
