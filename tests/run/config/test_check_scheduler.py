"""Settings of a schedule that its own class refuses, before torch is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

CONFIG_DIR = Path(__file__).parents[3] / "conf"


def checked(*overrides: str) -> None:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        check(compose("train", overrides=list(overrides)))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["scheduler=one_cycle", "scheduler.warmup=0.6"], "warmup=0.6: must be a number > 0 and <= 0.5"),
        (["scheduler=one_cycle", "scheduler.final=0.1"], "final=0.1: must be a number >= 0 and <= 0.04"),
        (["scheduler=trapezoid", "scheduler.fall=0.99"], "fall=0.99: must be a number >= 0 and <= 0.98"),
        (["scheduler=plateau", "scheduler.factor=1"], "factor=1: must be a number > 0 and < 1"),
    ],
)
def test_what_a_schedule_refuses_is_named(overrides, message):
    with pytest.raises(SettingError) as raised:
        checked("task=imdb", "data=synthetic", *overrides)
    assert str(raised.value).startswith(f"scheduler.{message}")


def test_what_it_takes_passes():
    checked("task=imdb", "data=synthetic", "scheduler=step", "scheduler.factor=1")
