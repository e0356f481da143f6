"""Use UTF-8 for names and text whatever the locale is: configs, JSON and Parquet allow nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from rnnlab.errors import SettingError, UserError


def start_in_utf8() -> None:
    """Re-execute this command in UTF-8 mode if Python decodes file names with another encoding.

    Python chooses UTF-8 under the C locale by itself, but not with PYTHONUTF8=0 and PYTHONCOERCECLOCALE=0 or
    an old locale such as de_DE.ISO-8859-1. Child processes inherit the mode.
    """
    if sys.getfilesystemencoding().lower() == "utf-8" or sys.flags.utf8_mode or not sys.executable:
        return
    os.environ["PYTHONUTF8"] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def escape_output() -> None:
    """Escape characters that standard output cannot encode (PYTHONIOENCODING=ascii)."""
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def check_names(overrides: Iterable[str], folder: str) -> None:
    """Raise UserError for an override or a working folder whose name is not UTF-8."""
    if not is_text(folder):
        raise UserError(f"{folder!a}: this folder's name is not UTF-8: rename it, or work in another one")
    for override in overrides:
        if not is_text(override):
            key, _, value = override.partition("=")
            raise SettingError(ascii(key)[1:-1], ascii(value), "is not UTF-8: rename that file or folder")


def is_text(name: str) -> bool:
    """Return whether a name is text; undecodable bytes appear in it as surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
