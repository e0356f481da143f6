"""Configs that are composed once for many settings are those that Hydra composes for each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from rnnlab.errors import SettingError
from rnnlab.run.train.command import without_hydra
from rnnlab.sweep.composer import Composer, own_key

CONFIG_DIR = Path(__file__).parents[2] / "conf"
TYPED = [
    ["task=tweets", "model=gru", "model.hidden_size=32", "optimizer.lr=0.01"],
    ["task=tweets", "model=lstm", "model.hidden_size=32", "task.class_weights=[1,2,3]"],
    ["model.hidden_size=32", "task=tweets", "experiment=tweets_bilstm", "+trainer.profiler=simple"],
    ["task=tweets", "model=lstm", "~scheduler.warmup", "seed=3", "sweep=tpe", "launcher.workers=4"],
]


@pytest.fixture
def composer():
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        yield Composer([CONFIG_DIR])


def test_they_are_hydras_own(composer: Composer) -> None:
    for overrides in [*TYPED, *reversed(TYPED)]:
        assert composer.config(overrides) == without_hydra(compose("train", overrides=overrides))


def test_the_whole_has_the_sweeps_settings(composer: Composer) -> None:
    cfg = composer.whole(["task=tweets", "sweep=tpe", "sweep.trials=3", "launcher.workers=4"])
    assert (cfg.sweep.sampler, cfg.sweep.trials, cfg.launcher.workers) == ("tpe", 3, 4)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("model=gruu", "no choice of the group model"),
        ("model.hiden_size=3", "did you mean model.hidden_size"),
    ],
)
def test_what_cannot_be_composed_is_said_in_our_words(composer: Composer, typed: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        composer.config(["task=tweets", typed])


def test_choices_of_config_dir_are_choices_of_a_group(tmp_path: Path) -> None:
    for place, text in (("model/own.yaml", "defaults: [gru]\nhidden_size: 7"), ("extra/own.yaml", "x: 1")):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_text(text)
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = Composer([CONFIG_DIR, tmp_path]).config(["task=tweets", "model=own", "+extra=own"])
    assert (cfg.model.cell, cfg.model.hidden_size, cfg.extra) == ("gru", 7, {"x": 1})


def test_which_overrides_are_the_sweeps_own() -> None:
    typed = ["sweep=tpe", "++sweep.space={}", "launcher.workers=2", "model=gru", "sweeper=1", "~launcher"]
    assert [own_key(override) for override in typed] == [True, True, True, False, False, True]
