"""What bad input to a multirun gets: a line or two, exit code 2, and nothing started or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnlab.sweep.command import read_line

CONFIG_DIR = Path(__file__).parents[2] / "conf"
LOG_LR = "optimizer.lr=tag(log,interval(1e-4,1e-2))"
TWO_METRICS = ["sweep.metric=[val/loss,parameters]", "sweep.direction=[min,min]"]
BAD = [
    (["model=gru,lsm"], ["model=lsm", "no choice of the group model", "did you mean lstm?"]),
    (["model.dropout=0.1,1.5"], ["model.dropout=1.5", ">= 0 and < 1"]),
    (["model.hiden_size=1,2"], ["no such setting", "did you mean model.hidden_size?"]),
    (["model.dropout=interval(0.1,1.5)", "sweep=random"], ["model.dropout=1.5", ">= 0 and < 1"]),
    (["sweep=tpe"], ["sweep.sampler=tpe", "nothing to search"]),
    (["sweep=tp", LOG_LR], ["sweep=tp", "did you mean tpe?"]),
    ([LOG_LR], ["sweep=grid", "no points in the interval of optimizer.lr", "sweep=random"]),
    (["sweep=tpe", LOG_LR, "sweep.trials=null"], ["sweep.trials=null", "or sweep.timeout"]),
    (["sweep=tpe", LOG_LR, "sweep.trials=0"], ["sweep.trials=0", ">= 1"]),
    (["sweep=tpe", LOG_LR, "sweep.timeout=soon"], ["sweep.timeout=soon", "2h"]),
    (["model=gru,lstm", "sweep.metric=val/f2"], ["sweep.metric=val/f2", "there are:", "val/macro_f1"]),
    (["model=gru,lstm", "sweep.metric=test/accuracy"], ["test metrics choose nothing"]),
    (["model=gru,lstm", "sweep.direction=min"], ["sweep.direction=min", "contradicts val/macro_recall"]),
    (["model=gru,lstm", "sweep.metric=val/loss"], ["sweep.direction=max", "of which less is better"]),
    (["model=gru,lstm", "sweep.metric=[val/loss,parameters]"], ["as many as sweep.metric, which has 2"]),
    (["sweep=nsga2", LOG_LR, "sweep.pruner=median"], ["sweep.pruner=median", "none with several metrics"]),
    (["model=gru,lstm", "sweep.pruner=mean"], ["sweep.pruner=mean", "one of none, median"]),
    (
        ["sweep=tpe", LOG_LR, "sweep.first=[{optimizer.lr:3}]"],
        ["sweep.first[0].optimizer.lr=3", "0.0001 to 0.01"],
    ),
    (["sweep=tpe", LOG_LR, "sweep.first=[{lr:3}]"], ["sweep.first[0].lr=3", "optimizer.lr"]),
    (["model=gru,lstm", "sweep.zip=[[model,seed]]"], ["sweep.zip=seed", "that are searched"]),
    (
        ["model=gru,lstm", "sweep.each=[modle]"],
        ["sweep.each=modle", "that are searched", "did you mean model?"],
    ),
    (["model=gru,lstm", "sweep.each=model"], ["sweep.each=model", "a list of keys such as [model,probe]"]),
    (
        ["sweep=tpe", LOG_LR, "sweep.confirm_seeds=2"],
        ["sweep.sampler=tpe", "every group tries the same settings"],
    ),
    (["sweep=random", LOG_LR, "sweep.each=[optimizer.lr]"], ["sweep.each=optimizer.lr", "lists of values"]),
    (["model=gru,lstm", "sweep.enough=3"], ["sweep.enough=3", "belongs to sweep.each"]),
    (
        ["model=gru,lstm", "sweep.each=[model]", "sweep.enough=3"],
        ["sweep.enough=3", "with sweep.enough_value"],
    ),
    (["model=gru,lstm", "sweep.each=[model]", "seed=1,2"], ["sweep.each", "where seed is searched"]),
    (["model=gru,lstm", "sweep.constraints=['model == rnn']"], ["leave nothing of the grid"]),
    (["model=gru,lstm", "sweep.constraints=['model < 3']"], ["'model < 3' cannot be worked out"]),
    (["sweep.space={model:[gru,lstm],model.x:{values:[1],when:'model == lstm'}}"], ["model.x=1", "no such"]),
    (["sweep.space={model:[gru,lstm],seed:{values:[1],when:'model == rnn'}}"], ["never holds"]),
    (["sweep=random", "model.num_layers=interval(1,3)"], ["type model.num_layers=int(interval(1,3))"]),
    (["model=gru,lstm", "seed=range(40)", "data.batch_size=range(0,40)"], ["data.batch_size=0", ">= 1"]),
    (["model=gru,lstm", "sweep.trials=1,2"], ["sweep.trials=1,2", "must be a single value"]),
    (["model=gru,lstm", "resume=last"], ["resume=last", "sweep.resume=FOLDER"]),
    (["model=gru,lstm", "hydra/launcher=basic"], ["hydra/launcher=basic", "launcher=local, slurm or ray"]),
    (["task=tweets,shakespeare", "model=lstm"], ["val/macro_recall", "task=shakespeare validates by"]),
    (["sweep=asha", LOG_LR, "sweep.pruner_options.foo=1"], ["sweep.pruner_options", "'foo'"]),
    (["sweep=tpe", LOG_LR, "sweep.sampler_options={foo:1}"], ["sweep.sampler_options", "'foo'"]),
    (["sweep=tpe", LOG_LR, "sweep.trials=1", "sweep.first=[{},{}]"], ["at most sweep.trials, which is 1"]),
    (["model=gru,lstm", "sweep.first=[{model:gru}]"], ["must be empty with a grid"]),
    (
        ["sweep=cmaes", LOG_LR, "model.dropout=interval(0,0.5)", *TWO_METRICS],
        ["sweep.sampler=cmaes", "a single metric"],
    ),
    (
        ["sweep=random", LOG_LR, "sweep.pruner=median", "sweep.metric=parameters", "sweep.direction=min"],
        ["none"],
    ),
    (
        ["model=gru,lstm", "launcher=ray", "launcher.detach=true"],
        ["launcher.detach=True", "launcher.address"],
    ),
    (["model=gru,lstm", "seed=1,2", "sweep.seeds=3"], ["sweep.seeds=3", "must be 1 where seed is searched"]),
    (["model=gru,lstm", "sweep.storage=here"], ["sweep.storage=here", "postgresql://"]),
    (["model=gru,lstm", "sweep.storage=sqlite:////nowhere/at/x.db"], ["cannot be written", "/nowhere/at"]),
    (["model=gru,lstm", "sweep.heartbeat_timeout=6"], ["sweep.heartbeat_timeout=6", "two beats, 10"]),
    (["model=gru,lstm", "sweep.name=a/b"], ["sweep.name=a/b", "a folder's name"]),
    (["model=gru,lstm", "launcher.workers=0"], ["launcher.workers=0", ">= 1"]),
    (["model=gru,lstm", "launcher=slurn"], ["launcher=slurn", "did you mean slurm?"]),
]


def error_of(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    with pytest.raises(SystemExit) as stop:
        read_line(list(argv), CONFIG_DIR)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") <= 2
    return error


@pytest.mark.parametrize(("typed", "parts"), BAD, ids=[" ".join(typed) for typed, _ in BAD])
def test_bad_input(capsys: pytest.CaptureFixture[str], typed: list[str], parts: list[str]) -> None:
    error = error_of(capsys, "-m", "task=tweets", *typed)
    for part in parts:
        assert part in error


@pytest.mark.parametrize("typed", ["sweep=tpe", "launcher=slurm", "sweep.trials=3", "launcher.workers=2"])
def test_a_sweep_without_m(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert "add -m to the command" in error_of(capsys, "task=tweets", typed)


@pytest.mark.parametrize("typed", ["model=gru,lstm", "optimizer.lr=interval(1,2)", "++sweep.name=x"])
def test_several_values_without_m(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    error = error_of(capsys, "task=tweets", typed)
    assert error.startswith(f"error: {typed}: ")
    assert "add -m" in error


@pytest.mark.parametrize(("name", "module"), [("slurm", "slurm"), ("ray", "ray_cluster")])
def test_a_launcher_without_its_package(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    monkeypatch.setattr(f"rnnlab.sweep.launch.{module}.find_spec", lambda asked: None)
    error = error_of(capsys, "-m", "task=tweets", "model=gru,lstm", f"launcher={name}")
    assert f'pip install -e ".[{name}]"' in error


def test_slurm_without_sbatch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    error = error_of(capsys, "-m", "task=tweets", "model=gru,lstm", "launcher=slurm")
    assert "sbatch is not on the PATH" in error


GOOD = [
    ["task=tweets", "model=gru,lstm", "seed=range(3)"],
    ["task=tweets", "sweep=tpe", "sweep.timeout=2h", LOG_LR, "model=gru,lstm"],
    ["task=imdb", "sweep=asha", "model.dropout=interval(0.1,0.6)"],
    ["task=shakespeare", "model=gru,lstm", "sweep=hyperband"],
    ["task=tweets", "sweep=asha", "sweep.pruner=median", "model=glob(*lstm_att*)"],
    ["task=tweets", "sweep=tpe", "model=gru", "seed=range(50)", "sweep.first=[{seed:7}]"],
    ["task=tweets", "sweep=nsga2", "model.hidden_size=int(interval(16,128))"],
    [
        "task=tweets",
        "model.hidden_size=32,64",
        "model.dropout=0.1,0.5",
        "sweep.zip=[[model.hidden_size,model.dropout]]",
    ],
]


@pytest.mark.parametrize("typed", GOOD, ids=[" ".join(typed) for typed in GOOD])
def test_good_input_goes_on_to_hydra_as_it_was_typed(typed: list[str]) -> None:
    assert read_line(["-m", *typed], CONFIG_DIR).arguments == ["-m", *typed]


def test_a_dry_run_tells_the_jobs_and_ends(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    typed = ["task=tweets", "model=gru,lstm", "seed=range(50)", "sweep.dry_run=true", "sweep.seeds=1"]
    with pytest.raises(SystemExit) as stop:
        read_line(["-m", *typed, f"paths.output_dir={tmp_path}"], CONFIG_DIR)
    assert stop.value.code == 0
    told = capsys.readouterr().out
    assert "100 jobs on 1 worker, launcher local" in told
    assert "| 99  |  lstm |   49 |" in told
    assert "no earlier run of tweets to judge by" in told
    assert list(tmp_path.iterdir()) == []
