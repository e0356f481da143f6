"""The lab asks a kind of problem, never which one it has: nobody names a kind outside its own folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "rnnlab"
KINDS = sorted(path.parent.name for path in (PACKAGE / "kinds").glob("*/kind.py"))
# Files whose content is the dotted names of classes, and the door of `rnnlab.runtime`.
LISTS = {"run/config/allowed.py", "run/config/moved_names.py", "run/config/later.py", "runtime.py"}
ASKED = re.compile(r"\b(task|data|batch|experiment|run|work|cfg)\b")  # what nobody asks by `hasattr`
ENDING = re.compile(r"\.[A-Z]\w*")  # of a class's name


def named_kinds(source: str, own: str = "") -> list[str]:
    """Imports of a kind's modules, and strings that are a kind's name or within its package.

    `serves` of a data module may name kinds, as that is the contract.
    """
    tree = ast.parse(source)
    served = {id(node) for name in ast.walk(tree) for node in ast.walk(name) if is_served(name)}
    found = [name for node in ast.walk(tree) if id(node) not in served for name in names_of(node)]
    others = [kind for kind in KINDS if kind != own]
    return [n for n in found if n in others or any(f"{n}.".startswith(f"rnnlab.kinds.{k}.") for k in others)]


def is_served(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "serves"


def names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""
        yield from (f"{node.module}.{name.name}" for name in node.names)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def guesses(source: str) -> list[str]:
    """`hasattr` of a task, its data or a batch, and tests of a class name's ending."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        words = [word.value for a in call.args for word in ast.walk(a) if isinstance(word, ast.Constant)]
        if ast.unparse(call.func) == "hasattr" and ASKED.search(ast.unparse(call.args[0])):
            found.append(ast.unparse(call))
        if ast.unparse(call.func).endswith(".endswith") and any(map(ENDING.fullmatch, map(str, words))):
            found.append(ast.unparse(call))
    return found


def sources() -> Iterator[tuple[str, str, str]]:
    """Each file's path, the kind in whose folder it stands ("" for none), and its source."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        own = place.parts[1] if place.parts[0] == "kinds" and len(place.parts) > 2 else ""
        yield place.as_posix(), own, path.read_text(encoding="utf-8")


def test_there_are_kinds():
    assert {"classification", "language_modeling"} <= set(KINDS)


def test_nobody_names_a_kind_outside_its_folder():
    found = {place: named_kinds(text, own) for place, own, text in sources() if place not in LISTS}
    assert {place: names for place, names in found.items() if names} == {}


def test_nobody_asks_what_a_task_or_its_data_have():
    found = {place: guesses(text) for place, _, text in sources()}
    assert {place: calls for place, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from rnnlab.kinds.classification.scores import Scored",
        "from rnnlab.kinds import classification",
        "import rnnlab.kinds.language_modeling.task",
        "if run.kind == 'classification': ...",
        "TARGET = 'rnnlab.kinds.classification.task.Classification'",
    ],
)
def test_a_named_kind_is_found(line):
    assert named_kinds(line)
    assert named_kinds(line, own="classification") == [] or "language_modeling" in line


@pytest.mark.parametrize(
    "line",
    [
        "serves: tuple[str, ...] = ('classification',)",
        "from rnnlab.kinds.base import Kind",
        "noun = 'a classification of texts'",
        "from rnnlab.data.classification import ClassificationData",
    ],
)
def test_what_names_no_kind_passes(line):
    assert named_kinds(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "hasattr(task, 'confusion')",
        "hasattr(experiment.data, 'stream_dataloader')",
        "cfg.task._target_.endswith('.Classification')",
        "name.endswith(('.DocumentData', '.StyledData'))",
    ],
)
def test_a_guess_is_found(line):
    assert len(guesses(line)) == 1


@pytest.mark.parametrize(
    "line",
    ["hasattr(os, 'fork')", "name.endswith('.py')", "key.endswith('monitor')", "hasattr(weights, '_f')"],
)
def test_other_questions_pass(line):
    assert guesses(line) == []
