"""Copy code and config into the sweep's folder, so that later edits do not affect waiting jobs."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from rnnlab import errors
from rnnlab.run.folder.code import FROZEN, code_state
from rnnlab.sweep.folder import SweepFolder

SHIPPED = ("conf", "train.py")  # a wheel has them inside the package
SUFFIXES = (".py", ".yaml", ".typed", ".html", ".css", ".js")


def freeze(folder: SweepFolder, config_dir: Path, added: Path | None = None) -> str:
    """Copy train.py, conf and the packages, and record their commit; return the hash of all of the code.

    Args:
        config_dir: the folder conf, beside train.py in a clone as in a wheel.
        added: the folder of --config-dir.
    """
    source = Path(errors.__file__).parents[1]
    roots = {"src/rnnlab": source / "rnnlab", "src/hydra_plugins": source / "hydra_plugins"}
    for name, root in roots.items():
        _copy(root, folder.code / name, SHIPPED)
    _copy(config_dir, folder.code / "conf")
    if added is not None:
        _copy(added, folder.code / "config_dir")
    shutil.copy2(config_dir.parent / "train.py", folder.code / "train.py")
    (folder.code / FROZEN).write_text(json.dumps(code_state()), encoding="utf-8")
    return digest_of(folder.code)


def _copy(root: Path, to: Path, without: tuple[str, ...] = ()) -> None:
    for path in _files(root):
        if path.relative_to(root).parts[0] in without:
            continue
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            yield path


def digest_of(code: Path) -> str:
    """Return 16 hex digits of every file's path and content."""
    found = hashlib.sha256()
    for path in _files(code):
        found.update(f"{path.relative_to(code)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]
