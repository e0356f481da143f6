"""Clashes of settings of tagging, found before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

CONF = Path(__file__).parents[3] / "conf"


def checked(*overrides):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        check(compose("train", overrides=["task=tagging", *overrides]))


@pytest.mark.parametrize(
    "overrides", [(), ("head=softmax", "characters=none"), ("data=ud_atis",), ("data.tag_column=2",)]
)
def test_sound_settings_pass(overrides):
    checked(*overrides)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (("model=hierarchical", "tokenizer=sentence"), "model=hierarchical: task=tagging labels each word"),
        (("characters=lstm", "characters.output_size=25"), "characters.output_size=25: must be even"),
        (("characters=cnn", "characters.width=4"), "characters.width=4: must be odd"),
        (("task.scheme=BIOUL",), "task.scheme=BIOUL: must be one of BIO, IOB1, BIOES, IO"),
        (("data.scheme=bio",), "data.scheme=bio: must be one of auto, none, BIO"),
        (("task.miss_cost=-1",), "task.miss_cost=-1: must be a number >= 0"),
        (("task.network.subwords=last",), "task.network.subwords=last: must be one of first, mean"),
        (("task.monitor=val/f2",), "task.monitor=val/f2: is not a metric that task=tagging logs"),
        (("characters.dropout=1.0",), "characters.dropout=1.0: must be a number >= 0 and < 1"),
    ],
)
def test_a_clash_is_told_in_a_line(overrides, message):
    with pytest.raises(SettingError) as caught:
        checked(*overrides)
    assert message in str(caught.value)
