"""Folders whose config, overrides or sweep name what must never be built: every command refuses it."""

from __future__ import annotations

import json
from functools import reduce

import pytest
import yaml
from omegaconf import OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.config.trust import trusted
from rnnlab.run.folder.lock import FolderLock
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.known import check_known, remember_sweep
from rnnlab.sweep.resume import go_on

from .hostile import config_of, copied, payloads, sweep_of, with_config

NAMES = (
    *("os.system", "subprocess.Popen", "numpy.load", "torch.load", "builtins.eval", "builtins.exec"),
    *("builtins.__import__", "a module of its own", "a function of rnnlab", "what rnnlab imports", "nested"),
    *("in a list", "partial", "as an argument", "an interpolated target", "the environment", "a decoder"),
    "no text",
)
COMMANDS = {
    "predict": ("predict", "RUN", "good"),
    "evaluate": ("evaluate", "RUN"),
    "explain": ("explain", "RUN", "good"),
    "export": ("export", "RUN"),
    "serve": ("serve", "RUN", "--port", "0"),
    "compare": ("compare", "RUN", "FINE"),
    "compare with": ("compare", "FINE", "RUN"),
    "reproduce": ("reproduce", "RUN"),
    "tokenize": ("tokenize", "RUN", "good"),
    "generate": ("generate", "RUN"),
    "judge": ("judge", "RUN"),
    "rate": ("rate", "RUN", "--port", "0"),
    "dynamic_evaluation": ("dynamic_evaluation", "RUN"),
    "resume": ("train", "resume=RUN"),
    "pretrained": ("train", "task=imdb", "data=synthetic", "model=lstm", "pretrained=RUN"),
    "teachers": (
        *(
            "train",
            "task=imdb",
            "data=synthetic",
            "model=lstm",
            "objective=taught",
            "objective.teachers=[RUN]",
        ),
        "objective.unlabelled_share=0.5",
    ),
}
READ_NO_CONFIG = {
    "report": ("report", "RUN"),
    "runs": ("runs", "--outputs", "PARENT"),
    "board": ("board", "PARENT", "--html", "board.html"),
    "embeddings": ("embeddings", "RUN", "good"),
}


def filled(words, run, fine):
    names = {"RUN": run, "FINE": fine, "PARENT": run.parent}
    return [
        names.get(word) or word.replace("=RUN", f"={run}").replace("[RUN]", f"['{run}']") for word in words
    ]


@pytest.fixture
def hostile(classifier_run, tmp_path, marker):
    """hostile(name, place) -> a run whose config has that payload at a dotted place."""

    def make(name, place):
        run = copied(classifier_run, tmp_path / "outputs" / "run")
        config = config_of(run)
        *parents, last = place.split(".")
        node = config
        for parent in parents:
            node = node[parent]
        node[last] = payloads(tmp_path, marker)[name]
        result = json.loads((run / "result.json").read_text()) | {"status": "interrupted"}
        (run / "result.json").write_text(json.dumps(result))
        return with_config(run, config)

    return make


@pytest.mark.parametrize("name", NAMES)
def test_every_command_refuses_what_a_config_may_not_build(hostile, command, classifier_run, name):
    run = hostile(name, "text")
    for words in COMMANDS.values():
        found = command(*filled(words, run, classifier_run))
        assert found.code == 2, words
        assert (
            "its config.yaml would build text." in found.error or "nothing in a saved file is" in found.error
        )
    for words in READ_NO_CONFIG.values():
        assert command(*filled(words, run, classifier_run)).code in (0, 2)
    assert trusted() == frozenset()


@pytest.mark.parametrize(
    "place",
    [
        "data",
        "model",
        "model.encoder",
        "optimizer",
        "callback.evil",
        "task.network",
        "trainer.plugins",
        "logger.evil",
        "paths.more",
        "evil",
    ],
)
def test_it_is_refused_wherever_it_stands(hostile, command, place):
    found = command("predict", hostile("os.system", place), "good")
    assert found.code == 2
    assert (
        f"its config.yaml would build {place}._target_=os.system, which is not on rnnlab's list"
        in found.error
    )


def test_trust_names_a_package_and_nothing_of_python_s(hostile, command):
    run = hostile("os.system", "text")
    for name in ("os", "os.system", "subprocess", "torch", "numpy.load"):
        assert command("predict", run, "good", "--trust", name).code == 2
    said = command("predict", run, "good", "--trust", "iniconfig").error
    assert said.splitlines()[1] == (
        "nothing of Python itself and nothing that is not installed is built from a saved file"
    )


def test_a_class_of_an_installed_package_says_how_to_trust_it(hostile, command, monkeypatch):
    run = hostile("os.system", "callback.evil")
    config = config_of(run)
    config["callback"]["evil"] = {"_target_": "iniconfig.IniConfig", "path": "/nowhere"}
    with_config(run, config)
    found = command("tokenize", run, "good")
    assert found.code == 2
    assert found.error.splitlines()[1] == (
        "where you know what it does: --trust iniconfig allows all of the package iniconfig, "
        "in every folder from now on"
    )
    assert command("tokenize", run, "good", "--trust", "iniconfig").code == 0
    assert command("tokenize", run, "good").code == 0  # remembered


