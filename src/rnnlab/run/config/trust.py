"""Classes that the user trusts in saved configs, stored by installed package and never by run folder.

A class that the user's own training builds is trusted from then on: with its whole package if that is an
extension, alone if it is of rnnlab or one of its libraries, and by its file if it is in no package.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from rnnlab.atomic import whole_file
from rnnlab.errors import SettingError
from rnnlab.run.config.allowed import ALLOWED
from rnnlab.run.config.moved_names import current_in
from rnnlab.run.config.origin import (
    CLASS,
    MODULE,
    PACKAGE,
    Origin,
    is_made_there,
    libraries,
    located,
    origin_of,
    packages,
    plain_name,
)
from rnnlab.untrusted import Unreadable, read_json

FILE = "trusted.json"
# environment variables: the folder of FILE, and further entries
FOLDER, SESSION = "RNNLAB_CONFIG_DIR", "RNNLAB_TRUST"
SWEEP = "sweep"


def permits(target: object) -> bool:
    """Return whether a saved config may build this class: it is listed, or the user trusts its source."""
    if not isinstance(target, str):
        return False
    if target in ALLOWED:
        return True
    origin = origin_of(target)
    if origin is None:
        return False
    known = trusted()
    if origin.kind == CLASS:
        return str(origin) in known
    alone = f"{MODULE}:{origin.name}::{target}"
    return (str(origin) in known or alone in known) and is_made_there(target)


def trust(name: str) -> None:
    """Trust an installed package, a module outside packages, or one class of a library, from now on.

    Raises:
        SettingError: it is of the standard library, a whole library, or does not exist.
    """
    add([_named(name)])


def _named(name: str) -> str:
    if re.fullmatch(rf"{SWEEP}:[0-9a-f]{{16,64}}", name):
        return name
    if name.partition(".")[0] in sys.stdlib_module_names:
        raise SettingError("--trust", name, "is a part of Python itself, which no saved file may call")
    if plain_name(name) in libraries():
        rule = "is too much: name the one class, as in --trust torch.optim.Adagrad"
        raise SettingError("--trust", name, rule)
    if plain_name(name) in {plain_name(one) for names in packages().values() for one in names}:
        return str(Origin(PACKAGE, plain_name(name)))
    origin = origin_of(name)
    if origin is None:
        rule = "is neither an installed package nor a module that Python finds"
        raise SettingError("--trust", name, rule)
    if origin.kind == CLASS and not isinstance(located(name), type):
        raise SettingError("--trust", name, "is no class")
    return str(origin)


def remember(targets: Iterable[str]) -> None:
    """Trust the classes that the user's own training has just built."""
    add(filter(None, map(_entry_of, targets)))


def _entry_of(target: str) -> str | None:
    if permits(target):
        return None
    origin = origin_of(target)
    if origin is None or (origin.kind == CLASS and not isinstance(located(target), type)):
        return None
    return f"{origin}::{target}" if origin.kind == MODULE else str(origin)


def trusted() -> frozenset[str]:
    """Return all entries, as `kind:name`: of the file, and of this process and its parents."""
    return _kept() | frozenset(filter(None, os.environ.get(SESSION, "").splitlines()))


def add(entries: Iterable[str]) -> None:
    """Store entries; if the file cannot be written they hold for this process and its children."""
    new = set(entries) - trusted()
    if not new:
        return
    folder = config_folder()
    try:
        if folder is None:
            raise OSError("there is no home folder")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(folder / FILE) as part:
            part.write_text(json.dumps({"trusted": sorted(_kept() | new)}, indent=1), encoding="utf-8")
    except OSError:
        os.environ[SESSION] = "\n".join(sorted(trusted() | new))


def _kept() -> frozenset[str]:
    folder = config_folder()
    try:
        found = None if folder is None else read_json(folder / FILE)
    except (OSError, Unreadable):
        return frozenset()
    listed = found.get("trusted") if isinstance(found, dict) else None
    return frozenset(current_in(str(one)) for one in (listed if isinstance(listed, list) else ()))


def config_folder() -> Path | None:
    """Return the folder of this user's rnnlab settings; None without a home folder."""
    named = os.environ.get(FOLDER)
    if named:
        return Path(named)
    try:
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    except RuntimeError:
        return None
    return Path(base) / "rnnlab"
