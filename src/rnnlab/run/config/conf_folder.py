"""The folder conf/ with all choices: at the top of a clone, or inside an installed package."""

from __future__ import annotations

from pathlib import Path

from rnnlab.errors import UserError

PACKAGE = Path(__file__).parents[2]


def conf_folder(package: Path = PACKAGE) -> Path:
    """Return the folder conf/ that belongs to the code of the package.

    Args:
        package: the folder of rnnlab's code.

    Raises:
        UserError: there is none; the installation is broken.
    """
    for place in (package / "conf", package.parents[1] / "conf"):
        if (place / "train.yaml").is_file():
            return place
    raise UserError(f"conf/train.yaml is missing at {package}: install rnnlab again")
