"""Make a project out of the template, whose files name it `my_project`."""

from __future__ import annotations

import keyword
import re
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from rnnlab.errors import SettingError

TEMPLATE = Path(__file__).parent / "template"
PLACEHOLDER = "my_project"
NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
LONGEST = 50  # characters


def create(folder: Path) -> list[Path]:
    """Make the folder, or nothing if that fails; return the paths of its files relative to it.

    Args:
        folder: its name is that of the project; the Python package has `_` for each `-`.

    Raises:
        SettingError: a name that no package can have, a folder that is there, no folder to make it in.
        OSError: it cannot be written.
    """
    check_name(folder.name)
    if folder.exists():
        raise SettingError("NAME", folder, "is there already: choose another name, or remove it first")
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise SettingError("NAME", folder, f"cannot be made: there is no folder {parent}")
    with tempfile.TemporaryDirectory(dir=parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / folder.name
        files = sorted(copied(made, folder.name.replace("-", "_")))
        made.rename(folder)
    return files


def check_name(name: str) -> None:
    """Raise SettingError for a name that no Python package can have, or that another one has."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        rule = (
            f"must be at most {LONGEST} small letters and digits, with single - or _ between, a letter first"
        )
        raise SettingError("NAME", name, rule)
    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package in sys.stdlib_module_names:
        raise SettingError("NAME", name, "is a word of Python: choose another name")
    if find_spec(package) is not None:
        raise SettingError("NAME", name, f"Python has a package {package} already: choose another name")


def copied(folder: Path, package: str) -> list[Path]:
    """Copy the template into a new folder with the package's name; return the relative paths of its files."""
    files = []
    for path in TEMPLATE.rglob("*"):
        inside = path.relative_to(TEMPLATE)
        if path.is_dir() or "__pycache__" in inside.parts:
            continue
        name = inside.as_posix().replace(PLACEHOLDER, package)
        target = Path(".gitignore" if name == "gitignore" else name)
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace(PLACEHOLDER, package)
        (folder / target).write_text(text, encoding="utf-8")
        files.append(target)
    return files
