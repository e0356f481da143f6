"""Settings of forecasting that cannot go together are refused before anything is read, in one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.checks import check_counts, check_prepared
from rnnlab.run.build.assemble import build_data
from rnnlab.run.config.check import check

CONF = Path(__file__).parents[3] / "conf"
SERIES = ("task=forecast", "data=series", "data.path=sales.csv")
NAN = float("nan")


def composed(*overrides):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("train", overrides=[*overrides, "paths.run_dir=run"])


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("model=segrnn", "data.input_length=96"),
        ("model=lstm", "head=student_t"),
        ("model=deepar", "head=negative_binomial", "data.scaling=none", "model.window_norm=scale"),
        ("task.levels=[0.5]", "task.horizon_weight=0.5", "task.validation_windows=100"),
        ("task.monitor=val/scaled_mse", "head=point"),
        ("data.prices=true",),
    ],
)
def test_sound_settings_pass(overrides):
    check(composed(*SERIES, *overrides))


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (("data.horizon=0",), "data.horizon=0: must be a whole number >= 1"),
        (("data.stride=0",), "data.stride=0: must be a whole number >= 1"),
        (("data.min_length=200",), "data.min_length=200: must be at most data.input_length=96"),
        (("data.split.test=1.5",), "data.split"),
        (("data.scaling=revin",), "model.window_norm=revin"),
        (("head=crf",), "head=crf: labels words, and task=forecast predicts numbers: choose quantile, point"),
        (("head=softmax",), "head=softmax: labels words"),
        (
            ("head=negative_binomial", "data.scaling=standard"),
            "data.scaling=standard: head=negative_binomial needs the counts themselves",
        ),
        (
            ("model=hierarchical",),
            "model=hierarchical: task=forecast reads numbers, and this model reads sentences",
        ),
        (("task.levels=[0.5,1.5]",), "levels=[0.5, 1.5]: must be a list"),
        (
            ("model=segrnn", "data.input_length=24"),
            "model.segment_length=48: must be at most data.input_length=24",
        ),
        (
            ("head=negative_binomial", "data.scaling=none", "model.window_norm=last"),
            "model.window_norm=last: shifts counts, which head=negative_binomial does not take: choose scale",
        ),
        (
            ("head=negative_binomial", "data.scaling=none", "model.skip=linear"),
            "model.skip=linear: is added to the forecast, and head=negative_binomial takes no shift",
        ),
        (("head=negative_binomial", "data.scaling=none", "model=es_rnn"), "model=es_rnn: adds a level"),
        (
            ("model=es_rnn", "model.skip=both"),
            "model.skip=both: is added to the forecast, and model=es_rnn has",
        ),
        (
            ("model=deepar", "model.bidirectional=true"),
            "model.bidirectional=true: reads a window from both ends",
        ),
        (
            ("task.levels=[0.1,0.5]", "task.conformal=split"),
            "task.levels=[0.1, 0.5]: needs levels on both sides of an interval, such as 0.1 and 0.9, for",
        ),
        (("task.conformal=both",), "task.conformal=both: must be one of none, split, adaptive"),
        (("task.levels=[]",), "levels=[]: must be a list"),
        (("task.horizon_weight=0",), "task.horizon_weight=0: must be a number > 0"),
        (("task.validation_windows=0",), "task.validation_windows=0: must be a whole number >= 1"),
        (("task.monitor=val/accuracy",), "task.monitor=val/accuracy"),
        (("model.members=2",), "model.members=2: task=forecast predicts with one network"),
        (
            ("data.prices=true", "baselines=false"),
            "baselines=false: a forecast of prices is shown beside the one",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(overrides, told):
    with pytest.raises(SettingError) as caught:
        check(composed(*SERIES, *overrides))
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (("task=forecast", "data=tweets"), "task=forecast needs series, and this is labelled texts"),
        (("task=imdb", *SERIES[1:]), "task=imdb needs labelled texts, and this is series"),
    ],
)
def test_data_of_another_kind_are_refused(overrides, told):
    cfg = composed(*overrides)
    check(cfg)
    with pytest.raises(SettingError, match=told):
        build_data(cfg)


def test_no_group_of_texts_is_in_the_config():
    groups = {"text", "tokenizer", "embedding", "augment", "ngrams", "pretraining", "objective", "characters"}
    assert not groups & set(composed("task=forecast"))


def work(skip="none", season=24, input_length=96, head="Point"):
    settings = {"model": {"skip": skip}, "head": {"_target_": f"rnnlab.model.head.{head}"}}
    facts = {"season": season, "input_length": input_length}
    return SimpleNamespace(settings=OmegaConf.create(settings), facts=facts)


def test_a_seasonal_skip_needs_a_season_and_a_window_that_holds_one():
    check_prepared(work("linear", season=1))
    check_prepared(work("both", season=24, input_length=24))
    with pytest.raises(
        SettingError, match=r"model.skip=seasonal: repeats the last season, and these data have none"
    ):
        check_prepared(work("seasonal", season=1))
    with pytest.raises(SettingError, match=r"data.input_length=23: must be at least the season of 24 steps"):
        check_prepared(work("both", season=24, input_length=23))


def table(values):
    columns = SimpleNamespace(targets=("sold", "returned"))
    starts, names = np.array([0, 2, 4]), ("a", "b")
    return SimpleNamespace(values=np.array(values, np.float32), starts=starts, names=names, columns=columns)


def test_counts_are_whole_and_not_negative():
    check_counts(table([[0, 1], [NAN, 3], [2, 2], [1e6, 0]]))
    told = "head=negative_binomial: needs counts 0, 1, 2, ..., and returned of series b has {}"
    for wrong in (-1, 0.5):
        with pytest.raises(SettingError) as caught:
            check_counts(table([[0, 1], [NAN, 3], [2, wrong], [-2, 0]]))
        assert str(caught.value).startswith(told.format(f"{wrong:g}: choose student_t or quantile"))
