"""Defaults of settings as people read them: an interpolation by what it stands for."""

from __future__ import annotations

import re
from json import dumps
from typing import Any

from rnnlab.rule import shown

ALIAS = re.compile(r"\$\{(?:oc\.select:)?([\w.]+)(?:,(.*))?\}")
FROM_ENVIRONMENT = re.compile(r"\$\{oc\.env:(\w+),(.*)\}")


def taken_from(value: Any) -> str:
    """Return the meaning of a setting whose value is another setting's."""
    match = ALIAS.fullmatch(value) if isinstance(value, str) else None
    return f"that of {match[1]}" if match else ""


def in_words(value: Any) -> str:
    """Format a value as YAML writes it, and an interpolation by what it stands for."""
    if isinstance(value, str):
        if value == "???":
            return "(required)"
        if match := FROM_ENVIRONMENT.fullmatch(value):
            return f"{match[1]} of the environment, else {match[2].replace('${home:}', '~')}"
        if match := ALIAS.fullmatch(value):
            return f"as {match[1]}" + (f", else {match[2]}" if match[2] else "")
    if isinstance(value, list):
        return "[" + ", ".join(map(in_words, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_words(one)}" for key, one in value.items()) + "}"
    return dumps(value) if value == "" or "\n" in str(value) else shown(value)
