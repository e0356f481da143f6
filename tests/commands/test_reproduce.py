"""`rnnlab reproduce`: the same to the last bit, or what differs."""

import json
import shutil
from pathlib import Path

import forked
import pytest
import torch

from rnnlab.cli import main
from rnnlab.commands.comparing import reproduce
from rnnlab.run.folder import code, code_changes, differences
from rnnlab.sweep.best_run import open_run


@pytest.fixture
def copied(classifier_run, tmp_path):
    return shutil.copytree(classifier_run, tmp_path / "run")


@pytest.fixture(autouse=True)
def forked_training(monkeypatch):
    """The training again is forked; tests/test_finished_run.py has it in a new process."""
    monkeypatch.setattr(reproduce, "subprocess", forked)


def command(capfd, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["reproduce", *map(str, arguments)])
    printed = capfd.readouterr()
    return left.value.code, printed.out, printed.err


@pytest.mark.long
@pytest.mark.parametrize("name", ["classifier_run", "language_run"])
def test_a_run_comes_out_the_same_to_the_last_bit(request, name, tmp_path, capfd):
    run = request.getfixturevalue(name)
    code, out, _ = command(capfd, run, "--output", tmp_path / "again", "--json")
    found = json.loads(out.splitlines()[-1])
    assert (code, found["identical"], found["weights"][0]) == (0, True, 0)
    assert all(then == now for then, now in found["metrics"].values())
    assert [line for line in found["differences"] if not line.startswith("code")] == []


@pytest.mark.slow
def test_another_outcome_is_told(copied, tmp_path, capfd):
    result = json.loads((copied / "result.json").read_text())
    result["metrics"]["test/loss"] += 1e-9
    (copied / "result.json").write_text(json.dumps(result))
    best = copied / "checkpoints" / "best.ckpt"
    content = torch.load(best, weights_only=True)
    content["state_dict"]["network.head.bias"] += 1e-6
    torch.save(content, best)
    config = (copied / "config.yaml").read_text()
    (copied / "config.yaml").write_text(config.replace("label_smoothing: 0.0", "label_smoothing: 0.1"))
    code, out, _ = command(capfd, copied, "--output", tmp_path / "again")
    assert code == 1
    assert "not the same: 1 of" in out
    assert "and 1 of" in out
    assert "| test/loss" in out
    assert "setting: task.label_smoothing was 0.1, is 0.0" in out


def test_one_changed_line_of_code_is_said(copied, monkeypatch):
    run = open_run(copied)
    state = code.code_state()
    if state is None:
        pytest.skip("this is no git checkout")
    file = "src/rnnlab/kinds/classification/losses.py"
    parts = {name: part for name, part in code.by_file(state["patch"]).items() if name != file}
    before = "".join(f"diff --git a/{name} b/{name}\n{part}" for name, part in parts.items())
    changed = before + f"diff --git a/{file} b/{file}\n@@ -1 +1 @@\n-a\n+b\n"
    monkeypatch.setattr(code_changes, "code_state", lambda: {**state, "patch": changed})
    (copied / "code.diff").write_text(before)
    git = run.result["git"]
    assert code_changes.code_differences(git, run.folder) == [f"code: {file} differs from the run's"]
    monkeypatch.setattr(code_changes, "code_state", lambda: {**state, "patch": before})
    assert code_changes.code_differences(git, run.folder) == []


def test_packages_device_threads_and_data_that_differ_are_said(copied):
    lines = (copied / "packages.txt").read_text().splitlines()
    kept = [line for line in lines if not line.startswith("torch-")]
    (copied / "packages.txt").write_text("\n".join([*kept, "torch-1.0"]) + "\n")
    told = differences.package_differences(open_run(copied))
    assert told[0].startswith("packages: not here: torch-1.0; new: torch-")
    then = {
        "device": "cpu (2 threads)",
        "threads": 2,
        "versions": {"python": "3.0"},
        "data": {"fingerprint": "a"},
    }
    now = {"device": "cpu (1 threads)", "threads": 1, "data": {"fingerprint": "b"}}
    found = differences.machine_differences(then, now)
    assert [line.split(":")[0] for line in found] == ["device", "threads", "python"]
    assert differences.data_differences(then, now) == ["data: fingerprint was a, is b"]


def test_the_command_is_the_runs_own(copied):
    (copied / "overrides.yaml").write_text("[task=imdb, threads=auto, logger=wandb, data=synthetic]\n")
    typed = reproduce.command(open_run(copied), Path("again"))[2:]
    assert typed[:3] == ["task=imdb", "data=synthetic", "threads=1"]
    assert f"hydra.run.dir='{Path('again').absolute()}'" in typed
    assert "logger=csv" in typed


@pytest.mark.parametrize("status", ["failed", "running"])
def test_a_run_that_did_not_finish_is_refused(copied, capsys, status):
    result = json.loads((copied / "result.json").read_text())
    (copied / "result.json").write_text(json.dumps(result | {"status": status}))
    assert main(["reproduce", str(copied)]) == 2
    assert f"must be a finished run, and this one is {status}" in capsys.readouterr().err


def test_a_folder_that_is_there_is_refused(copied, tmp_path, capsys):
    assert main(["reproduce", str(copied), "--output", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
