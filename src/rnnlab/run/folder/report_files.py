"""A run's files for its page, and the kind of problem that shows them."""

from __future__ import annotations

from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.kinds.base import Kind
from rnnlab.kinds.lookup import kind_of
from rnnlab.report.page.files import RunFiles
from rnnlab.run.config.saved import config_of


def files_of(folder: Path) -> RunFiles:
    """Return the files of a run, which may be broken or written by somebody else."""
    return RunFiles(folder, kind_of_folder(folder))


def kind_of_folder(folder: Path) -> Kind | None:
    """Return a run's kind; None where its config.yaml cannot be read, or names what is not trusted."""
    try:
        return kind_of(config_of(folder / "config.yaml"))
    except SettingError:
        return None
