"""Which code a run is: commit, difference, packages."""

import json
import subprocess

import pytest

from rnnlab.run.folder import code


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of one commit in which nothing has changed."""
    (tmp_path / "src").mkdir()
    for name, text in (("train.py", "a = 1\n"), ("src/one.py", "b = 2\n"), ("README.md", "text\n")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(code, "ROOT", tmp_path)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        git(*command, folder=tmp_path)
    return tmp_path


def git(*arguments, folder):
    own = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "-C", str(folder), *own, *arguments], check=True, capture_output=True)


def test_a_clean_checkout_has_no_patch(checkout):
    state = code.code_state()
    assert (state["dirty"], state["patch"]) == (False, "")
    assert len(state["commit"]) == 40


def test_changed_and_new_files_are_in_the_patch(checkout):
    (checkout / "src" / "one.py").write_text("b = 3\n")
    (checkout / "src" / "new.py").write_text("c = 4\n")
    (checkout / "README.md").write_text("more\n")  # no result depends on it
    state = code.code_state()
    assert state["dirty"]
    assert set(code.by_file(state["patch"])) == {"src/one.py", "src/new.py"}
    assert "+b = 3" in code.by_file(state["patch"])["src/one.py"]


def test_files_that_two_states_leave_different(checkout):
    (checkout / "src" / "one.py").write_text("b = 3\n")
    before = code.patch()
    assert code.changed_files(before, code.patch()) == []
    (checkout / "train.py").write_text("a = 5\n")
    assert code.changed_files(before, code.patch()) == ["train.py"]
    (checkout / "src" / "one.py").write_text("b = 2\n")
    assert code.changed_files(before, code.patch()) == ["src/one.py", "train.py"]


def test_a_later_commit_of_the_same_change_is_the_same_code(checkout):
    first = code.code_state()["commit"]
    (checkout / "src" / "one.py").write_text("b = 3\n")
    before = code.patch()
    git("commit", "-qam", "second", folder=checkout)
    assert code.code_state()["patch"] == ""
    assert code.changed_files(before, code.patch(first)) == []


def test_frozen_code_says_what_it_was_when_it_was_frozen(checkout):
    state = {"commit": "1" * 40, "dirty": True, "patch": "x"}
    (checkout / code.FROZEN).write_text(json.dumps(state))
    assert code.code_state() == state
    (checkout / code.FROZEN).write_text("null")
    assert code.code_state() is None


def test_no_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "ROOT", tmp_path)
    assert code.code_state() is None


def test_packages_are_those_that_can_be_imported():
    names = code.packages()
    assert any(name.startswith("torch-") for name in names)
    assert names == sorted(names, key=str.lower)
    assert code.digest(names) != code.digest(names[1:])


@pytest.mark.parametrize(
    ("started", "typed", "train"),
    [
        (["train.py", "task=imdb"], "python train.py task=imdb", "python train.py"),
        (["/env/bin/rnnlab", "train", "a=[b]"], "rnnlab train 'a=[b]'", "rnnlab train"),
        (["/env/bin/rnnlab", "runs"], "rnnlab runs", "python train.py"),
        (["-m", "rnnlab", "train"], "python -m rnnlab train", "python train.py"),
        ([], "python ''", "python train.py"),
    ],
)
def test_a_command_is_shown_as_it_was_typed(checkout, monkeypatch, started, typed, train):
    monkeypatch.setattr("sys.orig_argv", ["/env/bin/python", *started])
    assert code.typed_line() == typed
    assert code.train_command() == train
    assert code.training_program() == [str(checkout / "train.py")]


def test_without_a_clone_a_training_is_rnnlab_train(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "ROOT", tmp_path)
    assert code.train_command() == "rnnlab train"
    assert code.training_program() == ["-m", "rnnlab", "train"]
    assert code.code_state() is None
