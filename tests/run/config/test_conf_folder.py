"""Where conf/ is found: at the top of a clone, inside an installed package, or not at all."""

from pathlib import Path

import pytest

from rnnlab.errors import UserError
from rnnlab.run.config.conf_folder import conf_folder


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "train.yaml").touch()
    return folder


def test_this_clones():
    assert conf_folder() == Path(__file__).parents[3] / "conf"


def test_an_installed_packages_own_comes_first(tmp_path):
    package = tmp_path / "site-packages" / "rnnlab"
    top = made(tmp_path / "conf")
    assert conf_folder(package) == top
    assert conf_folder(package) != made(package / "conf")
    assert conf_folder(package) == package / "conf"


def test_without_one_the_installation_is_broken(tmp_path):
    with pytest.raises(UserError, match=r"conf/train\.yaml is missing at .*: install rnnlab again"):
        conf_folder(tmp_path / "a" / "rnnlab")
