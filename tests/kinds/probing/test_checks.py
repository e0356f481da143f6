"""Choices that a probe refuses before anything is trained, in one line each."""

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
        check(compose("train", overrides=["task=probe", *overrides, "paths.run_dir=run"]))


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["model=bilstm"], "model.bidirectional=True: task=probe answers at each step from what came before"),
        (["model=lstm_self_attention"], "model.encoder.attention=SelfAttention: task=probe answers"),
        (["model=lstm_attention"], "model.pooling=attention: task=probe answers at each step and pools"),
        (["model.input_norm=batch"], "model.input_norm=batch: lets a step see later ones"),
        (["model.members=2"], "model.members=2: task=probe predicts with one network"),
        (["data.longest=2"], "data.longest=2: must be data.shortest=3 or more"),
        (["budget=desktop"], "desktop"),
        (["probe.sizes.laptop.steps=0"], "probe.sizes.laptop.steps=0: must be a whole number >= 1"),
        (["task.stop_at=2"], "task.stop_at=2: must be a number > 0 and <= 1"),
        (["data.test_lengths=[8,8]"], "must be a list of different lengths"),
        (["task.monitor=val/f1"], "is not a metric that task=probe logs"),
    ],
    ids=[
        "bidirectional",
        "attention",
        "pooling",
        "norm",
        "members",
        "order",
        "budget",
        "steps",
        "stop",
        "same",
        "f1",
    ],
)
def test_a_choice_that_cannot_work_is_refused(overrides, said):
    with pytest.raises(SettingError) as refused:
        checked(*overrides)
    assert said in str(refused.value)
    assert len(str(refused.value).splitlines()) <= 2


@pytest.mark.parametrize("budget", ["laptop", "paper"])
def test_both_budgets_compose(budget):
    checked(f"budget={budget}", "probe=mqar", "model=sha_lstm")
