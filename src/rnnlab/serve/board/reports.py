"""Reports that are made while somebody waits: of a run without report.html, of several runs, of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.report.page.write import run_page, set_page
from rnnlab.run.folder.report_files import files_of


def report_of(folder: Path) -> str:
    """Return a run's report as it stands now, also while it trains."""
    return run_page(files_of(folder))


def set_report_of(folders: Sequence[Path]) -> str:
    """Return the report that compares runs, as `rnnlab report RUN RUN` writes it."""
    return set_page([files_of(folder) for folder in folders], f"{len(folders)} runs compared")


def sweep_report_of(folder: Path) -> str:
    """Return a sweep's report over the jobs that have started."""
    jobs = [path for path in folder.iterdir() if path.name.isdecimal() and (path / "config.yaml").is_file()]
    runs = [files_of(path) for path in sorted(jobs, key=lambda path: int(path.name))]
    return set_page(runs, folder.name, folder)
