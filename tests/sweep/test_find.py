import os

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.find import find_sweep


@pytest.fixture
def outputs(tmp_path):
    """Three sweeps, the last of which was started first, and a run."""
    for age, name in enumerate(["2026-01-01_a", "2026-01-02_ab", "rates"]):
        folder = tmp_path / "sweeps" / name
        folder.mkdir(parents=True)
        for file in ("ledger.jsonl", "sweep.yaml"):
            (folder / file).touch()
        os.utime(folder / "sweep.yaml", (1000 - 10 * (age == 2) + age,) * 2)
    (tmp_path / "sweeps" / "no_sweep").mkdir()
    (tmp_path / "tweets" / "0").mkdir(parents=True)
    (tmp_path / "tweets" / "config.yaml").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("2026-01-01_a", "2026-01-01_a"),
        ("_ab", "2026-01-02_ab"),
        ("rate", "rates"),
        ("last", "2026-01-02_ab"),
        ("sweeps/rates/", "rates"),
    ],
)
def test_a_name_a_part_a_path_and_last_are_understood(outputs, monkeypatch, typed, name):
    monkeypatch.chdir(outputs)
    found = find_sweep(typed, outputs).path
    assert found == outputs / "sweeps" / name
    assert found.is_absolute()


def test_a_folder_of_numbered_runs_is_a_sweep_too(outputs):
    (outputs / "sweeps" / "old" / "0").mkdir(parents=True)
    assert find_sweep("old", outputs).path.name == "old"
    assert find_sweep(str(outputs / "sweeps" / "old"), outputs / "nowhere").path.name == "old"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2026", "this is a part of 2 sweeps"),
        ("rats", "did you mean rates?"),
        ("tweets", "is no sweep's folder, nor a part of the name"),
        ("", "is no sweep's folder"),
        ("no\0path", "is no sweep's folder"),
        ("x" * 5000, "is no sweep's folder"),
    ],
)
def test_what_is_no_sweep_or_several_is_refused(outputs, monkeypatch, typed, message):
    monkeypatch.chdir(outputs)
    with pytest.raises(SettingError, match="SWEEP=") as error:
        find_sweep(typed, outputs)
    assert message in str(error.value)


def test_outputs_without_sweeps_are_told(tmp_path):
    with pytest.raises(SettingError, match="holds no sweep"):
        find_sweep("last", tmp_path)
