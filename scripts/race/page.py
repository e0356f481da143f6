"""The page of a race: tables, charts of scores over time, errors, and what it ran on."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path

from lanes import Peer, Task
from results import Race, Result
from table import Row, rows_of, table_of
from verdict import verdicts

from rnnlab.atomic import write_whole
from rnnlab.errors import SettingError
from rnnlab.report.page.document import document
from rnnlab.report.page.lines import Line, lines_chart
from rnnlab.report.page.markup import fold, section, table, text
from rnnlab.report.tables import render

BEGIN, END = "<!-- race: begin -->", "<!-- race: end -->"
NOTE = (
    "Scores are of the test rows, computed by the race; at each mark the evaluation counts that is best on "
    "validation. Seconds are from the start of the process, imports and reading included, but for the time "
    "of predicting for the race. Medians, with the range where there are several rounds."
)
Lanes = Sequence[tuple[Task, Peer]]


def write_page(race: Race, lanes: Lanes, found: Sequence[Result], path: Path) -> None:
    """Write the page, and the results beside it as JSON.

    Raises:
        SettingError: there are no results.
    """
    check(found)
    sections = [
        section(task.name, f"{task.name}: {task.title}", body(race, task, rows), text(NOTE))
        for task, rows in by_task(lanes, found)
    ]
    errors = {
        f"{one['peer']}, {one['task']}, {one['action']}": one["error"] for one in found if "error" in one
    }
    told = "".join(fold(name, f"<pre>{text(error)}</pre>") for name, error in errors.items())
    sections += [part for part in [section("errors", "What did not run", told)] if part]
    sections.append(section("versions", "Versions", versions_table(found)))
    below = "".join(f'<p class="dim">{text(line)}</p>' for line in machines(found))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, document("The race", "The race", below, sections, "rnnlab"))
    results = {"machine": machines(found), "quick": race.quick, "results": list(found)}
    write_whole(path.with_suffix(".json"), json.dumps(results, indent=1) + "\n")


def check(found: Sequence[Result]) -> None:
    if not found:
        raise SettingError("--folder", "outputs/race", "has no results of this race: run it first")


def by_task(lanes: Lanes, found: Sequence[Result]) -> list[tuple[Task, list[Row]]]:
    """Return the tasks that have results, with their rows."""
    tasks = dict.fromkeys(task for task, _ in lanes)
    rows = [(task, rows_of(task, [peer for own, peer in lanes if own is task], found)) for task in tasks]
    return [(task, own) for task, own in rows if own]


def machines(found: Sequence[Result]) -> list[str]:
    """Return the lines on machines and commits that the results name, each once."""
    return list(dict.fromkeys(line for one in found for line in one.get("machine", ())))


def body(race: Race, task: Task, rows: Sequence[Row]) -> str:
    columns, cells = table_of(race, task, rows)
    marked = [[text(cell) for cell in row] for row in cells]
    charts = score_chart(task, rows) + latency_chart(task, rows)
    lines = "".join(f"<li>{text(line)}</li>" for line in verdicts(race, task, rows))
    told = f"<ul>{lines}</ul>" if lines else ""
    return table(columns, marked) + told + (f'<div class="charts">{charts}</div>' if charts else "")


def score_chart(task: Task, rows: Sequence[Row]) -> str:
    """Return test scores over seconds of training, a line a peer (its first training)."""
    lines = [
        Line(
            row.peer.title,
            number,
            [one["at"] for one in row.evaluations[0]],
            [one["test"][task.measure] for one in row.evaluations[0]],
        )
        for number, row in enumerate(rows)
        if row.evaluations
    ]
    return lines_chart("Test score over time", lines, "seconds from the start", task.measure)


def latency_chart(task: Task, rows: Sequence[Row]) -> str:
    """Return rows a second over the latency of one row, a dot a peer."""
    lines = [
        Line(row.peer.title, number, [statistics.median(row.p50)], [statistics.median(row.rate)])
        for number, row in enumerate(rows)
        if row.p50
    ]
    return lines_chart(
        "Throughput and latency", lines, "ms for one row (p50)", f"{task.rows} a second", is_log=True
    )


def versions_table(found: Sequence[Result]) -> str:
    """Return the versions of each peer's packages."""
    named = {one["peer"]: one["versions"] for one in found if "versions" in one}
    lines = [[text(peer), text(", ".join(f"{n} {v}" for n, v in one.items()))] for peer, one in named.items()]
    return table(["peer", "packages"], lines, left=2)


def write_into(race: Race, lanes: Lanes, found: Sequence[Result], path: Path) -> None:
    """Put the tables between the two marks of a Markdown page.

    Raises:
        SettingError: there are no results, or the page has no such marks.
    """
    check(found)
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SettingError("--into", path, f"must be a page with the lines {BEGIN} and {END}")
    parts = ["; ".join(machines(found)) + "."]
    for task, rows in by_task(lanes, found):
        parts.append(render(*table_of(race, task, rows)))
        parts.append("\n".join(f"- {line}" for line in verdicts(race, task, rows)))
    write_whole(path, f"{before}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}{after}")
