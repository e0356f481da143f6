"""Writes report.html of a run, of several, or of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.atomic import whole_file
from rnnlab.report.page.document import document
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import text
from rnnlab.report.page.several import set_sections
from rnnlab.report.page.single import heading, run_sections, status


def write_report(run: RunFiles, path: Path) -> Path:
    """Write the page of a run to `path` atomically; return `path`.

    Raises:
        OSError: it cannot be written.
    """
    return put(run_page(run), path)


def write_set_report(runs: Sequence[RunFiles], path: Path, title: str, sweep: Path | None = None) -> Path:
    """Write the page of several runs.

    Args:
        runs: broken ones count as unfinished.
        title: plain text.
        sweep: the folder of their sweep.

    Raises:
        OSError: it cannot be written.
    """
    return put(set_page(runs, title, sweep), path)


def run_page(run: RunFiles) -> str:
    """Return the page of a run."""
    name = heading(run)
    return document(f"{name}: rnnlab report", name, status(run), run_sections(run))


def set_page(runs: Sequence[RunFiles], title: str, sweep: Path | None = None) -> str:
    """Return the page of several runs; see `write_set_report`."""
    tasks = ", ".join(dict.fromkeys(run.task for run in runs))
    below = f'<p class="dim">{len(runs)} runs of {text(tasks)}</p>'
    return document(f"{title}: rnnlab report", title, below, set_sections(runs, sweep))


def put(page: str, path: Path) -> Path:
    """Write atomically; a reader never sees half a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        part.write_text(page, encoding="utf-8", errors="replace")
    return path
