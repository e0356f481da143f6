"""A run that goes on, or a job of a sweep, on data that have changed: refused, and nothing is overwritten."""

import json
import os
import signal
from types import SimpleNamespace

import pytest
from omegaconf import OmegaConf

from rnnlab.kinds.classification.task import Classification
from rnnlab.run.folder import code_changes
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.same_data import OtherData, check_sweep, difference_of

SMALL = ["task=classification", "data=csv", "model=gru", "model.hidden_size=4", "model.embedding_size=4"]
SMALL += ["tokenizer.min_count=1", "trainer.max_epochs=2", "data.batch_size=4", "data.workers=1"]
SMALL += ["report=false"]
STEP = Classification.training_step


def rows(flipped=False, word="good"):
    for number in range(40):
        is_good = (number % 2 == 0) != flipped
        text = f"{word} film" if number % 2 == 0 else "bad film"
        yield f"{text} number {number},{'pos' if is_good else 'neg'}"


def write(path, **how):
    path.write_text("\n".join(["text,label", *rows(**how)]) + "\n", encoding="utf-8")


@pytest.fixture
def interrupted(launch, tmp_path, monkeypatch):
    """A run that was told to stop after three steps, and how to go on with it."""
    data = tmp_path / "mine.csv"
    write(data)
    choices = [*SMALL, f"data.files.train='{data}'"]
    calls = []

    def step(self, batch, index):
        calls.append(index)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return STEP(self, batch, index)

    monkeypatch.setattr(Classification, "training_step", step)
    code, folder, result = launch(*choices)
    assert (code, result["status"]) == (143, "preempted")
    monkeypatch.setattr(Classification, "training_step", STEP)
    return SimpleNamespace(data=data, folder=folder, go_on=lambda: launch(*choices)[0])


def content(folder: RunFolder):
    return {path: path.read_bytes() for path in sorted(folder.path.rglob("*")) if path.is_file()}


def changed(before, after):
    return {path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.mark.parametrize("how", [{"flipped": True}, {"word": "better"}], ids=["labels", "texts"])
def test_changed_data_are_refused_with_both_fingerprints_and_nothing_is_overwritten(interrupted, capsys, how):
    before = content(interrupted.folder)
    then = json.loads((interrupted.folder.path / "result.json").read_text())["data"]["fingerprint"]
    write(interrupted.data, **how)
    assert interrupted.go_on() == 2
    lines = capsys.readouterr().err.strip().splitlines()[-2:]
    said = f"error: resume={interrupted.folder.path}: its data are not those that it was trained on: "
    assert lines[0].startswith(f"{said}fingerprint was {then[:12]}, is ")
    assert lines[1] == "what to do: put the data back as they were, or start a new run without resume="
    assert changed(before, content(interrupted.folder)) <= {".lock", "run.lock", "lock"}
    write(interrupted.data)
    assert interrupted.go_on() == 0


def test_code_that_changed_is_said_in_one_line(interrupted, caplog, monkeypatch):
    state = {"commit": "0" * 40, "dirty": False, "patch": ""}
    result = json.loads((interrupted.folder.path / "result.json").read_text())
    result["git"] = {"commit": "0" * 40, "dirty": False}
    (interrupted.folder.path / "result.json").write_text(json.dumps(result))
    (interrupted.folder.path / "code.diff").unlink(missing_ok=True)
    patch = "diff --git a/src/rnnlab/a.py b/src/rnnlab/a.py\n+1\n"
    monkeypatch.setattr(code_changes, "code_state", lambda: {**state, "patch": patch})
    assert interrupted.go_on() == 0
    told = [record.getMessage() for record in caplog.records if "code:" in record.getMessage()]
    what = "what follows is trained by other code than what came before"
    assert told == [f"code: src/rnnlab/a.py differs from the run's: {what}"]


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ({"fingerprint": "a" * 64}, {"fingerprint": "b" * 64}, f"fingerprint was {'a' * 12}, is {'b' * 12}"),
        ({"fingerprint": "a"}, {"fingerprint": "a"}, ""),
        ({}, {"fingerprint": "a"}, ""),  # an older run, which does not say
        (
            {"unlabelled_fingerprint": "a"},
            {"unlabelled_fingerprint": "b"},
            "unlabelled fingerprint was a, is b",
        ),
        (
            {"fingerprint": "a", "classes": ["a", "b"]},
            {"fingerprint": "a", "classes": ["b", "a"]},
            "of the same files, classes were ['a', 'b'], are ['b', 'a']",
        ),
        (
            {"fingerprint": "a", "rows": {"train": 5}},
            {"fingerprint": "a", "rows": {"train": 6}},
            "of the same files, rows were {'train': 5}, are {'train': 6}",
        ),
    ],
)
def test_the_first_difference_is_told_with_both_sides(then, now, said):
    assert difference_of(then, now) == said


def test_rows_that_settings_make_are_compared_with_those_of_the_same_settings(tmp_path):
    made = OmegaConf.create({"data": {"name": "probe", "longest": 20, "seed": 1}})
    longer = OmegaConf.create({"data": {"name": "probe", "longest": 40, "seed": 1}})
    again = OmegaConf.create({"data": {"name": "probe", "longest": 20, "seed": 2}})
    for cfg, fingerprint in ((made, "a"), (longer, "b"), (again, "a")):
        check_sweep(SimpleNamespace(provenance={"fingerprint": fingerprint * 64}), cfg, tmp_path)
    with pytest.raises(OtherData, match="not those of the sweep's earlier jobs"):
        check_sweep(SimpleNamespace(provenance={"fingerprint": "b" * 64}), again, tmp_path)


def test_a_job_of_a_sweep_with_other_data_than_the_jobs_before_is_refused(tmp_path):
    cfg = OmegaConf.create({"data": {"name": "csv", "files": {"train": "a.csv"}, "batch_size": 4}})
    other = OmegaConf.create({"data": {"name": "csv", "files": {"train": "b.csv"}, "batch_size": 4}})

    def data(fingerprint):
        return SimpleNamespace(provenance={"fingerprint": fingerprint})

    check_sweep(data("a" * 64), cfg, tmp_path)
    cfg.data.batch_size = 8
    check_sweep(data("a" * 64), cfg, tmp_path)
    check_sweep(data("b" * 64), other, tmp_path)  # a sweep over data sets
    with pytest.raises(OtherData, match=rf"fingerprint was {'a' * 12}, is {'c' * 12}\nwhat to do"):
        check_sweep(data("c" * 64), cfg, tmp_path)
