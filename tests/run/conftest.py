"""Runs in this process: composed as the command line would, without its start-up time."""

import copy
import json
from functools import lru_cache
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.job import run

CONFIG_DIR = Path(__file__).parents[2] / "conf"
# Generated data and few batches: nothing is downloaded and a run takes a second or two.
SMALL = {
    "classification": [
        "task=imdb",
        "data=synthetic",
        "trainer.max_epochs=1",
        "trainer.limit_train_batches=3",
    ],
    "language_modeling": ["task=shakespeare", "data=synthetic_brackets", "trainer.max_epochs=1"],
}


def composed(overrides: list[str], folder: Path):
    cfg = copy.deepcopy(composed_once(tuple(overrides)))
    cfg.paths.run_dir, cfg.paths.cache_dir = str(folder), str(folder.parent / "cache")
    return cfg


@lru_cache(maxsize=100)
def composed_once(overrides: tuple[str, ...]):
    paths = ["paths.run_dir=set_later", "paths.cache_dir=set_later", "paths.data_dir=null"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose("train", overrides=[*overrides, *paths])


@pytest.fixture(autouse=True)
def small_figures(quick_figures):
    """Of all runs in this folder: what figures show is tested where they are drawn."""


@pytest.fixture
def launch(tmp_path):
    """launch(*overrides, folder=...) -> (exit code, run folder, result)."""

    def start(*overrides: str, folder: Path | None = None, data_dir: Path | None = None):
        path = folder or tmp_path / "run"
        given = [*overrides, "threads=1", "trainer.enable_progress_bar=false"]
        cfg = composed(given, path)
        if data_dir is not None:
            cfg.paths.data_dir = str(data_dir)
        code = run(cfg, RunFolder(path), given, "model")
        return code, RunFolder(path), json.loads((path / "result.json").read_text())

    return start
