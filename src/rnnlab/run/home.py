"""A path in the home folder, `KEY=~/file`, as Hydra can read it."""

from __future__ import annotations


def home_quoted(override: str) -> str:
    """The override with quotes around each value that begins with `~/`, which Hydra cannot read bare.

    A shell puts the home folder for `~` only at a word's start: `KEY=~/file` arrives as it is typed.
    """
    key, equals, value = override.partition("=")
    if not equals or "~/" not in value or any(sign in value for sign in "'\"[({"):
        return override
    parts = [f"'{part}'" if part.startswith("~/") else part for part in value.split(",")]
    return f"{key}={','.join(parts)}"
