"""The main table of a run, or of a set of runs, as Markdown or LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rnnlab.evaluation.spread import Spread
from rnnlab.report.baselines import baseline_figures, headers
from rnnlab.report.names import class_part, label, split_of, tested
from rnnlab.report.page.compared import measures
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.settings import brief, quality_of, settings_of

Table = tuple[list[str], list[list[str]]]
LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
LATEX |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "±": r"$\pm$"}


def run_table(run: RunFiles) -> Table:
    """Return columns, and a row a score: the network's, with 95 % intervals if there are predictions, and
    those of its baselines."""
    beside = baseline_figures(run.result)
    scores = [] if run.kind is None else run.kind.score_table(run)
    if not scores:
        whole = {name: value for name, value in run.metrics.items() if class_part(name) is None}
        rows = [[name, _number(value), *_beside(beside, name)] for name, value in whole.items()]
        return ["metric", "value", *headers(run.result)], rows
    rows = []
    for one in scores:
        between = "" if one.low is None or one.high is None else f"{_number(one.low)} to {_number(one.high)}"
        rows.append([one.label, _number(one.value), between, *_beside(beside, one.metric)])
    return [tested(run.result), "value", "95 % interval", *headers(run.result)], rows


def _beside(baselines: Mapping[str, Mapping[str, float]], name: str) -> list[str]:
    """Return a cell for each baseline, empty if it lacks the metric."""
    return [_number(own[name]) if name in own else "" for own in baselines.values()]


def set_table(runs: Sequence[RunFiles]) -> Table:
    """Return columns and a row a setting, best validation first: mean ± half the 95 % interval over seeds."""
    settings = settings_of([run for run in runs if run.status == "finished" and run.metrics])
    if not settings:
        return ["setting"], []
    names, keys = measures(settings, quality_of(settings)), list(settings[0].values) or ["model"]
    rows = []
    for setting in settings:
        said = [brief(value) for value in setting.values.values()] or [setting.name]
        cells = [_spread(setting.metrics.get(name)) for name in names]
        rows.append([*said, str(len(setting.runs)), *cells])
    return [*keys, "seeds", *(f"{split_of(name)} {label(name)}" for name in names)], rows


def markdown(table: Table) -> str:
    """Render Markdown, escaping every bar in a cell."""
    columns, rows = table
    sides = ["---", *["---:"] * (len(columns) - 1)]
    lines = [[_cell(cell) for cell in row] for row in [columns, *rows]]
    lines.insert(1, sides)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def latex(table: Table) -> str:
    r"""Render a tabular of the LaTeX package booktabs (\usepackage{booktabs})."""
    columns, rows = table
    lines = [" & ".join(map(_escaped, row)) + r" \\" for row in [columns, *rows]]
    sides = "l" + "r" * (len(columns) - 1)
    start, end = rf"\begin{{tabular}}{{{sides}}}", r"\end{tabular}"
    rules = (r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule")
    return "\n".join([start, *rules, end, ""])


def _cell(value: str) -> str:
    return re.sub(r"\s+", " ", value).replace("|", r"\|")


def _escaped(value: str) -> str:
    return "".join(LATEX.get(character, character) for character in re.sub(r"\s+", " ", value))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"


def _spread(found: Spread | None) -> str:
    if found is None:
        return ""
    return _number(found.mean) + (f" ± {_number(found.half)}" if found.half is not None else "")
