"""The rules that all code keeps: who may import whom and how long things may be. Each checker is tested."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "rnnlab"
TEMPLATE = PACKAGE / "commands" / "project" / "template"  # of `rnnlab new`, tested with it
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py") and TEMPLATE not in path.parents
)

# The rooms from the top of the house to its bottom; each imports rooms above it alone.
LIBRARIES = (
    *("text", "tokenizer", "embedding", "data", "model", "training", "evaluation"),
    *("generate", "report", "explain", "export"),
)
LAB = ("run", "sweep", "serve", "commands")
ROOMS = (*LIBRARIES, "kinds", *LAB)
EVERYWHERE = {
    "errors",
    "atomic",
    "untrusted",
    "bar",
    "finished",
    "rule",
    "rule_lists",
}  # files beside the rooms that all may import
DOORS = {"cli", "public", "runtime"}  # what is imported from outside; nothing inside imports it
# Libraries that may import less than what stands above them.
CLOSED: dict[str, set[str]] = {
    "model": set(),
    "training": {"model", "data"},
    "evaluation": {"text"},
    "report": {"text", "embedding", "evaluation"},
}
COMPOSERS = {"run", "sweep", "commands"}  # the rooms that know hydra and omegaconf, and configs
LIGHTNINGS = {"training"}  # methods with the signatures of Lightning's hooks
ONLY = {
    "model": {"torch"},
    "training.optimizer": {"torch"},
    "training.scheduler": {"torch", "pytorch_lightning"},
}
WITHOUT_TORCH = {"torch", "lightning", "pytorch_lightning", "datasets"}
BANNED = {
    "text": WITHOUT_TORCH,
    "tokenizer": WITHOUT_TORCH,
    "generate.decoding": WITHOUT_TORCH,
    "generate.sequence": WITHOUT_TORCH,
    "serve.runtime": WITHOUT_TORCH,
}
MODULES = {"hydra-core": "hydra", "pyyaml": "yaml", "pillow": "PIL", "scikit-learn": "sklearn"}
MODULES |= {"pytorch-crf": "torchcrf"}
EXTRAS = (
    *("slurm", "ray", "runtime", "export", "serve", "scores"),
    *("semantic", "series", "notebooks", "verse", "wandb"),
)
# Private names of other packages stand in these files alone: behind a gate on versions with a fallback, ...
GATED = ("training/loop/", "training/callback/average.py")
# ... or without one, and then pyproject.toml caps the package below a minor version that was not tested.
CAPPED = {
    "run/train/hydra_job.py": "hydra-core",
    "run/config/arguments.py": "hydra-core",
    "run/config/compose_error.py": "omegaconf",
    "sweep/launch/slurm.py": "submitit",
    "cli.py": "argparse",  # comes with Python
}
LIMITED = {"pytorch-lightning", "optuna", *CAPPED.values()} - {"argparse"}
PUBLIC = {
    "_asdict",
    "_exit",
    "_replace",
    "_fields",
    "_make",
    "_target_",
}  # named tuples', and a key of Hydra's configs
KINDS = {path.parent.name for path in (PACKAGE / "kinds").glob("*/kind.py")}
# The door to what had these names before there were kinds, and lists of the dotted names of classes.
NAMES_KINDS = {"runtime.py", "run/config/allowed.py", "run/config/moved_names.py", "run/config/later.py"}
CLASS_END = re.compile(r"\.[A-Z][a-z]\w*")
ASKED_OF = {"task", "data", "batch", "datamodule", "experiment", "pl_module"}
MAX_FILE, MAX_FUNCTION = 200, 45
BAD_FOLDERS = {"utils", "util", "common", "registry", "helpers", "src"}
PRIVATE = re.compile(r"(?<![\w.~$}/-])/(?:work|root|home|tmp|opt)/\w")


def imports(source: str) -> Iterator[str]:
    """Every module that the source imports, dotted; `from a.b import c` is `a.b.c`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{name.name}" for name in node.names)


