"""Older names of classes: in saved files, on the command line and in a user's own YAML."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from omegaconf import OmegaConf

from rnnlab.run.config import moved_names
from rnnlab.run.config.allowed import ALLOWED, targets
from rnnlab.run.config.moved_names import MOVED, current, current_in, rename_saved, rename_typed
from rnnlab.run.config.saved import config_of, overrides_of
from rnnlab.run.config.signature import parameters
from rnnlab.run.config.trust import permits
from rnnlab.run.train.command import read_line

ROOT = Path(__file__).parents[3]
OLD_RUNS = ROOT / "tests" / "data" / "old_runs"
OLD_NAMES = (OLD_RUNS / "names.txt").read_text().split()
EMA, EMA_NOW = "rnnlab.callback.ema.WeightAverage", "rnnlab.training.callback.ema.WeightAverage"


@pytest.fixture(autouse=True)
def nothing_said_yet():
    moved_names._say.cache_clear()


@pytest.mark.parametrize("name", OLD_NAMES)
def test_every_class_that_an_older_config_could_name_is_allowed_and_found(name):
    assert current(name) in ALLOWED
    parameters(current(name))  # raises Absent where there is no such class


def test_a_name_is_changed_once_and_only_whole_parts_of_it():
    assert all(current(new) == new for new in MOVED.values())
    assert current("rnnlab.scheduler.shape.Cosine") == "rnnlab.training.scheduler.lr_curve.Cosine"
    assert current("rnnlab.scheduler.plateau.Plateau") == "rnnlab.training.scheduler.plateau.Plateau"
    for name in (
        "torch.optim.Adam",
        "mine.rnnlab.callback.ema.X",
        "rnnlab.callbacks.X",
        "rnnlab.data.rows.Rows",
    ):
        assert current(name) == name


def test_in_an_override_names_are_changed_wherever_they_stand():
    before = f"++callback.x={{_target_: {EMA}, decay: 0.9}}"
    assert current_in(before) == before.replace(EMA, EMA_NOW)
    assert current_in(f"callback.x._target_=mine.{EMA}") == f"callback.x._target_=mine.{EMA}"


def test_every_class_of_a_saved_config_is_renamed():
    saved = {
        "_target_": EMA,
        "list": [{"_target_": "rnnlab.task.classification.Classification"}],
        "name": EMA,
    }
    rename_saved(saved)
    inside = [{"_target_": "rnnlab.kinds.classification.task.Classification"}]
    assert saved == {"_target_": EMA_NOW, "list": inside, "name": EMA}


@pytest.mark.parametrize(
    "path", sorted(OLD_RUNS.glob("outputs/**/config.yaml")), ids=lambda path: path.parent.name
)
def test_older_configs_name_classes_that_there_are(path):
    before = [value for _, value in targets(yaml.safe_load(path.read_text()))]
    after = [value for _, value in targets(config_of(path))]
    assert len(after) == len(before) > 10
    assert after == [current(name) for name in before] != before
    assert set(after) <= ALLOWED


def test_saved_overrides_are_renamed(tmp_path):
    kept = f"data.name={EMA}"
    path = tmp_path / "overrides.yaml"
    path.write_text(yaml.safe_dump([f"+callback.x._target_={EMA}", kept]))
    assert overrides_of(path) == [f"+callback.x._target_={EMA_NOW}", kept]


def test_what_a_user_trusted_by_its_older_name_stays_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path))
    name = "rnnlab.training.callback.progress_mark.ProgressMark"
    assert not permits(name)
    older = name.replace(".training.", ".")
    (tmp_path / "trusted.json").write_text(json.dumps({"trusted": [f"class:{older}"]}))
    assert permits(name)


def test_a_composed_config_is_renamed_and_says_so_once(capsys):
    for _ in range(2):
        cfg = OmegaConf.create({"callback": {"x": {"_target_": EMA, "decay": "${y}"}}, "y": 1, "z": ["${y}"]})
        rename_typed(cfg)
        assert cfg.callback.x == {"_target_": EMA_NOW, "decay": 1}
    assert capsys.readouterr().err == f"note: callback.x._target_={EMA} is an older name of {EMA_NOW}\n"


def test_older_names_typed_and_in_own_yaml_still_work(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own" / "scheduler").mkdir(parents=True)
    (tmp_path / "own" / "scheduler" / "mine.yaml").write_text(
        "_target_: rnnlab.scheduler.shape.Cosine\nwarmup: 0.1\n"
    )
    typed = ["task=imdb", "scheduler=mine", f"+callback.mine._target_={EMA}", "+callback.mine.decay=0.5"]
    read_line([*typed, "--config-dir", "own"], ROOT / "conf")
    notes = capsys.readouterr().err.splitlines()
    assert sorted(re.findall(r"^note: (\S+?)=", "\n".join(notes), re.MULTILINE)) == [
        "callback.mine._target_",
        "scheduler._target_",
    ]


def test_a_name_that_never_was_is_refused(capsys):
    with pytest.raises(SystemExit):
        read_line(["data=synthetic", "+callback.mine._target_=rnnlab.callback.ema.Nothing"], ROOT / "conf")
    assert "rnnlab.training.callback.ema has no Nothing" in capsys.readouterr().err
