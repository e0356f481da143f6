"""Names and text are UTF-8, whatever the locale says: configs, JSON and Parquet files know nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from rnnlab.errors import SettingError, UserError


def start_in_utf8() -> None:
    """Start this command again, in this process, where Python reads file names in another encoding.

    Python takes UTF-8 under the C locale by itself; PYTHONUTF8=0 with PYTHONCOERCECLOCALE=0, or an old
    locale such as de_DE.ISO-8859-1, keep it from that. What the command starts takes UTF-8 too.
    """
    if sys.getfilesystemencoding().lower() == "utf-8" or sys.flags.utf8_mode or not sys.executable:
        return
    os.environ["PYTHONUTF8"] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def escape_output() -> None:
    """What the encoding of standard output lacks (PYTHONIOENCODING=ascii) is written as an escape."""
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def check_names(overrides: Iterable[str], folder: str) -> None:
    """Raise UserError for an override, or a folder to work in, with bytes that are not UTF-8."""
    if not is_text(folder):
        raise UserError(f"{folder!a}: this folder's name is not UTF-8: rename it, or work in another one")
    for override in overrides:
        if not is_text(override):
            key, _, value = override.partition("=")
            raise SettingError(ascii(key)[1:-1], ascii(value), "is not UTF-8: rename that file or folder")


def is_text(name: str) -> bool:
    """False for the halves of characters that stand for bytes which are no text."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
