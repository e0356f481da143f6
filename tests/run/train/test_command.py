"""What bad input gets: one or two lines with setting, rule, value and nearest name; exit code 2."""

from pathlib import Path

import pytest
import yaml

from rnnlab.run.train.command import read_line

CONFIG_DIR = Path(__file__).parents[3] / "conf"

BAD = [
    # unknown names
    (["task=imbd"], ["task=imbd", "no choice of the group task", "did you mean imdb?"]),
    (["model=bilstn"], ["model=bilstn", "did you mean bilstm?"]),
    (["modle=lstm"], ["modle=lstm", "no such setting", "did you mean model?"]),
    (["model.hiden_size=3"], ["model.hiden_size=3", "no such setting", "did you mean model.hidden_size?"]),
    (["trainer.maxepochs=3"], ["trainer.maxepochs=3", "did you mean trainer.max_epochs?"]),
    (["hidden_size=3"], ["hidden_size=3", "no such setting", "model.hidden_size"]),
    (["data=nonsense"], ["data=nonsense", "there are:"]),
    (
        ["task.monitor=val/acuracy"],
        ["task.monitor=val/acuracy", "not a metric", "did you mean val/accuracy?"],
    ),
    # types and ranges
    (["model.dropout=1.5"], ["model.dropout=1.5", ">= 0 and < 1"]),
    (["model.hidden_size=abc"], ["model.hidden_size=abc", "a whole number >= 1"]),
    (["model.hidden_size=12.5"], ["model.hidden_size=12.5", "a whole number"]),
    (["model.hidden_size=null"], ["model.hidden_size=null", "a whole number"]),
    (["model.bidirectional=maybe"], ["model.bidirectional=maybe", "true or false"]),
    (["model.pooling=first"], ["model.pooling=first", "one of last, mean"]),
    (["optimizer.lr=-1"], ["optimizer.lr=-1", "a number > 0"]),
    (["optimizer.lr=nan"], ["optimizer.lr=nan", "a number > 0"]),
    (["trainer.max_epochs=0"], ["trainer.max_epochs=0", ">= 1"]),
    (["trainer.max_time=5m"], ["trainer.max_time=5m", "days:hours:minutes:seconds"]),
    (["data.max_length=0"], ["data.max_length=0", ">= 1"]),
    (["data.truncation=start"], ["data.truncation=start", "one of head, tail"]),
    (["data.source=internet"], ["data.source=internet", "one of auto, files, hub, package"]),
    (["threads=0"], ["threads=0", ">= 1 and <= 1024 or auto"]),
    (["seed=-1"], ["seed=-1", ">= 0"]),
    (["task.class_weights=[1]"], ["task.class_weights=[1]", "must have 2 weights"]),
    (["task.class_weights=often"], ["task.class_weights=often", "null, balanced or a list"]),
    # what does not fit together
    (["task=shakespeare", "model=bilstm"], ["model.bidirectional=True", "choose model=rnn, lstm or gru"]),
    (["task=shakespeare", "model=lstm_attention"], ["model.pooling=attention", "pools nothing"]),
    (["trainer.max_epochs=-1"], ["trainer.max_epochs=-1", "nothing ends this training"]),
    (["trainer.precision=16-mixed"], ["optimizer.fused=True", "choose false"]),
    (
        ["callback=early_stopping", "callback.early_stopping.monitor=val/f2"],
        ["monitor=val/f2", "not a metric"],
    ),
    (["data=csv"], ["data.files.train=???", "add data.files.train=..."]),
    # what cannot be read
    (["model.hidden_size=[1"], ["cannot be read"]),
    (["resume=/nowhere/at/all"], ["resume=/nowhere/at/all", "must be the folder of a run", "does not exist"]),
]


def error_of(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    with pytest.raises(SystemExit) as stop:
        read_line(list(argv), CONFIG_DIR)
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert len(message.strip().splitlines()) <= 2, message
    return message


@pytest.mark.parametrize(("argv", "parts"), BAD, ids=[" ".join(argv) for argv, _ in BAD])
def test_a_bad_setting_is_named_with_its_rule(capsys, argv, parts):
    message = error_of(capsys, *argv)
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    "argv",
    [
        ["task=imdb", "model=bilstm"],
        ["task=tweets", "model=gru", "optimizer.lr=3e-3", "logger=wandb"],
        ["task=shakespeare", "model=lstm", "trainer.max_time=00:00:05:00"],
        ["-m", "task=tweets", "model=rnn,lstm,gru,bilstm_attention", "seed=1,2,3"],
        ["task=imdb", "trainer.max_epochs=-1", "trainer.max_steps=10"],
        [
            "experiment=race_shakespeare",
            "callback.whole_time.seconds=60",
        ],  # which ends it, with max_epochs -1
        ["task=imdb", "task.class_weights=[1,2.5]"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_what_works_is_handed_to_hydra_unchanged(argv):
    flags = [word for word in argv if word.startswith("-")]
    prepared = read_line(argv, CONFIG_DIR).arguments
    assert sorted(prepared) == sorted(argv)
    assert prepared[: len(flags)] == flags


@pytest.mark.parametrize(
    ("group", "choice"),
    [("ngrams", "naive_bayes"), ("objective", "mixed"), ("pretraining", "regions"), ("augment", "eda")],
)
def test_a_choice_that_the_kind_of_problem_has_not_is_refused(capsys, group, choice):
    with pytest.raises(SystemExit) as stop:
        read_line(["task=shakespeare", f"{group}={choice}"], CONFIG_DIR)
    assert stop.value.code == 2
    wanted = f"error: {group}={choice}: task=shakespeare has no {group}: what a kind of problem has"
    assert capsys.readouterr().err.startswith(wanted)


@pytest.mark.parametrize("resolve", [[], ["--resolve"]], ids=["raw", "resolved"])
def test_cfg_job_prints_the_config_that_a_run_would_have(capsys, resolve):
    with pytest.raises(SystemExit) as stop:
        read_line(["--cfg", "job", *resolve, "task=tweets", "model=gru", "seed=7"], CONFIG_DIR)
    assert stop.value.code == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert (shown["seed"], shown["task"]["name"], shown["model"]["cell"]) == (7, "tweets", "gru")
    assert "hydra" not in shown
    assert ("${" in str(shown)) is (not resolve)


def test_hydra_full_error_gives_the_traceback(monkeypatch):
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    with pytest.raises(ValueError, match=r"model\.dropout=1\.5"):
        read_line(["model.dropout=1.5"], CONFIG_DIR)
