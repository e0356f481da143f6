"""Trainings of detectors from their configs: stopped and resumed, evaluated, compared, refused."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from pytorch_lightning.callbacks import Callback

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.scored import read_scores
from rnnlab.kinds.use import EvaluationRequest
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.config.check import check
from rnnlab.training.callback.signals import Interrupted

from .conftest import choices, csv_of

CONF = Path(__file__).parents[3] / "conf"


class StopAt(Callback):
    """Presses Ctrl-C after a step."""

    def __init__(self, step):
        self.step = step

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        if trainer.global_step == self.step:
            signal.raise_signal(signal.SIGINT)


def config(folder, machine, *more):
    paths = [f"paths.run_dir='{folder}'", f"paths.cache_dir='{folder}/cache'", "paths.data_dir=null"]
    quiet = ["trainer.enable_progress_bar=false", "threads=1"]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("train", overrides=[*choices(machine), *paths, *quiet, *more])


def fit(folder, machine, *more, stop=None):
    """Train in the folder, from its last checkpoint where there is one."""
    cfg = config(folder, machine, "trainer.max_epochs=2", *more)
    torch.set_num_threads(1)
    pl.seed_everything(1, verbose=False)
    data = build_data(cfg)
    data.prepare()
    task = build_task(cfg, data, build_network(cfg, data, None))
    trainer = build_trainer(cfg, folder)
    trainer.callbacks += [] if stop is None else [StopAt(stop)]
    last = folder / "checkpoints" / "last.ckpt"
    trainer.fit(task, datamodule=data, ckpt_path=str(last) if last.is_file() else None)
    return task


def test_a_run_that_is_stopped_within_an_epoch_ends_as_one_that_is_not(tmp_path, machine):
    whole = fit(tmp_path / "whole", machine)
    with pytest.raises(Interrupted):
        fit(tmp_path / "stopped", machine, stop=3)
    again = fit(tmp_path / "stopped", machine)
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(again.network.state_dict()[name], value, rtol=0, atol=0)
    assert np.array_equal(again.columns["errors"], whole.columns["errors"], equal_nan=True)


def test_labels_and_later_values_change_no_training(tmp_path, machine):
    other = tmp_path / "other.csv"
    lines = csv_of().splitlines()
    changed = [lines[0]]
    for place, line in enumerate(lines[1:]):
        name, time, heat, speed, label = line.split(",")
        late = place % 600 >= 420
        changed.append(f"{name},{time},{'9' if late else heat},{speed},{'1' if place % 7 == 0 else label}")
    other.write_text("\n".join(changed) + "\n", encoding="utf-8")
    files = {"a": machine, "b": other}
    networks = [fit(tmp_path / name, path, "callback=default").network for name, path in files.items()]
    for first, second in zip(*(network.state_dict().values() for network in networks), strict=True):
        assert torch.equal(first, second)


def test_a_batch_size_changes_no_score(tmp_path, machine, finished):
    run = finished("forecast_error")
    data = run.data()
    rows = data.rows("test")
    batches = [rows[[0, 1]], rows[[0]]]
    task = fit(tmp_path / "run", machine)
    both, alone = (task.predictions(batch)["errors"][0] for batch in batches)
    np.testing.assert_allclose(both, alone, atol=1e-5)


def test_an_evaluation_gives_the_figures_of_the_training(finished):
    run = finished("forecast_error")
    found = run.problem.evaluate(run, EvaluationRequest(resamples=100)).results
    for name in ("vus_pr", "pr_auc", "event_recall", "alarm_rate"):
        assert found["metrics"][name]["value"] == pytest.approx(run.metrics[f"test/{name}"], abs=1e-3)
    one = found["metrics"]["vus_pr"]
    assert one["low"] <= one["value"] <= one["high"]
    assert json.dumps(found)


def test_two_runs_are_compared_on_the_same_series(finished):
    first, second = finished("forecast_error"), finished("reconstruction")
    found = first.problem.compare(first, second, 100, 0).results["significance"]["bootstrap"]["vus_pr"]
    assert found["value"] == pytest.approx(second.metrics["test/vus_pr"] - first.metrics["test/vus_pr"])


def test_data_without_labels_have_alarms_and_no_measures_of_labels(train_run, tmp_path):
    path = tmp_path / "machine.csv"
    path.write_text(csv_of(labelled=False), encoding="utf-8")
    few = ["trainer.max_epochs=1", "task.threshold=budget", "task.alarms_per_day=4"]
    folder = train_run(tmp_path / "run", *choices(path), *few)
    metrics = json.loads((folder / "result.json").read_text())["metrics"]
    assert {"test/error", "test/alarm_rate", "test/alarms_per_day"} <= set(metrics)
    assert not [name for name in metrics if "vus" in name or "event" in name]
    assert all(one.labels is None for one in read_scores(folder / "scores.parquet"))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["model=bigru"], "model.bidirectional=true: a forecast may not see what it forecasts"),
        (["scoring.ahead=[1,64]"], "task.chunk=64: must be above 64"),
        (["scoring.ahead=[0]"], "scoring.ahead=[0]: must be a list"),
        (["task.smoothing=-1"], "task.smoothing=-1: must be a number >= 0"),
        (["task.threshold=quantil"], "did you mean quantile?"),
        (["scoring=reconstruction", "scoring.window=1"], "scoring.window=1: must be a whole number >= 2"),
        (["task.quantile=1.0"], "task.quantile=1.0: must be a number > 0 and < 1"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_line(tmp_path, machine, overrides, message):
    with pytest.raises(SettingError) as error:
        check(config(tmp_path, machine, *overrides))
    assert message in str(error.value)


def test_static_features_are_refused(tmp_path, machine):
    path = tmp_path / "machine.csv"
    lines = csv_of().splitlines()
    text = [lines[0] + ",size", *(line + (",1" if line[0] == "a" else ",2") for line in lines[1:])]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    cfg = config(tmp_path, path, "data.static=[size]")
    data = build_data(cfg)
    data.prepare()
    from rnnlab.kinds.lookup import kind_of
    from rnnlab.kinds.work import Work

    kind = kind_of(cfg)
    with pytest.raises(SettingError, match="anomaly detection reads no features of whole series"):
        kind.check_data(Work(cfg, None, None, data, kind.facts(data)))


def test_a_labelled_file_is_evaluated(finished, machine):
    run = finished("forecast_error")
    found = run.problem.evaluate(run, EvaluationRequest(path=machine, resamples=0)).results
    assert found["series"] == 2
    assert found["rows"] == 1200
    assert found["metrics"]["vus_pr"]["value"] > found["metrics"]["vus_pr_chance"]["value"]
