"""The command as it is typed, in a process of its own: exit codes, signals, resume, multirun."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import forked
import pytest

ROOT = Path(__file__).parents[1]
SMALL = ["task=imdb", "model=lstm", "data=synthetic", "data.train_rows=1500", "threads=1"]


def command(*overrides: str) -> list[str]:
    return [sys.executable, str(ROOT / "train.py"), *overrides]


def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "RNNLAB_CACHE_DIR": str(tmp_path / "cache")}


def start(tmp_path: Path, *overrides: str, cold: bool = False) -> subprocess.Popen:
    """The command, forked; where it is to be killed, in a new process."""
    return (subprocess if cold else forked).Popen(
        command(*overrides),
        cwd=tmp_path,
        env=environment(tmp_path),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(tmp_path: Path, *overrides: str, code: int = 0) -> str:
    process = start(tmp_path, *overrides)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == code, output
    return output


def wait_for_step(folder: Path, epoch: int, process: subprocess.Popen) -> None:
    """Until metrics.csv tells of a step in the given epoch (from 0)."""
    for _ in range(1200):
        if process.poll() is not None:
            pytest.fail(f"ended too early: {process.stdout.read()}")
        path = folder / "metrics.csv"
        if path.exists() and any(int(row["epoch"]) >= epoch for row in read(path)):
            return
        time.sleep(0.1)
    pytest.fail("no step was logged")


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as lines:
        return [row for row in csv.DictReader(lines) if row["epoch"] and row["step"]]


def run_folder(tmp_path: Path, task: str = "imdb") -> Path:
    for _ in range(600):
        found = list((tmp_path / "outputs" / task).glob("*/*/result.json"))
        if found:
            return found[0].parent
        time.sleep(0.1)
    pytest.fail("no run folder")


def result_of(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text())


def epochs(folder: Path) -> list[int]:
    """The epochs whose validation is in metrics.csv, in order."""
    return [int(row["epoch"]) for row in read(folder / "metrics.csv") if row.get("val/loss")]


@pytest.mark.parametrize(
    ("argument", "part"),
    [("model.dropout=1.5", "model.dropout=1.5: must be"), ("model=bilstn", "did you mean bilstm?")],
)
def test_a_bad_setting_ends_with_code_2_and_leaves_nothing(tmp_path, argument, part):
    output = finish(tmp_path, argument, code=2)
    assert part in output
    assert "Traceback" not in output
    assert not (tmp_path / "outputs").exists()


def test_help_names_every_group_and_a_command(tmp_path):
    output = finish(tmp_path, "--help")
    for part in ("python train.py task=imdb model=bilstm", "optimizer: adam, adamw", "--cfg job --resolve"):
        assert part in output


@pytest.mark.long
def test_a_killed_run_goes_on_and_no_epoch_is_lost_or_doubled(tmp_path):
    real = bool(os.environ.get("RNNLAB_DATA_DIR"))
    task = "tweets" if real else "imdb"
    quick = ["text=plain", "threads=1", "model.hidden_size=16", "data.batch_size=256"]
    choices = ["task=tweets", "model=lstm", *quick] if real else SMALL
    choices = [*choices, "trainer.max_epochs=3", "trainer.log_every_n_steps=1"]
    process = start(tmp_path, *choices, cold=True)
    folder = run_folder(tmp_path, task)
    wait_for_step(folder, 1, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert result_of(folder)["status"] == "running"
    output = finish(tmp_path, f"resume={folder}")
    assert "going on after step" in output
    result = result_of(folder)
    assert (result["status"], result["starts"]) == ("finished", 2)
    assert epochs(folder) == [0, 1, 2]
    steps = [int(row["step"]) for row in read(folder / "metrics.csv")]
    assert steps == sorted(set(steps))


@pytest.mark.long
def test_ctrl_c_saves_in_mid_epoch_and_says_how_to_go_on(tmp_path):
    process = start(tmp_path, *SMALL, "trainer.max_epochs=200", "trainer.log_every_n_steps=1", cold=True)
    folder = run_folder(tmp_path)
    wait_for_step(folder, 1, process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert "python train.py resume=outputs/imdb/lstm/" in output
    assert result_of(folder)["status"] == "interrupted"
    assert (folder / "checkpoints" / "last.ckpt").is_file()
    refused = finish(tmp_path, f"resume={folder}", "model.hidden_size=8", code=2)
    assert "model.hidden_size=8: resume= goes on with the choices of its run" in refused


@pytest.mark.long
def test_a_multirun_makes_a_folder_a_job_and_one_table_and_survives_a_failed_job(tmp_path):
    output = finish(
        tmp_path,
        "-m",
        *SMALL,
        "model=gru,lstm",
        "model.encoder.input_size=128,64",  # 64 does not fit the embedding: those jobs fail
        "trainer.max_epochs=1",
        "trainer.limit_train_batches=3",
        code=1,
    )
    sweep = next((tmp_path / "outputs" / "sweeps").iterdir())
    states = [result_of(sweep / str(number))["status"] for number in range(4)]
    assert states == ["finished", "failed", "finished", "failed"]
    assert (sweep / "jobs.csv").is_file()
    assert output.count("| trial") == 1


@pytest.mark.slow
def test_two_runs_started_in_the_same_second_have_folders_of_their_own(tmp_path):
    choices = [*SMALL, "debug=fast"]
    processes = [start(tmp_path, *choices) for _ in range(2)]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    folders = list((tmp_path / "outputs" / "imdb" / "lstm").iterdir())
    assert len(folders) == 2
    assert {result_of(folder)["status"] for folder in folders} == {"finished"}
