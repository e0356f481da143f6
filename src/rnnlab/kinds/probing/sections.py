"""A probe's sections of a run's page: scores over length, how far back it remembers, and examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rnnlab.kinds.probing.examples import FILE as EXAMPLES
from rnnlab.kinds.probing.memory import FILE as MEMORY
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import Chart, Part, Section, Table
from rnnlab.report.tables import number

MOST_SHOWN = 64  # steps of an example
NOTHING = "·"  # where nothing is asked for
SCORES = ("accuracy", "solved", "loss")


def sections(files: RunFiles) -> list[Section]:
    """Return the sections that the run's files allow."""
    return [over_length(files), remembered(files), examples(files)]


def cards(files: RunFiles) -> list[tuple[str, str, str]]:
    """Return the accuracy at the longest training length and at the greatest test length."""
    facts = files.part("probe")
    unit, found = str(facts.get("unit", "steps")), []
    for length in dict.fromkeys((facts.get("longest"), *list(facts.get("test_lengths") or ())[-1:])):
        value = files.metrics.get(f"test/accuracy_{length}")
        if value is not None:
            found.append(("accuracy", number(value), f"test, {length} {unit}"))
    return found


def over_length(files: RunFiles) -> Section:
    """Return charts and a table of the test scores by length, with chance beside them."""
    facts = files.part("probe")
    unit, chance = str(facts.get("unit", "steps")), facts.get("chance") or {}
    lengths = [one for one in facts.get("test_lengths") or () if f"test/accuracy_{one}" in files.metrics]
    curves = {name: [files.metrics[f"test/{name}_{one}"] for one in lengths] for name in SCORES}
    levels = (
        [float(chance[str(one)]) for one in lengths] if all(str(one) in chance for one in lengths) else []
    )
    asks_classes = bool(files.part("facts").get("answers"))
    first = [*SCORES[:2], *(["chance"] if levels and asks_classes else [])]
    second = ["loss", *(["chance"] if levels and not asks_classes else [])]
    curves |= {"chance": levels} if levels else {}
    rows = [
        [f"{one:,}", *(number(curves[name][place]) for name in curves)] for place, one in enumerate(lengths)
    ]
    parts: list[Part] = [Table([unit, *curves], rows, "rows of the test, by length")]
    for title, names in (("Accuracy over length", first), ("Loss over length", second)):
        if len(lengths) > 1:
            parts.append(Chart(title, unit, names[0], {name: (lengths, curves[name]) for name in names}))
    return Section("lengths", "Lengths", parts if lengths else [], note_of(facts, unit))


def note_of(facts: dict[str, Any], unit: str) -> str:
    """Return a sentence on the lengths of training and on the step that solved them."""
    solved = facts.get("steps_to_solve")
    when = f"solved at step {solved:,}" if isinstance(solved, int) else "not solved at these"
    return f"Trained on rows of up to {facts.get('longest', '?')} {unit}, {when}."


def remembered(files: RunFiles) -> Section:
    """Return charts of the gradient through time and of what a replaced input changes; see memory.json."""
    found = read(files, MEMORY)
    steps = found.get("steps_back") if isinstance(found, dict) else None
    parts: list[Part] = []
    for key, title, name in (
        ("gradient", "Gradient through time", "gradient of the last output"),
        ("forgetting", "Change by an earlier input", "relative change of the last output"),
    ):
        if steps and len(found.get(key) or ()) == len(steps):
            parts.append(Chart(title, "steps back", name, {key: (steps, found[key])}))
    return Section("memory", "Memory", parts)


def examples(files: RunFiles) -> Section:
    """Return a few rows with targets and answers, a table each."""
    found = read(files, EXAMPLES)
    if not isinstance(found, list):
        return Section("examples", "Examples", [])
    parts: list[Part] = []
    for row in found:
        inputs, targets, answers = (row[name][:MOST_SHOWN] for name in ("inputs", "targets", "answers"))
        more = (
            f", the first {MOST_SHOWN} of {len(row['inputs'])} steps"
            if len(row["inputs"]) > MOST_SHOWN
            else ""
        )
        lines = [
            ["input", *map(shown, inputs)],
            ["target", *map(shown, targets)],
            ["answer", *map(shown, answers)],
        ]
        columns = ["step", *map(str, range(1, len(inputs) + 1))]
        parts.append(Table(columns, lines, f"{row['right']} of {row['asked']} right{more}"))
    return Section("examples", "Examples", parts, "Rows of the longest training length.")


def shown(value: Any) -> str:
    """Return a cell of an example."""
    if value is None:
        return NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(map(shown, value))
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def read(files: RunFiles, name: str) -> Any:
    """Return the content of a JSON file of the run; None if it is missing or broken."""
    try:
        return json.loads(files.text(name))
    except ValueError:
        return None
