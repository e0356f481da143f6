"""Which runs can be rated together, and which file goes with them."""

import json
import shutil

import pytest

from rnnlab.errors import SettingError
from rnnlab.serve.rating.open_results import open_results
from rnnlab.serve.rating.plan import Settings

FEW = Settings(count=4, length=40)


def test_the_same_call_goes_on_with_the_same_passages(language_run, tmp_path):
    path = tmp_path / "rating.jsonl"
    plans = []
    for _ in range(2):
        results = open_results([str(language_run)], tmp_path, FEW, path)
        plans.append(results.plan)
        results.close()
    assert plans[0] == plans[1]
    again = open_results([str(language_run)], tmp_path, FEW, tmp_path / "again.jsonl")
    again.close()
    assert again.plan == plans[0]  # the file could be made again


def test_no_passage_is_longer_than_asked_or_comes_twice(language_run, tmp_path):
    results = open_results([str(language_run)], tmp_path, FEW, tmp_path / "rating.jsonl")
    results.close()
    passages = [text for one in results.plan.comparisons for text in (one.first.text, one.second.text)]
    assert max(map(len, passages)) <= 40
    assert len(set(passages)) == 8


def test_a_file_of_other_settings_is_refused_and_both_are_named(language_run, tmp_path):
    path = tmp_path / "rating.jsonl"
    open_results([str(language_run)], tmp_path, FEW, path).close()
    before = path.read_bytes()
    for settings, there, asked in (
        (Settings(count=5, length=40), "count 4", "count 5"),
        (Settings(count=4, length=40, seed=2), "seed 1", "seed 2"),
    ):
        with pytest.raises(SettingError, match=f"(?s){there}.*{asked}.*name another file"):
            open_results([str(language_run)], tmp_path, settings, path)
    assert path.read_bytes() == before


def test_a_run_twice_is_refused(language_run, tmp_path):
    with pytest.raises(SettingError, match="is given twice"):
        open_results([str(language_run)] * 2, tmp_path, FEW, tmp_path / "rating.jsonl")


def test_runs_of_other_data_are_refused_and_both_are_named(language_run, tmp_path):
    other = shutil.copytree(language_run, tmp_path / "other")
    result = json.loads((other / "result.json").read_text())
    result["data"] |= {"fingerprint": "0" * 64, "name": "elsewhere"}
    (other / "result.json").write_text(json.dumps(result))
    message = f"{other}: learned from other data than {language_run}: elsewhere, "
    with pytest.raises(SettingError, match=message):
        open_results([str(language_run), str(other)], tmp_path, FEW, tmp_path / "rating.jsonl")


def test_too_little_held_out_text_is_refused(language_run, tmp_path):
    with pytest.raises(SettingError, match="passages of this length, and 1000 are needed"):
        open_results([str(language_run)], tmp_path, Settings(1000, 4000), tmp_path / "rating.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(language_run, tmp_path):
    with pytest.raises(SettingError, match="there is no folder"):
        open_results([str(language_run)], tmp_path, FEW, tmp_path / "no" / "rating.jsonl")
    with pytest.raises(SettingError, match="cannot be opened: Is a directory"):
        open_results([str(language_run)], tmp_path, FEW, tmp_path)
