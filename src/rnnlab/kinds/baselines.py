"""Baselines of a network: their contract, and their figures, cached by content."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.kinds.work import Work

FOLDER = "baselines"  # of the cache folder
log = logging.getLogger("rnnlab")
MOST_TOKENS = 10_000_000  # of the train split; a baseline of more would keep a run waiting for minutes


class Measured(NamedTuple):
    """A baseline's figures.

    Attributes:
        metrics: by the names of the network's, without a split: `accuracy`, `perplexity_windows`.
        chosen: plain values that it chose on the validation split.
    """

    metrics: dict[str, float]
    chosen: dict[str, Any]


class LeftOut(Exception):
    """The baseline does not fit the data; its message gives the reason, for the table."""


class Baseline(Protocol):
    """A simple model whose test figures are reported with a network's.

    It learns from the train split alone, may choose its settings on the validation split, and is tested on
    the rows that the network is tested on.

    Attributes:
        name: what tables call it.
        version: raised when its figures change, so that older ones are not taken from the cache.
    """

    name: str
    version: int

    def read(self, work: Work) -> NamedTuple:
        """Return all that decides the figures, as arrays and plain values, once the network has been tested.

        Raises:
            LeftOut: the data are none for it.
        """
        ...

    def measure(self, inputs: Any) -> Measured:
        """Train and test; a pure function of `inputs`, which draws from no global random state.

        Raises:
            LeftOut: the data are none for it.
        """
        ...


def measure_all(baselines: Sequence[Baseline], work: Work, cache: Path) -> dict[str, dict[str, Any]]:
    """Return each baseline's `metrics` and `chosen` by its name, or `left_out`, the reason for none.

    They come from the cache where they are kept.

    Args:
        work: a run whose network has been tested. cache: the cache folder.
    """
    found: dict[str, dict[str, Any]] = {}
    for baseline in baselines:
        start = time.monotonic()
        try:
            entry = _kept(baseline, baseline.read(work), cache / FOLDER)
        except LeftOut as reason:
            entry = {"left_out": str(reason)}
        except MemoryError:
            entry = {"left_out": "the memory does not suffice"}
        found[baseline.name] = {**entry, "seconds": round(time.monotonic() - start, 3)}
    return found


def _kept(baseline: Baseline, inputs: NamedTuple, folder: Path) -> dict[str, Any]:
    """Return the figures of these inputs; of several processes that ask at once one computes them."""
    path = folder / f"{digest([baseline.name, baseline.version, inputs])}.json"
    found = _read(path)
    if found is None:
        with _alone(path.with_suffix(".lock")):
            found = _read(path)  # another process may have written it in the meantime
            if found is None:
                entry = baseline.measure(inputs)._asdict()
                try:
                    write_whole(path, json.dumps(entry, indent=2))
                except OSError as error:  # the training has ended well without
                    log.warning("baseline: %s cannot be kept: %s", path, error.strerror)
                return {**entry, "cached": False}
    return {**found, "cached": True}


def _read(path: Path) -> dict[str, Any] | None:
    """Read the content of a file, None if it is missing or broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"metrics": dict(found["metrics"]), "chosen": dict(found["chosen"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process is inside. Where there can be no lock, on a full disk or a file system
    without locks, nobody waits.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError:
        yield
        return
    with file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def digest(content: Any) -> str:
    """Return the sha256 of nested sequences of arrays and plain values."""
    hashed = hashlib.sha256()
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, np.ndarray):
            hashed.update(f"{part.dtype}{part.shape}".encode())
            hashed.update(np.ascontiguousarray(part).data)
        elif isinstance(part, dict):
            waiting.append(sorted(part.items()))
        elif isinstance(part, list | tuple):
            hashed.update(f"{len(part)} parts".encode())
            waiting += reversed(part)
        else:
            hashed.update(json.dumps(part).encode() + b"\n")
    return hashed.hexdigest()[:32]
