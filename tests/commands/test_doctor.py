"""`rnnlab doctor`: what it finds here, and what it calls broken."""

import json
import os
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from packaging.requirements import Requirement

from rnnlab.cli import main
from rnnlab.commands.diagnosing import machine, packages, places


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RNNLAB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RNNLAB_DATA_DIR", str(tmp_path / "mine"))
    return tmp_path


def told(capsys, *options: str, code: int = 0) -> dict:
    """The findings of --json by their topic."""
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--offline", "--json", *options])
    assert left.value.code == code
    found = json.loads(capsys.readouterr().out)
    assert found["broken"] == sum(one["level"] == "broken" for one in found["findings"])
    return {one["topic"]: one for one in found["findings"]}


def test_nothing_is_broken_here(capsys):
    found = told(capsys)
    assert {one["level"] for one in found.values()} <= {"ok", "note"}
    assert list(found)[:3] == ["rnnlab", "packages", "extras"]
    assert found["packages"]["facts"]["versions"]["torch"]
    assert found["cores"]["facts"]["usable"] >= 1
    assert set(found["processor"]["facts"]["bfloat16"]) == {"LSTM", "GRU"}


def test_each_finding_is_a_line(capsys):
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--offline"])
    assert left.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.split()[0] not in ("ok", "note")] == []
    assert any(line.startswith("ok      outputs ") for line in lines)


def test_a_package_that_is_too_old_or_missing_is_broken():
    wanted = [Requirement("numpy>=99"), Requirement("no-such-package>=1"), Requirement("pyyaml>=6")]
    found = packages.needed(wanted)
    assert found.level == "broken"
    assert "is not >=99, no-such-package: not installed" in found.text
    assert found.text.endswith('; pip install "numpy>=99" "no-such-package>=1"')
    assert set(found.facts["wrong"]) == {"numpy", "no-such-package"}


def test_extras_that_lack_a_package_are_a_note():
    wanted = [Requirement("no-such-package>=1; extra == 'ray'"), Requirement("pyyaml; extra == 'serve'")]
    found = packages.extras(wanted)
    assert (found.level, found.facts) == ("note", {"missing": {"ray": ["no-such-package"]}})
    assert 'pip install "rnnlab[ray]"' in found.text


def test_without_an_installation_the_rest_is_not_asked(monkeypatch):
    def gone(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "requires", gone)
    assert [one.level for one in packages.packages()] == ["broken"]


def test_folders_that_cannot_be_written_are_broken(capsys, place, monkeypatch):
    (place / "file").touch()
    monkeypatch.setenv("RNNLAB_CACHE_DIR", str(place / "file" / "cache"))
    found = told(capsys, code=1)
    assert found["cache"]["level"] == "broken"
    assert "cannot be written" in found["cache"]["text"]
    assert found["outputs"]["level"] == "ok"
    assert sorted(path.name for path in place.iterdir()) == ["file"]


def test_files_of_known_data_sets_are_named(place):
    assert "is not a folder" in places.data_files().text
    (place / "mine" / "imdb").mkdir(parents=True)
    assert places.data_files().facts["data"] == []
    (place / "mine" / "imdb" / "train.parquet").touch()
    found = places.data_files()
    assert (found.level, "imdb" in found.facts["data"]) == ("ok", True)


def test_servers_that_do_not_answer_are_a_note(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(places, "indexes", lambda: ["http://me:secret@127.0.0.1:9/simple"])
    hub, index = places.servers()
    assert (hub.level, index.level) == ("note", "note")
    assert "data.source=hub fails" in hub.text
    assert "http://127.0.0.1:9/simple cannot be reached" in index.text
    assert "secret" not in str(index)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "is not asked" in places.hub().text


def test_one_index_that_answers_is_enough(monkeypatch, place):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert places.indexes() == [places.INDEX]
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{place.as_uri()} {place.as_uri()}/none")
    found = places.index()
    assert found.level == "ok"
    assert found.facts["answers"] == [place.as_uri()]
    assert f"{place.as_uri()}/none is no folder" in found.text


def test_a_torch_that_cannot_be_imported_is_broken(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    (found,) = machine.torch_works()
    assert (found.topic, found.level) == ("torch", "broken")


@pytest.mark.parametrize(("there", "level"), [(None, "note"), (10**9, "note"), (10**11, "ok")])
def test_little_memory_is_a_note(monkeypatch, there, level):
    monkeypatch.setattr(machine, "memory", lambda: there)
    assert machine.room().level == level
