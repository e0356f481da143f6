"""Build the board of a set of runs: rows, figure, page and files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.atomic import write_whole
from rnnlab.commands.judging.figure import write_figure
from rnnlab.commands.judging.material import Entry, material, people, written
from rnnlab.commands.judging.measure import Judge, entropies, likelihood
from rnnlab.commands.judging.page import write_page
from rnnlab.commands.judging.ratings import ratings_section
from rnnlab.errors import SettingError
from rnnlab.evaluation.quality.copied import Copy, passage
from rnnlab.run.folder.open_run import OpenRun

if TYPE_CHECKING:
    from rnnlab.serve.rating.results import Summary

NAMES = ("board.json", "samples.jsonl", "board.png", "board.html")


class Asked(NamedTuple):
    """Number of texts per temperature, and of characters per text."""

    temperatures: tuple[float, ...]
    texts: int
    length: int
    seed: int


def make_board(
    runs: Sequence[OpenRun], asked: Asked, folder: Path, rated: Summary | None = None
) -> list[Entry]:
    """Judge the runs on the first one's data; write the files in `NAMES` into the folder.

    Args:
        rated: people's ratings of the runs, for the page.

    Raises:
        SettingError: a run cannot be judged, or the runs have different data.
    """
    from rnnlab.bar import Bar

    told = material(runs[0], asked.texts, asked.length)
    check_same(runs)
    steps = len(runs) * len(asked.temperatures)
    with Bar(None, "board", 2 * steps + 5, " steps") as bar:
        judge = Judge(told)
        bar.update(2)
        entries = people(told, asked.seed)
        for run in runs:
            rows = written(run, told, asked.temperatures, asked.seed, bar)
            known = likelihood(run, told)
            for row, entropy in zip(rows, entropies(run, told, asked.temperatures), strict=True):
                row.measured |= {**known, "entropy": entropy}
            entries += rows
        copies = []
        for entry in entries:
            copies.append(judge.judge(entry).copies)
            bar.update()
    folder.mkdir(parents=True, exist_ok=True)
    save(entries, copies, told.training, asked, folder)
    write_figure(entries, folder / "board.png")
    more = [] if rated is None else [ratings_section(rated)]
    write_page(entries, copies, told.training, folder / "board.html", more)
    return entries


def check_same(runs: Sequence[OpenRun]) -> None:
    """Refuse runs with different training texts, because their held-out texts would differ."""
    prints = [(run.result.get("data") or {}).get("fingerprint") for run in runs]
    for run, found in zip(runs, prints, strict=True):
        if found is None or found != prints[0]:
            first = runs[0].folder.path.name
            raise SettingError("RUN", run.folder.path, f"has other data than {first}: judge each by itself")


def finite(measured: Mapping[str, float]) -> dict[str, float | None]:
    """Replace numbers that are not finite by None, since JSON has no others."""
    return {name: value if isfinite(value) else None for name, value in measured.items()}


def save(
    entries: Sequence[Entry], copies: Sequence[Sequence[Copy]], training: str, asked: Asked, folder: Path
) -> None:
    """Write board.json (the numbers) and samples.jsonl (the texts, their longest copies and the sources)."""
    rows = [
        {"name": e.name, "run": e.run, "temperature": e.temperature, "measured": finite(e.measured)}
        for e in entries
    ]
    content = {"asked": asked._asdict(), "rows": rows}
    write_whole(folder / "board.json", json.dumps(content, indent=2) + "\n")
    lines = []
    for entry, found in zip(entries, copies, strict=True):
        for number, (told, copy) in enumerate(zip(entry.texts, found, strict=True)):
            copied = told[copy.start : copy.start + copy.length]
            row = {"name": entry.name, "number": number, "text": told, "copied": copied}
            lines.append(json.dumps(row | {"training": passage(training, copy)}, ensure_ascii=False) + "\n")
    write_whole(folder / "samples.jsonl", "".join(lines))
