"""Options and output paths of both search commands."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from rnnlab.commands.tune.config import Choice

FORMATS = (".png", ".pdf", ".svg")


def add_overrides(parser: ArgumentParser) -> None:
    parser.add_argument(
        "overrides", metavar="OVERRIDE", nargs="*", help="a choice or setting, as for train.py"
    )
    own = "a folder of choices of your own, as for train.py"
    parser.add_argument("--config-dir", metavar="DIR", help=own)
    where = "where the plot goes, .png, .pdf or .svg (default: find/ in paths.output_dir)"
    parser.add_argument("--plot", metavar="FILE", help=where)


def trial_choice(arguments: Namespace) -> Choice:
    """Compose the config of the trial; its run folder is a temporary one of each trial."""
    from rnnlab.commands.tune.config import (
        compose_trial,  # late: hydra takes a third of a second, which --help does not need
    )

    return compose_trial(arguments.overrides, Path("find"), arguments.config_dir)


def checked(option: str, value: int, least: int) -> None:
    """Check a value against its minimum. Raises SettingError if it is smaller."""
    if value < least:
        raise SettingError(option, value, f"must be a whole number of at least {least}")


def check_plot(given: str | None) -> None:
    """Raise SettingError for a file ending that is not a supported format."""
    if given and Path(given).suffix.lower() not in FORMATS:
        raise SettingError("--plot", given, f"must end in {', '.join(FORMATS)}")


def plot_path(choice: Choice, what: str, given: str | None) -> Path:
    """Return the plot's path, and make its folder.

    Raises:
        SettingError: the folder cannot be made.
    """
    stamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    name = f"{what}_{choice.cfg.task.name}_{choice.model}_{stamp}.png"
    path = Path(given).expanduser() if given else Path(choice.cfg.paths.output_dir) / "find" / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("--plot", path, f"cannot be written: {error.strerror or error}") from error
    return path
