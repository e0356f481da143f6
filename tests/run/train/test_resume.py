"""Which runs can be gone on with."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from omegaconf import OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.config.later import RUNNING_TEXT
from rnnlab.run.config.moved_files import rooted
from rnnlab.run.folder.process import BOOT, started
from rnnlab.run.folder.result import Result
from rnnlab.run.train.resume import is_alive, same_choices, take_up


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.yaml").write_text("seed: 1\n")
    (tmp_path / "overrides.yaml").write_text(yaml.safe_dump(["task=imdb", "seed=1"]))
    return tmp_path


def leave(folder, status, **fields):
    result = Result(folder, {"task": "imdb", "model": {"name": "lstm"}})
    result.fields |= fields
    result.end(status)


@pytest.mark.parametrize("status", ["running", "failed", "interrupted", "preempted"])
def test_what_did_not_end_is_gone_on_with(folder, status):
    leave(folder, status)  # by this process, which is no other one
    overrides, found = take_up([f"resume={folder}", "threads=2"])
    assert found == folder
    assert overrides[:3] == ["task=imdb", "seed=1", "threads=2"]


def test_the_other_runs_of_a_run_are_those_that_it_began_with_and_not_the_last_ones_now(folder):
    leave(folder, "interrupted")
    config = {"pretrained": "/runs/a", "objective": {"teacher": 1.0, "teachers": ["ngrams", "/runs/b"]}}
    config["task"] = {"_target_": "rnnlab.kinds.classification.task.Classification"}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "overrides.yaml").write_text(yaml.safe_dump(["task=imdb", "pretrained=last"]))
    overrides, _ = take_up([f"resume={folder}"])
    others = ["pretrained='/runs/a'", "objective.teachers=['ngrams','/runs/b']"]
    assert overrides[:4] == ["task=imdb", "pretrained=last", *others]  # the later one of a key holds
    overrides, _ = take_up([f"resume={folder}", "pretrained=/runs/c"])
    assert overrides[:3] == ["task=imdb", others[1], "pretrained=/runs/c"]


def test_sizes_that_were_solved_for_are_kept(folder):
    leave(folder, "interrupted")
    model = {
        "parameters": 20_000,
        "state_size": None,
        "hidden_size": 36,
        "mlp_ratio": 2.3,
        "embedding_size": 32,
    }
    (folder / "config.yaml").write_text(yaml.safe_dump({"seed": 1, "model": model}))
    (folder / "overrides.yaml").write_text(yaml.safe_dump(["task=probe", "model.parameters=20000"]))
    overrides, _ = take_up([f"resume={folder}"])
    sizes = ["model.hidden_size=36", "model.mlp_ratio=2.3", "model.embedding_size=32"]
    assert overrides[:5] == ["task=probe", "model.parameters=20000", *sizes]
    (folder / "config.yaml").write_text(yaml.safe_dump({"seed": 1, "model": {**model, "parameters": None}}))
    assert take_up([f"resume={folder}"])[0][:2] == ["task=probe", "model.parameters=20000"]
    assert not any("hidden_size" in one for one in take_up([f"resume={folder}"])[0])


def test_a_run_from_before_rates_were_exempt_from_weight_decay_keeps_its_groups(folder):
    leave(folder, "interrupted")
    (folder / "overrides.yaml").write_text(yaml.safe_dump(["task=probe"]))
    for before, added in [
        (["bias", "norm", "embedding"], ["task.no_decay=[bias,norm,embedding]"]),
        ([], ["task.no_decay=[]"]),
        (["rate"], []),
    ]:
        (folder / "config.yaml").write_text(yaml.safe_dump({"task": {"no_decay": before}}))
        assert take_up([f"resume={folder}"])[0][1:-2] == added


def test_a_decoder_from_before_it_had_blocks_keeps_none(folder):
    leave(folder, "interrupted")
    (folder / "overrides.yaml").write_text(yaml.safe_dump(["task=text_to_text"]))
    for block, decoder, added in [
        ("residual", {"cell": "lstm"}, ["decoder.block=none", "decoder.mlp_ratio=2.0"]),
        ("none", {"cell": "lstm"}, []),
        ("residual", {"cell": "lstm", "block": "residual"}, []),
    ]:
        config = {"model": {"block": block}, "decoder": decoder}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        assert take_up([f"resume={folder}"])[0][1:-2] == added


def test_a_config_that_is_no_yaml_is_named(folder):
    leave(folder, "interrupted")
    (folder / "config.yaml").write_text("a: [")
    with pytest.raises(SettingError, match=r"^resume=.*its config\.yaml cannot be read"):
        take_up([f"resume={folder}"])


@pytest.mark.parametrize(
    ("status", "why"), [("finished", "is finished;"), ("pruned", "is pruned by its sweep")]
)
def test_what_has_ended_is_refused(folder, status, why):
    leave(folder, status)
    with pytest.raises(SettingError, match=why):
        take_up([f"resume={folder}"])


@pytest.mark.skipif(not BOOT.exists(), reason="needs /proc")
def test_a_run_whose_process_lives_is_refused_but_not_one_whose_number_lives_on(folder):
    parent = os.getppid()
    leave(folder, "running", pid=parent, pid_started=started(parent))
    with pytest.raises(SettingError, match=f"still running as process {parent}"):
        take_up([f"resume={folder}"])
    leave(folder, "running", pid=parent, pid_started="another boot:1")
    assert take_up([f"resume={folder}"])[1] == folder


def test_the_processes_of_one_run_do_not_refuse_each_other(folder, monkeypatch):
    parent = os.getppid()
    leave(folder, "running", pid=parent, pid_started=started(parent))
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert take_up([f"resume={folder}"])[1] == folder


def test_a_broken_result_does_not_lose_the_checkpoint(folder):
    (folder / "result.json").write_text("{")
    assert take_up([f"resume={folder}"])[1] == folder


def test_a_process_of_another_machine_is_not_looked_for():
    assert not is_alive({"host": "elsewhere", "pid": os.getppid()})


def test_one_that_another_process_trains_is_refused_whatever_its_result_says(folder):
    leave(folder, "failed")
    hold = "import sys; from pathlib import Path; from rnnlab.run.folder.lock import FolderLock;"
    hold += "FolderLock().acquire(Path(sys.argv[1]), ''); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold, str(folder)], **pipes) as process:
        process.stdout.readline()
        told = f"resume={folder}: that run is still being trained by process {process.pid} on .* since 20"
        with pytest.raises(SettingError, match=told):
            take_up([f"resume={folder}"])
        process.kill()
    assert take_up([f"resume={folder}"])[1] == folder


def make_own(folder, place, value="mine.csv"):
    """A run on a file of its own, started in `place`."""
    leave(folder, "interrupted", cwd=str(place))
    config = {"data": {"files": {"train": value, "test": None}}, "paths": {"data_dir": None}}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "overrides.yaml").write_text(yaml.safe_dump(["data=csv", f"data.files.train={value}"]))


def test_a_relative_file_is_found_again_from_another_working_folder(folder, tmp_path, monkeypatch):
    then, now = tmp_path / "then", tmp_path / "now"
    then.mkdir()
    now.mkdir()
    (then / "mine.csv").touch()
    make_own(folder, then)
    monkeypatch.delenv("RNNLAB_DATA_DIR", raising=False)
    monkeypatch.chdir(now)
    overrides, _ = take_up([f"resume={folder}"])
    assert f"data.files.train='{then / 'mine.csv'}'" in overrides
    overrides, _ = take_up([f"resume={folder}", "data.files.train=/other.csv"])
    assert [o for o in overrides if o.startswith("data.files.train")] == ["data.files.train=/other.csv"]
    monkeypatch.chdir(then)
    overrides, _ = take_up([f"resume={folder}"])
    assert [o for o in overrides if o.startswith("data.files.train")] == ["data.files.train=mine.csv"]


def test_a_file_that_is_in_neither_folder_is_an_error_that_names_both(folder, tmp_path, monkeypatch):
    make_own(folder, tmp_path / "then")
    (tmp_path / "now").mkdir()
    monkeypatch.delenv("RNNLAB_DATA_DIR", raising=False)
    monkeypatch.chdir(tmp_path / "now")
    both = f"data.files.train=mine.csv: is neither in {tmp_path / 'now'} nor in {tmp_path / 'then'}"
    with pytest.raises(SettingError, match=re.escape(both)):
        take_up([f"resume={folder}"])


def test_a_whole_path_and_the_relative_one_of_the_run_are_the_same_choice(tmp_path):
    assert rooted("data.files.train", "a.csv", "/then") == rooted("data.files.train", "/then/a.csv", "/then")
    assert rooted("data.paths", ["a.txt", "/b.txt"], "/then") == ["/then/a.txt", "/b.txt"]
    assert rooted("data.name", "a.csv", "/then") == "a.csv"
    assert rooted("data.files.train", "a.csv", None) == "a.csv"


def test_a_run_that_is_older_than_a_setting_goes_on_with_what_it_did_without_it(folder):
    leave(folder, "interrupted")
    data = {"_target_": RUNNING_TEXT, "test_fraction": 0.0}
    config = {"seed": 1, "data": data, "tokenizer": {"min_count": 1}}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    overrides, _ = take_up([f"resume={folder}"])
    assert overrides[2:4] == ["data.validation_tests=true", "data.test_fraction=0.0"]
    added = {"validation_tests": True, "train_rows": None}, {"line_ends": False, "pieces": "words"}
    now = OmegaConf.merge(config, {"data": added[0], "tokenizer": added[1]})
    same_choices(now, folder)
    now.tokenizer.pieces = "blanks"
    with pytest.raises(SettingError, match=r"tokenizer\.pieces=blanks: .* has tokenizer\.pieces=words$"):
        same_choices(now, folder)


def test_a_run_of_today_is_not_taken_for_an_older_one(folder):
    leave(folder, "interrupted")
    data = {"_target_": RUNNING_TEXT, "test_fraction": 0.1, "validation_tests": False}
    (folder / "config.yaml").write_text(yaml.safe_dump({"data": data}))
    overrides, _ = take_up([f"resume={folder}"])
    assert not any(o.startswith("data.") for o in overrides)
