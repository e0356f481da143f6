"""Clashes of settings of tagging, found before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.build.rebuild import check_sizes
from rnnlab.run.config.check import check
from rnnlab.run.folder.run_folder import RunFolder

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
        (("head=gaussian",), "head=gaussian: is the distribution of a number, and task=tagging labels words"),
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


@pytest.mark.parametrize("name", ["letter_size", "output_size"])
def test_letters_larger_than_the_weights_of_a_saved_run_take_no_memory(tmp_path, name):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        saved = compose("train", overrides=["task=tagging", f"characters.{name}=100000000"])
    network = OmegaConf.create(OmegaConf.to_container(saved.task.network, resolve=True))
    settings = OmegaConf.create({"model": {}, "task": {"network": network}})
    message = f"its config.yaml has task.network.characters.{name}=100000000, and the weights"
    with pytest.raises(SettingError, match=message):
        check_sizes(settings, {"head.emit.weight": torch.zeros(9, 256)}, RunFolder(tmp_path))
