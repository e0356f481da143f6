"""Rules for the options of `rnnlab` commands, by name, checked before anything heavy is imported.

Options that depend on the run (its classes, its styles) are checked by the command itself.
"""

from __future__ import annotations

from argparse import Namespace
from math import isfinite
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.rule import SEED, Number, Pattern
from rnnlab.run.folder.writable import check_writable
from rnnlab.training.settings import RATE

TEXTS = Number(1, 10**6, whole=True)
LENGTH = Number(1, 10**7, whole=True)  # of a text, in tokens or characters
OPTIONS: dict[str, Number | Pattern] = {
    "port": Number(0, 65535, whole=True),
    "threads": Number(1, 1024, whole=True),
    "count": TEXTS,
    "length": LENGTH,
    "seed": SEED,
    "top": Number(1, 10**9, whole=True),
    **dict.fromkeys(("max_row", "max_file"), Number(1, 2**63 - 1, whole=True)),
    "examples": Number(0, 10**6, whole=True),
    "segment": LENGTH,
    "steps": Number(1, 10**7, whole=True),
    "rate.count": Number(1, 1000, whole=True),
    "batch_find.first": TEXTS,
    "batch_find.last": TEXTS,
    "seconds": Number(0, 10**6, open="low"),
    "lowest": RATE,
    "highest": RATE,
    "top_k": Number(1, 10**9, whole=True),
    "beam": Number(1, 10**4, whole=True),
    "no_repeat": Number(0, 10**6, whole=True),
    "device": Pattern(r"cpu|mps|cuda(:\d{1,3})?", "cpu, cuda, cuda:NUMBER or mps", optional=False),
}
LISTS: dict[str, Number] = {"learning_rates": RATE, "decays": Number(0, 1)}
READ = (
    "input",
    "file",
    "path",
    "target_path",
    "ratings",
    "from_state",
)  # files that must be there; - is standard input
NEW_FOLDERS = ("html", "figure", "results", "plot")  # files whose folder is made if it is missing
FILES = ("save_state",)  # files whose folder must be there
FOLDERS = ("export", "evaluate", "judge", "reproduce")  # commands whose --output is a folder


def check_options(command: str, arguments: Namespace) -> None:
    """Raise SettingError for the first option with a wrong value; None means that it was not given."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    for name, value in given.items():
        rule = OPTIONS.get(f"{command}.{name}") or OPTIONS.get(name)
        if rule is not None and not rule.allows(value):
            raise SettingError(option(name), value, f"must be {rule}")
        for each in value if name in LISTS else ():
            if not LISTS[name].allows(each):
                raise SettingError(option(name), each, f"must be {LISTS[name]}")
    if given.get("only") == "":
        raise SettingError("--only", "", "must not be empty: the characters that may be written")
    if "temperature" in given:
        check_temperatures(given["temperature"])
    check_files(command, given)


def check_temperatures(given: Any) -> None:
    """Check a temperature, or several separated by commas."""
    for part in given.split(",") if isinstance(given, str) else [given]:
        try:
            heat = float(part)
        except ValueError:
            heat = -1.0
        if not isfinite(heat) or not 0 <= heat <= 100:
            rule = "must be a number >= 0 and <= 100"
            raise SettingError("--temperature", given, f"{rule}, or several with commas")


def check_files(command: str, given: dict[str, Any]) -> None:
    for name in READ:
        if name in given and str(given[name]) != "-":
            check_readable(option(name), Path(given[name]).expanduser())
    for name in (*NEW_FOLDERS, *FILES, "output"):
        if not given.get(name) or given[name] is True:  # a switch, such as `rnnlab predict --plot`
            continue
        path = Path(given[name]).expanduser()
        folder = path if name == "output" and command in FOLDERS else path.parent
        strict = name in FILES or (name == "output" and command in ("generate", "predict"))
        if strict and not folder.is_dir():
            rule = f"cannot be written: there is no folder {folder}"
            raise SettingError(option(name), given[name], rule)
        if folder == path and path.exists() and not path.is_dir():
            raise SettingError(option(name), given[name], "must be a folder, and is a file")
        if folder != path and path.is_dir():
            raise SettingError(option(name), given[name], "must be a file, and is a folder")
        check_writable(option(name), given[name], folder)


def check_readable(name: str, path: Path) -> None:
    """Refuse a file that does not exist, and suggest near names in its folder."""
    if path.exists() and not path.is_dir():
        return
    folder = path if path.is_dir() else path.absolute().parent
    names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
    if path.is_dir():
        raise SettingError(name, path, "is a folder; must be a file", names)
    raise SettingError(name, path.name, f"there is no such file in {folder}", names)


def option(name: str) -> str:
    """Return the option as it is typed: `max_row` is `--max-row`."""
    return "--" + name.replace("_", "-")
