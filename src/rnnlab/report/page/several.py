"""The page of a set of runs, or of a sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rnnlab.report.names import label, split_of
from rnnlab.report.page.baselines import baselines_line
from rnnlab.report.page.compared import cost_charts, overlay, settings_table
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import duration, facts, fold, number, section, table, text, tiles
from rnnlab.report.page.paired import paired_table
from rnnlab.report.page.parallel import parallel_chart
from rnnlab.report.page.searched import searched
from rnnlab.report.page.settings import Setting, chosen_by, quality_of, settings_of
from rnnlab.report.page.single import heading, run_sections

MOST_SHOWN = 4  # most runs shown in full; of more, only the best setting's
MOST_FAILED = 50


def set_sections(runs: Sequence[RunFiles], sweep: Path | None = None) -> list[str]:
    """Return all sections about several runs."""
    finished = [run for run in runs if run.status == "finished" and run.metrics]
    settings = settings_of(finished)
    quality = quality_of(settings)
    parts = [section("summary", "Summary", _summary(runs, settings, quality))]
    if settings:
        parts.append(section("settings", "Settings", settings_table(settings, quality), _said(settings)))
        parts.append(section("paired", "Are they different?", paired_table(settings)))
    if settings and quality:
        parts.append(section("choices", "Choices", parallel_chart(settings, quality)))
    charts = (overlay(settings) if settings else "") + (cost_charts(settings, quality) if quality else "")
    parts.append(
        section("cost", "Validation and cost", f'<div class="charts">{charts}</div>' if charts else "")
    )
    parts.append(section("ends", "What did not finish", _unfinished(runs)))
    parts.append(section("origin", "What was searched", searched(sweep) if sweep else ""))
    parts.append(section("runs", "Run by run", _each(runs, settings)))
    return [part for part in parts if part]


def _summary(runs: Sequence[RunFiles], settings: Sequence[Setting], quality: str | None) -> str:
    cards = [("runs", f"{len(runs):,}", _counts(runs)), ("settings", f"{len(settings):,}", "finished")]
    if settings and quality:
        top = settings[0].metrics[quality]
        half = "" if top.half is None else f"± {number(top.half)} over {top.count} seeds"
        cards.append(
            (f"{split_of(quality)} {label(quality)} of the best", number(top.mean), half or "one seed")
        )
    seconds = sum(run.result["seconds"] for run in runs if isinstance(run.result.get("seconds"), int | float))
    cards.append(("time in all", duration(seconds), ""))
    if not settings:
        return tiles(cards)
    best = f"<code>{text(settings[0].name)}</code>"
    beside = baselines_line(settings[0].first)
    return tiles(cards) + facts([("the best setting", best), ("its baselines", beside)])


def _counts(runs: Sequence[RunFiles]) -> str:
    return ", ".join(f"{count} {status}" for status, count in Counter(run.status for run in runs).items())


def _said(settings: Sequence[Setting]) -> str:
    chosen = chosen_by(settings)
    order = f"best <code>{text(chosen)}</code> first; " if chosen else ""
    return order + "runs that differ in their seed alone are one row"


def _unfinished(runs: Sequence[RunFiles]) -> str:
    """List the runs that failed or were ended early, with the first line of their error."""
    unfinished = [run for run in runs if run.status != "finished"]
    common = set.intersection(*(set(run.overrides) for run in runs)) if len(runs) > 1 else set()
    rows = []
    for run in unfinished[:MOST_FAILED]:
        error = str(run.result.get("error") or "").strip().partition("\n")[0]
        typed = " ".join(one for one in run.overrides if one not in common)
        rows.append([text(run.path.name), text(run.status), f"<code>{text(typed)}</code>", text(error)])
    left = len(unfinished) - len(rows)
    more = f'<p class="small">{left:,} more</p>' if left else ""
    return table(["run", "state", "typed", "error"], rows, left=4) + more if rows else ""


def _each(runs: Sequence[RunFiles], settings: Sequence[Setting]) -> str:
    """Return all sections of a few runs, each folded; of many, those of the best setting's first run."""
    shown = [setting.first for setting in settings[:1]] if len(runs) > MOST_SHOWN else list(runs)
    parts = []
    for index, run in enumerate(shown):
        name = f"{heading(run)}: {run.path.name}" + (
            " (the best setting's first seed)" if len(runs) > MOST_SHOWN else ""
        )
        parts.append(fold(name, "".join(run_sections(run, f"run{index}-"))))
    return "".join(parts)
