"""`rnnlab dynamic_evaluation` on a run that has ended."""

import json
import shutil
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.cli import main
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.job import run

CONFIG_DIR = Path(__file__).parents[2] / "conf"
SMALL = ["task=shakespeare", "data=synthetic_brackets", "trainer.max_steps=2", "threads=1"]
SMALL += ["data.train_characters=9000", "data.validation_characters=600", "data.test_characters=600"]
SMALL += ["task.samples.length=3", "model.hidden_size=8", "trainer.enable_progress_bar=false"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("runs")
    places = [f"paths.run_dir='{path / 'run'}'", f"paths.cache_dir='{path / 'cache'}'", "paths.data_dir=null"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[*SMALL, *places])
    assert run(cfg, RunFolder(path / "run"), SMALL, "lstm") == 0
    return path / "run"


def test_a_finished_run_is_tested_as_its_end_would_be_and_not_changed(folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    grid = ["--learning-rates", "1e-3", "--decays", "0", "0.01", "--json"]
    assert main(["dynamic-evaluation", str(folder), *grid]) == 0
    found = json.loads(capsys.readouterr().out)
    plain = json.loads((folder / "result.json").read_text())["metrics"]["test/nats_stream"]
    assert 0 < found["test/nats_dynamic"] < plain
    assert found["chosen"]["learning_rate"] == 1e-3
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--decays", "2"], "--decays=2.0: must be a number >= 0 and <= 1"),
        (["--segment", "0"], "--segment=0: must be a whole number >= 1"),
    ],
)
def test_values_out_of_range_are_refused(folder, capsys, options, message):
    assert main(["dynamic_evaluation", str(folder), *options]) == 2
    assert message in capsys.readouterr().err


def test_a_run_without_an_end_is_refused(folder, tmp_path, capsys):
    for name in ("config.yaml", "result.json"):
        shutil.copy(folder / name, tmp_path / name)
    assert main(["dynamic_evaluation", str(tmp_path)]) == 2
    assert "must be a finished run of a language model" in capsys.readouterr().err


def test_a_run_of_another_kind_has_none(classifier_run, capsys):
    assert main(["dynamic_evaluation", str(classifier_run)]) == 2
    printed = capsys.readouterr().err
    assert "is a classifier's: it has no rnnlab dynamic_evaluation" in printed
    assert printed.count("\n") == 1
