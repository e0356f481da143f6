"""A short table of a run's results, as plain ASCII text that can be pasted into Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnlab.report.baselines import baseline_figures, headers, left_out, verdicts
from rnnlab.report.limited import part_of, part_of_metric, parts_of
from rnnlab.report.names import PER_CLASS, class_part, split_of, splits_said, tested, tested_prefix

MOST_CLASSES = 30  # more rows make a table unreadable
UNOFFICIAL = "NOT THE OFFICIAL SPLITS"
Result = Mapping[str, Any]  # a run's result.json


def run_table(result: Result, folder: str | Path = "") -> str:
    """Return the table of a run: a headline, its metrics, the origin of its data, and its folder.

    Unofficial splits are marked in capitals.
    """
    metrics = result.get("metrics") or {}
    whole = {name: value for name, value in metrics.items() if class_part(name) is None}
    by_class = {
        name: value
        for name, value in metrics.items()
        if class_part(name) and name.startswith(tested_prefix(result))
    }
    parts = [headline(result)]
    if whole:
        beside = baseline_figures(result)
        rows = [
            [_row_name(result, name), number(value), *(number(own.get(name)) for own in beside.values())]
            for name, value in whole.items()
        ]
        parts.append(render(["metric", "value", *headers(result)], rows))
        parts.append("\n".join(verdicts(result)))
    if by_class:
        parts.append(_class_table(by_class, tested(result), part_of(result, tested(result))))
    parts.append("\n".join(_facts(result, short_path(folder))))
    return "\n\n".join(part for part in parts if part)


def _row_name(result: Result, name: str) -> str:
    best = f"{name} (best)" if split_of(name) in ("train", "val") else name
    part = part_of_metric(result, name)
    return f"{best} on {part}" if part else best


def headline(result: Result) -> str:
    """Return one line: status, task, model, seed, parameters, time; a second one with any error."""
    model = result.get("model") or {}
    name = model.get("name") or result.get("model_name", "?")
    facts = [f"{result.get('status', 'unknown')}: {result.get('task', '?')} with {name}"]
    if "parameters" in model:
        facts.append(f"{model['parameters']:,} parameters")
    if "seed" in result:
        facts.append(f"seed {result['seed']}")
    if result.get("seconds") is not None:
        facts.append(duration(result["seconds"]))
    if result.get("tokens_per_second"):
        facts.append(f"{result['tokens_per_second']:,.0f} tokens/s")
    return ", ".join(facts) + (f"\n{first_line(result['error'])}" if result.get("error") else "")


def _class_table(metrics: Mapping[str, float], split: str, read: str) -> str:
    """Return a table with a row a class and a column a metric."""
    table: dict[str, dict[str, float]] = {}
    for name, value in metrics.items():
        part = class_part(name)
        if part:
            table.setdefault(part[1], {})[part[0]] = value
    kinds = [kind for kind in PER_CLASS if any(kind in row for row in table.values())]
    rows = [[name, *(number(row.get(kind)) for kind in kinds)] for name, row in table.items()]
    rows, left = rows[:MOST_CLASSES], len(rows) - MOST_CLASSES
    rows += [[f"and {left:,} more, in result.json", *("" for _ in kinds)]] if left > 0 else []
    return render([f"{split} on {read}, by class" if read else f"{split}, by class", *kinds], rows)


def _facts(result: Result, folder: str) -> list[str]:
    """Return data, notes and folder, one line each."""
    data = result.get("data") or {}
    lines = []
    if data:
        rows = ", ".join(f"{split} {count:,}" for split, count in (data.get("rows") or {}).items())
        splits = UNOFFICIAL if data.get("official") is False else splits_said(data)
        source = data.get("source", "unknown source")
        lines.append(f"data:   {source}, {splits}" + (f" ({rows})" if rows else ""))
        lines += [f"note:   {note}" for note in data.get("notes") or ()]
    lines += [f"read:   {part}" for part in parts_of(result)]
    lines += [f"note:   {sentence}" for sentence in left_out(result)]
    said = (result.get("calibration") or {}).get("said")
    lines += [f"temperature: {said}"] if said else []
    return [*lines, f"folder: {folder}"] if folder else lines


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # these can move a terminal's cursor, and worse


def render(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render an ASCII table, untruncated: the first column is left-aligned, the others right-aligned.

    A line end in a cell goes on in the next line of the table.
    """
    cells = [[_lines(cell) for cell in row] for row in (columns, *rows)]
    widths = [0] * max(map(len, cells))
    for row in cells:
        for place, cell in enumerate(row):
            widths[place] = max(widths[place], *map(_width, cell))
    head, *others = (_shown(row, widths) for row in cells)
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([*head, f"|{rule}|", *(line for row in others for line in row)])


def _shown(row: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Return the lines of a row of cells, each of which is a list of lines."""
    found = []
    for line in range(max(map(len, row), default=1)):
        parts = []
        for place, width in enumerate(widths):
            text = row[place][line] if place < len(row) and line < len(row[place]) else ""
            blank = " " * (width - _width(text))
            parts.append(f" {blank}{text} " if place else f" {text}{blank} ")
        found.append(f"|{'|'.join(parts)}|")
    return found


def _lines(cell: str) -> list[str]:
    """Return the lines of a cell, without what would move a terminal's cursor."""
    return CONTROL.sub(_escaped, cell).split("\n") if cell else [""]


def _width(text: str) -> int:
    """Return the number of a terminal's columns that a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # late: hardly any table has such a cell

    return cell_len(text)


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


def number(value: float | None) -> str:
    """Format a number: four decimals below a thousand, none above, blank for None."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"


def duration(seconds: float) -> str:
    """Format a duration: `8 min 31 s`, `1 h 02 min`, `4.2 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def first_line(text: object) -> str:
    """Return the first line that is not blank; empty if there is none."""
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "")


def short_path(path: str | Path) -> str:
    """Return the shortest form of the path from the current folder; empty for an empty path."""
    if not str(path):
        return ""
    inside = Path(path).absolute().is_relative_to(Path.cwd())
    return os.path.relpath(path) if inside else str(path)
