"""What a user trusts is remembered by package, class or file, and never by folder."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest

from rnnlab.errors import SettingError
from rnnlab.run.config import origin
from rnnlab.run.config.trust import SESSION, permits, remember, trust, trusted

MODULE = """
import os
from subprocess import Popen

class Mine:
    pass
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv(SESSION, raising=False)
    return tmp_path


@pytest.fixture
def module(home, monkeypatch):
    """A module on the path that no package has."""
    (home / "own_parts_of_a_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(home)
    yield "own_parts_of_a_test"
    sys.modules.pop("own_parts_of_a_test", None)


@pytest.fixture
def package(module, monkeypatch):
    """The same as an installed package."""
    found = {**origin.packages(), module: ["Own_Parts"]}
    monkeypatch.setattr(origin, "packages", lambda: found)
    monkeypatch.setattr("rnnlab.run.config.trust.packages", lambda: found)
    return SimpleNamespace(name="own-parts", module=module)


def test_what_is_on_the_list_needs_no_trust(home):
    assert permits("rnnlab.text.cleaner.Cleaner")
    assert permits("torch.optim.AdamW")


@pytest.mark.parametrize(
    "target",
    [
        *("os.system", "subprocess.Popen", "builtins.eval", "builtins.exec", "builtins.__import__"),
        *("numpy.load", "torch.load", "torch.hub.load", "pickle.loads", "yaml.load", "shutil.rmtree"),
        *(
            "rnnlab.cli.main",
            "rnnlab.run.config.trust.trust",
            "rnnlab.atomic.shutil.rmtree",
            "rnnlab.text.cleaner",
        ),
        *(
            "hydra.utils.get_method",
            "hydra._internal.utils._locate",
            "nowhere.at.all",
            "",
            ".",
            "a b.c",
            "os",
        ),
        *(None, 3, ["os.system"]),
    ],
)
def test_nothing_else_is_permitted(home, target):
    assert not permits(target)


def test_a_package_is_trusted_with_all_that_is_made_in_it(package):
    target = f"{package.module}.Mine"
    assert not permits(target)
    trust("own_PARTS")
    assert trusted() == {"package:own-parts"}
    assert permits(target)


def test_what_a_trusted_package_imports_is_not_of_it(package):
    trust(package.name)
    assert not permits(f"{package.module}.os.system")
    assert not permits(f"{package.module}.Popen")
    assert not permits(f"{package.module}.Missing")


def test_a_training_s_own_class_is_remembered_by_its_package(package):
    remember([f"{package.module}.Mine", "rnnlab.text.cleaner.Cleaner", "os.system"])
    assert trusted() == {"package:own-parts"}


def test_a_training_s_own_class_without_a_package_is_remembered_by_file_and_name(module, home):
    remember([f"{module}.Mine"])
    assert trusted() == {f"module:{(home / module).resolve()}.py::{module}.Mine"}
    assert permits(f"{module}.Mine")
    assert not permits(f"{module}.Popen")


def test_a_module_of_that_name_elsewhere_is_not_the_one_that_was_remembered(module, home, monkeypatch):
    remember([f"{module}.Mine"])
    other = home / "stranger"
    other.mkdir()
    (other / f"{module}.py").write_text("raise SystemExit('this must never be imported')")
    monkeypatch.syspath_prepend(other)
    sys.modules.pop(module, None)
    assert not permits(f"{module}.Mine")


def test_a_module_without_a_package_can_be_named(module):
    trust(module)
    assert permits(f"{module}.Mine")


def test_of_a_library_single_classes_are_remembered_and_no_functions(home):
    remember(["torch.nn.Bilinear", "torch.load", "numpy.load"])
    assert trusted() == {"class:torch.nn.Bilinear"}
    assert permits("torch.nn.Bilinear")
    assert not permits("torch.nn.Conv1d")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("os.system", "is a part of Python itself"),
        ("builtins", "is a part of Python itself"),
        ("torch", "is too much: name the one class"),
        ("PyTorch_Lightning", "is too much"),
        ("torch.load", "is no class"),
        ("no_such_package_at_all", "is neither an installed package nor a module"),
        ("", "is neither an installed package nor a module"),
        ("sweep:zz", "is neither an installed package nor a module"),
    ],
)
def test_what_cannot_be_trusted_is_said(home, name, message):
    with pytest.raises(SettingError, match=rf"^--trust={name}: {message}"):
        trust(name)
    assert trusted() == frozenset()


def test_it_is_kept_in_the_user_s_own_folder_which_others_cannot_read(home):
    trust("iniconfig")
    file = home / "config" / "trusted.json"
    assert json.loads(file.read_text()) == {"trusted": ["package:iniconfig"]}
    assert file.parent.stat().st_mode & 0o077 == 0
    trust("pluggy")
    assert trusted() == {"package:iniconfig", "package:pluggy"}


def test_a_broken_file_is_no_trust(home):
    (home / "config").mkdir()
    (home / "config" / "trusted.json").write_text("[" * 100_000)
    assert trusted() == frozenset()


def test_without_a_folder_it_holds_for_this_process_and_its_children(home, monkeypatch):
    (home / "config").write_text("a file, where the folder would be")
    monkeypatch.setenv(SESSION, "")
    trust("iniconfig")
    assert trusted() == {"package:iniconfig"}