def wrong_imports(place: str, source: str) -> list[str]:
    """Imports that a file in the place, `room` or `room.folder`, may not have."""
    return [name for name in imports(source) if not may_import(place, name)]


def may_import(place: str, name: str) -> bool:
    room = place.partition(".")[0]
    top, _, inside = name.partition(".")
    if top == "rnnlab":
        return inside.partition(".")[0] in above(room)
    if top in {"hydra", "omegaconf"}:
        return room in COMPOSERS
    only = ONLY.get(place, ONLY.get(room, {top}))
    banned = BANNED.get(place, BANNED.get(room, set()))
    return bool(top) and (top in sys.stdlib_module_names or top in only) and top not in banned


def above(room: str) -> set[str]:
    """The rooms that a room may import, itself among them."""
    if room in EVERYWHERE:
        return EVERYWHERE
    if room in DOORS:
        return {*ROOMS, *EVERYWHERE}
    upper = set(ROOMS[: ROOMS.index(room)])
    return {room} | EVERYWHERE | CLOSED.get(room, upper)


def circles(imported: dict[str, set[str]]) -> list[str]:
    """Circles of imports, each as `a > b > a`."""
    found: list[str] = []
    done: set[str] = set()

    def follow(name: str, path: list[str]) -> None:
        if name in path:
            found.append(" > ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for other in sorted(imported.get(name, ())):
                follow(other, [*path, name])
            done.add(name)

    for name in sorted(imported):
        follow(name, [])
    return found


def files_imported(sources: dict[str, str]) -> dict[str, set[str]]:
    """The files of the package that each file imports; all by their dotted names."""

    def file_of(name: str) -> str:
        while name and name not in sources:
            name = name.rpartition(".")[0]
        return name

    return {name: {file_of(i) for i in imports(text)} - {"", name} for name, text in sources.items()}


def kinds_asked(place: str, source: str) -> list[str]:
    """Where a file names a kind of problem or asks an object which one it is; `place` is dotted.

    That is: an import of a kind's folder or a text with its dotted name, a name such as a kind's own, a
    comparison with its name, the end of a class's name, a class's name in a comparison, `hasattr` of a task,
    its data or a batch.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute | ast.FunctionDef | ast.ClassDef):
            name = next(getattr(node, key) for key in ("id", "attr", "name") if key in node._fields)
            found += [name] if name.lower() in KINDS else []
        elif isinstance(node, ast.Compare | ast.MatchValue):
            found += [value for value in constants(node) if value in KINDS]
            found += [part.attr for part in ast.walk(node) if is_class_name(part)]
        elif isinstance(node, ast.Call):
            found += asked_by_call(node)
    folders = tuple(f"rnnlab.kinds.{name}." for name in KINDS)
    named = [*imports(source), *constants(ast.parse(source))]
    within = any(f"rnnlab.{place}.".startswith(folder) for folder in folders)
    return [] if within else found + [name for name in named if f"{name}.".startswith(folders)]


def constants(node: ast.AST) -> list[str]:
    """Every text in an expression."""
    parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [part for part in parts if isinstance(part, str)]


def is_class_name(node: ast.AST) -> bool:
    """Whether it is the `__name__` of the class of a task, its data or a batch."""
    if not isinstance(node, ast.Attribute) or node.attr not in ("__name__", "__qualname__"):
        return False
    of = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
    of = of.value if isinstance(of, ast.Attribute) and of.attr == "__class__" else of
    return last_name(of) in ASKED_OF


def last_name(node: ast.AST) -> str:
    """`data` of `data` and of `experiment.data`."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def asked_by_call(node: ast.Call) -> list[str]:
    """What a call asks: `endswith` of a class's name, or `hasattr` of a task, its data or a batch."""
    called = last_name(node.func)
    if called == "endswith":
        return ["endswith"] if any(CLASS_END.fullmatch(end) for end in constants(node)) else []
    if called == "hasattr" and node.args:
        name = last_name(node.args[0])
        return [f"hasattr({name})"] if name in ASKED_OF else []
    return []


def undeclared(source: str, *extras: str) -> list[str]:
    """Modules of others that pyproject.toml does not bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [r for e in extras for r in project["optional-dependencies"][e]]
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines} | {"rnnlab"}
    known = {MODULES.get(name, name.replace("-", "_")) for name in names} | set(sys.stdlib_module_names)
    beside = [*ROOT.glob("scripts/peer_*.py"), ROOT / "tests/fork/forked.py"]  # scripts and tests use them
    beside += [*ROOT.glob("scripts/docs/*.py"), *ROOT.glob("scripts/pictures/*.py")]
    beside += [*ROOT.glob("scripts/race/**/*.py")]
    known |= {path.stem for path in beside} | {"growth", "growing", "roofline", "benchmark_roofline"}
    tops = {name.partition(".")[0] for name in imports(source) if not name.startswith(".")}
    return sorted(tops - known)


def private_names(source: str, own: set[str]) -> list[str]:
    """Private names of others that the source uses: attributes, imports, texts for `getattr` and the like.

    Args:
        own: names that this package defines and the source may know.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("attr"):
            found += [text.value for text in node.args[1:2] if isinstance(text, ast.Constant)]
    foreign = [name for name in imports(source) if not name.startswith(("rnnlab.", "__future__"))]
    found += [part for name in foreign for part in name.split(".")]
    return [n for n in found if re.match(r"_(?!_)\w", n) and n not in own | PUBLIC]


def names_defined(source: str) -> set[str]:
    """Functions, classes, variables and attributes of `self` that the source makes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= {node.attr} if ast.unparse(node.value) in ("self", "cls") else set()
    return found


def uncapped(requirements: list[str]) -> list[str]:
    """Packages of LIMITED whose requirement names no version that is too new."""
    capped = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requirements if "<" in line}
    return sorted(LIMITED - capped)


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def too_long(source: str) -> list[str]:
    """The file, if it is too long, and each function in it that is."""
    lines = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(source)}
    long = [f"{name}: {count} lines" for name, count in lines.items() if count > MAX_FUNCTION]
    count = len(source.splitlines())
    return long + ([f"file: {count} lines"] if count > MAX_FILE else [])


def loose_arguments(source: str) -> list[str]:
    """Functions that take `**anything` or a `cfg`."""
    return [f.name for f in functions(source) if f.args.kwarg or "cfg" in {arg.arg for arg in f.args.args}]


def no_reexport(source: str) -> list[str]:
    """What an `__init__.py` holds beside a docstring, imports and `__all__`."""
    fine = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    return [ast.unparse(node) for node in ast.parse(source).body if not isinstance(node, fine)]


def check_all(checker: Callable[[str], list[str]], paths: list[Path]) -> None:
    found = {p.relative_to(ROOT).as_posix(): checker(p.read_text(encoding="utf-8")) for p in paths}
    assert {name: problems for name, problems in found.items() if problems} == {}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def place_of(path: Path) -> str:
    """`room.folder` of a file in a folder of a room, else `room`."""
    parts = path.relative_to(PACKAGE).parts
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0].removesuffix(".py")


def test_there_are_sixteen_rooms_and_every_file_is_in_one():
    assert len(ROOMS) == 16
    assert {room_of(path) for path in SOURCES} == {*ROOMS, *EVERYWHERE, *DOORS}


@pytest.mark.parametrize("room", [*ROOMS, *sorted(EVERYWHERE), *sorted(DOORS)])
def test_imports_go_downward(room):
    for place in {place_of(path) for path in SOURCES if room_of(path) == room}:
        files = [path for path in SOURCES if place_of(path) == place]
        check_all(lambda source, place=place: wrong_imports(place, source), files)  # type: ignore[misc]


def test_no_files_import_each_other_in_a_circle():
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in SOURCES}
    assert circles(files_imported({name: path.read_text("utf-8") for name, path in names.items()})) == []


def test_what_is_imported_is_declared():
    check_all(lambda source: undeclared(source, *EXTRAS), SOURCES)
    check_all(
        lambda source: undeclared(source, "dev", "tensorboard", "bench", *EXTRAS),
        [*ROOT.glob("tests/**/*.py"), *ROOT.glob("scripts/*.py")],
    )


def test_private_names_of_others_have_a_gate_or_a_cap():
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in SOURCES}
    texts = {name: path.read_text("utf-8") for name, path in names.items()}
    made = {name: names_defined(text) for name, text in texts.items()}
    for name, imported in files_imported(texts).items():
        place = names[name].relative_to(PACKAGE).as_posix()
        found = private_names(texts[name], made[name].union(*(made[other] for other in imported)))
        assert not found or place.startswith(GATED) or place in CAPPED, f"{place}: {found}"
        assert found or place not in CAPPED, f"{place} uses none any more"


def test_packages_whose_private_names_are_used_are_capped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert uncapped([*project["dependencies"], *chain(*project["optional-dependencies"].values())]) == []


def test_nobody_imports_scripts_or_the_entry_point():
    check_all(lambda s: [name for name in imports(s) if re.match(r"(scripts|train)\b", name)], SOURCES)


def test_files_and_functions_are_short():
    check_all(too_long, [*SOURCES, ROOT / "train.py"])


def test_no_config_and_no_loose_arguments_below_run():
    check_all(loose_arguments, [path for path in SOURCES if room_of(path) not in COMPOSERS | LIGHTNINGS])


def test_init_files_only_re_export():
    check_all(no_reexport, sorted(PACKAGE.rglob("__init__.py")))


def test_nobody_asks_which_kind_of_problem_it_has():
    sources = [path for path in SOURCES if path.relative_to(PACKAGE).as_posix() not in NAMES_KINDS]
    check = {path: ".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in sources}
    found = {place: kinds_asked(place, path.read_text("utf-8")) for path, place in check.items()}
    assert {place: asked for place, asked in found.items() if asked} == {}
    assert {"classification", "language_modeling"} <= KINDS


def test_every_bar_is_ours():
    users = [p for p in [*SOURCES, *ROOT.glob("scripts/*.py")] if "tqdm" in p.read_text(encoding="utf-8")]
    assert users == [PACKAGE / "bar.py"]


def test_no_folder_for_odds_and_ends():
    inside = [path for path in PACKAGE.rglob("*") if TEMPLATE not in path.parents]
    assert {path.name for path in inside} & BAD_FOLDERS == set()


def test_no_tracked_file_names_a_private_path():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    check_all(PRIVATE.findall, [path for path in paths if b"\0" not in path.read_bytes()])


@pytest.mark.parametrize(
    "line",
    [
        "from rnnlab.kinds.classification.task import X",
        "import rnnlab.kinds.language_modeling",
        "from rnnlab.kinds.classification import KIND",
        "CLASSIFICATION = 1",
        "TARGET = 'rnnlab.kinds.classification.task.Classification'",
        "def classification(): pass",
        "settings.language_modeling",
        "run.kind == 'classification'",
        "if kind in ('language_modeling', 'other'): pass",
        "match kind:\n    case 'classification': pass",
        "target.endswith('.Classification')",
        "target.endswith(('.LanguageModeling', '.DocumentData'))",
        "type(task).__name__ == 'Tagging'",
        "self.data.__class__.__name__ == 'RowData'",
        "hasattr(data, 'split_texts')",
        "hasattr(self.task, 'confusion')",
        "hasattr(batch, 'labels')",
    ],
)
def test_who_asks_for_a_kind_is_found(line):
    assert len(kinds_asked("run.build.assemble", line)) == 1


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("kinds.classification.task", "from rnnlab.kinds.classification.losses import label_loss"),
        ("kinds.classification.task", "kind == 'classification'"),
        ("run.folder.open_run", "from rnnlab.kinds.base import Kind"),
        ("run.folder.open_run", "serves: tuple = ('classification',)"),
        ("text.words", "word.endswith('n\\'t') or word.endswith('.csv')"),
        ("run.folder.open_run", "hasattr(os, 'sched_getaffinity')"),
        ("run.folder.open_run", "type(error).__name__ == 'OutOfMemoryError'"),
    ],
)
def test_what_asks_for_no_kind_is_let_through(place, line):
    assert kinds_asked(place, line) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("model", "from rnnlab.kinds.metric import X"),
        ("model", "import pytorch_lightning"),
        ("model", "def f():\n    import numpy"),
        ("tokenizer", "from datasets import load_dataset"),
        ("training.loop", "from rnnlab.run.build import assemble"),
        ("training.scheduler", "import numpy"),
        ("generate.decoding", "import torch"),
        ("explain", "from rnnlab.kinds import base"),
        ("kinds.classification", "from omegaconf import DictConfig"),
        ("serve.service", "import hydra"),
        ("report", "from rnnlab import run"),
        ("text", "from . import cleaning"),
        ("data", "if TYPE_CHECKING:\n    import rnnlab.model.encoder"),
    ],
)
def test_a_wrong_import_is_found(room, line):
    assert len(wrong_imports(room, line)) == 1


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("kinds.classification", "from rnnlab.data.batch import Batch"),
        ("training.task", "from rnnlab.data import batch"),
        ("model", "import math, torch.nn as nn"),
        ("sweep", "from hydra.experimental.callback import Callback"),
        ("data", "from rnnlab.errors import SettingError"),
    ],
)
def test_a_right_import_passes(room, line):
    assert wrong_imports(room, line) == []


def test_a_circle_is_found():
    sources = {
        "rnnlab.a": "from rnnlab.b import X",
        "rnnlab.b": "import rnnlab.c",
        "rnnlab.c": "from rnnlab import a",
    }
    assert circles(files_imported(sources)) == ["rnnlab.a > rnnlab.b > rnnlab.c > rnnlab.a"]
    assert circles(files_imported(sources | {"rnnlab.c": "import torch"})) == []


@pytest.mark.parametrize(
    "line",
    [
        "torch._foreach_add_(ours, theirs)",
        "self._lock.acquire()",
        "from hydra._internal import utils",
        "from pytorch_lightning.loops import _Loop",
        "import optuna._hidden",
        "getattr(trainer, '_results', None)",
    ],
)
def test_a_private_name_of_others_is_found(line):
    assert len(private_names(line, {"_run"})) == 1


def test_private_names_of_our_own_pass():
    source = "class A:\n    def _run(self):\n        self._state = self._run()._asdict()\nA._run\nx.__dict__"
    assert private_names(source, names_defined(source)) == []


def test_a_missing_cap_is_found():
    lines = [f"{name}<2" for name in LIMITED - {"optuna"}]
    assert uncapped([*lines, "optuna>=4"]) == ["optuna"]


def test_the_other_checkers_find_what_they_look_for():
    assert undeclared("import torch, json, pandas") == ["pandas"]
    assert too_long("def f():\n" + "    pass\n" * 45) == ["f: 46 lines"]
    assert too_long("\n" * 201) == ["file: 201 lines"]
    assert loose_arguments("def f(cfg): ...\ndef g(**rest): ...\ndef h(a, *b): ...") == ["f", "g"]
    assert no_reexport("from rnnlab.x import Y\n__all__ = ['Y']\ndef f(): ...") == ["def f():\n    ..."]
    private = "/" + "home/me"
    assert PRIVATE.findall(f"read {private}/x or ~{private} or https://a.org{private}") == [private[:7]]
