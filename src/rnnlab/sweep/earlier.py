"""Estimates from finished runs: duration and vocabulary size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from rnnlab.run.config.moved_names import rename_saved
from rnnlab.run.folder.result import read
from rnnlab.untrusted import read_yaml

MOST_FOLDERS = 400  # latest run folders of a task to search
MOST_RUNS = 50  # to read
MOST_CONFIGS = 8  # to read for a vocabulary
OF_SPLIT = ("validation_fraction", "test_fraction", "split_seed", "split_block")
OF_FILES = ("delimiter", "encoding", "quoting", "on_error")
OF_TEXT = ("name", "files", "text_column", "source", *OF_SPLIT, *OF_FILES)


class Earlier:
    """The latest finished runs of a task, both single ones and those of sweeps."""

    def __init__(self, outputs: Path, task: str) -> None:
        self.task = task
        self.runs = list(_runs(outputs, task))

    def seconds(self, model: str | None = None) -> float | None:
        """Return the median time of a run, of the same model if there are any; None without runs."""
        times = [float(result["seconds"]) for _, result in self.runs if result.get("seconds")]
        own = [float(r["seconds"]) for _, r in self.runs if r.get("seconds") and _model(r) == model]
        return median(own or times) if times else None

    def vocabulary(self, cfg: Mapping[str, Any]) -> int | None:
        """Return the vocabulary size of an earlier run with the same tokenizer and text.

        Args:
            cfg: resolved `data`, `text` and `tokenizer` of a run.
        """
        looked = 0
        for folder, result in self.runs:
            size = (result.get("data") or {}).get("vocabulary")
            if size is None or (result.get("data") or {}).get("name") != cfg["data"].get("name"):
                continue
            looked += 1
            if looked > MOST_CONFIGS:
                break
            if _same_text(_config(folder), cfg):
                return int(size)
        return None


def _runs(outputs: Path, task: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    paths = [*outputs.glob(f"{task}/*/*/result.json"), *outputs.glob("sweeps/*/*/result.json")]
    latest = sorted(paths, key=_written, reverse=True)[:MOST_FOLDERS]
    found = 0
    for path in latest:
        result = read(path)
        if result.get("status") == "finished" and result.get("task") == task and found < MOST_RUNS:
            found += 1
            yield path.parent, result


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it has just gone
        return 0.0


def _model(result: Mapping[str, Any]) -> str | None:
    return (result.get("model") or {}).get("name")


def _config(folder: Path) -> dict[str, Any]:
    try:
        found = read_yaml(folder / "config.yaml")
        rename_saved(found)
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _same_text(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if any(one.get(part) != other.get(part) for part in ("text", "tokenizer")):
        return False
    mine, theirs = ({"split_block": 1, **(cfg.get("data") or {})} for cfg in (one, other))
    return all(mine.get(key) == theirs.get(key) for key in OF_TEXT)
