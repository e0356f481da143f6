"""The index of runs: what is new since a number, and settings as differences from a base."""

import os
import shutil
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.serve.board import reader as reader_module
from rnnlab.serve.board.index import Index
from rnnlab.serve.board.reader import Reader

from .conftest import write_run, write_runs


@pytest.fixture
def index(root):
    found = Index(root, pause=0)
    found.refresh()
    return found


def since(index, known):
    index.refresh()
    return index.changes(known["version"], known["session"])


def ids(changes):
    return [row["id"] for row in changes["runs"]]


def test_the_first_answer_has_everything(index):
    found = index.changes()
    assert found["whole"]
    assert len(found["runs"]) == len(index) == 6
    assert "sweeps/search/1" in ids(found)
    assert found["lower"] == {"val/accuracy": False, "test/accuracy": False, "test/loss": True}
    assert found["unread"] == 6


def test_later_answers_have_what_has_changed(index, root):
    known = index.changes()
    assert since(index, known)["runs"] == []
    write_run(root / "tweets" / "gru" / "new", 7)
    write_run(root / "sweeps" / "search" / "0", 0, status="failed", error="no memory")
    found = since(index, known)
    assert not found["whole"]
    assert sorted(ids(found)) == ["sweeps/search/0", "tweets/gru/new"]
    assert since(index, found)["runs"] == []


def test_a_run_that_is_deleted_and_comes_back(index, root):
    known = index.changes()
    shutil.rmtree(root / "sweeps" / "search" / "0")
    found = since(index, known)
    assert (found["gone"], ids(found)) == (["sweeps/search/0"], [])
    write_run(root / "sweeps" / "search" / "0")
    again = since(index, found)
    assert (again["gone"], ids(again)) == ([], ["sweeps/search/0"])


def test_a_page_of_an_earlier_server_gets_everything(index):
    found = index.changes(index.version, "another")
    assert found["whole"]
    assert len(found["runs"]) == 6


def test_settings_are_the_base_and_the_differences(index):
    Reader(index).read_all()
    found = index.changes()
    assert found["unread"] == 0
    for row in found["runs"]:
        choices = {**found["base"], **row["settings"]}
        assert choices["model.cell"] == row["model"]
        assert "model.dropout" not in row["settings"]  # of all alike


def test_the_base_is_sent_once(index):
    Reader(index).read_all()
    assert "base" not in since(index, index.changes())


def test_a_changed_config_is_read_again(index, root):
    Reader(index).read_all()
    known = index.changes()
    config = root / "sweeps" / "search" / "0" / "config.yaml"
    config.write_text(config.read_text().replace("dropout: 0.1", "dropout: 0.75"))
    index.refresh()
    assert index.changes()["unread"] == 1
    Reader(index).read_all()
    (row,) = since(index, known)["runs"]
    assert row["settings"]["model.dropout"] == "0.75"


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"))), st.integers(0, 5))
def test_any_settings_come_back(tmp_path_factory, several, later):
    """Also those of runs that come after the base was chosen."""
    root = tmp_path_factory.mktemp("runs")
    index = Index(root, pause=0)
    expected = {}
    for place, choices in enumerate(several):
        folder = root / str(place)
        folder.mkdir()
        (folder / "config.yaml").write_text("{}")
        expected[str(place)] = choices
        if place >= later:
            index.refresh()
            index.put_choices({name: (expected[name], version) for name, _, version in index.unread()})
    index.refresh()
    index.put_choices({name: (expected[name], version) for name, _, version in index.unread()})
    found = index.changes()
    merged = {row["id"]: {**found.get("base", {}), **row["settings"]} for row in found["runs"]}
    assert {name: {k: v for k, v in one.items() if v is not None} for name, one in merged.items()} == expected


def test_folders_that_no_training_left_do_not_stop_the_others(index, root):
    for place, content in enumerate(('{"status": 1}', "", '{"metrics": {"a": "b"}}', "[" * 100_000)):
        write_run(root / f"odd{place}")
        (root / f"odd{place}" / "result.json").write_text(content)
    (root / "empty").mkdir()
    (root / "link").symlink_to(root / "nowhere")
    (root / "file").write_text("text")
    index.refresh()
    found = {row["id"]: row["status"] for row in index.changes()["runs"]}
    assert [found[f"odd{place}"] for place in range(4)] == ["broken", "broken", "unknown", "broken"]
    assert list(found.values()).count("finished") == 6


def test_the_disk_is_not_read_for_every_page(root):
    index = Index(root, pause=60)
    index.refresh()
    write_run(root / "new")
    index.refresh()
    assert len(index) == 6


def test_each_run_costs_one_file_and_no_yaml_and_a_second_look_none(root, monkeypatch):
    opened, looked = [], []
    for calls, name in ((opened, "open"), (looked, "stat")):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *a, calls=calls, real=real, **k: [calls.append(a[0]), real(*a, **k)][1]
        )
    monkeypatch.setattr("rnnlab.untrusted.parse_yaml", None)
    index = Index(root, pause=0)
    index.refresh()
    assert sorted(str(path).removesuffix("/result.json") for path in opened) == sorted(
        str(root / row["id"]) for row in index.changes()["runs"]
    )
    assert len(looked) <= 3 * len(index) + 4  # config, result and metrics; what marks a sweep
    opened.clear(), looked.clear()
    index.refresh()
    assert (len(opened), len(looked)) == (0, 3 * len(index))


def test_the_reader_lets_a_look_at_the_disk_pass(index, root, monkeypatch):
    read, at_look = [], []
    choices = reader_module.choices_of
    monkeypatch.setattr(reader_module, "choices_of", lambda folder: [read.append(folder), choices(folder)][1])
    monkeypatch.setattr(index, "_look", lambda *found: at_look.append(len(read)) or time.sleep(0.05) or True)
    looking = threading.Thread(target=index.refresh)
    looking.start()
    while not at_look:
        time.sleep(0.005)
    Reader(index).read_all()
    looking.join()
    assert at_look == [0] * 6
    assert len(read) == 6


def test_a_folder_that_is_not_there_yet(tmp_path):
    index = Index(tmp_path / "outputs", pause=0)
    index.refresh()
    assert index.changes()["runs"] == []
    write_runs(tmp_path / "outputs", 1)
    index.refresh()
    assert len(index) == 1


def test_the_folder_may_be_a_run_itself(tmp_path):
    index = Index(write_run(tmp_path / "run"), pause=0)
    index.refresh()
    assert ids(index.changes()) == ["."]
