"""Flags of a task that select another task."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.run.config.task_variants import with_variant

CONF = Path(__file__).parents[3] / "conf"


@pytest.mark.parametrize("true", ["true", "True"])
def test_several_labels_a_text_are_a_task_of_their_own(true):
    typed = ["-m", "task=classification", f"task.multi_label={true}", "data.files.train=a.csv", "seed=1,2"]
    assert with_variant(typed, CONF) == ["-m", "task=multi_label", "data.files.train=a.csv", "seed=1,2"]


@pytest.mark.parametrize(
    "typed",
    [
        ["task=classification"],
        ["task=classification", "task.multi_label=false"],
        ["task=tweets", "task.multi_label=true"],
        ["task=classification", "task.calibrate=true"],
        ["task.multi_label=true"],
    ],
)
def test_other_lines_stay_as_they_are(typed):
    assert with_variant(typed, CONF) == typed


def test_a_flag_that_selects_nothing_is_refused():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", overrides=["task=tweets", "task.multi_label=true"])
    with pytest.raises(SettingError, match="gives each text one class: choose task=multi_label instead"):
        check(cfg)
