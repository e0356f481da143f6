"""A run's folder of --config-dir is used again where the user has trained with it, and nowhere else."""

from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.run.config.config_dir import flags, remember_config_dir, saved_config_dir
from rnnlab.run.config.trust import SESSION


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "settings"))
    monkeypatch.delenv(SESSION, raising=False)
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def test_a_folder_that_was_trained_with_is_found_again(mine):
    remember_config_dir(str(mine))
    found = saved_config_dir({"config_dir": str(mine)}, "resume")
    assert flags(found) == ["--config-dir", str(mine)]


def test_a_run_without_one_needs_no_flag():
    assert flags(saved_config_dir({}, "resume")) == []
    assert flags(saved_config_dir({"config_dir": 3}, "resume")) == []


def test_a_folder_that_somebody_else_names_is_refused(mine):
    with pytest.raises(SettingError, match=r"resume=.*trained nothing: type it to allow it"):
        saved_config_dir({"config_dir": str(mine)}, "resume")


def test_a_folder_that_is_gone_is_named(mine):
    remember_config_dir(str(mine))
    mine.rmdir()
    with pytest.raises(SettingError, match=r"RUN=.*is gone: type its new place"):
        saved_config_dir({"config_dir": str(mine)}, "RUN")
