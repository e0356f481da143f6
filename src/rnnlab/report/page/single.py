"""The sections of one run."""

from __future__ import annotations

from rnnlab.report.names import label, split_of
from rnnlab.report.page.baselines import baselines_section
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.learning import learning_curves
from rnnlab.report.page.markup import duration, number, section, text, tiles
from rnnlab.report.page.origin import origin
from rnnlab.report.page.parts import drawn
from rnnlab.report.page.pictures import pictures
from rnnlab.report.page.scale import short


def heading(run: RunFiles) -> str:
    """Return the title of the page, as plain text."""
    return f"{run.task} with {run.model}"


def status(run: RunFiles) -> str:
    """Return the status as a coloured word, and the folder's name."""
    kind = {"finished": "good", "failed": "bad"}.get(run.status, "other")
    folder = f'<span class="dim">{text(run.path.name)}</span>'
    return f'<p><span class="status {kind}">{text(run.status)}</span> {folder}</p>'


def run_sections(run: RunFiles, prefix: str = "") -> list[str]:
    """Return all sections about one run; `prefix` distinguishes its ids from another run's on the page."""
    parts = [section(f"{prefix}summary", "Summary", _summary(run))]
    parts.append(baselines_section(run, prefix))
    parts.append(section(f"{prefix}curves", "Training", learning_curves(run), _monitored(run)))
    if run.kind is not None:
        parts += [drawn(one, prefix) for one in run.kind.sections(run)]
    parts.append(section(f"{prefix}pictures", "Attention and attributions", pictures(run.path)))
    parts.append(section(f"{prefix}origin", "What was run", origin(run)))
    return [part for part in parts if part]


def _summary(run: RunFiles) -> str:
    """Return the most important numbers."""
    cards = [] if run.kind is None else list(run.kind.cards(run))
    monitor = run.monitor[0]
    if monitor in run.metrics and not cards:
        cards.append((label(monitor), number(run.metrics[monitor]), f"best {split_of(monitor)}"))
    if run.best_step is not None:
        of_all = max((step for series in run.history.values() for step in series.steps), default=0)
        cards.append(("best step", f"{run.best_step:,}", f"of {of_all:,}"))
    parameters = run.part("model").get("parameters")
    if isinstance(parameters, int):
        cards.append(("parameters", short(parameters), run.model))
    seconds = run.result.get("seconds")
    if isinstance(seconds, int | float):
        cards.append(("time", duration(seconds), str(run.result.get("device", ""))))
    return tiles(cards)


def _monitored(run: RunFiles) -> str:
    """Describe the metric that chose the checkpoint."""
    name, lowest = run.monitor
    if run.best_step is None:
        return ""
    said = f"{'lowest' if lowest else 'highest'} <code>{text(name)}</code>"
    return f"dashed: step {run.best_step:,}, with the {said}, whose checkpoint was tested"