OVERRIDES = (
    "+callback.evil={_target_: os.system, command: touch}",
    "+callback.evil._target_=subprocess.Popen",
    "text._target_=numpy.load",
    "+callback.evil={a: [{b: {_target_: torch.load}}]}",
    "hydra.callbacks.evil._target_=os.system",
    "+hydra.callbacks.evil={_target_: os.system}",
    "hydra/job_logging=none",
    "hydra.searchpath=[file:///tmp]",
    "data.batch_size=${oc.env:HOME}",
    "data.batch_size=${oc.decode:'1'}",
    "+x={a: '${oc.env:HOME}'}",
    "text._target_=${task.name}",
    "model=../../../../tmp/evil",
    "+x={_target_: 'a",
    "+x={_target_: \\'a\\'}",
    "model@callback.x=../evil",
)


@pytest.mark.parametrize("override", OVERRIDES)
def test_saved_overrides_reach_no_further_than_a_config(classifier_run, tmp_path, command, override):
    run = copied(classifier_run, tmp_path / "run")
    (run / "overrides.yaml").write_text(yaml.safe_dump(["task=imdb", override]))
    assert command("reproduce", run).code == 2
    result = json.loads((run / "result.json").read_text()) | {"status": "interrupted"}
    (run / "result.json").write_text(json.dumps(result))
    found = command("train", f"resume={run}")
    assert found.code == 2
    assert found.error.startswith(f"error: resume={run}: its overrides.yaml ")


def test_a_sweep_s_code_is_run_for_nobody_who_has_not_started_it(classifier_run, tmp_path, command, marker):
    sweep = sweep_of(classifier_run, tmp_path / "outputs" / "sweeps" / "gift", "os.system", marker)
    (sweep / "code" / "src" / "__pycache__").mkdir(parents=True)
    (sweep / "code" / "src" / "__pycache__" / "errors.cpython-311.pyc").write_bytes(b"compiled")
    config = OmegaConf.create({"sweep": {"resume": str(sweep), "retry_failed": False}})
    with pytest.raises(SettingError, match=r"you have started no such sweep\n.*--trust sweep:[0-9a-f]{32}$"):
        go_on([f"sweep.resume={sweep}"], config, FolderLock())
    assert not list(sweep.rglob("*.pyc"))
    remember_sweep(SweepFolder(sweep))
    check_known(SweepFolder(sweep), "sweep.resume")
    (sweep / "code" / "src" / "new.py").write_text("changed = True")
    with pytest.raises(SettingError, match="you have started no such sweep"):
        check_known(SweepFolder(sweep), "sweep.resume")


@pytest.mark.parametrize("action", ["status", "show", "cancel"])
def test_a_sweep_of_a_stranger_is_only_looked_at(classifier_run, tmp_path, command, marker, action):
    sweep = sweep_of(classifier_run, tmp_path / "outputs" / "sweeps" / "gift", "os.system", marker)
    found = command("sweep", action, sweep)
    if action == "show":
        assert found.code == 2  # it would write best.yaml, an experiment that builds os.system
        assert "would build callback.evil._target_=os.system" in found.error
    assert not (sweep / "best.yaml").exists()
    assert command("report", sweep).code in (0, 2)
    assert command("runs", "--outputs", tmp_path / "outputs").code == 0


@pytest.mark.parametrize(
    "place", ["model.hidden_size", "model.encoder.hidden_size", "model.encoder.num_layers", "model.members"]
)
def test_a_model_larger_than_its_weights_takes_no_memory(classifier_run, tmp_path, command, place):
    run = copied(classifier_run, tmp_path / "run")
    config = config_of(run)
    *parents, last = place.split(".")
    reduce(dict.__getitem__, parents, config)[last] = 10**8
    with_config(run, config)
    found = command("predict", run, "good")
    assert found.code == 2
    assert f"its config.yaml has {place}=100000000, " in found.error
    assert "the weights of its checkpoint are smaller" in found.error


def test_a_run_with_a_class_of_one_s_own_opens_for_oneself_and_nobody_else(
    train_run, tmp_path, command, monkeypatch
):
    (tmp_path / "own_cleaner_of_a_test.py").write_text(
        "from rnnlab.text.cleaner import Cleaner\n\nclass Mine(Cleaner):\n    pass\n"
    )
    few = ["data.train_rows=100", "data.validation_rows=40", "data.test_rows=40", "report=false"]
    small = ["model.embedding_size=4", "model.hidden_size=4", "text._target_=own_cleaner_of_a_test.Mine"]
    run = train_run(tmp_path / "run", "task=imdb", "data=synthetic", "model=gru", *few, *small)
    assert command("tokenize", run, "good").code == 0
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "of another"))
    refused = command("tokenize", run, "good")
    assert refused.code == 2
    assert "--trust own_cleaner_of_a_test allows" in refused.error
    assert command("tokenize", run, "good", "--trust", "own_cleaner_of_a_test").code == 0


@pytest.mark.parametrize("argv", [["--trust", "iniconfig"], ["--trust=iniconfig"]])
def test_train_py_takes_trust_too(command, argv):
    few = ["task=imdb", "data=synthetic", "model=gru"]
    assert command("train", *argv, *few).code == 0
    assert trusted() == {"package:iniconfig"}


def test_trust_without_a_name_is_said(command):
    found = command("train", "task=imdb", "--trust")
    assert (found.code, found.error) == (2, "error: --trust=: must be the name of an installed package")
