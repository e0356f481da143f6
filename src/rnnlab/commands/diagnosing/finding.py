"""One line of `rnnlab doctor`."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple


class Finding(NamedTuple):
    """The result of one check.

    Attributes:
        topic: such as `packages`.
        level: ok; note, for what only some need; broken, for what every training needs.
        text: the finding, with what to type where something can be done.
        facts: the same as plain values, for --json.
    """

    topic: str
    level: Literal["ok", "note", "broken"]
    text: str
    facts: dict[str, Any]
