"""A kind is found from a dotted name alone, in other packages too, and without torch where that can be."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.classification import KIND as CLASSIFICATION
from rnnlab.kinds.language_modeling import KIND as LANGUAGE_MODELING
from rnnlab.kinds.lookup import kind_of, kind_of_class

KIND = "from rnnlab.kinds.base import Kind\nclass Own(Kind):\n    name = 'own'\nKIND = Own()\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write modules of a package that is new in each test, and return its name."""
    name = f"outside_{tmp_path.name.replace('-', '_')}"
    monkeypatch.syspath_prepend(tmp_path)

    def write(**modules):
        for module, source in modules.items():
            path = tmp_path / name / f"{module.replace('__init', '__init__')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(source), encoding="utf-8")
        return name

    return write


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("rnnlab.kinds.classification.task.Classification", CLASSIFICATION),
        ("rnnlab.kinds.language_modeling.task.LanguageModeling", LANGUAGE_MODELING),
        ("rnnlab.kinds.classification.whatever.Classification", CLASSIFICATION),
    ],
)
def test_own_kinds_are_found(target, kind):
    assert kind_of_class(target) is kind
    assert kind_of({"task": {"_target_": target}}) is kind


def test_a_package_of_others_has_its_kind(package):
    name = package(__init=KIND, task="raise RuntimeError('nobody needs the class for this')")
    assert kind_of_class(f"{name}.task.Forecast").name == "own"


def test_a_package_that_cannot_be_imported_is_one_error(package):
    name = package(__init="import nothing_of_that_name")
    with pytest.raises(SettingError, match=f"its package {name} cannot be imported; No module named"):
        kind_of_class(f"{name}.task.Forecast")


def test_the_innermost_package_decides(package, tmp_path):
    name = package(__init="KIND = 'another'")
    inner = tmp_path / name / "inner"
    inner.mkdir()
    (inner / "__init__.py").write_text(KIND, encoding="utf-8")
    assert kind_of_class(f"{name}.inner.task.Forecast").name == "own"


def test_a_subclass_inherits_its_kind(package):
    source = """
        from rnnlab.kinds.classification.task import Classification
        class FocalClassification(Classification):
            pass
    """
    name = package(__init="", focal=source)
    assert kind_of_class(f"{name}.focal.FocalClassification") is CLASSIFICATION


def test_a_class_may_name_its_kind(package):
    name = package(__init="", rules=KIND, task="class Forecast:\n    kind = __package__ + '.rules:KIND'\n")
    assert kind_of_class(f"{name}.task.Forecast").name == "own"


@pytest.mark.parametrize(
    ("task", "rule"),
    [
        ("class Forecast: ...", "belongs to no kind of problem"),
        ("class Other: ...", "must be a class that can be imported"),
        ("class Forecast:\n    kind = 'rnnlab.kinds.nowhere:KIND'", "must be a class that can be imported"),
    ],
)
def test_a_task_without_a_kind_is_refused(package, task, rule):
    name = package(__init="", task=task)
    with pytest.raises(SettingError, match=rule):
        kind_of_class(f"{name}.task.Forecast")


def test_another_object_is_no_kind(package):
    name = package(__init="KIND = 'forecasting'")
    with pytest.raises(SettingError, match="its KIND is a str"):
        kind_of_class(f"{name}.task.Forecast")


@pytest.mark.parametrize(
    "settings", [{}, {"task": None}, {"task": {"_target_": 3}}, {"task": {"_target_": "a b"}}]
)
def test_a_config_without_a_task_is_refused(settings):
    with pytest.raises(SettingError, match="must be the class of a task"):
        kind_of(settings)


@pytest.mark.parametrize("kind", ["classification", "language_modeling"])
def test_a_kind_is_found_without_torch(kind):
    code = (
        "import sys; from rnnlab.kinds.lookup import kind_of_class; "
        f"kind_of_class('rnnlab.kinds.{kind}.task.Any'); "
        "print([name for name in ('torch', 'pytorch_lightning', 'hydra', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
