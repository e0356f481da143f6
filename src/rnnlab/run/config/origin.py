"""Find the installed package, or the file, that a class named in a config comes from."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

LIBRARIES = frozenset(["rnnlab", "torch", "pytorch-lightning", "torchmetrics", "numpy", "hydra-core"])
PACKAGE, CLASS, MODULE = "package", "class", "module"


class Origin(NamedTuple):
    """The source of a target: its kind (package, class or module), and its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def origin_of(target: str) -> Origin | None:
    """Return the source of a target without importing it; None for the standard library and unknown names."""
    top = target.partition(".")[0]
    if not all(part.isidentifier() for part in target.split(".")) or top in sys.stdlib_module_names:
        return None
    names = packages().get(top, ())
    if top == "rnnlab" or any(plain_name(name) in libraries() for name in names):
        return Origin(CLASS, target)
    if names:
        return Origin(PACKAGE, plain_name(names[0]))
    file = file_of(top)
    return None if file is None else Origin(MODULE, file)


def file_of(top: str) -> str | None:
    """Return the file of a module that belongs to no installed package."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    return None if spec is None or not spec.has_location else str(Path(str(spec.origin)).resolve())


@cache
def packages() -> dict[str, list[str]]:
    """Return the installed packages of each top-level module."""
    from importlib.metadata import packages_distributions

    return dict(packages_distributions())


@cache
def libraries() -> frozenset[str]:
    """Return the names of rnnlab and its dependencies, which are never trusted as whole packages."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        needed = requires("rnnlab") or []
    except PackageNotFoundError:
        needed = []
    names = (re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed)
    return LIBRARIES | frozenset(map(plain_name, names))


def plain_name(name: str) -> str:
    """Normalize a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_made_there(target: str) -> bool:
    """Return whether a class or function is defined in the package that names it, not imported into it."""
    found = located(target)
    made = str(getattr(found, "__module__", "")).partition(".")[0]
    return callable(found) and made == target.partition(".")[0]


def located(target: str) -> Any:
    """Import the object of a dotted name; None if there is none."""
    parts = target.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            found = getattr(found, part, None)
        return found
    return None
