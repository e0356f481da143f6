"""Data sets of the hub, read by `datasets`; an unreachable hub is detected first.

`datasets` alone would retry such a hub for half a minute.
"""

from __future__ import annotations

import http.client
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.bar import Bar
from rnnlab.data import store

if TYPE_CHECKING:
    import datasets

PATIENCE = 2.5  # seconds until a hub that does not answer counts as unreachable


def fetch(name: str, hub: Mapping[str, object], cache_dir: Path) -> store.Stored:
    """Return the files of a hub data set, from our cache, the local Hugging Face cache or the hub itself.

    Args:
        hub: `path`, and optionally `config`, `revision`, `splits` (ours to the hub's names; default: train),
            and for texts `join_column`: the rows of all splits, joined in order, are one text.

    Raises:
        store.NotInReach: the hub does not answer within 3 seconds, or cannot serve this data set.
    """
    folder = store.folder(cache_dir / "hub", name, hub)
    stored = store.load(folder)
    if stored is not None:
        return stored
    path = str(hub["path"])
    reason = unreachable(path)
    if reason is not None and not hugging_face_cache(path).is_dir():
        raise store.NotInReach(reason)
    with store.staged(folder) as stage:
        parts = _load(hub, reason)
        if hub.get("join_column"):
            files, notes = _write_text(parts, str(hub["join_column"]), stage)
        else:
            files, notes = _write_tables(parts, stage), []
        store.record(stage, files, True, notes)
    return store.Stored({split: folder / file for split, file in files.items()}, True, notes)


def unreachable(path: str) -> str | None:
    """Return why the hub cannot serve data set `path`, within 3 seconds; None if it answers."""
    if offline():
        return "HF_HUB_OFFLINE is set"
    why = no_answer(f"{endpoint()}/api/datasets/{path}")
    return None if why is None else f"{endpoint()} cannot be reached ({why})"


def endpoint() -> str:
    """Return the address of the hub."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def no_answer(url: str) -> str | None:
    """Return why a server does not answer within 3 seconds; None if it does."""
    answers: list[str | None] = []
    # a thread, because a socket's time-out ends neither the name look-up nor a trickling answer
    thread = threading.Thread(target=lambda: answers.append(_ask(url)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answers[0] if answers else f"no answer within {PATIENCE} seconds"


def offline() -> bool:
    """Return whether the environment forbids requests to the hub."""
    names = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
    return any(os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"} for name in names)


def hugging_face_cache(path: str) -> Path:
    """Return the folder in which `datasets` caches data set `path`, without the slow import."""
    home = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    home = Path(os.environ.get("HF_HOME", home))
    place = os.path.expanduser(os.environ.get("HF_DATASETS_CACHE", home / "datasets"))
    return Path(place) / path.replace("/", "___")


def _ask(url: str) -> str | None:
    """Return None for any answer below a server error: `datasets` reports what it means."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PATIENCE):
            return None
    except urllib.error.HTTPError as error:
        return None if error.code < 500 else f"HTTP {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__


def _load(hub: Mapping[str, object], unreachable_because: str | None) -> dict[str, datasets.Dataset]:
    """Load the hub's rows under our split names; from the local cache alone if the hub is unreachable."""
    import datasets

    if not Bar.in_terminal():
        datasets.disable_progress_bars()
        sys.modules["huggingface_hub.utils"].disable_progress_bars()
    splits = hub.get("splits") or {"train": "train"}
    assert isinstance(splits, Mapping)
    config, revision = (hub.get(key) for key in ("config", "revision"))
    try:
        with _no_network() if unreachable_because else nullcontext():
            found = datasets.load_dataset(str(hub["path"]), name=config, revision=revision)
            return {ours: found[theirs] for ours, theirs in splits.items()}
    except Exception as error:  # `datasets` has no common class for what can go wrong
        lines = str(error).splitlines() or [""]
        reason = f"{hub['path']}: {type(error).__name__}: {lines[0]}"
        raise store.NotInReach(unreachable_because or reason) from error


@contextmanager
def _no_network() -> Iterator[None]:
    """Restrict `datasets` to its cache; it reads the environment on import, so the flags are set directly."""
    import datasets

    modules: tuple[Any, ...] = (datasets.config, sys.modules["huggingface_hub.constants"])
    before = [module.HF_HUB_OFFLINE for module in modules]
    try:
        for module in modules:
            module.HF_HUB_OFFLINE = True
        yield
    finally:
        for module, value in zip(modules, before, strict=True):
            module.HF_HUB_OFFLINE = value


def _write_tables(parts: Mapping[str, datasets.Dataset], folder: Path) -> dict[str, str]:
    for split, rows in parts.items():
        rows.to_parquet(folder / f"{split}.parquet")
    return {split: f"{split}.parquet" for split in parts}


def _write_text(
    parts: Mapping[str, datasets.Dataset], column: str, folder: Path
) -> tuple[dict[str, str], list[str]]:
    text = "".join(row for rows in parts.values() for row in rows[column])
    (folder / "input.txt").write_text(text, encoding="utf-8", newline="")
    note = f"the hub's parts ({', '.join(parts)}) are joined into one text, which is then split here"
    return {"train": "input.txt"}, [note]
