"""The network compared with simple models trained on the same train split."""

from __future__ import annotations

from rnnlab.report.baselines import baseline_figures, headers, left_out, said, verdicts
from rnnlab.report.limited import part_of
from rnnlab.report.names import tested
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import number, section, table, text


def baselines_section(run: RunFiles, prefix: str = "") -> str:
    """Build a table of the network and each baseline; a line names those that the network does not beat.

    Empty for a run without baselines; `prefix` distinguishes the section's id from another run's.
    """
    figures = baseline_figures(run.result)
    columns = {run.model: run.metrics, **figures}
    names = list(dict.fromkeys(name for own in figures.values() for name in own))
    rows = [[text(said(name)), *(_cell(own, name) for own in columns.values())] for name in names]
    split, part = tested(run.result), part_of(run.result, tested(run.result))
    caption = f"Trained on the same train split, tested on the same {split} rows"
    header = [split, run.model, *headers(run.result)]
    shown = table(header, rows, f"{caption}: {part}" if part else caption) if names else ""
    worse = "".join(f'<p><strong class="warn">{text(line)}</strong></p>' for line in verdicts(run.result))
    notes = "".join(f'<p class="small">{text(line)}</p>' for line in left_out(run.result))
    return section(f"{prefix}baselines", "Baselines", worse + shown + notes)


def baselines_line(run: RunFiles) -> str:
    """Return `majority class 0.4833, linear n-grams 0.6269 (macro recall)`; empty without baselines."""
    parts: dict[str, list[str]] = {}
    for name, own in baseline_figures(run.result).items():
        metric = str(run.part("baselines")[name].get("judged_by"))
        if metric in own:
            parts.setdefault(said(metric), []).append(f"{name} {number(own[metric])}")
    return text("; ".join(f"{', '.join(models)} ({metric})" for metric, models in parts.items()))


def _cell(own: dict[str, float], name: str) -> str:
    return number(own[name]) if name in own else ""
