"""The column of texts that `--text-column` names, or the two of pairs: `premise,hypothesis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.run.folder.open_run import OpenRun


def text_columns(opened: OpenRun, typed: str | None, default: str) -> str | tuple[str, str]:
    """Return the name of the column of a file, or two; for a run of pairs by default those of its data.

    Args:
        typed: as typed; None where it was not. default: for a run of single texts.
    """
    named = (opened.settings.get("data") or {}).get("text_column")
    if not isinstance(named, list):
        return typed or default
    found = named if typed is None else typed.split(",")
    return (str(found[0]), str(found[1])) if len(found) == 2 else ",".join(map(str, found))
